/**
 * Bytes per second of late: an exponential average that is right from the first second on.
 */

/** Time after which an old byte counts for 1/e, ms. */
const MEMORY_MS = 2_000

export class RateMeter {
  #sum = 0
  /** Weight of the time seen so far; grows from 0 to 1, so that a young average is not too low. */
  #weight = 0
  #at: number

  constructor(now: number) {
    this.#at = now
  }

  /** Leaves out the time up to `now`: nothing was asked, so that nothing came says nothing. */
  skip(now: number): void {
    this.#at = Math.max(this.#at, now)
  }

  add(bytes: number, now: number): void {
    this.#age(now)
    this.#sum += bytes
  }

  /** Bytes/s; 0 while nothing is known. */
  rate(now: number): number {
    this.#age(now)
    if (this.#weight < 0.005) return 0
    return ((this.#sum / MEMORY_MS) * 1000) / this.#weight
  }

  #age(now: number): void {
    const elapsed = Math.max(0, now - this.#at)
    if (elapsed === 0) return
    this.#at = now
    const keep = Math.exp(-elapsed / MEMORY_MS)
    this.#sum *= keep
    this.#weight = this.#weight * keep + (1 - keep)
  }
}
