/**
 * What the word index needs to be told. Peers and keys are names only: the daemon uses PeerIds and digests, the simulator
 * numbers.
 */
import type { ParsedQuery } from '../../catalog/index.ts'

/** Who is near what. */
export interface IndexSpace<Peer, Key> {
  /** Below 0 when `a` is nearer to `key` than `b`, above when it is farther. */
  compare(key: Key, a: Peer, b: Peer): number
}

/** One provider's word that it has an item. */
export interface IndexRecord<Peer, Item> {
  provider: Peer
  item: Item
  /** ms, of this node's clock. */
  expiresAt: number
}

export interface FoundItem<Peer, Item> {
  item: Item
  providers: Peer[]
}

/** Records kept for others, by key. Items are told apart by what `MemoryRecordStore` calls their id. */
export interface RecordStore<Peer, Key, Item> {
  /** Records in all, and their bytes. */
  readonly count: number
  readonly bytes: number
  countAt(key: Key): number
  countOf(provider: Peer): number
  /** Providers of the same content under `key`. */
  providersAt(key: Key, item: Item): number
  has(key: Key, provider: Peer, item: Item): boolean
  /** Keeps a record, or renews it. */
  put(key: Key, record: IndexRecord<Peer, Item>): void
  /** Removes records of a provider: all, those of a key, or some of these. Says how many. */
  remove(provider: Peer, key?: Key, items?: readonly Item[]): number
  /** Items that match, each once with its providers, those renewed last first; at most `limit`. */
  find(key: Key, query: ParsedQuery, limit: number): FoundItem<Peer, Item>[]
  /** Removes what is over. Says how many. */
  expire(now: number): number
  keys(): Iterable<Key>
  recordsAt(key: Key): Iterable<IndexRecord<Peer, Item>>
}
