/**
 * Downloads for readers that nobody reads just now: they go on for a while, because a player that jumps hangs up and
 * asks again.
 */
import type { DownloadItem } from './download-item.ts'

/** How long, ms. */
const LINGER_MS = 10_000

export class ReaderLinger {
  readonly #lingerMs: number
  readonly #onEnd: (item: DownloadItem) => void
  readonly #timers = new Map<DownloadItem, NodeJS.Timeout>()

  /** @param onEnd - nobody came back */
  constructor(lingerMs: number | undefined, onEnd: (item: DownloadItem) => void) {
    this.#lingerMs = lingerMs ?? LINGER_MS
    this.#onEnd = onEnd
  }

  /** The last reader may have gone. */
  onLeft(item: DownloadItem): void {
    this.onBack(item)
    if (item.isRead || item.record.forReaders !== true) return
    const end = (): void => {
      this.#timers.delete(item)
      if (!item.isRead && item.record.forReaders === true && item.record.state !== 'done') this.#onEnd(item)
    }
    this.#timers.set(item, setTimeout(end, this.#lingerMs).unref())
  }

  onBack(item: DownloadItem): void {
    clearTimeout(this.#timers.get(item))
    this.#timers.delete(item)
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }
}
