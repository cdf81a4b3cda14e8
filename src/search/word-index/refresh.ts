/**
 * When the index is used at all, and how often what it holds is said again.
 */
import {
  MAX_REFRESH_MS,
  MIN_REFRESH_MS,
  REMEMBERED_SESSIONS,
  SMALL_NETWORK_PEERS,
  USUAL_SESSION_MS
} from './constants.ts'

export interface NetworkFacts {
  /** This node's catalogue has all pages of every provider that it heard of. */
  complete: boolean
  /** Others that it heard of. */
  peersKnown: number
  /** Peers below which a network is small. Tests of few nodes lower it. */
  smallNetwork?: number | undefined
}

/** Whether words are published and looked up: not while everybody knows everything anyway. */
export function isIndexed({
  complete,
  peersKnown,
  smallNetwork = SMALL_NETWORK_PEERS
}: NetworkFacts): boolean {
  return !complete || peersKnown >= smallNetwork
}

/** Time between two publications of a word: records must be said again before half of their holders have left. */
export function refreshMs(medianSessionMs: number): number {
  return Math.min(MAX_REFRESH_MS, Math.max(MIN_REFRESH_MS, medianSessionMs / 2))
}

/** How long peers stay: the median of the last sessions that ended. */
export class SessionMedian {
  readonly #sessions: number[] = []

  add(sessionMs: number): void {
    this.#sessions.push(sessionMs)
    if (this.#sessions.length > REMEMBERED_SESSIONS) this.#sessions.shift()
  }

  /**
   * @param running - ages of the sessions that go on, ms: those who stay would else never count
   */
  medianMs(running: readonly number[] = []): number {
    const all = [...this.#sessions, ...running.filter(age => age > USUAL_SESSION_MS)].sort((a, b) => a - b)
    // A handful says more about this hour than about the network.
    if (all.length < 8) return USUAL_SESSION_MS
    return all[Math.floor(all.length / 2)] as number
  }
}
