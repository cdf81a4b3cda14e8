/**
 * What this node offers: its entries in pages, and the heads that it signs about them.
 *
 * Entries can be found here the moment they change. Others learn of them with the next head: `publish` when
 * something changed or so that it does not expire, `goodbye` before leaving.
 *
 * Pages stay in the store across restarts, and only what they are called stays in memory. After a start nobody knows yet whether
 * their entries are still true: `outdated` finds those that are not.
 */
import type { PeerKey } from '../base/ports.ts'
import { encodeAnnouncement } from '../wire/announcement.ts'
import type { Entry, EntryKey } from '../wire/entry.ts'
import { WireError } from '../wire/errors.ts'
import type { Head, SignedHead } from '../wire/head.ts'
import { MAX_DELTA_ENTRIES } from '../wire/limits.ts'
import { comparePageKeys, encodePage, pagesRoot } from '../wire/page.ts'
import { MAX_DELTA_PAGES } from './foreign-pages.ts'
import { type PageRef, PageTree } from './page-tree.ts'
import type { EntryStore, HeadSeal, PageFacts } from './ports.ts'
import { sealHead } from './signed-head.ts'
import { admit, keyOf, type RefusedEntry, type Waiting, WaitingChanges } from './waiting-changes.ts'

/** Entries of this node. With keys evenly spread they take at most 6,200 of the MAX_PAGES pages of a head. */
export const MAX_OWN_ENTRIES = 1_000_000
/** How long pages that are no longer in the newest head can still be pulled, ms: a slow puller is not cut off. */
export const RETIRED_PAGE_MS = 60_000
/** Pages kept for that, the oldest make room: about 50 MB. */
export const MAX_RETIRED_PAGES = 2_000
/** Other pages of ours hold what waits for a page. */
const PAGE_HASH = /^[0-9a-f]{64}$/
/** Changes that are few enough to go into pages at once: each may touch a page, which takes about 3 ms. */
const SETTLED_AT_ONCE = 8
const NO_KEY = new Uint8Array(0)

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
  bytes: Uint8Array
  /** ms; Infinity while the published head still names the page. */
  until: number
}

export class OwnCatalogue {
  readonly #init: OwnCatalogueInit
  #tree: PageTree
  #waiting = new WaitingChanges()
  /** Pages of the store in which entries wait, or waited in an earlier run. */
  #shelves: string[]
  #lastShelf = 0
  /** There are entries of an earlier run: what is added may be there already. */
  #restored: boolean
  /** Waiting changes that this round of settling still has to come to. */
  #round = 0
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
    const facts = init.store.facts(init.self)
    const pages = facts.filter(({ hash }) => PAGE_HASH.test(hash)).map(fact => this.#refOf(fact))
    pages.sort((a, b) => comparePageKeys(a.firstKey ?? NO_KEY, b.firstKey ?? NO_KEY))
    const load = (hash: string): readonly Entry[] => this.#load(hash)
    const tree = PageTree.over(pages, load)
    this.#tree = tree ?? new PageTree(load)
    this.#restored = facts.length > 0
    // Pages that fit no tree are as good as none: the shares will tell everything again.
    this.#shelves = facts.map(({ hash }) => hash).filter(hash => tree == null || !PAGE_HASH.test(hash))
  }

  /** Something changed since the last head. */
  get dirty(): boolean {
    return this.#dirty || this.#waiting.size > 0
  }

  /** The last head that was published. */
  get current(): SignedHead | undefined {
    return this.#published?.signed
  }

  /** `seq` of the last head. */
  get seq(): number {
    return this.#seq
  }

  get files(): number {
    return this.#tree.files
  }

  /** Changes that are not in pages yet: others do not hear of them. */
  get waiting(): number {
    return this.#waiting.size
  }

  /** There is something to say, or something that was said in an earlier run to take back. */
  get needsHead(): boolean {
    return this.dirty || this.files > 0 || (this.#published == null && this.#seq > 0)
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
    const gone = [...removed]
    const { waiting, refused } = admit(
      this.#restored ? this.#newOf(added, gone) : added,
      gone,
      MAX_OWN_ENTRIES - this.#tree.files - this.#waiting.size
    )
    this.#waiting.add(waiting)
    if (this.#waiting.size > SETTLED_AT_ONCE)
      this.#shelve(waiting.map(change => change.entry).filter(entry => entry != null))
    else {
      this.#init.store.batch(() => {
        while (this.#waiting.size > 0) this.settle(refused)
      })
    }
    return refused
  }

  /**
   * Puts some of the waiting changes into pages: a step of about 10 ms, or nothing. Says whether there is more to do in this
   * round, which is about what waited at its first step: a share may come in faster than it can be settled.
   *
   * @param refused - gets entries that cannot be encoded
   */
  settle(refused: RefusedEntry[] = []): boolean {
    if (this.#waiting.size === 0) return this.#clearShelf()
    if (this.#round <= 0) this.#round = this.#waiting.size
    const step = this.#waiting.takeStep(this.#tree)
    this.#round = Math.min(this.#round - step.length, this.#waiting.size)
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
    return this.#round > 0 || (this.#waiting.size === 0 && this.#shelves.length > 0)
  }

  /** Makes the head of all entries that are in pages; what waits is left to a later one. `now`: ms since the epoch. */
  publish(now: number): Promise<Published> {
    return this.#next(async () => {
      const content = { files: this.#tree.files, bytes: this.#tree.bytes, hashes: this.#tree.hashes() }
      const delta = this.#delta
      this.#dirty = false
      this.#touched = 0
      this.#delta = { added: new Map(), removed: new Map() }
      return await this.#announce(content, delta, now)
    })
  }

  /**
   * Begins to number heads by the clock again, after it was so far ahead that others refuse what was numbered then. Only when it
   * is sure that the clock is right now: whoever took the later numbers will not take earlier ones.
   */
  renumber(): void {
    this.#seq = 0
    this.#delta = undefined
    this.#dirty = true
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
    const entries = this.#init.store.page(this.#init.self, hash)
    return entries == null ? this.#retired.get(hash)?.bytes : encodePage(entries)
  }

  *entries(): Generator<Entry> {
    for (const entry of this.#tree.entries()) {
      if (this.#waiting.size === 0 || !this.#waiting.has(entry)) yield entry
    }
    yield* this.#waiting.entries()
  }

  /**
   * Keys of entries that are not true any more, page by page: a caller removes them, and may do something else between two
   * pages. Pages that come meanwhile are looked at, too.
   */
  *outdated(isGone: (entry: Entry) => boolean): Generator<EntryKey[]> {
    const looked = new Set<string>()
    for (let found = true; found; ) {
      found = false
      for (const { hash, entries } of this.#tree.pages) {
        if (looked.has(hash)) continue
        looked.add(hash)
        found = true
        yield entries()
          .filter(entry => !this.#waiting.has(entry) && isGone(entry))
          .map(({ cid, path }) => ({ cid, path }))
      }
    }
  }

  /** The store lost everything: begins without entries, which are to be added again. */
  reset(): void {
    this.#init.store.dropProvider(this.#init.self)
    this.#tree = new PageTree(hash => this.#load(hash))
    this.#waiting = new WaitingChanges()
    this.#shelves = []
    this.#delta = undefined
    this.#dirty = true
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
    const { self, store } = this.#init
    let name: string
    do name = `waiting ${++this.#lastShelf}`
    while (store.hasPage(self, name))
    this.#shelves.push(name)
    store.putPage(self, name, entries)
  }

  /** Drops one of the pages in which entries waited; false when there is none. */
  #clearShelf(): boolean {
    const name = this.#shelves.pop()
    if (name != null) this.#init.store.dropPage(this.#init.self, name)
    return this.#shelves.length > 0
  }

  #load(hash: string): readonly Entry[] {
    return this.#init.store.page(this.#init.self, hash) ?? []
  }

  #refOf({ hash, count, bytes, firstKey }: PageFacts): PageRef {
    return { hash, count, bytes, entries: () => this.#load(hash), ...(firstKey && { firstKey }) }
  }

  /** Those of `added` that are not in a page as they are. */
  *#newOf(added: Iterable<Entry>, removed: readonly EntryKey[]): Generator<Entry> {
    const { self, store } = this.#init
    const gone = new Set(removed.map(keyOf))
    for (const entry of added) {
      const isChanging = gone.has(keyOf(entry)) || this.#waiting.has(entry)
      const page = isChanging ? undefined : store.locate(self, entry)
      if (page == null || !PAGE_HASH.test(page)) yield entry
    }
  }

  #commit(changes: readonly Waiting[]): void {
    const { self, store } = this.#init
    const change = this.#tree.applyKeyed(changes)
    this.#touched += change.put.length
    if (change.put.length === 0 && change.dropped.length === 0) return
    store.batch(() => {
      // New pages go in before old ones go out: an entry that only moved to another page is never missing.
      for (const page of change.put) store.putPage(self, page.hash, page.entries)
      for (const hash of change.dropped) this.#retire(hash)
    })
    this.#note(changes)
    this.#dirty = true
  }

  #retire(hash: string): void {
    const { self, store } = this.#init
    const entries = this.#offered.has(hash) ? store.page(self, hash) : undefined
    store.dropPage(self, hash)
    if (entries == null) return
    this.#retired.set(hash, { bytes: encodePage(entries), until: Infinity })
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
