import assert from 'node:assert/strict'
import { type HashOutcome, HashQueue, type HashQueuePorts } from '../../../src/node/hash-queue.ts'
import type { FileFacts } from '../../../src/node/share-ports.ts'

const digests = new Uint8Array(32)
const hasher: HashQueuePorts['hasher'] = { hash: async () => digests, pause: () => {}, resume: () => {} }
const clock = { now: () => 1_000_000 }
const signal = new AbortController().signal
const old: FileFacts = { absolute: '/s/old', size: 1, mtimeNs: 0n, inode: 1n }
/** Written this moment. */
const fresh: FileFacts = { ...old, absolute: '/s/fresh', mtimeNs: 1_000_000n * 1_000_000n }

function outcomeOf(queue: HashQueue, file: FileFacts): Promise<HashOutcome> {
  return new Promise(done => queue.add({ file, signal, done, onProgress: () => {} }))
}

describe('HashQueue', () => {
  it('goes on after a look that threw, and tells of it @slow', async () => {
    const errors: unknown[] = []
    const bug = new Error('a bug')
    const looks = [() => Promise.reject(bug), async () => fresh]
    const scanner = { facts: () => looks[errors.length]!() }
    const queue = new HashQueue({ scanner, hasher, clock, onError: error => errors.push(error) })
    assert.deepEqual(await outcomeOf(queue, fresh), { kind: 'hashed', file: fresh, digests })
    assert.deepEqual(errors, [bug])
    queue.stop()
  })

  it('goes on after a file whose owner threw, and tells of it', async () => {
    const errors: unknown[] = []
    const bug = new Error('a bug')
    const scanner = { facts: async () => undefined }
    const queue = new HashQueue({ scanner, hasher, clock, onError: error => errors.push(error) })
    const done = (): void => {
      throw bug
    }
    queue.add({ file: old, signal, done, onProgress: () => {} })
    assert.equal((await outcomeOf(queue, old)).kind, 'hashed')
    assert.deepEqual(errors, [bug])
    queue.stop()
  })
})
