/**
 * Numbers of the transfer that are ours to choose. What both sides must agree on is in ../wire/limits.ts.
 */

/** Blocks asked of one source and not yet received: two streams of MAX_STREAM_BYTES each. */
export const MAX_SOURCE_WINDOW = 4
/** Blocks asked of a source whose rate is unknown: one on the way, one waiting behind it. */
export const START_WINDOW = 2
/**
 * What a source should have in hand beyond one round trip, ms. Covers the pauses of disk and event loop on both
 * sides; a guess.
 */
export const QUEUE_MS = 250
/** Round trip of a source that was not measured, ms. */
export const DEFAULT_ROUND_TRIP_MS = 100
/** Blocks of one download in memory, asked or being checked. Four downloads then take 96 MiB at the very most. */
export const MAX_IN_FLIGHT_BLOCKS = 24
/** Sources of one download at once. */
export const MAX_SOURCES = 32
/** Sources of one download whose end is remembered, for the list and for bans. The oldest is forgotten. */
export const MAX_FORMER_SOURCES = 256

/** Silence, in ms, after which asked blocks go to another source: at least, and at most for very slow sources. */
export const MIN_SILENCE_MS = 5_000
export const MAX_SILENCE_MS = 30_000
/** Bytes within which a source must be heard again at its own rate: four reads of a socket. */
export const SILENCE_BYTES = 256 * 1024
/** Time between two ticks, ms, from which on the silence was ours (sleep, a busy disk) and nobody is blamed. */
export const OWN_SILENCE_MS = 2_000
/** How long a block that no source with a known rate sends is left to its asker before the end game takes it, ms. */
export const END_GAME_PATIENCE_MS = 1_000
/** Sources that are asked for the same block at the end. */
export const MAX_ASKERS = 2
/** Refusals of blocks that a source said it has, after which it is dropped. */
export const MAX_REFUSALS = 2
/** When a busy source is asked again, ms: for a place in its queue, and when it named none. */
export const BUSY_RETRY_PER_PLACE_MS = 500
export const BUSY_RETRY_MS = 5_000
export const MAX_BUSY_RETRY_MS = 15_000

/** Blocks before a reader that another source is asked for, too, when the one that was asked is slow. */
export const URGENT_BLOCKS = 2
/** Blocks before a reader that stay asked for when another reader jumps. */
export const READ_AHEAD_BLOCKS = 8

/** Missing blocks that are compared to find the rarest, and flags that one pick may look at. */
export const PICK_CANDIDATES = 256
export const PICK_STEPS = 65_536

/** Peers that are served blocks at once. */
export const UPLOAD_SLOTS = 8
/** Peers that may wait for a slot. */
export const MAX_UPLOAD_QUEUE = 256
/** A slot whose peer neither asks for anything nor takes what it asked for is given away after this time, ms. */
export const SLOT_IDLE_MS = 10_000
/** A waiting peer that does not ask again loses its place after this time, ms: thrice MAX_BUSY_RETRY_MS. */
export const QUEUE_IDLE_MS = 45_000
/**
 * While others wait, a slot goes to the next when its peer has had all that it asked for and asks for nothing more for
 * this time, ms: longer than a round trip, or who fetches small files one by one would lose it after each.
 */
export const SLOT_REST_MS = 250
/** While others wait, a peer gives its slot back after this time, ms. About 30 blocks at 1 MiB/s. */
export const SLOT_TURN_MS = 30_000
