import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { diskPartFiles } from '../../src/adapters/files/index.ts'
import { buildDirectory, type Directory, fileDagSize, parseCid } from '../../src/content/index.ts'
import type { ServedFile } from '../../src/swarm/index.ts'
import { type Content, content, served, startGetter, startSeed } from './transfer-hosts.ts'

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
})
