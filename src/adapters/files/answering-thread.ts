/**
 * A worker thread that answers requests, and ends when it had none for a while: a node that is left alone has none.
 */
import { Worker } from 'node:worker_threads'

interface Open<Answer> {
  resolve(answer: Answer): void
  reject(error: Error): void
}

/** @typeParam Request, Answer - survive a structured clone. The worker gives one answer to each request, in their order */
export class AnsweringThread<Request, Answer> {
  readonly #worker: Worker
  readonly #idleMs: number
  readonly #onEnd: () => void
  readonly #open: Open<Answer>[] = []
  #idleTimer: NodeJS.Timeout | undefined
  #ended = false

  /** @param onEnd - called once, when nothing can be asked any more */
  constructor(script: URL, { idleMs, onEnd }: { idleMs: number; onEnd: () => void }) {
    this.#idleMs = idleMs
    this.#onEnd = onEnd
    this.#worker = new Worker(script)
    this.#rest()
    this.#worker.on('message', (answer: Answer) => this.#onAnswer(answer))
    this.#worker.on('error', error => this.#end(error instanceof Error ? error : new Error(String(error))))
    this.#worker.on('exit', () => this.#end(new Error('its worker ended')))
  }

  /** Requests without an answer. */
  get open(): number {
    return this.#open.length
  }

  /** @throws Error when the thread ends before it has answered */
  async ask(request: Request, transfer: readonly ArrayBuffer[] = []): Promise<Answer> {
    if (this.#ended) throw new Error('its worker ended')
    clearTimeout(this.#idleTimer)
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    this.#open.push({ resolve, reject })
    this.#worker.ref()
    this.#worker.postMessage(request, transfer)
    return await promise
  }

  /** What is open fails. */
  async stop(reason = new Error('it was stopped')): Promise<void> {
    this.#end(reason)
    await this.#worker.terminate()
  }

  #onAnswer(answer: Answer): void {
    this.#open.shift()?.resolve(answer)
    if (this.#open.length === 0) this.#rest()
  }

  #rest(): void {
    this.#worker.unref()
    this.#idleTimer = setTimeout(() => void this.stop(), this.#idleMs).unref()
  }

  #end(reason: Error): void {
    if (this.#ended) return
    this.#ended = true
    clearTimeout(this.#idleTimer)
    this.#onEnd()
    for (const { reject } of this.#open.splice(0)) reject(reason)
  }
}

/** The script of a worker beside the module `from`: in a checkout both are .ts, in dist .js. */
export function workerScript(name: string, from: ImportMeta): URL {
  return new URL(`${name}${from.url.slice(-3)}`, from.url)
}
