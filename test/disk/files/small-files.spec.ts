import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { diskPartFiles, partPath } from '../../../src/adapters/files/index.ts'
import type { OnExists } from '../../../src/node/api.ts'
import { NodeError } from '../../../src/node/errors.ts'
import { type TemporaryFolder, temporaryFolder } from './temporary.ts'

const ID = '0123456789abcdef'

describe('small files', () => {
  const files = diskPartFiles()
  after(() => files.stop())

  const place = (folder: TemporaryFolder, path: string, content: string, onExists: OnExists = 'rename') =>
    files.place({ id: ID, target: folder.join(path), onExists, bytes: Buffer.from(content) })

  it('are in their places, however many, and nothing else is', async () => {
    await using folder = await temporaryFolder()
    const names = Array.from({ length: 200 }, (_, i) => `${String(i).padStart(3, '0')}.txt`)
    const placed = await Promise.all(names.map(name => place(folder, `sub/${name}`, name)))
    assert.deepEqual(
      placed,
      names.map(name => ({ path: folder.join('sub', name), placed: true }))
    )
    for (const name of names) assert.equal(await readFile(folder.join('sub', name), 'utf8'), name)
    assert.deepEqual((await readdir(folder.join('sub'))).sort(), names)
  })

  const policies: Array<{ onExists: OnExists; path: string; placed: boolean; old: string; files: string[] }> =
    [
      { onExists: 'rename', path: 'a (2).txt', placed: true, old: 'old', files: ['a (2).txt', 'a.txt'] },
      { onExists: 'skip', path: 'a.txt', placed: false, old: 'old', files: ['a.txt'] },
      { onExists: 'overwrite', path: 'a.txt', placed: true, old: 'new', files: ['a.txt'] }
    ]
  for (const { onExists, path, placed, old, files: left } of policies) {
    it(`do what ${onExists} says when the name is taken`, async () => {
      await using folder = await temporaryFolder()
      await folder.write('a.txt', 'old')
      assert.deepEqual(await place(folder, 'a.txt', 'new', onExists), { path: folder.join(path), placed })
      assert.equal(await readFile(folder.join('a.txt'), 'utf8'), old)
      assert.deepEqual((await readdir(folder.path)).sort(), left)
    })
  }

  it('leave no part behind when they are refused, and the others are placed', async () => {
    await using folder = await temporaryFolder()
    await folder.write('a.txt', 'old')
    await folder.write('file')
    const [taken, inFile, fine] = await Promise.allSettled([
      place(folder, 'a.txt', 'new', 'fail'),
      place(folder, 'file/b', 'new'),
      place(folder, 'c.txt', 'new')
    ])
    assert.ok(taken.status === 'rejected' && isFault('conflict')(taken.reason))
    assert.ok(inFile.status === 'rejected' && isFault('disk')(inFile.reason))
    assert.deepEqual(fine, { status: 'fulfilled', value: { path: folder.join('c.txt'), placed: true } })
    assert.deepEqual((await readdir(folder.path)).sort(), ['a.txt', 'c.txt', 'file'])
  })

  it('are right in spite of a longer rest of an earlier run', async () => {
    await using folder = await temporaryFolder()
    await writeFile(partPath(folder.join('a.txt'), ID), 'a rest of an earlier run')
    await place(folder, 'a.txt', 'new')
    assert.equal(await readFile(folder.join('a.txt'), 'utf8'), 'new')
    assert.deepEqual(await readdir(folder.path), ['a.txt'])
  })

  it('fail when the node stops', async () => {
    await using folder = await temporaryFolder()
    const stopped = diskPartFiles()
    const placing = stopped.place({ id: ID, target: folder.join('a'), onExists: 'fail', bytes: Buffer.of(1) })
    const refused = assert.rejects(placing, isFault('disk'))
    await stopped.stop()
    await refused
  })
})

function isFault(code: string): (error: unknown) => boolean {
  return error => error instanceof NodeError && error.fault.code === code
}
