import assert from 'node:assert/strict'
import type { SearchAction } from '../../../src/search/index.ts'
import { MAX_QUERY_HIT_BYTES } from '../../../src/wire/limits.ts'
import {
  engine,
  feedHits,
  hitsSent,
  many,
  type QueryMessage,
  query,
  report,
  sentTo,
  strikes
} from './engine-fixture.ts'
import { hitOf, line, sizeOf, star, VirtualNetwork } from './virtual-network.ts'

describe('SearchEngine: own queries', () => {
  it('go last to those that are to be asked last, and not to those that are left out', () => {
    const ask = { text: 'file', ttl: 1, budget: 512, ownOnly: false, report: false }
    const { actions } = engine(5).ask({ ...ask, exclude: [2], last: [1, 4] }, 0)
    assert.deepEqual(
      actions.map(action => action.kind === 'send' && action.to),
      [3, 5, 1, 4]
    )
  })
})

describe('SearchEngine: malformed and unasked messages', () => {
  const malformed: Array<{ name: string; message: QueryMessage }> = [
    { name: 'ttl 0', message: query({ ttl: 0 }) },
    { name: 'a reach of 8 hops', message: query({ ttl: 7, hops: 1 }) },
    { name: 'a budget over the largest', message: query({ budget: 4_097 }) },
    { name: 'a ttl that is no whole number', message: query({ ttl: 1.5 }) }
  ]
  for (const { name, message } of malformed) {
    it(`strikes for ${name}`, () => {
      const node = engine()
      assert.deepEqual(node.onMessage(1, message, 0), [{ kind: 'strike', peer: 1, reason: 'malformed' }])
      assert.equal(node.drops.get('malformed'), 1)
    })
  }

  it('drops a query of nine words, and strikes its asker, not who passes it on', () => {
    const node = engine(2)
    const text = 'a b c d e f g h i'
    assert.deepEqual(node.onMessage(1, query({ text }), 0), [
      { kind: 'strike', peer: 1, reason: 'malformed' }
    ])
    assert.deepEqual(node.onMessage(1, query({ text, hops: 1 }), 0), [])
    assert.equal(node.drops.get('too-many-words'), 2)
    assert.equal(sentTo(node.onMessage(1, query({ text: 'a b c d e f g h ext:pdf' }), 0), 2).length, 1)
  })

  it('passes on a query for which it has no time, and says that its part is missing', () => {
    const node = engine(2, () => undefined)
    const asked = query()
    assert.equal(sentTo(node.onMessage(1, asked, 0), 2).length, 1)
    const [last] = sentTo(node.onMessage(2, report(asked.id), 0), 1)
    assert.ok(last?.type === 'report')
    assert.deepEqual([last.nodes, last.truncated], [1, true])
    assert.equal(node.drops.get('no-time'), 1)
  })

  it('hears only neighbours', () => {
    const node = engine()
    assert.deepEqual(node.onMessage(9, query(), 0), [])
    assert.equal(node.drops.get('not-neighbour'), 1)
  })

  it('takes hits and reports only from peers to whom the query was sent', () => {
    const node = engine(3)
    const asked = query()
    node.onMessage(1, asked, 0)
    assert.deepEqual(node.onMessage(1, { type: 'hits', id: asked.id, hits: [hitOf(1)] }, 0), [])
    assert.deepEqual(node.onMessage(1, report(asked.id), 0), [])
    assert.deepEqual(node.onMessage(2, { type: 'hits', id: 'ff'.repeat(16), hits: [hitOf(1)] }, 0), [])
    assert.equal(node.drops.get('unasked-hits'), 1)
    assert.equal(node.drops.get('unasked-report'), 1)
    assert.equal(node.drops.get('unknown-query'), 1)
  })

  it('takes one report for each copy', () => {
    const node = engine(3)
    const asked = query()
    node.onMessage(1, asked, 0)
    node.onMessage(2, report(asked.id), 0)
    node.onMessage(2, report(asked.id), 0)
    assert.equal(node.drops.get('unasked-report'), 1)
    const [last] = sentTo(node.onMessage(3, report(asked.id), 0), 1)
    assert.equal(last?.type === 'report' && last.nodes, 3)
  })

  it('believes no report that claims more than its budget allows', () => {
    const node = engine(2)
    const asked = query({ budget: 11 })
    node.onMessage(1, asked, 0)
    const claim = report(asked.id, { nodes: 1e6, queries: 1e6, answers: 1e9, bytes: 4e9, duplicates: 1e6 })
    const [last] = sentTo(node.onMessage(2, claim, 0), 1)
    assert.ok(last?.type === 'report')
    assert.deepEqual([last.nodes, last.queries, last.duplicates], [1 + 11, 1 + 10, 11])
    assert.ok(last.answers < 11 * 202 && last.bytes < 12 * 200_000, `${last.answers}, ${last.bytes} B`)
  })
})

describe('SearchEngine: what it tells of its own queries', () => {
  const own = { text: 'file', ttl: 2, budget: 9, ownOnly: false, report: true }
  const dropsOf = (actions: SearchAction<number>[]) =>
    actions.flatMap(action =>
      action.kind === 'hits-dropped' || action.kind === 'copies-dropped'
        ? [`${action.kind} ${action.reason} ${action.count}`]
        : []
    )

  it('hits that were not asked for, are too many, or come too late', () => {
    const node = engine(2)
    const { id } = node.ask({ ...own, exclude: [2] }, 0)
    assert.deepEqual(dropsOf(feedHits(node, 2, id, many(2, 3))), ['hits-dropped unasked-hits 3'])
    assert.deepEqual(dropsOf(feedHits(node, 1, id, many(1, 210))), ['hits-dropped hit-limit 10'])
    const ended = node.ask(own, 0)
    node.cancel(ended.id, 2)
    assert.deepEqual(dropsOf(feedHits(node, 1, ended.id, many(1, 2))), ['hits-dropped cancelled 2'])
  })

  it('copies for which there was no budget, no room on the link, and no report', () => {
    const node = engine(5)
    const asked = node.ask({ ...own, budget: 3 }, 0)
    assert.deepEqual(dropsOf(asked.actions), ['copies-dropped no-budget 2'])
    const [first] = asked.actions.flatMap(action => (action.kind === 'send' ? [action] : []))
    assert.ok(first !== undefined)
    assert.deepEqual(dropsOf(node.onSendFailed(first.to, first.message, 0)), ['copies-dropped send-failed 1'])
    const late = node.tick(10_000)
    assert.deepEqual(dropsOf(late), ['copies-dropped no-report 1', 'copies-dropped no-report 1'])
    assert.equal(late.at(-1)?.kind, 'ended')
  })

  it('and nothing of the queries of others', () => {
    const node = engine(3)
    const asked = query({ budget: 1 })
    const actions = node.onMessage(1, asked, 0)
    actions.push(...feedHits(node, 2, asked.id, many(2, 230)), ...feedHits(node, 3, asked.id, many(3, 230)))
    actions.push(...node.tick(10_000))
    assert.deepEqual(dropsOf(actions), [])
  })
})

describe('SearchEngine: rates', () => {
  it('drops what is over the rate of a neighbour, and strikes only for four times as much', () => {
    const node = engine(2)
    let struck = 0
    let dropped = 0
    for (let sent = 101; sent <= 512 * 10 * 4; sent += 101) {
      struck += strikes(node.onMessage(1, query({ budget: 100, report: false }), 0))
      dropped = node.drops.get('over-rate')
    }
    assert.ok(dropped > 100, `${dropped} dropped`)
    assert.equal(struck, 0)
    for (let i = 0; i < 3; i++) struck += strikes(node.onMessage(1, query({ budget: 100 }), 0))
    assert.equal(struck, 1)
  })

  it('does not give a neighbour that comes back a full bucket', () => {
    const node = engine(2)
    node.onMessage(1, query({ budget: 4_000, ttl: 2, report: false }), 0)
    node.removeNeighbour(1, 0)
    node.addNeighbour(1, 0)
    node.onMessage(1, query({ budget: 4_000, ttl: 2, report: false }), 0)
    assert.equal(node.drops.get('over-rate'), 1)
  })

  it('keeps room for its own queries when those of others have used up the rate of a link', () => {
    const node = engine(30)
    for (let i = 0; i < 400; i++) node.onMessage(3 + (i % 28), query({ budget: 500, report: false }), 0)
    assert.ok(node.drops.get('send-rate') > 0)
    const own = { text: 'mine', ttl: 7, budget: 512, ownOnly: false, report: true }
    const asked = node.ask(own, 0)
    assert.equal(asked.queries, 30)
  })

  it('gives back what a flood did not use, so that many in a row still go everywhere', () => {
    const net = new VirtualNetwork({ nodes: 5, edges: line(5) })
    for (let i = 0; i < 100; i++) {
      net.ask(0, { text: `file ${i}`, ownOnly: true, budget: 4_096 })
      net.run()
    }
    const ended = net.actions.flatMap(({ action }) => (action.kind === 'ended' ? [action.report] : []))
    assert.equal(ended.length, 100)
    assert.ok(ended.every(({ nodes, truncated }) => nodes === 4 && !truncated))
    assert.deepEqual(net.strikes(), [])
  })

  it('goes on without a copy that the link could not take, and counts it', () => {
    const node = engine(2)
    const asked = node.ask({ text: 'file', ttl: 2, budget: 9, ownOnly: false, report: true }, 0)
    const [copy] = sentTo(asked.actions, 1)
    assert.ok(copy !== undefined)
    node.onSendFailed(1, copy, 0)
    const [ended] = node.onMessage(2, report(asked.id), 0)
    assert.ok(ended?.kind === 'ended')
    assert.equal(ended.report.queries, 2 - 1)
    assert.equal(ended.report.truncated, true)
    assert.equal(node.drops.get('send-failed'), 1)
  })
})

describe('SearchEngine: hits on their way back', () => {
  it('passes on at most 200 hits and 64 KiB of one query', () => {
    const net = new VirtualNetwork({
      nodes: 8,
      edges: [[0, 1], ...star(7).map(([, b]) => [1, b + 1] as const)],
      sharers: new Map([2, 3, 4, 5, 6, 7].map(node => [node, 200]))
    })
    net.ask(0)
    net.run()
    const hits = net.hitsAt(0)
    assert.ok(hits.length > 100 && hits.length <= 200, `${hits.length} hits`)
    const back = net.messages('hits').filter(({ to }) => to === 0)
    const bytes = back.reduce((sum, { message }) => sum + sizeOf(message), 0)
    assert.ok(bytes <= MAX_QUERY_HIT_BYTES, `${bytes} bytes`)
    assert.deepEqual(net.totals(), {
      queries: net.report(0)?.queries,
      answers: net.report(0)?.answers,
      bytes: net.report(0)?.bytes
    })
  })

  it('takes them from the children in turn', () => {
    const node = engine(4)
    const asked = query()
    node.onMessage(1, asked, 0)
    const greedy = feedHits(node, 2, asked.id, many(2, 200))
    const modest = feedHits(node, 3, asked.id, many(3, 40))
    assert.equal(hitsSent(greedy).length, 50, 'a quarter: three children and this node')
    assert.equal(hitsSent(modest).length, 40)
    node.onMessage(2, report(asked.id), 2)
    node.onMessage(3, report(asked.id), 2)
    const last = feedHits(node, 4, asked.id, many(4, 60))
    const released = node.onMessage(4, report(asked.id), 2)
    assert.equal(hitsSent(last).length, 50)
    const late = hitsSent(released).map(({ providers }) => providers[0]?.nickname)
    assert.equal(late.filter(name => name === 'n4').length, 10)
    assert.deepEqual(late.slice(0, 4), ['n2', 'n4', 'n2', 'n4'])
    assert.equal(released.at(-1)?.kind === 'send' && sentTo(released, 1).at(-1)?.type, 'report')
  })

  it('passes on what is new about a cid only', () => {
    const node = engine(3)
    const asked = query()
    node.onMessage(1, asked, 0)
    const [first] = many(2, 1)
    assert.ok(first !== undefined)
    const both = { entry: first.entry, providers: [...first.providers, ...hitOf(5).providers] }
    assert.equal(hitsSent(feedHits(node, 2, asked.id, [first])).length, 1)
    assert.deepEqual(hitsSent(feedHits(node, 3, asked.id, [both]))[0]?.providers, hitOf(5).providers)
    assert.equal(hitsSent(feedHits(node, 2, asked.id, [both])).length, 0)
    assert.equal(node.drops.get('hit-repeated'), 1)
  })

  it('hands the asker at most 200 hits of one neighbour', () => {
    const node = engine(2)
    const asked = node.ask({ text: 'file', ttl: 2, budget: 9, ownOnly: false, report: true }, 0)
    const got = feedHits(node, 1, asked.id, many(1, 230))
    assert.equal(
      got.reduce((sum, action) => sum + (action.kind === 'hits' ? action.hits.length : 0), 0),
      200
    )
    assert.equal(node.drops.get('hit-limit'), 30)
  })

  it('lets hits run out that were on their way when the query was cancelled, and strikes for floods of them @slow', () => {
    const node = engine(2)
    const asked = node.ask({ text: 'file', ttl: 2, budget: 9, ownOnly: false, report: true }, 0)
    node.cancel(asked.id, 0)
    const kinds = feedHits(node, 1, asked.id, many(1, 200)).map(({ kind }) => kind)
    assert.ok(!kinds.includes('hits') && !kinds.includes('strike'), kinds.join())
    assert.equal(node.drops.get('cancelled'), 200)
    let struck = 0
    for (let i = 0; i < 410; i++) struck += strikes(feedHits(node, 1, asked.id, many(1, 50)))
    assert.equal(struck, 1)
    assert.equal(node.drops.get('cancelled'), 200)
  })

  it('strikes for floods of hits over the limit of a query @slow', () => {
    const node = engine(2)
    const asked = node.ask({ text: 'file', ttl: 2, budget: 9, ownOnly: false, report: true }, 0)
    let struck = 0
    for (let i = 0; i < 420; i++) struck += strikes(feedHits(node, 1, asked.id, many(1, 50)))
    assert.equal(struck, 1)
  })
})
