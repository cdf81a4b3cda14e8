/**
 * When a database is tidied up, and the thread that does it. One thread serves all databases of the process: it takes 10 MB and
 * 100 ms to start. It starts when there is something to do, and ends when there was nothing for a while: a node that is left
 * alone has none.
 */
import { Worker } from 'node:worker_threads'
import type { FromKeeper, ToKeeper } from './keeper-worker.ts'

/** Writes until the keeper is told, and how long fewer wait, ms. */
const WRITES_PER_CALL = 64
const CALL_AFTER_MS = 60_000
/** Entries of dropped pages that are too many to leave in the index for as long: searches meet them. */
const MANY_GONE = 200
/** A thread without work ends after this, ms. */
const IDLE_MS = 30_000

interface Database {
  path: string
  durable: boolean
  /** All entries of a dropped page are gone. */
  onSwept(page: number): void
}

class KeeperThread {
  readonly #databases = new Map<string, Database>()
  readonly #closing = new Map<string, { worker: Worker; resolve: () => void }>()
  #worker: Worker | undefined
  #idleTimer: NodeJS.Timeout | undefined

  tidy(database: Database): void {
    clearTimeout(this.#idleTimer)
    this.#databases.set(database.path, database)
    this.#worker ??= this.#start()
    this.#tell({ kind: 'tidy', path: database.path, durable: database.durable })
  }

  /** Resolves when the thread has let go of the file. */
  async close(path: string): Promise<void> {
    if (!this.#databases.delete(path) || this.#worker === undefined) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#closing.set(path, { worker: this.#worker, resolve })
    this.#worker.ref()
    this.#tell({ kind: 'close', path })
    await promise
  }

  #tell(message: ToKeeper): void {
    this.#worker?.postMessage(message)
  }

  #onMessage(message: FromKeeper): void {
    if (message.kind === 'swept') this.#databases.get(message.path)?.onSwept(message.page)
    else if (message.kind === 'closed') this.#onClosed(message.path)
    else {
      clearTimeout(this.#idleTimer)
      this.#idleTimer = setTimeout(() => this.#end(), IDLE_MS).unref()
    }
  }

  #onClosed(path: string): void {
    this.#closing.get(path)?.resolve()
    this.#closing.delete(path)
    if (this.#closing.size === 0) this.#worker?.unref()
    if (this.#databases.size === 0 && this.#closing.size === 0) this.#end()
  }

  #end(): void {
    clearTimeout(this.#idleTimer)
    this.#tell({ kind: 'end' })
    this.#worker = undefined
  }

  #start(): Worker {
    // In a checkout this file and the worker are .ts, in dist both are .js.
    const url = new URL(`keeper-worker${import.meta.url.slice(-3)}`, import.meta.url)
    const worker = new Worker(url)
    worker.unref()
    worker.on('message', message => this.#onMessage(message))
    // Without it the databases only grow; the next call starts another one.
    worker.on('error', () => {
      if (this.#worker === worker) this.#worker = undefined
    })
    worker.on('exit', () => {
      for (const [path, closing] of this.#closing) if (closing.worker === worker) this.#onClosed(path)
    })
    return worker
  }
}

const thread = new KeeperThread()

export class Keeper {
  readonly #database: Database
  #writes = 0
  #timer: NodeJS.Timeout | undefined

  constructor(database: Database) {
    this.#database = database
  }

  /** Something was written. `gone`: entries of dropped pages that are still there. */
  wrote(gone: number): void {
    if (++this.#writes >= WRITES_PER_CALL || gone >= MANY_GONE) this.#call()
    else this.#timer ??= setTimeout(() => this.#call(), CALL_AFTER_MS).unref()
  }

  /** Resolves when nobody else has the file open. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    await thread.close(this.#database.path)
  }

  #call(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#writes = 0
    thread.tidy(this.#database)
  }
}
