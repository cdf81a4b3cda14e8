/**
 * The pages of a set of entries: the leaves of a binary trie over the bits of `pageKey`, most significant first.
 *
 * A node of the trie stays one page while it has at most MAX_PAGE_ENTRIES entries, else it splits. So the pages
 * follow from the set alone, not from its history: whoever has the same entries has the same page hashes, and a
 * change touches one page, or the few that split or join. Rules: ../wire/SPEC.md, "Pages".
 */
import type { Entry, EntryKey } from '../wire/entry.ts'
import { HASH_BYTES, MAX_PAGE_ENTRIES } from '../wire/limits.ts'
import { comparePageKeys, encodePage, pageHash, pageKey, pagesRoot } from '../wire/page.ts'

/** A page and how to get at its entries; they are asked for only when the page changes. */
export interface PageRef {
  hash: string
  count: number
  /** Sum of the sizes of its files, bytes. */
  bytes: number
  entries(): readonly Entry[]
  /** Key of its first entry, where it is at hand. */
  firstKey?: Uint8Array
}

/** Entries of the page with this hash. */
export type LoadPage = (hash: string) => readonly Entry[]

export interface TreeChange {
  put: Array<{ hash: string; entries: readonly Entry[] }>
  dropped: string[]
}

/** An entry that comes, or undefined for one that goes, under its key: what makes a change without computing it again. */
export interface KeyedChange {
  key: Uint8Array
  entry: Entry | undefined
}
type Item = KeyedChange

type Node =
  | { kind: 'page'; page: PageRef; fresh?: false }
  /** A page that this change made, before its hash is known. */
  | { kind: 'page'; items: Item[]; fresh: true }
  | { kind: 'split'; left: Node; right: Node; count: number }

const KEY_BYTES = 2 * HASH_BYTES
const KEY_BITS = 8 * KEY_BYTES
const EMPTY: Node = { kind: 'page', items: [], fresh: true }

export class PageTree {
  readonly #load: LoadPage | undefined
  #root: Node = EMPTY
  #pages: PageRef[] = []

  /**
   * @param load - gives the entries of a page of `apply`'s result from then on. Without it they stay in memory, which is
   * 400 bytes for each
   */
  constructor(load?: LoadPage) {
    this.#load = load
  }

  /**
   * The tree whose pages are already known, without reading more than one entry of each.
   *
   * Undefined when they cannot be the pages of any set of entries: a peer that lays out pages in its own way.
   */
  static over(pages: readonly PageRef[], load?: LoadPage): PageTree | undefined {
    const keyed = pages.map(page => ({
      page,
      key: page.count > 0 ? (page.firstKey ?? pageKey(page.entries()[0] as Entry)) : undefined
    }))
    if (keyed.some(({ key }) => key == null)) return undefined
    const root = grow(keyed as Keyed[], 0)
    if (root == null) return undefined
    const tree = new PageTree(load)
    tree.#root = root
    tree.#pages = [...pages]
    return tree
  }

  /**
   * Adds and removes entries, and tells which pages came and which went.
   *
   * An added entry takes the place of one with the same key; what is both removed and added is there afterwards;
   * removing what is not there does nothing.
   *
   * @throws WireError when an added entry cannot be encoded; the tree stays as it was
   */
  apply(added: Iterable<Entry>, removed: Iterable<EntryKey>): TreeChange {
    return this.applyKeyed(changes(added, removed))
  }

  /** The same for changes whose keys are known. Of two with the same key the later one counts. */
  applyKeyed(keyed: readonly KeyedChange[]): TreeChange {
    const items = lastOfEach([...keyed])
    const touched: PageRef[] = []
    const root = change(this.#root, items, 0, touched)
    const put = new Map<string, readonly Entry[]>()
    const pages: PageRef[] = []
    this.#root = settle(
      root,
      this.#load,
      page => pages.push(page),
      (page, entries) => put.set(page.hash, entries)
    )
    this.#pages = pages

    const dropped = touched.map(page => page.hash).filter(hash => !put.delete(hash))
    return { put: Array.from(put, ([hash, entries]) => ({ hash, entries })), dropped }
  }

  /** How many pages a change would read: what it costs. */
  pagesTouchedBy(added: Iterable<Entry>, removed: Iterable<EntryKey>): number {
    return this.pagesTouchedByKeyed(changes(added, removed))
  }

  pagesTouchedByKeyed(keyed: readonly KeyedChange[]): number {
    return countTouched(this.#root, lastOfEach([...keyed]), 0)
  }

  /** Pages in order of their keys. */
  get pages(): readonly PageRef[] {
    return this.#pages
  }

  /** Page hashes in order of their keys. */
  hashes(): string[] {
    return this.#pages.map(page => page.hash)
  }

  /** sha2-256 over the page hashes: `pagesRoot` of a head. */
  root(): Uint8Array {
    return pagesRoot(this.hashes())
  }

  /** Number of entries. */
  get files(): number {
    return this.#pages.reduce((sum, page) => sum + page.count, 0)
  }

  /** Sum of the sizes of all entries. */
  get bytes(): number {
    return this.#pages.reduce((sum, page) => sum + page.bytes, 0)
  }

  *entries(): Generator<Entry> {
    for (const page of this.#pages) yield* page.entries()
  }
}

interface Keyed {
  page: PageRef
  key: Uint8Array
}

/** Finds the shape back: a node with one page is that page, one with more has more entries than a page takes. */
function grow(pages: readonly Keyed[], depth: number): Node | undefined {
  if (pages.length === 0) return EMPTY
  if (pages.length === 1) return { kind: 'page', page: (pages[0] as Keyed).page }
  const count = pages.reduce((sum, { page }) => sum + page.count, 0)
  if (count <= MAX_PAGE_ENTRIES || depth === KEY_BITS) return undefined
  const middle = splitAt(pages, depth)
  if (!pages.slice(0, middle).every(({ key }) => bit(key, depth) === 0)) return undefined
  if (!pages.slice(middle).every(({ key }) => bit(key, depth) === 1)) return undefined
  const left = grow(pages.slice(0, middle), depth + 1)
  const right = grow(pages.slice(middle), depth + 1)
  return left && right && { kind: 'split', left, right, count }
}

/** Removals first: what is both removed and added is there afterwards. */
function changes(added: Iterable<Entry>, removed: Iterable<EntryKey>): Item[] {
  const items: Item[] = []
  for (const gone of removed) items.push({ key: pageKey(gone), entry: undefined })
  for (const entry of added) items.push({ key: pageKey(entry), entry })
  return items
}

/** Sorted by key; of items with equal keys the one that came last. */
function lastOfEach(items: Item[]): Item[] {
  items.sort((a, b) => comparePageKeys(a.key, b.key))
  return items.filter((item, i) => {
    const next = items[i + 1]
    return next == null || comparePageKeys(item.key, next.key) !== 0
  })
}

function change(node: Node, items: readonly Item[], depth: number, touched: PageRef[]): Node {
  if (items.length === 0) return node
  if (node.kind === 'page') return divide(merge(itemsOf(node, touched), items), depth)
  const middle = splitAt(items, depth)
  const left = change(node.left, items.slice(0, middle), depth + 1, touched)
  const right = change(node.right, items.slice(middle), depth + 1, touched)
  const count = countOf(left) + countOf(right)
  if (count > MAX_PAGE_ENTRIES) return { kind: 'split', left, right, count }
  return { kind: 'page', items: [...allItems(left, touched), ...allItems(right, touched)], fresh: true }
}

function divide(items: Item[], depth: number): Node {
  if (items.length <= MAX_PAGE_ENTRIES) return { kind: 'page', items, fresh: true }
  const middle = splitAt(items, depth)
  const left = divide(items.slice(0, middle), depth + 1)
  const right = divide(items.slice(middle), depth + 1)
  return { kind: 'split', left, right, count: items.length }
}

function merge(old: Item[], changed: readonly Item[]): Item[] {
  return lastOfEach([...old, ...changed]).filter(item => item.entry != null)
}

function itemsOf(node: Node & { kind: 'page' }, touched: PageRef[]): Item[] {
  if (node.fresh) return node.items
  touched.push(node.page)
  return node.page.entries().map(entry => ({ key: pageKey(entry), entry }))
}

function allItems(node: Node, touched: PageRef[]): Item[] {
  if (node.kind === 'page') return itemsOf(node, touched)
  return [...allItems(node.left, touched), ...allItems(node.right, touched)]
}

function countOf(node: Node): number {
  if (node.kind === 'split') return node.count
  return node.fresh ? node.items.length : node.page.count
}

function countTouched(node: Node, items: readonly Item[], depth: number): number {
  if (items.length === 0) return 0
  if (node.kind === 'page') return 1
  const middle = splitAt(items, depth)
  return (
    countTouched(node.left, items.slice(0, middle), depth + 1) +
    countTouched(node.right, items.slice(middle), depth + 1)
  )
}

/** Gives fresh pages their hashes, and visits all pages in order. */
function settle(
  node: Node,
  load: LoadPage | undefined,
  onPage: (page: PageRef) => void,
  onFresh: (page: PageRef, entries: readonly Entry[]) => void
): Node {
  if (node.kind === 'split') {
    const left = settle(node.left, load, onPage, onFresh)
    const right = settle(node.right, load, onPage, onFresh)
    return left === node.left && right === node.right ? node : { ...node, left, right }
  }
  if (!node.fresh) {
    onPage(node.page)
    return node
  }
  if (node.items.length === 0) return EMPTY
  const entries = node.items.map(item => item.entry as Entry)
  const page = pageOf(node.items, entries, load)
  onPage(page)
  onFresh(page, entries)
  return { kind: 'page', page }
}

function pageOf(items: readonly Item[], entries: readonly Entry[], load: LoadPage | undefined): PageRef {
  const keys = items.map(item => item.key)
  const hash = pageHash(encodePage(entries, keys))
  return {
    hash,
    count: entries.length,
    bytes: entries.reduce((sum, entry) => sum + entry.size, 0),
    entries: load == null ? () => entries : () => load(hash),
    firstKey: keys[0] as Uint8Array
  }
}

/** Index of the first of sorted `items` whose bit number `depth` is 1, when they agree in all bits before. */
function splitAt(items: ReadonlyArray<{ key: Uint8Array }>, depth: number): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (bit((items[middle] as { key: Uint8Array }).key, depth) === 0) low = middle + 1
    else high = middle
  }
  return low
}

function bit(key: Uint8Array, index: number): number {
  return ((key[index >> 3] as number) >> (7 - (index & 7))) & 1
}
