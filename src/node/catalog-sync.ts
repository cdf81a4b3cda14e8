/**
 * Keeps catalogues in step: ours goes out by topic and to neighbours, theirs come in, and what is missing is pulled.
 *
 *     change ─100 to 500 ms▶ head + delta ─▶ topic, neighbours        heads, announcements ─▶ known catalogue ─▶ pulls
 */
import { setImmediate as yieldToOthers } from 'node:timers/promises'
import { Counters } from '../base/counters.ts'
import type { Clock, PeerKey } from '../base/ports.ts'
import {
  type AnnounceTopic,
  type CatalogLinks,
  type CatalogServer,
  type EntryStore,
  HeadOpener,
  type HeadSeal,
  type HeadVerdict,
  KnownCatalogue,
  OwnCatalogue,
  type Published,
  type RefusedEntry
} from '../catalog/index.ts'
import type { CatalogMessage, HeadNotice } from '../wire/catalog-message.ts'
import type { Entry, EntryKey } from '../wire/entry.ts'
import { MAX_CLOCK_AHEAD_MS } from '../wire/limits.ts'
import type { Status } from './api.ts'
import { browse } from './browse.ts'
import { CatalogAnswers } from './catalog-answers.ts'
import { CatalogPulls } from './catalog-pulls.ts'
import { HeadIntake } from './head-intake.ts'
import { HeadPushes } from './head-pushes.ts'
import { Later } from './later.ts'

/** Between two announcements, ms: changes within this time go out together. After a silence they wait only this long. */
export const ANNOUNCE_DELAY_MS = 500
const FIRST_DELAY_MS = 100
/** When so much changed that others must pull many pages, they are told once it has been quiet so long, ms, */
const QUIET_MS = 1_000
/** but at last after this, ms. */
const LONGEST_WAIT_MS = 60_000
/** Pause before more changes are put into pages, in times of what that took before: a tenth of a core at most. */
const SETTLE_PAUSE = 10
/** Entries put back in one go when the store was lost. */
const REBUILD_ENTRIES = 500
/** A head is renewed this often, ms. */
export const REFRESH_MS = 30 * 60_000
/** Life of our heads, s: two renewals can get lost. */
export const HEAD_TTL_S = (3 * REFRESH_MS) / 1_000
/** How often heads that were not renewed are looked for, ms. */
const EXPIRE_MS = 30_000
/** A clock that went forward by more than that between two looks was set, or stood still while the machine slept, ms. */
const CLOCK_STEP_MS = REFRESH_MS
/** So was one that went back by more. */
const CLOCK_BACK_MS = 60_000
/** A head without files clears what others know of us, so a start waits so long for the shares to say what there is, ms. */
const START_GRACE_MS = 1_000
/** For goodbye to reach the neighbours, ms: stopping must not hang on a dead link. */
const GOODBYE_MS = 2_000

export interface CatalogSyncInit {
  self: PeerKey
  /** At most MAX_NICKNAME_BYTES. */
  nickname: string
  store: EntryStore
  seal: HeadSeal
  links: CatalogLinks
  topic: AnnounceTopic
  clock: Clock
  /** `seq` of the last head published with this key, 0 for none. */
  lastSeq: number
  /** A head was published: its `seq` is the next start's `lastSeq`. */
  onSeq?(seq: number): void
  /** Entries of a provider, or our own, changed; `entries`: how many there are now. */
  onChange?(provider: PeerKey, entries: number): void
  /** Entries of others were learned; most of them may have been known before. */
  onEntries?: (provider: PeerKey, entries: readonly Entry[]) => void
  /** Peers that get no answers and are not listened to. */
  isBlocked?(peer: PeerKey): boolean
  /** What went wrong on the way and was survived. */
  onError?(error: unknown): void
}

export class CatalogSync implements CatalogServer {
  readonly #init: CatalogSyncInit
  readonly #opener: HeadOpener
  readonly #own: OwnCatalogue
  readonly #known: KnownCatalogue
  readonly #answers: CatalogAnswers
  readonly #pulls: CatalogPulls
  readonly #pushes: HeadPushes
  readonly #intake: HeadIntake
  readonly #publishing: Later
  readonly #settling: Later
  readonly #counts = new Counters<
    'published' | 'publish-failed' | 'announced-bytes' | 'refused-entries' | 'blocked'
  >()
  #changedAt = 0
  #publishedAt = 0
  /** The same by the clock of the day, ms. */
  #publishedOn = 0
  /** When expired heads were looked for, ms since the epoch. */
  #lookedOn = 0
  /** How long it took to put what waited into pages the last time. */
  #settleMs = 0
  #settled: Promise<void> | undefined
  /** What the neighbours are told of by the push that is planned. */
  #toldVersion = 0
  #stopping: AbortController | undefined
  #running = AbortSignal.abort()
  #expiry: NodeJS.Timeout | undefined
  #left = false

  constructor(init: CatalogSyncInit) {
    const { self, nickname, store, seal, links, topic, clock, lastSeq } = init
    const now = clock.now()
    const onError = (error: unknown): void => init.onError?.(error)
    this.#init = init
    this.#opener = new HeadOpener(seal, now)
    this.#own = new OwnCatalogue({ self, nickname, store, seal, ttlS: HEAD_TTL_S, lastSeq })
    this.#known = new KnownCatalogue({ self, store, now, onEntries: init.onEntries })
    const parts = {
      self,
      own: this.#own,
      known: this.#known,
      opener: this.#opener,
      links,
      topic,
      clock,
      onError
    }
    this.#answers = new CatalogAnswers(parts)
    this.#pushes = new HeadPushes(parts)
    this.#pulls = new CatalogPulls({ ...parts, onChange: provider => this.#onPulled(provider) })
    this.#intake = new HeadIntake({ ...parts, onVerdict: (...about) => this.#onVerdict(...about) })
    this.#publishing = new Later(() => this.#publish(), onError)
    this.#settling = new Later(() => this.#settle(), onError)
  }

  /** Resolves at once: publishing, pushing and pulling go on by themselves until `stop`, or until `signal` aborts. */
  async start(signal: AbortSignal): Promise<void> {
    const { topic, links, isBlocked } = this.#init
    this.#stopping = new AbortController()
    this.#running = AbortSignal.any([signal, this.#stopping.signal])
    links.serve(this)
    topic.onAnnouncement(async (bytes, from) => {
      if (isBlocked?.(from) !== true) return await this.#intake.onAnnouncement(bytes, from)
      this.#counts.add('blocked')
      return 'ignore'
    })
    this.#pushes.start(this.#running)
    this.#pulls.start(this.#running)
    this.#lookedOn = this.#init.clock.now()
    this.#expiry = setInterval(() => this.#expire(), EXPIRE_MS).unref()
    this.#publishing.within(this.#own.dirty ? 0 : START_GRACE_MS)
  }

  /** Safe to call twice. Says no goodbye: `leave` does. */
  async stop(): Promise<void> {
    this.#init.links.serve(undefined)
    this.#init.topic.onAnnouncement(undefined)
    clearInterval(this.#expiry)
    this.#stopping?.abort()
    await Promise.all([
      this.#publishing.cancel(),
      this.#settling.cancel(),
      this.#pushes.stop(),
      this.#pulls.stop()
    ])
  }

  /**
   * Adds and removes own entries. What is added can be found here at once, and elsewhere after the next announcement: that
   * waits while a large share is still coming in. Takes about 10 ms for a thousand entries, so bring many in parts.
   *
   * @returns entries that peers would refuse, and that were left out
   */
  change(added: Iterable<Entry>, removed: Iterable<EntryKey>): RefusedEntry[] {
    const refused = this.#own.change(added, removed)
    this.#counts.add('refused-entries', refused.length)
    this.#changedAt = performance.now()
    if (this.#own.dirty && !this.#running.aborted && !this.#left) {
      this.#settling.within(SETTLE_PAUSE * this.#settleMs)
      const earliest = this.#publishedAt + ANNOUNCE_DELAY_MS - this.#changedAt
      this.#publishing.within(Math.max(FIRST_DELAY_MS, earliest))
    }
    return refused
  }

  /** Removes entries of an earlier run that are not true any more. Leaves others a turn after each page. */
  async reconcile(isGone: (entry: Entry) => boolean): Promise<void> {
    for (const keys of this.#own.outdated(isGone)) {
      if (this.#running.aborted || this.#left) return
      if (keys.length > 0) this.change([], keys)
      await yieldToOthers()
    }
  }

  /** The store of own entries was lost: puts them into it again. */
  async rebuild(entries: readonly Entry[]): Promise<void> {
    this.#own.reset()
    for (let i = 0; i < entries.length && !this.#running.aborted; i += REBUILD_ENTRIES) {
      this.change(entries.slice(i, i + REBUILD_ENTRIES), [])
      await yieldToOthers()
    }
  }

  /** Withdraws everything, and tells all who can be reached within 2 s. Nothing is published afterwards. */
  async leave(): Promise<void> {
    if (this.#left || this.#running.aborted) return
    this.#left = true
    await this.#publishing.cancel()
    const { clock } = this.#init
    if (this.#own.current === undefined && !this.#own.needsHead) return
    await this.#spread(await this.#own.goodbye(clock.now()), AbortSignal.timeout(GOODBYE_MS))
  }

  /** A peer became a neighbour: it is told what we know. */
  onNeighbourJoined(_peer: PeerKey): void {
    this.#pushes.now()
  }

  onNeighbourLeft(peer: PeerKey): void {
    this.#pushes.forget(peer)
  }

  /** The store of others' entries was lost: they are pulled again. */
  restock(): void {
    this.#known.reset()
    this.#pulls.wake()
  }

  /** Everything that one peer offers, from itself. It must be connected. Throws NodeError. */
  browse(peer: PeerKey, { signal }: { signal: AbortSignal }): AsyncIterable<Entry> {
    const { links, clock } = this.#init
    return browse(peer, { links, opener: this.#opener, clock }, signal)
  }

  /** Own entries. */
  entries(): Entry[] {
    return [...this.#own.entries()]
  }

  /** Nickname in a provider's newest head. */
  nickname(provider: PeerKey): string | undefined {
    return provider === this.#init.self ? this.#init.nickname : this.#known.head(provider)?.head.nickname
  }

  /** Forgets what a peer offers until its next head; for one that was blocked. */
  drop(provider: PeerKey): void {
    if (this.#known.drop(provider, this.#init.clock.now()) > 0) this.#tellChange(provider)
  }

  /** As in the status of a node. `entries`: own and known; `providers`: others of whom something is known. */
  status(): Status['catalogue'] {
    const { providers, partial } = this.#known.stats()
    return { providers, entries: this.#init.store.count(), complete: this.#known.isComplete(), partial }
  }

  stats(): Record<string, number> {
    const { counts, ...sizes } = this.#known.stats()
    return {
      ...sizes,
      'own-waiting': this.#own.waiting,
      ...counts,
      ...this.#counts.toJSON(),
      ...this.#intake.counts.toJSON(),
      ...prefixed('pull', this.#pulls.counts.toJSON()),
      ...prefixed('push', this.#pushes.counts.toJSON()),
      ...prefixed('served', this.#answers.counts.toJSON())
    }
  }

  async onHeads(from: PeerKey, heads: readonly HeadNotice[]): Promise<void> {
    if (this.#init.isBlocked?.(from) === true) this.#counts.add('blocked')
    else await this.#intake.onHeads(from, heads)
  }

  async *answer(from: PeerKey, request: CatalogMessage, signal: AbortSignal): AsyncGenerator<CatalogMessage> {
    if (this.#init.isBlocked?.(from) === true) {
      this.#counts.add('blocked')
      yield { type: 'unknown' }
    } else {
      yield* this.#answers.answer(from, request, signal)
    }
  }

  async #publish(): Promise<void> {
    if (this.#left || this.#running.aborted) return
    const now = performance.now()
    if (this.#own.wide && now - this.#changedAt < QUIET_MS && now - this.#publishedAt < LONGEST_WAIT_MS) {
      this.#publishing.within(QUIET_MS)
      return
    }
    this.#publishing.within(REFRESH_MS)
    // Whoever offers nothing keeps silent: most of what a network would gossip about is nodes without files.
    if (!this.#own.needsHead) return
    try {
      await this.#settle()
      this.#publishedAt = performance.now()
      this.#publishedOn = this.#init.clock.now()
      const published = await this.#own.publish(this.#init.clock.now())
      // What came meanwhile may still wait for a page.
      if (this.#own.dirty) this.#publishing.within(ANNOUNCE_DELAY_MS)
      await this.#spread(published, this.#running)
      this.#tellChange(this.#init.self)
    } catch (error) {
      this.#counts.add('publish-failed')
      this.#publishing.within(10 * ANNOUNCE_DELAY_MS)
      throw error
    }
  }

  /** Puts what waits now into pages, in steps that leave others a turn. Who comes while that goes on waits for it. */
  #settle(): Promise<void> {
    this.#settled ??= this.#settleAll().finally(() => {
      this.#settled = undefined
    })
    return this.#settled
  }

  async #settleAll(): Promise<void> {
    const start = performance.now()
    const refused: RefusedEntry[] = []
    while (this.#own.settle(refused) && !this.#running.aborted) await yieldToOthers()
    this.#counts.add('refused-entries', refused.length)
    this.#settleMs = performance.now() - start
  }

  /** Neighbours that the topic does not reach are told beside it. */
  async #spread({ signed, announcement }: Published, signal: AbortSignal): Promise<void> {
    this.#init.onSeq?.(signed.head.seq)
    this.#counts.add('published')
    this.#counts.add('announced-bytes', announcement.length)
    const announced = this.#init.topic.publish(announcement)
    if (this.#left) await Promise.allSettled([announced, this.#pushes.pushOwn(signal)])
    else {
      try {
        this.#pushes.onPublished(signed.head.seq, await announced)
      } finally {
        this.#pushes.now()
      }
    }
  }

  #onVerdict(verdict: Exclude<HeadVerdict, { kind: 'refused' }>, forwarded: boolean): void {
    if (verdict.changed) this.#tellChange(verdict.provider)
    // A peer that only repeats itself must not make us try it again and again.
    const isNews = verdict.kind === 'learned' || verdict.newTeller
    if (!verdict.complete) this.#pulls.wake(isNews ? verdict.provider : undefined)
    if (this.#known.version === this.#toldVersion) return
    this.#toldVersion = this.#known.version
    const isNew = verdict.kind === 'learned' && verdict.isNew
    if (forwarded && !isNew) this.#pushes.afterTopic()
    else this.#pushes.soon()
  }

  /** What is complete here can be had from us: neighbours are told. */
  #onPulled(provider: PeerKey): void {
    this.#tellChange(provider)
    this.#pushes.soon()
  }

  #tellChange(provider: PeerKey): void {
    this.#init.onChange?.(provider, this.#init.store.count(provider))
  }

  #expire(): void {
    const now = this.#init.clock.now()
    const passedMs = now - this.#lookedOn
    this.#lookedOn = now
    if (passedMs > CLOCK_STEP_MS || passedMs < -CLOCK_BACK_MS) this.#known.onClockStep(passedMs - EXPIRE_MS)
    for (const provider of this.#known.expire(now)) this.#tellChange(provider)
    // Timers stand still while a machine sleeps; what others know of us does not.
    if (this.#publishedOn > 0 && now - this.#publishedOn >= REFRESH_MS) this.#publishing.within(0)
    if (this.#own.seq > now + MAX_CLOCK_AHEAD_MS && this.#known.confirmsClock(now)) {
      this.#own.renumber()
      this.#publishing.within(0)
    }
  }
}

function prefixed(prefix: string, counts: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [`${prefix}-${name}`, count]))
}
