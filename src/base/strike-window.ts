/**
 * Counts what one peer does that is no use to anybody, and says when that is more than carelessness.
 */
export class StrikeWindow {
  readonly #most: number
  readonly #windowMs: number
  #since: number
  #cost = 0

  /** @param most - cost within `windowMs` that is no strike yet */
  constructor(most: number, windowMs: number, now: number) {
    this.#most = most
    this.#windowMs = windowMs
    this.#since = now
  }

  /** True when that is a strike; counting begins anew then. */
  note(cost: number, now: number): boolean {
    // A clock that was set back must not leave a window open for long.
    if (now - this.#since >= this.#windowMs || now < this.#since) {
      this.#since = now
      this.#cost = 0
    }
    this.#cost += cost
    if (this.#cost <= this.#most) return false
    this.#cost = 0
    return true
  }

  /** It cost less than was noted. */
  giveBack(cost: number): void {
    this.#cost = Math.max(0, this.#cost - cost)
  }
}
