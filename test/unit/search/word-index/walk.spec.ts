import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  HEDGE_MS,
  IndexWalk,
  MAX_WALK_CANDIDATES,
  type WalkOptions
} from '../../../../src/search/word-index/index.ts'
import { type Machine, space, VirtualServers } from './virtual-servers.ts'

const KEY = 0x1234_5678

function walkTo(
  servers: VirtualServers,
  given: Partial<WalkOptions<number, number>> = {}
): IndexWalk<number, number> {
  return new IndexWalk({
    key: KEY,
    space,
    known: servers.peers.slice(0, 10),
    width: 3,
    extra: 2,
    maxRequests: 24,
    timeoutMs: () => 1_500,
    ...given
  })
}

function machineOf(walk: IndexWalk<number, number>): Machine {
  return {
    get isDone() {
      return walk.isDone
    },
    get wakeAt() {
      return walk.wakeAt
    },
    next: now => walk.next(now),
    onAnswer: (peer, _key, answer) => walk.onAnswer(peer, answer),
    onFailed: peer => walk.onFailed(peer)
  }
}

const run = (servers: VirtualServers, walk: IndexWalk<number, number>): number =>
  servers.run(machineOf(walk), KEY)
const found = (count: number) => ({ kind: 'answer' as const, afterMs: 50, found: count })

describe('IndexWalk', () => {
  it('finds the nearest of 2,000 servers from any ten, in a dozen requests', () => {
    for (let seed = 1; seed <= 8; seed++) {
      const servers = new VirtualServers(2_000, { seed })
      for (const peer of servers.nearest(KEY, 3)) servers.set(peer, found(1))
      const walk = walkTo(servers)
      run(servers, walk)
      assert.deepEqual(walk.holders, servers.nearest(KEY, 3), `seed ${seed}`)
      assert.ok(walk.requests <= 16, `${walk.requests} requests with seed ${seed}`)
    }
  })

  it('asks two more when the nearest three had nothing', () => {
    const servers = new VirtualServers(200)
    const walk = walkTo(servers, { known: servers.peers })
    run(servers, walk)
    assert.deepEqual(new Set(servers.asked.map(({ peer }) => peer)), new Set(servers.nearest(KEY, 5)))
  })

  it('asks no more than three when one of them had something', () => {
    const servers = new VirtualServers(200)
    servers.set(servers.nearest(KEY, 2)[1], found(1))
    const walk = walkTo(servers, { known: servers.peers })
    run(servers, walk)
    assert.equal(walk.requests, 3)
  })

  it('asks those last that are to be asked last, also of the nearest three', () => {
    const servers = new VirtualServers(200)
    const [doubted, second, third] = servers.nearest(KEY, 3) as [number, number, number]
    const walk = walkTo(servers, { known: servers.peers, isLast: peer => peer === doubted })
    const asked = (now: number) => walk.next(now).map(({ peer }) => peer)
    assert.deepEqual(asked(0), [second, third])
    walk.onAnswer(second, { found: 1, closer: [] })
    assert.deepEqual(asked(1), [])
    walk.onAnswer(third, { found: 0, closer: [] })
    assert.deepEqual(asked(2), [doubted])
    walk.onAnswer(doubted, { found: 0, closer: [] })
    walk.next(3)
    assert.deepEqual([walk.isDone, walk.holders], [true, [doubted, second, third]])
  })

  it('does not wait for the slow before it asks those', () => {
    const servers = new VirtualServers(200)
    const [doubted, second, third] = servers.nearest(KEY, 3) as [number, number, number]
    const known = [doubted, second, third]
    const walk = walkTo(servers, { known, isLast: peer => peer === doubted })
    walk.next(0)
    walk.onFailed(second)
    assert.deepEqual(
      walk.next(HEDGE_MS).map(({ peer }) => peer),
      [doubted]
    )
  })

  it('has at most three requests under way', () => {
    const servers = new VirtualServers(200)
    const walk = walkTo(servers, { known: servers.peers, width: 5 })
    assert.equal(walk.next(0).length, 3)
    assert.equal(walk.next(1).length, 0)
    walk.onAnswer(servers.nearest(KEY, 1)[0] as number, { found: 0, closer: [] })
    assert.equal(walk.next(2).length, 1)
  })

  it('asks another one beside a server that is silent for a while, and takes its late answer', () => {
    const servers = new VirtualServers(200)
    const [slow, ...others] = servers.nearest(KEY, 4) as [number, number, number, number]
    const walk = walkTo(servers, { known: servers.peers })
    assert.deepEqual(
      walk.next(0).map(({ peer }) => peer),
      [slow, ...others.slice(0, 2)]
    )
    for (const peer of others.slice(0, 2)) walk.onAnswer(peer, { found: 1, closer: [] })
    assert.deepEqual(walk.next(HEDGE_MS - 1), [])
    assert.equal(walk.wakeAt, HEDGE_MS)
    assert.deepEqual(
      walk.next(HEDGE_MS).map(({ peer }) => peer),
      others.slice(2)
    )
    walk.onAnswer(others[2] as number, { found: 1, closer: [] })
    walk.next(HEDGE_MS + 100)
    assert.equal(walk.isDone, false)
    walk.onAnswer(slow, { found: 1, closer: [] })
    walk.next(1_000)
    assert.equal(walk.isDone, true)
    assert.deepEqual(walk.holders, servers.nearest(KEY, 3))
  })

  it('goes past servers that left, as far as it must', () => {
    const servers = new VirtualServers(500)
    const nearest = servers.nearest(KEY, 6)
    for (const peer of nearest.slice(0, 3)) servers.set(peer, { kind: 'silent' })
    const walk = walkTo(servers)
    const tookMs = run(servers, walk)
    assert.deepEqual(walk.holders, nearest.slice(3))
    assert.ok(tookMs <= 2 * 1_500 + 1_000, `${tookMs} ms`)
  })

  it('waits for those who are late when nobody else answers', () => {
    const servers = new VirtualServers(3)
    for (const peer of servers.peers) servers.set(peer, { kind: 'answer', afterMs: 900, found: 1 })
    const walk = walkTo(servers, { known: servers.peers, timeoutMs: () => 300 })
    assert.equal(run(servers, walk), 900)
    assert.equal(walk.holders.length, 3)
  })

  it('ends when everybody is dead', () => {
    const servers = new VirtualServers(5)
    for (const peer of servers.peers) servers.set(peer, { kind: 'error', afterMs: 10 })
    const walk = walkTo(servers)
    run(servers, walk)
    assert.deepEqual(walk.holders, [])
  })

  it('ends at once when nobody is known', () => {
    const walk = walkTo(new VirtualServers(1), { known: [] })
    assert.deepEqual(walk.next(0), [])
    assert.equal(walk.isDone, true)
  })

  it('takes one holder of each group: the owner of a subnet is not all of them', () => {
    const servers = new VirtualServers(300)
    const nearest = servers.nearest(KEY, 8)
    const owned = new Set(nearest.slice(0, 6))
    const walk = walkTo(servers, {
      known: servers.peers,
      groupOf: peer => (owned.has(peer) ? '192.0.2' : undefined)
    })
    run(servers, walk)
    assert.deepEqual(walk.holders, [nearest[0], ...nearest.slice(6, 8)])
  })

  it('asks the next one of a group when the nearest of it is gone', () => {
    const servers = new VirtualServers(300)
    const nearest = servers.nearest(KEY, 4)
    servers.set(nearest[0], { kind: 'error', afterMs: 5 })
    const walk = walkTo(servers, {
      known: servers.peers,
      groupOf: peer => (nearest.slice(0, 2).includes(peer) ? 'same' : undefined)
    })
    run(servers, walk)
    assert.equal(walk.holders[0], nearest[1])
  })

  it('is led astray by liars for 24 requests at most', () => {
    const servers = new VirtualServers(100)
    let invented = 1
    const inventions = () => Array.from({ length: 100 }, () => (KEY ^ invented++) >>> 0)
    for (const peer of servers.peers) servers.set(peer, { kind: 'answer', afterMs: 10, closer: inventions() })
    const walk = walkTo(servers)
    run(servers, walk)
    assert.equal(walk.requests, 24)
  })

  it('believes eight names of one answer', () => {
    const servers = new VirtualServers(100)
    const walk = walkTo(servers, { known: [servers.peers[0] as number], width: 50, maxRequests: 60 })
    walk.next(0)
    walk.onAnswer(servers.peers[0] as number, { found: 0, closer: servers.peers.slice(1, 40) })
    walk.next(1)
    assert.equal(walk.requests, 1 + 3)
    for (let now = 1; !walk.isDone && now < 50_000; now += 100) walk.next(now)
    assert.equal(walk.requests, 1 + 8)
  })

  it('remembers the 64 nearest that it heard of, in whatever order', () => {
    const servers = new VirtualServers(100)
    for (const peer of servers.peers) servers.set(peer, { kind: 'error', afterMs: 10 })
    const walk = walkTo(servers, { known: servers.peers, maxRequests: 1_000 })
    run(servers, walk)
    assert.deepEqual(
      servers.asked.map(({ peer }) => peer),
      servers.nearest(KEY, MAX_WALK_CANDIDATES)
    )
  })

  it('forgets nobody that it has asked, though 64 nearer ones are named', () => {
    const servers = new VirtualServers(100)
    const sorted = servers.nearest(KEY, 100)
    const farthest = sorted.slice(-3)
    const walk = walkTo(servers, { known: farthest })
    assert.equal(walk.next(0).length, 3)
    walk.add(sorted.slice(0, 80))
    for (const peer of farthest) walk.onAnswer(peer, { found: 0, closer: [] })
    assert.deepEqual(walk.answered, farthest)
  })

  it('is not moved by answers that it did not ask for', () => {
    const servers = new VirtualServers(100)
    const walk = walkTo(servers)
    walk.next(0)
    walk.onAnswer(servers.peers[99] as number, { found: 5, closer: servers.peers })
    walk.onFailed(servers.peers[98] as number)
    assert.equal(walk.answered.length, 0)
  })

  it('always ends, asks nobody twice, and never more than its limit', () => {
    const behaviour = fc.oneof(
      fc.record({
        kind: fc.constant('answer' as const),
        afterMs: fc.nat({ max: 4_000 }),
        found: fc.nat({ max: 3 })
      }),
      fc.record({ kind: fc.constant('error' as const), afterMs: fc.nat({ max: 2_000 }) }),
      fc.constant({ kind: 'silent' as const })
    )
    fc.assert(
      fc.property(
        fc.array(behaviour, { minLength: 1, maxLength: 60 }),
        fc.nat({ max: 12 }),
        fc.nat(),
        (behaviours, known, seed) => {
          const servers = new VirtualServers(behaviours.length, { seed })
          behaviours.forEach((given, i) => {
            servers.set(servers.peers[i], given)
          })
          const walk = walkTo(servers, {
            known: servers.peers.slice(0, known),
            timeoutMs: peer => (peer % 2 ? 300 : 1_500)
          })
          run(servers, walk)
          const asked = servers.asked.map(({ peer }) => peer)
          assert.equal(new Set(asked).size, asked.length)
          assert.ok(asked.length <= 24)
          assert.equal(walk.wakeAt, Number.POSITIVE_INFINITY)
        }
      ),
      { numRuns: 200 }
    )
  })
})
