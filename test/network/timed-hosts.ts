/**
 * Hosts on the memory transport that search in virtual time: real links carry real bytes, one message at a time, and each is
 * sent when the latency of its link is over. So no machine is too slow, and no copy overtakes another by chance.
 */
import { setImmediate as others } from 'node:timers/promises'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import type { Libp2p } from '@libp2p/interface'
import { memory } from '@libp2p/memory'
import { noise } from '@libp2p/noise'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { SearchLinks } from '../../src/adapters/libp2p/search-links.ts'
import type { Random } from '../../src/base/ports.ts'
import { seededRandom } from '../../src/base/random.ts'
import { MemoryEntryStore } from '../../src/catalog/index.ts'
import type { SearchEvent, SearchRequest } from '../../src/node/api.ts'
import { Searches } from '../../src/node/searches.ts'
import { EventHeap } from '../../src/sim/event-heap.ts'
import { nicknameOf } from '../../src/sim/world.ts'
import type { SearchMessage } from '../../src/wire/search-message.ts'
import type { Edge } from '../unit/search/virtual-network.ts'

/** From one query to the next, ms: all is forgotten that an earlier one left, as rates and verdicts about peers. */
const BETWEEN_QUERIES_MS = 2 * 60 * 60_000
const LINK_MS = 60_000

export interface TimedNode {
  host: Libp2p
  id: string
  links: SearchLinks
  searches: Searches
  store: MemoryEntryStore
  /** Called when a message has come and was dealt with. */
  onArrival: () => void
  /** Called when it has a new neighbour. */
  onJoin: () => void
}

export interface TimedNetOptions {
  nodes: number
  edges: readonly Edge[]
  /** One way, ms. */
  latencyMs: (from: number, to: number) => number
  /** Whether a node has a cid. */
  has: (node: number, cid: string) => boolean
  /** Of a node, for one search of `asker`. */
  randomOf: (node: number, asker: number) => Random
}

/** What all nodes did for one query. */
export interface Searched {
  events: SearchEvent[]
  sent: SearchMessage[]
  /** Providers that were asked whether they have something. */
  confirmations: number
}

export class TimedNet implements AsyncDisposable {
  readonly nodes: TimedNode[] = []
  readonly #options: TimedNetOptions
  readonly #numbers = new Map<string, number>()
  readonly #heap = new EventHeap()
  readonly #tasks: Array<() => void | Promise<void>> = []
  #now = 1_700_000_000_000
  #sent: SearchMessage[] = []
  #confirmations = 0
  #asker = 0
  readonly #nonces = seededRandom(1)
  /** By node, for the search that runs. */
  readonly #randoms = new Map<number, Random>()

  private constructor(options: TimedNetOptions) {
    this.#options = options
  }

  static async start(options: TimedNetOptions): Promise<TimedNet> {
    const net = new TimedNet(options)
    const indexes = Array.from({ length: options.nodes }, (_, index) => index)
    net.nodes.push(...(await Promise.all(indexes.map(index => net.#startNode(index)))))
    for (const [index, { id }] of net.nodes.entries()) net.#numbers.set(id, index)
    const dial = ([a, b]: Edge) => net.node(a).host.dial(net.node(b).host.getMultiaddrs())
    await Promise.all(options.edges.map(dial))
    // One after the other: each node has its neighbours in the order of the edges.
    for (const [a, b] of options.edges) {
      const isJoined = net.#joined(a, b)
      await net.node(a).links.open(net.node(b).id, AbortSignal.timeout(LINK_MS))
      await isJoined
    }
    return net
  }

  node(index: number): TimedNode {
    return this.nodes[index] as TimedNode
  }

  /** Searches, and lets everything happen that comes of it. */
  async search(asker: number, request: SearchRequest): Promise<Searched> {
    this.#now += BETWEEN_QUERIES_MS
    this.#asker = asker
    this.#randoms.clear()
    const events: SearchEvent[] = []
    const signal = new AbortController().signal
    const reading = (async () => {
      for await (const event of this.node(asker).searches.search(request, { signal })) events.push(event)
    })()
    await others()
    await this.#rest()
    await reading
    const sent = this.#sent
    const confirmations = this.#confirmations
    this.#sent = []
    this.#confirmations = 0
    return { events, sent, confirmations }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      this.nodes.map(async ({ searches, links, host }) => {
        await searches.stop()
        await links.stop()
        await host.stop()
      })
    )
  }

  /** Until nothing is left to happen. */
  async #rest(): Promise<void> {
    for (;;) {
      const at = this.#heap.nextAt
      const slot = this.#heap.pop()
      if (slot === undefined) return
      this.#now = at
      const task = this.#tasks[slot]
      delete this.#tasks[slot]
      await task?.()
      // Whoever reads a search's events has its turn.
      await others()
    }
  }

  #after(ms: number, task: () => void | Promise<void>): void {
    this.#heap.push(this.#now + ms, this.#tasks.push(task) - 1)
  }

  async #startNode(index: number): Promise<TimedNode> {
    const host = await startMemoryHost(index)
    const id = host.peerId.toString()
    const nickname = nicknameOf(index)
    const links = new SearchLinks({ nickname })
    const store = new MemoryEntryStore()
    const { latencyMs, has } = this.#options
    const searches = new Searches({
      self: id,
      nickname,
      nicknameOf: peer => nicknameOf(this.#numberOf(peer)),
      store,
      links: {
        neighbours: () =>
          links.neighbours().map(({ peer }) => ({ peer, rttMs: 2 * latencyMs(index, this.#numberOf(peer)) })),
        send: (peer, message) => {
          this.#carry(index, this.#numberOf(peer), message)
          return true
        },
        strike: (peer, reason) => {
          throw new Error(`node ${index} strikes ${this.#numberOf(peer)}: ${reason}`)
        },
        onMessage: handler => links.onMessage(handler),
        onJoin: handler => links.onJoin(handler),
        onLeave: handler => links.onLeave(handler)
      },
      providers: {
        has: (peer, cid) => {
          this.#confirmations++
          const provider = this.#numberOf(peer)
          const { promise, resolve } = Promise.withResolvers<boolean>()
          this.#after(2 * latencyMs(index, provider), () => resolve(has(provider, cid)))
          return promise
        }
      },
      clock: { now: () => this.#now },
      random: {
        next: () => this.#randomOf(index).next(),
        bytes: length => {
          this.#randomOf(index).bytes(length)
          // Equal nonces would be equal queries, which everybody has seen.
          return this.#nonces.bytes(length)
        }
      },
      every: (ms, task) => this.#every(ms, task)
    })
    await searches.start()
    await links.start(host)
    const node: TimedNode = { host, id, links, searches, store, onArrival: () => {}, onJoin: () => {} }
    links.onJoin(() => node.onJoin())
    links.onMessage(() => node.onArrival())
    return node
  }

  /** When both ends have the other as a neighbour. */
  #joined(a: number, b: number): Promise<void[]> {
    const joins = (at: number): Promise<void> =>
      new Promise(resolve => {
        this.node(at).onJoin = resolve
      })
    return Promise.all([joins(a), joins(b)])
  }

  #carry(from: number, to: number, message: SearchMessage): void {
    this.#sent.push(message)
    this.#after(this.#options.latencyMs(from, to), async () => {
      const receiver = this.node(to)
      const { promise, resolve } = Promise.withResolvers<void>()
      receiver.onArrival = resolve
      if (!this.node(from).links.send(receiver.id, message)) throw new Error(`no link from ${from} to ${to}`)
      await promise
    })
  }

  #every(ms: number, task: () => void): () => void {
    let isOver = false
    const again = (): void =>
      this.#after(ms, () => {
        if (isOver) return
        task()
        again()
      })
    again()
    return () => {
      isOver = true
    }
  }

  #randomOf(node: number): Random {
    const random = this.#randoms.get(node) ?? this.#options.randomOf(node, this.#asker)
    this.#randoms.set(node, random)
    return random
  }

  #numberOf(peer: string): number {
    return this.#numbers.get(peer) as number
  }
}

async function startMemoryHost(index: number): Promise<Libp2p> {
  return createLibp2p({
    privateKey: await generateKeyPair('Ed25519'),
    addresses: { listen: [`/memory/timed-${index}`] },
    transports: [memory()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
    connectionManager: {
      inboundConnectionThreshold: Number.POSITIVE_INFINITY,
      maxIncomingPendingConnections: 10_000
    },
    services: { identify: identify() }
  })
}
