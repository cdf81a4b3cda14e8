import assert from 'node:assert/strict'
import { open, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { deletePart, openPartFile, partPath } from '../../../src/adapters/files/index.ts'
import { PartFile } from '../../../src/adapters/files/part-file.ts'
import type { OnExists } from '../../../src/node/api.ts'
import { NodeError } from '../../../src/node/errors.ts'
import { BLOCK_BYTES } from '../../../src/wire/limits.ts'
import { type TemporaryFolder, temporaryFolder } from './temporary.ts'

const ID = '0123456789abcdef'

async function finished(
  folder: TemporaryFolder,
  onExists: OnExists
): Promise<{ path: string; placed: boolean }> {
  const part = await openPartFile({ target: folder.join('a.txt'), id: ID, size: 3 })
  await part.write(0, [Buffer.from('new')])
  return await part.finish(3, onExists)
}

/** A new part file whose syncs go through `onSync`. */
async function openedWith(
  target: string,
  onSync: (name: string, call: () => Promise<void>) => Promise<void>
): Promise<PartFile> {
  const path = partPath(target, ID)
  const handle = await open(path, 'wx+')
  for (const name of ['sync', 'datasync'] as const) {
    const call = handle[name].bind(handle)
    handle[name] = () => onSync(name, call)
  }
  return new PartFile(path, { target, id: ID, isNew: true }, handle)
}

describe('PartFile', () => {
  it('keeps blocks by position, written in any order and in pieces', async () => {
    await using folder = await temporaryFolder()
    const part = await openPartFile({ target: folder.join('sub/film.mp4'), id: ID, size: BLOCK_BYTES + 6 })
    assert.equal(basename(part.path), 'film.mp4.01234567.part')
    await part.write(1, [Buffer.from('la'), Buffer.from(''), Buffer.from('st'), Buffer.from('!!')])
    await part.write(0, [new Uint8Array(BLOCK_BYTES - 10).fill(7), new Uint8Array(10).fill(8)])
    assert.equal(Buffer.from(await part.read(1)).toString(), 'last!!')
    assert.equal((await part.read(0)).at(-1), 8)
    assert.equal((await part.read(2)).length, 0)
    await part.sync()
    const { path, placed } = await part.finish(BLOCK_BYTES + 6, 'rename')
    assert.deepEqual([path, placed], [folder.join('sub/film.mp4'), true])
    assert.equal((await readFile(path)).length, BLOCK_BYTES + 6)
    assert.deepEqual(await readdir(folder.join('sub')), ['film.mp4'])
  })

  it('goes on with what an earlier run wrote, and cuts off what is too much', async () => {
    await using folder = await temporaryFolder()
    const target = folder.join('a.txt')
    await writeFile(partPath(target, ID), 'abcdef')
    const part = await openPartFile({ target, id: ID, size: 3 })
    assert.equal(Buffer.from(await part.read(0)).toString(), 'abcdef')
    const { path } = await part.finish(3, 'fail')
    assert.equal(await readFile(path, 'utf8'), 'abc')
  })

  it('makes an empty file', async () => {
    await using folder = await temporaryFolder()
    const part = await openPartFile({ target: folder.join('empty'), id: ID, size: 0 })
    const { path } = await part.finish(0, 'rename')
    assert.equal((await readFile(path)).length, 0)
  })

  const policies: Array<{ onExists: OnExists; path: string; placed: boolean; old: string; files: string[] }> =
    [
      { onExists: 'rename', path: 'a (2).txt', placed: true, old: 'old', files: ['a (2).txt', 'a.txt'] },
      { onExists: 'skip', path: 'a.txt', placed: false, old: 'old', files: ['a.txt'] },
      { onExists: 'overwrite', path: 'a.txt', placed: true, old: 'new', files: ['a.txt'] }
    ]
  for (const { onExists, path, placed, old, files } of policies) {
    it(`does what ${onExists} says when the name is taken`, async () => {
      await using folder = await temporaryFolder()
      await folder.write('a.txt', 'old')
      assert.deepEqual(await finished(folder, onExists), { path: folder.join(path), placed })
      assert.equal(await readFile(folder.join('a.txt'), 'utf8'), old)
      assert.deepEqual((await readdir(folder.path)).sort(), files)
    })
  }

  it('refuses a taken name when told to, and keeps the part', async () => {
    await using folder = await temporaryFolder()
    await folder.write('a.txt', 'old')
    await assert.rejects(finished(folder, 'fail'), isFault('conflict'))
    assert.equal(await readFile(folder.join('a.txt'), 'utf8'), 'old')
    assert.equal(await readFile(partPath(folder.join('a.txt'), ID), 'utf8'), 'new')
  })

  it('has its name only when its bytes are on the disk', async () => {
    await using folder = await temporaryFolder()
    const target = folder.join('a.txt')
    const calls: string[] = []
    const part = await openedWith(target, async (name, call) => {
      calls.push(`${name} beside ${(await readdir(folder.path)).join()}`)
      await call()
    })
    await part.write(0, [Buffer.from('new')])
    await part.finish(3, 'rename')
    assert.deepEqual(calls, ['sync beside a.txt.01234567.part'])
    assert.deepEqual(await readdir(folder.path), ['a.txt'])
  })

  it('gets no name and is not trusted when the disk cannot keep its bytes', async () => {
    await using folder = await temporaryFolder()
    let fails = true
    const part = await openedWith(folder.join('a.txt'), async (_, call) => {
      if (fails) throw Object.assign(new Error('EIO: i/o error, fsync'), { code: 'EIO' })
      await call()
    })
    await part.write(0, [Buffer.from('new')])
    await assert.rejects(part.finish(3, 'rename'), isFault('disk'))
    assert.deepEqual(await readdir(folder.path), ['a.txt.01234567.part'])
    // The system says once that it lost something, and then that all is well.
    fails = false
    assert.equal(await part.seal(), undefined)
    await part.close()
  })

  it('tells whether anybody wrote to it since it was sealed', async () => {
    await using folder = await temporaryFolder()
    const part = await openPartFile({ target: folder.join('a.txt'), id: ID })
    await part.write(0, [Buffer.from('new')])
    const state = await part.seal()
    assert.ok(state !== undefined)
    assert.equal(await part.state(), state)
    await part.read(0)
    assert.equal(await part.seal(), state)
    await writeFile(part.path, 'old')
    await utimes(part.path, 0, 0)
    assert.notEqual(await part.state(), state)
    await part.delete()
  })

  it('gives every one of many that end at once a name of its own', async () => {
    await using folder = await temporaryFolder()
    const ids = Array.from({ length: 20 }, (_, i) => `id${String(i).padStart(6, '0')}`)
    const parts = await Promise.all(ids.map(id => openPartFile({ target: folder.join('a.txt'), id })))
    await Promise.all(parts.map((part, i) => part.write(0, [Buffer.from(ids[i]!)])))
    const placed = await Promise.all(parts.map(part => part.finish(8, 'rename')))
    const contents = await Promise.all(placed.map(({ path }) => readFile(path, 'utf8')))
    assert.deepEqual(contents, ids)
  })

  it('says how much room is missing on the disk', async () => {
    await using folder = await temporaryFolder()
    const opened = openPartFile({ target: folder.join('big'), id: ID, size: 2 ** 43 })
    await assert.rejects(opened, isFault('disk', /not enough room.*bytes needed, \d+ free/))
  })

  it('says what is wrong with the place', async () => {
    await using folder = await temporaryFolder()
    await folder.write('file')
    await assert.rejects(openPartFile({ target: folder.join('file/a'), id: ID }), isFault('disk'))
  })

  it('fits its own name into what file systems take', async () => {
    await using folder = await temporaryFolder()
    const part = await openPartFile({ target: folder.join('é'.repeat(127)), id: ID })
    assert.ok(Buffer.byteLength(basename(part.path)) <= 255)
    await part.delete()
    await deletePart(part.path)
    assert.deepEqual(await readdir(folder.path), [])
  })
})

function isFault(code: string, message = /./): (error: unknown) => boolean {
  return error => error instanceof NodeError && error.fault.code === code && message.test(error.message)
}
