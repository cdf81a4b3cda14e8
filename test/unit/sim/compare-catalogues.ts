/**
 * Compares the constructed steady state of the catalogues with the one that real catalogues come to.
 */
import assert from 'node:assert/strict'
import { bytesOf } from '../../../src/catalog/index.ts'
import { KnownProviders } from '../../../src/sim/known-providers.ts'
import type { Graph, TopologyName } from '../../../src/sim/topology.ts'
import { World } from '../../../src/sim/world.ts'
import { EvolvedCatalogues } from './evolved-catalogues.ts'

const FILES_PER_NODE = 6

/**
 * Of the farthest hop a cache takes only a part, and which one depends on whose head comes first: there the number of
 * entries must agree, and everywhere nearer the providers themselves.
 */
export function compareCatalogues(options: {
  nodes: number
  topology: TopologyName
  maxEntries: number
}): void {
  const { nodes, topology, maxEntries } = options
  const world = new World({ nodes, topology, seed: 11, filesPerNode: FILES_PER_NODE })
  const limits = { maxEntries, maxBytes: Number.MAX_SAFE_INTEGER }
  const sizeOf = (node: number): number => world.library.filesOf(node).length
  const entry = (file: number) => world.names.entryOf(file, world.library.wordsOf(file))
  const constructed = new KnownProviders({
    graph: world.graph,
    seed: 5,
    entriesOf: sizeOf,
    bytesPerEntry: bytesOf([entry(0)]),
    limits
  })
  const evolved = new EvolvedCatalogues(
    world.graph,
    node => Array.from(world.library.filesOf(node), entry),
    limits
  )
  evolved.rest()

  let cut = 0
  for (let node = 0; node < nodes; node++) {
    const hops = hopsFrom(world.graph, node)
    const expected = new Set(constructed.knownTo(node).filter(provider => sizeOf(provider) > 0))
    const actual = evolved.knownTo(node)
    const farthest = Math.max(...[...expected, ...actual].map(provider => hops[provider] as number))
    const near = (provider: number): boolean => (hops[provider] as number) < farthest
    assert.deepEqual([...actual].filter(near).sort(), [...expected].filter(near).sort(), `node ${node}`)
    const entries = (of: Set<number>): number => [...of].reduce((sum, provider) => sum + sizeOf(provider), 0)
    const largest = Math.max(...[...expected, ...actual].map(sizeOf))
    // Each stops with the provider that fills half of the cache.
    assert.ok(Math.abs(entries(actual) - entries(expected)) < largest, `node ${node}`)
    if (actual.size < nodes - 1) cut++
  }
  // A test in which everybody knows everything would say little.
  assert.ok(cut > nodes / 2, `${cut} nodes know a part`)
}

function hopsFrom(graph: Graph, from: number): number[] {
  const hops: number[] = []
  hops[from] = 0
  const queue = [from]
  for (const node of queue) {
    for (const peer of graph.neighboursOf(node)) {
      if (hops[peer] !== undefined) continue
      hops[peer] = (hops[node] as number) + 1
      queue.push(peer)
    }
  }
  return hops
}
