/**
 * What this node offers: its entries in pages, and the heads that it signs about them.
 *
 * Entries can be found here the moment they change. Others learn of them with the next head: `publish` when
 * something changed, `refresh` so that it does not expire, `goodbye` before leaving.
 */
import type { PeerKey } from '../base/ports.ts'
import { encodeAnnouncement } from '../wire/announcement.ts'
import type { Entry, EntryKey } from '../wire/entry.ts'
import { WireError } from '../wire/errors.ts'
import type { Head, SignedHead } from '../wire/head.ts'
import { MAX_DELTA_ENTRIES } from '../wire/limits.ts'
import { encodePage, pagesRoot } from '../wire/page.ts'
import { MAX_DELTA_PAGES } from './foreign-pages.ts'
import { PageTree } from './page-tree.ts'
import type { EntryStore, HeadSeal } from './ports.ts'
import { sealHead } from './signed-head.ts'
import { admit, keyOf, type RefusedEntry, type Waiting, WaitingChanges } from './waiting-changes.ts'

/** Entries of this node. With keys evenly spread they take at most 6,200 of the MAX_PAGES pages of a head. */
export const MAX_OWN_ENTRIES = 1_000_000
/** How long pages that are no longer in the newest head can still be pulled, ms: a slow puller is not cut off. */
export const RETIRED_PAGE_MS = 60_000
/** Pages kept for that, the oldest make room: while a large share is hashed nearly all pages change every second. */
export const MAX_RETIRED_PAGES = 8_000
/** Changes that are few enough to go into pages at once: each may touch a page, which takes about 3 ms. */
const SETTLED_AT_ONCE = 8
export interface OwnCatalogueInit {
  self: PeerKey
  nickname: string
  store: EntryStore
  seal: HeadSeal
  /** Life of a head, s. */
  ttlS: number
  /** `seq` of the last head that was ever published with this key, 0 for none. */
  lastSeq: number
}

export interface Published {
  signed: SignedHead
  /** Encoded announcement, at most MAX_ANNOUNCEMENT_BYTES. */
  announcement: Uint8Array
}

export interface PageList {
  envelope: Uint8Array
  hashes: string[]
}

/** What changed since the last head. Undefined: too much to say, or there is no head to start from. */
interface Delta {
  added: Map<string, Entry>
  removed: Map<string, EntryKey>
}

interface Retired {
  entries: readonly Entry[]
  /** ms; Infinity while the published head still names the page. */
  until: number
}

export class OwnCatalogue {
  readonly #init: OwnCatalogueInit
  readonly #tree = new PageTree()
  readonly #waiting = new WaitingChanges()
  /** Pages of the store in which entries wait. */
  readonly #shelves: string[] = []
  /** Pages that changed since the last head. */
  #touched = 0
  readonly #retired = new Map<string, Retired>()
  /** Pages of the last head, and of the one that is being signed. */
  #offered = new Set<string>()
  #published: { signed: SignedHead; hashes: string[] } | undefined
  #delta: Delta | undefined
  #dirty = false
  #seq: number
  /** Heads are made one after the other: `seq` and delta of each build on the one before. */
  #lastPublish: Promise<unknown> = Promise.resolve()

  constructor(init: OwnCatalogueInit) {
    this.#init = init
    this.#seq = init.lastSeq
  }

  /** Something changed since the last head. */
  get dirty(): boolean {
    return this.#dirty || this.#waiting.size > 0
  }

  /** The last head that was published. */
  get current(): SignedHead | undefined {
    return this.#published?.signed
  }

  get files(): number {
    return this.#tree.files
  }

  /** So much changed that others will pull pages, not take a delta: better to wait until it is over. */
  get wide(): boolean {
    return this.#waiting.size > MAX_DELTA_ENTRIES || this.#touched > MAX_DELTA_PAGES
  }

  /**
   * Adds and removes entries. Those that peers would refuse are left out and returned.
   *
   * Added entries can be found at once. A few changes go into pages at once, too; many wait for `settle`, and so do
   * removals among them.
   */
  change(added: Iterable<Entry>, removed: Iterable<EntryKey>): RefusedEntry[] {
    const { waiting, refused } = admit(
      added,
      removed,
      MAX_OWN_ENTRIES - this.#tree.files - this.#waiting.size
    )
    this.#waiting.add(waiting)
    if (this.#waiting.size <= SETTLED_AT_ONCE) this.settle(refused)
    else this.#shelve(waiting.map(change => change.entry).filter(entry => entry != null))
    return refused
  }

  /**
   * Puts some of the waiting changes into pages: a step of about 50 ms, or nothing. Says whether more are waiting.
   *
   * @param refused - gets entries that cannot be encoded
   */
  settle(refused: RefusedEntry[] = []): boolean {
    if (this.#waiting.size === 0) return false
    const step = this.#waiting.takeStep(this.#tree)
    try {
      this.#commit(step)
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      // Trying each one alone costs more than all together, so it is done only when something is wrong.
      const bad = step
        .map(({ entry }) => entry)
        .filter(entry => entry != null && !isEncodable(entry)) as Entry[]
      refused.push(...bad.map(entry => ({ entry, reason: 'malformed' as const })))
      this.#commit(step.filter(({ entry }) => entry == null || !bad.includes(entry)))
    }
    if (this.#waiting.size > 0) return true
    for (const name of this.#shelves.splice(0)) this.#init.store.dropPage(this.#init.self, name)
    return false
  }

  /** Settles what still waits and makes the head of all entries. `now`: ms since the epoch. */
  publish(now: number): Promise<Published> {
    return this.#next(async () => {
      while (this.settle()) {
        // A caller with a large share has done this before, with pauses.
      }
      const content = { files: this.#tree.files, bytes: this.#tree.bytes, hashes: this.#tree.hashes() }
      const delta = this.#delta
      this.#dirty = false
      this.#touched = 0
      this.#delta = { added: new Map(), removed: new Map() }
      return await this.#announce(content, delta, now)
    })
  }

  /** The same as `publish`: a head of a later `seq`, with an empty delta when nothing changed. */
  refresh(now: number): Promise<Published> {
    return this.publish(now)
  }

  /** Makes a head without entries. They stay here; the next `publish` would offer them again. */
  goodbye(now: number): Promise<Published> {
    return this.#next(async () => {
      this.#delta = undefined
      return await this.#announce({ files: 0, bytes: 0, hashes: [] }, undefined, now)
    })
  }

  /** Head and page hashes as last published. */
  pageList(): PageList | undefined {
    if (this.#published == null) return undefined
    return { envelope: this.#published.signed.envelope, hashes: this.#published.hashes }
  }

  /** Bytes of a page of the newest head or of one that was the newest within RETIRED_PAGE_MS. */
  pageBytes(hash: string): Uint8Array | undefined {
    const entries = this.#init.store.page(this.#init.self, hash) ?? this.#retired.get(hash)?.entries
    return entries == null ? undefined : encodePage(entries)
  }

  *entries(): Generator<Entry> {
    for (const entry of this.#tree.entries()) {
      if (this.#waiting.size === 0 || !this.#waiting.has(entry)) yield entry
    }
    yield* this.#waiting.entries()
  }

  async #next(make: () => Promise<Published>): Promise<Published> {
    const made = this.#lastPublish.then(make)
    this.#lastPublish = made.catch(() => {
      // Whoever asked for that head was told; the next one does not depend on it.
    })
    return await made
  }

  async #announce(
    { files, bytes, hashes }: { files: number; bytes: number; hashes: string[] },
    delta: Delta | undefined,
    now: number
  ): Promise<Published> {
    const { self, nickname, seal, ttlS } = this.#init
    const baseSeq = delta == null ? 0 : this.#seq
    this.#seq = Math.max(this.#seq + 1, Math.floor(now))
    for (const hash of hashes) this.#offered.add(hash)
    const head: Head = {
      provider: self,
      nickname,
      seq: this.#seq,
      ttlS,
      files,
      bytes,
      pledgeFree: 0,
      pageCount: hashes.length,
      pagesRoot: pagesRoot(hashes)
    }
    try {
      const signed = await sealHead(seal, head)
      this.#published = { signed, hashes }
      this.#offered = new Set(hashes)
      this.#ageRetired(now)
      return { signed, announcement: encodeWithDelta(signed.envelope, baseSeq, delta) }
    } catch (error) {
      // What changed was taken out of the delta but nobody heard of it.
      this.#dirty = true
      this.#delta = undefined
      throw error
    }
  }

  /** Makes entries searchable while they wait: in a page that no list names and no hash looks like. */
  #shelve(entries: readonly Entry[]): void {
    if (entries.length === 0) return
    const name = `waiting ${this.#shelves.length}`
    this.#shelves.push(name)
    this.#init.store.putPage(this.#init.self, name, entries)
  }

  #commit(changes: readonly Waiting[]): void {
    const { self, store } = this.#init
    const change = this.#tree.applyKeyed(changes)
    this.#touched += change.put.length
    if (change.put.length === 0 && change.dropped.length === 0) return
    // New pages go in before old ones go out: an entry that only moved to another page is never missing.
    for (const page of change.put) store.putPage(self, page.hash, page.entries)
    for (const hash of change.dropped) this.#retire(hash)
    this.#note(changes)
    this.#dirty = true
  }

  #retire(hash: string): void {
    const { self, store } = this.#init
    const entries = store.page(self, hash)
    store.dropPage(self, hash)
    if (entries == null || !this.#offered.has(hash)) return
    this.#retired.set(hash, { entries, until: Infinity })
    if (this.#retired.size > MAX_RETIRED_PAGES)
      this.#retired.delete(this.#retired.keys().next().value as string)
  }

  #ageRetired(now: number): void {
    for (const [hash, page] of this.#retired) {
      if (page.until <= now) this.#retired.delete(hash)
      else if (this.#offered.has(hash)) page.until = Infinity
      else page.until = Math.min(page.until, now + RETIRED_PAGE_MS)
    }
  }

  #note(changes: readonly Waiting[]): void {
    const delta = this.#delta
    if (delta == null) return
    for (const { id, entry } of changes) {
      const key = keyOf(id)
      if (entry == null) {
        delta.added.delete(key)
        delta.removed.set(key, id)
      } else {
        delta.removed.delete(key)
        delta.added.set(key, entry)
      }
    }
    if (delta.added.size + delta.removed.size > MAX_DELTA_ENTRIES) this.#delta = undefined
  }
}

function encodeWithDelta(head: Uint8Array, baseSeq: number, delta: Delta | undefined): Uint8Array {
  const added = [...(delta?.added.values() ?? [])]
  const removed = [...(delta?.removed.values() ?? [])]
  try {
    return encodeAnnouncement({ head, baseSeq, added, removed })
  } catch (error) {
    if (!(error instanceof WireError) || baseSeq === 0) throw error
    // Too long for the topic: the head alone goes out, and others pull the pages.
    return encodeAnnouncement({ head, baseSeq: 0, added: [], removed: [] })
  }
}

function isEncodable(entry: Entry): boolean {
  try {
    encodePage([entry])
    return true
  } catch (error) {
    if (error instanceof WireError) return false
    throw error
  }
}
