/**
 * Finds peers that may have a cid: those that were named with it, those of the catalogue, then those that a search and the
 * DHT find, side by side.
 */

import type { PeerKey } from '../base/ports.ts'
import { putLast } from '../base/put-last.ts'
import type { EntryStore } from '../catalog/index.ts'
import { indexWords } from '../search/word-index/index.ts'
import { MAX_QUERY_TEXT_BYTES } from '../wire/limits.ts'
import type { SearchRequest } from './api.ts'
import type { ProviderFinder } from './download-ports.ts'
import type { ContentRouting } from './provider-records.ts'
import type { Searches } from './searches.ts'

/** Cids for which peers were named; the oldest goes. */
const MAX_NAMED = 1_000
/** Words of a name that are looked up beside its cid: the index asks for two. */
const MAX_NAME_WORDS = 3
const SEARCH_TIMEOUT_MS = 5_000
const ROUTING_TIMEOUT_MS = 20_000

export class CatalogueFinder implements ProviderFinder {
  readonly #self: PeerKey
  readonly #store: Pick<EntryStore, 'byCid'>
  readonly #searches: Pick<Searches, 'search'>
  readonly #routing: Pick<ContentRouting, 'find' | 'isReady'> | undefined
  readonly #named = new Map<string, readonly PeerKey[]>()

  constructor(options: {
    self: PeerKey
    store: Pick<EntryStore, 'byCid'>
    searches: Pick<Searches, 'search'>
    /** Undefined: there is no DHT. */
    routing?: Pick<ContentRouting, 'find' | 'isReady'> | undefined
  }) {
    this.#self = options.self
    this.#store = options.store
    this.#searches = options.searches
    this.#routing = options.routing
  }

  /** A link or a search said that these peers have the cid; those of `denied` say that they do not, and are tried last. */
  name(cid: string, peers: readonly PeerKey[], denied: readonly PeerKey[] = []): void {
    if (peers.length === 0) return
    const all = new Set([...(this.#named.get(cid) ?? []), ...peers])
    for (const peer of denied) if (all.delete(peer)) all.add(peer)
    putLast(this.#named, cid, [...all], MAX_NAMED)
  }

  async *find(cid: string, signal: AbortSignal, name = ''): AsyncGenerator<PeerKey> {
    const told = new Set<PeerKey>([this.#self])
    const known = this.#store.byCid(cid).map(({ provider }) => provider)
    yield* news(told, [...(this.#named.get(cid) ?? []), ...known])
    const byCid = this.#searched({ text: `cid:${cid}` }, signal)
    // The index knows words only; who keeps them looks at the cid, too.
    const text = nameQuery(name, cid)
    const byName = text === undefined ? [] : [this.#searched({ text, strategy: 'index' }, signal)]
    for await (const peers of merged([byCid, ...byName, this.#routed(cid, signal)])) {
      yield* news(told, peers)
    }
  }

  async *#searched(
    request: Pick<SearchRequest, 'text' | 'strategy'>,
    signal: AbortSignal
  ): AsyncGenerator<PeerKey[]> {
    const bounded = { ...request, timeoutMs: SEARCH_TIMEOUT_MS }
    for await (const event of this.#searches.search(bounded, { signal })) {
      if (event.type === 'done') return
      yield event.providers.flatMap(({ peerId, denied }) => (denied ? [] : [peerId]))
    }
  }

  async *#routed(cid: string, signal: AbortSignal): AsyncGenerator<PeerKey[]> {
    if (this.#routing?.isReady !== true) return
    const timed = AbortSignal.any([signal, AbortSignal.timeout(ROUTING_TIMEOUT_MS)])
    try {
      for await (const peer of this.#routing.find(cid, timed)) yield [peer]
    } catch (error) {
      // What the DHT cannot say, others may.
      if (signal.aborted) throw error
    }
  }
}

/** A query for what has this name and this cid; undefined when no word of the name can be looked up. */
function nameQuery(name: string, cid: string): string | undefined {
  const filter = `cid:${cid}`
  let text = ''
  // The longest are the rarest, mostly.
  const words = (name === cid ? [] : indexWords(name)).sort((a, b) => b.length - a.length)
  for (const word of words.slice(0, MAX_NAME_WORDS)) {
    if (Buffer.byteLength(`${text}${word} ${filter}`) <= MAX_QUERY_TEXT_BYTES) text += `${word} `
  }
  return text === '' ? undefined : text + filter
}

/** What any of `sources` gives, as it comes. */
async function* merged<T>(sources: readonly AsyncGenerator<T>[]): AsyncGenerator<T> {
  const next = (source: AsyncGenerator<T>) => source.next().then(result => ({ source, result }))
  const pending = new Map(sources.map(source => [source, next(source)]))
  try {
    while (pending.size > 0) {
      const { source, result } = await Promise.race(pending.values())
      if (result.done === true) pending.delete(source)
      else {
        pending.set(source, next(source))
        yield result.value
      }
    }
  } finally {
    // Whoever stops early does not wait for them: the signal ends them.
    for (const promise of pending.values()) promise.catch(() => {})
    for (const source of pending.keys()) void source.return(undefined).catch(() => {})
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
