/**
 * What a database of entries needs now and then, in slices of a few ms: entries of dropped pages are deleted, the full-text
 * index is merged, and what was written comes from the log into the file.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite'

/** Entries deleted in one transaction: 30 us each on a busy machine. */
const SLICE_ENTRIES = 64
/** Pages of 4 KiB that one merge writes. */
const SLICE_MERGE_PAGES = 32

export class Tidy {
  readonly #database: DatabaseSync
  readonly #nextGone: StatementSync
  readonly #deleteEntry: StatementSync
  readonly #deleteWords: StatementSync
  readonly #deletePage: StatementSync
  readonly #merge: StatementSync
  readonly #changes: StatementSync
  readonly #onSwept: (page: number) => void
  #sweeping: { page: number; entries: Uint32Array; at: number } | undefined

  /** @param onSwept - all entries of a dropped page are gone */
  constructor(database: DatabaseSync, onSwept: (page: number) => void) {
    this.#database = database
    this.#onSwept = onSwept
    this.#nextGone = database.prepare('select id, entries from page where gone = 1 limit 1')
    this.#deleteEntry = database.prepare('delete from entry where id = ? and page = ?')
    this.#deleteWords = database.prepare('delete from entry_words where rowid = ?')
    this.#deletePage = database.prepare('delete from page where id = ?')
    this.#merge = database.prepare("insert into entry_words (entry_words, rank) values ('merge', ?)")
    this.#changes = database.prepare('select total_changes() as n')
  }

  /** Deletes some entries of dropped pages; false when there are none. */
  sweep(): boolean {
    this.#sweeping ??= this.#next()
    const sweeping = this.#sweeping
    if (sweeping === undefined) return false
    const { page, entries, at } = sweeping
    const end = Math.min(entries.length, at + SLICE_ENTRIES)
    this.#inTransaction(() => {
      for (const id of entries.subarray(at, end)) {
        // One that was put with another page meanwhile stays.
        if (this.#deleteEntry.run(id, page).changes === 1) this.#deleteWords.run(id)
      }
      if (end === entries.length) this.#deletePage.run(page)
    })
    sweeping.at = end
    if (end < entries.length) return true
    this.#sweeping = undefined
    this.#onSwept(page)
    return true
  }

  /** Merges some of the index; false when there is nothing left to merge. */
  merge(): boolean {
    const before = this.#changes.get()?.n as number
    this.#merge.run(SLICE_MERGE_PAGES)
    return (this.#changes.get()?.n as number) - before >= 2
  }

  /** Brings the log into the file, as far as no reader needs it. Waits for the disk. */
  checkpoint(): void {
    this.#database.exec('pragma wal_checkpoint(passive)')
  }

  #next(): { page: number; entries: Uint32Array; at: number } | undefined {
    const row = this.#nextGone.get()
    if (row === undefined) return undefined
    return { page: row.id as number, entries: idsOf(row.entries as Uint8Array), at: 0 }
  }

  #inTransaction(run: () => void): void {
    this.#database.exec('begin immediate')
    try {
      run()
      this.#database.exec('commit')
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('rollback')
      throw error
    }
  }
}

/** Numbers of entries as a page keeps them. */
export function idsOf(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.slice().buffer)
}
