/**
 * The node's events: numbered, remembered for a while so that a listener who was away can catch up.
 */
import type { Clock } from '../base/ports.ts'
import type { NodeEvent, NumberedEvent } from './api.ts'

/** Events kept for replay. */
const MAX_REMEMBERED = 1_000
/** Events that a slow listener may be behind; beyond it the oldest are lost to that listener, which sees the gap in the ids. */
const MAX_BEHIND = 10_000

export class EventLog {
  readonly #clock: Clock
  readonly #remembered: NumberedEvent[] = []
  readonly #listeners = new Set<(event: NumberedEvent) => void>()
  #lastId = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  emit(event: NodeEvent): void {
    const numbered = { id: ++this.#lastId, at: this.#clock.now(), event }
    this.#remembered.push(numbered)
    if (this.#remembered.length > MAX_REMEMBERED) this.#remembered.shift()
    for (const listener of this.#listeners) listener(numbered)
  }

  /** Events after `sinceId` that are remembered, then those to come; without it only those to come. Ends with `signal`. */
  async *follow(options: { signal: AbortSignal; sinceId?: number }): AsyncGenerator<NumberedEvent> {
    const { signal, sinceId } = options
    const queue = sinceId === undefined ? [] : this.#remembered.filter(({ id }) => id > sinceId)
    let wake: (() => void) | undefined
    const onEvent = (event: NumberedEvent): void => {
      queue.push(event)
      if (queue.length > MAX_BEHIND) queue.shift()
      wake?.()
    }
    const onAbort = (): void => wake?.()
    this.#listeners.add(onEvent)
    signal.addEventListener('abort', onAbort)
    try {
      while (!signal.aborted) {
        const next = queue.shift()
        if (next !== undefined) {
          yield next
          continue
        }
        await new Promise<void>(resolve => {
          wake = resolve
        })
      }
    } finally {
      this.#listeners.delete(onEvent)
      signal.removeEventListener('abort', onAbort)
    }
  }
}
