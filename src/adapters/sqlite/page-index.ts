/**
 * Which pages there are, in memory: about 300 bytes for each, so that most questions need no statement.
 */
import type { PeerKey } from '../../base/ports.ts'
import type { PageFacts } from '../../catalog/index.ts'

export interface PageRecord extends PageFacts {
  id: number
  provider: PeerKey
  /** Entries that were put with this page last. */
  live: number
}

interface Shelf {
  pages: Map<string, PageRecord>
  entries: number
}

export class PageIndex {
  readonly #shelves = new Map<PeerKey, Shelf>()
  readonly #byId = new Map<number, PageRecord>()
  #entries = 0

  add(page: PageRecord): void {
    const shelf = this.#shelves.get(page.provider) ?? { pages: new Map(), entries: 0 }
    this.#shelves.set(page.provider, shelf)
    shelf.pages.set(page.hash, page)
    shelf.entries += page.live
    this.#entries += page.live
    this.#byId.set(page.id, page)
  }

  remove(page: PageRecord): void {
    const shelf = this.#shelves.get(page.provider)
    if (shelf === undefined || !this.#byId.delete(page.id)) return
    shelf.pages.delete(page.hash)
    shelf.entries -= page.live
    this.#entries -= page.live
    if (shelf.pages.size === 0) this.#shelves.delete(page.provider)
  }

  /** One entry of it was put with another page. */
  loseOne(id: number): void {
    const page = this.#byId.get(id)
    const shelf = page && this.#shelves.get(page.provider)
    if (page === undefined || shelf === undefined) return
    page.live--
    shelf.entries--
    this.#entries--
  }

  get(provider: PeerKey, hash: string): PageRecord | undefined {
    return this.#shelves.get(provider)?.pages.get(hash)
  }

  byId(id: number): PageRecord | undefined {
    return this.#byId.get(id)
  }

  of(provider: PeerKey): PageRecord[] {
    return [...(this.#shelves.get(provider)?.pages.values() ?? [])]
  }

  count(provider?: PeerKey): number {
    return provider === undefined ? this.#entries : (this.#shelves.get(provider)?.entries ?? 0)
  }
}
