/**
 * Nodes as users start them, each a process that may be killed at any moment, and that knows one or two others.
 */
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sample, seededRandom } from '../../src/base/random.ts'
import { eventually, type ProcessNode, random, startProcessNode } from '../../src/testnet/index.ts'
import { freePort } from '../support/free-port.ts'
import type { PerTest } from '../support/per-test.ts'

/** Every node's file has this word in its name, and one that no other file has. */
const COMMON = 'postcard'
const PLACES = ['aarhus', 'bergen', 'cadiz', 'dover', 'evora', 'fez', 'genoa', 'haifa', 'izmir', 'jaffa']

/** For a network to stand, whoever came first: the longest pause between two tries (15 s) and what follows. */
const JOIN_MS = 45_000

export const loopback = (port: number): string => `/ip4/127.0.0.1/tcp/${port}`

/** Nodes 0 to n - 1, of which each but the first was told of one or two of those before it. */
export class Nodes implements AsyncDisposable {
  readonly running = new Map<number, ProcessNode>()
  readonly #starting: Array<Promise<ProcessNode>> = []
  readonly #folder: string
  readonly #ports: number[]
  readonly #bootstraps: string[][]

  private constructor(folder: string, ports: number[], bootstraps: string[][]) {
    this.#folder = folder
    this.#ports = ports
    this.#bootstraps = bootstraps
  }

  static async plan(count: number, seed: number): Promise<Nodes> {
    const chance = seededRandom(seed)
    const ports: number[] = []
    for (let i = 0; i < count; i++) ports.push(await freePort())
    const bootstraps = ports.map((): string[] => [])
    for (const [a, b] of random(1 + Math.round(chance.next()))(count, chance)) {
      bootstraps[b]?.push(loopback(ports[a] as number))
    }
    return new Nodes(await mkdtemp(join(tmpdir(), 'p2pnode-processes-')), ports, bootstraps)
  }

  get alive(): ProcessNode[] {
    return [...this.running.values()]
  }

  /** Starts node `index`, which shares its postcard. */
  start(index: number): Promise<ProcessNode> {
    const starting = this.#launch(index)
    this.#starting.push(starting)
    return starting
  }

  async kill(index: number): Promise<void> {
    await this.running.get(index)?.kill()
    this.running.delete(index)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Where one start fails, others are still on their way.
    await Promise.allSettled(this.#starting)
    await Promise.allSettled(this.alive.map(node => node.kill()))
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 })
  }

  async #launch(index: number): Promise<ProcessNode> {
    const folder = join(this.#folder, `node${index}`)
    const postcard = join(folder, nameOf(index))
    await mkdir(folder, { recursive: true })
    await writeFile(postcard, contentOf(index))
    const node = await startProcessNode({
      index,
      folder,
      node: {
        listen: [loopback(this.#ports[index] as number)],
        bootstrap: this.#bootstraps[index] as string[],
        shares: [postcard],
        lan: false,
        // What was fetched comes from its owner, always.
        reshare: false
      }
    })
    this.running.set(index, node)
    return node
  }
}

function nameOf(index: number): string {
  return `${COMMON} from ${PLACES[index]}.txt`
}

function contentOf(index: number): string {
  return `Node ${index} greets from ${PLACES[index]}.\n`
}

/** Waits until every node has heard of the files of all `count`. */
async function allKnown(nodes: Nodes, count: number): Promise<void> {
  const isKnown = async ({ index, status }: ProcessNode): Promise<void> => {
    const knowsAll = async (): Promise<boolean> => (await status()).catalogue.entries === count
    await eventually(knowsAll, { within: JOIN_MS, what: `${count} files known at node ${index}` })
  }
  await Promise.all(nodes.alive.map(isKnown))
}

/** Every node that lives finds the file of every other by its word, and fetches it. */
async function everyPairWorks(nodes: Nodes): Promise<void> {
  const pairs = nodes.alive.flatMap(node =>
    nodes.alive.filter(other => other !== node).map(other => pairWorks(node, other))
  )
  await Promise.all(pairs)
}

async function pairWorks(node: ProcessNode, { index, peerId }: ProcessNode): Promise<void> {
  const { hits } = await node.search(PLACES[index] as string)
  assert.deepEqual(
    hits.map(({ name, providers }) => [name, providers[0]?.peerId]),
    [[nameOf(index), peerId]],
    `node ${node.index} searches what node ${index} shares`
  )
  const { path } = await node.get({
    target: hits[0]?.cid ?? '',
    output: join(node.folder, 'got', nameOf(index))
  })
  assert.equal(await readFile(path, 'utf8'), contentOf(index))
}

/** Nodes that start in any order find and fetch from one another, and still when `victims` are killed. */
export async function startsAndDeaths(
  test: PerTest,
  { count, seed, victims }: { count: number; seed: number; victims: readonly number[] }
): Promise<void> {
  const nodes = test.use(await Nodes.plan(count, seed))
  const others = Array.from({ length: count - 1 }, (_, i) => i + 1)
  const starting = sample(others, count - 1, seededRandom(seed)).map(index => nodes.start(index))
  // Node 0, on which the others hang, comes when somebody has tried it in vain.
  await Promise.race(starting)
  await Promise.all([...starting, nodes.start(0)])
  await allKnown(nodes, count)
  await everyPairWorks(nodes)
  for (const index of victims) await nodes.kill(index)
  await everyPairWorks(nodes)
}
