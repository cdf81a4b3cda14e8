import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { diskPartFiles } from '../../src/adapters/files/index.ts'
import { buildDirectory, type Directory, fileDagSize, parseCid } from '../../src/content/index.ts'
import type { ServedFile } from '../../src/swarm/index.ts'
import { type Content, content, served, startGetter, startSeed } from './transfer-hosts.ts'

function folderOf(files: Readonly<Record<string, Content>>): Directory {
  return buildDirectory(
    Object.entries(files).map(([name, { bytes, manifest }]) => {
      const { codec, digest } = parseCid(manifest.root)
      return { name, codec, digest, dagSize: fileDagSize(bytes.length), isFolder: false }
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

describe('a folder that is fetched', () => {
  it('has its names synced once, when all files are there', async () => {
    const files = Object.fromEntries([1, 2, 3].map(n => [`${n}.bin`, content(1_000 * n, n)]))
    const folder = folderOf(files)
    await using seed = await startSeed([
      servedFolder(folder),
      ...Object.values(files).map(file => served(file))
    ])
    const synced: Array<{ path: string; names: string[] }> = []
    const opened: Array<boolean | undefined> = []
    await using getter = await startGetter([seed], {
      files: {
        ...diskPartFiles,
        open: options => {
          opened.push(options.syncsName)
          return diskPartFiles.open(options)
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
    assert.deepEqual(opened, [false, false, false])
  })
})
