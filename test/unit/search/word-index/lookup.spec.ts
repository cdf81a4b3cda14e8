import assert from 'node:assert/strict'
import { askTimeoutMs, IndexLookup } from '../../../../src/search/word-index/index.ts'
import { type Machine, space, VirtualServers } from './virtual-servers.ts'

const WORD = 0x1111_1111
const PAIR = 0x9999_9999

function lookup(servers: VirtualServers, keys = [WORD, PAIR]): IndexLookup<number, number> {
  return new IndexLookup({ keys, space, known: servers.peers.slice(0, 10), timeoutMs: () => 1_500 })
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

  it('asks for the pair of words, too, when there are more records than were kept', () => {
    const servers = new VirtualServers(500)
    for (const peer of servers.nearest(WORD, 3)) servers.set(peer, answer({ found: 2, full: true }))
    for (const peer of servers.nearest(PAIR, 3)) servers.set(peer, answer({ found: 1 }))
    const search = lookup(servers)
    run(servers, search)
    const ofPair = servers.asked.filter(({ key }) => key === PAIR).map(({ peer }) => peer)
    for (const peer of servers.nearest(PAIR, 3)) assert.ok(ofPair.includes(peer))
    assert.equal(search.holders, 6)
    assert.equal(search.requests, servers.asked.length)
  })

  const single = [
    { name: 'there is enough already', keys: [WORD, PAIR], hasEnough: true },
    { name: 'there is one word only', keys: [WORD], hasEnough: false }
  ]
  for (const { name, keys, hasEnough } of single) {
    it(`does not ask for the pair when ${name}`, () => {
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
