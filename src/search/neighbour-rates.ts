/**
 * What one neighbour may cost us and what we may cost it: 1 + budget per query.
 */
import { TokenBucket } from '../base/token-bucket.ts'
import {
  COPY_SHARE,
  OWN_RESERVE,
  QUERY_RATE,
  SENDER_SHARE,
  STRIKE_FACTOR,
  STRIKE_WINDOW_MS
} from './constants.ts'

const SEND_RATE = {
  perSecond: QUERY_RATE.perSecond * SENDER_SHARE,
  burst: QUERY_RATE.burst * SENDER_SHARE
}
const STRIKE_COST = (STRIKE_FACTOR * QUERY_RATE.perSecond * STRIKE_WINDOW_MS) / 1000

export class NeighbourRates {
  readonly #received: TokenBucket
  readonly #sent: TokenBucket
  #windowSince: number
  #windowCost = 0

  constructor(now: number) {
    this.#received = new TokenBucket(QUERY_RATE, now)
    this.#sent = new TokenBucket(SEND_RATE, now)
    this.#windowSince = now
  }

  /** A query of `cost` came: may it be carried, must it be dropped, or is that more than carelessness? */
  receive(cost: number, now: number): 'carry' | 'drop' | 'strike' {
    if (this.#note(cost, now)) return 'strike'
    return this.#received.take(cost, now) ? 'carry' : 'drop'
  }

  /** Something came that nobody asked for. True when there was so much of it that it is a strike. */
  receiveUnasked(now: number): boolean {
    return this.#note(1, now)
  }

  /** The flood behind a received copy cost less than the copy allowed. The sender learns it from our report. */
  refundReceived(cost: number, now: number): void {
    this.#received.giveBack(cost, now)
    this.#windowCost = Math.max(0, this.#windowCost - cost)
  }

  /** Most that one copy may cost now; 0: it cannot be sent. Forwarded copies leave a reserve for our own. */
  sendable(own: boolean, now: number): number {
    const reserve = own ? 0 : OWN_RESERVE * SEND_RATE.burst
    const available = this.#sent.available(now) - reserve
    return available < 1 ? 0 : Math.max(1, Math.floor(available * COPY_SHARE))
  }

  spend(cost: number, now: number): void {
    this.#sent.take(cost, now)
  }

  refundSent(cost: number, now: number): void {
    this.#sent.giveBack(cost, now)
  }

  #note(cost: number, now: number): boolean {
    if (now - this.#windowSince >= STRIKE_WINDOW_MS) {
      this.#windowSince = now
      this.#windowCost = 0
    }
    this.#windowCost += cost
    if (this.#windowCost <= STRIKE_COST) return false
    this.#windowCost = 0
    return true
  }
}
