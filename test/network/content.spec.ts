import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Content } from '../../src/node/api.ts'
import { openContent } from '../../src/node/content-reader.ts'
import { NodeError } from '../../src/node/errors.ts'
import type { ServedFile } from '../../src/swarm/index.ts'
import { eventually } from '../../src/testnet/index.ts'
import { content, type Getter, served, startGetter, startSeed } from './transfer-hosts.ts'

const MIB = 1024 * 1024

/** Opens what `target` names at the getter, which shares `own`. */
async function open(
  getter: Getter,
  target: string,
  { timeoutMs = 10_000, own }: { timeoutMs?: number; own?: ServedFile } = {}
): Promise<Content & { leave(): void }> {
  const leaving = new AbortController()
  const ports = {
    own: { find: async () => own },
    self: 'self',
    mimeOf: () => 'video/mp4',
    download: (of: string, options: { timeoutMs: number | undefined; signal: AbortSignal }) =>
      getter.downloads.read(of, options)
  }
  const opened = await openContent({ target, timeoutMs }, ports, leaving.signal)
  const leave = (): void => {
    leaving.abort()
    opened.close()
  }
  return { ...opened, leave }
}

async function bytesOf(reading: Content, start: number, end: number): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(reading.read({ start, end })))
}

async function fault(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
  } catch (error) {
    assert.ok(error instanceof NodeError, String(error))
    return error.fault.code
  }
  return 'none'
}

function only({ downloads }: Getter) {
  const list = downloads.list()
  assert.equal(list.length, 1)
  return list[0]!
}

describe('reading content', () => {
  it('gives the bytes of any range while the file is still on its way', async () => {
    const file = content(20 * MIB + 5)
    await using seed = await startSeed([served(file)], { bytesPerSecond: 8 * MIB })
    await using getter = await startGetter([seed])
    const reading = await open(getter, file.manifest.root)
    assert.deepEqual([reading.size, reading.mime], [20 * MIB + 5, 'video/mp4'])
    for (const [start, end] of [
      [0, 10],
      [MIB - 1, 3 * MIB + 1],
      [20 * MIB, 20 * MIB + 5],
      [7 * MIB, 7 * MIB]
    ] as const)
      assert.ok((await bytesOf(reading, start, end)).equals(file.bytes.subarray(start, end)), `${start}`)
    assert.ok(only(getter).bytesDone < file.bytes.length, 'it has not come whole yet')
    assert.ok((await bytesOf(reading, 0, reading.size)).equals(file.bytes))
    reading.close()
  })

  it('gives the empty file and files of one block', async () => {
    for (const size of [0, 1, MIB]) {
      const file = content(size)
      await using seed = await startSeed([served(file)])
      await using getter = await startGetter([seed])
      const reading = await open(getter, file.manifest.root)
      assert.equal(reading.size, size)
      assert.ok((await bytesOf(reading, 0, size)).equals(file.bytes))
      reading.close()
    }
  })

  it('fetches first what lies before a reader that jumps', async () => {
    const file = content(64 * MIB)
    await using seed = await startSeed([served(file)], { bytesPerSecond: 8 * MIB })
    await using getter = await startGetter([seed])
    const reading = await open(getter, file.manifest.root)
    await bytesOf(reading, 0, MIB)
    const before = only(getter).bytesDone
    const at = 50 * MIB
    assert.ok((await bytesOf(reading, at, at + 2 * MIB)).equals(file.bytes.subarray(at, at + 2 * MIB)))
    const fetched = only(getter).bytesDone - before
    assert.ok(fetched <= 10 * MIB, `${fetched} bytes were fetched before two blocks came`)
    reading.close()
  })

  it('stops fetching when the reader has gone, and goes on for the next one', async () => {
    const file = content(24 * MIB)
    await using seed = await startSeed([served(file)], { bytesPerSecond: 12 * MIB })
    await using getter = await startGetter([seed], { lingerMs: 100 })
    const reading = await open(getter, file.manifest.root)
    await bytesOf(reading, 0, 2 * MIB)
    reading.leave()
    await eventually(() => assert.equal(only(getter).state, 'paused'), { within: 5_000 })
    const { bytesDone } = only(getter)
    assert.ok(bytesDone < 24 * MIB, `${bytesDone}`)
    const again = await open(getter, file.manifest.root)
    assert.ok((await bytesOf(again, 0, 24 * MIB)).equals(file.bytes))
    again.close()
    await eventually(() => assert.equal(only(getter).state, 'done'), { within: 5_000 })
    const sent = seed.uploads.list()[0]?.bytes ?? 0
    assert.ok(sent <= 28 * MIB, `${sent} bytes were sent: what had come was kept`)
  })

  it('leaves nothing behind when nothing came', async () => {
    const file = content(4 * MIB)
    await using seed = await startSeed([served(file, { read: () => new Promise(() => undefined) })])
    await using getter = await startGetter([seed], { lingerMs: 50 })
    const reading = await open(getter, file.manifest.root)
    reading.leave()
    const left = async (): Promise<void> => {
      assert.deepEqual(getter.downloads.list(), [])
      assert.deepEqual(await readdir(join(getter.folder, 'files')), [])
      assert.deepEqual(await readdir(join(getter.folder, 'downloads')), [])
    }
    await eventually(left, { within: 5_000 })
  })

  it('does not end a download that was asked for when its reader leaves', async () => {
    const file = content(12 * MIB)
    await using seed = await startSeed([served(file)], { bytesPerSecond: 16 * MIB })
    await using getter = await startGetter([seed], { lingerMs: 1 })
    const target = file.manifest.root
    const got = Array.fromAsync(getter.downloads.get({ target }, { signal: AbortSignal.timeout(15_000) }))
    await eventually(() => only(getter).bytesDone > 0, { within: 5_000 })
    const reading = await open(getter, target)
    assert.ok((await bytesOf(reading, 5 * MIB, 6 * MIB)).equals(file.bytes.subarray(5 * MIB, 6 * MIB)))
    reading.leave()
    assert.equal((await got).at(-1)?.type, 'done')
  })

  it('leaves a download that was paused on the list, and pauses it again', async () => {
    const file = content(2 * MIB)
    await using seed = await startSeed([served(file, { read: () => new Promise(() => undefined) })])
    await using getter = await startGetter([seed], { lingerMs: 1 })
    const target = file.manifest.root
    const got = Array.fromAsync(getter.downloads.get({ target }, { signal: AbortSignal.timeout(15_000) }))
    got.catch(() => undefined)
    await eventually(() => only(getter).state === 'downloading', { within: 5_000 })
    await getter.downloads.pause(only(getter).id)
    const reading = await open(getter, target)
    assert.notEqual(only(getter).state, 'paused')
    reading.leave()
    await eventually(() => only(getter).state === 'paused', { within: 5_000 })
  })

  it('gives what is there of a file of which nobody has the rest, and says so when that is reached', async () => {
    const file = content(6 * MIB)
    await using seed = await startSeed([served(file, { has: block => block !== 3 })])
    await using getter = await startGetter([seed])
    const reading = await open(getter, file.manifest.root, { timeoutMs: 1_000 })
    assert.ok((await bytesOf(reading, 0, 3 * MIB)).equals(file.bytes.subarray(0, 3 * MIB)))
    assert.ok((await bytesOf(reading, 4 * MIB, 6 * MIB)).equals(file.bytes.subarray(4 * MIB)))
    assert.equal(await fault(bytesOf(reading, 3 * MIB, 4 * MIB)), 'no-source')
    reading.close()
  })

  it('fails when nobody has it', async () => {
    await using getter = await startGetter([])
    assert.equal(await fault(open(getter, content(MIB).manifest.root, { timeoutMs: 300 })), 'no-source')
  })

  it('says so when too many others read, and takes its turn when one of them goes', async () => {
    const files = Array.from({ length: 9 }, (_, i) => content(MIB + 1, i + 1))
    const stuck = files.slice(0, 8).map(file => served(file, { read: () => new Promise(() => undefined) }))
    const last = files[8]!
    await using stuckSeed = await startSeed(stuck)
    await using seed = await startSeed([served(last)])
    await using getter = await startGetter([stuckSeed, seed], { lingerMs: 1 })
    const readings = await Promise.all(stuck.map(({ root }) => open(getter, root)))
    const { root } = last.manifest
    assert.equal(await fault(open(getter, root, { timeoutMs: 300 })), 'busy')
    const waiting = open(getter, root)
    readings[0]?.leave()
    assert.ok((await bytesOf(await waiting, 0, MIB + 1)).equals(last.bytes))
  })

  it('ends at once when the reader goes while it waits', async () => {
    const file = content(4 * MIB)
    await using seed = await startSeed([served(file, { has: () => false })])
    await using getter = await startGetter([seed])
    const reading = await open(getter, file.manifest.root)
    const waiting = assert.rejects(bytesOf(reading, 0, MIB), { name: 'AbortError' })
    reading.leave()
    await waiting
  })

  it('reads a finished download from where it lies, and no longer when it was changed', async () => {
    const file = content(3 * MIB)
    await using seed = await startSeed([served(file)])
    await using getter = await startGetter([seed])
    const first = await open(getter, file.manifest.root)
    await bytesOf(first, 0, 3 * MIB)
    first.close()
    await eventually(() => assert.equal(only(getter).state, 'done'), { within: 5_000 })
    const sent = seed.uploads.list()[0]?.bytes
    const again = await open(getter, file.manifest.root)
    assert.ok((await bytesOf(again, MIB, 2 * MIB)).equals(file.bytes.subarray(MIB, 2 * MIB)))
    again.close()
    assert.equal(seed.uploads.list()[0]?.bytes, sent)
  })

  it('gives nothing of a file of our own that is not what it was', async () => {
    const file = content(3 * MIB)
    await using getter = await startGetter([])
    const spoilt = served(file, { read: async () => new Uint8Array(MIB) })
    const reading = await open(getter, file.manifest.root, { own: spoilt })
    assert.equal(await fault(bytesOf(reading, 0, MIB)), 'conflict')
    const right = await open(getter, file.manifest.root, { own: served(file) })
    assert.ok((await bytesOf(right, 1, 3 * MIB)).equals(file.bytes.subarray(1)))
    assert.deepEqual(getter.downloads.list(), [])
  })
})
