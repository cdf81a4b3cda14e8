/**
 * What the HTTP API takes and how long it waits.
 */

/** Body of a request, bytes. The longest one is a path. */
export const MAX_BODY_BYTES = 64 * 1024
/** Path parameter, characters, decoded: the longest one is the path of a share (PATH_MAX of Linux). */
export const MAX_PARAM_LENGTH = 4_096
/** Time for a request to arrive whole, ms. Answers may take as long as they take. */
export const REQUEST_TIMEOUT_MS = 30_000
/** Pause in a stream after which a comment goes out, ms. Proxies and browsers close what is silent for 30 to 60 s. */
export const HEARTBEAT_MS = 15_000
/** How long a stream waits for its first event, ms: what fails at once gets a status, not a 200. A guess. */
export const FIRST_EVENT_MS = 50
/** How long requests may go on after the server was told to close, ms. Half of what a daemon has to exit. */
export const CLOSE_GRACE_MS = 2_000
/** Ports tried from the asked one upwards before the system chooses one. */
export const PORTS_TO_TRY = 20
/** Random bytes of a token. */
export const TOKEN_BYTES = 32

/** Distinct results that one search may ask for. */
export const MAX_SEARCH_LIMIT = 10_000
/** Longest search, ms. */
export const MAX_SEARCH_MS = 10 * 60_000
/** Longest that a download may look for a source, ms. */
export const MAX_GET_MS = 24 * 60 * 60_000
/** Patterns of what is wanted of a folder. */
export const MAX_PATTERNS = 64
/** Peers that a share may be limited to. */
export const MAX_AUDIENCE = 256
/** Characters of a wrong value that an error repeats. */
export const MAX_SHOWN_VALUE = 80
