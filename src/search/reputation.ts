/**
 * Who told inventions lately, who was tried and told none, and whose tellings the providers they named denied. Kept over
 * searches, in bounded space: a verdict holds for a while, then its peer is tried again.
 */
import type { PeerKey } from '../base/ports.ts'
import { SeenTable } from '../base/seen-table.ts'
import { LIAR_MS, MIN_DENIALS, PASSED_MS, REMEMBERED_VERDICTS } from './constants.ts'

export type Verdict = 'passed' | 'liar'
/** Whom a peer named as a provider. */
type Named = 'others' | 'itself'

export class Reputation {
  /** When each told of something that cannot exist. */
  readonly #bites: SeenTable<PeerKey, number>
  /** When somebody was found lying last. */
  #lastLieAt = Number.NEGATIVE_INFINITY
  readonly #verdicts: Record<Verdict, SeenTable<PeerKey, number>>
  /** What providers said of what a peer told, of others or of itself, since `at`. */
  readonly #answers: Record<Named, SeenTable<PeerKey, { confirmed: number; denied: number; at: number }>>

  constructor(now: number) {
    const table = (lifetimeMs: number): SeenTable<PeerKey, number> =>
      new SeenTable({ lifetimeMs, capacity: REMEMBERED_VERDICTS }, now)
    // Apart: those who pass must not push out those who lied.
    this.#verdicts = { passed: table(PASSED_MS), liar: table(LIAR_MS) }
    const answers = { lifetimeMs: LIAR_MS, capacity: REMEMBERED_VERDICTS }
    this.#answers = { others: new SeenTable(answers, now), itself: new SeenTable(answers, now) }
    this.#bites = table(LIAR_MS)
  }

  /** Peers remembered. */
  get size(): number {
    return this.#bites.size + this.#verdicts.passed.size + this.#verdicts.liar.size
  }

  /** Undefined: not tried, or too long ago, or not since it became suspect. A liar stays one although it passed since. */
  of(peer: PeerKey, now: number): Verdict | undefined {
    if (this.isLiar(peer, now)) return 'liar'
    const at = this.#verdicts.passed.get(peer) ?? Number.NEGATIVE_INFINITY
    const suspectAt = this.#bites.get(peer) ?? Number.NEGATIVE_INFINITY
    return now - at < PASSED_MS && suspectAt <= at ? 'passed' : undefined
  }

  isLiar(peer: PeerKey, now: number): boolean {
    return now - (this.#verdicts.liar.get(peer) ?? Number.NEGATIVE_INFINITY) < LIAR_MS
  }

  /** It told of something that cannot exist. True: not for the first time lately, and so it is a liar from now on. */
  onBite(peer: PeerKey, now: number): boolean {
    const at = this.#bites.get(peer)
    this.#bites.set(peer, now, now)
    if (at === undefined || now - at >= LIAR_MS) return false
    this.note(peer, 'liar', now)
    return true
  }

  /** Somebody was found lying lately. */
  hasLiars(now: number): boolean {
    return now - this.#lastLieAt < LIAR_MS
  }

  note(peer: PeerKey, verdict: Verdict, now: number): void {
    this.#verdicts[verdict].set(peer, now, now)
    if (verdict === 'liar') this.#lastLieAt = now
  }

  /** A provider that `deliverer` named, which may be itself, said whether it has the file. */
  noteAnswer(deliverer: PeerKey, has: boolean, now: number, named: Named = 'others'): void {
    const known = this.#answers[named].get(deliverer)
    const { confirmed, denied, at } =
      known !== undefined && now - known.at < LIAR_MS ? known : { confirmed: 0, denied: 0, at: now }
    const next = { confirmed: confirmed + Number(has), denied: denied + Number(!has), at }
    this.#answers[named].set(deliverer, next, now)
  }

  /**
   * Most of what it told was denied by the providers that it named. Its own yes says nothing of what it tells of others, so
   * that is counted apart.
   */
  isDoubted(deliverer: PeerKey, now: number): boolean {
    return this.#isDenied('others', deliverer, now) || this.#isDenied('itself', deliverer, now)
  }

  #isDenied(named: Named, deliverer: PeerKey, now: number): boolean {
    const answers = this.#answers[named].get(deliverer)
    if (answers === undefined || now - answers.at >= LIAR_MS) return false
    return answers.denied >= MIN_DENIALS && answers.denied > answers.confirmed
  }
}
