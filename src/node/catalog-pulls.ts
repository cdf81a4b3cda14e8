/**
 * Pulls what the catalogue lacks: the page list of a provider, then the pages that differ, from a peer that told its
 * head; from another one when that fails. One pull for each provider, a few side by side.
 */
import { Counters } from '../base/counters.ts'
import type { Clock, PeerKey } from '../base/ports.ts'
import type { CatalogLinks, HeadOpener, KnownCatalogue, Wanted } from '../catalog/index.ts'
import type { SignedHead } from '../wire/head.ts'
import { Later } from './later.ts'

/** Providers that are pulled at the same time. Each may hold about a MiB that has come. */
const MAX_PULLS = 32
/** Pulls for which one peer is asked at the same time: it cannot keep us from others by letting them all wait. */
const MAX_PULLS_PER_TELLER = 4
/** Pages of one request. About 1 MB: a new head, or a peer that goes away, costs no more than that. */
const PAGES_PER_REQUEST = 24
/** A pull waits so long for an announcement that makes it needless: it comes by another way than the head. */
const PULL_DELAY_MS = 50
/** Pause after all tellers failed; it doubles each time. */
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 60_000
/** Pause after there was no room for all of a provider: each of its heads costs a page list and a batch of pages. */
const NO_ROOM_PAUSE_MS = 60_000
/** A whole pull. Each message within has its own limit, and what came in is kept. */
const PULL_TIMEOUT_MS = 10 * 60_000

type PullOutcome = 'complete' | 'partial' | 'outdated' | 'failed'

export interface CatalogPullsInit {
  known: KnownCatalogue
  opener: HeadOpener
  links: CatalogLinks
  clock: Clock
  /** Entries of a provider came or went. */
  onChange(provider: PeerKey): void
  onError(error: unknown): void
}

export class CatalogPulls {
  readonly #init: CatalogPullsInit
  readonly #active = new Map<PeerKey, Promise<void>>()
  /** Pulls for which a peer is being asked. */
  readonly #asked = new Map<PeerKey, number>()
  /**
   * Providers that failed, or have too much: then the pause `outlastsNews` of them. Swept with every pump, so never more than
   * there are heads.
   */
  readonly #pauses = new Map<PeerKey, { tries: number; until: number; outlastsNews: boolean }>()
  readonly #pump: Later
  #signal = AbortSignal.abort()
  readonly counts = new Counters<PullOutcome | 'teller-failed'>()

  constructor(init: CatalogPullsInit) {
    this.#init = init
    this.#pump = new Later(() => this.#start(), init.onError)
  }

  /** From now on what is wanted is pulled. `signal` ends all pulls. */
  start(signal: AbortSignal): void {
    this.#signal = signal
    this.wake()
  }

  /** Something may be wanted. `provider`: one that can be tried again at once, because of a new head or teller. */
  wake(provider?: PeerKey): void {
    if (this.#signal.aborted) return
    if (provider != null && this.#pauses.get(provider)?.outlastsNews !== true) this.#pauses.delete(provider)
    this.#pump.within(PULL_DELAY_MS)
  }

  /** Resolves when no pull runs any more; abort the signal first. */
  async stop(): Promise<void> {
    await this.#pump.cancel()
    await Promise.all(this.#active.values())
  }

  #start(): void {
    if (this.#signal.aborted) return
    const now = this.#init.clock.now()
    const waits = (provider: PeerKey): boolean => (this.#pauses.get(provider)?.until ?? 0) > now
    // One at a time: each takes room at the peer that is asked first.
    while (this.#active.size < MAX_PULLS) {
      const [want] = this.#init.known.wanted(
        1,
        (provider, tellers) =>
          this.#active.has(provider) || waits(provider) || tellers.every(teller => this.#isBusy(teller))
      )
      if (want == null) break
      this.#active.set(want.provider, this.#run(want))
    }

    for (const provider of this.#pauses.keys()) {
      if (this.#init.known.head(provider) == null) this.#pauses.delete(provider)
    }
    const ends = Array.from(this.#pauses.values(), ({ until }) => until).filter(until => until > now)
    if (ends.length > 0) this.#pump.within(Math.min(...ends) - now)
  }

  async #run(want: Wanted): Promise<void> {
    const { provider } = want
    const { clock, onChange, onError } = this.#init
    let outcome: PullOutcome = 'failed'
    try {
      outcome = await this.#pull(want)
    } catch (error) {
      onError(error)
    }
    this.#active.delete(provider)
    this.counts.add(outcome)
    if (outcome === 'failed') {
      const tries = (this.#pauses.get(provider)?.tries ?? 0) + 1
      const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tries - 1))
      this.#pauses.set(provider, { tries, until: clock.now() + pause, outlastsNews: false })
    } else if (outcome === 'partial') {
      this.#pauses.set(provider, { tries: 0, until: clock.now() + NO_ROOM_PAUSE_MS, outlastsNews: true })
    } else {
      this.#pauses.delete(provider)
    }
    if (outcome !== 'failed') onChange(provider)
    if (!this.#signal.aborted) this.#pump.within(0)
  }

  async #pull(want: Wanted): Promise<PullOutcome> {
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(PULL_TIMEOUT_MS)])
    for (const teller of want.tellers) {
      if (this.#isOutdated(want)) return 'outdated'
      if (this.#signal.aborted) return 'failed'
      if (this.#isBusy(teller)) continue
      this.#asked.set(teller, (this.#asked.get(teller) ?? 0) + 1)
      try {
        const outcome = await this.#pullFrom(teller, want, signal)
        if (outcome !== 'failed') return outcome
      } catch {
        // Peers go away, stall and break the protocol every day; the next teller is asked, and this is counted.
      } finally {
        this.#leave(teller)
      }
      this.counts.add('teller-failed')
    }
    return this.#isOutdated(want) ? 'outdated' : 'failed'
  }

  async #pullFrom(teller: PeerKey, want: Wanted, signal: AbortSignal): Promise<PullOutcome> {
    const { known } = this.#init
    const listed = await this.#pullList(teller, want, signal)
    if (listed.kind !== 'pull') return listed.kind
    for (let i = 0; i < listed.missing.length; i += PAGES_PER_REQUEST) {
      const outcome = await this.#pullPages(
        teller,
        want.provider,
        listed.missing.slice(i, i + PAGES_PER_REQUEST),
        signal
      )
      if (outcome !== 'more') return outcome
      if (this.#isOutdated(want)) return 'outdated'
    }
    return known.pageList(want.provider) == null ? 'failed' : 'complete'
  }

  async #pullList(
    teller: PeerKey,
    { provider, seq }: Wanted,
    signal: AbortSignal
  ): Promise<{ kind: 'pull'; missing: string[] } | { kind: PullOutcome }> {
    const { known, opener, links, clock } = this.#init
    const answer = await first(links.request(teller, { type: 'get-page-list', provider }, signal))
    if (answer?.type !== 'page-list') return { kind: 'failed' }
    const opened = await opener.open(answer.envelope, clock.now())
    if (opened.kind === 'bad' || opened.signed.head.provider !== provider) return { kind: 'failed' }
    if (opened.signed.head.seq > seq) this.#learn(opened.signed, teller)
    const verdict = known.onPageList(provider, opened.signed.head.seq, answer.hashes)
    return verdict.kind === 'reject' ? { kind: 'failed' } : verdict
  }

  /** The teller has a later head than it told: that is news, too. */
  #learn(signed: SignedHead, teller: PeerKey): void {
    const { known, clock } = this.#init
    const distance = known.hops(signed.head.provider) ?? 1
    known.onHead(signed, Math.max(0, distance - 1), teller, clock.now())
  }

  async #pullPages(
    teller: PeerKey,
    provider: PeerKey,
    hashes: string[],
    signal: AbortSignal
  ): Promise<PullOutcome | 'more'> {
    const { known, links } = this.#init
    for await (const answer of links.request(teller, { type: 'get-pages', provider, hashes }, signal)) {
      if (answer.type === 'end') return 'more'
      if (answer.type !== 'page') return 'failed'
      const verdict = known.onPage(provider, answer.bytes)
      if (verdict.kind === 'partial') return 'partial'
      if (verdict.kind === 'reject') return 'failed'
      if (verdict.complete) return 'complete'
    }
    // The stream ended before `end`: what is missing is asked of the next teller.
    return 'failed'
  }

  #isBusy(teller: PeerKey): boolean {
    return (this.#asked.get(teller) ?? 0) >= MAX_PULLS_PER_TELLER
  }

  #leave(teller: PeerKey): void {
    const left = (this.#asked.get(teller) ?? 1) - 1
    if (left > 0) this.#asked.set(teller, left)
    else this.#asked.delete(teller)
  }

  #isOutdated({ provider, seq }: Wanted): boolean {
    return this.#init.known.head(provider)?.head.seq !== seq || this.#init.known.pageList(provider) != null
  }
}

async function first<T>(items: AsyncIterable<T>): Promise<T | undefined> {
  for await (const item of items) return item
  return undefined
}
