/**
 * Entries in SQLite, their words in its full-text index.
 *
 * All calls are answered at once, on the caller's thread: a search takes a bounded number of candidates, the newest first, and
 * matches them here. What takes long - deleting, merging, waiting for the disk - is done by a thread of its own.
 *
 *   put ──disk trouble──▶ kept in memory ──later──▶ put        damaged ──▶ set aside, empty, `onCorrupt`
 */
import type { DatabaseSync } from 'node:sqlite'
import type { PeerKey } from '../../base/ports.ts'
import {
  type EntryStore,
  matchesFilters,
  matchesWords,
  type Offer,
  type PageFacts,
  type ParsedQuery,
  wordsOf
} from '../../catalog/index.ts'
import type { Entry } from '../../wire/entry.ts'
import { cidToBytes } from '../../wire/ids.ts'
import { pageKey } from '../../wire/page.ts'
import { deleteDatabase, isDamage, isDiskTrouble, isUnusable, openDatabase, setAside } from './database.ts'
import { Keeper } from './keeper.ts'
import { PageIndex, type PageRecord } from './page-index.ts'
import { matchText, rowWords } from './row-words.ts'
import { type EntryRow, entryOf, prepareStatements, type Statements } from './statements.ts'
import { idsOf } from './tidy.ts'
import { UnwrittenPages } from './unwritten-pages.ts'

/** Entries looked at for one query, the newest first, when only that tells whether they fit, */
const MAX_CANDIDATES = 2_000
/** the same when the database looks at their size or time, */
const MAX_NARROWED_CANDIDATES = 4_000
/** and entries taken out of it when nothing else decides: 3 ms for words in every name. */
const MAX_FITTING = 1_000
/** Entries of dropped pages that are still in the index may take so many more. */
const MAX_GONE_CANDIDATES = 4_000
/** How long a disk that made trouble is left alone, ms, and pages that are written to it at once afterwards. */
const RETRY_MS = 10_000
const RETRY_PAGES = 8

export interface SqliteEntryStoreOptions {
  /** False: begun anew at every start, and not made to survive a power cut. */
  durable?: boolean
  /** False: nobody tidies up, for tests that do it themselves. */
  tidy?: boolean
  /** Told where a damaged database was moved. The store is empty then. */
  onCorrupt?: (path: string, error: unknown) => void
  /** Told when something cannot be written. It stays in memory, is found all the same, and is tried again. */
  onTrouble?: (error: unknown) => void
}

type Change =
  | { kind: 'put'; provider: PeerKey; hash: string; entries: readonly Entry[] }
  | { kind: 'drop'; provider: PeerKey; hash: string }

export class SqliteEntryStore implements EntryStore {
  readonly #path: string
  readonly #durable: boolean
  readonly #options: SqliteEntryStoreOptions
  readonly #keeper: Keeper | undefined
  #database!: DatabaseSync
  #sql!: Statements
  #pages = new PageIndex()
  #providers = new Map<PeerKey, number>()
  /** Numbers of entries that came in or went out as objects. */
  #ids = new WeakMap<Entry, number>()
  #nextEntry = 1
  #nextPage = 1
  /** Entries of dropped pages that may still be in the index, by page; those of earlier runs together. */
  #gone = new Map<number | 'earlier', number>()
  /** Changes of the batch that is open. */
  #batch: { done: Change[]; failed: boolean } | undefined
  readonly #unwritten = new UnwrittenPages()
  #retryAt = 0
  #open = false

  /** Opens the database, or makes it. @throws when it is neither damaged nor can be opened */
  constructor(path: string, options: SqliteEntryStoreOptions = {}) {
    this.#path = path
    this.#options = options
    this.#durable = options.durable ?? true
    if (options.tidy !== false) {
      this.#keeper = new Keeper({ path, durable: this.#durable, onSwept: page => this.#gone.delete(page) })
    }
    if (!this.#durable) deleteDatabase(path)
    try {
      this.#load()
    } catch (error) {
      if (!isUnusable(error)) throw error
      this.#beginAnew(error)
    }
  }

  async close(): Promise<void> {
    await this.#keeper?.stop()
    if (!this.#open) return
    this.#writeRest()
    this.#open = false
    this.#database.close()
    if (!this.#durable) deleteDatabase(this.#path)
  }

  putPage(provider: PeerKey, hash: string, entries: readonly Entry[]): void {
    this.#change({ kind: 'put', provider, hash, entries })
  }

  dropPage(provider: PeerKey, hash: string): void {
    if (this.hasPage(provider, hash)) this.#change({ kind: 'drop', provider, hash })
  }

  dropProvider(provider: PeerKey): void {
    this.batch(() => {
      for (const hash of this.pagesOf(provider)) this.dropPage(provider, hash)
    })
  }

  pagesOf(provider: PeerKey): string[] {
    return [...this.#pages.of(provider).map(({ hash }) => hash), ...this.#unwritten.store.pagesOf(provider)]
  }

  hasPage(provider: PeerKey, hash: string): boolean {
    return this.#pages.get(provider, hash) !== undefined || this.#unwritten.store.hasPage(provider, hash)
  }

  facts(provider: PeerKey): PageFacts[] {
    const written = this.#pages
      .of(provider)
      .map(({ hash, count, bytes, firstKey }) => ({ hash, count, bytes, firstKey }))
    return [...written, ...this.#unwritten.store.facts(provider)]
  }

  page(provider: PeerKey, hash: string): readonly Entry[] | undefined {
    const page = this.#pages.get(provider, hash)
    if (page === undefined) return this.#unwritten.store.page(provider, hash)
    return this.#read(sql => {
      const ids = idsOf(sql.entriesOf.get(page.id)?.entries as Uint8Array)
      const rows = sql.entries.all(JSON.stringify([...ids])) as unknown as EntryRow[]
      return rows.map(row => {
        const entry = entryOf(row)
        this.#ids.set(entry, row[0])
        return entry
      })
    })
  }

  locate(provider: PeerKey, entry: Entry): string | undefined {
    const rows = this.#read(sql => sql.byEntry.all(cidToBytes(entry.cid), entry.path)) ?? []
    for (const row of rows as unknown as EntryRow[]) {
      const page = this.#pages.byId(row[1])
      if (page?.provider === provider && isRowOf(row, entry)) return page.hash
    }
    return this.#unwritten.store.locate(provider, entry)
  }

  search(query: ParsedQuery, limit: number, provider?: PeerKey): Offer[] {
    if (provider !== undefined && this.count(provider) === 0) return []
    const number = provider === undefined ? undefined : this.#providers.get(provider)
    const found = this.#unwritten.store.search(query, limit, provider)
    if (provider === undefined || number !== undefined) {
      // Single words were looked up as they are; only what the index cannot say needs the path in words.
      const cuts = query.phrases.length > 0 || query.excluded.length > 0 || query.cids.length > 0
      for (const row of this.#candidates(query, number)) {
        const page = this.#pages.byId(row[1])
        if (page === undefined || (provider !== undefined && page.provider !== provider)) continue
        const entry = entryOf(row)
        if (matchesFilters(query, entry) && (!cuts || matchesWords(query, wordsOf(entry.path))))
          found.push({ provider: page.provider, entry })
      }
    }
    return found.sort((a, b) => b.entry.modified - a.entry.modified).slice(0, limit)
  }

  byCid(cid: string): Offer[] {
    const written = this.#rowsOf(cid).flatMap(row => {
      const provider = this.#pages.byId(row[1])?.provider
      return provider === undefined ? [] : { provider, entry: entryOf(row) }
    })
    return [...written, ...this.#unwritten.store.byCid(cid)]
  }

  count(provider?: PeerKey): number {
    return this.#pages.count(provider) + this.#unwritten.store.count(provider)
  }

  batch<Result>(run: () => Result): Result {
    if (this.#batch !== undefined) return run()
    this.#retry()
    return this.#inBatch(run)
  }

  #inBatch<Result>(run: () => Result): Result {
    // A disk that made trouble just now is not asked again for every change.
    const batch = { done: [] as Change[], failed: performance.now() < this.#retryAt }
    this.#batch = batch
    this.#attempt(batch, () => this.#database.exec('begin immediate'))
    try {
      return run()
    } finally {
      this.#attempt(batch, () => this.#database.exec('commit'))
      this.#batch = undefined
      this.#keeper?.wrote(this.#goneEntries)
    }
  }

  #change(change: Change): void {
    const batch = this.#batch
    if (batch === undefined) {
      this.batch(() => this.#change(change))
      return
    }
    batch.done.push(change)
    if (batch.failed) this.#keepInMemory(change)
    else this.#attempt(batch, () => this.#write(change))
  }

  /** Does a part of a batch. When the disk does not let it, the whole batch is kept in memory instead. */
  #attempt(batch: { done: Change[]; failed: boolean }, write: () => void): void {
    if (batch.failed) return
    try {
      write()
    } catch (error) {
      if (!isDamage(error) && !isDiskTrouble(error)) throw error
      batch.failed = true
      if (isDamage(error)) this.#beginAnew(error)
      else this.#undo(error)
      for (const change of batch.done) this.#keepInMemory(change)
    }
  }

  #undo(error: unknown): void {
    if (this.#database.isTransaction) this.#database.exec('rollback')
    this.#readIndex()
    this.#retryAt = performance.now() + RETRY_MS
    this.#options.onTrouble?.(error)
  }

  #write(change: Change): void {
    if (change.kind === 'put') this.#put(change)
    else {
      this.#unwritten.remove(change.provider, change.hash)
      const page = this.#pages.get(change.provider, change.hash)
      if (page !== undefined) this.#drop(page)
    }
  }

  #put({ provider, hash, entries }: Change & { kind: 'put' }): void {
    const number = this.#numberOf(provider)
    const id = this.#nextPage++
    const moved = this.#move(entries, id)
    const ids = entries.map(entry => {
      const known = this.#ids.get(entry)
      return known !== undefined && moved.has(known) ? known : this.#addEntry(entry, id, number)
    })
    const before = this.#pages.get(provider, hash)
    if (before !== undefined) this.#drop(before)
    const bytes = entries.reduce((sum, { size }) => sum + size, 0)
    const firstKey = entries[0] && pageKey(entries[0])
    const list = new Uint8Array(Uint32Array.from(ids).buffer)
    this.#sql.addPage.run(id, number, hash, entries.length, bytes, firstKey ?? null, list)
    this.#pages.add({ id, provider, hash, count: entries.length, bytes, firstKey, live: entries.length })
  }

  /** Puts into page `page` those entries that are in another one; their numbers. All at once: a page has up to 256. */
  #move(entries: readonly Entry[], page: number): ReadonlySet<number> {
    const known = entries.map(entry => this.#ids.get(entry)).filter(id => id !== undefined)
    if (known.length === 0) return new Set()
    const rows = this.#sql.pagesOf.all(JSON.stringify(known)) as unknown as Array<[number, number]>
    const ids = rows.map(([id]) => id)
    this.#sql.moveEntries.run(page, JSON.stringify(ids))
    for (const [, before] of rows) this.#pages.loseOne(before)
    return new Set(ids)
  }

  /** The new entry's number. */
  #addEntry(entry: Entry, page: number, provider: number): number {
    const id = this.#nextEntry++
    const { cid, path, size, mime, modified } = entry
    this.#sql.addEntry.run(id, page, cidToBytes(cid), path, size, mime, modified)
    this.#sql.addWords.run(id, rowWords(entry, provider))
    this.#ids.set(entry, id)
    return id
  }

  #drop(page: PageRecord): void {
    this.#pages.remove(page)
    // When all its entries moved to other pages, there is nothing to delete but the page.
    if (page.live <= 0) this.#sql.deletePage.run(page.id)
    else {
      this.#sql.dropPage.run(page.id)
      this.#gone.set(page.id, page.live)
    }
  }

  #numberOf(provider: PeerKey): number {
    const known = this.#providers.get(provider)
    if (known !== undefined) return known
    const number = Number(this.#sql.addProvider.run(provider).lastInsertRowid)
    this.#providers.set(provider, number)
    return number
  }

  #keepInMemory(change: Change): void {
    const page = this.#pages.get(change.provider, change.hash)
    if (page !== undefined) {
      this.#pages.remove(page)
      this.#unwritten.addUndropped(page.id)
    }
    if (change.kind === 'put') this.#unwritten.put(change)
    else this.#unwritten.remove(change.provider, change.hash)
  }

  /** Writes some of what could not be written before. If it cannot be written now either, it waits again. */
  #retry(): void {
    if (this.#unwritten.isEmpty || performance.now() < this.#retryAt) return
    const puts = this.#unwritten.take(RETRY_PAGES)
    const drops = this.#unwritten.takeUndropped()
    this.#inBatch(() => {
      const batch = this.#batch as { done: Change[]; failed: boolean }
      this.#attempt(batch, () => {
        for (const id of drops) this.#sql.dropPage.run(id)
      })
      for (const put of puts) this.#change({ kind: 'put', ...put })
      if (batch.failed) this.#unwritten.addUndropped(...drops)
    })
  }

  /** A last try with what could not be written: nobody else uses the database any more. */
  #writeRest(): void {
    for (let before = Infinity; this.#unwritten.size > 0 && this.#unwritten.size < before; ) {
      before = this.#unwritten.size
      this.#retryAt = 0
      this.#retry()
    }
  }

  #candidates(query: ParsedQuery, provider: number | undefined): EntryRow[] {
    if (query.cids.length > 0) return [...new Set(query.cids)].flatMap(cid => this.#rowsOf(cid))
    const isNarrowed = query.minSize > 0 || query.maxSize < Infinity || query.newerThan > -Infinity
    const isCut = query.phrases.length > 0 || query.excluded.length > 0
    const gone = Math.min(MAX_GONE_CANDIDATES, this.#goneEntries)
    const most = (isNarrowed ? MAX_NARROWED_CANDIDATES : MAX_CANDIDATES) + gone
    const fits = [
      query.minSize,
      query.maxSize,
      query.newerThan,
      isCut ? MAX_CANDIDATES + gone : MAX_FITTING + gone
    ]
    const text = matchText(query, provider)
    const rows = this.#read(sql =>
      text === undefined ? sql.newest.all(most, ...fits) : sql.byWords.all(text, most, ...fits)
    )
    return (rows ?? []) as unknown as EntryRow[]
  }

  /** Entries of dropped pages that are still in the index. */
  get #goneEntries(): number {
    return this.#gone.values().reduce((sum, count) => sum + count, 0)
  }

  #rowsOf(cid: string): EntryRow[] {
    return (this.#read(sql => sql.byCid.all(cidToBytes(cid), MAX_CANDIDATES)) ?? []) as unknown as EntryRow[]
  }

  /** Undefined when the database turns out to be damaged. */
  #read<Result>(run: (sql: Statements) => Result): Result | undefined {
    try {
      return run(this.#sql)
    } catch (error) {
      if (isDamage(error)) this.#beginAnew(error)
      else if (isDiskTrouble(error)) this.#options.onTrouble?.(error)
      else throw error
      return undefined
    }
  }

  #load(): void {
    this.#database = openDatabase(this.#path, { durable: this.#durable })
    this.#open = true
    this.#sql = prepareStatements(this.#database)
    this.#readIndex()
    const earlier = this.#sql.goneEntries.get()?.n as number
    if (earlier > 0) this.#gone.set('earlier', earlier)
  }

  #readIndex(): void {
    const { pages, providers, lastEntry, lastPage } = this.#sql
    this.#pages = new PageIndex()
    this.#providers = new Map(providers.all().map(row => [row.peer as string, row.id as number]))
    const rows = pages.all()
    const lives = this.#livesOf(rows.reduce((sum, row) => sum + (row.count as number), 0))
    const undropped = new Set(this.#unwritten.undropped)
    for (const row of rows) {
      const id = row.id as number
      const count = row.count as number
      if (undropped.has(id)) continue
      this.#pages.add({
        id,
        provider: row.peer as string,
        hash: row.hash as string,
        count,
        bytes: row.bytes as number,
        firstKey: (row.first_key as Uint8Array | null) ?? undefined,
        live: lives === undefined ? count : (lives.get(id) ?? 0)
      })
    }
    this.#nextEntry = (lastEntry.get()?.n as number) + 1
    this.#nextPage = (lastPage.get()?.n as number) + 1
    this.#ids = new WeakMap()
  }

  /** Entries that pages still have; undefined when each has all that it was put with. */
  #livesOf(listed: number): Map<number, number> | undefined {
    const { allEntries, goneEntries, entriesByPage } = this.#sql
    const kept = (allEntries.get()?.n as number) - (goneEntries.get()?.n as number)
    if (listed <= kept) return undefined
    return new Map(entriesByPage.all() as unknown as Array<[number, number]>)
  }

  #beginAnew(error: unknown): void {
    if (this.#open) this.#database.close()
    this.#open = false
    void this.#keeper?.stop()
    const aside = setAside(this.#path)
    this.#gone.clear()
    this.#unwritten.takeUndropped()
    this.#load()
    this.#options.onCorrupt?.(aside, error)
  }
}

function isRowOf([, , , , size, mime, modified]: EntryRow, entry: Entry): boolean {
  return size === entry.size && mime === entry.mime && modified === entry.modified
}
