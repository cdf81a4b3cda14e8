import assert from 'node:assert/strict'
import { askTimeoutMs, IndexLookup, lookupKeys } from '../../../../src/search/word-index/index.ts'
import { type Machine, space, VirtualServers } from './virtual-servers.ts'

const WORD = 0x1111_1111
const NEXT = 0x5555_5555
const PAIR = 0x9999_9999
const KEYS = [WORD, PAIR, NEXT]

function lookup(
  servers: VirtualServers,
  keys = KEYS,
  known = servers.peers.slice(0, 10)
): IndexLookup<number, number> {
  return new IndexLookup({ keys, space, known, timeoutMs: () => 1_500 })
}

function run(servers: VirtualServers, search: IndexLookup<number, number>, hasEnough = false): void {
  const machine: Machine = {
    get isDone() {
      return search.isDone
    },
    get wakeAt() {
      return search.wakeAt
    },
    next: now => search.next(now, hasEnough),
    onAnswer: (...answer) => search.onAnswer(...answer),
    onFailed: (...failed) => search.onFailed(...failed)
  }
  servers.run(machine, WORD)
}

const answer = (given: { found?: number; full?: boolean }) => ({
  kind: 'answer' as const,
  afterMs: 20,
  ...given
})

const askedFor = (servers: VirtualServers, key: number): number[] =>
  servers.asked.filter(each => each.key === key).map(({ peer }) => peer)

describe('IndexLookup', () => {
  it('asks for the rarest word only, when its holders have room', () => {
    const servers = new VirtualServers(500)
    for (const peer of servers.nearest(WORD, 3)) servers.set(peer, answer({ found: 2 }))
    const search = lookup(servers)
    run(servers, search)
    assert.equal(search.holders, 3)
    assert.ok(servers.asked.every(({ key }) => key === WORD))
  })

  it('asks two more when the nearest three tell nothing that can be relied on', () => {
    const servers = new VirtualServers(200)
    const search = new IndexLookup({ keys: [WORD], space, known: servers.peers, timeoutMs: () => 1_500 })
    run(servers, search)
    assert.deepEqual(servers.asked.map(({ peer }) => peer).sort(), servers.nearest(WORD, 5).sort())
    assert.equal(search.holders, 3)
  })

  it('asks for the pair when there are more records than were kept of the rarest', () => {
    const servers = new VirtualServers(60)
    for (const peer of servers.nearest(WORD, 3)) servers.set(peer, answer({ found: 2, full: true }))
    for (const peer of servers.nearest(PAIR, 3)) servers.set(peer, answer({ found: 1 }))
    const search = lookup(servers, KEYS.slice(0, 2), servers.peers)
    run(servers, search)
    const ofPair = askedFor(servers, PAIR)
    for (const peer of servers.nearest(PAIR, 3)) assert.ok(ofPair.includes(peer))
    assert.equal(search.requests, servers.asked.length)
    // Nobody who has nothing under the pair knows whether the file is under the other word.
    assert.equal(search.holders, 0)
  })

  it('asks for the other word at last: what has room there is under no pair', () => {
    const servers = new VirtualServers(60)
    for (const peer of servers.nearest(WORD, 3)) servers.set(peer, answer({ found: 2, full: true }))
    const search = lookup(servers, KEYS, servers.peers)
    run(servers, search)
    const ofNext = askedFor(servers, NEXT)
    for (const peer of servers.nearest(NEXT, 3)) assert.ok(ofNext.includes(peer))
    assert.ok(askedFor(servers, PAIR).length > 0)
    assert.equal(search.holders, 3)
  })

  it('takes nothing under the pair for an answer when the other word is full, too', () => {
    const servers = new VirtualServers(60)
    for (const key of [WORD, NEXT])
      for (const peer of servers.nearest(key, 5)) servers.set(peer, answer({ found: 2, full: true }))
    const search = lookup(servers, KEYS, servers.peers)
    run(servers, search)
    assert.ok(askedFor(servers, NEXT).length > 0)
    assert.equal(search.holders, 3)
  })

  it('has no holders when all of them leave something out: what is missing may be there', () => {
    const servers = new VirtualServers(20)
    for (const peer of servers.peers) servers.set(peer, answer({ full: true }))
    const search = lookup(servers)
    run(servers, search)
    assert.equal(search.holders, 0)
  })

  it('believes those that leave nothing out beside one that does', () => {
    const servers = new VirtualServers(60)
    servers.set(servers.nearest(WORD, 1)[0] as number, answer({ found: 2, full: true }))
    const search = lookup(servers, [WORD])
    run(servers, search)
    assert.equal(search.holders, 2)
  })

  const single = [
    { name: 'there is enough already', keys: KEYS, hasEnough: true },
    { name: 'there is one word only', keys: [WORD], hasEnough: false }
  ]
  for (const { name, keys, hasEnough } of single) {
    it(`asks for nothing else when ${name}`, () => {
      const servers = new VirtualServers(500)
      for (const peer of servers.nearest(WORD, 3)) servers.set(peer, answer({ found: 2, full: true }))
      run(servers, lookup(servers, keys), hasEnough)
      assert.ok(servers.asked.every(({ key }) => key === WORD))
    })
  }

  it('makes 24 requests in all, whoever answers what', () => {
    const servers = new VirtualServers(500)
    let invented = 1
    for (const peer of servers.peers) {
      const closer = Array.from({ length: 8 }, () => (WORD ^ invented++) >>> 0)
      servers.set(peer, { ...answer({ full: true }), closer })
    }
    const search = lookup(servers)
    run(servers, search)
    assert.equal(search.requests, 24)
    assert.equal(servers.asked.length, 24)
  })

  it('has no holders when nobody answers: the index could not be asked', () => {
    const servers = new VirtualServers(20)
    for (const peer of servers.peers) servers.set(peer, { kind: 'silent' })
    const search = lookup(servers)
    run(servers, search)
    assert.equal(search.holders, 0)
  })
})

describe('lookupKeys', () => {
  const cases = [
    { words: [], keys: [] },
    { words: ['live'], keys: ['live'] },
    { words: ['live', 'concert'], keys: ['live', 'live concert', 'concert'] },
    { words: ['live', 'concert', '2024'], keys: ['live', 'live concert', 'concert'] }
  ]
  for (const { words, keys } of cases) {
    it(`of ${words.length} words: ${keys.join(', ') || 'none'}`, () => {
      assert.deepEqual(
        lookupKeys(words, some => some.join(' ')),
        keys
      )
    })
  }
})

describe('askTimeoutMs', () => {
  const cases = [
    { isWarm: true, rttMs: null, ms: 300 },
    { isWarm: true, rttMs: 20, ms: 300 },
    { isWarm: true, rttMs: 200, ms: 800 },
    { isWarm: false, rttMs: null, ms: 1_500 },
    { isWarm: false, rttMs: 400, ms: 2_400 }
  ]
  for (const { isWarm, rttMs, ms } of cases) {
    it(`is ${ms} ms for a ${isWarm ? 'warm' : 'cold'} contact with a round trip of ${rttMs} ms`, () => {
      assert.equal(askTimeoutMs({ isWarm, rttMs }), ms)
    })
  }
})
