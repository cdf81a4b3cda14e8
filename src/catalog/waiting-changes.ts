/**
 * Changes of own entries on their way into pages: a large share comes faster than pages can be made.
 */
import type { Entry, EntryKey } from '../wire/entry.ts'
import { WireError } from '../wire/errors.ts'
import { MAX_CID_BYTES, MAX_PAGE_BYTES, MAX_PAGE_ENTRIES } from '../wire/limits.ts'
import { pageKey } from '../wire/page.ts'
import type { KeyedChange, PageTree } from './page-tree.ts'

/**
 * Bounds of one step of many changes: pages that it touches, and changes in all, which make new pages. Each page takes
 * about 4 ms to read, encode and write, and a step is one hole in the event loop.
 */
const MAX_STEP_PAGES = 1
const MAX_STEP_CHANGES = 128
/** Parts of all ranks: with a million changes each holds 244, about one step. */
const SHELVES = 4_096
const RANKS_PER_SHELF = 2 ** 48 / SHELVES
/** Encoded entry, bytes: 256 of them make the longest page. Reached only by paths of about 900 bytes. */
const MAX_ENTRY_BYTES = Math.floor(MAX_PAGE_BYTES / MAX_PAGE_ENTRIES)
/** Of an encoded entry what is neither cid, path nor media type: two numbers, tags and lengths. */
const ENTRY_FRAME_BYTES = 32

export type RefusedEntry = { entry: Entry; reason: 'too-many' | 'too-long' | 'malformed' }

/** A change that is not in a page yet. */
export interface Waiting extends KeyedChange {
  id: EntryKey
  /** The first 48 bits of its key. */
  rank: number
}

export class WaitingChanges {
  readonly #changes = new Map<string, Waiting>()
  /** The changes by the first bits of their rank: sorting all of a large share would hold everything up. */
  readonly #shelves: Array<Shelf | undefined> = new Array(SHELVES)
  /** The shelf that steps are taken from. */
  #at = 0

  get size(): number {
    return this.#changes.size
  }

  has(id: EntryKey): boolean {
    return this.#changes.has(keyOf(id))
  }

  /** Of two changes of one entry the later one counts. */
  add(changes: readonly Waiting[]): void {
    for (const change of changes) {
      const shelf = shelfOf(change)
      this.#changes.set(keyOf(change.id), change)
      this.#shelves[shelf] ??= new Shelf()
      this.#shelves[shelf].add(change)
    }
  }

  /** Takes out what goes into pages next, in page order: so it touches few pages of `tree`, and each page mostly once. */
  takeStep(tree: PageTree): Waiting[] {
    const next = this.#next()
    let size = Math.min(MAX_STEP_PAGES, next.length)
    while (size < next.length) {
      const more = Math.min(2 * size, next.length)
      if (tree.pagesTouchedByKeyed(next.slice(0, more)) > MAX_STEP_PAGES) break
      size = more
    }
    const step = next.slice(0, size)
    for (const change of step) this.#changes.delete(keyOf(change.id))
    return step
  }

  /** Changes of the next shelves, in page order. */
  #next(): Waiting[] {
    const next: Waiting[] = []
    if (this.#changes.size === 0) return next
    const most = Math.min(MAX_STEP_CHANGES, this.#changes.size)
    const isWaiting = (change: Waiting): boolean => this.#changes.get(keyOf(change.id)) === change
    for (let looked = 0; looked < SHELVES && next.length === 0; looked++) {
      next.push(...(this.#shelves[this.#at]?.first(most, isWaiting) ?? []))
      if (next.length === 0) this.#at = (this.#at + 1) % SHELVES
    }
    for (let shelf = this.#at + 1; shelf < SHELVES && next.length < most; shelf++)
      next.push(...(this.#shelves[shelf]?.first(most - next.length, isWaiting) ?? []))
    return next
  }

  /** Entries that come. */
  *entries(): Generator<Entry> {
    for (const { entry } of this.#changes.values()) if (entry != null) yield entry
  }
}

/**
 * Changes of a part of all keys, in page order. What has come is sorted in when it is looked at: files with the same content are
 * all in one part, however many there are.
 */
class Shelf {
  #sorted: Waiting[] = []
  #at = 0
  #fresh: Waiting[] = []

  add(change: Waiting): void {
    this.#fresh.push(change)
  }

  /** The first ones that still wait, at most `count`. */
  first(count: number, isWaiting: (change: Waiting) => boolean): Waiting[] {
    if (this.#fresh.length > 0) {
      this.#sorted = merged(this.#sorted, this.#at, this.#fresh.sort(byKey))
      this.#at = 0
      this.#fresh = []
    }
    while (this.#at < this.#sorted.length && !isWaiting(this.#sorted[this.#at] as Waiting)) this.#at++
    const first: Waiting[] = []
    for (let i = this.#at; i < this.#sorted.length && first.length < count; i++) {
      const change = this.#sorted[i] as Waiting
      if (isWaiting(change)) first.push(change)
    }
    if (first.length === 0) {
      this.#sorted = []
      this.#at = 0
    }
    return first
  }
}

/** `a` from `start` on, and `b`, both in page order, in one list. */
function merged(a: readonly Waiting[], start: number, b: readonly Waiting[]): Waiting[] {
  const all: Waiting[] = []
  let i = start
  for (const change of b) {
    while (i < a.length && byKey(a[i] as Waiting, change) <= 0) all.push(a[i++] as Waiting)
    all.push(change)
  }
  while (i < a.length) all.push(a[i++] as Waiting)
  return all
}

function byKey(a: Waiting, b: Waiting): number {
  return a.rank - b.rank || Buffer.compare(a.key, b.key)
}

/** Takes what there is room for, is well formed, and is no longer than fits into a page with 255 like it. */
export function admit(
  added: Iterable<Entry>,
  removed: Iterable<EntryKey>,
  room: number
): { waiting: Waiting[]; refused: RefusedEntry[] } {
  const waiting: Waiting[] = []
  const refused: RefusedEntry[] = []
  let left = room
  for (const { cid, path } of removed) {
    const change = keyed({ cid, path }, undefined)
    // What cannot have a key was never here.
    if (change != null) waiting.push(change)
  }
  for (const entry of added) {
    const text = Buffer.byteLength(entry.path) + Buffer.byteLength(entry.mime)
    const isTooLong = text + MAX_CID_BYTES + ENTRY_FRAME_BYTES > MAX_ENTRY_BYTES
    const change = isTooLong ? undefined : keyed(entry, entry)
    if (change == null) refused.push({ entry, reason: isTooLong ? 'too-long' : 'malformed' })
    else if (left-- <= 0) refused.push({ entry, reason: 'too-many' })
    else waiting.push(change)
  }
  return { waiting, refused }
}

function keyed(id: EntryKey, entry: Entry | undefined): Waiting | undefined {
  try {
    const key = pageKey(id)
    return { id, entry, key, rank: Buffer.from(key.buffer, key.byteOffset, 6).readUIntBE(0, 6) }
  } catch (error) {
    if (error instanceof WireError) return undefined
    throw error
  }
}

function shelfOf({ rank }: Waiting): number {
  return Math.floor(rank / RANKS_PER_SHELF)
}

/** What tells two entries of one provider apart, as text. */
export function keyOf({ cid, path }: EntryKey): string {
  return `${cid} ${path}`
}
