import assert from 'node:assert/strict'
import { seededRandom } from '../../../src/base/random.ts'
import { FLOOD_LIMITS, MAX_OPEN_ROUNDS, type SearchAction, SearchEngine } from '../../../src/search/index.ts'
import type { SearchMessage } from '../../../src/wire/search-message.ts'
import { engine, feedHits, hitsSent, many, query, report, sentTo, strikes } from './engine-fixture.ts'
import { sizeOf, VirtualNetwork } from './virtual-network.ts'

describe('SearchEngine: a forwarder for busy neighbours', () => {
  it('keeps within what the next one takes, and is not punished, while eleven send all they may', () => {
    const forwarder = engine(12)
    const next = new SearchEngine<number>({ answer: () => [], sizeOf, random: seededRandom(2) }, 0)
    // Those behind it say nothing, so that it reports late what a copy has cost.
    for (const peer of [0, 13, 14, 15]) next.addNeighbour(peer, 0)
    let forwarded = 0
    const deliver = (actions: SearchAction<number>[], now: number): void => {
      assert.equal(strikes(actions), 0, 'the forwarder punishes nobody')
      for (const message of sentTo(actions, 12)) {
        if (message.type === 'query') forwarded++
        const answers = next.onMessage(0, message, now)
        assert.equal(strikes(answers), 0, 'nobody punishes the forwarder')
        for (const answer of sentTo(answers, 0)) deliver(forwarder.onMessage(12, answer, now), now)
      }
    }
    // Each neighbour sends 80 % of what it may, 409 cost a second, for 20 s.
    for (let now = 0; now < 20_000; now += 250) {
      for (let peer = 1; peer <= 11; peer++)
        deliver(forwarder.onMessage(peer, query({ ttl: 3, budget: 101 }), now), now)
      for (const answer of sentTo(next.tick(now), 0)) deliver(forwarder.onMessage(12, answer, now), now)
      deliver(forwarder.tick(now), now)
    }
    assert.equal(forwarder.drops.get('over-rate'), 0)
    assert.equal(next.drops.get('over-rate'), 0)
    assert.ok(forwarder.drops.get('send-rate') > 0, 'it could not pass all of them on')
    assert.ok(forwarded > 500, `${forwarded} passed on`)
  })
})

describe('SearchEngine: drops', () => {
  it('sends an id that comes with growing ttl twice, and says why not more', () => {
    const node = engine(3)
    const first = query({ ttl: 2 })
    const sent = [2, 3, 4, 5, 6].map(ttl => {
      const actions = node.onMessage(1, { ...first, ttl }, 0)
      assert.equal(strikes(actions), 0)
      return sentTo(actions, 2).filter(({ type }) => type === 'query').length
    })
    assert.deepEqual(sent, [1, 1, 0, 0, 0])
    assert.equal(node.drops.get('carried-enough'), 3)
  })

  it('counts copies that came before, and tells their senders', () => {
    const node = engine(2)
    const first = query({ ttl: 3 })
    node.onMessage(1, first, 0)
    const [told] = sentTo(node.onMessage(2, first, 0), 2)
    assert.equal(node.drops.get('duplicate'), 1)
    assert.ok(told?.type === 'report' && told.duplicates === 1)
  })

  it('counts neighbours for which there is no budget', () => {
    const node = engine(5)
    const asked = node.ask({ text: 'file', ttl: 2, budget: 3, ownOnly: false, report: true }, 0)
    assert.equal(asked.queries, 3)
    assert.equal(node.drops.get('no-budget'), 2)
  })

  it('ends a query when all who sent it are gone, and counts hits that come after', () => {
    const node = engine(3)
    const first = query({ ttl: 3, report: false })
    node.onMessage(1, first, 0)
    node.onMessage(2, { ...first, ttl: 5 }, 0)
    for (const peer of [1, 2]) node.removeNeighbour(peer, 0)
    assert.deepEqual(hitsSent(feedHits(node, 3, first.id, many(1, 3))), [])
    assert.equal(node.drops.get('cancelled'), 3)
  })

  it('closes the oldest round when too many wait for reports', () => {
    const limits = { ...FLOOD_LIMITS, rate: undefined }
    const node = new SearchEngine<number>({ answer: () => [], sizeOf, random: seededRandom(1), limits }, 0)
    for (const peer of [1, 2]) node.addNeighbour(peer, 0)
    const first = query()
    node.onMessage(1, first, 0)
    let closed: SearchMessage[] = []
    for (let i = 0; i < MAX_OPEN_ROUNDS; i++) closed = sentTo(node.onMessage(1, query(), 0), 1)
    assert.equal(node.drops.get('rounds-full'), 1)
    assert.deepEqual(
      closed.map(message => message.type === 'report' && message.id),
      [first.id]
    )
  })
})

describe('SearchEngine: a neighbour that swallows queries', () => {
  /** Budgets of the copies to neighbours 1 and 2 of a query of ours, whose report only 2 sends. */
  const flood = (node: SearchEngine<number>, now: number, reporting: readonly number[]): number[] => {
    const asked = node.ask({ text: 'file', ttl: 3, budget: 22, ownOnly: false, report: true }, now)
    const budgets = [1, 2].map(
      peer => sentTo(asked.actions, peer).map(m => (m.type === 'query' ? m.budget : -1))[0] ?? -1
    )
    for (const peer of reporting) node.onMessage(peer, report(asked.id), now)
    node.tick(now + 10_000)
    return budgets
  }

  it('gets no budget after five copies of which it reported nothing, until it reports again', () => {
    const node = engine(2)
    const budgets = Array.from({ length: 7 }, (_, i) => flood(node, i * 20_000, [2]))
    assert.deepEqual(budgets, [...Array.from({ length: 5 }, () => [10, 10]), [0, 20], [0, 20]])
    assert.equal(node.drops.get('no-report'), 7)
    flood(node, 200_000, [1, 2])
    assert.deepEqual(flood(node, 220_000, [2]), [10, 10])
  })

  it('is not one that only left, or whose report came before the fifth was missing', () => {
    const node = engine(2)
    for (let i = 0; i < 4; i++) flood(node, i * 20_000, [2])
    flood(node, 100_000, [1, 2])
    for (let i = 0; i < 4; i++) flood(node, 200_000 + i * 20_000, [2])
    assert.deepEqual(flood(node, 300_000, [2]), [10, 10])
  })

  it('costs a flood its own part only', () => {
    // 1 swallows what it gets; behind 2 there are as many more as the budget reaches.
    const edges: Array<readonly [number, number]> = [
      [0, 1],
      [0, 2],
      ...Array.from({ length: 20 }, (_, i) => [2, i + 3] as const)
    ]
    const net = new VirtualNetwork({ nodes: 23, edges, sharers: new Map() })
    net.mute(1)
    const reached = Array.from({ length: 7 }, () => {
      net.ask(0, { ttl: 3, budget: 22 })
      net.run()
      const ended = net.actions.findLast(({ action }) => action.kind === 'ended')?.action
      return ended?.kind === 'ended' ? ended.report.nodes : undefined
    })
    assert.deepEqual(reached, [11, 11, 11, 11, 11, 21, 21])
  })
})
