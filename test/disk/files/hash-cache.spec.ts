import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { SqliteHashCache } from '../../../src/adapters/files/index.ts'
import type { FileFacts } from '../../../src/node/share-ports.ts'
import { BLOCK_BYTES } from '../../../src/wire/limits.ts'
import { zeroManifest } from '../../unit/content/files.ts'
import { type TemporaryFolder, temporaryFolder } from './temporary.ts'

const HOUR = 60 * 60_000
const small = zeroManifest(5)
const large = zeroManifest(2 * BLOCK_BYTES)
const smallFile: FileFacts = {
  absolute: '/s/small',
  size: 5,
  mtimeNs: 1_753_000_000_123_456_789n,
  inode: 2n ** 63n + 7n
}
const largeFile: FileFacts = { absolute: '/s/large', size: 2 * BLOCK_BYTES, mtimeNs: 1n, inode: 8n }

function filled(folder: TemporaryFolder): SqliteHashCache {
  const cache = new SqliteHashCache(folder.join('data/hashes.db'))
  cache.put([
    { file: smallFile, root: small.root, digests: small.digests },
    { file: largeFile, root: large.root, digests: large.digests }
  ])
  return cache
}

describe('SqliteHashCache', () => {
  it('knows files again after a restart', async () => {
    await using folder = await temporaryFolder()
    filled(folder).close()
    const cache = new SqliteHashCache(folder.join('data/hashes.db'))
    assert.equal(cache.find(smallFile), small.root)
    assert.equal(cache.find(largeFile), large.root)
    assert.deepEqual(Buffer.from(cache.digests(smallFile)!), Buffer.from(small.digests))
    assert.deepEqual(Buffer.from(cache.digests(largeFile)!), Buffer.from(large.digests))
    cache.close()
  })

  const changes: Array<Partial<FileFacts>> = [{ size: 6 }, { mtimeNs: smallFile.mtimeNs + 1n }, { inode: 9n }]
  for (const change of changes) {
    it(`does not know a file with another ${Object.keys(change)[0]}`, async () => {
      await using folder = await temporaryFolder()
      const cache = filled(folder)
      assert.equal(cache.find({ ...smallFile, ...change }), undefined)
      assert.equal(cache.digests({ ...smallFile, ...change }), undefined)
      cache.close()
    })
  }

  it('knows a file under its new name, also when the old one is forgotten first', async () => {
    await using folder = await temporaryFolder()
    const cache = filled(folder)
    const renamed = { ...largeFile, absolute: '/s/other' }
    cache.forget([largeFile.absolute], 0)
    assert.equal(cache.find(renamed), large.root)
    cache.forget([], 25 * HOUR)
    assert.deepEqual(Buffer.from(cache.digests(renamed)!), Buffer.from(large.digests))
    cache.close()
  })

  it('knows files, renamed or forgotten ones too, while it cannot write', async () => {
    await using folder = await temporaryFolder()
    const cache = filled(folder)
    cache.forget([smallFile.absolute], 0)
    // As good as a full disk: another one writes.
    const other = new DatabaseSync(folder.join('data/hashes.db'))
    other.exec('begin immediate')
    assert.equal(cache.find(smallFile), small.root)
    const renamed = { ...largeFile, absolute: '/s/other' }
    assert.equal(cache.find(renamed), large.root)
    assert.deepEqual(Buffer.from(cache.digests(renamed)!), Buffer.from(large.digests))
    other.close()
    cache.close()
  })

  it('lets go of a forgotten file after a day, but not of one that came back', async () => {
    await using folder = await temporaryFolder()
    const cache = filled(folder)
    cache.forget([smallFile.absolute, largeFile.absolute], 0)
    assert.equal(cache.find(smallFile), small.root)
    cache.forget([], 25 * HOUR)
    assert.equal(cache.find(smallFile), small.root)
    assert.equal(cache.find(largeFile), undefined)
    cache.close()
  })

  it('begins anew when its database is damaged, and keeps the damaged one aside', async () => {
    await using folder = await temporaryFolder()
    const path = await folder.write('hashes.db', 'this is no database, and never was one'.repeat(100))
    const aside: string[] = []
    const cache = new SqliteHashCache(path, { onCorrupt: moved => aside.push(moved) })
    assert.equal(cache.find(smallFile), undefined)
    cache.put([{ file: smallFile, root: small.root, digests: small.digests }])
    assert.equal(cache.find(smallFile), small.root)
    cache.close()
    assert.deepEqual(aside, [`${path}.corrupt-1`])
    assert.ok((await readdir(folder.path)).includes('hashes.db.corrupt-1'))
  })
})
