/**
 * One search under way, and the events that its listener has not taken yet.
 */
import type { ParsedQuery } from '../catalog/index.ts'
import type { SearchSession } from '../search/index.ts'
import type { SearchEvent } from './api.ts'
import type { IndexRun } from './index-run.ts'

export class RunningSearch {
  readonly query: ParsedQuery
  readonly session: SearchSession
  readonly events: SearchEvent[] = []
  /** Id of its query among the neighbours. */
  id: string | undefined
  lookup: IndexRun | undefined
  /** Ends what waits for answers of the index. */
  readonly lookupEnded = new AbortController()
  /** Ends everything else that is waited for. */
  readonly ended = new AbortController()
  #wake: (() => void) | undefined

  constructor(query: ParsedQuery, session: SearchSession) {
    this.query = query
    this.session = session
  }

  wake(): void {
    this.#wake?.()
  }

  /** Rejects with the reason of `signal`; call `wake` when it aborts. */
  async next(signal: AbortSignal): Promise<SearchEvent> {
    for (;;) {
      signal.throwIfAborted()
      const event = this.events.shift()
      if (event !== undefined) return event
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
      this.#wake = undefined
    }
  }
}
