/**
 * Searching: the stages, the word index, and the provider records of the DHT.
 */
import { DhtRecords, locateInDht } from '../adapters/libp2p/dht-records.ts'
import { FileClient } from '../adapters/libp2p/file-client.ts'
import { IndexExchange } from '../adapters/libp2p/index-exchange.ts'
import { parseQuery } from '../catalog/index.ts'
import { AnswerTime } from '../node/answer-time.ts'
import type { LinkedCid } from '../node/linked-cids.ts'
import { DirectCheck } from '../node/provider-check.ts'
import { CatalogueFinder } from '../node/provider-finder.ts'
import { ProviderRecords } from '../node/provider-records.ts'
import { Searches } from '../node/searches.ts'
import { WordIndex } from '../node/word-index.ts'
import type { Catalogue } from './catalogue.ts'
import type { Ground } from './ground.ts'
import type { Network } from './network.ts'

export interface Search {
  /** Asks peers for blocks, and whether they have any. */
  client: FileClient
  indexExchange: IndexExchange
  index: WordIndex
  searches: Searches
  finder: CatalogueFinder
  /** Undefined without a DHT. */
  records: ProviderRecords | undefined
}

export interface SearchHooks {
  /** Shares and folders that all may see. */
  linked(limit: number): LinkedCid[]
}

export function createSearch(
  ground: Ground,
  network: Network,
  { store, catalog }: Catalogue,
  hooks: SearchHooks
): Search {
  const { self, nickname, options, events, clock, random, log } = ground
  const { host, links, guard, strike } = network
  const { dial = true } = options
  const client = new FileClient({ host, onStrike: strike })
  const indexExchange = new IndexExchange({
    host,
    dial,
    isInUse: connection => guard.isInUse(connection),
    onStrike: strike
  })
  // Strangers ask the index, neighbours ask for searches: together they take no more of a core than either may alone.
  const answerTime = new AnswerTime(clock.now())
  const index = new WordIndex({
    self,
    nickname,
    links: indexExchange,
    store,
    neighbours: links,
    catalogue: () => catalog.status(),
    isBlocked: peer => links.isStruckOut(peer),
    onFlood: peer => strike(peer, 'flooding'),
    smallNetwork: options.smallNetwork,
    answerTime,
    clock,
    random
  })
  network.view.onRole(role => index.setRole(role))
  const { dht: kademlia } = host.services
  /** Others are believed about addresses as much as in the index: a stranger cannot send us to a machine of our LAN. */
  const locate = async (peer: string, signal: AbortSignal): Promise<void> => {
    if ((await indexExchange.recall(peer)) || kademlia === undefined) return
    const found = await locateInDht(kademlia, peer, signal)
    if (found !== undefined) indexExchange.remember({ peer, addresses: found.addresses }, found.from)
  }
  const searches = new Searches({
    self,
    nickname,
    nicknameOf: peer => links.nickname(peer) ?? catalog.nickname(peer),
    store,
    links,
    index,
    providers: new DirectCheck({
      client,
      canReach: peer => indexExchange.canReach(peer),
      reach: (peer, signal) => indexExchange.reach(peer, signal),
      locate: dial ? locate : undefined,
      clock
    }),
    answerTime,
    clock,
    random,
    emit: event => events.emit(event),
    onError: err => log.error({ err }, 'search')
  })
  const dht = kademlia && new DhtRecords(host, kademlia, network.datastore)
  const records =
    dht &&
    new ProviderRecords({
      routing: dht,
      search: (text, limit) =>
        store.search(parseQuery(text, clock.now()), limit, self).map(({ entry }) => entry),
      isOffered: cid => store.byCid(cid).some(({ provider }) => provider === self),
      linked: hooks.linked,
      // Without dialling, too, what an earlier run has left is given up.
      isNeeded: () => dial && index.isNeeded,
      clock,
      onError: err => log.warn({ err }, 'provider record')
    })
  const finder = new CatalogueFinder({ self, store, searches, routing: dial ? dht : undefined })
  return { client, indexExchange, index, searches, finder, records }
}
