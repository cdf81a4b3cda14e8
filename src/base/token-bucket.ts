/**
 * A rate limit that allows bursts. Tokens drip in at `perSecond` up to `burst`; every cost takes some out.
 */
export interface BucketRate {
  perSecond: number
  burst: number
}

export class TokenBucket {
  readonly #rate: BucketRate
  #tokens: number
  #at: number

  /** Starts full. `now`: ms, of the caller's clock. */
  constructor(rate: BucketRate, now: number) {
    this.#rate = rate
    this.#tokens = rate.burst
    this.#at = now
  }

  /** Takes `cost` tokens when there are as many; says whether it did. */
  take(cost: number, now: number): boolean {
    this.#refill(now)
    if (cost > this.#tokens) return false
    this.#tokens -= cost
    return true
  }

  /** Takes `cost` whether or not it is there, and says how long to wait until it is paid, ms: first come, first served. */
  reserve(cost: number, now: number): number {
    this.charge(cost, now)
    return this.#tokens >= 0 ? 0 : Math.ceil((-this.#tokens / this.#rate.perSecond) * 1000)
  }

  /** Takes what something has cost, whether or not it is there: until the debt is paid off nothing is available. */
  charge(cost: number, now: number): void {
    this.#refill(now)
    this.#tokens -= cost
  }

  /** Tokens that could be taken now; below 0 for a debt. */
  available(now: number): number {
    this.#refill(now)
    return this.#tokens
  }

  /** Returns tokens that were taken and turned out not to be needed. */
  giveBack(tokens: number, now: number): void {
    this.#refill(now)
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + tokens)
  }

  /** Milliseconds until `cost` tokens can be taken; 0 when they can be now. */
  waitMs(cost: number, now: number): number {
    this.#refill(now)
    const missing = Math.min(cost, this.#rate.burst) - this.#tokens
    return missing <= 0 ? 0 : Math.ceil((missing / this.#rate.perSecond) * 1000)
  }

  #refill(now: number): void {
    // A clock set back must not freeze the bucket, so time that runs backwards counts as none.
    const elapsedMs = Math.max(0, now - this.#at)
    this.#at = now
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + (elapsedMs / 1000) * this.#rate.perSecond)
  }
}
