import assert from 'node:assert/strict'
import { seededRandom } from '../../../src/base/random.ts'
import { type Edge, line, randomGraph, ring, star, VirtualNetwork } from './virtual-network.ts'

const everyoneShares = (nodes: number): Map<number, number> =>
  new Map(Array.from({ length: nodes }, (_, node) => [node, 1]))

describe('SearchEngine: what a flood reaches and reports', () => {
  const classic = { ownOnly: true, budget: 4_096 }
  const cases: Array<{
    name: string
    nodes: number
    edges: Edge[]
    ttl: number
    reached: number
    copies: number
  }> = [
    // Each link carries one copy, except that both ends of the link that closes a ring send one.
    { name: 'a line of 5 from its end', nodes: 5, edges: line(5), ttl: 7, reached: 4, copies: 4 },
    { name: 'a line of 5 with ttl 2', nodes: 5, edges: line(5), ttl: 2, reached: 2, copies: 2 },
    {
      name: 'a line of 9, of which 7 hops are in reach',
      nodes: 9,
      edges: line(9),
      ttl: 7,
      reached: 7,
      copies: 7
    },
    { name: 'a ring of 6', nodes: 6, edges: ring(6), ttl: 7, reached: 5, copies: 7 },
    { name: 'a ring of 7', nodes: 7, edges: ring(7), ttl: 7, reached: 6, copies: 8 },
    { name: 'a star of 9 from its centre', nodes: 9, edges: star(9), ttl: 7, reached: 8, copies: 8 },
    {
      name: 'a random tree',
      nodes: 40,
      edges: randomGraph(40, 0, seededRandom(4)),
      ttl: 7,
      reached: 39,
      copies: 39
    }
  ]

  for (const { name, nodes, edges, ttl, reached, copies } of cases) {
    it(`counts exactly on ${name}`, () => {
      const net = new VirtualNetwork({ nodes, edges, sharers: everyoneShares(nodes) })
      net.ask(0, { ...classic, ttl })
      net.run()
      const report = net.report(0)
      assert.equal(report?.nodes, reached)
      assert.equal(report?.queries, copies)
      assert.equal(report?.duplicates, copies - reached)
      assert.equal(report?.truncated, false)
      const { queries, answers, bytes } = net.totals()
      assert.deepEqual({ queries, answers, bytes }, pick(report))
      assert.equal(net.hitsAt(0).length, reached)
      assert.equal(Math.max(...net.answered.values()), 1)
    })
  }

  it('counts every message once on random graphs with random latencies', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const random = seededRandom(seed)
      const nodes = 20
      const latencies = new Map<string, number>()
      const latency = (a: number, b: number): number => {
        const key = `${Math.min(a, b)} ${Math.max(a, b)}`
        const known = latencies.get(key) ?? 5 + Math.floor(random.next() * 60)
        latencies.set(key, known)
        return known
      }
      const net = new VirtualNetwork({ nodes, edges: randomGraph(nodes, 15, random), seed, latency })
      net.ask(0, classic)
      net.run()
      const report = net.report(0)
      assert.ok(report !== undefined, `seed ${seed}`)
      assert.deepEqual(net.totals(), pick(report), `seed ${seed}`)
      // Every copy either was answered or came to a node that had the query.
      assert.equal(report.nodes + report.duplicates, report.queries, `seed ${seed}`)
      assert.equal(net.messages('report').length, report.queries, `seed ${seed}: one report for each copy`)
      assert.equal(Math.max(...net.answered.values()), 1, `seed ${seed}`)
      assert.deepEqual(net.strikes(), [], `seed ${seed}`)
    }
  })

  it('reaches the same nodes after a probe, and nobody answers twice', () => {
    const net = new VirtualNetwork({ nodes: 6, edges: ring(6), sharers: everyoneShares(6) })
    const id = net.ask(0, { ttl: 1, report: false })
    net.run()
    assert.equal(net.hitsAt(0).length, 2)
    assert.equal(net.messages('query').length, 2)
    net.ask(0, { again: id, text: 'file' })
    net.run()
    assert.equal(net.hitsAt(0).length, 5)
    assert.equal(Math.max(...net.answered.values()), 1)
    // The 3 nodes that the probe did not reach; the neighbours' copies were late ones.
    assert.equal(net.report(0)?.nodes, 3)
    assert.equal(net.report(0)?.truncated, false)
  })

  it('carries a late copy on when it reaches further', () => {
    // 0-1-2-3 is quicker than 0-3, but its copy has no hop left for 4.
    const edges: Edge[] = [
      [0, 1],
      [1, 2],
      [2, 3],
      [0, 3],
      [3, 4]
    ]
    const latency = (a: number, b: number): number => (Math.min(a, b) === 0 && Math.max(a, b) === 3 ? 200 : 5)
    const net = new VirtualNetwork({ nodes: 5, edges, latency, sharers: everyoneShares(5) })
    net.ask(0, { ...classic, ttl: 3 })
    net.run()
    assert.equal(net.answered.get(4), 1)
    assert.equal(net.answered.get(3), 1)
    assert.equal(net.hitsAt(0).length, 4)
  })

  it('carries at most two copies', () => {
    // 3 hears of the query with ttl 1, 2, 3 and 4, each later than the one before.
    const edges: Edge[] = [
      [0, 9],
      [0, 1],
      [1, 2],
      [2, 4],
      [4, 9],
      [1, 9],
      [2, 9],
      [9, 10],
      [10, 11],
      [11, 12],
      [12, 13]
    ]
    const slow = new Map([
      ['0 9', 400],
      ['1 9', 200],
      ['2 9', 100],
      ['4 9', 5]
    ])
    const latency = (a: number, b: number): number => slow.get(`${Math.min(a, b)} ${Math.max(a, b)}`) ?? 5
    const net = new VirtualNetwork({ nodes: 14, edges, latency })
    net.ask(0, { ...classic, ttl: 5 })
    net.run()
    const carried = net.messages('query').filter(({ from, to }) => from === 9 && to === 10)
    assert.deepEqual(
      carried.map(({ message }) => message.type === 'query' && message.ttl),
      [1, 2]
    )
    assert.equal(net.engine(9).drops.get('carried-enough'), 2)
    assert.equal(net.report(0)?.truncated, true, 'nodes were left out')
  })
})

describe('SearchEngine: budget', () => {
  it('sends no more copies than the budget says, and says that it was cut', () => {
    for (const budget of [1, 2, 7, 20, 60]) {
      const net = new VirtualNetwork({
        nodes: 60,
        edges: randomGraph(60, 60, seededRandom(budget)),
        seed: budget
      })
      net.ask(0, { budget })
      net.run()
      assert.ok(net.messages('query').length <= budget, `${net.messages('query').length} of ${budget}`)
      assert.equal(net.report(0)?.truncated, true)
      assert.deepEqual(net.totals(), pick(net.report(0)))
    }
  })

  it('chooses other neighbours each time when there are more than budget', () => {
    const net = new VirtualNetwork({ nodes: 21, edges: star(21) })
    const asked = new Set<number>()
    for (let i = 0; i < 12; i++) {
      net.ask(0, { budget: 5, text: `file ${i}` })
      net.run()
    }
    for (const { to } of net.messages('query')) asked.add(to)
    assert.equal(net.messages('query').length, 60)
    assert.ok(asked.size > 12, `only ${asked.size} neighbours were ever asked`)
  })

  it('splits what is left evenly', () => {
    const net = new VirtualNetwork({ nodes: 5, edges: star(5) })
    net.ask(0, { budget: 104 + 2 })
    const budgets = net.messages('query').map(({ message }) => message.type === 'query' && message.budget)
    assert.deepEqual(budgets, [26, 26, 25, 25])
  })

  it('gives no query that is not classic more than 512', () => {
    const net = new VirtualNetwork({ nodes: 3, edges: line(3) })
    net.apply(
      1,
      net.engine(1).onMessage(0, { ...query(), budget: 4_000, ownOnly: false, ttl: 7, hops: 0 }, 0)
    )
    const sent = net.messages('query').map(({ message }) => message.type === 'query' && message.budget)
    assert.deepEqual(sent, [511])
  })
})

describe('SearchEngine: nodes that leave or say nothing', () => {
  it('ends in time when a child is silent, and says that something is missing', () => {
    const net = new VirtualNetwork({ nodes: 6, edges: line(6), sharers: everyoneShares(6) })
    net.mute(4)
    net.ask(0)
    net.run()
    const report = net.report(0)
    assert.equal(report?.truncated, true)
    assert.equal(report?.nodes, 3, 'those before the silent one are counted by their own reports')
    assert.ok(net.now < 7 * 300 + 1_000, `took ${net.now} ms`)
  })

  it('does not wait for a child that left', () => {
    const net = new VirtualNetwork({ nodes: 5, edges: line(5) })
    net.ask(0)
    net.run(25)
    net.kill(3)
    net.run()
    assert.equal(net.report(0)?.truncated, true)
    assert.ok(net.now < 100, `took ${net.now} ms`)
  })

  it('returns hits by the second way when the first one left', () => {
    // 3 hears first from 1 with ttl 1, then from 2 with more; 1 leaves before the hits of 4 come back.
    const edges: Edge[] = [
      [0, 5],
      [5, 1],
      [1, 3],
      [0, 2],
      [2, 3],
      [3, 4]
    ]
    const latency = (a: number, b: number): number => (a + b === 5 && a !== 0 && b !== 0 ? 60 : 5)
    const net = new VirtualNetwork({ nodes: 6, edges, latency, sharers: new Map([[4, 1]]) })
    net.ask(0, { ttl: 4 })
    net.run(67)
    net.kill(1)
    net.run()
    assert.equal(net.hitsAt(0).length, 1)
  })

  it('stops working on a query when all who sent it are gone', () => {
    const net = new VirtualNetwork({ nodes: 4, edges: line(4) })
    net.ask(0)
    net.run(25)
    net.kill(0)
    net.run()
    assert.deepEqual(
      net.messages('cancel').map(({ from, to }) => [from, to]),
      [
        [1, 2],
        [2, 3]
      ]
    )
    assert.equal(net.messages('report').length, 1, 'only the last node had reported')
  })

  it('ends at once without neighbours', () => {
    const net = new VirtualNetwork({ nodes: 1, edges: [] })
    net.ask(0)
    assert.deepEqual(net.report(0), {
      nodes: 0,
      queries: 0,
      answers: 0,
      bytes: 0,
      duplicates: 0,
      truncated: false
    })
  })
})

describe('SearchEngine: cancel', () => {
  it('follows the query, and nothing more comes back', () => {
    const net = new VirtualNetwork({ nodes: 7, edges: line(7), sharers: new Map([[6, 1]]) })
    const id = net.ask(0)
    net.run(45)
    net.cancel(0, id)
    net.run()
    assert.equal(
      net.messages('hits').some(({ to }) => to === 0),
      false
    )
    assert.equal(net.report(0), undefined)
    assert.ok(net.messages('cancel').length >= 2)
  })

  it('is not sent where a probe has been answered', () => {
    const net = new VirtualNetwork({ nodes: 4, edges: star(4) })
    const id = net.ask(0, { ttl: 1, report: false })
    net.run()
    net.cancel(0, id)
    assert.equal(net.messages('cancel').length, 0)
  })

  it('is taken only from a peer that sent the query', () => {
    const net = new VirtualNetwork({ nodes: 4, edges: line(4), sharers: everyoneShares(4) })
    const id = net.ask(0)
    net.run(15)
    net.apply(1, net.engine(1).onMessage(2, { type: 'cancel', id }, net.now))
    net.run()
    assert.equal(net.hitsAt(0).length, 3)
    assert.equal(net.engine(1).drops.get('unasked-cancel'), 1)
  })
})

function query(): { type: 'query'; id: string; nonce: Uint8Array; text: string; report: boolean } {
  return { type: 'query', id: 'ab'.repeat(16), nonce: new Uint8Array(16), text: 'file', report: true }
}

function pick(report: { queries: number; answers: number; bytes: number } | undefined): object {
  return { queries: report?.queries, answers: report?.answers, bytes: report?.bytes }
}
