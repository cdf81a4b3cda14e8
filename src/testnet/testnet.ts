/**
 * A network of real nodes with a given shape, for tests, lessons and demonstrations.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seededRandom } from '../base/random.ts'
import { eventually } from './eventually.ts'
import { type StartOptions, startMemoryNode } from './memory-node.ts'
import { startProcessNode } from './process-node.ts'
import type { TestNode } from './test-node.ts'
import { complete, type Edge, type Topology } from './topology.ts'

export type Isolation = 'memory' | 'process'

export interface TestnetOptions {
  nodes: number
  /** Default: all with all. Ignored with `node.dial: true`, where nodes find one another. */
  topology?: Topology
  /** Of the topology; printed when the start fails. */
  seed?: number
  isolation?: Isolation
  /** For every node. Default: no LAN discovery, no DHT, and dialling only along the topology. */
  node?: StartOptions['node']
}

/** For a link of the topology to stand: a time, and what each link costs a busy machine. */
const LINK_TIMEOUT_MS = 30_000
const LINK_MS = 300

/** For what all share to be known to all: where gossip passes a node by, a head needs 2 s for each hop. */
const CATCH_UP_TIMEOUT_MS = 30_000

const STARTERS: Record<Isolation, (options: StartOptions) => Promise<TestNode>> = {
  memory: startMemoryNode,
  process: startProcessNode
}

export class Testnet implements AsyncDisposable {
  readonly nodes: TestNode[] = []
  readonly edges: readonly Edge[]
  readonly folder: string
  readonly #options: TestnetOptions

  private constructor(options: TestnetOptions, folder: string) {
    const { nodes, topology = complete, seed = 1 } = options
    this.#options = options
    this.folder = folder
    this.edges = topology(nodes, seededRandom(seed))
  }

  /**
   * Resolves when every node runs and every link of the topology stands.
   *
   * @param prepare - what else belongs to the start: when it fails, every node is stopped again
   */
  static async start(
    options: TestnetOptions,
    prepare: (net: Testnet) => Promise<void> = async () => {}
  ): Promise<Testnet> {
    const net = new Testnet(options, await mkdtemp(join(tmpdir(), 'p2pnode-net-')))
    try {
      for (let index = 0; index < options.nodes; index++) net.nodes.push(await net.#launch(index))
      await net.linked()
      await prepare(net)
      return net
    } catch (cause) {
      await net[Symbol.asyncDispose]()
      throw new Error(`the network did not start (seed ${options.seed ?? 1}): ${(cause as Error).message}`, {
        cause
      })
    }
  }

  node(index: number): TestNode {
    const node = this.nodes[index]
    if (node === undefined) throw new RangeError(`there is no node ${index} of ${this.nodes.length}`)
    return node
  }

  /** Starts a node again that was stopped or killed, with the data it had. */
  async restart(index: number, node: StartOptions['node'] = {}): Promise<TestNode> {
    const restarted = await this.#launch(index, node)
    this.nodes[index] = restarted
    return restarted
  }

  /** Adds a node that knows `neighbours`. */
  async add(neighbours: readonly number[], node: StartOptions['node'] = {}): Promise<TestNode> {
    const bootstrap = neighbours.map(index => this.node(index).address)
    const added = await this.#launch(this.nodes.length, { bootstrap, ...node })
    this.nodes.push(added)
    return added
  }

  /** Waits until every link of the topology stands. */
  async linked(): Promise<void> {
    const within = LINK_TIMEOUT_MS + LINK_MS * this.edges.length
    for (const [a, b] of this.edges) {
      const { peerId } = this.node(a)
      const isLinked = async (): Promise<boolean> =>
        (await this.node(b).peers()).some(peer => peer.peerId === peerId && peer.neighbour)
      await eventually(isLinked, { within, what: `link between ${a} and ${b}` })
    }
  }

  /** Waits until every node knows `entries` entries, its own included. */
  async caughtUp(entries: number, within = CATCH_UP_TIMEOUT_MS): Promise<void> {
    for (const node of this.nodes) {
      const knows = async (): Promise<boolean> => (await node.status()).catalogue.entries === entries
      await eventually(knows, { within, what: `${entries} entries at node ${node.index}` })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.nodes.map(node => node[Symbol.asyncDispose]()))
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }

  async #launch(index: number, more: StartOptions['node'] = {}): Promise<TestNode> {
    const folder = join(this.folder, `node${index}`)
    await mkdir(folder, { recursive: true })
    const dialled = this.edges.filter(([, dialler]) => dialler === index)
    const bootstrap = dialled.flatMap(([listener]) => this.nodes[listener]?.address ?? [])
    const node = { lan: false, dht: false, dial: false, bootstrap, ...this.#options.node, ...more }
    return await STARTERS[this.#options.isolation ?? 'memory']({ index, folder, node })
  }
}
