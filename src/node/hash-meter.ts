/**
 * How quickly a share is hashed, and when it will be done.
 */
import { RateMeter } from '../swarm/index.ts'
import type { HashProgress } from './api.ts'

export class HashMeter {
  readonly #files: RateMeter
  readonly #bytes: RateMeter
  /** Bytes of files that are not finished. */
  #partly = 0

  constructor(now: number) {
    this.#files = new RateMeter(now)
    this.#bytes = new RateMeter(now)
  }

  /** A part of a file was hashed. */
  add(bytes: number, now: number): void {
    this.#bytes.add(bytes, now)
    this.#partly += bytes
  }

  /** A file ended, hashed or not, of which `bytes` were added. */
  end(bytes: number, now: number): void {
    this.#files.add(1, now)
    this.#partly -= bytes
  }

  /** `total` and `done` are files and bytes; of `done` only whole files. */
  progress(
    total: { files: number; bytes: number },
    done: { files: number; bytes: number },
    now: number
  ): HashProgress {
    const bytesDone = Math.min(total.bytes, done.bytes + this.#partly)
    const filesPerS = this.#files.rate(now)
    const bytesPerS = this.#bytes.rate(now)
    const waits = [secondsFor(total.bytes - bytesDone, bytesPerS)]
    // A large file says nothing of files for minutes; small ones say it by their number.
    if (filesPerS > 0) waits.push(secondsFor(total.files - done.files, filesPerS))
    const etaS = Math.max(...waits)
    return {
      bytesDone,
      filesPerS: Math.round(filesPerS * 10) / 10,
      bytesPerS: Math.round(bytesPerS),
      etaS: Number.isFinite(etaS) ? Math.ceil(etaS) : null
    }
  }
}

function secondsFor(left: number, rate: number): number {
  return left <= 0 ? 0 : left / rate
}
