/**
 * Keeping records for others: what a server takes, for how long, and what it tells of them.
 *
 * Pure, and it does not know who is near: where records belong is asked of `rankOf`.
 */
import { Counters } from '../../base/counters.ts'
import { type BucketRate, TokenBucket } from '../../base/token-bucket.ts'
import type { ParsedQuery } from '../../catalog/index.ts'
import type { StoreVerdict } from '../../wire/index-message.ts'
import {
  FIND_RATE,
  MAX_FOUND,
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
  store: RecordStore<Peer, Key, Item>
  /** Known servers nearer to `key` than `peer`; undefined: than this node. At most `most` are counted. */
  rankOf(key: Key, peer: Peer | undefined, most: number): number
  limits?: Partial<HolderLimits> | undefined
}

interface Rates {
  finds: TokenBucket
  stores: TokenBucket
}

export class IndexHolder<Peer extends string | number, Key, Item> {
  readonly drops = new Counters<HolderDrop>()
  readonly #store: RecordStore<Peer, Key, Item>
  readonly #rankOf: HolderOptions<Peer, Key, Item>['rankOf']
  readonly #limits: HolderLimits
  /** In order of last use. */
  readonly #rates = new Map<Peer, Rates>()
  /** Keys of which something was refused for want of room. */
  readonly #full = new Set<Key>()

  constructor(options: HolderOptions<Peer, Key, Item>) {
    this.#store = options.store
    this.#rankOf = options.rankOf
    this.#limits = { ...HOLDER_LIMITS, ...options.limits }
  }

  /**
   * Records of a provider, from itself: `from` is proven by its connection.
   *
   * @returns a verdict for each item, or why nothing was looked at
   */
  put(
    { from, key, items, lifeMs }: { from: Peer; key: Key; items: readonly Item[]; lifeMs: number },
    now: number
  ): StoreVerdict[] | 'over-rate' {
    if (!this.#ratesOf(from, now).stores.take(Math.max(1, items.length), now)) {
      this.drops.add('store-over-rate', items.length)
      return 'over-rate'
    }
    if (this.#rankOf(key, undefined, MAX_HOLDER_RANK) >= MAX_HOLDER_RANK) {
      this.drops.add('far', items.length)
      return items.map(() => 'refused')
    }
    const expiresAt = now + Math.min(lifeMs, MAX_RECORD_LIFE_MS)
    return items.map(item => this.#putOne(key, { provider: from, item, expiresAt }))
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
    if (!this.#ratesOf(from, now).finds.take(1, now)) {
      this.drops.add('find-over-rate')
      return 'over-rate'
    }
    const hits = query === undefined ? [] : this.#store.find(key, query, limit)
    return { hits, full: this.#full.has(key) || hits.length >= limit }
  }

  /** A provider takes back what it said: all of it, what is under a key, or some items there. */
  withdraw(
    { from, key, items }: { from: Peer; key?: Key | undefined; items?: readonly Item[] | undefined },
    now: number
  ): number | 'over-rate' {
    if (!this.#ratesOf(from, now).stores.take(Math.max(1, items?.length ?? 1), now)) {
      this.drops.add('store-over-rate')
      return 'over-rate'
    }
    const removed = this.#store.remove(from, key, items)
    this.#forgetFull()
    return removed
  }

  expire(now: number): number {
    const expired = this.#store.expire(now)
    this.#forgetFull()
    return expired
  }

  /** Keys that belong to `to`, too, and their records: all when this node gives up its role. */
  *handOver(isTheirs: (key: Key) => boolean): Generator<{ key: Key; records: IndexRecord<Peer, Item>[] }> {
    for (const key of [...this.#store.keys()]) {
      if (isTheirs(key)) yield { key, records: [...this.#store.recordsAt(key)] }
    }
  }

  /**
   * Records of others that a holder hands over. Nobody signed them, so they are believed only from a peer that lies so
   * near to the key that it could as well answer for it; and they never replace what a provider said itself.
   *
   * @returns how many were taken
   */
  takeOver(
    { from, key, records }: { from: Peer; key: Key; records: readonly IndexRecord<Peer, Item>[] },
    now: number
  ): number | 'over-rate' {
    if (!this.#ratesOf(from, now).stores.take(Math.max(1, records.length), now)) {
      this.drops.add('store-over-rate', records.length)
      return 'over-rate'
    }
    const isFar =
      this.#rankOf(key, from, MAX_HAND_OVER_RANK) >= MAX_HAND_OVER_RANK ||
      this.#rankOf(key, undefined, MAX_HOLDER_RANK) >= MAX_HOLDER_RANK
    if (isFar) {
      this.drops.add('hand-over-far', records.length)
      return 0
    }
    const latest = now + MAX_RECORD_LIFE_MS
    const fresh = records.filter(
      ({ provider, item, expiresAt }) => expiresAt > now && !this.#store.has(key, provider, item)
    )
    return fresh.filter(
      record => this.#putOne(key, { ...record, expiresAt: Math.min(record.expiresAt, latest) }) === 'stored'
    ).length
  }

  #putOne(key: Key, record: IndexRecord<Peer, Item>): StoreVerdict {
    const { provider, item } = record
    const drop = this.#store.has(key, provider, item) ? undefined : this.#whyNot(key, provider, item)
    if (drop === undefined) {
      this.#store.put(key, record)
      return 'stored'
    }
    this.drops.add(drop)
    if (drop === 'enough') return 'enough'
    if (drop === 'full-provider') return 'refused'
    if (drop === 'full-word') this.#full.add(key)
    return 'full'
  }

  #whyNot(key: Key, provider: Peer, item: Item): HolderDrop | undefined {
    const { records, bytes, perKey, perProvider, providersPerCid } = this.#limits
    if (this.#store.providersAt(key, item) >= providersPerCid) return 'enough'
    if (this.#store.countOf(provider) >= perProvider) return 'full-provider'
    if (this.#store.countAt(key) >= perKey) return 'full-word'
    if (this.#store.count >= records || this.#store.bytes >= bytes) return 'full-store'
    return undefined
  }

  /** A word is full until it has lost a tenth of its records. */
  #forgetFull(): void {
    for (const key of this.#full) {
      if (this.#store.countAt(key) < 0.9 * this.#limits.perKey) this.#full.delete(key)
    }
  }

  #ratesOf(peer: Peer, now: number): Rates {
    const { findRate, storeRate } = this.#limits
    const rates = this.#rates.get(peer) ?? {
      finds: new TokenBucket(findRate, now),
      stores: new TokenBucket(storeRate, now)
    }
    this.#rates.delete(peer)
    this.#rates.set(peer, rates)
    if (this.#rates.size > MAX_RATED_PEERS) this.#rates.delete(this.#rates.keys().next().value as Peer)
    return rates
  }
}
