/**
 * Finds peers that may have a cid: those that were named with it, those of the catalogue, then those that a search finds.
 */
import type { PeerKey } from '../base/ports.ts'
import type { EntryStore } from '../catalog/index.ts'
import type { ProviderFinder } from './download-ports.ts'
import type { Searches } from './searches.ts'

/** Cids for which peers were named; the oldest goes. */
const MAX_NAMED = 1_000
const SEARCH_TIMEOUT_MS = 5_000

export class CatalogueFinder implements ProviderFinder {
  readonly #self: PeerKey
  readonly #store: Pick<EntryStore, 'byCid'>
  readonly #searches: Pick<Searches, 'search'>
  readonly #named = new Map<string, readonly PeerKey[]>()

  constructor(options: {
    self: PeerKey
    store: Pick<EntryStore, 'byCid'>
    searches: Pick<Searches, 'search'>
  }) {
    this.#self = options.self
    this.#store = options.store
    this.#searches = options.searches
  }

  /** A link or a search said that these peers have the cid. */
  name(cid: string, peers: readonly PeerKey[]): void {
    if (peers.length === 0) return
    const all = new Set([...(this.#named.get(cid) ?? []), ...peers])
    this.#named.delete(cid)
    this.#named.set(cid, [...all])
    if (this.#named.size > MAX_NAMED) this.#named.delete(this.#named.keys().next().value as string)
  }

  async *find(cid: string, signal: AbortSignal): AsyncGenerator<PeerKey> {
    const told = new Set<PeerKey>([this.#self])
    const known = this.#store.byCid(cid).map(({ provider }) => provider)
    yield* news(told, [...(this.#named.get(cid) ?? []), ...known])
    const request = { text: `cid:${cid}`, timeoutMs: SEARCH_TIMEOUT_MS }
    for await (const event of this.#searches.search(request, { signal })) {
      if (event.type !== 'done')
        yield* news(
          told,
          event.providers.map(({ peerId }) => peerId)
        )
    }
  }
}

/** Those of `peers` that are not in `told` yet; they are then. */
function* news(told: Set<PeerKey>, peers: readonly PeerKey[]): Generator<PeerKey> {
  for (const peer of peers) {
    if (told.has(peer)) continue
    told.add(peer)
    yield peer
  }
}
