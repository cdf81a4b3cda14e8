/**
 * The numbers of questions to the whole network. What a peer may send at all is in wire/limits.ts.
 */
import type { BucketRate } from '../base/token-bucket.ts'
import { MAX_QUESTION_MS } from '../wire/limits.ts'

/** Questions that a neighbour may put to us. Each costs the whole network two messages a link, so few are plenty. */
export const QUESTION_RATE: Readonly<BucketRate> = { perSecond: 1, burst: 50 }
/** What we send a neighbour: as many at once, but refilled more slowly, so that jitter on the way breaks no limit. */
export const SEND_RATE: Readonly<BucketRate> = { perSecond: 0.8, burst: 50 }
/** Messages of a neighbour that are over the rate or that nobody asked for, in one window, for which it gets a strike. */
export const MAX_UNWELCOME = 200
export const UNWELCOME_WINDOW_MS = 10_000

/** A child has less time than we have, by the round trip of the link and this, ms: queues, ticks, the checking of signatures. */
export const LINK_SLACK_MS = 50
/** Round trip of a link that was not measured yet, ms. A guess: home connections to one another take 75. */
export const UNMEASURED_RTT_MS = 200

/** Questions remembered, so that nobody is counted twice, for as long at least as one may last. */
export const SEEN_QUESTIONS = 16_384
export const SEEN_QUESTION_MS = MAX_QUESTION_MS
/** Questions at work here. Each may hold a frame of contributions. */
export const MAX_OPEN_QUESTIONS = 256

/** Neighbours that left whose rates are remembered: reconnecting must not refill a bucket. */
export const REMEMBERED_LEAVERS = 256
export const REMEMBER_LEAVER_MS = 60_000
