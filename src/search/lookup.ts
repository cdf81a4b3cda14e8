/**
 * Looks a query up among the entries that this node knows: for its own searches and for those of others.
 */
import type { Clock, PeerKey } from '../base/ports.ts'
import {
  type EntryStore,
  type Offer,
  type ParsedQuery,
  parseQuery,
  QueryError,
  rank
} from '../catalog/index.ts'
import { MAX_HIT_PROVIDERS } from '../wire/limits.ts'
import type { WireHit } from '../wire/search-message.ts'
import type { Finding, RowProvider } from './results.ts'

/** Offers looked at for one query: a file that many have is one offer for each of them. */
const MAX_OFFERS = 1_000

export interface LookupOptions {
  self: PeerKey
  /** This node's own. */
  nickname: string
  store: Pick<EntryStore, 'search' | 'count'>
  /** Nickname of a peer, when it is known. */
  nicknameOf(peer: PeerKey): string | undefined
  /** Peers with a live link: what they announce reaches us at once, so they still have it. */
  livePeers(): ReadonlySet<PeerKey>
  clock: Clock
}

export class SearchLookup {
  readonly #options: LookupOptions

  constructor(options: LookupOptions) {
    this.#options = options
  }

  /** Distinct cids, best first. */
  find(query: ParsedQuery, ownOnly: boolean): Finding[] {
    const { self, store } = this.#options
    if (ownOnly && store.count(self) === 0) return []
    const offers = store.search(query, MAX_OFFERS, ownOnly ? self : undefined)
    return rank(query, this.#group(offers))
  }

  /** What a peer that asks is told. Undefined: the text cannot be read. */
  answer(text: string, ownOnly: boolean, limit: number): WireHit[] | undefined {
    const query = this.#parse(text)
    if (query === undefined) return undefined
    return this.find(query, ownOnly)
      .slice(0, limit)
      .map(({ entry, providers }) => ({
        entry,
        providers: providers.slice(0, MAX_HIT_PROVIDERS).map(({ peerId, nickname }) => ({
          peer: peerId,
          nickname,
          how: peerId === this.#options.self ? 'own' : 'known'
        }))
      }))
  }

  #parse(text: string): ParsedQuery | undefined {
    try {
      return parseQuery(text, this.#options.clock.now())
    } catch (err) {
      if (err instanceof QueryError) return undefined
      throw err
    }
  }

  #group(offers: readonly Offer[]): Finding[] {
    const byCid = new Map<string, Finding>()
    const live = this.#options.livePeers()
    for (const { provider, entry } of offers) {
      const found = byCid.get(entry.cid)
      if (found === undefined) {
        byCid.set(entry.cid, { entry, providers: [this.#provider(provider, live)], deliverer: provider })
      } else if (!found.providers.some(({ peerId }) => peerId === provider)) {
        // Ourselves first: a peer is told of at most a few.
        if (provider === this.#options.self) found.providers.unshift(this.#provider(provider, live))
        else found.providers.push(this.#provider(provider, live))
      }
    }
    return [...byCid.values()]
  }

  #provider(peerId: PeerKey, live: ReadonlySet<PeerKey>): RowProvider {
    const { self, nickname, nicknameOf } = this.#options
    if (peerId === self) return { peerId, nickname, how: 'own', confirmed: true }
    return { peerId, nickname: nicknameOf(peerId) ?? '', how: 'known', confirmed: live.has(peerId) }
  }
}
