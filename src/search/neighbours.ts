/**
 * The neighbours of an engine, each with its rates. Those that left keep theirs for a while: reconnecting must not refill a
 * bucket.
 */
import { SeenTable } from '../base/seen-table.ts'
import type { BucketRate } from '../base/token-bucket.ts'
import { REMEMBER_LEAVER_MS, REMEMBERED_LEAVERS } from './constants.ts'
import { FREE_LINK, type LinkRates, NeighbourRates } from './neighbour-rates.ts'

export class Neighbours<Peer> {
  /** In the order in which they came. */
  readonly rates = new Map<Peer, LinkRates>()
  readonly #rate: BucketRate | undefined
  readonly #leavers: SeenTable<Peer, LinkRates>

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
    this.#leavers.set(peer, rates, now)
    return true
  }
}
