/**
 * Keeping records for others: what a server takes, for how long, and what it tells of them.
 *
 * Pure, and it does not know who is near: where records belong is asked of `rankOf`.
 */

import { Counters } from '../../base/counters.ts'
import { putLast } from '../../base/put-last.ts'
import type { StrikeWindow } from '../../base/strike-window.ts'
import { type BucketRate, TokenBucket } from '../../base/token-bucket.ts'
import type { ParsedQuery } from '../../catalog/index.ts'
import type { StoreVerdict } from '../../wire/index-message.ts'
import { strikeWindow } from '../neighbour-rates.ts'
import {
  FIND_RATE,
  MAX_FOUND,
  MAX_FULL_KEYS,
  MAX_HAND_OVER_RANK,
  MAX_HOLDER_RANK,
  MAX_PROVIDERS_PER_CID,
  MAX_RATED_PEERS,
  MAX_RECORD_BYTES,
  MAX_RECORD_LIFE_MS,
  MAX_RECORDS,
  MAX_RECORDS_PER_KEY,
  MAX_RECORDS_PER_PROVIDER,
  STORE_RATE
} from './constants.ts'
import type { FoundItem, IndexRecord, RecordStore } from './ports.ts'

export type HolderDrop =
  | 'find-over-rate'
  | 'store-over-rate'
  | 'far'
  | 'enough'
  | 'full-word'
  | 'full-provider'
  | 'full-store'
  | 'other-word'
  | 'hand-over-far'

export interface HolderLimits {
  records: number
  bytes: number
  perKey: number
  perProvider: number
  providersPerCid: number
  findRate: Readonly<BucketRate>
  storeRate: Readonly<BucketRate>
}

export const HOLDER_LIMITS: Readonly<HolderLimits> = {
  records: MAX_RECORDS,
  bytes: MAX_RECORD_BYTES,
  perKey: MAX_RECORDS_PER_KEY,
  perProvider: MAX_RECORDS_PER_PROVIDER,
  providersPerCid: MAX_PROVIDERS_PER_CID,
  findRate: FIND_RATE,
  storeRate: STORE_RATE
}

export interface HolderOptions<Peer, Key, Item> {
  /** What providers said themselves. */
  store: RecordStore<Peer, Key, Item>
  /** What other holders handed over; none is taken without it. */
  handed?: RecordStore<Peer, Key, Item> | undefined
  /** Known servers nearer to `key` than `peer`; undefined: than this node. At most `most` are counted. */
  rankOf(key: Key, peer: Peer | undefined, most: number): number
  /** A peer asks so much more than it may that it is no carelessness. */
  onFlood?: ((peer: Peer) => void) | undefined
  limits?: Partial<HolderLimits> | undefined
}

interface Rates {
  finds: TokenBucket
  stores: TokenBucket
  manyFinds: StrikeWindow
  manyStores: StrikeWindow
}

export class IndexHolder<Peer extends string | number, Key, Item> {
  readonly drops = new Counters<HolderDrop>()
  readonly #store: RecordStore<Peer, Key, Item>
  /**
   * Apart from what providers said themselves, so that it never takes their room: nobody signed it, and who hands something
   * over can name whom it likes.
   */
  readonly #handed: RecordStore<Peer, Key, Item> | undefined
  readonly #rankOf: HolderOptions<Peer, Key, Item>['rankOf']
  readonly #onFlood: HolderOptions<Peer, Key, Item>['onFlood']
  readonly #limits: HolderLimits
  /** In order of last use. */
  readonly #rates = new Map<Peer, Rates>()
  /** Keys of which something was refused for want of room, the last one last. */
  readonly #full = new Map<Key, true>()

  constructor(options: HolderOptions<Peer, Key, Item>) {
    this.#store = options.store
    this.#handed = options.handed
    this.#rankOf = options.rankOf
    this.#onFlood = options.onFlood
    this.#limits = { ...HOLDER_LIMITS, ...options.limits }
  }

  get sizes(): { count: number; bytes: number; handed: number } {
    const handed = this.#handed?.count ?? 0
    return { count: this.#store.count + handed, bytes: this.#bytes, handed }
  }

  hasOf(provider: Peer): boolean {
    return this.#store.countOf(provider) > 0 || (this.#handed?.countOf(provider) ?? 0) > 0
  }

  /**
   * Records of a provider, from itself: `from` is proven by its connection.
   *
   * @param put.belongs - an item has what it is to be found by; what has not is refused
   * @returns a verdict for each item
   */
  put(
    {
      from,
      key,
      items,
      lifeMs,
      belongs = () => true
    }: { from: Peer; key: Key; items: readonly Item[]; lifeMs: number; belongs?: (item: Item) => boolean },
    now: number
  ): StoreVerdict[] | 'over-rate' {
    if (!this.#mayStore(from, items.length, now)) return 'over-rate'
    if (this.#rankOf(key, undefined, MAX_HOLDER_RANK) >= MAX_HOLDER_RANK) {
      this.drops.add('far', items.length)
      return items.map(() => 'refused')
    }
    const expiresAt = now + Math.min(lifeMs, MAX_RECORD_LIFE_MS)
    return items.map(item => {
      if (belongs(item)) return this.#putOne(key, { provider: from, item, expiresAt })
      this.drops.add('other-word')
      return 'refused'
    })
  }

  /** What is kept under a key and fits a query; `full`: there is, or was, more than is told. */
  find(
    {
      from,
      key,
      query,
      limit = MAX_FOUND
    }: { from: Peer; key: Key; query?: ParsedQuery | undefined; limit?: number },
    now: number
  ): { hits: FoundItem<Peer, Item>[]; full: boolean } | 'over-rate' {
    const { finds, manyFinds } = this.#ratesOf(from, now)
    if (manyFinds.note(1, now)) this.#onFlood?.(from)
    if (!finds.take(1, now)) {
      this.drops.add('find-over-rate')
      return 'over-rate'
    }
    const hits = query === undefined ? [] : this.found(key, query, limit)
    return { hits, full: this.#full.has(key) || hits.length >= limit }
  }

  /** The same for this node itself. What providers said comes first. */
  found(key: Key, query: ParsedQuery, limit: number): FoundItem<Peer, Item>[] {
    const said = this.#store.find(key, query, limit)
    if (this.#handed === undefined || said.length >= limit || this.#handed.countAt(key) === 0) return said
    return [...said, ...this.#handed.find(key, query, limit)].slice(0, limit)
  }

  /** A provider takes back what it said: all of it, what is under a key, or some items there. */
  withdraw(
    { from, key, items }: { from: Peer; key?: Key | undefined; items?: readonly Item[] | undefined },
    now: number
  ): number | 'over-rate' {
    if (!this.#mayStore(from, items?.length ?? 1, now)) return 'over-rate'
    const removed = this.#store.remove(from, key, items) + (this.#handed?.remove(from, key, items) ?? 0)
    this.#forgetFull()
    return removed
  }

  expire(now: number): number {
    const expired = this.#store.expire(now) + (this.#handed?.expire(now) ?? 0)
    this.#forgetFull()
    return expired
  }

  /** Forgets everything. */
  clear(): void {
    for (const store of [this.#store, this.#handed]) {
      if (store === undefined) continue
      for (const key of [...store.keys()])
        for (const { provider } of [...store.recordsAt(key)]) store.remove(provider, key)
    }
    this.#full.clear()
  }

  /** Keys under which something is kept. */
  keys(): Key[] {
    return [...new Set([...this.#store.keys(), ...(this.#handed?.keys() ?? [])])]
  }

  recordsAt(key: Key): IndexRecord<Peer, Item>[] {
    return [...this.#store.recordsAt(key), ...(this.#handed?.recordsAt(key) ?? [])]
  }

  /**
   * Records of others that a holder hands over. Nobody signed them, so they are believed only from a peer that lies so
   * near to the key that it could as well answer for it; and they never stand in the way of what a provider says itself.
   *
   * @returns how many were taken
   */
  takeOver(
    { from, key, records }: { from: Peer; key: Key; records: readonly IndexRecord<Peer, Item>[] },
    now: number
  ): number | 'over-rate' {
    if (!this.#mayStore(from, records.length, now)) return 'over-rate'
    const isFar =
      this.#rankOf(key, from, MAX_HAND_OVER_RANK) >= MAX_HAND_OVER_RANK ||
      this.#rankOf(key, undefined, MAX_HOLDER_RANK) >= MAX_HOLDER_RANK
    if (isFar) {
      this.drops.add('hand-over-far', records.length)
      return 0
    }
    const latest = now + MAX_RECORD_LIFE_MS
    return records.filter(record =>
      this.#takeOne(key, { ...record, expiresAt: Math.min(record.expiresAt, latest) }, now)
    ).length
  }

  #takeOne(key: Key, record: IndexRecord<Peer, Item>, now: number): boolean {
    const { provider, item, expiresAt } = record
    const handed = this.#handed
    const isKnown = this.#store.has(key, provider, item) || handed?.has(key, provider, item) === true
    if (handed === undefined || expiresAt <= now || isKnown) return false
    const drop = this.#whyNot(handed, key, provider, item)
    if (drop === undefined) handed.put(key, record)
    else this.drops.add(drop)
    return drop === undefined
  }

  #mayStore(from: Peer, records: number, now: number): boolean {
    const cost = Math.max(1, records)
    const { stores, manyStores } = this.#ratesOf(from, now)
    if (manyStores.note(cost, now)) this.#onFlood?.(from)
    const isTaken = stores.take(cost, now)
    if (!isTaken) this.drops.add('store-over-rate', cost)
    return isTaken
  }

  #putOne(key: Key, record: IndexRecord<Peer, Item>): StoreVerdict {
    const { provider, item } = record
    this.#handed?.remove(provider, key, [item])
    const isKnown = this.#store.has(key, provider, item)
    const drop = isKnown ? undefined : this.#whyNot(this.#store, key, provider, item)
    if (drop === undefined) {
      this.#store.put(key, record)
      return 'stored'
    }
    this.drops.add(drop)
    if (drop === 'enough') return 'enough'
    if (drop === 'full-provider') return 'refused'
    putLast(this.#full, key, true, MAX_FULL_KEYS)
    return 'full'
  }

  /** Each of the two stores has limits of its own but for all records together: there what was handed over makes room. */
  #whyNot(store: RecordStore<Peer, Key, Item>, key: Key, provider: Peer, item: Item): HolderDrop | undefined {
    const { perKey, perProvider, providersPerCid } = this.#limits
    if (store.providersAt(key, item) >= providersPerCid) return 'enough'
    if (store.countOf(provider) >= perProvider) return 'full-provider'
    if (store.countAt(key) >= perKey) return 'full-word'
    while (this.#fill >= 1) if (store === this.#handed || !this.#dropHanded()) return 'full-store'
    return undefined
  }

  /** How much of the room for all records is taken; 1: all. */
  get #fill(): number {
    const { records, bytes } = this.#limits
    return Math.max((this.#store.count + (this.#handed?.count ?? 0)) / records, this.#bytes / bytes)
  }

  get #bytes(): number {
    return this.#store.bytes + (this.#handed?.bytes ?? 0)
  }

  /** One record, or those of its provider that are beside it; false when there is none. */
  #dropHanded(): boolean {
    for (const key of this.#handed?.keys() ?? []) {
      for (const { provider } of this.#handed?.recordsAt(key) ?? []) {
        this.#handed?.remove(provider, key)
        return true
      }
    }
    return false
  }

  /** A word is full until it, or the whole, has lost a tenth of its records. */
  #forgetFull(): void {
    if (this.#fill >= 0.9) return
    for (const key of this.#full.keys()) {
      if (this.#store.countAt(key) < 0.9 * this.#limits.perKey) this.#full.delete(key)
    }
  }

  #ratesOf(peer: Peer, now: number): Rates {
    const { findRate, storeRate } = this.#limits
    const rates = this.#rates.get(peer) ?? {
      finds: new TokenBucket(findRate, now),
      stores: new TokenBucket(storeRate, now),
      manyFinds: strikeWindow(findRate.perSecond, now),
      manyStores: strikeWindow(storeRate.perSecond, now)
    }
    putLast(this.#rates, peer, rates, MAX_RATED_PEERS)
    return rates
  }
}
