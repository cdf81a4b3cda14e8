import assert from 'node:assert/strict'
import fc from 'fast-check'
import { BUCKET_PEERS, MAX_SUSPECTS, ServerTable } from '../../../../src/search/word-index/index.ts'
import { sharedBits, sortedBy, space } from './virtual-servers.ts'

const table = (self = 0): ServerTable<number, number> =>
  new ServerTable({ self, space, sharedBits: sharedBits(self) })
const proven = { isProven: true }
const named = { isProven: false }
/** Numbers whose first bit differs from that of 0. */
const far = (count: number, from = 0): number[] =>
  Array.from({ length: count }, (_, i) => (0x8000_0000 + from + i) >>> 0)

describe('ServerTable', () => {
  it('gives the nearest, nearest first', () => {
    const places = fc.uniqueArray(fc.nat({ max: 0xffff_ffff }), { maxLength: 60 })
    fc.assert(
      fc.property(
        places,
        fc.nat({ max: 0xffff_ffff }),
        fc.integer({ min: 1, max: 10 }),
        (peers, key, count) => {
          const known = table(-1 >>> 0)
          for (const peer of peers) known.add(peer, proven)
          const others = peers.filter(peer => peer !== -1 >>> 0)
          assert.deepEqual(known.nearest(key, count), sortedBy(key, others).slice(0, count))
        }
      )
    )
  })

  it('does not know itself', () => {
    const known = table(7)
    known.add(7, proven)
    assert.equal(known.size, 0)
  })

  it('keeps those that are known for long when a bucket is full', () => {
    const known = table()
    for (const peer of far(BUCKET_PEERS)) known.add(peer, proven)
    known.add(0xffff_ffff, proven)
    assert.equal(known.has(0xffff_ffff), false)
    known.add(0x4000_0000, proven)
    assert.equal(known.size, BUCKET_PEERS + 1)
  })

  it('gives the place of one that was only named to one that spoke', () => {
    const known = table()
    for (const peer of far(BUCKET_PEERS)) known.add(peer, named)
    known.add(0xffff_ffff, named)
    assert.equal(known.has(0xffff_ffff), false)
    known.add(0xffff_ffff, proven)
    assert.equal(known.has(0xffff_ffff), true)
    assert.equal(known.size, BUCKET_PEERS)
  })

  it('forgets one that was named after one failure, one that spoke after two in a row', () => {
    const known = table()
    known.add(1, named)
    known.add(2, proven)
    known.onFailed(1)
    known.onFailed(2)
    assert.deepEqual([known.has(1), known.has(2)], [false, true])
    known.add(2, proven)
    known.onFailed(2)
    assert.equal(known.has(2), true)
    known.onFailed(2)
    assert.equal(known.has(2), false)
    known.onFailed(3)
  })

  it('does not take one back that failed because somebody names it, only when it speaks', () => {
    const known = table()
    known.onFailed(5)
    known.add(5, named)
    assert.deepEqual([known.has(5), known.isSuspect(5)], [false, true])
    known.add(5, proven)
    assert.deepEqual([known.has(5), known.isSuspect(5)], [true, false])
  })

  it('remembers the last 512 that failed', () => {
    const known = table()
    for (let peer = 1; peer <= MAX_SUSPECTS; peer++) known.onFailed(peer)
    assert.ok(known.isSuspect(1))
    known.onFailed(MAX_SUSPECTS + 1)
    assert.deepEqual(
      [1, 2, MAX_SUSPECTS + 1].map(peer => known.isSuspect(peer)),
      [false, true, true]
    )
    known.add(1, named)
    assert.ok(known.has(1))
  })

  it('gives the place of one that did not answer the last time to one that speaks, if there is none that was only named', () => {
    const known = table()
    for (const peer of far(BUCKET_PEERS)) known.add(peer, proven)
    const [silent] = far(1, 7) as [number]
    known.onFailed(silent)
    known.add(0xffff_ffff, named)
    assert.deepEqual([known.has(silent), known.has(0xffff_ffff)], [true, false])
    known.add(0xffff_ffff, proven)
    assert.deepEqual([known.has(silent), known.has(0xffff_ffff)], [false, true])
  })

  it('is bounded whoever is named', () => {
    const known = table()
    for (let i = 1; i < 20_000; i++) known.add((i * 2_654_435_761) >>> 0, named)
    assert.ok(known.size <= 32 * BUCKET_PEERS)
    known.remove([...known.peers()][0] as number)
  })
})
