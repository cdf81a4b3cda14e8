/**
 * Own entries in one store, those of others in another: the own ones survive a restart, and neither hide the other.
 */
import type { PeerKey } from '../base/ports.ts'
import type { Entry } from '../wire/entry.ts'
import type { EntryStore, Offer, PageFacts } from './ports.ts'
import type { ParsedQuery } from './query-text.ts'

export class SplitEntryStore implements EntryStore {
  readonly #self: PeerKey
  readonly #own: EntryStore
  readonly #others: EntryStore

  constructor({ self, own, others }: { self: PeerKey; own: EntryStore; others: EntryStore }) {
    this.#self = self
    this.#own = own
    this.#others = others
  }

  putPage(provider: PeerKey, hash: string, entries: readonly Entry[]): void {
    this.#of(provider).putPage(provider, hash, entries)
  }

  dropPage(provider: PeerKey, hash: string): void {
    this.#of(provider).dropPage(provider, hash)
  }

  dropProvider(provider: PeerKey): void {
    this.#of(provider).dropProvider(provider)
  }

  pagesOf(provider: PeerKey): string[] {
    return this.#of(provider).pagesOf(provider)
  }

  hasPage(provider: PeerKey, hash: string): boolean {
    return this.#of(provider).hasPage(provider, hash)
  }

  facts(provider: PeerKey): PageFacts[] {
    return this.#of(provider).facts(provider)
  }

  page(provider: PeerKey, hash: string): readonly Entry[] | undefined {
    return this.#of(provider).page(provider, hash)
  }

  locate(provider: PeerKey, entry: Entry): string | undefined {
    return this.#of(provider).locate(provider, entry)
  }

  search(query: ParsedQuery, limit: number, provider?: PeerKey): Offer[] {
    if (provider === this.#self) return this.#own.search(query, limit)
    if (provider != null) return this.#others.search(query, limit, provider)
    const found = [...this.#own.search(query, limit), ...this.#others.search(query, limit)]
    return found.sort((a, b) => b.entry.modified - a.entry.modified).slice(0, limit)
  }

  byCid(cid: string): Offer[] {
    return [...this.#own.byCid(cid), ...this.#others.byCid(cid)]
  }

  count(provider?: PeerKey): number {
    return provider == null ? this.#own.count() + this.#others.count() : this.#of(provider).count(provider)
  }

  batch<Result>(run: () => Result): Result {
    return this.#own.batch(() => this.#others.batch(run))
  }

  #of(provider: PeerKey): EntryStore {
    return provider === this.#self ? this.#own : this.#others
  }
}
