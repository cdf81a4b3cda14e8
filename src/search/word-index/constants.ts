/**
 * The numbers of the word index. What a peer may send at all is in wire/limits.ts.
 */
import type { BucketRate } from '../../base/token-bucket.ts'
import { SENDER_SHARE } from '../constants.ts'

/** Servers that keep a word's records. With sessions of an hour 3 lose one singleton in 30, 5 one in 170, 8 one in 330 (simulated). */
export const HOLDERS_PER_KEY = 5
/** Words of a file that are published, rarest first: more cost as much and are hardly asked for. */
export const MAX_WORDS_PER_ENTRY = 12
/** Below this many known peers a complete catalogue answers everything by itself. */
export const SMALL_NETWORK_PEERS = 200

/** Requests of one walk under way, those that keep us waiting not counted. */
export const WALK_PARALLEL = 3
/**
 * Silence after which another server is asked beside, ms. A contact that must be dialled first answers after 420 (median of
 * five and a half round trips): with 300 here nearly every request was doubled, and a search took as long and cost a
 * quarter more (simulated).
 */
export const HEDGE_MS = 800
/**
 * Servers that must have answered, and how many more are asked when no two of these told the same: departures, liars. With
 * 10 % spammers that finds 98.8 % of the singletons instead of 98.1, for half a message more (simulated).
 */
export const LOOKUP_WIDTH = 3
export const LOOKUP_EXTRA = 2
/** Requests of one lookup, all keys together. A walk in a network of 100,000 takes 10. */
export const MAX_LOOKUP_REQUESTS = 24
/** Candidates that a walk remembers, nearest first: more than it can ask. */
export const MAX_WALK_CANDIDATES = 64
/** Nearer servers named in one answer that count: a liar can send us to so many places at most. */
export const MAX_CLOSER = 8

/** A server with an open connection answers within this, or within so many round trips, ms. */
export const WARM_TIMEOUT_MS = 300
export const WARM_TIMEOUT_RTTS = 4
/** A cold contact costs 4 to 5 round trips before it can answer. */
export const COLD_TIMEOUT_MS = 1_500
export const COLD_TIMEOUT_RTTS = 6

/** Records that a holder keeps, and their bytes. */
export const MAX_RECORDS = 50_000
export const MAX_RECORD_BYTES = 15_000_000
/** Keys that are remembered for having been refused something; the oldest is forgotten. */
export const MAX_FULL_KEYS = 4_096
/** Records of one word. Common words get no further: their files have rarer ones. */
export const MAX_RECORDS_PER_KEY = 5_000
/** Providers of one cid under one word. Who finds eight can fetch. */
export const MAX_PROVIDERS_PER_CID = 8
/** Records of one provider at one holder. */
export const MAX_RECORDS_PER_PROVIDER = 2_000
/** Longest life of a record, ms, and how many refreshes it lives: one can get lost. */
export const MAX_RECORD_LIFE_MS = 2 * 60 * 60_000
export const RECORD_LIFE_REFRESHES = 2
/**
 * Known entries that are counted to tell how rare a word is: a node that knows 60,000 of 3,000,000 entries counts 100 where
 * a word is full.
 */
export const MAX_COUNTED_FREQUENCY = 500
/** Hits of one answer. The byte limit of a frame mostly comes first. */
export const MAX_FOUND = 200
/** What one peer may ask of a holder: a person who types, and records of a share that is being published. */
export const FIND_RATE: Readonly<BucketRate> = { perSecond: 10, burst: 60 }
export const STORE_RATE: Readonly<BucketRate> = { perSecond: 20, burst: 500 }
/** What is sent to one holder: a part of what it takes, so that jitter on the way breaks no limit. */
export const SENT_STORE_RATE: Readonly<BucketRate> = {
  perSecond: SENDER_SHARE * STORE_RATE.perSecond,
  burst: SENDER_SHARE * STORE_RATE.burst
}
/** Peers whose rates are remembered; the one silent longest makes room. */
export const MAX_RATED_PEERS = 4_096
/** Who is further than so many known servers from a key is no holder of it. Twice the holders, and room for differing views. */
export const MAX_HOLDER_RANK = 16
/** A hand-over is believed from a peer that ranks so well for the key: it could as well answer for it. */
export const MAX_HAND_OVER_RANK = 8

/** Servers remembered for each length of the prefix that they share with us. 100,000 nodes fill about 12 of these buckets. */
export const BUCKET_PEERS = 64
/** Requests in a row that a known server leaves unanswered before it is forgotten. */
export const MAX_FAILURES = 2
/** Servers that failed and are remembered for it, so that nobody's stale table sends us there again and again. */
export const MAX_SUSPECTS = 512

/** Time between two publications of a word, ms: half the median session, within these. */
export const MIN_REFRESH_MS = 10 * 60_000
/** A longer one would outlast its records: two of them are the longest life of a record. */
export const MAX_REFRESH_MS = MAX_RECORD_LIFE_MS / RECORD_LIFE_REFRESHES
/** Median session until one is known: an hour, as measured in file sharing networks. */
export const USUAL_SESSION_MS = 60 * 60_000
/** Sessions that the median is taken of. */
export const REMEMBERED_SESSIONS = 64
/** A word for which all holders have enough is published so much less often. */
export const ENOUGH_BACKOFF = 4
/**
 * Words that one node publishes: what PUBLISH_RATE gets round in 20 minutes. In a network of 100,000 a tenth of the files
 * lies in collections of 400 and more, with five words each; with 1,024 words 6.7 % of the singletons could not be looked
 * up, with 4,096 0.5 %, with these 0.2 % (simulated).
 */
export const MAX_PUBLISHED_KEYS = 6_144
/** Pairs of words that one node publishes: only words of which holders are full come in pairs. */
export const MAX_PUBLISHED_PAIRS = 1_024
/** Files of one node in the index, and files under one of its words. */
export const MAX_PUBLISHED_ITEMS = 2_000
export const MAX_ITEMS_PER_KEY = 200
/** Servers remembered for having taken records of a word, holders of earlier times among them: what is taken back is taken back there. */
export const MAX_TAKERS = 3 * HOLDERS_PER_KEY
/** Bytes of the records in one request: what a frame holds beside words, nickname and addresses. */
export const MAX_STORE_BYTES = 56 * 1024
/** Words published per second while there is something new. */
export const PUBLISH_RATE: Readonly<BucketRate> = { perSecond: 5, burst: 10 }
/** Pause when there are nearer servers than the holders, or fewer holders than there should be; twice as long each time in a row, ms. */
export const RELOCATE_MS = 10_000
