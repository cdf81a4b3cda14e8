/**
 * Real nodes cost what the simulator says: equal links, files, latencies and query, equal messages and bytes.
 *
 * Where a flood meets itself the copies race, and which one wins decides what is passed on. The seeds are such that no race
 * is closer than 25 ms.
 */
import assert from 'node:assert/strict'
import { seededRandom } from '../../src/base/random.ts'
import { queryText } from '../../src/sim/matches.ts'
import { QueryRun } from '../../src/sim/query-run.ts'
import { Graph } from '../../src/sim/topology.ts'
import { MESSAGE_KINDS } from '../../src/sim/virtual-network.ts'
import { drawQueries, type SimQuery } from '../../src/sim/workload.ts'
import { World } from '../../src/sim/world.ts'
import { random } from '../../src/testnet/index.ts'
import { encodeSearchMessage, type SearchMessage } from '../../src/wire/search-message.ts'
import { SearchNet } from './search-hosts.ts'

const NODES = 12

/** Runs the same query in real nodes: what they sent, and the names they found. */
async function runForReal(
  world: World,
  edges: ReadonlyArray<readonly [number, number]>,
  query: SimQuery,
  ttl: number
) {
  await using net = await SearchNet.start(NODES, edges, (a, b) => world.latencyMs(a, b))
  for (let node = 0; node < NODES; node++) {
    const files = [...world.library.filesOf(node)]
    const entries = files.map(file => world.names.entryOf(file, world.library.wordsOf(file)))
    const { store, id } = net.node(node)
    if (entries.length > 0) store.putPage(id, `page of ${node}`, entries)
  }
  net.takeSent()
  const events = await net.node(query.asker).search({ text: queryText(query.words), strategy: 'flood', ttl })
  const sent = net.takeSent()
  const names = events.flatMap(event => (event.type === 'hit' ? [event.name] : []))
  return { sent, names, done: events.at(-1) }
}

function countByKind(sent: readonly SearchMessage[]): Record<string, number> {
  const counts: Record<string, number> = Object.fromEntries(MESSAGE_KINDS.map(kind => [kind, 0]))
  for (const { type } of sent) counts[type] = (counts[type] ?? 0) + 1
  return counts
}

/** With the varint that says its length. */
function framedBytes(message: SearchMessage): number {
  const { length } = encodeSearchMessage(message)
  return length + (length < 0x80 ? 1 : 2)
}

describe('a flood among 12 real nodes', () => {
  const cases = [
    { seed: 254, ttl: 3 },
    { seed: 1_245, ttl: 3 },
    { seed: 539, ttl: 4 }
  ]
  for (const { seed, ttl } of cases) {
    it(`costs what the simulator says (seed ${seed}, ttl ${ttl})`, async () => {
      const edges = random(2)(NODES, seededRandom(seed))
      const world = new World({ nodes: NODES, seed, filesPerNode: 4 }, new Graph(NODES, edges.flat()))
      const [query] = drawQueries(world, 'singleton', 1)
      assert.ok(query !== undefined)
      const simulated = new QueryRun(world, query, {
        name: 'flood',
        session: { strategy: 'flood', ttl }
      }).run()
      const { sent, names, done } = await runForReal(world, edges, query, ttl)
      assert.deepEqual(countByKind(sent), simulated.costs.messages)
      assert.equal(
        sent.reduce((sum, message) => sum + framedBytes(message), 0),
        simulated.costs.bytes
      )
      assert.deepEqual(names.toSorted(), simulated.rows.map(({ name }) => name).toSorted())
      assert.ok(names.length > 0)
      const flood = done?.type === 'done' ? done.stages.find(({ stage }) => stage === 'flood') : undefined
      assert.equal(flood?.nodes, simulated.nodesReached - 1)
    })
  }
})
