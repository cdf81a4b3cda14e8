/**
 * The neighbours of an engine, each with its rates. Those that left keep theirs for a while: reconnecting must not refill a
 * bucket.
 */
import { SeenTable } from '../base/seen-table.ts'
import type { BucketRate } from '../base/token-bucket.ts'
import { REMEMBER_LEAVER_MS, REMEMBERED_LEAVERS, SILENT_COPIES } from './constants.ts'
import { FREE_LINK, type LinkRates, NeighbourRates } from './neighbour-rates.ts'

export class Neighbours<Peer> {
  /** In the order in which they came. */
  readonly rates = new Map<Peer, LinkRates>()
  readonly #rate: BucketRate | undefined
  readonly #leavers: SeenTable<Peer, LinkRates>
  /** Copies in a row of which a neighbour reported nothing in its time. */
  readonly #unreported = new Map<Peer, number>()

  /** @param rate - of each link; undefined: nothing is bounded */
  constructor(rate: BucketRate | undefined, now: number) {
    this.#rate = rate
    this.#leavers = new SeenTable({ lifetimeMs: REMEMBER_LEAVER_MS, capacity: REMEMBERED_LEAVERS }, now)
  }

  has(peer: Peer): boolean {
    return this.rates.has(peer)
  }

  get(peer: Peer): LinkRates | undefined {
    return this.rates.get(peer)
  }

  all(): Peer[] {
    return [...this.rates.keys()]
  }

  add(peer: Peer, now: number): void {
    if (this.rates.has(peer)) return
    const rates =
      this.#rate === undefined ? FREE_LINK : (this.#leavers.get(peer) ?? new NeighbourRates(this.#rate, now))
    this.rates.set(peer, rates)
  }

  /** False: it was none. */
  remove(peer: Peer, now: number): boolean {
    const rates = this.rates.get(peer)
    if (rates === undefined) return false
    this.rates.delete(peer)
    this.#unreported.delete(peer)
    this.#leavers.set(peer, rates, now)
    return true
  }

  /** It reported what became of a copy, or let the time for it go by. */
  noteReport(peer: Peer, hasCome: boolean): void {
    if (hasCome) this.#unreported.delete(peer)
    else if (this.rates.has(peer)) this.#unreported.set(peer, (this.#unreported.get(peer) ?? 0) + 1)
  }

  /** It swallows what is sent to it: what it may spend of a budget is lost. */
  isSilent(peer: Peer): boolean {
    return (this.#unreported.get(peer) ?? 0) >= SILENT_COPIES
  }
}
