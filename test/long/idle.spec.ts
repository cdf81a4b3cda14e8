/**
 * What a network costs that nobody uses: ten processes that know one another's files, left alone.
 */
import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { complete, eventually, Testnet } from '../../src/testnet/index.ts'
import type { ProcessNode } from '../../src/testnet/process-node.ts'

const NODES = 10
const FILES = 1_000
/** For what the start left to do. */
const SETTLE_MS = 60_000
const IDLE_S = 300
const MOST_BYTES_PER_S = 1.2 * 1024
const MOST_CPU = 0.01
/** Ticks of /proc per second; fixed in Linux's interface to programs. */
const TICKS_PER_S = 100

async function cpuSeconds({ pid }: ProcessNode): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /, '').split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S
}

const why = process.platform === 'linux' ? '' : ' (skipped: CPU time is read from /proc)'

describe(`ten idle nodes with ${FILES} files each${why}`, () => {
  it('send at most 1.2 KiB/s and take at most 1 % of a core each', async function () {
    if (why !== '') this.skip()
    const start = { nodes: NODES, topology: complete, isolation: 'process' } as const
    await using net = await Testnet.start(start, async net => {
      for (const node of net.nodes) {
        const folder = join(node.folder, 'shared')
        await mkdir(folder)
        for (let i = 0; i < FILES; i++)
          await writeFile(join(folder, `idle ${node.index} ${i}.txt`), `${node.index} ${i}`)
        await node.share(folder)
      }
      for (const node of net.nodes) {
        const isComplete = async () =>
          (await node.status()).catalogue.entries >= NODES * FILES && (await node.status()).catalogue.complete
        await eventually(isComplete, { within: 120_000, what: `a complete catalogue at node ${node.index}` })
      }
    })
    await sleep(SETTLE_MS)
    const nodes = net.nodes as ProcessNode[]
    const look = () =>
      Promise.all(
        nodes.map(async node => ({ cpu: await cpuSeconds(node), bytes: (await node.stats()).traffic ?? {} }))
      )
    const before = await look()
    await sleep(IDLE_S * 1_000)
    const after = await look()

    const rates = (what: string): number[] =>
      nodes.map((_, i) => ((after[i]?.bytes[what] ?? 0) - (before[i]?.bytes[what] ?? 0)) / IDLE_S)
    const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length
    const names = Object.keys(after[0]?.bytes ?? {}).filter(name => name.startsWith('sent '))
    for (const [name, bytes] of names
      .map(name => [name, mean(rates(name))] as const)
      .toSorted((a, b) => b[1] - a[1]))
      console.log(`      ${name}: ${bytes.toFixed(1)} bytes/s per node`)
    const cpu = nodes.map((_, i) => ((after[i]?.cpu ?? 0) - (before[i]?.cpu ?? 0)) / IDLE_S)
    console.log(
      `      CPU: ${(100 * mean(cpu)).toFixed(2)} %, at most ${(100 * Math.max(...cpu)).toFixed(2)} %`
    )
    assert.ok(mean(rates('sent wire')) > 0, 'nothing was counted')
    assert.ok(mean(rates('sent wire')) <= MOST_BYTES_PER_S)
    assert.ok(mean(cpu) <= MOST_CPU)
  })
})
