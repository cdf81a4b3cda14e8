/**
 * Equal topology, files and queries find equal files in the simulator and among 60 real nodes over TCP, and cost equal messages
 * among 60 on the memory transport.
 */
import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { queryText } from '../../src/sim/matches.ts'
import { QueryRun } from '../../src/sim/query-run.ts'
import { AUTO, type Strategy } from '../../src/sim/strategies.ts'
import { drawQueries, QUERY_CLASSES } from '../../src/sim/workload.ts'
import { World } from '../../src/sim/world.ts'
import { type Edge, eventually, type TestNode, Testnet } from '../../src/testnet/index.ts'
import { compareCosts, startNetOf, worldOf } from '../network/compare-costs.ts'

const NODES = 60
const SHELF = 'shelf'

/** Bounded as real nodes are, unlike the floods that the simulator compares. */
function flood(ttl: number): Strategy {
  return { name: `flood of ${ttl} hops`, session: { strategy: 'flood', ttl } }
}

function edgesOf({ graph }: World): Edge[] {
  return Array.from({ length: NODES }, (_, a) =>
    [...graph.neighboursOf(a)].filter(b => a < b).map(b => [a, b] as const)
  ).flat()
}

/** Links nodes that know nobody yet. */
async function linkAll(net: Testnet, edges: readonly Edge[]): Promise<void> {
  for (const [a, b] of edges) await net.node(b).connect(net.node(a).address)
  for (const [a, b] of edges) {
    const { peerId } = net.node(a)
    const isLinked = async (): Promise<boolean> =>
      (await net.node(b).peers()).some(peer => peer.peerId === peerId && peer.neighbour)
    await eventually(isLinked, { within: 60_000, what: `link between ${a} and ${b}` })
  }
}

/** Writes what the virtual node has, and shares it. */
async function shareFiles(world: World, node: TestNode): Promise<void> {
  const files = [...world.library.filesOf(node.index)]
  if (files.length === 0) return
  const folder = join(node.folder, SHELF)
  await mkdir(folder)
  for (const file of files) {
    const { name } = world.names.entryOf(file, world.library.wordsOf(file))
    await writeFile(join(folder, name), `content of file ${file}`)
  }
  await node.share(folder)
  const isDone = async (): Promise<boolean> => (await node.status()).catalogue.entries === files.length + 1
  await eventually(isDone, { within: 60_000, what: `files of node ${node.index}` })
}

describe('60 real nodes over TCP', () => {
  it('find what the simulator finds', async () => {
    const world = new World({ nodes: NODES, seed: 21, filesPerNode: 4 })
    const sharers = Array.from({ length: NODES }, (_, node) => world.library.filesOf(node).length)
    // Every share is an entry, too.
    const entries = sharers.reduce((sum, files) => sum + (files === 0 ? 0 : files + 1), 0)
    // All would tell all of each file that is hashed; so they meet when that is done.
    const options = { nodes: NODES, topology: () => [], node: { listen: ['/ip4/127.0.0.1/tcp/0'] } }
    await using net = await Testnet.start(options, async net => {
      await Promise.all(net.nodes.map(node => shareFiles(world, node)))
      await linkAll(net, edgesOf(world))
      await net.caughtUp(entries, 120_000)
    })
    let found = 0
    for (const strategy of [flood(1), flood(2), flood(3), AUTO]) {
      for (const query of QUERY_CLASSES.flatMap(name => drawQueries(world, name, 5))) {
        const { rows } = new QueryRun(world, query, strategy).run()
        const text = queryText(query.words)
        const { hits } = await net.node(query.asker).search({ text, ...strategy.session })
        assert.deepEqual(
          hits.map(({ name }) => name).sort(),
          rows.map(({ name }) => name).sort(),
          `${strategy.name}: node ${query.asker} asks for ${text}`
        )
        found += hits.length
      }
    }
    assert.ok(found > 30, `${found} hits in all`)
  })
})

describe('60 real nodes on the memory transport', () => {
  for (const seed of [21, 22]) {
    it(`send what the simulator says, whatever the strategy (seed ${seed})`, async () => {
      const world = worldOf({ nodes: NODES, seed, filesPerNode: 4 })
      await using net = await startNetOf(world)
      let hits = 0
      for (const strategy of [...[1, 2, 3, 4, 5, 6, 7].map(flood), AUTO]) {
        const sent = await compareCosts(world, net, strategy, 3)
        hits += sent.hits ?? 0
      }
      assert.ok(hits > 50, `${hits} frames of hits`)
    })
  }
})
