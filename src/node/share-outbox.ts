/**
 * News of the shares on their way to the catalogue and the transfer, in batches: a thousand files that are hashed
 * within a moment are one change, one transaction and one announcement.
 */
import type { PeerKey } from '../base/ports.ts'
import type { RefusedEntry } from '../catalog/index.ts'
import type { Entry, EntryKey } from '../wire/entry.ts'
import type { Share } from './api.ts'
import type { EntrySink, FileFacts, HashCache, HashedFile, ServedFiles } from './share-ports.ts'

/** Between two batches, ms; after a silence news wait for company only this long. */
const BATCH_MS = 200
const FIRST_BATCH_MS = 20
/** Entries of a batch; more come with the next, a turn later: nothing else runs while a batch is handled. */
const MAX_BATCH = 100

export interface SharedEntry {
  entry: Entry
  /** Undefined for a folder: its share serves it. */
  file: FileFacts | undefined
  /** To be announced; else it is only served. */
  isPublic: boolean
  allowed(asker: PeerKey): boolean
  /** Peers would not take the entry, so that it is not announced. */
  onRefused?(reason: RefusedEntry['reason']): void
}

export interface OutboxPorts {
  cache: HashCache
  served: ServedFiles
  sink: EntrySink
  /** A share looks different now. */
  updated(share: Share): void
  /** What the cache could not remember, or does not say, will be hashed again. */
  onCacheError?: (error: unknown) => void
  /** Told what should not have happened; the shares go on. */
  onError?: (error: unknown) => void
  now(): number
}

export class ShareOutbox {
  readonly #ports: OutboxPorts
  #hashed: HashedFile[] = []
  #forgotten = new Set<string>()
  #added = new Map<string, SharedEntry>()
  #removed = new Map<string, EntryKey>()
  #views = new Map<string, () => Share>()
  /** How many entries each served file has: symlinks give one more names. */
  readonly #names = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
  #nextTurn: NodeJS.Immediate | undefined
  #flushedAt = -Infinity
  /** Told once, not for each of many files. */
  #isCacheSilent = false

  constructor(ports: OutboxPorts) {
    this.#ports = ports
  }

  remember(hashed: HashedFile): void {
    this.#hashed.push(hashed)
    this.#schedule()
  }

  /** Cid of a file that was hashed in this state before. */
  recall(file: FileFacts): string | undefined {
    try {
      const cid = this.#ports.cache.find(file)
      this.#isCacheSilent = false
      return cid
    } catch (error) {
      if (!this.#isCacheSilent) this.#ports.onCacheError?.(error)
      this.#isCacheSilent = true
      return undefined
    }
  }

  add(shared: SharedEntry): void {
    if (shared.file != null) {
      const place = placeOf(shared.entry, shared.file)
      this.#names.set(place, (this.#names.get(place) ?? 0) + 1)
      this.#forgotten.delete(shared.file.absolute)
    }
    this.#added.set(keyOf(shared.entry), shared)
    this.#schedule()
  }

  /** Not served from now on, withdrawn with the next batch. */
  remove(shared: SharedEntry): void {
    const { entry, file, isPublic } = shared
    this.#added.delete(keyOf(entry))
    if (isPublic) this.#removed.set(keyOf(entry), { cid: entry.cid, path: entry.path })
    if (file != null) this.#removeFile(entry, file)
    this.#schedule()
  }

  update(id: string, view: () => Share): void {
    this.#views.set(id, view)
    this.#schedule()
  }

  drop(id: string): void {
    this.#views.delete(id)
  }

  /** Tells all news now. */
  flush(): void {
    do this.#flushSome()
    while (this.#added.size > 0)
  }

  #flushSome(): void {
    clearTimeout(this.#timer)
    clearImmediate(this.#nextTurn)
    this.#timer = undefined
    this.#nextTurn = undefined
    this.#flushedAt = performance.now()
    this.#saveHashes()
    const added = this.#takeAdded()
    const removed = [...this.#removed.values()]
    const views = [...this.#views.values()]
    this.#removed = new Map()
    this.#views = new Map()
    for (const { entry, file, allowed } of added)
      if (file != null) this.#ports.served.add(entry.cid, file, allowed)
    const announced = added.filter(({ isPublic }) => isPublic).map(({ entry }) => entry)
    if (announced.length > 0 || removed.length > 0) {
      for (const { entry, reason } of this.#announce(announced, removed))
        added.find(shared => shared.entry === entry)?.onRefused?.(reason)
    }
    for (const view of views) this.#ports.updated(view())
    if (this.#added.size > 0) this.#schedule()
  }

  #takeAdded(): SharedEntry[] {
    const added = [...this.#added.values().take(MAX_BATCH)]
    for (const { entry } of added) this.#added.delete(keyOf(entry))
    return added
  }

  /** Returns those that peers would not take. */
  #announce(added: Entry[], removed: EntryKey[]): readonly RefusedEntry[] {
    try {
      return this.#ports.sink.changed(added, removed) ?? []
    } catch (error) {
      // Nobody who hears of a file could do anything about it: neither the timer nor a scan in its midst.
      this.#ports.onError?.(error)
      return []
    }
  }

  #removeFile(entry: Entry, file: FileFacts): void {
    const place = placeOf(entry, file)
    const names = (this.#names.get(place) ?? 1) - 1
    if (names > 0) this.#names.set(place, names)
    else {
      this.#names.delete(place)
      this.#ports.served.remove(entry.cid, file.absolute)
      this.#forgotten.add(file.absolute)
    }
  }

  /** Before anything is served: inner nodes come out of the cache. */
  #saveHashes(): void {
    const hashed = this.#hashed
    const forgotten = this.#forgotten
    this.#hashed = []
    this.#forgotten = new Set()
    try {
      // Forgotten first: a file that was changed was forgotten and hashed again.
      if (forgotten.size > 0) this.#ports.cache.forget([...forgotten], this.#ports.now())
      if (hashed.length > 0) this.#ports.cache.put(hashed)
    } catch (error) {
      this.#ports.onCacheError?.(error)
    }
  }

  #schedule(): void {
    const waitMs = Math.max(FIRST_BATCH_MS, this.#flushedAt + BATCH_MS - performance.now())
    if (this.#added.size >= MAX_BATCH) this.#nextTurn ??= setImmediate(() => this.#flushSome())
    else this.#timer ??= setTimeout(() => this.#flushSome(), waitMs)
  }
}

function keyOf({ cid, path }: EntryKey): string {
  return `${cid} ${path}`
}

function placeOf(entry: Entry, file: FileFacts): string {
  return `${entry.cid} ${file.absolute}`
}
