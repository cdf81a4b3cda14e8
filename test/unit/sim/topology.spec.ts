import assert from 'node:assert/strict'
import { seededRandom } from '../../../src/base/random.ts'
import { EventHeap } from '../../../src/sim/event-heap.ts'
import { buildTopology, type Graph, TOPOLOGIES } from '../../../src/sim/topology.ts'

function degrees(graph: Graph): number[] {
  return Array.from({ length: graph.nodes }, (_, node) => graph.neighboursOf(node).length)
}

function reached(graph: Graph, from: number): number {
  const seen = new Set([from])
  for (const node of seen) for (const peer of graph.neighboursOf(node)) seen.add(peer)
  return seen.size
}

describe('virtual topologies', () => {
  for (const name of TOPOLOGIES) {
    it(`of the kind ${name} join every node with others, both ways, none twice, none with itself`, () => {
      const graph = buildTopology(name, 500, seededRandom(7))
      for (let node = 0; node < graph.nodes; node++) {
        const peers = [...graph.neighboursOf(node)]
        assert.equal(new Set(peers).size, peers.length)
        assert.ok(!peers.includes(node))
        for (const peer of peers) assert.ok(graph.neighboursOf(peer).includes(node))
      }
      assert.equal(reached(graph, 0), 500)
    })
  }

  it('give a node of a random network 6 to 12 neighbours, hardly fewer', () => {
    const all = degrees(buildTopology('random', 5_000, seededRandom(1)))
    assert.ok(Math.max(...all) <= 12)
    assert.ok(all.filter(degree => degree < 6).length < 25)
    const mean = all.reduce((sum, degree) => sum + degree, 0) / all.length
    assert.ok(mean > 8.9 && mean < 9.1, `${mean}`)
  })

  it('have hubs when they follow a power law', () => {
    const all = degrees(buildTopology('power-law', 5_000, seededRandom(1)))
    assert.ok(Math.max(...all) > 50)
    assert.ok(all.filter(degree => degree <= 8).length > 2_500)
  })

  it('are complete while a node has room for all', () => {
    assert.deepEqual(
      degrees(buildTopology('random', 10, seededRandom(1))),
      Array.from({ length: 10 }, () => 9)
    )
  })
})

describe('EventHeap', () => {
  it('gives events by time, and equal times in the order they came', () => {
    const heap = new EventHeap()
    const random = seededRandom(3)
    const events = Array.from({ length: 5_000 }, (_, slot) => ({ slot, at: Math.floor(random.next() * 100) }))
    for (const { at, slot } of events) heap.push(at, slot)
    const order = events.toSorted((a, b) => a.at - b.at || a.slot - b.slot).map(({ slot }) => slot)
    const given = Array.from({ length: events.length }, () => heap.pop())
    assert.deepEqual(given, order)
    assert.equal(heap.pop(), undefined)
    assert.equal(heap.nextAt, Number.POSITIVE_INFINITY)
  })
})
