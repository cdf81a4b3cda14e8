/**
 * What one neighbour may cost us and what we may cost it: 1 + budget per query.
 */
import { StrikeWindow } from '../base/strike-window.ts'
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
  readonly #window: StrikeWindow

  constructor(rate: BucketRate, now: number) {
    this.#rate = rate
    this.#received = new TokenBucket(rate, now)
    const { perSecond, burst } = rate
    this.#sent = new TokenBucket({ perSecond: perSecond * SENDER_SHARE, burst: burst * SENDER_SHARE }, now)
    this.#window = strikeWindow(perSecond, now)
  }

  /** A query of `cost` came: may it be carried, must it be dropped, or is that more than carelessness? */
  receive(cost: number, now: number): 'carry' | 'drop' | 'strike' {
    if (this.#window.note(cost, now)) return 'strike'
    return this.#received.take(cost, now) ? 'carry' : 'drop'
  }

  /** Something came that nobody asked for, so many hits or 1. True when there was so much of it that it is a strike. */
  receiveUnasked(cost: number, now: number): boolean {
    return this.#window.note(cost, now)
  }

  /** The flood behind a received copy cost less than the copy allowed. The sender learns it from our report. */
  refundReceived(cost: number, now: number): void {
    this.#received.giveBack(cost, now)
    this.#window.giveBack(cost)
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
}

/** For a peer that may use up `perSecond`: some times more than that is a strike. */
export function strikeWindow(perSecond: number, now: number): StrikeWindow {
  return new StrikeWindow((STRIKE_FACTOR * perSecond * STRIKE_WINDOW_MS) / 1_000, STRIKE_WINDOW_MS, now)
}
