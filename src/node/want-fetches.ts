/**
 * Downloads of what is wanted: a few at a time, and again later when one came to nothing.
 */
import type { Clock } from '../base/ports.ts'

/** Open at once. Whoever invents files that match may make us look for no more. A guess. */
export const MAX_FETCHES = 16
/** Those that wait; the oldest goes. As many as the matches of one want. */
export const MAX_WAITING = 1_000
/** One that failed is tried again after so long, ms, or when somebody else offers it. */
export const RETRY_MS = 60 * 60_000

export interface WantFetchPorts {
  clock: Clock
  /** Rejects when it is to be tried again. */
  fetch(cid: string): Promise<void>
  /** Asked when its turn has come. */
  isWanted(cid: string): boolean
  onFetched(cid: string): void
}

export class WantFetches {
  readonly #ports: WantFetchPorts
  readonly #open = new Set<string>()
  /** When they may begin, by cid; ms since the epoch. */
  readonly #waiting = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
  #isStopped = false

  constructor(ports: WantFetchPorts) {
    this.#ports = ports
  }

  /** Somebody offers it. */
  add(cid: string): void {
    if (!this.#open.has(cid)) this.#wait(cid, 0)
    this.#begin()
  }

  /** Begins nothing more. */
  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
  }

  #wait(cid: string, beginAt: number): void {
    this.#waiting.set(cid, beginAt)
    const [oldest] = this.#waiting.size > MAX_WAITING ? this.#waiting.keys() : []
    if (oldest !== undefined) this.#waiting.delete(oldest)
  }

  #begin(): void {
    const now = this.#ports.clock.now()
    for (const [cid, beginAt] of this.#waiting) {
      if (this.#isStopped || this.#open.size >= MAX_FETCHES) return
      if (beginAt > now) continue
      this.#waiting.delete(cid)
      if (this.#ports.isWanted(cid)) void this.#fetch(cid)
    }
  }

  async #fetch(cid: string): Promise<void> {
    this.#open.add(cid)
    try {
      await this.#ports.fetch(cid)
      this.#ports.onFetched(cid)
    } catch {
      // Why is told with the download.
      this.#wait(cid, this.#ports.clock.now() + RETRY_MS)
      this.#retryLater()
    }
    this.#open.delete(cid)
    this.#begin()
  }

  #retryLater(): void {
    if (this.#isStopped) return
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#begin()
      if (this.#waiting.size > 0) this.#retryLater()
    }, RETRY_MS).unref()
  }
}
