/**
 * What this node knows of others: their newest heads, who told them and how far away they are, and their pages.
 *
 * Signatures are checked by the caller. A head counts only if its `seq` is above every earlier one of its provider, so
 * nobody can bring back what a provider has withdrawn. Rules: ../wire/SPEC.md, "Heads".
 */
import { Counters } from '../base/counters.ts'
import type { PeerKey } from '../base/ports.ts'
import { SeenTable } from '../base/seen-table.ts'
import type { Announcement } from '../wire/announcement.ts'
import type { HeadNotice } from '../wire/catalog-message.ts'
import type { Entry } from '../wire/entry.ts'
import type { SignedHead } from '../wire/head.ts'
import { MAX_CLOCK_AHEAD_MS, MAX_HEAD_HOPS, MAX_HEAD_TTL_S } from '../wire/limits.ts'
import {
  CACHE_LIMITS,
  type CacheLimits,
  ForeignPages,
  type PageListVerdict,
  type PageVerdict
} from './foreign-pages.ts'
import type { PageList } from './own-catalogue.ts'
import type { EntryStore } from './ports.ts'

/** Providers whose head is known, with or without entries. */
export const MAX_HEADS = 20_000
/** Part of them that one neighbour can have brought in: it cannot fill the table with inventions. */
const MAX_TELLER_SHARE = 1 / 4
/** Peers remembered as having told a head: enough to pull from another one when one fails. */
export const MAX_TELLERS = 8
/** Providers within so many hops are kept even when the cache is more than half full. */
export const NEAR_HOPS = 2
/** How long the `seq` of a provider that is gone is remembered, ms: no node keeps an older head for longer. */
const GONE_MS = MAX_HEAD_TTL_S * 1_000
const MAX_GONE = 2 * MAX_HEADS

export type HeadRefusal = 'own' | 'old-seq' | 'future-seq' | 'bad-ttl' | 'too-far' | 'full' | 'teller-share'

export type HeadVerdict =
  /** News. `changed`: entries came or went at once. `complete`: nothing needs to be pulled. `isNew`: so is the provider. */
  | { kind: 'learned'; provider: PeerKey; changed: boolean; complete: boolean; isNew: boolean }
  /** We had this very head. `changed`: by the delta. `newTeller`: one more peer can be asked for its pages. */
  | { kind: 'known'; provider: PeerKey; changed: boolean; complete: boolean; newTeller: boolean }
  | { kind: 'refused'; reason: HeadRefusal }

/** Something to pull: the list of a provider's pages while `pages` is undefined, then these pages. */
export interface Wanted {
  provider: PeerKey
  seq: number
  pages: string[] | undefined
  /** Peers that told the head, the latest first. */
  tellers: PeerKey[]
}

export interface KnownStats {
  heads: number
  /** Providers of which at least one entry is here. */
  providers: number
  entries: number
  /** Heads whose pages are not all here. */
  incomplete: number
  /** Those of which only a part is kept, for want of room. */
  partial: number
  /** Why heads, deltas and pages were refused, and how often. */
  counts: Record<string, number>
}

export interface KnownCatalogueInit {
  self: PeerKey
  store: EntryStore
  /** ms since the epoch. */
  now: number
  limits?: Partial<CacheLimits & { maxHeads: number }>
  /** Entries of a page that was learned; most of them may have been known with an earlier page. */
  onEntries?: ((provider: PeerKey, entries: readonly Entry[]) => void) | undefined
}

interface Known {
  signed: SignedHead
  /** Links to the provider. MAX_HEAD_HOPS also when only the topic told us, which does not say. */
  hops: number
  expiresAt: number
  /** Until when it is told to others, ms. */
  tellUntil: number
  tellers: PeerKey[]
  introducedBy: PeerKey
  /** Grows over all heads with each change that neighbours should hear of. */
  version: number
  /** The version with which it became known, or nearer than before. */
  located: number
  /** The topic took this change on from here. */
  forwarded: boolean
}

export class KnownCatalogue {
  readonly #self: PeerKey
  readonly #maxHeads: number
  readonly #pages: ForeignPages
  readonly #heads = new Map<PeerKey, Known>()
  readonly #introduced = new Map<PeerKey, number>()
  /** `seq` of providers that expired or were dropped. */
  readonly #gone: SeenTable<PeerKey, number>
  readonly #counts = new Counters()
  #version = 0

  constructor({ self, store, now, limits = {}, onEntries }: KnownCatalogueInit) {
    this.#self = self
    this.#maxHeads = limits.maxHeads ?? MAX_HEADS
    this.#gone = new SeenTable({ lifetimeMs: GONE_MS, capacity: MAX_GONE }, now)
    const cache = { ...CACHE_LIMITS, ...limits }
    this.#pages = new ForeignPages(
      self,
      store,
      cache,
      provider => this.#heads.get(provider)?.hops ?? Infinity,
      onEntries
    )
  }

  /** The newest head of a provider. */
  head(provider: PeerKey): SignedHead | undefined {
    return this.#heads.get(provider)?.signed
  }

  /** Links to a provider. */
  hops(provider: PeerKey): number | undefined {
    return this.#heads.get(provider)?.hops
  }

  /** A head that a peer pushed. `hops`: between that peer and the provider, as it says. */
  onHead(signed: SignedHead, hops: number, from: PeerKey, now: number): HeadVerdict {
    // Nobody else is at distance 0, so a teller that says so is at least next to it.
    const distance = from === signed.head.provider ? 1 : Math.max(hops, 1) + 1
    if (distance > MAX_HEAD_HOPS) return this.#refuse('too-far')
    return this.#learn(signed, distance, from, now, from)
  }

  /** An announcement on the topic. `from`: the neighbour it came from, not its author. */
  onAnnouncement(signed: SignedHead, announcement: Announcement, from: PeerKey, now: number): HeadVerdict {
    const { provider } = signed.head
    const isAuthor = from === provider
    const distance = isAuthor ? 1 : (this.#heads.get(provider)?.hops ?? MAX_HEAD_HOPS)
    // Who passes changes on has applied them, most likely. Without changes only the author has the pages for sure.
    const teller = isAuthor || announcement.baseSeq > 0 ? from : undefined
    const verdict = this.#learn(signed, distance, from, now, teller)
    if (verdict.kind === 'refused' || verdict.complete || announcement.baseSeq === 0) return verdict
    const delta = this.#pages.onDelta(provider, announcement)
    this.#counts.add(`delta-${delta}`)
    if (delta !== 'applied') return verdict
    this.#tell(provider)
    return { ...verdict, changed: true, complete: true }
  }

  /** Answer to a request for the pages of a head; `seq` is that of the head that came with it. */
  onPageList(provider: PeerKey, seq: number, hashes: readonly string[]): PageListVerdict {
    const verdict = this.#pages.onPageList(provider, seq, hashes)
    if (verdict.kind === 'reject' || verdict.kind === 'partial')
      this.#counts.add(`page-list-${verdict.reason}`)
    if (verdict.kind === 'partial' || verdict.kind === 'complete') this.#tell(provider)
    return verdict
  }

  /** A page that was asked for. */
  onPage(provider: PeerKey, bytes: Uint8Array): PageVerdict {
    const verdict = this.#pages.onPage(provider, bytes)
    if (verdict.kind !== 'kept') this.#counts.add(`page-${verdict.reason}`)
    if (verdict.kind === 'partial' || (verdict.kind === 'kept' && verdict.complete)) this.#tell(provider)
    return verdict
  }

  /** What to pull next, near providers first; at most `limit`, without those to `skip`. */
  wanted(
    limit: number,
    skip: (provider: PeerKey, tellers: readonly PeerKey[]) => boolean = () => false
  ): Wanted[] {
    const providers: Array<[PeerKey, Known]> = []
    for (const provider of this.#pages.incomplete) {
      const known = this.#heads.get(provider)
      if (
        known == null ||
        this.#pages.isPartial(provider) ||
        !this.#isKept(provider, known) ||
        skip(provider, known.tellers)
      )
        continue
      providers.push([provider, known])
    }
    return providers
      .sort(([, a], [, b]) => a.hops - b.hops)
      .slice(0, limit)
      .map(([provider, { signed, tellers }]) => ({
        provider,
        seq: signed.head.seq,
        pages: this.#pages.missingOf(provider),
        tellers: [...tellers]
      }))
  }

  /**
   * Heads to tell a neighbour that changed after `version`, and the version to ask with next time; 0 for all.
   *
   * Left out: what it told us itself, providers that we do not keep, heads whose pages are still coming in, since whoever is
   * told asks for them, and heads in the second half of their life. A live provider renews long before that, and a dead one
   * would otherwise live on from newcomer to newcomer.
   *
   * @param hasForwarded - the neighbour has what the topic took on from here; but the topic does not say how far away a
   * provider is, so each is told once all the same
   */
  notices(
    neighbour: PeerKey,
    version: number,
    now: number,
    hasForwarded = false
  ): { heads: HeadNotice[]; version: number } {
    const heads: HeadNotice[] = []
    for (const [provider, known] of this.#heads) {
      if (hasForwarded && known.forwarded && known.located <= version) continue
      if (known.version <= version || known.hops >= MAX_HEAD_HOPS || known.tellUntil <= now) continue
      if (provider === neighbour || known.tellers.includes(neighbour) || !this.#isKept(provider, known))
        continue
      if (!this.#pages.isComplete(provider) && !this.#pages.isPartial(provider)) continue
      heads.push({ envelope: known.signed.envelope, hops: known.hops })
    }
    return { heads, version: this.#version }
  }

  /** An announcement of a provider goes on by the topic, with all that is needed to be complete. */
  onForwarded(provider: PeerKey): void {
    const known = this.#heads.get(provider)
    if (known != null) known.forwarded = true
  }

  /** Grows with every change that `notices` would tell. */
  get version(): number {
    return this.#version
  }

  /** Newest head and page hashes of a provider, when all its pages are here. */
  pageList(provider: PeerKey): PageList | undefined {
    const envelope = this.#heads.get(provider)?.signed.envelope
    const hashes = this.#pages.completeList(provider)
    return envelope == null || hashes == null ? undefined : { envelope, hashes }
  }

  pageBytes(provider: PeerKey, hash: string): Uint8Array | undefined {
    return this.#pages.pageBytes(provider, hash)
  }

  /** Forgets providers whose head was not renewed in time; returns those whose entries went. */
  expire(now: number): PeerKey[] {
    const over = [...this.#heads].filter(([, known]) => known.expiresAt <= now).map(([provider]) => provider)
    return over.filter(provider => this.drop(provider, now) > 0)
  }

  /**
   * The clock was set, or this node slept: heads last as long as they would have lasted. They could not be heard being renewed
   * meanwhile, so their providers are not taken for gone; but nobody is told what may be old.
   *
   * @param stepMs - what the clock went beyond the time that passed, negative when it was set back
   */
  onClockStep(stepMs: number): void {
    for (const known of this.#heads.values()) {
      known.expiresAt += stepMs
      known.tellUntil += Math.min(stepMs, 0)
    }
  }

  /** Somebody's head was made at a time that this clock takes for now: it cannot be far wrong. */
  confirmsClock(now: number): boolean {
    for (const { signed } of this.#heads.values()) {
      if (signed.head.seq > now - MAX_HEAD_TTL_S * 1_000) return true
    }
    return false
  }

  /** The store lost everything: what was known is wanted again. */
  reset(): void {
    this.#pages.reset()
  }

  /** Forgets a provider until it publishes a later head; returns how many entries went. */
  drop(provider: PeerKey, now: number): number {
    const known = this.#heads.get(provider)
    if (known == null) return 0
    this.#gone.set(provider, known.signed.head.seq, now)
    this.#heads.delete(provider)
    this.#countIntroduced(known.introducedBy, -1)
    return this.#pages.drop(provider)
  }

  /** No head that we know of has pages that are not here. */
  isComplete(): boolean {
    return this.#pages.incomplete.size === 0
  }

  stats(): KnownStats {
    return {
      heads: this.#heads.size,
      providers: this.#pages.providers,
      entries: this.#pages.entries,
      incomplete: this.#pages.incomplete.size,
      partial: [...this.#pages.incomplete].filter(provider => this.#pages.isPartial(provider)).length,
      counts: this.#counts.toJSON()
    }
  }

  /** The head, or how much of it is here, is news for neighbours. */
  #tell(provider: PeerKey): void {
    const known = this.#heads.get(provider)
    if (known == null) return
    known.version = ++this.#version
    known.forwarded = false
  }

  /** @param teller - peer that can be asked for the pages */
  #learn(
    signed: SignedHead,
    distance: number,
    from: PeerKey,
    now: number,
    teller: PeerKey | undefined
  ): HeadVerdict {
    const { head, envelope } = signed
    const known = this.#heads.get(head.provider)
    const refusal = this.#whyNot(signed, known, now)
    if (refusal != null) return this.#refuse(refusal)
    if (known?.signed.head.seq === head.seq) return this.#hearAgain(head.provider, known, distance, teller)

    if (known == null) {
      const noRoom = this.#makeRoom(from, distance, now)
      if (noRoom != null) return this.#refuse(noRoom)
      this.#countIntroduced(from, 1)
    }
    const lifeMs = head.ttlS * 1_000
    const version = ++this.#version
    this.#heads.set(head.provider, {
      // A copy: what came may be a part of a frame that holds a hundred of them.
      signed: { head, envelope: envelope.slice() },
      hops: distance,
      expiresAt: now + lifeMs,
      tellUntil: now + lifeMs / 2,
      tellers: teller === undefined ? [] : [teller],
      introducedBy: known?.introducedBy ?? from,
      version,
      located: known == null || distance < known.hops ? version : known.located,
      forwarded: false
    })
    const { changed } = this.#pages.onHead(head)
    return {
      kind: 'learned',
      provider: head.provider,
      changed,
      complete: this.#pages.isComplete(head.provider),
      isNew: known == null
    }
  }

  #whyNot({ head }: SignedHead, known: Known | undefined, now: number): HeadRefusal | undefined {
    if (head.provider === this.#self) return 'own'
    if (head.seq > now + MAX_CLOCK_AHEAD_MS) return 'future-seq'
    if (head.ttlS < 1 || head.ttlS > MAX_HEAD_TTL_S) return 'bad-ttl'
    if (known == null) return head.seq <= (this.#gone.get(head.provider) ?? 0) ? 'old-seq' : undefined
    if (head.seq < known.signed.head.seq) return 'old-seq'
    // Two statements under one number: the one that came first stands.
    if (
      head.seq === known.signed.head.seq &&
      Buffer.compare(head.pagesRoot, known.signed.head.pagesRoot) !== 0
    )
      return 'old-seq'
    return undefined
  }

  #hearAgain(provider: PeerKey, known: Known, distance: number, teller: PeerKey | undefined): HeadVerdict {
    const newTeller = teller !== undefined && !known.tellers.includes(teller)
    if (teller !== undefined) {
      known.tellers = [teller, ...known.tellers.filter(other => other !== teller)].slice(0, MAX_TELLERS)
    }
    if (distance < known.hops) {
      known.hops = distance
      this.#tell(provider)
      known.located = known.version
    }
    return { kind: 'known', provider, changed: false, complete: this.#pages.isComplete(provider), newTeller }
  }

  /** Room for one more provider, at the cost of a farther one. */
  #makeRoom(from: PeerKey, distance: number, now: number): HeadRefusal | undefined {
    if ((this.#introduced.get(from) ?? 0) >= this.#maxHeads * MAX_TELLER_SHARE) return 'teller-share'
    if (this.#heads.size < this.#maxHeads) return undefined
    let farthest: [PeerKey, Known] | undefined
    for (const item of this.#heads) if (item[1].hops > (farthest?.[1].hops ?? distance)) farthest = item
    if (farthest == null) return 'full'
    this.drop(farthest[0], now)
    return undefined
  }

  /** Near ones, all while there is plenty of room, and those of which we have something: it must not grow old. */
  #isKept(provider: PeerKey, { hops }: Known): boolean {
    return hops <= NEAR_HOPS || !this.#pages.isHalfFull || this.#pages.countOf(provider) > 0
  }

  #countIntroduced(by: PeerKey, change: number): void {
    const count = (this.#introduced.get(by) ?? 0) + change
    if (count > 0) this.#introduced.set(by, count)
    else this.#introduced.delete(by)
  }

  #refuse(reason: HeadRefusal): HeadVerdict {
    this.#counts.add(`head-${reason}`)
    return { kind: 'refused', reason }
  }
}
