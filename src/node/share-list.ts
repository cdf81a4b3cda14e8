/**
 * The list of shares as it is kept over a restart.
 */
import type { SavedShare, ShareStore } from './share-ports.ts'

export class ShareList {
  readonly #store: ShareStore
  readonly #shares: () => SavedShare[]
  #saving = Promise.resolve()
  #isDue = false

  /** @param shares - what is to be kept */
  constructor(store: ShareStore, shares: () => SavedShare[]) {
    this.#store = store
    this.#shares = shares
  }

  /** @param without - ids of those that are about to leave */
  async save(without: ReadonlySet<string> = new Set()): Promise<void> {
    await this.#store.save(this.#shares().filter(({ id }) => !without.has(id)))
  }

  /** Once for all that changes until it is the turn. */
  saveSoon(): void {
    if (this.#isDue) return
    this.#isDue = true
    const save = (): Promise<void> => {
      this.#isDue = false
      return this.save()
    }
    // That the list could not be written now is no harm: the next start finds out the same.
    this.#saving = this.#saving.then(save).catch(() => {})
  }

  /** Resolves when all is written that was to be written soon. */
  async saved(): Promise<void> {
    await this.#saving
  }
}
