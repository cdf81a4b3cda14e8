/**
 * Open files, kept for a moment because the next block is likely to be asked for soon; few, and not for long, because
 * an open file cannot be deleted on Windows and keeps its disk from being ejected.
 */
import { type FileHandle, open } from 'node:fs/promises'
import { READ_FLAGS } from './file-facts.ts'

export interface HandleCacheOptions {
  /** Open files that nobody reads from. Those in use are not counted: the upload slots bound them. */
  maxIdle: number
  /** After which an open file that nobody reads from is closed. */
  idleMs: number
}

const DEFAULTS: Readonly<HandleCacheOptions> = { maxIdle: 64, idleMs: 5_000 }

interface Slot {
  opening: Promise<FileHandle>
  users: number
  releasedAt: number
}

export class HandleCache {
  readonly #options: HandleCacheOptions
  /** By path; the one released longest ago first. */
  readonly #slots = new Map<string, Slot>()
  #sweep: NodeJS.Timeout | undefined

  constructor(options: Partial<HandleCacheOptions> = {}) {
    this.#options = { ...DEFAULTS, ...options }
  }

  /** Calls `read` with an open handle, which must not be kept. Errors of opening pass through. */
  async use<Result>(path: string, read: (handle: FileHandle) => Promise<Result>): Promise<Result> {
    const slot = this.#slots.get(path) ?? this.#open(path)
    slot.users++
    try {
      return await read(await slot.opening)
    } finally {
      slot.users--
      this.#release(path, slot)
    }
  }

  /** Files that are open or being opened. */
  get size(): number {
    return this.#slots.size
  }

  /** Forgets a handle: the path may name another file now. */
  drop(path: string): void {
    const slot = this.#slots.get(path)
    if (slot == null) return
    this.#slots.delete(path)
    if (slot.users === 0) void close(slot)
  }

  /** Closes all; those in use when their reader is done. */
  async close(): Promise<void> {
    clearInterval(this.#sweep)
    this.#sweep = undefined
    const slots = [...this.#slots.values()]
    this.#slots.clear()
    await Promise.all(slots.filter(slot => slot.users === 0).map(close))
  }

  #open(path: string): Slot {
    const slot: Slot = { opening: open(path, READ_FLAGS), users: 0, releasedAt: 0 }
    this.#slots.set(path, slot)
    slot.opening.catch(() => {
      if (this.#slots.get(path) === slot) this.#slots.delete(path)
    })
    this.#sweep ??= setInterval(() => this.#closeIdle(), this.#options.idleMs / 2).unref()
    return slot
  }

  #release(path: string, slot: Slot): void {
    if (slot.users > 0) return
    if (this.#slots.get(path) !== slot) {
      void close(slot)
      return
    }
    slot.releasedAt = performance.now()
    this.#slots.delete(path)
    this.#slots.set(path, slot)
    if (this.#slots.size <= this.#options.maxIdle) return
    const oldest = this.#slots.entries().find(([, { users }]) => users === 0)
    if (oldest != null) this.drop(oldest[0])
  }

  #closeIdle(): void {
    const before = performance.now() - this.#options.idleMs
    for (const [path, slot] of this.#slots) {
      if (slot.users === 0 && slot.releasedAt <= before) this.drop(path)
    }
    if (this.#slots.size > 0) return
    clearInterval(this.#sweep)
    this.#sweep = undefined
  }
}

async function close(slot: Slot): Promise<void> {
  try {
    await (await slot.opening).close()
  } catch {
    // It was opened for reading only: nothing can be lost by it.
  }
}
