/**
 * Hosts that keep catalogues in step and do nothing else. Whoever is connected is a neighbour.
 */
import { type GossipSub, gossipsub } from '@chainsafe/libp2p-gossipsub'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import type { Libp2p, PrivateKey } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import {
  ANNOUNCE_GOSSIP,
  ANNOUNCE_TOPIC,
  GossipAnnounceTopic
} from '../../src/adapters/libp2p/announce-topic.ts'
import { CatalogExchange } from '../../src/adapters/libp2p/catalog-exchange.ts'
import { EnvelopeSeal } from '../../src/adapters/libp2p/envelope.ts'
import { MemoryEntryStore, parseQuery } from '../../src/catalog/index.ts'
import { CatalogSync } from '../../src/node/catalog-sync.ts'

export interface CatalogNode extends AsyncDisposable {
  host: Libp2p<{ pubsub: GossipSub }>
  privateKey: PrivateKey
  id: string
  sync: CatalogSync
  exchange: CatalogExchange
  store: MemoryEntryStore
  strikes: string[]
  /** `provider/path` of what a query finds here. */
  find(text: string): string[]
}

export async function startBareHost(privateKey: PrivateKey): Promise<Libp2p<{ pubsub: GossipSub }>> {
  const host = await createLibp2p({
    privateKey,
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [tls()],
    streamMuxers: [yamux()],
    connectionManager: { inboundConnectionThreshold: Number.POSITIVE_INFINITY },
    services: {
      identify: identify(),
      pubsub: gossipsub({
        ...ANNOUNCE_GOSSIP,
        allowPublishToZeroTopicPeers: true,
        fallbackToFloodsub: false,
        scoreParams: { IPColocationFactorWeight: 0 }
      })
    }
  })
  return host as unknown as Libp2p<{ pubsub: GossipSub }>
}

export async function startCatalogNode(nickname: string): Promise<CatalogNode> {
  const privateKey = await generateKeyPair('Ed25519')
  const host = await startBareHost(privateKey)
  const id = host.peerId.toString()
  const store = new MemoryEntryStore()
  const strikes: string[] = []
  const exchange = new CatalogExchange({
    host,
    neighbours: () => host.getPeers().map(String),
    onStrike: (_peer, reason) => strikes.push(reason)
  })
  const sync = new CatalogSync({
    self: id,
    nickname,
    store,
    seal: new EnvelopeSeal(privateKey),
    links: exchange,
    topic: new GossipAnnounceTopic(host.services.pubsub),
    clock: { now: () => Date.now() },
    lastSeq: 0
  })
  host.addEventListener('peer:connect', ({ detail }) => sync.onNeighbourJoined(detail.toString()))
  host.addEventListener('peer:disconnect', ({ detail }) => sync.onNeighbourLeft(detail.toString()))
  await exchange.start()
  await sync.start(new AbortController().signal)
  return {
    host,
    privateKey,
    id,
    sync,
    exchange,
    store,
    strikes,
    find: text =>
      store
        .search(parseQuery(text, Date.now()), 10_000)
        .map(({ provider, entry }) => `${provider}/${entry.path}`),
    async [Symbol.asyncDispose]() {
      await sync.stop()
      await exchange.stop()
      await host.stop()
    }
  }
}

export async function connect(from: { host: Libp2p }, to: { host: Libp2p }): Promise<void> {
  await from.host.dial(to.host.getMultiaddrs())
}

/** Whether each of two nodes knows that the other listens to the topic. */
export function hearEachOther(a: CatalogNode, b: CatalogNode): boolean {
  const hears = (x: CatalogNode, y: CatalogNode): boolean =>
    x.host.services.pubsub.getSubscribers(ANNOUNCE_TOPIC).some(peer => peer.toString() === y.id)
  return hears(a, b) && hears(b, a)
}
