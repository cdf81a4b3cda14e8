import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import type { Download, GetEvent } from '../../src/node/api.ts'
import { DownloadLimit } from '../../src/node/download-limit.ts'
import { eventually } from '../../src/testnet/index.ts'
import { decodeFileMessage } from '../../src/wire/file-message.ts'
import { content, type Getter, served, startGetter, startHostile, startSeed } from './transfer-hosts.ts'

const MIB = 1024 * 1024
const clock = { now: () => Date.now() }

async function get(
  { downloads }: Getter,
  target: string,
  onEvent?: (event: GetEvent) => void | Promise<void>
): Promise<Download & { tookMs: number }> {
  const start = performance.now()
  let last: GetEvent | undefined
  for await (const event of downloads.get({ target }, { signal: AbortSignal.timeout(15_000) })) {
    last = event
    await onEvent?.(event)
  }
  assert.equal(last?.type, 'done')
  return { ...last, tookMs: performance.now() - start }
}

describe('the rate of a transfer', () => {
  it('is bounded to all peers together', async () => {
    const file = content(4 * MIB)
    await using seed = await startSeed([served(file)], { bytesPerSecond: 8 * MIB })
    await using ann = await startGetter([seed])
    await using bob = await startGetter([seed])
    const took = await Promise.all([ann, bob].map(getter => get(getter, file.manifest.root)))
    const longest = Math.max(...took.map(({ tookMs }) => tookMs))
    // 8 MiB at 8 MiB/s, of which half a second may be saved up.
    assert.ok(longest >= 450, `${longest} ms`)
  })

  it('is bounded to each peer', async () => {
    const file = content(4 * MIB)
    await using seed = await startSeed([served(file)], { peerBytesPerSecond: 4 * MIB })
    await using ann = await startGetter([seed])
    const { tookMs } = await get(ann, file.manifest.root)
    assert.ok(tookMs >= 450, `${tookMs} ms`)
  })

  it('flows where it is low: what comes in is told in between, and nobody is taken for silent', async () => {
    const file = content(MIB)
    await using seed = await startSeed([served(file)], { bytesPerSecond: MIB / 2 })
    await using ann = await startGetter([seed])
    const rates = new Set<number>()
    const { sources } = await get(ann, file.manifest.root, event => {
      for (const { rate } of event.sources) rates.add(rate)
    })
    assert.ok(rates.size >= 3, `${[...rates]}`)
    assert.equal(sources.length, 1)
  })

  it('is bounded for all downloads together', async () => {
    const files = [content(3 * MIB, 1), content(3 * MIB, 2)]
    await using seed = await startSeed(files.map(file => served(file)))
    await using ann = await startGetter([seed], { limit: new DownloadLimit(4 * MIB, clock) })
    const took = await Promise.all(files.map(({ manifest }) => get(ann, manifest.root)))
    for (const [i, { path }] of took.entries())
      assert.ok((await readFile(path)).equals(files[i]!.bytes), `file ${i}`)
    const longest = Math.max(...took.map(({ tookMs }) => tookMs))
    assert.ok(longest >= 700, `${longest} ms`)
  })
})

describe('the queue for uploads', () => {
  it('is told on both sides, with places', async () => {
    const files = [content(3 * MIB, 1), content(MIB, 2), content(MIB, 3)]
    await using seed = await startSeed(
      files.map(file => served(file)),
      { slots: 1, bytesPerSecond: MIB }
    )
    await using first = await startGetter([seed])
    await using second = await startGetter([seed])
    const roots = files.map(({ manifest }) => manifest.root)
    const done = get(first, roots[0]!)
    await eventually(() => assert.ok(seed.uploads.list()[0]?.state === 'sending'), { within: 5_000 })
    const late = get(second, roots[1]!)
    await eventually(
      () => {
        const here = seed.uploads.list().find(({ cid }) => cid === roots[1])
        assert.deepEqual([here?.state, here?.position], ['waiting', 1])
        const there = second.downloads.list()[0]?.sources[0]
        assert.deepEqual([there?.state, there?.position], ['busy', 1])
      },
      { within: 5_000 }
    )
    await Promise.all([done, late])
    assert.deepEqual(new Set(seed.uploads.list().map(({ position }) => position)), new Set([null]))
    assert.equal(second.downloads.list()[0]?.sources[0]?.position, undefined)
  })
})

describe('the sources of a download', () => {
  it('come back soon when their connection broke, also the only one', async () => {
    const file = content(8 * MIB)
    await using seed = await startSeed([served(file)], { bytesPerSecond: 8 * MIB })
    await using ann = await startGetter([seed])
    let cutAt: number | undefined
    await get(ann, file.manifest.root, ({ bytesDone }) => {
      if (cutAt !== undefined || bytesDone < 2 * MIB) return
      cutAt = performance.now()
      for (const connection of seed.host.getConnections()) connection.abort(new Error('cut'))
    })
    const restMs = performance.now() - cutAt!
    assert.ok(restMs < 4_000, `${restMs} ms for 6 MiB at 8 MiB/s after the cut`)
  })

  it('name others that have the file, and these join', async () => {
    const file = content(16 * MIB)
    await using other = await startSeed([served(file)])
    const addresses = other.host.getMultiaddrs().map(String)
    const knownSources = async (): Promise<Array<{ peer: string; addresses: string[] }>> => [
      { peer: other.peer, addresses }
    ]
    await using seed = await startSeed([served(file)], { bytesPerSecond: 4 * MIB, knownSources })
    const getter: { host?: Getter['host'] } = {}
    await using ann = await startGetter([seed], {
      introduce: async (peer, given) => {
        const multiaddrs = given.map(address => multiaddr(address))
        await getter.host?.peerStore.merge(peerIdFromString(peer), { multiaddrs })
      }
    })
    getter.host = ann.host
    const { sources, path } = await get(ann, file.manifest.root)
    assert.ok((await readFile(path)).equals(file.bytes))
    assert.ok((sources.find(({ peerId }) => peerId === other.peer)?.bytes ?? 0) > 0, JSON.stringify(sources))
  })
})

describe('what is there already', () => {
  it('is not fetched again when the file itself lies where it is to be', async () => {
    for (const size of [5, 3 * MIB]) {
      const file = content(size)
      await using seed = await startSeed([served(file)])
      await using ann = await startGetter([seed])
      const target = join(ann.folder, 'files', file.manifest.root)
      await mkdir(join(ann.folder, 'files'))
      await writeFile(target, file.bytes)
      const { path, bytesDone } = await get(ann, file.manifest.root)
      assert.deepEqual([path, bytesDone], [target, size])
      assert.deepEqual(seed.uploads.list(), [])
      assert.equal((await readdir(join(ann.folder, 'files'))).length, 1)
    }
  })

  it('is verified at once after a restart, and can be read without any source', async () => {
    const file = content(12 * MIB)
    const data = await mkdtemp(join(tmpdir(), 'p2pnode-kept-'))
    try {
      const target = file.manifest.root
      {
        await using seed = await startSeed([served(file)], { bytesPerSecond: 8 * MIB })
        await using first = await startGetter([seed], { data })
        for await (const { bytesDone } of first.downloads.get(
          { target, sequential: true },
          { signal: AbortSignal.timeout(10_000) }
        ))
          if (bytesDone >= 5 * MIB) break
      }
      await using alone = await startGetter([], { data })
      const reading = await alone.downloads.read(target, { signal: AbortSignal.timeout(5_000) })
      const bytes = await reading.read(2, AbortSignal.timeout(5_000))
      assert.ok(Buffer.from(bytes).equals(file.bytes.subarray(2 * MIB, 3 * MIB)))
      reading.close()
      const [download] = alone.downloads.list()
      assert.ok(download !== undefined && download.bytesDone >= 5 * MIB, `${download?.bytesDone}`)
    } finally {
      await rm(data, { recursive: true })
    }
  })
})

describe('a session with a source', () => {
  it('gives up what is asked when its signal says so, when it is closed, and takes nothing after that', async () => {
    const asked: string[] = []
    await using silent = await startHostile(async frames => {
      for (let bytes = await frames.read(); bytes !== undefined; bytes = await frames.read())
        asked.push(decodeFileMessage(bytes).type)
    })
    await using getter = await startGetter([])
    await getter.host.peerStore.merge(silent.host.peerId, { multiaddrs: silent.host.getMultiaddrs() })
    const signal = new AbortController().signal
    const session = await getter.client.open(silent.peer, { signal })
    const { root } = content(1).manifest

    const unwanted = new AbortController()
    const first = session.block(root, 0, { length: 1, signal: unwanted.signal })
    await eventually(() => asked.length === 1, { within: 5_000, what: 'the requests' })
    unwanted.abort(new Error('not wanted any more'))
    await assert.rejects(first, /not wanted any more/)
    await eventually(() => asked.join() === 'get-blocks,cancel', { within: 5_000, what: 'the requests' })

    const second = session.have(root, 0, { signal })
    const third = session.block(root, 0, { length: 1, signal })
    await eventually(() => asked.length === 4, { within: 5_000, what: 'the requests' })
    await session.close()
    for (const open of [second, third, session.have(root, 0, { signal })])
      await assert.rejects(open, /the session was closed/)
  })
})
