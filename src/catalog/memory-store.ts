/**
 * Entries in memory, with an index from words to the entries that have them.
 *
 * An entry gets a number that grows, so a word's list of numbers is sorted by construction and can be searched by
 * halving. Numbers of removed entries stay in the lists until they are half of one; then it is swept.
 */
import type { PeerKey } from '../base/ports.ts'
import type { Entry } from '../wire/entry.ts'
import { pageKey } from '../wire/page.ts'
import type { EntryStore, Offer, PageFacts } from './ports.ts'
import { matchesFilters, matchesWords, type ParsedQuery } from './query-text.ts'
import { wordsOf } from './words.ts'

/**
 * Entries looked at for one query, those learned last first. All of them took 37 to 66 ms on two cores that were more than
 * twice overbooked.
 */
export const MAX_CANDIDATES = 100_000
/** The same for queries that must cut the path of each candidate into words. */
export const MAX_CUT_CANDIDATES = 5_000

interface Shelf {
  pages: Map<string, readonly Entry[]>
  /** Entries by identity: one that moves to another page, or stays when its page changes, is not indexed again. */
  held: Map<Entry, { id: number; page: string }>
}

interface Posting {
  ids: number[]
  dead: number
}

export class MemoryEntryStore implements EntryStore {
  readonly #shelves = new Map<PeerKey, Shelf>()
  readonly #offers = new Map<number, Offer>()
  readonly #words = new Map<string, Posting>()
  readonly #cids = new Map<string, Posting>()
  readonly #all: Posting = { ids: [], dead: 0 }
  #nextId = 0

  putPage(provider: PeerKey, hash: string, entries: readonly Entry[]): void {
    const shelf: Shelf = this.#shelves.get(provider) ?? { pages: new Map(), held: new Map() }
    const before = shelf.pages.get(hash)
    this.#shelves.set(provider, shelf)
    shelf.pages.set(hash, entries)
    const staying = new Set(entries)
    for (const entry of staying) {
      const held = shelf.held.get(entry)
      if (held == null) shelf.held.set(entry, { id: this.#add({ provider, entry }), page: hash })
      else held.page = hash
    }
    if (before != null)
      this.#release(
        shelf,
        hash,
        before.filter(entry => !staying.has(entry))
      )
  }

  dropPage(provider: PeerKey, hash: string): void {
    const shelf = this.#shelves.get(provider)
    const entries = shelf?.pages.get(hash)
    if (shelf == null || entries == null) return
    shelf.pages.delete(hash)
    this.#release(shelf, hash, entries)
    if (shelf.pages.size === 0) this.#shelves.delete(provider)
  }

  dropProvider(provider: PeerKey): void {
    for (const hash of this.pagesOf(provider)) this.dropPage(provider, hash)
  }

  pagesOf(provider: PeerKey): string[] {
    return [...(this.#shelves.get(provider)?.pages.keys() ?? [])]
  }

  hasPage(provider: PeerKey, hash: string): boolean {
    return this.#shelves.get(provider)?.pages.has(hash) === true
  }

  facts(provider: PeerKey): PageFacts[] {
    return Array.from(this.#shelves.get(provider)?.pages ?? [], ([hash, entries]) => ({
      hash,
      count: entries.length,
      bytes: entries.reduce((sum, { size }) => sum + size, 0),
      firstKey: entries[0] && pageKey(entries[0])
    }))
  }

  page(provider: PeerKey, hash: string): readonly Entry[] | undefined {
    return this.#shelves.get(provider)?.pages.get(hash)
  }

  locate(provider: PeerKey, entry: Entry): string | undefined {
    const held = this.#shelves.get(provider)?.held
    if (held == null) return undefined
    const equal = this.byCid(entry.cid).filter(
      offer => offer.provider === provider && isEqual(offer.entry, entry)
    )
    return equal.map(offer => held.get(offer.entry)?.page).at(-1)
  }

  batch<Result>(run: () => Result): Result {
    return run()
  }

  search(query: ParsedQuery, limit: number, provider?: PeerKey): Offer[] {
    if (provider != null && !this.#shelves.has(provider)) return []
    const found = new Newest(limit)
    const cuts = query.phrases.length > 0 || query.excluded.length > 0
    for (const id of this.#candidates(query, cuts ? MAX_CUT_CANDIDATES : MAX_CANDIDATES)) {
      const offer = this.#offers.get(id)
      if (offer == null || (provider != null && offer.provider !== provider)) continue
      if (!matchesFilters(query, offer.entry)) continue
      if (cuts && !matchesWords(query, wordsOf(offer.entry.path))) continue
      found.add(offer)
    }
    return found.take()
  }

  byCid(cid: string): Offer[] {
    const ids = this.#cids.get(cid)?.ids ?? []
    return ids.map(id => this.#offers.get(id)).filter(offer => offer != null)
  }

  count(provider?: PeerKey): number {
    return provider == null ? this.#offers.size : (this.#shelves.get(provider)?.held.size ?? 0)
  }

  /** Numbers of entries that have all words of the query, the highest first; `most` of the rarest word are tried. */
  *#candidates(query: ParsedQuery, most: number): Generator<number> {
    const words = this.#postings(query)
    const cids = [...new Set(query.cids)].map(cid => this.#cids.get(cid))
    const starts = cids.length > 0 ? cids : [this.#all]
    for (const start of starts) yield* common([start, ...words], most)
  }

  #postings(query: ParsedQuery): Array<Posting | undefined> {
    // The ending of a name is also a word, or words, of it: so `ext:iso` alone need not look at everything.
    const ext = query.exts.length === 1 ? wordsOf(query.exts[0] as string) : []
    return [...query.words, ...ext].map(word => this.#words.get(word))
  }

  /** Forgets those of `entries` that were put with this page last. */
  #release({ held }: Shelf, hash: string, entries: readonly Entry[]): void {
    for (const entry of entries) {
      const holding = held.get(entry)
      if (holding?.page !== hash) continue
      held.delete(entry)
      this.#remove(holding.id, entry)
    }
  }

  #add(offer: Offer): number {
    const id = this.#nextId++
    this.#offers.set(id, offer)
    this.#all.ids.push(id)
    append(this.#cids, offer.entry.cid, id)
    for (const word of new Set(wordsOf(offer.entry.path))) append(this.#words, word, id)
    return id
  }

  #remove(id: number, entry: Entry): void {
    this.#offers.delete(id)
    this.#sweep(this.#all)
    this.#forget(this.#cids, entry.cid)
    for (const word of new Set(wordsOf(entry.path))) this.#forget(this.#words, word)
  }

  #forget(index: Map<string, Posting>, key: string): void {
    const posting = index.get(key)
    if (posting == null) return
    this.#sweep(posting)
    if (posting.ids.length === 0) index.delete(key)
  }

  #sweep(posting: Posting): void {
    posting.dead++
    if (posting.dead * 2 < posting.ids.length) return
    posting.ids = posting.ids.filter(id => this.#offers.has(id))
    posting.dead = 0
  }
}

/** Keeps the `limit` newest of the offers that it is given. */
class Newest {
  readonly #limit: number
  #offers: Offer[] = []
  /** Offers that are not newer have lost already. */
  #floor = -Infinity

  constructor(limit: number) {
    this.#limit = limit
  }

  add(offer: Offer): void {
    if (offer.entry.modified <= this.#floor) return
    this.#offers.push(offer)
    // Room for a thousand more makes a cut cheap for each offer that comes in.
    if (this.#offers.length <= 2 * this.#limit + 1_000) return
    this.#offers = this.take()
    this.#floor = this.#offers.at(-1)?.entry.modified ?? Infinity
  }

  take(): Offer[] {
    return this.#offers.sort((a, b) => b.entry.modified - a.entry.modified).slice(0, this.#limit)
  }
}

function isEqual(a: Entry, b: Entry): boolean {
  return (
    a.cid === b.cid &&
    a.path === b.path &&
    a.size === b.size &&
    a.mime === b.mime &&
    a.modified === b.modified
  )
}

function append(index: Map<string, Posting>, key: string, id: number): void {
  const posting = index.get(key)
  if (posting == null) index.set(key, { ids: [id], dead: 0 })
  else posting.ids.push(id)
}

/** Numbers that are in every list, the highest first. Tries the `most` highest of the shortest list. */
function* common(postings: Array<Posting | undefined>, most: number): Generator<number> {
  const lists = postings.map(posting => posting?.ids ?? []).sort((a, b) => a.length - b.length)
  const [shortest = [], ...others] = lists
  for (let i = shortest.length - 1; i >= Math.max(0, shortest.length - most); i--) {
    const id = shortest[i] as number
    if (others.every(list => includesSorted(list, id))) yield id
  }
}

function includesSorted(list: readonly number[], wanted: number): boolean {
  let low = 0
  let high = list.length - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const id = list[middle] as number
    if (id === wanted) return true
    if (id < wanted) low = middle + 1
    else high = middle - 1
  }
  return false
}
