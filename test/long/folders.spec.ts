/**
 * Folders as large as they get. Minutes; see `npm run test:long`.
 */
import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { eventually, line, Testnet } from '../../src/testnet/index.ts'
import { ShareFixture } from '../disk/share-fixture.ts'

async function fill(folder: string, count: number): Promise<void> {
  await mkdir(folder, { recursive: true })
  const names = Array.from({ length: count }, (_, i) => i)
  for (let i = 0; i < count; i += 500) {
    await Promise.all(
      names.slice(i, i + 500).map(n => writeFile(join(folder, `file number ${n}.txt`), `${n}`))
    )
  }
}

describe('A folder of 100,000 files', () => {
  it('is shared as one, leaves others their turn, and is not hashed again after a restart', async () => {
    const before = await ShareFixture.start()
    await fill(before.folder.join('s'), 100_000)
    const delay = monitorEventLoopDelay({ resolution: 5 })
    delay.enable()
    const start = performance.now()
    await before.shares.share(before.folder.join('s'))
    await before.shares.scan(undefined, { signal: AbortSignal.timeout(600_000) })
    delay.disable()
    const [share] = before.shares.list()
    console.log(
      `      100,000 files in ${Math.round(performance.now() - start)} ms, event loop p99 ${Math.round(delay.percentile(99) / 1e6)} ms, max ${Math.round(delay.max / 1e6)} ms`
    )
    assert.deepEqual([share!.files, share!.state, share!.errors], [100_000, 'ready', []])
    const cid = share!.cid
    assert.ok(cid !== null)
    await before.stop()
    await using net = await ShareFixture.start({ folder: before.folder })
    await net.shares.scan(undefined, { signal: AbortSignal.timeout(600_000) })
    assert.deepEqual([net.shares.list()[0]!.cid, net.pool.bytesHashed], [cid, 0])
  })
})

describe('A folder of 10,000 files', () => {
  it('is fetched as one download', async () => {
    await using net = await Testnet.start({ nodes: 2, topology: line })
    const [ann, bob] = [net.node(0), net.node(1)]
    await fill(join(ann.folder, 's'), 10_000)
    await ann.share(join(ann.folder, 's'))
    const isReady = async (): Promise<boolean> => (await ann.shares())[0]?.state === 'ready'
    await eventually(isReady, { within: 300_000 })
    const cid = (await ann.shares())[0]?.cid
    const start = performance.now()
    const done = await bob.get({ target: `p2p:${cid}?name=s&p=${ann.address}` })
    console.log(`      10,000 files fetched in ${Math.round(performance.now() - start)} ms`)
    assert.equal(done.state, 'done')
    await eventually(async () => (await bob.shares())[0]?.cid === cid, { within: 120_000 })
    assert.equal((await bob.shares())[0]?.files, 10_000)
  })
})
