/**
 * Pages of other providers: which ones are here, which are missing, and who makes room when the cache is full.
 *
 *   listless ──page list──▶ pulling ──last page──▶ complete        a new head with other pages: back to listless
 *       └──delta that fits what was complete──────────▲            no room, or a broken page: partial
 *
 * Until a new set of pages is complete the old ones stay, so nothing vanishes while it is only being replaced.
 */
import { hash as sha } from 'node:crypto'
import type { PeerKey } from '../base/ports.ts'
import type { Announcement } from '../wire/announcement.ts'
import type { Entry } from '../wire/entry.ts'
import { WireError } from '../wire/errors.ts'
import type { Head } from '../wire/head.ts'
import { decodePage, encodePage, pageHash, pagesRoot } from '../wire/page.ts'
import { PageTree } from './page-tree.ts'
import type { EntryStore } from './ports.ts'

export interface CacheLimits {
  /** Entries of all other providers. */
  maxEntries: number
  /** Memory that they take, bytes, as estimated by `bytesOf`. */
  maxBytes: number
}

export const CACHE_LIMITS: Readonly<CacheLimits> = { maxEntries: 200_000, maxBytes: 100_000_000 }
/** Part of the cache that one provider can have. */
const MAX_PROVIDER_SHARE = 1 / 4
/** Memory for the hash of a page that is to be pulled, in the list and among the missing, bytes: measured 109 with 8,000. */
const LISTED_PAGE_BYTES = 110
/** Pages a delta may touch. Each takes 3 ms to take apart and encode again, in one go, and somebody else decides how many. */
export const MAX_DELTA_PAGES = 16

export type DeltaVerdict = 'applied' | 'no-base' | 'too-wide' | 'misfit' | 'no-room'

export type PageListVerdict =
  | { kind: 'complete' }
  /** `missing`: hashes of the pages to pull, in page order. */
  | { kind: 'pull'; missing: string[] }
  /** No more of this head is wanted. */
  | { kind: 'partial'; reason: 'no-room' }
  | { kind: 'reject'; reason: 'unknown-provider' | 'other-head' | 'wrong-root' }

export type PageVerdict =
  | { kind: 'kept'; entries: number; complete: boolean }
  /** What is here stays, but no more of this head is wanted. */
  | { kind: 'partial'; reason: 'no-room' | 'malformed' }
  | { kind: 'reject'; reason: 'unasked' }

/** Entries of one provider. Hashes are those of all pages, in page order. */
interface Content {
  head: Head
  /** Decides between providers that are equally far. */
  tieBreak: string
  /** The last set of pages that was complete here. */
  base: { seq: number; root: Uint8Array; hashes: string[] } | undefined
  /** Pages of `head`, once somebody listed them. */
  list: string[] | undefined
  missing: Set<string>
  partial: boolean
  /** What each page that is here takes. */
  pages: Map<string, { entries: number; bytes: number }>
  entries: number
  /** Of its entries, and of the list while it is there. */
  bytes: number
}

export class ForeignPages {
  readonly #self: PeerKey
  readonly #store: EntryStore
  readonly #limits: CacheLimits
  readonly #distanceOf: (provider: PeerKey) => number
  readonly #contents = new Map<PeerKey, Content>()
  /** Providers whose newest head is not complete here, whether or not it ever will be. */
  readonly #incomplete = new Set<PeerKey>()
  #entries = 0
  #bytes = 0

  /** @param distanceOf - hops to a provider that is known here; the farthest makes room first */
  readonly #onEntries: ((provider: PeerKey, entries: readonly Entry[]) => void) | undefined

  constructor(
    self: PeerKey,
    store: EntryStore,
    limits: CacheLimits,
    distanceOf: (provider: PeerKey) => number,
    onEntries?: (provider: PeerKey, entries: readonly Entry[]) => void
  ) {
    this.#onEntries = onEntries
    this.#self = self
    this.#store = store
    this.#limits = limits
    this.#distanceOf = distanceOf
  }

  get entries(): number {
    return this.#entries
  }

  /** Estimated memory of all entries and lists. */
  get bytes(): number {
    return this.#bytes
  }

  /** Providers whose newest head is not complete here. */
  get incomplete(): ReadonlySet<PeerKey> {
    return this.#incomplete
  }

  /** Providers of which at least one entry is here. */
  get providers(): number {
    let count = 0
    for (const content of this.#contents.values()) if (content.entries > 0) count++
    return count
  }

  get isHalfFull(): boolean {
    return this.#entries * 2 >= this.#limits.maxEntries || this.#bytes * 2 >= this.#limits.maxBytes
  }

  /** A provider's newest head. `changed`: entries went, because it has none. */
  onHead(head: Head): { changed: boolean } {
    const content = this.#contents.get(head.provider) ?? this.#begin(head)
    const before = content.entries
    content.head = head
    this.#forgetList(content)
    content.partial = false
    this.#incomplete.add(head.provider)
    if (head.pageCount === 0) this.#finish(content, [])
    else if (content.base != null && equal(content.base.root, head.pagesRoot)) {
      this.#finish(content, content.base.hashes)
    }
    return { changed: content.entries !== before }
  }

  isComplete(provider: PeerKey): boolean {
    return this.#contents.has(provider) && !this.#incomplete.has(provider)
  }

  isPartial(provider: PeerKey): boolean {
    return this.#contents.get(provider)?.partial === true
  }

  countOf(provider: PeerKey): number {
    return this.#contents.get(provider)?.entries ?? 0
  }

  /** Pages of the newest head that are not here, in page order; undefined while nobody has listed them. */
  missingOf(provider: PeerKey): string[] | undefined {
    const content = this.#contents.get(provider)
    return content?.list == null ? undefined : [...content.missing]
  }

  /** Brings the last complete set of pages up to the newest head, when that is what the delta does. */
  onDelta(provider: PeerKey, delta: Pick<Announcement, 'baseSeq' | 'added' | 'removed'>): DeltaVerdict {
    const content = this.#contents.get(provider)
    if (content?.base == null || delta.baseSeq === 0 || content.base.seq !== delta.baseSeq) return 'no-base'
    const tree = this.#treeOf(content, content.base.hashes)
    if (tree == null) return 'misfit'
    if (tree.pagesTouchedBy(delta.added, delta.removed) > MAX_DELTA_PAGES) return 'too-wide'
    const change = applyOrNothing(tree, delta)
    if (change == null || !equal(tree.root(), content.head.pagesRoot)) return 'misfit'
    const news = change.put.flatMap(page => page.entries)
    if (!this.#makeRoom(content, news.length, bytesOf(news))) return 'no-room'
    this.#store.batch(() => {
      for (const { hash, entries } of change.put) this.#put(content, hash, entries)
      this.#finish(content, tree.hashes())
    })
    return 'applied'
  }

  onPageList(provider: PeerKey, seq: number, hashes: readonly string[]): PageListVerdict {
    const content = this.#contents.get(provider)
    if (content == null) return { kind: 'reject', reason: 'unknown-provider' }
    if (content.head.seq !== seq) return { kind: 'reject', reason: 'other-head' }
    if (!this.#incomplete.has(provider)) return { kind: 'complete' }
    if (hashes.length !== content.head.pageCount || !equal(pagesRoot(hashes), content.head.pagesRoot)) {
      return { kind: 'reject', reason: 'wrong-root' }
    }
    const missing = hashes.filter(hash => !this.#store.hasPage(provider, hash))
    if (missing.length === 0) {
      this.#finish(content, [...hashes])
      return { kind: 'complete' }
    }
    this.#forgetList(content)
    content.list = [...hashes]
    content.missing = new Set(missing)
    this.#account(content, 0, hashes.length * LISTED_PAGE_BYTES)
    if (this.#makeRoom(content, 0, 0)) return { kind: 'pull', missing }
    this.#giveUp(content, hashes)
    return { kind: 'partial', reason: 'no-room' }
  }

  /** One of the pages that are missing, as its provider encoded it. */
  onPage(provider: PeerKey, bytes: Uint8Array): PageVerdict {
    const content = this.#contents.get(provider)
    const hash = pageHash(bytes)
    if (content?.list == null || !content.missing.has(hash)) return { kind: 'reject', reason: 'unasked' }
    const entries = decodeOrNothing(bytes)
    // The hash is in the signed list, so the provider itself made a page that no one can read.
    const reason = entries == null ? 'malformed' : 'no-room'
    if (entries == null || !this.#makeRoom(content, entries.length, bytesOf(entries))) {
      this.#giveUp(content, content.list)
      return { kind: 'partial', reason }
    }
    this.#put(content, hash, entries)
    content.missing.delete(hash)
    const complete = content.missing.size === 0
    if (complete) this.#finish(content, content.list)
    return { kind: 'kept', entries: entries.length, complete }
  }

  /** Page hashes of the newest head, when all are here. */
  completeList(provider: PeerKey): string[] | undefined {
    return this.isComplete(provider) ? this.#contents.get(provider)?.base?.hashes : undefined
  }

  /** Bytes of a page, as its provider encoded it. */
  pageBytes(provider: PeerKey, hash: string): Uint8Array | undefined {
    const entries = this.#contents.has(provider) ? this.#store.page(provider, hash) : undefined
    return entries == null ? undefined : encodePage(entries)
  }

  /** Forgets a provider and returns how many entries went. */
  drop(provider: PeerKey): number {
    const content = this.#contents.get(provider)
    if (content == null) return 0
    const { entries } = content
    this.#clear(content)
    this.#contents.delete(provider)
    this.#incomplete.delete(provider)
    return entries
  }

  /** The store lost everything: all is missing again. */
  reset(): void {
    for (const content of this.#contents.values()) {
      this.#clear(content)
      this.onHead(content.head)
    }
  }

  #begin(head: Head): Content {
    const content: Content = {
      head,
      tieBreak: sha('sha256', `${this.#self} ${head.provider}`, 'hex'),
      base: undefined,
      list: undefined,
      missing: new Set(),
      partial: false,
      pages: new Map(),
      entries: 0,
      bytes: 0
    }
    this.#contents.set(head.provider, content)
    return content
  }

  #treeOf(content: Content, hashes: readonly string[]): PageTree | undefined {
    const { provider } = content.head
    const facts = new Map(this.#store.facts(provider).map(page => [page.hash, page]))
    const pages = hashes.map(hash => facts.get(hash)).filter(page => page != null)
    if (pages.length < hashes.length) return undefined
    const entries = (hash: string): readonly Entry[] => this.#store.page(provider, hash) ?? []
    return PageTree.over(
      pages.map(({ hash, count, firstKey }) => ({
        hash,
        count,
        bytes: 0,
        entries: () => entries(hash),
        ...(firstKey && { firstKey })
      }))
    )
  }

  #finish(content: Content, hashes: string[]): void {
    const { provider, seq, pagesRoot: root } = content.head
    this.#dropAllBut(content, hashes)
    content.base = { seq, root, hashes }
    this.#forgetList(content)
    content.partial = false
    this.#incomplete.delete(provider)
  }

  /** Keeps those of the pages listed that are here. */
  #giveUp(content: Content, listed: readonly string[]): void {
    this.#dropAllBut(content, listed)
    this.#forgetList(content)
    content.base = undefined
    content.partial = true
  }

  #forgetList(content: Content): void {
    if (content.list == null) return
    this.#account(content, 0, -content.list.length * LISTED_PAGE_BYTES)
    content.list = undefined
    content.missing.clear()
  }

  /** Makes room for a page of `content`, if need be at the cost of providers that are farther away. */
  #makeRoom(content: Content, entries: number, bytes: number): boolean {
    const { maxEntries, maxBytes } = this.#limits
    const isOver = (part: { entries: number; bytes: number }, share: number): boolean =>
      part.entries + entries > maxEntries * share || part.bytes + bytes > maxBytes * share
    if (isOver(content, MAX_PROVIDER_SHARE)) {
      // Outdated pages count, too, and are worth less than new ones.
      if (content.list != null) this.#dropAllBut(content, content.list)
      if (isOver(content, MAX_PROVIDER_SHARE)) return false
    }
    while (isOver({ entries: this.#entries, bytes: this.#bytes }, 1)) {
      const farthest = this.#farthest()
      if (farthest == null || !this.#isFarther(farthest, content)) return false
      this.#clear(farthest)
      farthest.partial = true
      this.#incomplete.add(farthest.head.provider)
    }
    return true
  }

  #farthest(): Content | undefined {
    let farthest: Content | undefined
    for (const content of this.#contents.values()) {
      if (content.bytes > 0 && (farthest == null || this.#isFarther(content, farthest))) farthest = content
    }
    return farthest
  }

  #isFarther(a: Content, b: Content): boolean {
    const difference = this.#distanceOf(a.head.provider) - this.#distanceOf(b.head.provider)
    return difference === 0 ? a.tieBreak > b.tieBreak : difference > 0
  }

  #put(content: Content, hash: string, entries: readonly Entry[]): void {
    const { provider } = content.head
    // A delta can make a page that was pulled just before.
    if (this.#store.hasPage(provider, hash)) return
    this.#store.putPage(provider, hash, entries)
    this.#onEntries?.(provider, entries)
    const taken = { entries: entries.length, bytes: bytesOf(entries) }
    content.pages.set(hash, taken)
    this.#account(content, taken.entries, taken.bytes)
  }

  #clear(content: Content): void {
    this.#store.dropProvider(content.head.provider)
    this.#forgetList(content)
    this.#account(content, -content.entries, -content.bytes)
    content.pages.clear()
    content.base = undefined
  }

  #dropAllBut(content: Content, hashes: readonly string[]): void {
    const { provider } = content.head
    const kept = new Set(hashes)
    this.#store.batch(() => {
      for (const [hash, { entries, bytes }] of content.pages) {
        if (kept.has(hash)) continue
        this.#store.dropPage(provider, hash)
        content.pages.delete(hash)
        this.#account(content, -entries, -bytes)
      }
    })
  }

  #account(content: Content, entries: number, bytes: number): void {
    content.entries += entries
    content.bytes += bytes
    this.#entries += entries
    this.#bytes += bytes
  }
}

/**
 * Memory of entries with their place in the memory store, bytes. Measured with 50,000 entries each, of which one word is
 * unique: 711 bytes with paths of 12 characters, 803 with 42, 1,028 with 150.
 */
export function bytesOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, { path, mime }) => sum + 700 + Math.ceil(2.5 * path.length) + mime.length, 0)
}

function applyOrNothing(tree: PageTree, delta: Pick<Announcement, 'added' | 'removed'>) {
  try {
    return tree.apply(delta.added, delta.removed)
  } catch (error) {
    if (error instanceof WireError) return undefined
    throw error
  }
}

function decodeOrNothing(bytes: Uint8Array): Entry[] | undefined {
  try {
    return decodePage(bytes)
  } catch (error) {
    if (error instanceof WireError) return undefined
    throw error
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}
