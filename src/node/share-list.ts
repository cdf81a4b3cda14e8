/**
 * The list of shares as it is kept over a restart.
 */
import type { SavedShare, ShareStore } from './share-ports.ts'

export class ShareList {
  readonly #store: ShareStore
  readonly #shares: () => SavedShare[]
  /** Ids of those that are kept no more, though they may still be there. */
  readonly #leaving = new Set<string>()
  #saving = Promise.resolve()
  #isDue = false

  /** @param shares - what is to be kept */
  constructor(store: ShareStore, shares: () => SavedShare[]) {
    this.#store = store
    this.#shares = shares
  }

  /** @param leaving - ids of those that leave when this is done, and stay when it fails */
  async save(leaving: Iterable<string> = []): Promise<void> {
    // Others may be saved meanwhile: that must not bring these back.
    for (const id of leaving) this.#leaving.add(id)
    try {
      await this.#store.save(this.#shares().filter(({ id }) => !this.#leaving.has(id)))
    } catch (error) {
      for (const id of leaving) this.#leaving.delete(id)
      throw error
    }
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
