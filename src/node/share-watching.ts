/**
 * The watch on one share, and why there is none.
 */
import type { ShareWatch, ShareWatcher } from './share-ports.ts'

export class ShareWatching {
  readonly #watcher: ShareWatcher
  readonly #changed: (inside: string[] | undefined) => void
  #watch: ShareWatch | undefined
  #failure: string | undefined

  constructor(watcher: ShareWatcher, changed: (inside: string[] | undefined) => void) {
    this.#watcher = watcher
    this.#changed = changed
  }

  get isOn(): boolean {
    return this.#watch != null
  }

  /** Why some changes will be noticed late; undefined when all is well. */
  get warning(): string | undefined {
    return this.#failure ?? this.#watch?.warning()
  }

  /** Watches a folder or file, and nothing else any more. */
  async turnTo(real: string): Promise<void> {
    await this.close()
    this.#failure = undefined
    try {
      this.#watch = await this.#watcher.watch(real, this.#changed)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      this.#failure = `it cannot be watched (${reason}): changes are noticed within a minute`
    }
  }

  async close(): Promise<void> {
    await this.#watch?.close()
    this.#watch = undefined
  }
}
