import assert from 'node:assert/strict'
import { on } from 'node:events'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { diskPartFiles, partPath } from '../../../src/adapters/files/index.ts'
import type { SmallFile, SmallFileAnswer } from '../../../src/adapters/files/small-write-worker.ts'
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

/** What a worker asked of the disk, in order, and its answers. */
async function placedBy(files: SmallFile[]): Promise<{ calls: string[]; answers: SmallFileAnswer[] }> {
  const source = (name: string): URL => new URL(`../../../src/adapters/files/${name}`, import.meta.url)
  const recorder = new URL('small-write-calls.ts', import.meta.url)
  const worker = new Worker(source('small-write-worker.ts'), { execArgv: ['--import', recorder.href] })
  const calls: string[] = []
  try {
    worker.postMessage(files)
    for await (const [message] of on(worker, 'message')) {
      if (Array.isArray(message)) return { calls, answers: message }
      calls.push(`${message.call} ${message.path}`)
    }
    throw new Error('it ended')
  } finally {
    await worker.terminate()
  }
}

describe('small files that are written by a worker', () => {
  it('are on the disk before the first of them has its name, and one that cannot be synced gets none', async () => {
    await using folder = await temporaryFolder()
    const names = ['a', 'failing', 'b']
    const { calls, answers } = await placedBy(
      names.map(name => ({
        part: folder.join(`${name}.part`),
        target: folder.join(name),
        bytes: Buffer.from(name),
        onExists: 'fail'
      }))
    )
    const parts = names.map(name => `${name}.part`)
    assert.deepEqual(
      calls.slice(0, 3),
      parts.map(part => `write ${part}`)
    )
    assert.deepEqual(calls.slice(3, 6).sort(), parts.map(part => `synced ${part}`).sort())
    assert.deepEqual(calls.slice(6), ['place a.part', 'place b.part'])
    assert.deepEqual(
      answers.map(({ kind }) => kind),
      ['placed', 'failed', 'placed']
    )
    assert.deepEqual((await readdir(folder.path)).sort(), ['a', 'b'])
  })
})

function isFault(code: string): (error: unknown) => boolean {
  return error => error instanceof NodeError && error.fault.code === code
}
