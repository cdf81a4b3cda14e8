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
const MAX_STEP_PAGES = 2
const MAX_STEP_CHANGES = 256
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
  /** In page order, the next one last. */
  #order: Waiting[] | undefined

  get size(): number {
    return this.#changes.size
  }

  has(id: EntryKey): boolean {
    return this.#changes.has(keyOf(id))
  }

  /** Of two changes of one entry the later one counts. */
  add(changes: readonly Waiting[]): void {
    for (const change of changes) this.#changes.set(keyOf(change.id), change)
    this.#order = undefined
  }

  /** Takes out what goes into pages next, in page order: so it touches few pages of `tree`, and each page only once. */
  takeStep(tree: PageTree): Waiting[] {
    this.#order ??= [...this.#changes.values()].sort((a, b) => b.rank - a.rank)
    let step: Waiting[] = []
    for (let size = MAX_STEP_PAGES; size <= MAX_STEP_CHANGES; size *= 2) {
      const next = this.#order.slice(-size)
      if (step.length > 0 && tree.pagesTouchedByKeyed(next) > MAX_STEP_PAGES) break
      step = next
    }
    this.#order.length -= step.length
    for (const { id } of step) this.#changes.delete(keyOf(id))
    return step
  }

  /** Entries that come. */
  *entries(): Generator<Entry> {
    for (const { entry } of this.#changes.values()) if (entry != null) yield entry
  }
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

/** What tells two entries of one provider apart, as text. */
export function keyOf({ cid, path }: EntryKey): string {
  return `${cid} ${path}`
}
