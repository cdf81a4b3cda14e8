/**
 * What this node forwards on the announcement topic: a constant rate for the whole channel, however many talk.
 *
 * Everything valid is learned; only what the budget allows goes on. So a small network hears everything, and in a
 * large one an announcement reaches a neighbourhood whose size settles by itself.
 */

import type { PeerKey } from '../base/ports.ts'
import { putLast } from '../base/put-last.ts'
import { TokenBucket } from '../base/token-bucket.ts'

/** Bytes per second that are forwarded. Each leaves about six times, so 1 KiB/s costs 6 KiB/s at the very most. */
export const FORWARD_BYTES_PER_SECOND = 1_024
/** Bytes forwarded at once after silence: 4 announcements of the largest kind, or about 700 of one new file each. */
export const FORWARD_BURST_BYTES = 256 * 1_024
/** Part of the budget that one neighbour can take: the loudest one leaves as much for all others. */
export const NEIGHBOUR_SHARE = 0.5
/** Neighbours with a budget of their own. More than a node has; the one silent longest makes room. */
export const MAX_BUDGETED_NEIGHBOURS = 256

export type ForwardVerdict = 'forward' | 'over-budget' | 'over-neighbour-share'

export class AnnounceBudget {
  readonly #all: TokenBucket
  /** In order of last use. */
  readonly #neighbours = new Map<PeerKey, TokenBucket>()

  constructor(now: number) {
    this.#all = new TokenBucket({ perSecond: FORWARD_BYTES_PER_SECOND, burst: FORWARD_BURST_BYTES }, now)
  }

  /** Whether a message of `bytes` that came from a neighbour may go on; if so, it is paid for. */
  take(from: PeerKey, bytes: number, now: number): ForwardVerdict {
    const own = this.#bucketOf(from, now)
    // Both are looked at before either is charged.
    if (own.waitMs(bytes, now) > 0) return 'over-neighbour-share'
    if (!this.#all.take(bytes, now)) return 'over-budget'
    own.take(bytes, now)
    return 'forward'
  }

  #bucketOf(from: PeerKey, now: number): TokenBucket {
    const rate = {
      perSecond: FORWARD_BYTES_PER_SECOND * NEIGHBOUR_SHARE,
      burst: FORWARD_BURST_BYTES * NEIGHBOUR_SHARE
    }
    const bucket = this.#neighbours.get(from) ?? new TokenBucket(rate, now)
    putLast(this.#neighbours, from, bucket, MAX_BUDGETED_NEIGHBOURS)
    return bucket
  }
}
