/**
 * What a search takes in networks of real nodes: `npm run bench -- search [--nodes 60] [--queries 20] [--seconds 20]`.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { seededRandom } from '../src/base/random.ts'
import type { SearchRequest } from '../src/node/api.ts'
import {
  complete,
  eventually,
  random,
  ring,
  type TestNode,
  Testnet,
  type Topology
} from '../src/testnet/index.ts'
import { MAX_HEAD_HOPS } from '../src/wire/limits.ts'
import { at, both } from './search-figures.ts'
import { benchLoad } from './search-load.ts'

const LAN_NODES = 10

export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      nodes: { type: 'string', default: '60' },
      queries: { type: 'string', default: '20' },
      seconds: { type: 'string', default: '20' }
    }
  })
  console.log(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.versions.node}\n`)
  const [nodes, queries] = [Number(values.nodes), Number(values.queries)]
  await benchNetwork('each linked with six or so others', nodes, random(3), queries)
  await benchNetwork('in a ring, the file six links away', nodes, ring, queries)
  await benchLan()
  await benchLoad(Number(values.seconds))
}

/** Every node shares one file of its own; others ask for it, in the ways there are. */
async function benchNetwork(what: string, nodes: number, topology: Topology, queries: number): Promise<void> {
  await using net = await Testnet.start({ nodes, topology }, async net => {
    for (const node of net.nodes) await shareFile(node, `single${node.index} thing.txt`)
    // In a ring nobody hears of those who are more than seven links away.
    const heard = topology === ring ? Math.min(nodes, 1 + 2 * MAX_HEAD_HOPS) : nodes
    await net.caughtUp(2 * heard, 120_000)
  })
  const chance = seededRandom(7)
  console.log(`${nodes} nodes in one process, ${what}: ${queries} searches for a file that one node has\n`)
  console.log(
    '| search | found | first hit, p50 / p99 | end, p50 / p99 | messages and bytes of each stage, p50 |\n| - | - | - | - | - |'
  )
  for (const [name, request] of [
    ['catalogue and all', {}],
    ['flood, ttl 7', { strategy: 'flood', ttl: 7 }]
  ] as [string, Partial<SearchRequest>][]) {
    const firsts: number[] = []
    const ends: number[] = []
    const costs = new Map<string, { messages: number[]; bytes: number[] }>()
    for (let i = 0; i < queries; i++) {
      const owner = topology === ring ? (i + 6) % nodes : Math.floor(chance.next() * nodes)
      const asker = topology === ring ? i % nodes : Math.floor(chance.next() * nodes)
      const { hits, done } = await net.node(asker).search({ text: `single${owner}`, ...request })
      ends.push(done.elapsedMs)
      if (hits[0] !== undefined) firsts.push(hits[0].elapsedMs)
      for (const { stage, messages, bytes } of done.stages) {
        const cost = costs.get(stage) ?? { messages: [], bytes: [] }
        cost.messages.push(messages)
        cost.bytes.push(bytes)
        costs.set(stage, cost)
      }
    }
    const cost = [...costs].map(
      ([stage, { messages, bytes }]) => `${stage} ${at(messages, 0.5)}, ${at(bytes, 0.5)}`
    )
    console.log(
      `| ${name} | ${firsts.length}/${queries} | ${both(firsts)} | ${both(ends)} | ${cost.join('; ')} |`
    )
  }
  console.log()
}

/** Processes over TCP: what is known, and how soon something new is. */
async function benchLan(): Promise<void> {
  await using net = await Testnet.start(
    { nodes: LAN_NODES, topology: complete, isolation: 'process' },
    async net => {
      for (const node of net.nodes) await shareFile(node, `lan${node.index} thing.txt`)
      await eventually(async () => (await net.node(0).status()).catalogue.entries >= 2 * LAN_NODES, {
        within: 30_000
      })
    }
  )
  const known: number[] = []
  for (let i = 0; i < 50; i++) {
    const { hits } = await net.node(0).search({ text: `lan${i % LAN_NODES} ext:txt` })
    known.push(hits[0]?.elapsedMs ?? Number.POSITIVE_INFINITY)
  }
  const fresh: number[] = []
  for (let i = 0; i < 10; i++) {
    const owner = net.node(1 + (i % (LAN_NODES - 1)))
    const start = performance.now()
    await writeFile(join(owner.folder, 'shared', `fresh${i}.txt`), `fresh ${i}`)
    const isFound = async (): Promise<boolean> =>
      (await net.node(0).search({ text: `fresh${i}`, timeoutMs: 100 })).hits.length > 0
    await eventually(isFound, { within: 10_000 })
    fresh.push(performance.now() - start)
  }
  console.log(`${LAN_NODES} processes on one machine, all linked\n\n| | p50 / p99 |\n| - | - |`)
  console.log(`| a file that is known, until the first hit | ${both(known)} |`)
  console.log(`| a file that is new, from its writing until it is found elsewhere | ${both(fresh)} |\n`)
}

async function shareFile(node: TestNode, name: string): Promise<void> {
  const folder = join(node.folder, 'shared')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, name), `${name} of node ${node.index}`)
  await node.share(folder)
}
