/**
 * How much a peer may send. Every limit is checked before memory is taken for what it bounds.
 */

/** Frame of search, aggregate and file control, bytes. A frame is one read; more would hold up what waits behind it. */
export const MAX_CONTROL_FRAME_BYTES = 64 * 1024
/** Frame of the catalogue exchange, bytes: the page list of a million entries (8,000 hashes of 32 bytes) fits. */
export const MAX_CATALOG_FRAME_BYTES = 256 * 1024
/** Announcement on the topic, bytes. Gossipsub forwards it about six times at every hop. */
export const MAX_ANNOUNCEMENT_BYTES = 64 * 1024

/** Signed envelope of a head, bytes: 330 with an Ed25519 key, 1,400 with an RSA key of 4,096 bits. */
export const MAX_ENVELOPE_BYTES = 2 * 1024
/** Heads in one frame: as many of the longest as surely fit. */
export const MAX_HEADS_PER_FRAME = 100
/** Links that a head travels from its provider. */
export const MAX_HEAD_HOPS = 7
/** Entries added, and entries removed, by one announcement. 64 KiB hold no more with cids of sha2-256. */
export const MAX_DELTA_ENTRIES = 1_600

/** Encoded page, bytes: what a catalogue frame holds beside its own fields. */
export const MAX_PAGE_BYTES = MAX_CATALOG_FRAME_BYTES - 1024
/** Entries of a page. A change re-sends at most one page of about 40 KB to those who missed the delta. */
export const MAX_PAGE_ENTRIES = 256
/** Pages of a head: what one page list frame holds. */
export const MAX_PAGES = 8_000
/** Length of a sha2-256 digest, bytes. */
export const HASH_BYTES = 32

/** Query text, bytes of UTF-8. */
export const MAX_QUERY_TEXT_BYTES = 128
/** Words of a query. */
export const MAX_QUERY_WORDS = 8
/** Last part of an entry's path, bytes of UTF-8: what the common file systems take. */
export const MAX_NAME_BYTES = 255
/** Parts of an entry's path. */
export const MAX_PATH_DEPTH = 32
/** Whole path of an entry, bytes of UTF-8: PATH_MAX of Linux. */
export const MAX_PATH_BYTES = 4_096
/** Nickname, bytes of UTF-8. */
export const MAX_NICKNAME_BYTES = 64
/** MIME type, bytes: RFC 6838 section 4.2 allows 127 on each side of the slash. */
export const MAX_MIME_BYTES = 255
/** A cid, bytes: CIDv1, one codec, sha2-256 takes 36. */
export const MAX_CID_BYTES = 64
/** A PeerId, bytes: 38 for Ed25519, 34 for a hashed key; some room. */
export const MAX_PEER_ID_BYTES = 64
/** A multiaddr, bytes. */
export const MAX_ADDRESS_BYTES = 512

/** Hops that a query can make; `ttl + hops` never exceeds it. */
export const MAX_QUERY_REACH = 7
/** Messages that one query may cause, by default and at most. */
export const QUERY_BUDGET = 512
export const MAX_QUERY_BUDGET = 4_096
/** Length of a query id and of its nonce, bytes. */
export const QUERY_ID_BYTES = 16
/** Hits that travel back over one link for one query: by number, and by bytes of their frames. */
export const MAX_QUERY_HITS = 200
export const MAX_QUERY_HIT_BYTES = 64 * 1024
/** Hits in one frame. */
export const MAX_HITS_PER_FRAME = 50
/** Providers of one hit. */
export const MAX_HIT_PROVIDERS = 8
/** Addresses in a refusal. */
export const MAX_REFERRALS = 3
/** Copies of a query that a report names one by one: with two of the longest PeerIds each they fit into a frame. */
export const MAX_VISITS = 400
/** A count in a report: an unsigned number of 32 bits. What is more is told as this. */
export const MAX_REPORT_COUNT = 0xffff_ffff

/** Raw leaf of a file, bytes (IPFS profile unixfs-v1-2025). */
export const BLOCK_BYTES = 1024 * 1024
/** Links of an inner node (the same profile). */
export const MAX_NODE_LINKS = 1_024
/** Inner node, bytes: 1,024 links take 53 KiB. */
export const MAX_INNER_NODE_BYTES = 128 * 1024
/** Node of a folder, bytes. IPFS shards a folder above 256 KiB of names of files; those of folders come on top. */
export const MAX_DIRECTORY_NODE_BYTES = 1024 * 1024
/** Names in one folder, its shards included. */
export const MAX_DIRECTORY_ENTRIES = 1_000_000
/** Blocks of a file. 16 TiB; its manifest takes about 850 MB, which a node may refuse sooner. */
export const MAX_FILE_BLOCKS = 16 * 1024 * 1024
/** Blocks that one `have` answer covers: 32 KiB of bits. */
export const HAVE_WINDOW_BLOCKS = 262_144
/** Unanswered requests on one file stream. */
export const MAX_REQUESTS_PER_STREAM = 16
/** Bytes asked for and not yet received on one file stream. */
export const MAX_STREAM_BYTES = 2 * BLOCK_BYTES
/** Blocks named in one request. */
export const MAX_BLOCKS_PER_REQUEST = 64
/** Sources named in one answer. */
export const MAX_SOURCES = 20
/** Addresses of one source: 20 sources with as many of the longest fit into a frame. */
export const MAX_SOURCE_ADDRESSES = 6

/** How far ahead of our clock a head's `seq` may be, ms. */
export const MAX_CLOCK_AHEAD_MS = 10 * 60_000
/** Longest life of a head, s. */
export const MAX_HEAD_TTL_S = 24 * 60 * 60

/** Name of a value, bytes of UTF-8. */
export const MAX_VALUE_NAME_BYTES = 64
/** Names that one question asks for. */
export const MAX_QUESTION_NAMES = 8
/** Links that a question travels from its asker. */
export const MAX_QUESTION_HOPS = 64
/** Longest that an asker waits, ms. As long at least everybody remembers the question, and counts once. */
export const MAX_QUESTION_MS = 2 * 60_000
/** Nodes whose signed values travel one by one. With one short value each they take half a frame. */
export const MAX_SIGNED_NODES = 256
/** Ed25519. */
export const SIGNATURE_BYTES = 64
/** Values that one node holds, under all its names. */
export const MAX_NODE_VALUES = 10_000
/** Nodes that a subtotal can be of, and values: all that they may hold. */
export const MAX_COUNTED_NODES = 1_000_000_000
export const MAX_COUNTED_VALUES = MAX_COUNTED_NODES * MAX_NODE_VALUES
/** Digits of a sum: as many values as there can be, of 1,000 digits before the point or behind it. */
export const MAX_SUM_DIGITS = 2_020
/** Figures of one node, bytes: as many as there can be names, with the longest sum, minimum and maximum. */
export const MAX_STATEMENT_BYTES = MAX_QUESTION_NAMES * (MAX_SUM_DIGITS + 2 * 1_000 + 64)
/** Links named in one answer as failed; more are only counted. */
export const MAX_FAILED_LINKS = 64

/** Key of the word index, bytes. */
export const INDEX_KEY_BYTES = 32
/** Words of one key: one, or a pair. */
export const MAX_KEY_WORDS = 2
/** Hits in one answer of a holder. */
export const MAX_INDEX_HITS = 200
/** Entries stored or withdrawn by one request, and records handed over by one. */
export const MAX_STORE_ENTRIES = 64
/** Servers that an answer names as nearer. */
export const MAX_CLOSER_PEERS = 8
/** Addresses of one peer in an answer of the index: a LAN's, the Internet's, and one more. */
export const MAX_CONTACT_ADDRESSES = 3
/** Longest life of a record in the index, s. */
export const MAX_RECORD_LIFE_S = 2 * 60 * 60
