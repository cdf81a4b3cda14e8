/**
 * What one neighbour may ask of us and we of it.
 */
import { StrikeWindow } from '../base/strike-window.ts'
import { TokenBucket } from '../base/token-bucket.ts'
import { MAX_UNWELCOME, QUESTION_RATE, SEND_RATE, UNWELCOME_WINDOW_MS } from './constants.ts'

export class LinkRates {
  readonly #received: TokenBucket
  readonly #sent: TokenBucket
  readonly #unwelcome: StrikeWindow

  constructor(now: number) {
    this.#received = new TokenBucket(QUESTION_RATE, now)
    this.#sent = new TokenBucket(SEND_RATE, now)
    this.#unwelcome = new StrikeWindow(MAX_UNWELCOME, UNWELCOME_WINDOW_MS, now)
  }

  /** Whether one more question may be taken. */
  receive(now: number): boolean {
    return this.#received.take(1, now)
  }

  /** Whether one more question may be sent; counts it. */
  send(now: number): boolean {
    return this.#sent.take(1, now)
  }

  /** A question was not sent after all. */
  refund(now: number): void {
    this.#sent.giveBack(1, now)
  }

  /** ms until one more question may be sent. */
  waitMs(now: number): number {
    return this.#sent.waitMs(1, now)
  }

  /** Something came that nobody wanted. True when there was so much of it that it is a strike. */
  unwelcome(now: number): boolean {
    return this.#unwelcome.note(1, now)
  }
}
