/**
 * The catalogue: where entries are kept, and how it is kept in step with the neighbours.
 */
import { SeqFile } from '../adapters/files/index.ts'
import { GossipAnnounceTopic } from '../adapters/libp2p/announce-topic.ts'
import { CatalogExchange } from '../adapters/libp2p/catalog-exchange.ts'
import { EnvelopeSeal } from '../adapters/libp2p/envelope.ts'
import { SqliteEntryStore } from '../adapters/sqlite/index.ts'
import type { PeerKey } from '../base/ports.ts'
import { SplitEntryStore } from '../catalog/index.ts'
import { CatalogSync } from '../node/catalog-sync.ts'
import type { Entry } from '../wire/entry.ts'
import type { Ground } from './ground.ts'
import type { Network } from './network.ts'

export interface Catalogue {
  store: SplitEntryStore
  exchange: CatalogExchange
  catalog: CatalogSync
}

export interface CatalogueHooks {
  /** What the shares offer, when the own catalogue was lost. */
  announced(): Entry[]
  /** Entries of others were learned. */
  onEntries(provider: PeerKey, entries: readonly Entry[]): void
}

/** @param closing - closes the databases when it is disposed of */
export async function openCatalogue(
  ground: Ground,
  network: Network,
  hooks: CatalogueHooks,
  closing: AsyncDisposableStack
): Promise<Catalogue> {
  const { self, nickname, privateKey, inData, events, clock, log } = ground
  const { host, links } = network
  const onTrouble = (err: unknown): void => {
    const message = `the catalogue cannot be saved, and is kept in memory: ${(err as Error).message}`
    log.warn({ err }, message)
    ground.warn(message)
  }
  let isOpen = false
  const onLost =
    (refill: () => void | Promise<void>) =>
    (path: string, err: unknown): void => {
      ground.onCorrupt(path, err)
      if (!isOpen) return
      // Not at once: it may be found out in the middle of a change.
      setImmediate(async () => {
        try {
          await refill()
        } catch (err) {
          log.error({ err }, 'catalogue')
        }
      })
    }
  const own = new SqliteEntryStore(inData('catalogue.db'), {
    onCorrupt: onLost(() => catalog.rebuild(hooks.announced())),
    onTrouble
  })
  closing.defer(async () => await own.close())
  const others = new SqliteEntryStore(inData('others.db'), {
    durable: false,
    onCorrupt: onLost(() => catalog.restock()),
    onTrouble
  })
  closing.defer(async () => await others.close())
  isOpen = true
  const store = new SplitEntryStore({ self, own, others })

  const seqFile = new SeqFile(inData('seq.json'), { onCorrupt: ground.onCorrupt })
  const exchange = new CatalogExchange({
    host,
    neighbours: () => links.neighbours().map(({ peer }) => peer),
    onStrike: network.strike
  })
  const catalog = new CatalogSync({
    self,
    nickname,
    store,
    seal: new EnvelopeSeal(privateKey),
    links: exchange,
    topic: new GossipAnnounceTopic(host.services.pubsub),
    clock,
    lastSeq: await seqFile.load(),
    onSeq: seq =>
      void seqFile.save(seq).catch(err => log.warn({ err }, 'the number of the head was not saved')),
    onChange: (provider, entries) => events.emit({ type: 'catalogue:changed', provider, entries }),
    onEntries: hooks.onEntries,
    onError: err => log.debug({ err }, 'catalogue')
  })
  links.onJoin(peer => catalog.onNeighbourJoined(peer))
  links.onLeave(peer => catalog.onNeighbourLeft(peer))
  return { store, exchange, catalog }
}
