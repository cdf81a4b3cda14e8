import assert from 'node:assert/strict'
import { Counters } from '../../../src/base/counters.ts'
import {
  MAX_ALL_HELD_BYTES,
  MAX_HELD_BYTES,
  MAX_HELD_HITS,
  MAX_MERGE_KEYS
} from '../../../src/search/constants.ts'
import { HitRelay, type Relayed } from '../../../src/search/hit-relay.ts'
import { HitReturn } from '../../../src/search/hit-return.ts'
import { QueryState } from '../../../src/search/query-state.ts'
import { MAX_QUERY_HIT_BYTES, MAX_QUERY_HITS } from '../../../src/wire/limits.ts'
import type { WireHit } from '../../../src/wire/search-message.ts'
import { hitOf } from './virtual-network.ts'

const many = (node: number, count: number): WireHit[] =>
  Array.from({ length: count }, (_, i) => hitOf(node, i))

const counts = ({ pass, repeated, dropped }: Relayed): object => ({ passed: pass.length, repeated, dropped })

/** Takes hits of `bytes` each, of which there are `sources`. */
function take(
  relay: HitRelay<string>,
  source: string,
  hits: WireHit[],
  { sources = 1, bytes = 10, room = Number.POSITIVE_INFINITY } = {}
): object {
  return counts(relay.take(source, hits, sources, room, () => bytes))
}

describe('HitRelay', () => {
  it('holds nothing when there is one source: it may use up the limit', () => {
    const relay = new HitRelay<string>()
    assert.deepEqual(take(relay, 'a', many(1, 210)), { passed: MAX_QUERY_HITS, repeated: 0, dropped: 10 })
    assert.equal(relay.heldBytes, 0)
  })

  it('passes 64 KiB of one query, however few hits these are', () => {
    const relay = new HitRelay<string>()
    const bytes = MAX_QUERY_HIT_BYTES / 4
    assert.deepEqual(take(relay, 'a', many(1, 5), { bytes }), { passed: 4, repeated: 0, dropped: 1 })
  })

  const held = [
    { name: '400 hits', given: { bytes: 10 }, passed: 50, kept: MAX_HELD_HITS },
    { name: '128 KiB', given: { bytes: 1_000 }, passed: 16, kept: Math.floor(MAX_HELD_BYTES / 1_000) },
    { name: 'what others leave room for', given: { room: 95 }, passed: 50, kept: 9 }
  ]
  for (const { name, given, passed, kept } of held) {
    it(`holds ${name}, and no more, until all four sources of a query have answered`, () => {
      const relay = new HitRelay<string>()
      const count = passed + kept + 7
      const taken = take(relay, 'a', many(1, count), { sources: 4, ...given })
      assert.deepEqual(taken, { passed, repeated: 0, dropped: 7 })
      assert.equal(relay.heldBytes, kept * (given.bytes ?? 10))
    })
  }

  it('passes of what it held as much as the limit leaves, once', () => {
    const relay = new HitRelay<string>()
    take(relay, 'a', many(1, 450), { sources: 4 })
    take(relay, 'b', many(2, 50), { sources: 4 })
    assert.deepEqual(counts(relay.release()), { passed: 100, repeated: 0, dropped: 300 })
    assert.equal(relay.heldBytes, 0)
    assert.deepEqual(counts(relay.release()), { passed: 0, repeated: 0, dropped: 0 })
  })

  it('passes on at once what comes when all had their time, within the limit', () => {
    const relay = new HitRelay<string>()
    take(relay, 'a', many(1, 40), { sources: 4 })
    relay.release()
    const late = take(relay, 'b', many(2, 200), { sources: 4 })
    assert.deepEqual(late, { passed: 160, repeated: 0, dropped: 40 })
    assert.equal(relay.heldBytes, 0)
  })

  it('remembers 1,600 pairs of a file and its provider, to pass each on once', () => {
    const relay = new HitRelay<string>()
    const providers = Array.from({ length: 8 }, (_, i) => hitOf(100 + i).providers).flat()
    const hits = many(1, MAX_MERGE_KEYS / 8 + 1).map(({ entry }) => ({ entry, providers }))
    assert.deepEqual(take(relay, 'a', hits), { passed: 200, repeated: 0, dropped: 1 })
    assert.deepEqual(take(relay, 'b', hits), { passed: 0, repeated: 200, dropped: 1 })
  })
})

describe('HitReturn', () => {
  it('holds 16 MiB of all queries together, and has room again when one is over', () => {
    const drops = new Counters<never>()
    const options = { drops, sizeOf: () => 1_000, send: () => 0, isNeighbour: () => true }
    const back = new HitReturn<number>(options)
    const hits = many(1, 16 + 131)
    const queryWithHits = (i: number): QueryState<number> => {
      const id = `${i}`
      const query = new QueryState<number>({
        id,
        nonce: new Uint8Array(),
        text: '',
        ownOnly: false,
        ours: false
      })
      query.parents = [1]
      for (const child of [2, 3, 4]) query.link(child).sentTtl = 1
      back.pass(query, 2, hits, undefined)
      return query
    }
    const each = 131 * 1_000
    const full = Math.floor(MAX_ALL_HELD_BYTES / each)
    const queries = Array.from({ length: full + 1 }, (_, i) => queryWithHits(i))
    assert.equal(queries[full - 1]?.heldBytes, each)
    const left = Math.floor((MAX_ALL_HELD_BYTES - full * each) / 1_000)
    assert.equal(queries[full]?.heldBytes, left * 1_000)
    assert.equal(queryWithHits(-1).heldBytes, 0)
    back.discard(queries[0] as QueryState<number>)
    back.release(queries[1] as QueryState<number>, undefined)
    assert.equal(queryWithHits(-2).heldBytes, each)
    assert.equal(queryWithHits(-3).heldBytes, each)
    assert.equal(queryWithHits(-4).heldBytes, 0)
  })
})
