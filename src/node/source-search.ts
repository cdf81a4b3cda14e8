/**
 * The search for sources of one download: again and again, ever more rarely, and at once when the last one has gone.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { PeerKey } from '../base/ports.ts'
import type { ProviderFinder } from './download-ports.ts'

/** Pauses between two searches: the first and the longest, ms. */
const MIN_SEARCH_PAUSE_MS = 1_000
const MAX_SEARCH_PAUSE_MS = 60_000

export class SourceSearch {
  readonly #cid: string
  readonly #finder: ProviderFinder
  readonly #join: (peer: PeerKey) => boolean
  #wake: (() => void) | undefined

  /** @param join - tries a peer; says whether it is a new one */
  constructor(cid: string, finder: ProviderFinder, join: (peer: PeerKey) => boolean) {
    this.#cid = cid
    this.#finder = finder
    this.#join = join
  }

  /** Runs until `signal` aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    let pauseMs = MIN_SEARCH_PAUSE_MS
    while (!signal.aborted) {
      try {
        for await (const peer of this.#finder.find(this.#cid, signal)) {
          if (this.#join(peer)) pauseMs = MIN_SEARCH_PAUSE_MS
        }
      } catch {
        // A search that fails found nothing; the next one may.
      }
      const woken = await this.#pause(pauseMs, signal)
      pauseMs = woken ? MIN_SEARCH_PAUSE_MS : Math.min(MAX_SEARCH_PAUSE_MS, 2 * pauseMs)
    }
  }

  /** There is no source any more. */
  wake(): void {
    this.#wake?.()
  }

  /** True when it was cut short. Even then it takes the shortest pause, so that a source that leaves at once costs little. */
  async #pause(ms: number, signal: AbortSignal): Promise<boolean> {
    const cut = new AbortController()
    let woken = false
    this.#wake = () => {
      woken = true
      cut.abort()
    }
    try {
      await wait(MIN_SEARCH_PAUSE_MS, undefined, { signal })
      await wait(ms - MIN_SEARCH_PAUSE_MS, undefined, { signal: AbortSignal.any([signal, cut.signal]) })
    } catch {
      // Woken or ended: the loop looks which.
    }
    this.#wake = undefined
    return woken
  }
}
