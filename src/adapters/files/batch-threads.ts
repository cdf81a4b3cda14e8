/**
 * Threads for small pieces of work: what is given to them in one turn of the event loop goes to one of them together, since
 * a message costs more than a piece.
 */
import { AnsweringThread } from './answering-thread.ts'

/** Pieces of one message. More would keep the first ones waiting. */
const MAX_BATCH = 64
/** A thread without work ends after this, ms. */
const IDLE_MS = 3_000
const STOPS = new Error('the node stops')

interface Waiting<Job, Answer> {
  job: Job
  resolve(answer: Answer): void
  reject(error: Error): void
}

/** @typeParam Job, Answer - survive a structured clone. The script answers a list of jobs with the list of their answers */
export class BatchThreads<Job, Answer> {
  readonly #script: URL
  readonly #maxThreads: number
  readonly #threads = new Set<AnsweringThread<Job[], Answer[]>>()
  #waiting: Array<Waiting<Job, Answer>> = []
  #stopped = false

  constructor(script: URL, maxThreads = 1) {
    this.#script = script
    this.#maxThreads = maxThreads
  }

  /** @throws Error when the thread ends before */
  do(job: Job): Promise<Answer> {
    if (this.#stopped) return Promise.reject(STOPS)
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => this.#send())
      this.#waiting.push({ job, resolve, reject })
    })
  }

  /** Work is coming: to start a thread takes a tenth of a second. */
  warmUp(): void {
    if (!this.#stopped && this.#threads.size === 0) this.#start()
  }

  /** What is under way fails. */
  async stop(): Promise<void> {
    this.#stopped = true
    for (const { reject } of this.#waiting.splice(0)) reject(STOPS)
    await Promise.all([...this.#threads].map(thread => thread.stop(STOPS)))
  }

  #send(): void {
    const all = this.#waiting
    this.#waiting = []
    for (let at = 0; at < all.length; at += MAX_BATCH) void this.#do(all.slice(at, at + MAX_BATCH))
  }

  async #do(batch: ReadonlyArray<Waiting<Job, Answer>>): Promise<void> {
    try {
      const answers = await this.#leastBusy().ask(batch.map(({ job }) => job))
      for (const [i, { resolve }] of batch.entries()) resolve(answers[i] as Answer)
    } catch (error) {
      for (const { reject } of batch) reject(error as Error)
    }
  }

  #leastBusy(): AnsweringThread<Job[], Answer[]> {
    const [least] = [...this.#threads].sort((a, b) => a.open - b.open)
    if (least === undefined || (least.open > 0 && this.#threads.size < this.#maxThreads)) return this.#start()
    return least
  }

  #start(): AnsweringThread<Job[], Answer[]> {
    const thread: AnsweringThread<Job[], Answer[]> = new AnsweringThread(this.#script, {
      idleMs: IDLE_MS,
      onEnd: () => this.#threads.delete(thread)
    })
    this.#threads.add(thread)
    return thread
  }
}
