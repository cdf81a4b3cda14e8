import assert from 'node:assert/strict'
import fc from 'fast-check'
import { seededRandom } from '../../../src/base/random.ts'
import { budgetShare } from '../../../src/search/budget.ts'
import { SearchEngine } from '../../../src/search/index.ts'
import { encodeSearchMessage, type SearchMessage } from '../../../src/wire/search-message.ts'
import { hitOf, randomGraph, sizeOf, VirtualNetwork } from './virtual-network.ts'

const ids = fc.integer({ min: 0, max: 3 }).map(i => i.toString(16).padStart(32, '0'))
const count = fc.integer({ min: 0, max: 2 ** 32 - 1 })

const messages: fc.Arbitrary<SearchMessage> = fc.oneof(
  fc.record({
    type: fc.constant('query' as const),
    id: ids,
    nonce: fc.constant(new Uint8Array(16)),
    text: fc.constant('file'),
    ttl: fc.integer({ min: 1, max: 7 }),
    hops: fc.constant(0),
    budget: fc.integer({ min: 0, max: 40 }),
    ownOnly: fc.boolean(),
    report: fc.boolean()
  }),
  fc.record({
    type: fc.constant('hits' as const),
    id: ids,
    hits: fc.array(
      fc.integer({ min: 0, max: 80 }).map(n => hitOf(n)),
      { maxLength: 50 }
    )
  }),
  fc.record({
    type: fc.constant('report' as const),
    id: ids,
    nodes: count,
    queries: count,
    answers: count,
    bytes: count,
    duplicates: count,
    truncated: fc.boolean()
  }),
  fc.record({ type: fc.constant('cancel' as const), id: ids })
)

const peer = fc.integer({ min: 1, max: 4 })
type Step =
  | { what: 'message'; from: number; message: SearchMessage }
  | { what: 'join' | 'leave' | 'wait'; from: number }
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ what: fc.constant('message' as const), from: peer, message: messages })
  },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constantFrom('join' as const, 'leave' as const, 'wait' as const),
      from: peer
    })
  }
)

describe('SearchEngine among hostile neighbours', () => {
  it('keeps its promises whatever they send', () => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 80 }), plan => {
        let now = 0
        const answer = (): ReturnType<typeof hitOf>[] => [hitOf(99)]
        const engine = new SearchEngine<number>({ answer, sizeOf, random: seededRandom(1) }, now)
        const neighbours = new Set([1, 2, 3, 4])
        for (const each of neighbours) engine.addNeighbour(each, now)
        const asked = new Map<string, number>()
        const reported = new Map<string, number>()
        const returned = new Map<string, number>()
        const tally = (map: Map<string, number>, key: string, by = 1): number => {
          map.set(key, (map.get(key) ?? 0) + by)
          return map.get(key) as number
        }
        const check = (actions: ReturnType<typeof engine.tick>): void => {
          for (const action of actions) {
            if (action.kind !== 'send') continue
            const { to, message } = action
            assert.ok(neighbours.has(to), `${message.type} sent to ${to}, who is no neighbour`)
            assert.ok(encodeSearchMessage(message).length <= 65_536)
            if (message.type === 'report') {
              const reports = tally(reported, `${to} ${message.id}`)
              assert.ok(reports <= (asked.get(`${to} ${message.id}`) ?? 0), 'a report for each copy at most')
            }
            if (message.type === 'hits') {
              assert.ok(tally(returned, `${to} ${message.id}`, message.hits.length) <= 200)
            }
          }
        }
        for (const step of plan) {
          if (step.what === 'message') {
            const { message, from } = step
            if (neighbours.has(from) && message.type === 'query' && message.report)
              tally(asked, `${from} ${message.id}`)
            check(engine.onMessage(from, message, now))
          } else if (step.what === 'wait') {
            now += 1_000
            check(engine.tick(now))
          } else if (step.what === 'leave') {
            neighbours.delete(step.from)
            check(engine.removeNeighbour(step.from, now))
          } else {
            neighbours.add(step.from)
            engine.addNeighbour(step.from, now)
          }
        }
        check(engine.tick(now + 10_000))
        assert.equal(engine.hasDeadlines, false)
      }),
      { numRuns: 150 }
    )
  })

  it('ends every flood in time while nodes die', () => {
    for (let seed = 1; seed <= 25; seed++) {
      const random = seededRandom(seed)
      const nodes = 25
      const edges = randomGraph(nodes, 20, random)
      const net = new VirtualNetwork({
        nodes,
        edges,
        seed,
        latency: () => 5 + Math.floor(random.next() * 40)
      })
      net.ask(0)
      for (let death = 0; death < 5; death++) {
        net.run(net.now + Math.floor(random.next() * 60))
        net.kill(1 + Math.floor(random.next() * (nodes - 1)))
      }
      net.run()
      assert.notEqual(net.report(0), undefined, `seed ${seed}`)
      assert.ok(net.now <= 8 * 300 + 1_000, `seed ${seed} took ${net.now} ms`)
      assert.deepEqual(net.strikes(), [], `seed ${seed}`)
      assert.ok(net.engines.every(engine => !engine.hasDeadlines))
    }
  })
})

describe('budgetShare', () => {
  it('gives away exactly what is left, in parts that differ by at most one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 32 }), fc.integer({ min: 0, max: 4_096 }), (copies, extra) => {
        const shares = Array.from({ length: copies }, (_, i) => budgetShare(copies + extra, copies, i))
        assert.equal(shares.length, copies)
        assert.equal(
          shares.reduce((sum, share) => sum + share, 0),
          extra
        )
        assert.ok(Math.max(...shares) - Math.min(...shares) <= 1)
      })
    )
  })
})
