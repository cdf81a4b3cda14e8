/**
 * Pages that the disk did not take, and dropped ones that it did not let go. They are kept in memory, where they are found, and
 * handed out to be tried again.
 */
import type { PeerKey } from '../../base/ports.ts'
import { MemoryEntryStore } from '../../catalog/index.ts'
import type { Entry } from '../../wire/entry.ts'

export interface UnwrittenPage {
  provider: PeerKey
  hash: string
  entries: readonly Entry[]
}

export class UnwrittenPages {
  readonly #store = new MemoryEntryStore()
  readonly #pages = new Map<string, UnwrittenPage>()
  #undropped: number[] = []

  /** Them as an entry store, to look into. */
  get store(): Pick<
    MemoryEntryStore,
    'pagesOf' | 'hasPage' | 'facts' | 'page' | 'locate' | 'search' | 'byCid' | 'count'
  > {
    return this.#store
  }

  /** Pages that wait. */
  get size(): number {
    return this.#pages.size
  }

  get isEmpty(): boolean {
    return this.#pages.size === 0 && this.#undropped.length === 0
  }

  /** Numbers of pages that are in the database, and should not be. */
  get undropped(): readonly number[] {
    return this.#undropped
  }

  put(page: UnwrittenPage): void {
    this.#store.putPage(page.provider, page.hash, page.entries)
    this.#pages.set(keyOf(page.provider, page.hash), page)
  }

  remove(provider: PeerKey, hash: string): void {
    this.#store.dropPage(provider, hash)
    this.#pages.delete(keyOf(provider, hash))
  }

  addUndropped(...ids: readonly number[]): void {
    this.#undropped.push(...ids)
  }

  /** Some pages, the oldest first. They are not here any more: what fails again is put again. */
  take(limit: number): UnwrittenPage[] {
    const pages = [...this.#pages.values().take(limit)]
    for (const { provider, hash } of pages) this.remove(provider, hash)
    return pages
  }

  takeUndropped(): number[] {
    const ids = this.#undropped
    this.#undropped = []
    return ids
  }
}

function keyOf(provider: PeerKey, hash: string): string {
  return `${provider} ${hash}`
}
