/**
 * Records of the index in memory.
 */
import type { ParsedQuery } from '../../catalog/index.ts'
import { MAX_PROVIDERS_PER_CID } from './constants.ts'
import type { FoundItem, IndexRecord, RecordStore } from './ports.ts'

export interface ItemRules<Item> {
  /** What tells the items of one provider apart. */
  idOf(item: Item): string
  /** What is the same content at every provider. */
  cidOf(item: Item): string
  /** Memory that it takes, bytes. */
  sizeOf(item: Item): number
  matches(query: ParsedQuery, item: Item): boolean
}

interface Shelf<Peer, Item> {
  /** By provider and id, those renewed last at the end. */
  records: Map<string, IndexRecord<Peer, Item>>
  /** Providers of each cid. */
  providers: Map<string, number>
}

/** What one provider has here: names of records by key. */
interface Provided<Key> {
  count: number
  names: Map<Key, Set<string>>
}

/** Maps and strings around one record, bytes: measured, rounded up. */
const RECORD_OVERHEAD_BYTES = 200

export class MemoryRecordStore<Peer extends string | number, Key, Item>
  implements RecordStore<Peer, Key, Item>
{
  readonly #rules: ItemRules<Item>
  readonly #shelves = new Map<Key, Shelf<Peer, Item>>()
  readonly #providers = new Map<Peer, Provided<Key>>()
  #count = 0
  #bytes = 0

  constructor(rules: ItemRules<Item>) {
    this.#rules = rules
  }

  get count(): number {
    return this.#count
  }

  get bytes(): number {
    return this.#bytes
  }

  countAt(key: Key): number {
    return this.#shelves.get(key)?.records.size ?? 0
  }

  countOf(provider: Peer): number {
    return this.#providers.get(provider)?.count ?? 0
  }

  providersAt(key: Key, item: Item): number {
    return this.#shelves.get(key)?.providers.get(this.#rules.cidOf(item)) ?? 0
  }

  has(key: Key, provider: Peer, item: Item): boolean {
    return this.#shelves.get(key)?.records.has(this.#nameOf(provider, item)) === true
  }

  put(key: Key, record: IndexRecord<Peer, Item>): void {
    const { provider, item } = record
    const name = this.#nameOf(provider, item)
    this.#take(key, name)
    const shelf: Shelf<Peer, Item> = this.#shelves.get(key) ?? { records: new Map(), providers: new Map() }
    this.#shelves.set(key, shelf)
    shelf.records.set(name, record)
    bump(shelf.providers, this.#rules.cidOf(item), 1)
    const provided: Provided<Key> = this.#providers.get(provider) ?? { count: 0, names: new Map() }
    this.#providers.set(provider, provided)
    provided.names.set(key, (provided.names.get(key) ?? new Set()).add(name))
    provided.count++
    this.#count++
    this.#bytes += this.#weigh(item)
  }

  remove(provider: Peer, key?: Key, items?: readonly Item[]): number {
    const before = this.#count
    const { names } = this.#providers.get(provider) ?? { names: new Map<Key, Set<string>>() }
    for (const each of key === undefined ? [...names.keys()] : [key]) {
      const gone = items?.map(item => this.#nameOf(provider, item)) ?? [...(names.get(each) ?? [])]
      for (const name of gone) this.#take(each, name)
    }
    return before - this.#count
  }

  find(key: Key, query: ParsedQuery, limit: number): FoundItem<Peer, Item>[] {
    const { cidOf, matches } = this.#rules
    const found = new Map<string, FoundItem<Peer, Item>>()
    for (const { provider, item } of [...(this.#shelves.get(key)?.records.values() ?? [])].reverse()) {
      const cid = cidOf(item)
      const known = found.get(cid)
      if (known === undefined && found.size >= limit) continue
      if (known !== undefined && known.providers.length >= MAX_PROVIDERS_PER_CID) continue
      if (!matches(query, item)) continue
      if (known === undefined) found.set(cid, { item, providers: [provider] })
      else if (!known.providers.includes(provider)) known.providers.push(provider)
    }
    return [...found.values()]
  }

  expire(now: number): number {
    const before = this.#count
    for (const [key, { records }] of this.#shelves) {
      for (const [name, { expiresAt }] of records) if (expiresAt <= now) this.#take(key, name)
    }
    return before - this.#count
  }

  keys(): Iterable<Key> {
    return this.#shelves.keys()
  }

  recordsAt(key: Key): Iterable<IndexRecord<Peer, Item>> {
    return this.#shelves.get(key)?.records.values() ?? []
  }

  #take(key: Key, name: string): void {
    const shelf = this.#shelves.get(key)
    const record = shelf?.records.get(name)
    if (shelf === undefined || record === undefined) return
    shelf.records.delete(name)
    bump(shelf.providers, this.#rules.cidOf(record.item), -1)
    if (shelf.records.size === 0) this.#shelves.delete(key)
    this.#forget(record.provider, key, name)
    this.#count--
    this.#bytes -= this.#weigh(record.item)
  }

  #forget(provider: Peer, key: Key, name: string): void {
    const provided = this.#providers.get(provider)
    const names = provided?.names.get(key)
    if (provided === undefined || names === undefined) return
    names.delete(name)
    if (names.size === 0) provided.names.delete(key)
    provided.count--
    if (provided.count === 0) this.#providers.delete(provider)
  }

  #nameOf(provider: Peer, item: Item): string {
    return `${provider} ${this.#rules.idOf(item)}`
  }

  #weigh(item: Item): number {
    return this.#rules.sizeOf(item) + RECORD_OVERHEAD_BYTES
  }
}

function bump<Name>(counts: Map<Name, number>, name: Name, by: number): void {
  const count = (counts.get(name) ?? 0) + by
  if (count > 0) counts.set(name, count)
  else counts.delete(name)
}
