/**
 * The numbers of the search. What a peer may send at all is in wire/limits.ts.
 */
import type { BucketRate } from '../base/token-bucket.ts'
import { MAX_QUERY_HIT_BYTES, MAX_QUERY_HITS } from '../wire/limits.ts'

/** Query ids remembered, and for how long at least. A flood of 7 hops over slow links ends within seconds. */
export const SEEN_QUERIES = 16_384
export const SEEN_QUERY_MS = 2 * 60_000

/**
 * Copies of one query that a node passes on: the first, and a later one that reaches further. The first copy to
 * arrive is often not the one with most hops left; a third would gain hardly any node for as many messages.
 */
export const MAX_CARRIED_COPIES = 2

/**
 * What a node waits for reports, per hop below it. A child with one hop less waits that much less, so its report
 * still has time for the way back. 300 ms is a guess: four times the median round trip between home connections.
 */
export const REPORT_HOP_MS = 300
/** Added to every wait: queues, ticks, busy machines. A guess. */
export const REPORT_SLACK_MS = 200

/** Cost, 1 + budget per query, that a neighbour may cause here. A burst is one query with the largest budget. */
export const QUERY_RATE: Readonly<BucketRate> = { perSecond: 512, burst: 4_096 }
/** The sender keeps to this part of the receiver's rate, so that jitter on the way breaks no limit. */
export const SENDER_SHARE = 0.8
/** Part of the sender's burst that is kept for own queries: the forwarded ones are dropped first. */
export const OWN_RESERVE = 0.2
/** Part of what is left that one copy may take, so that a costly query leaves room for the next. */
export const COPY_SHARE = 0.5
/** A neighbour that sends this many times its rate over the window gets a strike. */
export const STRIKE_FACTOR = 4
export const STRIKE_WINDOW_MS = 10_000

/** Neighbours that left whose rates are remembered: reconnecting must not refill a bucket. */
export const REMEMBERED_LEAVERS = 256
export const REMEMBER_LEAVER_MS = 60_000

/**
 * Copies in a row without a report after which a neighbour gets no budget to pass on, until it reports again. One that is busy,
 * or whose own neighbours leave, misses some.
 */
export const SILENT_COPIES = 5

/** Queries of this node that can be open. */
export const MAX_OWN_QUERIES = 256
/** Queries of others whose reports we wait for; the oldest is closed when there are more. */
export const MAX_OPEN_ROUNDS = 8_192
/** Hits held back per query until all children had their turn, and bytes of all that are held. */
export const MAX_HELD_HITS = 2 * MAX_QUERY_HITS
export const MAX_HELD_BYTES = 2 * MAX_QUERY_HIT_BYTES
export const MAX_ALL_HELD_BYTES = 16 * 1024 * 1024
/** Pairs of cid and provider that a query remembers, to pass each on once. */
export const MAX_MERGE_KEYS = 8 * MAX_QUERY_HITS

/** Distinct results after which a search asks nobody else. SEARCH of Gnutella's dynamic querying used 50 to 150 raw ones. */
export const ENOUGH_RESULTS = 30
/**
 * Results of one deliverer that count towards enough, unless they are our own. With 10 % spammers and no such
 * limit a fifth of the rare files is missed, because fakes end the search early (simulated).
 */
export const MAX_COUNTED_PER_DELIVERER = 5
/** Providers shown in one row. */
export const MAX_ROW_PROVIDERS = 32

/** Results of a search, and its time, when nothing else is asked for. */
export const DEFAULT_LIMIT = 50
export const DEFAULT_TIMEOUT_MS = 10_000
/** How long the neighbours may make the word index needless, when something is known already, ms. */
export const INDEX_DELAY_MS = 150
/** The neighbours have 3 round trips of the slowest link and some time to look. */
export const PROBE_RTTS = 3
export const PROBE_SLACK_MS = 100
export const MIN_PROBE_MS = 200
export const MAX_PROBE_MS = 1_000

/** Rows whose providers are asked whether they have it, and providers of one row: what a person looks at first. */
export const CONFIRMED_ROWS = 10
export const CONFIRMED_PROVIDERS = 3
/** What a search waits for their answers at its end, ms: as long as a cold contact may take. */
export const CONFIRM_MS = 1_500

/**
 * How long a row waits for a second teller before the first one is tried, ms: mostly two holders have a record. Half of
 * it would show the first row 0.05 s sooner and cost half a message more (simulated: 100,000 nodes).
 */
export const DECOY_DELAY_MS = 400
/** What a server of the index has for answering a decoy, and a neighbour at most for staying silent, ms. */
export const DECOY_MS = 1_000
/** Decoys of one search: liars take two. More deliverers are not needed for the rows that a person looks at first. */
export const MAX_DECOYS = 24
/** Entries of one search that its decoys must not fit. */
export const MAX_TOLD = 1_000
/**
 * How long somebody counts as tried, or as a liar, ms. Guesses: soon enough to notice who begins to lie, and so that whoever
 * was accused wrongly is heard again the same evening.
 */
export const PASSED_MS = 5 * 60_000
export const LIAR_MS = 60 * 60_000
/**
 * Denials after which a deliverer is doubted, unless more were confirmed; they count for an hour. A record outlives its file
 * by up to two hours, so a few are nobody's fault.
 */
export const MIN_DENIALS = 3
/** Verdicts remembered of each kind. */
export const REMEMBERED_VERDICTS = 4_096
