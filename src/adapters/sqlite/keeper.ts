/**
 * The thread that tidies a database up. It starts when there is something to do, and ends when there was nothing for a while:
 * a node that is left alone has none.
 */
import { Worker } from 'node:worker_threads'

/** Writes until the keeper is told, and how long fewer wait, ms. */
const WRITES_PER_CALL = 64
const CALL_AFTER_MS = 60_000
/** Entries of dropped pages that are too many to leave in the index for as long: searches meet them. */
const MANY_GONE = 200
/** A thread without work ends after this, ms. */
const IDLE_MS = 30_000

export class Keeper {
  readonly #file: { path: string; durable: boolean }
  readonly #onSwept: (page: number) => void
  #worker: Worker | undefined
  #writes = 0
  #timer: NodeJS.Timeout | undefined
  #idleTimer: NodeJS.Timeout | undefined

  constructor(file: { path: string; durable: boolean }, onSwept: (page: number) => void) {
    this.#file = file
    this.#onSwept = onSwept
  }

  /** Something was written. `gone`: entries of dropped pages that are still there. */
  wrote(gone: number): void {
    if (++this.#writes >= WRITES_PER_CALL || gone >= MANY_GONE) this.#call()
    else this.#timer ??= setTimeout(() => this.#call(), CALL_AFTER_MS).unref()
  }

  /** Ends the thread after its slice. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer)
    clearTimeout(this.#idleTimer)
    this.#timer = undefined
    const worker = this.#worker
    this.#worker = undefined
    if (worker === undefined) return
    const { promise: ended, resolve } = Promise.withResolvers<void>()
    worker.once('exit', () => resolve())
    worker.ref()
    worker.postMessage('close')
    await ended
  }

  #call(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    clearTimeout(this.#idleTimer)
    this.#writes = 0
    this.#worker ??= this.#start()
    this.#worker.postMessage('work')
  }

  #onIdle(worker: Worker): void {
    clearTimeout(this.#idleTimer)
    this.#idleTimer = setTimeout(() => {
      if (this.#worker !== worker) return
      this.#worker = undefined
      worker.postMessage('close')
    }, IDLE_MS).unref()
  }

  #start(): Worker {
    // In a checkout this file and the worker are .ts, in dist both are .js.
    const url = new URL(`keeper-worker${import.meta.url.slice(-3)}`, import.meta.url)
    const worker = new Worker(url, { workerData: this.#file })
    worker.unref()
    worker.on('message', (message: 'idle' | { swept: number }) => {
      if (message === 'idle') this.#onIdle(worker)
      else this.#onSwept(message.swept)
    })
    // Without it the database only grows; the next call starts another one.
    worker.on('error', () => {
      if (this.#worker === worker) this.#worker = undefined
    })
    return worker
  }
}
