/**
 * What one neighbour may cost us and what we may cost it: 1 + budget per query.
 */
import { type BucketRate, TokenBucket } from '../base/token-bucket.ts'
import { COPY_SHARE, OWN_RESERVE, SENDER_SHARE, STRIKE_FACTOR, STRIKE_WINDOW_MS } from './constants.ts'

/** The rates of one link, as the engine asks for them. */
export type LinkRates = Pick<
  NeighbourRates,
  'receive' | 'receiveUnasked' | 'refundReceived' | 'sendable' | 'spend' | 'refundSent'
>

/** Of a link that nothing bounds. */
export const FREE_LINK: LinkRates = {
  receive: () => 'carry',
  receiveUnasked: () => false,
  refundReceived: () => undefined,
  sendable: () => Number.MAX_SAFE_INTEGER,
  spend: () => undefined,
  refundSent: () => undefined
}

export class NeighbourRates {
  readonly #rate: BucketRate
  readonly #received: TokenBucket
  readonly #sent: TokenBucket
  #windowSince: number
  #windowCost = 0

  constructor(rate: BucketRate, now: number) {
    this.#rate = rate
    this.#received = new TokenBucket(rate, now)
    const { perSecond, burst } = rate
    this.#sent = new TokenBucket({ perSecond: perSecond * SENDER_SHARE, burst: burst * SENDER_SHARE }, now)
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
    const reserve = own ? 0 : OWN_RESERVE * SENDER_SHARE * this.#rate.burst
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
    if (this.#windowCost <= (STRIKE_FACTOR * this.#rate.perSecond * STRIKE_WINDOW_MS) / 1_000) return false
    this.#windowCost = 0
    return true
  }
}
