/**
 * A task that runs once for many reasons to run it: the first reason starts the clock, the others join in.
 */
export class Later {
  readonly #task: () => Promise<void> | void
  readonly #onError: (error: unknown) => void
  #timer: NodeJS.Timeout | undefined
  #dueAt = Infinity
  #running: Promise<void> | undefined

  constructor(task: () => Promise<void> | void, onError: (error: unknown) => void) {
    this.#task = task
    this.#onError = onError
  }

  /** Runs the task within `delayMs`, sooner if that was planned already. A run that has begun does not count. */
  within(delayMs: number): void {
    const dueAt = performance.now() + delayMs
    if (dueAt >= this.#dueAt) return
    clearTimeout(this.#timer)
    this.#dueAt = dueAt
    this.#timer = setTimeout(() => this.#run(), delayMs)
    this.#timer.unref()
  }

  /** Forgets what was planned, and waits for a run that has begun. */
  async cancel(): Promise<void> {
    clearTimeout(this.#timer)
    this.#dueAt = Infinity
    await this.#running
  }

  #run(): void {
    this.#dueAt = Infinity
    // Runs follow one another, so that the task need not be ready to meet itself.
    this.#running = (this.#running ?? Promise.resolve()).then(this.#task).catch(this.#onError)
  }
}
