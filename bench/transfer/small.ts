/**
 * A folder of 1,000 files of 4 KiB, against copying it on the same disk.
 */
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hashedCid, quietNode } from './nodes.ts'
import { noiseFolder } from './noise.ts'
import { interleaved, median } from './peers.ts'
import type { Scenario } from './scenario.ts'

const FILES = 1_000
const FILE_BYTES = 4 * 1024

export const small: Scenario = async ({ folder, runs }) => {
  await using stack = new AsyncDisposableStack()
  const source = join(folder, 'tree')
  await noiseFolder(source, FILES, FILE_BYTES)
  const seed = stack.use(await quietNode(folder, 'seed', { shares: [source] }))
  const cid = await hashedCid(seed)
  const target = `p2p:${cid}?p=${encodeURIComponent(seed.address)}`
  const getter = stack.use(await quietNode(folder, 'getter', { bootstrap: [seed.address] }))
  let run = 0
  const samples = await interleaved(['get', 'copy'], runs, async way => {
    const output = join(folder, `got${run++}`)
    const start = performance.now()
    if (way === 'get') await getter.get({ target, output })
    else await cp(source, output, { recursive: true })
    const seconds = (performance.now() - start) / 1000
    await rm(output, { recursive: true })
    return seconds
  })
  const secondsOf = (way: 'get' | 'copy'): number => median(samples.get(way) ?? [])
  const allowed = 1.2 * secondsOf('copy') + 1
  console.log(`get takes ${(secondsOf('get') / allowed).toFixed(2)} of 1.2 times a copy and 1 s`)
  for (const [way, seconds] of samples) {
    const middle = median(seconds)
    const all = seconds.map(each => each.toFixed(2)).join(' ')
    console.log(`${way}: ${middle.toFixed(2)} s, ${(FILES / middle).toFixed(0)} files/s (runs: ${all})`)
  }
}
