import assert from 'node:assert/strict'
import fc from 'fast-check'
import { addDecimals, formatDecimal, parseDecimal, ZERO } from '../../../src/base/decimal.ts'
import type { Random } from '../../../src/base/ports.ts'
import { seededRandom } from '../../../src/base/random.ts'
import { type Edge, line, randomGraph, ring, star } from '../search/virtual-network.ts'
import { EchoNetwork, type EchoOptions } from './echo-network.ts'

const complete = (nodes: number): Edge[] =>
  Array.from({ length: nodes }, (_, b) => Array.from({ length: b }, (_, a) => [a, b] as const)).flat()
const tree = (nodes: number): Edge[] =>
  Array.from({ length: nodes - 1 }, (_, i) => [Math.floor(i / 2), i + 1] as const)

/** A random tree with up to `extra` further links, as many as there can be. */
const someGraph = (nodes: number, extra: number, random: Random): Edge[] =>
  randomGraph(nodes, Math.min(extra, ((nodes - 1) * (nodes - 2)) / 2), random)

/** Nodes that can be reached from `start` without `gone`. */
function reachable(start: number, edges: readonly Edge[], gone: number): number[] {
  const found = new Set([start])
  for (const node of found) {
    for (const [a, b] of edges) {
      if (a === node && b !== gone) found.add(b)
      if (b === node && a !== gone) found.add(a)
    }
  }
  return [...found]
}

/** Each link has a latency of its own, and each message some more. */
function jittery(seed: number): (a: number, b: number) => number {
  const random = seededRandom(seed)
  const links = new Map<string, number>()
  return (a, b) => {
    const key = a < b ? `${a} ${b}` : `${b} ${a}`
    const base = links.get(key) ?? 1 + random.next() * 80
    links.set(key, base)
    return base + random.next() * 20
  }
}

const sumOf = (outcome: { figures: { sum: Parameters<typeof formatDecimal>[0] }[] }, name = 0) =>
  formatDecimal(outcome.figures[name]?.sum ?? ZERO)

describe('an echo', () => {
  const topologies: [name: string, edges: (nodes: number) => Edge[]][] = [
    ['a line', line],
    ['a ring', ring],
    ['a star', star],
    ['a tree', tree],
    ['a complete network', complete],
    ['a random network', nodes => someGraph(nodes, nodes, seededRandom(3))]
  ]
  for (const [name, edges] of topologies) {
    for (const nodes of [3, 4, 10, 31]) {
      it(`counts each of ${nodes} nodes of ${name} once, from wherever it is asked`, () => {
        for (const asker of [0, 1, nodes - 1]) {
          const net = new EchoNetwork({
            nodes,
            edges: edges(nodes),
            latency: jittery(asker + 1),
            rttMs: () => 200
          })
          const outcome = net.asked(asker)
          assert.equal(outcome.nodes, nodes)
          assert.equal(sumOf(outcome), `${(nodes * (nodes - 1)) / 2}`)
          assert.deepEqual([outcome.trusted, outcome.failed, outcome.moreFailed], [0, [], 0])
          assert.equal(net.sent.length, 2 * edges(nodes).length)
          assert.equal(net.mostPerLink, 2)
          assert.deepEqual(net.strikes, [])
        }
      })
    }
  }

  it('is exact for any values in any network, with two messages a link @slow', () => {
    const values = fc.array(
      fc
        .tuple(fc.constantFrom('', '-'), fc.nat(), fc.nat())
        .map(([sign, whole, fraction]) => `${sign}${whole}.${fraction}`),
      { maxLength: 4 }
    )
    fc.assert(
      fc.property(
        fc.array(values, { minLength: 1, maxLength: 24 }),
        fc.nat({ max: 30 }),
        fc.nat(),
        (held, extra, seed) => {
          const nodes = held.length
          const edges = someGraph(nodes, extra, seededRandom(seed))
          const net = new EchoNetwork({
            nodes,
            edges,
            latency: jittery(seed),
            rttMs: () => 200,
            values: node => held[node] as string[]
          })
          const outcome = net.asked(seed % nodes)
          const all = held.flat().map(text => parseDecimal(text))
          assert.equal(outcome.nodes, nodes)
          assert.equal(outcome.figures[0]?.values, all.length)
          assert.deepEqual(outcome.figures[0]?.sum, all.reduce(addDecimals, ZERO))
          assert.equal(net.sent.length, 2 * edges.length)
          assert.equal(outcome.failed.length, 0)
        }
      ),
      { numRuns: 150 }
    )
  })

  it('brings count, minimum and maximum of several names in the same messages', () => {
    const values = (node: number, name: string) =>
      name === 'a' ? ['1.5', `${-node}`] : name === 'b' && node === 3 ? ['7'] : []
    const net = new EchoNetwork({ nodes: 5, edges: ring(5), values })
    const { figures, nodes } = net.asked(2, ['a', 'b', 'c'])
    assert.equal(nodes, 5)
    assert.deepEqual(figures, [
      { values: 10, sum: parseDecimal('-2.5'), min: parseDecimal('-4'), max: parseDecimal('1.5') },
      { values: 1, sum: parseDecimal('7'), min: parseDecimal('7'), max: parseDecimal('7') },
      { values: 0, sum: ZERO, min: null, max: null }
    ])
    assert.equal(net.sent.length, 10)
  })

  it('tells what each node holds, with its name', () => {
    const net = new EchoNetwork({ nodes: 6, edges: ring(6) })
    const { contributions } = net.asked(2)
    assert.deepEqual(
      contributions.map(({ peer, figures }) => [net.keys.indexOf(peer), sumOf({ figures })]).sort(),
      [0, 1, 2, 3, 4, 5].map(i => [i, `${i}`])
    )
    assert.equal(contributions[0]?.peer, net.keys[2])
  })

  it('needs nobody else', () => {
    const outcome = new EchoNetwork({ nodes: 1, edges: [] }).asked(0)
    assert.deepEqual([outcome.nodes, outcome.at, outcome.failed], [1, 0, []])
  })

  it('takes several questions of several askers at once, each exact @slow', () => {
    const edges = randomGraph(20, 15, seededRandom(5))
    const net = new EchoNetwork({ nodes: 20, edges, latency: jittery(5), rttMs: () => 200 })
    const ids = Array.from({ length: 50 }, (_, i) => net.ask(i % 20, [`name ${i}`]))
    net.run()
    for (const id of ids) {
      const outcome = net.answer(id)
      assert.equal(outcome?.nodes, 20)
      assert.equal(sumOf(outcome as never), '190')
      assert.deepEqual(outcome?.failed, [])
    }
    assert.equal(net.sent.length, 50 * 2 * edges.length)
  })

  it('answers 50 questions at once of one asker, and says of the 51st that it was not sent', () => {
    const net = new EchoNetwork({ nodes: 3, edges: line(3) })
    const ids = Array.from({ length: 51 }, (_, i) => {
      assert.equal(net.engine(0).waitMs(0) > 0, i === 50)
      return net.ask(0, [`name ${i}`])
    })
    net.run()
    const outcomes = ids.map(id => net.answer(id))
    assert.ok(outcomes.slice(0, 50).every(outcome => outcome?.nodes === 3 && outcome.failed.length === 0))
    assert.equal(outcomes[50]?.nodes, 1)
    assert.deepEqual(net.failures(outcomes[50] as never), [[0, 1, 'unsent']])
  })

  it('is over as soon as the last has answered, and waits for nobody', () => {
    const net = new EchoNetwork({ nodes: 9, edges: ring(9), latency: () => 10 })
    // The far end is 4 links away; the two ends there have met after one more.
    assert.equal(net.asked(0).at, 90)
  })

  it('makes at most 64 hops, and says where it ended', () => {
    const net = new EchoNetwork({ nodes: 70, edges: line(70), latency: () => 1 })
    const outcome = net.asked(0, ['value'], 60_000)
    assert.equal(outcome.nodes, 65)
    assert.deepEqual(net.failures(outcome), [[64, 65, 'too-far']])
  })

  it('forgives a link that was too far when its end is counted from the other side', () => {
    const net = new EchoNetwork({ nodes: 129, edges: ring(129), latency: () => 1 })
    const outcome = net.asked(0, ['value'], 60_000)
    assert.deepEqual([outcome.nodes, outcome.failed], [129, []])
  })

  it('adds up what more than 256 nodes hold, and says how many it trusts @slow', () => {
    const run = (nodes: number, options: Partial<EchoOptions> = {}) =>
      new EchoNetwork({ nodes, edges: tree(nodes), ...options }).asked(0)
    const all = run(256)
    assert.deepEqual([all.nodes, all.trusted, all.contributions.length], [256, 0, 256])
    assert.equal(sumOf(all), `${(256 * 255) / 2}`)
    const more = run(257)
    assert.deepEqual([more.nodes, more.trusted], [257, 256])
    assert.equal(sumOf(more), `${(257 * 256) / 2}`)
    const many = run(1_000, { edges: randomGraph(1_000, 3_000, seededRandom(1)) })
    assert.equal(many.nodes, 1_000)
    assert.equal(sumOf(many), '499500')
    assert.ok(many.trusted > 700)
  })

  it('adds up, too, what is too long for a frame', () => {
    const long = (node: number) => `${node + 1}${'0'.repeat(998)}`
    const net = new EchoNetwork({
      nodes: 60,
      edges: line(60),
      latency: () => 1,
      values: node => [long(node)]
    })
    const outcome = net.asked(0, ['value'], 60_000)
    assert.equal(outcome.nodes, 60)
    assert.equal(sumOf(outcome), `1830${'0'.repeat(998)}`)
    assert.ok(outcome.trusted > 0)
  })

  it('forgives a link over which it did not ask when the question comes over it', () => {
    const names = Array.from({ length: 8 }, (_, i) => `name ${i}`)
    // So long that three of them are added up; then 2 is not known by name.
    const values = () => ['9'.repeat(1_000)]
    const net = new EchoNetwork({ nodes: 6, edges: [...ring(3), [2, 4], [2, 5]], values })
    // Node 1 has asked 0 and 2 as often as it may.
    for (let i = 0; i < 50; i++) net.engine(1).ask({ names: [`${i}`], timeMs: 5_000 }, 0)
    net.join(1, 3)
    net.run(10)
    const outcome = net.asked(0, names)
    assert.equal(outcome.trusted, 3)
    assert.deepEqual([outcome.nodes, outcome.failed], [6, []])
  })

  it('counts nobody who joins on the way, and everybody the next time', () => {
    const net = new EchoNetwork({ nodes: 5, edges: line(4) })
    const first = net.ask(0)
    net.run(15)
    net.join(1, 4)
    net.run()
    assert.deepEqual([net.answer(first)?.nodes, net.answer(first)?.failed], [4, []])
    assert.equal(net.asked(0).nodes, 5)
  })

  it('is over at the deadline of the one who asked, whoever is silent', () => {
    const net = new EchoNetwork({ nodes: 8, edges: line(8), rttMs: () => 20 })
    net.mute(6)
    const outcome = net.asked(0, ['value'], 2_000)
    assert.deepEqual([outcome.nodes, net.failures(outcome)], [6, [[5, 6, 'silent']]])
    assert.ok(outcome.at > 1_500 && outcome.at < 2_000, `${outcome.at}`)
  })

  it('leaves each on the way enough time to tell who was silent behind it', () => {
    for (const seed of [1, 2, 3]) {
      const random = seededRandom(seed)
      const edges = randomGraph(40, 20, random)
      const silent = [11, 23, 37]
      const fixed = new Map<string, number>()
      const latency = (a: number, b: number) => {
        const key = `${Math.min(a, b)} ${Math.max(a, b)}`
        const ms = fixed.get(key) ?? 1 + Math.floor(random.next() * 100)
        fixed.set(key, ms)
        return ms
      }
      const net = new EchoNetwork({ nodes: 40, edges, latency })
      for (const node of silent) net.mute(node)
      const outcome = net.asked(0, ['value'], 10_000)
      assert.ok(outcome.at <= 10_000)
      assert.ok(outcome.failed.length > 0)
      for (const [, to, reason] of net.failures(outcome)) {
        assert.equal(reason, 'silent')
        assert.ok(silent.includes(to), `${to}`)
      }
    }
  })

  it('does not ask where no time is left, and says so', () => {
    const net = new EchoNetwork({ nodes: 4, edges: line(4), latency: () => 100 })
    const outcome = net.asked(0, ['value'], 600)
    assert.deepEqual([outcome.nodes, net.failures(outcome)], [3, [[2, 3, 'no-time']]])
  })
})

describe('an echo when nodes die', () => {
  it('names both links of a node of a ring that dies, and has all the others', () => {
    const net = new EchoNetwork({ nodes: 6, edges: ring(6), latency: () => 10 })
    const id = net.ask(0)
    net.at(25, () => net.kill(3))
    net.run()
    const outcome = net.answer(id)
    assert.equal(outcome?.nodes, 5)
    assert.equal(sumOf(outcome as never), '12')
    assert.deepEqual(net.failures(outcome as never), [
      [2, 3, 'gone'],
      [4, 3, 'gone']
    ])
    assert.ok((outcome?.at ?? 0) < 200, 'nobody waits for the dead')
  })

  it('names the first broken link of a line, since who is behind it is not known', () => {
    const net = new EchoNetwork({ nodes: 6, edges: line(6), latency: () => 10 })
    const id = net.ask(0)
    net.at(35, () => net.kill(2))
    net.run()
    assert.deepEqual(net.failures(net.answer(id) as never), [[1, 2, 'gone']])
    assert.equal(net.answer(id)?.nodes, 2)
  })

  it('is complete when a link breaks between two who are counted', () => {
    const net = new EchoNetwork({
      nodes: 4,
      edges: ring(4),
      latency: (a, b) => (a + b === 5 ? 30 : 10)
    })
    const id = net.ask(0)
    // 2 and 3 have asked each other by then; neither will have the other's answer.
    net.at(25, () => net.cut(2, 3))
    net.run()
    const outcome = net.answer(id)
    assert.deepEqual([outcome?.nodes, outcome?.failed], [4, []])
  })

  it('never counts wrongly: what it has is exact, and what it lacks is named @slow', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: 20 }),
        fc.nat({ max: 20 }),
        fc.nat(),
        fc.nat({ max: 300 }),
        (nodes, extra, seed, when) => {
          const random = seededRandom(seed)
          const edges = someGraph(nodes, extra, random)
          const victim = 1 + (seed % (nodes - 1))
          const net = new EchoNetwork({ nodes, edges, latency: jittery(seed), rttMs: () => 200 })
          const id = net.ask(0)
          net.at(when, () => net.kill(victim))
          net.run()
          const outcome = net.answer(id)
          assert.ok(outcome !== undefined)
          const counted = outcome.contributions.map(({ peer }) => net.keys.indexOf(peer))
          assert.equal(outcome.nodes, new Set(counted).size)
          assert.equal(sumOf(outcome), `${counted.reduce((sum, node) => sum + node, 0)}`)
          // Who was gone before the question came near is no part of the network any more.
          const left = reachable(0, edges, victim)
          const isWhole = left.every(node => counted.includes(node))
          assert.ok(isWhole || outcome.failed.length > 0, 'something is missing and nobody says so')
          assert.ok(net.mostPerLink <= 2)
        }
      ),
      { numRuns: 200 }
    )
  })

  it('forgets a question whose asker is gone', () => {
    const net = new EchoNetwork({ nodes: 4, edges: line(4), latency: () => 10 })
    net.ask(0)
    net.at(15, () => net.kill(0))
    net.run()
    assert.equal(net.engine(1).drops.get('parent-gone'), 1)
    assert.ok(net.engines.every(engine => !engine.hasDeadlines))
  })

  it('takes part again when a question that it had no room for comes from somebody else', () => {
    const net = new EchoNetwork({ nodes: 3, edges: ring(3), latency: (a, b) => (a + b === 1 ? 1 : 30) })
    // 1 has let 0 ask as often as it may.
    for (let i = 0; i < 50; i++) {
      net.inject(0, 1, {
        type: 'question',
        id: `${i}`.padStart(32, '0'),
        nonce: new Uint8Array(16),
        names: ['other'],
        hops: 0,
        timeLeftMs: 1
      })
    }
    net.run()
    net.now = 10
    net.sent.length = 0
    const outcome = net.asked(0)
    assert.deepEqual([outcome.nodes, outcome.failed], [3, []])
    assert.equal(net.mostPerLink, 2)
  })
})
