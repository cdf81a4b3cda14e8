import assert from 'node:assert/strict'
import { StrikeList } from '../../../src/adapters/libp2p/strike-list.ts'
import {
  FLOOD_LIMITS,
  MAX_OWN_QUERIES,
  QUERY_RATE,
  REMEMBER_LEAVER_MS,
  REMEMBERED_LEAVERS,
  SEEN_QUERIES,
  SEEN_QUERY_MS,
  type SearchAction,
  type SearchEngine,
  STRIKE_FACTOR
} from '../../../src/search/index.ts'
import {
  engine as engineWith,
  query as freshQuery,
  type QueryMessage,
  sentTo,
  strikes
} from './engine-fixture.ts'
import { hitOf } from './virtual-network.ts'

/** With nothing to answer. `isFree`: nothing bounds what neighbours send. */
const engine = (neighbours: number, { isFree = false } = {}): SearchEngine<number> =>
  engineWith(neighbours, () => [], isFree ? { ...FLOOD_LIMITS, rate: undefined } : FLOOD_LIMITS)

const query = (given: Partial<QueryMessage> = {}): QueryMessage =>
  freshQuery({ ttl: 2, report: false, ...given })

describe('SearchEngine: the ids that it remembers', () => {
  const fill = (node: SearchEngine<number>, count: number, now = 0): void => {
    for (let i = 0; i < count; i++) node.onMessage(1, query({ ttl: 1, budget: 0 }), now)
  }
  const isCarried = (node: SearchEngine<number>, message: QueryMessage, now: number): boolean =>
    sentTo(node.onMessage(1, message, now), 2).length === 1

  it('are the last 8,192 at least, however fast they come, and the last 16,384 at most', () => {
    const node = engine(2, { isFree: true })
    const first = query()
    fill(node, SEEN_QUERIES / 2 - 1)
    assert.ok(isCarried(node, first, 0))
    fill(node, SEEN_QUERIES / 2)
    assert.ok(!isCarried(node, first, 0))
    fill(node, SEEN_QUERIES / 2)
    assert.ok(isCarried(node, first, 0), 'forgotten, so it is a new one')
  })

  it('are those of the last two minutes at least, and of the last four at most', () => {
    const node = engine(2)
    const first = query()
    const seenAt = SEEN_QUERY_MS - 1
    const fillUntil = (from: number, to: number): void => {
      for (let now = from; now <= to; now += SEEN_QUERY_MS / 4) fill(node, 1, now)
    }
    fillUntil(0, seenAt)
    assert.ok(isCarried(node, first, seenAt))
    fillUntil(SEEN_QUERY_MS, seenAt + SEEN_QUERY_MS)
    assert.ok(!isCarried(node, first, seenAt + SEEN_QUERY_MS))
    fillUntil(2 * SEEN_QUERY_MS, seenAt + 2 * SEEN_QUERY_MS)
    assert.ok(isCarried(node, first, seenAt + 2 * SEEN_QUERY_MS))
  })
})

describe('SearchEngine: own queries that are open', () => {
  const ask = { text: 'file', ttl: 3, budget: 9, ownOnly: false, report: true }

  it('are 256: one more ends the oldest, and those at work on it are told', () => {
    const node = engine(1, { isFree: true })
    const ids = Array.from({ length: MAX_OWN_QUERIES }, () => node.ask(ask, 0).id)
    const { actions } = node.ask(ask, 0)
    assert.deepEqual(
      sentTo(actions, 1).map(({ type, ...rest }) => [type, 'id' in rest && rest.id === ids[0]]),
      [
        ['cancel', true],
        ['query', false]
      ]
    )
    const hitsOf = (id = ''): SearchAction<number>[] =>
      node.onMessage(1, { type: 'hits', id, hits: [hitOf(1)] }, 0)
    assert.equal(hitsOf(ids[0])[0]?.kind, 'hits-dropped')
    assert.equal(hitsOf(ids[1])[0]?.kind, 'hits')
  })

  it('make room when they are cancelled', () => {
    const node = engine(1, { isFree: true })
    const ids = Array.from({ length: MAX_OWN_QUERIES }, () => node.ask(ask, 0).id)
    node.cancel(ids[7] as string, 0)
    assert.deepEqual(
      sentTo(node.ask(ask, 0).actions, 1).map(({ type }) => type),
      ['query']
    )
  })
})

describe('SearchEngine: neighbours that send as many queries as they may', () => {
  const ask = { text: 'file', ttl: 3, budget: 512, ownOnly: false, report: true }

  it('push out none of ours that is open', () => {
    const node = engine(5)
    const { id } = node.ask(ask, 0)
    for (let i = 0; i < SEEN_QUERIES; i++) node.onMessage(2 + (i % 4), query({ ttl: 1, budget: 0 }), 20)
    assert.equal(node.drops.get('over-rate'), 0)
    assert.equal(node.onMessage(1, { type: 'hits', id, hits: [hitOf(1)] }, 30)[0]?.kind, 'hits')
    const own = query({ id, ttl: 4 })
    assert.equal(sentTo(node.onMessage(1, own, 30), 2).length, 0, 'not carried as the query of somebody else')
    assert.equal(node.drops.get('duplicate'), 1)
  })
})

describe('SearchEngine: neighbours that left', () => {
  const costly = (): QueryMessage => query({ budget: QUERY_RATE.burst - 1 })
  const leaveEmpty = (node: SearchEngine<number>, peer: number, now: number): void => {
    node.addNeighbour(peer, now)
    node.onMessage(peer, costly(), now)
    node.removeNeighbour(peer, now)
  }
  const isTaken = (node: SearchEngine<number>, peer: number, now: number): boolean => {
    const before = node.drops.get('over-rate')
    node.addNeighbour(peer, now)
    node.onMessage(peer, costly(), now)
    return node.drops.get('over-rate') === before
  }

  it('are remembered with what they used up, 128 of them at least and 256 at most', () => {
    const node = engine(0)
    leaveEmpty(node, 1, 0)
    for (let peer = 2; peer <= REMEMBERED_LEAVERS / 2; peer++) leaveEmpty(node, peer, 0)
    assert.ok(!isTaken(node, 1, 0))
    node.removeNeighbour(1, 0)
    for (let peer = 1_000; peer <= 1_000 + REMEMBERED_LEAVERS; peer++) leaveEmpty(node, peer, 0)
    assert.ok(isTaken(node, 1, 0))
  })

  it('get no more than came in since when they come back', () => {
    const node = engine(0)
    leaveEmpty(node, 1, 0)
    assert.ok(!isTaken(node, 1, REMEMBER_LEAVER_MS / 10))
    const half = query({ budget: QUERY_RATE.perSecond * 6 - 1 })
    assert.equal(strikes(node.onMessage(1, half, REMEMBER_LEAVER_MS / 10)), 0)
    assert.equal(node.drops.get('over-rate'), 1)
  })
})

describe('SearchEngine: what goes nowhere', () => {
  it('counts hits whose asker left when all was reported, apart from those of a cancelled query', () => {
    const node = engine(3)
    const asked = query({ report: true })
    const hits = (): SearchAction<number>[] =>
      node.onMessage(2, { type: 'hits', id: asked.id, hits: [hitOf(node.drops.get('cancelled'))] }, 0)
    node.onMessage(1, asked, 0)
    const counts = { nodes: 1, queries: 0, answers: 1, bytes: 40, duplicates: 0, truncated: false }
    for (const peer of [2, 3]) node.onMessage(peer, { type: 'report', id: asked.id, ...counts }, 0)
    node.removeNeighbour(1, 0)
    assert.deepEqual(sentTo(hits(), 1), [])
    assert.deepEqual([node.drops.get('no-way-back'), node.drops.get('cancelled')], [1, 0])
    const other = query({ report: true })
    node.onMessage(3, other, 0)
    node.removeNeighbour(3, 0)
    node.onMessage(2, { type: 'hits', id: other.id, hits: [hitOf(1), hitOf(2)] }, 0)
    assert.deepEqual([node.drops.get('no-way-back'), node.drops.get('cancelled')], [1, 2])
  })

  it('counts what a link could not take, and gives back what a copy would have cost', () => {
    const node = engine(1)
    const ask = { text: 'file', ttl: 2, budget: 512, ownOnly: false, report: true }
    const sent = Array.from({ length: 100 }, () => {
      const [copy] = sentTo(node.ask(ask, 0).actions, 1)
      if (copy !== undefined) node.onSendFailed(1, copy, 0)
      return copy
    })
    assert.ok(sent.every(copy => copy?.type === 'query' && copy.budget === 511))
    assert.equal(node.drops.get('send-failed'), 100)
    node.onSendFailed(1, { type: 'cancel', id: 'ab'.repeat(16) }, 0)
    assert.equal(node.drops.get('send-failed'), 101)
  })
})

describe('SearchEngine: a neighbour that floods', () => {
  /** What becomes of a neighbour that sends `perSecond` of cost for `seconds`, beside an honest one. */
  function flood({ perSecond, seconds }: { perSecond: number; seconds: number }) {
    const node = engine(3)
    const list = new StrikeList()
    const [honest, flooder] = [1, 2]
    let [struck, cutOffAt] = [0, Number.POSITIVE_INFINITY]
    let honestDrops = 0
    let dropped = 0
    for (let now = 0; now < seconds * 1_000; now += 100) {
      const before = node.drops.get('over-rate')
      assert.equal(strikes(node.onMessage(honest, query({ budget: 40 }), now)), 0)
      honestDrops += node.drops.get('over-rate') - before
      for (let cost = 0; cost < perSecond / 10 && cutOffAt === Number.POSITIVE_INFINITY; cost += 101) {
        for (const action of node.onMessage(flooder, query({ budget: 100 }), now)) {
          if (action.kind !== 'strike') continue
          assert.deepEqual(action, { kind: 'strike', peer: flooder, reason: 'flooding' })
          struck++
          if (!list.add(`${action.peer}`, now)) continue
          cutOffAt = now
          node.removeNeighbour(flooder, now)
        }
      }
      dropped = node.drops.get('over-rate') - honestDrops
    }
    return { struck, dropped, honestDrops, cutOffAt, isOut: list.isOut(`${flooder}`, seconds * 1_000) }
  }

  it('is cut off at its third strike, and its honest neighbour loses nothing', () => {
    const { struck, dropped, honestDrops, cutOffAt, isOut } = flood({ perSecond: 20_480, seconds: 10 })
    assert.deepEqual([struck, honestDrops, isOut], [3, 0, true])
    assert.ok(dropped > 500, `${dropped} dropped`)
    // Each strike takes a little more than 20,480 of cost: a second.
    assert.ok(cutOffAt >= 2_500 && cutOffAt <= 3_500, `after ${cutOffAt} ms`)
  })

  it('only loses what is over its rate when it sends three times as much', () => {
    const { struck, dropped, honestDrops } = flood({ perSecond: 3 * 512, seconds: 60 })
    assert.deepEqual([struck, honestDrops], [0, 0])
    assert.ok(dropped > 400, `${dropped} dropped`)
  })
})

describe('SearchEngine: a neighbour that repeats itself', () => {
  it('pays for each copy that is not carried as for one message, in full over its rate, and is struck in the end', () => {
    const node = engine(2)
    const again = query({ ttl: 2, budget: 500 })
    node.onMessage(1, again, 0)
    const isDropped = (reason: 'duplicate' | 'over-rate'): boolean => {
      const before = node.drops.get(reason)
      assert.equal(strikes(node.onMessage(1, again, 0)), 0)
      return node.drops.get(reason) > before
    }
    // A copy needs 501 of what is left, and gives 500 of it back.
    for (let left = QUERY_RATE.burst - 501; left >= 501; left--) assert.ok(isDropped('duplicate'))
    assert.ok(isDropped('over-rate'))
    const noted = QUERY_RATE.burst + 501
    const most = STRIKE_FACTOR * QUERY_RATE.perSecond * 10
    let sent = 0
    while (strikes(node.onMessage(1, again, 0)) === 0) assert.ok(++sent < 100)
    assert.equal(sent, Math.floor((most - noted + 500) / 501))
  })

  it('gets no more with a ttl that grows: two copies are carried, and the others are paid for', () => {
    const node = engine(2, { isFree: true })
    const first = query({ ttl: 1, budget: 512 })
    const counts = { nodes: 1, queries: 0, answers: 1, bytes: 40, duplicates: 0, truncated: false }
    const carried = [1, 2, 3, 4, 5, 6, 7].map(ttl => {
      const copies = sentTo(node.onMessage(1, { ...first, ttl, report: true }, 0), 2)
      node.onMessage(2, { type: 'report', id: first.id, ...counts }, 0)
      return copies.flatMap(copy => (copy.type === 'query' ? [[copy.ttl, copy.budget]] : []))
    })
    // The first had no hop left. The second took all of the budget of a query but what itself cost.
    assert.deepEqual(carried, [[], [[1, 0]], [[2, 510]], [], [], [], []])
    assert.equal(node.drops.get('carried-enough'), 4)
  })
})
