import assert from 'node:assert/strict'
import { readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DownloadStore, diskPartFiles } from '../../src/adapters/files/index.ts'
import { buildDirectory, type Directory, fileDagSize, parseCid } from '../../src/content/index.ts'
import type { Download } from '../../src/node/api.ts'
import type { DownloadRecord } from '../../src/node/download-ports.ts'
import { NodeError } from '../../src/node/errors.ts'
import type { ServedFile } from '../../src/swarm/index.ts'
import { eventually } from '../../src/testnet/index.ts'
import { type Content, content, type Getter, served, startGetter, startSeed } from './transfer-hosts.ts'

const MIB = 1024 * 1024

/** `said`: bytes of each file, as the folder says. */
function folderOf(files: Readonly<Record<string, Content>>, said?: number): Directory {
  return buildDirectory(
    Object.entries(files).map(([name, { bytes, manifest }]) => {
      const { codec, digest } = parseCid(manifest.root)
      return { name, codec, digest, dagSize: said ?? fileDagSize(bytes.length), isFolder: false }
    })
  )
}

function servedFolder({ cid, dagSize, nodes }: Directory): ServedFile {
  return {
    root: cid,
    name: 'folder',
    size: dagSize,
    blocks: 0,
    has: () => false,
    innerNodes: async () => nodes,
    read: async () => assert.fail('a folder has no blocks')
  }
}

async function assertSame(folder: string, files: Readonly<Record<string, Content>>): Promise<void> {
  for (const [name, { bytes }] of Object.entries(files)) {
    const got = await readFile(join(folder, name))
    assert.ok(got.equals(bytes), `${name} has other bytes`)
  }
}

describe('a folder that is fetched', () => {
  it('has its names synced once, when all files are there', async () => {
    const sizes = [1_000, 2_000, 3_000_000]
    const files = Object.fromEntries(sizes.map((size, n) => [`${n + 1}.bin`, content(size, n)]))
    const folder = folderOf(files)
    await using seed = await startSeed([
      servedFolder(folder),
      ...Object.values(files).map(file => served(file))
    ])
    const disk = diskPartFiles()
    const synced: Array<{ path: string; names: string[] }> = []
    const opened: Array<boolean | undefined> = []
    await using getter = await startGetter([seed], {
      files: {
        ...disk,
        open: options => {
          opened.push(options.syncsName)
          return disk.open(options)
        },
        syncFolder: async path => void synced.push({ path, names: (await readdir(path)).sort() })
      }
    })
    await Array.fromAsync(
      getter.downloads.get({ target: folder.cid }, { signal: AbortSignal.timeout(15_000) })
    )
    assert.deepEqual(synced, [
      { path: join(getter.folder, 'files', folder.cid), names: ['1.bin', '2.bin', '3.bin'] }
    ])
    // Small ones are placed without being opened.
    assert.deepEqual(opened, [false])
    await disk.stop()
  })

  it('reads each small file once, and no list of its blocks', async () => {
    const files = Object.fromEntries([1, 2, 3].map(n => [`${n}.bin`, content(1_000 * n, n)]))
    const folder = folderOf(files)
    const asked: string[] = []
    const counted = (file: ServedFile): ServedFile => ({
      ...file,
      read: async block => {
        asked.push(file.name)
        return await file.read(block)
      },
      innerNodes: async () => assert.fail('a file of one block has no other nodes')
    })
    const seeded = Object.entries(files).map(([name, file]) => counted({ ...served(file), name }))
    await using seed = await startSeed([servedFolder(folder), ...seeded])
    await using getter = await startGetter([seed])
    await Array.fromAsync(
      getter.downloads.get({ target: folder.cid }, { signal: AbortSignal.timeout(15_000) })
    )
    assert.deepEqual(asked.sort(), ['1.bin', '2.bin', '3.bin'])
    const got = await readFile(join(getter.folder, 'files', folder.cid, '2.bin'))
    assert.ok(got.equals(files['2.bin']?.bytes ?? Buffer.alloc(0)))
  })

  for (const { what, said, count, size } of [
    {
      what: 'asks for no more of its files at once than a stream takes',
      said: undefined,
      count: 60,
      size: 300_000
    },
    ...[0, 1, 2 ** 40].map(said => ({
      what: `is right although it says that each of its files has ${said} bytes`,
      said,
      count: 24,
      size: 400_000
    }))
  ]) {
    it(what, async () => {
      const files = Object.fromEntries(
        Array.from({ length: count }, (_, n) => [`${n}.bin`, content(size, n)])
      )
      const folder = folderOf(files, said)
      await using seed = await startSeed([
        servedFolder(folder),
        ...Object.values(files).map(file => served(file))
      ])
      await using getter = await startGetter([seed])
      await Array.fromAsync(
        getter.downloads.get({ target: folder.cid }, { signal: AbortSignal.timeout(30_000) })
      )
      // Whoever believes that files are so short asks for too much at once, and is hung up on.
      assert.equal('too-much-asked' in seed.server.drops.toJSON(), said === 1)
      await assertSame(join(getter.folder, 'files', folder.cid), files)
    }).timeout(60_000)
  }

  it('is right although one of those who gave it sends other bytes and the other one lacks a file', async () => {
    const files = Object.fromEntries([1, 2, 3, 4].map(n => [`${n}.bin`, content(1_000 * n, n)]))
    const folder = folderOf(files)
    const all = Object.values(files)
    const lies = all.map(({ bytes, manifest }) => ({
      ...served({ bytes, manifest }),
      read: async () => Buffer.alloc(bytes.length, 7)
    }))
    await using liar = await startSeed([servedFolder(folder), ...lies.slice(0, 3), served(all[3] as Content)])
    await using seed = await startSeed([servedFolder(folder), ...all.slice(0, 3).map(file => served(file))])
    await using getter = await startGetter([liar, seed])
    await Array.fromAsync(
      getter.downloads.get({ target: folder.cid }, { signal: AbortSignal.timeout(15_000) })
    )
    await assertSame(join(getter.folder, 'files', folder.cid), files)
  })

  it('comes from everyone who has it', async () => {
    const files = numbered(40, 100_000)
    const folder = folderOf(files)
    const all = [servedFolder(folder), ...Object.values(files).map(file => served(file))]
    await using one = await startSeed(all, { bytesPerSecond: 2_000_000 })
    await using other = await startSeed(all, { bytesPerSecond: 2_000_000 })
    await using getter = await startGetter([one, other])
    const { sources } = await fetched(getter, folder.cid)
    const gave = new Map(sources.map(({ peerId, bytes }) => [peerId, bytes]))
    for (const { peer } of [one, other]) assert.ok((gave.get(peer) ?? 0) > 1_000_000, `${[...gave]}`)
  })

  it('comes from another one when the first cannot be reached', async () => {
    const files = numbered(3, 1_000)
    const folder = folderOf(files)
    const gone = await startSeed([])
    await gone.host.stop()
    await using seed = await startSeed([
      servedFolder(folder),
      ...Object.values(files).map(file => served(file))
    ])
    await using getter = await startGetter([gone, seed])
    await fetched(getter, folder.cid)
    await assertSame(join(getter.folder, 'files', folder.cid), files)
  })

  it('fails in time when nobody can be reached', async () => {
    const gone = await startSeed([])
    await gone.host.stop()
    await using getter = await startGetter([gone])
    const { cid } = folderOf(numbered(3, 1_000))
    await assert.rejects(fetched(getter, cid, { timeoutMs: 1_000 }), {
      name: 'NodeError',
      message: /no source/
    })
  })

  it('costs no other download its source', async () => {
    const files = numbered(3, 1_000)
    const folder = folderOf(files)
    const large = content(3_000_000)
    await using seed = await startSeed(
      [servedFolder(folder), served(large), ...Object.values(files).map(file => served(file))],
      { bytesPerSecond: 3_000_000 }
    )
    await using getter = await startGetter([seed])
    const downloading = fetched(getter, large.manifest.root)
    await begun(getter)
    await fetched(getter, folder.cid)
    const { sources } = await downloading
    assert.deepEqual(
      sources.map(({ peerId, bytes, state }) => [peerId, bytes, /banned/.test(state)]),
      [[seed.peer, 3_000_000, false]]
    )
  })

  it('has all other files when nobody gives some of them, and says how many', async () => {
    const files = numbered(200, 1_000)
    const folder = folderOf(files)
    const lost = ['7.bin', '8.bin', '150.bin']
    const there = Object.entries(files).filter(([name]) => !lost.includes(name))
    await using seed = await startSeed([servedFolder(folder), ...there.map(([, file]) => served(file))])
    await using getter = await startGetter([seed])
    await assert.rejects(fetched(getter, folder.cid, { timeoutMs: 1_500 }), {
      name: 'NodeError',
      message: /^3 of 200 files could not be fetched: no source/
    })
    await assertSame(join(getter.folder, 'files', folder.cid), Object.fromEntries(there))
  })

  it('writes nothing any more when the disk takes nothing', async () => {
    const files = numbered(100, 1_000)
    const folder = folderOf(files)
    await using seed = await startSeed([
      servedFolder(folder),
      ...Object.values(files).map(file => served(file))
    ])
    const disk = diskPartFiles()
    let calls = 0
    const place: typeof disk.place = async file => {
      if (++calls === 20) throw new NodeError({ code: 'disk', message: 'the disk is full' })
      return await disk.place(file)
    }
    await using getter = await startGetter([seed], { files: { ...disk, place } })
    const getting = fetched(getter, folder.cid).catch(error => error)
    const isPaused = () => getter.downloads.list()[0]?.state === 'paused'
    await eventually(isPaused, { within: 10_000, what: 'it waits for the disk' })
    const [{ id, error }] = getter.downloads.list() as [Download]
    assert.equal(error, 'the disk is full')
    const before = calls
    await getter.downloads.cancel(id)
    assert.match((await getting).message, /was cancelled/)
    assert.equal(calls, before)
    assert.ok(before < 100)
    await disk.stop()
  })

  it('goes on by itself when the disk takes something again, and hashes nothing that it has', async () => {
    const files = { ...numbered(40, 1_000), ...numbered(3, 1_500_000) }
    const folder = folderOf(files)
    await using seed = await startSeed([
      servedFolder(folder),
      ...Object.values(files).map(file => served(file))
    ])
    const disk = diskPartFiles()
    let [tries, hashed, isFull] = [0, 0, true]
    const place: typeof disk.place = async file => {
      if (isFull && file.target.endsWith('/40.bin')) throw new NodeError({ code: 'disk', message: 'full' })
      return await disk.place(file)
    }
    const openFolder: typeof disk.openFolder = async path => {
      tries++
      return await disk.openFolder(path)
    }
    const manifestOf: typeof disk.manifestOf = async (...given) => {
      const manifest = await disk.manifestOf(...given)
      if (manifest !== undefined) hashed++
      return manifest
    }
    await using getter = await startGetter([seed], {
      files: { ...disk, place, openFolder, manifestOf },
      diskRetryMs: 50
    })
    const getting = fetched(getter, folder.cid)
    await eventually(() => tries >= 4, { within: 10_000, what: 'it is tried again' })
    isFull = false
    await assertSame((await getting).path, files)
    assert.equal(hashed, 0)
    await disk.stop()
  })

  it('leaves no part of a file behind when it is cancelled after a pause', async () => {
    const files = numbered(3, 4_000_000)
    const folder = folderOf(files)
    await using seed = await startSeed(
      [servedFolder(folder), ...Object.values(files).map(file => served(file))],
      { bytesPerSecond: 3_000_000 }
    )
    await using getter = await startGetter([seed])
    const getting = fetched(getter, folder.cid).catch(() => undefined)
    await begun(getter)
    const [{ id }] = getter.downloads.list() as [Download]
    await getter.downloads.pause(id)
    const place = join(getter.folder, 'files', folder.cid)
    assert.ok((await readdir(place)).some(name => name.endsWith('.part')))
    await getter.downloads.cancel(id)
    assert.deepEqual(
      (await readdir(place)).filter(name => name.endsWith('.part')),
      []
    )
    await getting
  })

  it('asks a liar for nothing any more, also after a pause', async () => {
    const all = { ...numbered(60, 1_000), 'large.bin': content(3_000_000, 99) }
    const tree = folderOf(all)
    let lies = 0
    const lying = Object.values(all).map(file => ({
      ...served(file),
      read: async (block: number) => {
        lies++
        return Buffer.alloc((await served(file).read(block)).length, 7)
      }
    }))
    await using liar = await startSeed([servedFolder(tree), ...lying])
    await using getter = await startGetter([liar])
    const getting = fetched(getter, tree.cid, { timeoutMs: 20_000 }).catch(error => error)
    const isBanned = () =>
      getter.downloads.list()[0]?.sources.some(({ state }) => /banned/.test(state)) === true
    await eventually(isBanned, { within: 10_000, what: 'the liar is found out' })
    const [{ id }] = getter.downloads.list() as [Download]
    await getter.downloads.pause(id)
    const before = lies
    await using seed = await startSeed([servedFolder(tree), ...Object.values(all).map(file => served(file))])
    getter.sources.push(seed)
    await getter.downloads.resume(id)
    await getting
    const isDone = () => getter.downloads.list()[0]?.state === 'done'
    await eventually(isDone, { within: 15_000, what: 'it is done' })
    assert.equal(lies, before)
    await assertSame(join(getter.folder, 'files', tree.cid), all)
  })

  it('is known for a folder after a crash', async () => {
    const files = numbered(2, 3_000_000)
    const folder = folderOf(files)
    await using seed = await startSeed(
      [servedFolder(folder), ...Object.values(files).map(file => served(file))],
      { bytesPerSecond: 3_000_000 }
    )
    await using getter = await startGetter([seed])
    const getting = fetched(getter, folder.cid)
    await begun(getter)
    const store = new DownloadStore<DownloadRecord>(join(getter.folder, 'downloads'))
    const record = (await store.load())[0]?.record as DownloadRecord
    assert.deepEqual(
      [record.isFolder, record.path, record.size],
      [true, join(getter.folder, 'files', folder.cid), 6_000_000]
    )
    await getting
  })

  it('needs nobody when it is asked for again, until something in it is changed', async () => {
    const files = numbered(3, 1_500_000)
    files['small.txt'] = content(10)
    const folder = folderOf(files)
    await using seed = await startSeed([
      servedFolder(folder),
      ...Object.values(files).map(file => served(file))
    ])
    await using getter = await startGetter([seed])
    const { path } = await fetched(getter, folder.cid)
    getter.sources.length = 0
    const again = await fetched(getter, folder.cid, { timeoutMs: 300 })
    assert.deepEqual([again.state, again.path, again.size], ['done', path, 4_500_010])
    assert.equal(getter.downloads.list().length, 1)

    await writeFile(join(path, 'small.txt'), '0123456789')
    const nobody = /no source of/
    await assert.rejects(fetched(getter, folder.cid, { timeoutMs: 300 }), nobody)
    await utimes(join(path, 'small.txt'), 0, 0)
    await rm(join(path, '2.bin'))
    await assert.rejects(fetched(getter, folder.cid, { timeoutMs: 300 }), nobody)
    getter.sources.push(seed)
    await fetched(getter, folder.cid)
    assert.deepEqual(await readFile(join(path, '2.bin')), Buffer.from(files['2.bin']?.bytes ?? []))
  })

  it('gives its files to readers, the one that is read first, and none is fetched twice', async () => {
    const files = numbered(12, 2_000_000)
    const folder = folderOf(files)
    const last = files['12.bin'] as Content
    const sent = new Map<string, number>()
    const counted = Object.entries(files).map(([name, file]) => ({
      ...served(file),
      read: async (block: number) => {
        sent.set(name, (sent.get(name) ?? 0) + 1)
        return await served(file).read(block)
      }
    }))
    await using seed = await startSeed([servedFolder(folder), ...counted], { bytesPerSecond: 4_000_000 })
    await using getter = await startGetter([seed])
    const signal = AbortSignal.timeout(30_000)
    const getting = fetched(getter, folder.cid)
    await begun(getter)
    const reading = await getter.downloads.read(last.manifest.root, { signal })
    assert.equal(reading.name, '12.bin')
    assert.equal(reading.manifest.size, 2_000_000)
    assert.ok(Buffer.from(await reading.read(0, signal)).equals(last.bytes.subarray(0, MIB)))
    assert.ok(Buffer.from(await reading.read(1, signal)).equals(last.bytes.subarray(MIB)))
    // What is there is served to others, too, before the folder is complete.
    const isServed = async () => {
      const bytes = await (await getter.downloads.find(last.manifest.root, 'ann'))?.read(1)
      return Buffer.from(bytes ?? []).equals(last.bytes.subarray(MIB))
    }
    // In the moment in which it gets its name it is nowhere.
    await eventually(isServed, { within: 5_000, what: 'it is served' })
    assert.equal(getter.downloads.list()[0]?.state, 'downloading')
    await getting
    // A reader goes on with what has got its place.
    assert.ok(Buffer.from(await reading.read(0, signal)).equals(last.bytes.subarray(0, MIB)))
    reading.close()
    assert.equal(getter.downloads.list().length, 1)
    assert.deepEqual([...sent.values()], Array(12).fill(2))
  }).timeout(60_000)
})

function numbered(count: number, size: number): Record<string, Content> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`${n + 1}.bin`, content(size, n)]))
}

async function begun({ downloads }: Getter): Promise<void> {
  const hasBytes = () => downloads.list().some(({ bytesDone }) => bytesDone > 0)
  await eventually(hasBytes, { within: 10_000, what: 'bytes have come' })
}

/** What the download came to. */
async function fetched(
  { downloads }: Getter,
  target: string,
  options: { timeoutMs?: number } = {}
): Promise<Download> {
  const signal = AbortSignal.timeout(60_000)
  let last: Download | undefined
  for await (const event of downloads.get({ target, ...options }, { signal })) last = event
  return last as Download
}
