/**
 * A share as one folder: builds its tree when all files are hashed, and says when it is another one than before.
 */
import { setImmediate as yieldToOthers } from 'node:timers/promises'
import type { ServedFile } from '../swarm/index.ts'
import { FolderTree } from './folder-tree.ts'

/** Changes within this time make one new folder, ms; */
const COALESCE_MS = 100
/** and large folders are built less often: pause after one in times of what it took. A tenth of a core at most. */
const PAUSE_FACTOR = 9
/** Work without a turn for others, ms. */
const SLICE_MS = 8

export class ShareFolder {
  readonly #tree = new FolderTree()
  readonly #onBuilt: (cid: string) => void
  readonly #onError: (error: unknown) => void
  #cid: string | undefined
  #timer: NodeJS.Timeout | undefined
  #building = false
  #closed = false
  #tookMs = 0
  #builtAt = 0

  /** @param onBuilt - the folder is complete again and not the one that it was */
  constructor(onBuilt: (cid: string) => void, onError: (error: unknown) => void) {
    this.#onBuilt = onBuilt
    this.#onError = onError
  }

  /** Cid of the last complete folder; undefined before the first. */
  get cid(): string | undefined {
    return this.#cid
  }

  /** Whether `cid` is that of what is there now. */
  get isCurrent(): boolean {
    return this.#tree.cid !== undefined && this.#tree.cid === this.#cid
  }

  set(path: string, file: { cid: string; size: number }): void {
    this.#tree.set(path, file)
  }

  delete(path: string): void {
    this.#tree.delete(path)
  }

  cidAt(path: string): string | undefined {
    return this.#tree.cidAt(path)
  }

  folders(): Generator<{ cid: string; depth: number }, void> {
    return this.#tree.folders()
  }

  find(cid: string): ServedFile | undefined {
    return this.#tree.find(cid)
  }

  /** All that is known is hashed: the folder is built soon, if it has changed. The first time at once. */
  settle(): void {
    if (this.#closed || this.#building || this.isCurrent || this.#timer !== undefined) return
    const sinceMs = performance.now() - this.#builtAt
    const waitMs = this.#cid === undefined ? 0 : Math.max(COALESCE_MS, PAUSE_FACTOR * this.#tookMs - sinceMs)
    this.#timer = setTimeout(() => void this.#tryBuild(), waitMs)
  }

  /** More files came that are not hashed: wait for `settle`. */
  unsettle(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  close(): void {
    this.#closed = true
    this.unsettle()
  }

  async #tryBuild(): Promise<void> {
    this.#timer = undefined
    this.#building = true
    try {
      await this.#build()
    } catch (error) {
      this.#building = false
      this.#onError(error)
    }
  }

  async #build(): Promise<void> {
    const start = performance.now()
    let slice = start
    for (const _ of this.#tree.build()) {
      if (performance.now() - slice < SLICE_MS) continue
      await yieldToOthers()
      if (this.#closed) return
      slice = performance.now()
    }
    this.#building = false
    this.#builtAt = performance.now()
    this.#tookMs = this.#builtAt - start
    const { cid } = this.#tree
    // It changed while it was built.
    if (cid === undefined) return this.settle()
    this.#cid = cid
    this.#onBuilt(cid)
  }
}
