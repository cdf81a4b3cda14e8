/**
 * Hosts that search and do nothing else.
 */
import { generateKeyPair } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import type { Libp2p } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { SearchLinks, type SearchLinksOptions } from '../../src/adapters/libp2p/search-links.ts'
import { seededRandom } from '../../src/base/random.ts'
import { MemoryEntryStore } from '../../src/catalog/index.ts'
import type { SearchEvent, SearchRequest } from '../../src/node/api.ts'
import { Searches } from '../../src/node/searches.ts'
import type { SearchMessage } from '../../src/wire/search-message.ts'
import { type Edge, hitOf } from '../unit/search/virtual-network.ts'

export interface SearchNode extends AsyncDisposable {
  host: Libp2p
  id: string
  links: SearchLinks
  searches: Searches
  store: MemoryEntryStore
  /** What the engine sent over the links. */
  sent: SearchMessage[]
  share(file: number): void
  search(request: SearchRequest): Promise<SearchEvent[]>
}

export async function startBareHost(): Promise<Libp2p> {
  return createLibp2p({
    privateKey: await generateKeyPair('Ed25519'),
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [tls()],
    streamMuxers: [yamux()],
    connectionManager: {
      inboundConnectionThreshold: Number.POSITIVE_INFINITY,
      maxIncomingPendingConnections: 10_000
    },
    services: { identify: identify() }
  })
}

export async function startSearchNode(
  nickname: string,
  options: Partial<SearchLinksOptions> = {}
): Promise<SearchNode> {
  const host = await startBareHost()
  const id = host.peerId.toString()
  const links = new SearchLinks({ nickname, ...options })
  const store = new MemoryEntryStore()
  const sent: SearchMessage[] = []
  const searches = new Searches({
    self: id,
    nickname,
    nicknameOf: peer => links.nickname(peer),
    store,
    links: {
      neighbours: () => links.neighbours(),
      send: (peer, message) => {
        sent.push(message)
        return links.send(peer, message)
      },
      strike: (peer, reason) => links.strike(peer, reason),
      onMessage: handler => links.onMessage(handler),
      onJoin: handler => links.onJoin(handler),
      onLeave: handler => links.onLeave(handler)
    },
    clock: { now: () => Date.now() },
    random: seededRandom(7)
  })
  await searches.start()
  await links.start(host)
  return {
    host,
    id,
    links,
    searches,
    store,
    sent,
    share: file => store.putPage(id, `page ${file}`, [hitOf(file).entry]),
    async search(request) {
      const events: SearchEvent[] = []
      const signal = AbortSignal.timeout(15_000)
      for await (const event of searches.search(request, { signal })) events.push(event)
      return events
    },
    async [Symbol.asyncDispose]() {
      await searches.stop()
      await links.stop()
      await host.stop()
    }
  }
}

/** Dials without opening a link. */
export async function connect(from: { host: Libp2p }, to: { host: Libp2p }): Promise<void> {
  await from.host.dial(to.host.getMultiaddrs())
}

export async function link(from: SearchNode, to: SearchNode): Promise<void> {
  await connect(from, to)
  await from.links.open(to.id, AbortSignal.timeout(10_000))
}

/** Nodes joined as `edges` say, disposed together. */
export class SearchNet implements AsyncDisposable {
  readonly nodes: readonly SearchNode[]

  private constructor(nodes: readonly SearchNode[]) {
    this.nodes = nodes
  }

  static async start(count: number, edges: readonly Edge[]): Promise<SearchNet> {
    const net = new SearchNet(
      await Promise.all(Array.from({ length: count }, (_, i) => startSearchNode(`n${i}`)))
    )
    for (const [a, b] of edges) await link(net.node(a), net.node(b))
    return net
  }

  node(i: number): SearchNode {
    return this.nodes[i] as SearchNode
  }

  /** Messages of all nodes since the last call. */
  takeSent(): SearchMessage[] {
    return this.nodes.flatMap(({ sent }) => sent.splice(0))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.nodes.map(node => node[Symbol.asyncDispose]()))
  }
}
