/**
 * How long this node may work on answers to its neighbours. What a query costs in messages says little of that: one
 * for a common word, which a stranger can send hundreds of times a second, looks at 100,000 entries.
 */

import type { PeerKey } from '../base/ports.ts'
import { putLast } from '../base/put-last.ts'
import { TokenBucket } from '../base/token-bucket.ts'

/** For all neighbours together: ms of work. Less than half of a core. */
export const ANSWER_TIME = { perSecond: 400, burst: 1_000 }
/** For one of them: eight that ask for the worst can take it all. Some searches at once of a person who types. */
export const NEIGHBOUR_ANSWER_TIME = { perSecond: 50, burst: 250 }
/** Most that one answer is charged, ms: what is above is mostly garbage of others that was collected meanwhile. */
export const MAX_ANSWER_CHARGE_MS = 40
/** Neighbours whose time is known, those who left included; the one silent longest makes room. */
const MAX_NEIGHBOURS = 256

export class AnswerTime {
  readonly #all: TokenBucket
  /** In order of last use. */
  readonly #neighbours = new Map<PeerKey, TokenBucket>()

  constructor(now: number) {
    this.#all = new TokenBucket(ANSWER_TIME, now)
  }

  /** Whether there is time for a query of this neighbour. How much it takes is known only afterwards. */
  isLeft(peer: PeerKey, now: number): boolean {
    return this.#all.available(now) > 0 && this.#bucketOf(peer, now).available(now) > 0
  }

  /** Works on an answer for a neighbour, and charges it this thread's processor time: a busy machine is nobody's fault. */
  charge<Answer>(peer: PeerKey, work: () => Answer, now: () => number): Answer {
    const start = process.threadCpuUsage()
    try {
      return work()
    } finally {
      const { user, system } = process.threadCpuUsage(start)
      this.spent(peer, (user + system) / 1_000, now())
    }
  }

  spent(peer: PeerKey, ms: number, now: number): void {
    const charge = Math.min(ms, MAX_ANSWER_CHARGE_MS)
    this.#all.charge(charge, now)
    this.#bucketOf(peer, now).charge(charge, now)
  }

  #bucketOf(peer: PeerKey, now: number): TokenBucket {
    const bucket = this.#neighbours.get(peer) ?? new TokenBucket(NEIGHBOUR_ANSWER_TIME, now)
    putLast(this.#neighbours, peer, bucket, MAX_NEIGHBOURS)
    return bucket
  }
}
