/**
 * How much all downloads together may ask for: what is not asked for does not come.
 */
import type { Clock } from '../base/ports.ts'
import { TokenBucket } from '../base/token-bucket.ts'
import { BLOCK_BYTES } from '../wire/limits.ts'

/** What may be asked for at once after a rest, in seconds of the rate. */
const BURST_S = 0.5

export class DownloadLimit {
  readonly bytesPerSecond: number
  readonly #bucket: TokenBucket
  readonly #clock: Clock

  constructor(bytesPerSecond: number, clock: Clock) {
    this.bytesPerSecond = bytesPerSecond
    this.#clock = clock
    const burst = Math.max(BLOCK_BYTES, bytesPerSecond * BURST_S)
    this.#bucket = new TokenBucket({ perSecond: bytesPerSecond, burst }, clock.now())
  }

  /** Blocks that may be asked for now. The last one may be on credit, or a slow line would never get one. */
  mayAsk(): number {
    return Math.max(0, Math.ceil(this.#bucket.available(this.#clock.now()) / BLOCK_BYTES))
  }

  onAsked(bytes: number): void {
    this.#bucket.charge(bytes, this.#clock.now())
  }
}
