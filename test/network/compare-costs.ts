/**
 * Compares what searches cost among real nodes on the memory transport with what they cost in the simulator.
 */
import assert from 'node:assert/strict'
import { seededRandom } from '../../src/base/random.ts'
import type { StageReport } from '../../src/search/index.ts'
import { mixed } from '../../src/sim/chance.ts'
import { queryText } from '../../src/sim/matches.ts'
import { QueryRun } from '../../src/sim/query-run.ts'
import type { Strategy } from '../../src/sim/strategies.ts'
import { Graph } from '../../src/sim/topology.ts'
import { MESSAGE_KINDS } from '../../src/sim/virtual-network.ts'
import { drawQueries, QUERY_CLASSES } from '../../src/sim/workload.ts'
import { World } from '../../src/sim/world.ts'
import { encodeSearchMessage, type SearchMessage } from '../../src/wire/search-message.ts'
import type { Edge } from '../unit/search/virtual-network.ts'
import { type Searched, TimedNet } from './timed-hosts.ts'

/** Nodes whose neighbours have an order that can be had by linking real ones. */
export function worldOf(options: { nodes: number; seed: number; filesPerNode: number }): World {
  const edges = edgesOf(new World(options).graph)
  return new World(options, new Graph(options.nodes, edges.flat()))
}

function edgesOf(graph: Graph): Edge[] {
  return Array.from({ length: graph.nodes }, (_, a) =>
    [...graph.neighboursOf(a)]
      .filter(b => a < b)
      .sort((b, c) => b - c)
      .map(b => [a, b] as const)
  ).flat()
}

/** Real nodes that are linked as those of `world`, and know what these know. */
export async function startNetOf(world: World): Promise<TimedNet> {
  const { library, names } = world
  const { nodes } = world.options
  const all = Array.from({ length: nodes }, (_, node) => node)
  const entriesOf = all.map(node =>
    Array.from(library.filesOf(node), file => names.entryOf(file, library.wordsOf(file)))
  )
  const net = await TimedNet.start({
    nodes,
    edges: edgesOf(world.graph),
    latencyMs: (a, b) => world.latencyMs(a, b),
    randomOf: (node, asker) => seededRandom(mixed(world.saltedSeed('engines'), node, asker)),
    has: (node, cid) => (entriesOf[node] ?? []).some(entry => entry.cid === cid)
  })
  for (const [node, { store }] of net.nodes.entries()) {
    for (const provider of all) {
      const entries = entriesOf[provider] ?? []
      if (entries.length === 0 || !world.known.isKnown(node, provider)) continue
      store.putPage(net.node(provider).id, `page of ${provider}`, entries)
    }
  }
  return net
}

/** Asks some queries of each class. Returns all that was sent by the real nodes, by kind. */
export async function compareCosts(
  world: World,
  net: TimedNet,
  { name, session }: Strategy,
  queriesPerClass: number
): Promise<Record<string, number>> {
  const all: SearchMessage[] = []
  for (const query of QUERY_CLASSES.flatMap(kind => drawQueries(world, kind, queriesPerClass))) {
    const simulated = new QueryRun(world, query, { name, session }).run()
    const real = await net.search(query.asker, { text: queryText(query.words), ...session })
    compare(`${name}: node ${query.asker} asks for ${queryText(query.words)}`, real, simulated)
    all.push(...real.sent)
  }
  return countByKind(all)
}

function compare(
  what: string,
  { events, sent, confirmations }: Searched,
  simulated: ReturnType<QueryRun['run']>
): void {
  const { have, has: _, ...messages } = { ...simulated.costs.messages }
  assert.deepEqual({ ...countByKind(sent), have: confirmations }, { ...messages, have }, what)
  // What a confirmation takes is not the links'.
  if (have === 0) {
    const bytes = sent.reduce((sum, message) => sum + framedBytes(message), 0)
    assert.equal(bytes, simulated.costs.bytes, what)
  }
  const names = events.flatMap(event => (event.type === 'hit' ? [event.name] : []))
  assert.deepEqual(names.toSorted(), simulated.rows.map(({ name }) => name).toSorted(), what)
  const done = events.at(-1)
  assert.ok(done?.type === 'done', what)
  assert.deepEqual(done.stages.map(costOf), simulated.stages.map(costOf), what)
}

/** Without times: real nodes look at their deadlines now and then. */
function costOf({ elapsedMs: _, ...cost }: StageReport) {
  return cost
}

function countByKind(sent: readonly SearchMessage[]): Record<string, number> {
  const counts: Record<string, number> = Object.fromEntries(
    MESSAGE_KINDS.filter(kind => kind !== 'have' && kind !== 'has').map(kind => [kind, 0])
  )
  for (const { type } of sent) counts[type] = (counts[type] ?? 0) + 1
  return counts
}

/** With the varint that says its length. */
function framedBytes(message: SearchMessage): number {
  const { length } = encodeSearchMessage(message)
  return length + (length < 0x80 ? 1 : length < 0x4000 ? 2 : 3)
}
