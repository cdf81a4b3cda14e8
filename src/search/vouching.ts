/**
 * Whom a search believes. What two deliverers told, or one that passed, is shown at once. What one alone told is held back
 * until that one was tried with a decoy: a query that nothing can fit. Whoever answers everything betrays itself; it is
 * tried once more to be sure, since by chance somebody has what was made up. A node that met a liar lately does not believe
 * two strangers either, who may be accomplices.
 *
 *   unknown ──tells something, some time──▶ asked ──told none──▶ passed: its rows are shown
 *      ▲                                     │ │ └─no answer──▶ silent: its rows are shown last
 *      └────────told a hit for the first time┘ └─told a hit again──▶ liar: its rows are never shown
 *
 * A neighbour that has nothing stays silent by protocol, so its silence is an answer; a server of the index always answers.
 * What the catalogue knows is signed, and what a flood brings is told by somebody whom we cannot ask: both are shown at once.
 * Whoever named providers that mostly denied lately, itself included, is not tried: what it tells is shown last, also where
 * it signed it, and makes nobody else more credible.
 *
 * Pure. Decoys are sent by the shell.
 */
import type { PeerKey } from '../base/ports.ts'
import type { Entry } from '../wire/entry.ts'
import { CONFIRMED_ROWS, DECOY_DELAY_MS, DECOY_MS, MAX_DECOYS, MAX_TOLD, MIN_PROBE_MS } from './constants.ts'
import type { HitDrop } from './drops.ts'
import type { Reputation } from './reputation.ts'
import type { Finding, RowProvider, Stage } from './results.ts'

export interface Told {
  finding: Finding
  stage: Stage
}

/** The stages in which a deliverer answers for what it tells. */
export type DelivererStage = Extract<Stage, 'neighbours' | 'index'>

/** Ask this deliverer alone, in the way of the stage, for what cannot exist. */
export interface DecoyAsk {
  peer: PeerKey
  stage: DelivererStage
}

interface Deliverer {
  state: 'unknown' | 'asked' | 'passed' | 'liar' | 'silent'
  readonly stage: DelivererStage
  /** When it told something first, and what it took for that from being asked, ms. */
  readonly toldAt: number
  readonly answerMs: number
  /** It told of something that cannot exist. */
  hasBitten: boolean
  /** Who it named lately mostly denied: what it tells is shown last, and vouches for nobody. */
  isDoubted: boolean
  /** While asked: when its time is over. */
  endsAt: number
  /** What it told and what is held back, by cid. */
  readonly held: Map<string, Told>
}

export interface VouchingOptions {
  reputation: Reputation
  /** Rows that are held of one deliverer: more than are shown need not be. */
  limit: number
  /** What was told in a stage is never shown. */
  onDropped?: (stage: Stage, reason: HitDrop) => void
}

export class Vouching {
  readonly #options: VouchingOptions
  readonly #deliverers = new Map<PeerKey, Deliverer>()
  /** For what the catalogue has of providers that are doubted: whoever tells the same is another. */
  readonly #doubted: Deliverer = { ...newDeliverer('silent', 'neighbours', 0, 0), isDoubted: true }
  /** Who told a cid that is held, first one first. */
  readonly #tellers = new Map<string, Set<Deliverer>>()
  readonly #shown = new Set<string>()
  readonly #told = new Map<string, Entry>()
  #decoys = 0
  #lies = 0
  #overflowed = false

  constructor(options: VouchingOptions) {
    this.#options = options
  }

  /** Somebody was asked and still has time. */
  get isWaiting(): boolean {
    return this.#all('asked').length > 0
  }

  /** There are rows that nobody vouches for. */
  get isHolding(): boolean {
    return this.#tellers.size > 0
  }

  /** Rows of liars that were not shown. */
  get lies(): number {
    return this.#lies
  }

  /** What was told so far, of which a decoy must not speak. */
  get told(): Iterable<Entry> {
    return this.#told.values()
  }

  /** There was no room to hold everything. */
  get overflowed(): boolean {
    return this.#overflowed
  }

  /** Somebody told something. `askedAt`: when it was asked. What is to be shown now. */
  onTold(told: Told, askedAt: number, now: number): Told[] {
    const { finding, stage } = told
    const { cid } = finding.entry
    if (this.#told.size < MAX_TOLD) this.#told.set(cid, finding.entry)
    if (stage === 'catalogue') return this.#onKnown(finding, now)
    if (stage === 'flood') return [...this.#release([cid]), told]
    const deliverer = this.#delivererOf(finding.deliverer, stage, askedAt, now)
    if (deliverer.state === 'liar') {
      this.#drop(told, 'liar')
      return []
    }
    if (this.#shown.has(cid)) return [told]
    if (deliverer.state === 'passed') return [...this.#release([cid]), told]
    this.#hold(deliverer, told)
    const tellers = [...(this.#tellers.get(cid) ?? [])].filter(each => !each.hasBitten && !each.isDoubted)
    return tellers.length > 1 && !this.#isWary(now) ? this.#release([cid]) : []
  }

  /** Whom to ask now. `isLast`: nobody else will tell anything. */
  due(now: number, isLast: boolean): DecoyAsk[] {
    const asks: DecoyAsk[] = []
    const isWary = this.#isWary(now)
    const expected = new Set([...this.#shown, ...this.#all('asked').flatMap(({ held }) => [...held.keys()])])
    for (const [peer, deliverer] of this.#deliverers) {
      const { state, stage, toldAt, held } = deliverer
      if (expected.size >= CONFIRMED_ROWS || this.#decoys >= MAX_DECOYS) break
      const hasWaited = isLast || isWary || now >= toldAt + DECOY_DELAY_MS
      const news = [...held.keys()].filter(cid => !expected.has(cid))
      if (state !== 'unknown' || news.length === 0 || !hasWaited) continue
      this.#decoys++
      deliverer.state = 'asked'
      deliverer.endsAt = now + patienceMs(deliverer)
      for (const cid of news) expected.add(cid)
      asks.push({ peer, stage })
    }
    return asks
  }

  /** `hits`: that it told of what cannot exist; null: it could not be asked, or did not answer. What is to be shown now. */
  onAnswer(peer: PeerKey, hits: number | null, now: number): Told[] {
    const deliverer = this.#deliverers.get(peer)
    if (deliverer === undefined) return []
    const { state } = deliverer
    if (hits !== null && hits > 0) {
      // Also after its time: who was taken for honest by its silence is not any more.
      if (state === 'asked' || state === 'passed' || state === 'silent') this.#onBite(peer, deliverer, now)
      return []
    }
    if (state !== 'asked' && state !== 'silent') return []
    if (hits !== null && !deliverer.isDoubted) return this.#pass(peer, deliverer, now)
    deliverer.state = 'silent'
    return []
  }

  /** Ends the time of those who had enough of it. What is to be shown now. */
  expire(now: number): Told[] {
    const shown: Told[] = []
    for (const [peer, deliverer] of this.#deliverers) {
      if (deliverer.state !== 'asked' || now < deliverer.endsAt) continue
      if (deliverer.stage === 'neighbours') shown.push(...this.#pass(peer, deliverer, now))
      else deliverer.state = 'silent'
    }
    return shown
  }

  /** What nobody vouches for, to be shown after everything else. */
  rest(): Told[] {
    return this.#release([...this.#tellers.keys()])
  }

  #all(state: Deliverer['state']): Deliverer[] {
    return [...this.#deliverers.values()].filter(deliverer => deliverer.state === state)
  }

  #delivererOf(peer: PeerKey, stage: DelivererStage, askedAt: number, now: number): Deliverer {
    let deliverer = this.#deliverers.get(peer)
    if (deliverer === undefined) {
      const state = this.#options.reputation.of(peer, now) ?? 'unknown'
      deliverer = newDeliverer(state, stage, askedAt, now)
      this.#deliverers.set(peer, deliverer)
    }
    deliverer.isDoubted = this.#options.reputation.isDoubted(peer, now)
    // As if it had not answered.
    if (deliverer.isDoubted && deliverer.state !== 'liar') deliverer.state = 'silent'
    return deliverer
  }

  /** What the catalogue says was told by its providers. That one which is doubted is connected confirms nothing. */
  #onKnown(finding: Finding, now: number): Told[] {
    const { reputation } = this.#options
    const isDoubted = ({ how, peerId }: RowProvider): boolean =>
      how !== 'own' && reputation.isDoubted(peerId, now)
    const providers = finding.providers.map(each => (isDoubted(each) ? { ...each, confirmed: false } : each))
    const told: Told = { stage: 'catalogue', finding: { ...finding, providers } }
    if (!providers.every(isDoubted)) return [...this.#release([finding.entry.cid]), told]
    this.#hold(this.#doubted, told)
    return []
  }

  #hold(deliverer: Deliverer, told: Told): void {
    const { cid } = told.finding.entry
    if (deliverer.held.size >= this.#options.limit) {
      this.#overflowed = true
      this.#drop(told, 'per-deliverer')
      return
    }
    const tellers = this.#tellers.get(cid) ?? new Set()
    deliverer.held.set(cid, told)
    this.#tellers.set(cid, tellers.add(deliverer))
  }

  #drop({ stage }: Told, reason: Extract<HitDrop, 'liar' | 'per-deliverer'>): void {
    if (reason === 'liar') this.#lies++
    this.#options.onDropped?.(stage, reason)
  }

  /** These cids are shown from now on. What was told of them so far. */
  #release(cids: readonly string[]): Told[] {
    return cids.flatMap(cid => {
      const tellers = [...(this.#tellers.get(cid) ?? [])]
      this.#tellers.delete(cid)
      this.#shown.add(cid)
      return tellers.map(({ held }) => {
        const told = held.get(cid) as Told
        held.delete(cid)
        return told
      })
    })
  }

  /** Whoever lied may have accomplices, who tell the same. */
  #isWary(now: number): boolean {
    return this.#options.reputation.hasLiars(now)
  }

  #pass(peer: PeerKey, deliverer: Deliverer, now: number): Told[] {
    deliverer.state = 'passed'
    this.#options.reputation.note(peer, 'passed', now)
    return this.#release([...deliverer.held.keys()])
  }

  #onBite(peer: PeerKey, deliverer: Deliverer, now: number): void {
    deliverer.hasBitten = true
    if (!this.#options.reputation.onBite(peer, now)) {
      deliverer.state = 'unknown'
      return
    }
    deliverer.state = 'liar'
    for (const [cid, told] of deliverer.held) {
      this.#drop(told, 'liar')
      const tellers = this.#tellers.get(cid)
      tellers?.delete(deliverer)
      if (tellers?.size === 0) this.#tellers.delete(cid)
    }
    deliverer.held.clear()
  }
}

function newDeliverer(
  state: Deliverer['state'],
  stage: DelivererStage,
  askedAt: number,
  now: number
): Deliverer {
  const times = { toldAt: now, answerMs: now - askedAt, endsAt: Number.POSITIVE_INFINITY }
  return { state, stage, ...times, hasBitten: false, isDoubted: false, held: new Map() }
}

/** A neighbour has twice the time that it took for the true query: silence for so long is an answer. */
function patienceMs({ stage, answerMs }: Deliverer): number {
  if (stage === 'index') return DECOY_MS
  return Math.min(DECOY_MS, Math.max(MIN_PROBE_MS, 2 * answerMs))
}
