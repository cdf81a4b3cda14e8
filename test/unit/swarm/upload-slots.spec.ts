import assert from 'node:assert/strict'
import {
  MAX_UPLOAD_QUEUE,
  QUEUE_IDLE_MS,
  SLOT_IDLE_MS,
  SLOT_REST_MS,
  SLOT_TURN_MS
} from '../../../src/swarm/constants.ts'
import { UploadSlots } from '../../../src/swarm/index.ts'

describe('UploadSlots', () => {
  it('serves as many peers as it has slots and tells the others their place', () => {
    const slots = new UploadSlots(2)
    assert.deepEqual(slots.ask('ann', 0), { kind: 'go' })
    assert.deepEqual(slots.ask('bob', 0), { kind: 'go' })
    assert.deepEqual(slots.ask('cleo', 0), { kind: 'busy', position: 1 })
    assert.deepEqual(slots.ask('dan', 0), { kind: 'busy', position: 2 })
    assert.deepEqual(slots.ask('ann', 1), { kind: 'go' })
  })

  it('gives a free slot to the first in the queue, not to the first who asks', () => {
    const slots = new UploadSlots(1)
    slots.ask('ann', 0)
    slots.ask('bob', 0)
    slots.ask('cleo', 0)
    slots.leave('ann')
    assert.deepEqual(slots.ask('cleo', 1), { kind: 'busy', position: 2 })
    assert.deepEqual(slots.ask('bob', 1), { kind: 'go' })
    assert.deepEqual(slots.ask('cleo', 2), { kind: 'busy', position: 1 })
  })

  it('takes a slot back after its turn, but only while others wait', () => {
    const slots = new UploadSlots(1)
    for (let now = 0; now <= 2 * SLOT_TURN_MS; now += 1_000) slots.ask('ann', now)
    assert.deepEqual(slots.ask('ann', 2 * SLOT_TURN_MS), { kind: 'go' })
    slots.ask('bob', 2 * SLOT_TURN_MS)
    assert.deepEqual(slots.ask('ann', 2 * SLOT_TURN_MS + 1), { kind: 'busy', position: 2 })
    assert.deepEqual(slots.ask('bob', 2 * SLOT_TURN_MS + 2), { kind: 'go' })
  })

  it('forgets who holds a slot or a place and does not ask again', () => {
    const slots = new UploadSlots(1)
    slots.ask('ann', 0)
    slots.ask('bob', 0)
    assert.deepEqual(slots.ask('cleo', SLOT_IDLE_MS + 1), { kind: 'busy', position: 2 })
    assert.deepEqual(slots.ask('cleo', QUEUE_IDLE_MS + 1), { kind: 'go' })
  })

  it('keeps a slot whose blocks are still going out', () => {
    const slots = new UploadSlots(1)
    slots.ask('ann', 0)
    slots.work('ann', 'begins', 0)
    slots.touch('ann', SLOT_IDLE_MS)
    assert.deepEqual(slots.ask('bob', SLOT_IDLE_MS + 1), { kind: 'busy', position: 1 })
  })

  it('gives the slot of a peer that has all it asked for to one that waits, the longest resting first', () => {
    const slots = new UploadSlots(2)
    for (const [at, peer] of ['ann', 'bob'].entries()) {
      slots.ask(peer, at)
      slots.work(peer, 'begins', at)
      slots.work(peer, 'ends', at)
    }
    assert.deepEqual(slots.ask('cleo', SLOT_REST_MS), { kind: 'busy', position: 1 })
    assert.deepEqual(slots.ask('cleo', SLOT_REST_MS + 2), { kind: 'go' })
    assert.deepEqual(slots.ask('bob', SLOT_REST_MS + 2), { kind: 'go' })
    assert.deepEqual(slots.ask('ann', SLOT_REST_MS + 2), { kind: 'busy', position: 1 })
  })

  it('leaves the slot of a peer that rests to it while nobody waits, and when one of its streams works', () => {
    const slots = new UploadSlots(1)
    slots.ask('ann', 0)
    slots.work('ann', 'begins', 0)
    slots.work('ann', 'begins', 0)
    slots.work('ann', 'ends', 0)
    assert.deepEqual(slots.ask('bob', SLOT_REST_MS + 1), { kind: 'busy', position: 1 })
    slots.leave('bob')
    slots.work('ann', 'ends', 2 * SLOT_REST_MS)
    assert.deepEqual(slots.ask('ann', 4 * SLOT_REST_MS), { kind: 'go' })
  })

  it('bounds the queue', () => {
    const slots = new UploadSlots(1)
    for (let i = 0; i <= MAX_UPLOAD_QUEUE; i++) slots.ask(`peer-${i}`, 0)
    assert.deepEqual(slots.ask('one-more', 0), { kind: 'busy', position: undefined })
    assert.equal(slots.waiting, MAX_UPLOAD_QUEUE)
  })
})
