import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { appendFile, unlink } from 'node:fs/promises'
import { HashPool } from '../../../src/adapters/files/index.ts'
import { ContentError, sha256 } from '../../../src/content/index.ts'
import { NodeError } from '../../../src/node/errors.ts'
import { BLOCK_BYTES } from '../../../src/wire/limits.ts'
import { factsNow, temporaryFolder } from './temporary.ts'

const signal = new AbortController().signal

describe('HashPool', () => {
  let pool: HashPool
  beforeEach(() => {
    pool = new HashPool({ threads: 2 })
  })
  afterEach(() => pool.stop())

  for (const size of [0, 1, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 3 * BLOCK_BYTES]) {
    it(`hashes the blocks of ${size} bytes`, async () => {
      await using folder = await temporaryFolder()
      const bytes = Buffer.alloc(size, 'p2pnode')
      const digests = await pool.hash(await factsNow(await folder.write('a', bytes)), { signal })
      const expected = Array.from({ length: Math.max(1, Math.ceil(size / BLOCK_BYTES)) }, (_, i) =>
        sha256(bytes.subarray(i * BLOCK_BYTES, (i + 1) * BLOCK_BYTES))
      )
      assert.deepEqual(Buffer.from(digests), Buffer.concat(expected))
      assert.equal(pool.bytesHashed, size)
    })
  }

  it('hashes the ranges of a large file on several threads and tells how far it is', async () => {
    await using folder = await temporaryFolder()
    const bytes = Buffer.alloc(130 * BLOCK_BYTES)
    for (let i = 0; i < 130; i++) bytes[i * BLOCK_BYTES] = i
    const file = await factsNow(await folder.write('a', bytes))
    const progress: number[] = []
    const digests = await pool.hash(file, { signal, onProgress: count => progress.push(count) })
    for (const i of [0, 63, 64, 129]) {
      const block = bytes.subarray(i * BLOCK_BYTES, (i + 1) * BLOCK_BYTES)
      assert.deepEqual(Buffer.from(digests.subarray(i * 32, i * 32 + 32)), Buffer.from(sha256(block)))
    }
    assert.equal(progress.length, 3)
    assert.equal(pool.bytesHashed, bytes.length)
    assert.equal(pool.threads, 2)
  })

  it('hashes many small files', async () => {
    await using folder = await temporaryFolder()
    const names = Array.from({ length: 500 }, (_, i) => `f${i}`)
    const files = await Promise.all(names.map(async name => factsNow(await folder.write(name))))
    const digests = await Promise.all(files.map(file => pool.hash(file, { signal })))
    assert.deepEqual(
      digests.map(digest => Buffer.from(digest).toString('hex')),
      names.map(name => Buffer.from(sha256(Buffer.from(name))).toString('hex'))
    )
  })

  it('refuses a file that is not in the given state', async () => {
    await using folder = await temporaryFolder()
    const file = await factsNow(await folder.write('a'))
    await appendFile(file.absolute, 'x')
    await assert.rejects(pool.hash(file, { signal }), isContentFault('changed'))
    await unlink(file.absolute)
    await assert.rejects(pool.hash(file, { signal }), isContentFault('vanished'))
  })

  it('does not wait for a pipe that stands in the place of a file', async () => {
    await using folder = await temporaryFolder()
    const file = await factsNow(await folder.write('a'))
    await unlink(file.absolute)
    execFileSync('mkfifo', [file.absolute])
    await assert.rejects(pool.hash(file, { signal }), isContentFault('changed'))
  })

  it('says why a file cannot be read', async () => {
    await using folder = await temporaryFolder()
    const file = await factsNow(folder.path)
    await assert.rejects(pool.hash({ ...file, absolute: `${folder.path}\0` }, { signal }), NodeError)
  })

  it('ends at once when it is cancelled, and goes on with others', async () => {
    await using folder = await temporaryFolder()
    const big = await factsNow(await folder.write('big', Buffer.alloc(130 * BLOCK_BYTES)))
    const small = await factsNow(await folder.write('small'))
    const controller = new AbortController()
    const hashing = pool.hash(big, { signal: controller.signal })
    controller.abort(new Error('not wanted'))
    await assert.rejects(hashing, /not wanted/)
    assert.equal((await pool.hash(small, { signal })).length, 32)
  })

  it('fails what is in flight when it stops', async () => {
    await using folder = await temporaryFolder()
    const file = await factsNow(await folder.write('big', Buffer.alloc(130 * BLOCK_BYTES)))
    const hashing = assert.rejects(pool.hash(file, { signal }), NodeError)
    await pool.stop()
    await hashing
    assert.equal(pool.threads, 0)
  })
})

function isContentFault(code: string): (error: unknown) => boolean {
  return error => error instanceof ContentError && error.fault.code === code
}
