/**
 * What a node can be asked, by the library, the HTTP API and the CLI alike. The shapes here are the JSON of all three.
 */
import type { PeerKey } from '../base/ports.ts'
import type { SessionEvent as SearchEvent } from '../search/index.ts'
import type { Entry } from '../wire/entry.ts'

export type {
  Row as Hit,
  RowProvider as Provider,
  Stage as SearchStage,
  StageReport
} from '../search/index.ts'
export type { Visit } from '../wire/search-message.ts'
export type { SearchEvent }

/** Limits of what goes over the line, bytes/s; null: none. */
export interface TransferRates {
  upload: number | null
  /** To each peer. */
  peerUpload: number | null
  download: number | null
}

export interface Status {
  peerId: PeerKey
  nickname: string
  version: string
  /** Multiaddrs with PeerId that others can dial. */
  addresses: string[]
  data: string
  downloads: string
  startedAt: number
  peers: number
  neighbours: number
  shares: { count: number; files: number; bytes: number; pending: number }
  /** `partial`: providers of whom only a part is kept, for want of room. */
  catalogue: { providers: number; entries: number; complete: boolean; partial: number }
  dht: 'off' | 'client' | 'server'
  reachability: 'lan' | 'public'
  rates: TransferRates
  /** What a person should know, one sentence each; empty when all is well. */
  warnings: string[]
}

export type PeerPath = 'lan' | 'direct' | 'mapped' | 'punched' | 'relayed'

export interface Peer {
  peerId: PeerKey
  nickname: string | null
  address: string
  direction: 'inbound' | 'outbound'
  neighbour: boolean
  path: PeerPath
  rttMs: number | null
  /** ms since the epoch. */
  since: number
}

/** Who may see and fetch a share. */
export type Audience = 'all' | 'lan' | PeerKey[]

export interface ShareError {
  path: string
  message: string
}

export interface Share {
  id: string
  /** Path on this machine. Never told to a peer. */
  path: string
  name: string
  /** Of the file or of the whole folder; null until all is hashed. */
  cid: string | null
  files: number
  bytes: number
  hashed: number
  pending: number
  errors: ShareError[]
  /** Errors beyond those in `errors`. */
  moreErrors: number
  /** `paused`: its folder is missing, or hashing was paused. */
  state: 'scanning' | 'ready' | 'paused'
  /** Null when nothing is to be hashed. */
  progress: HashProgress | null
}

/** How hashing goes on. Rates are those of late. */
export interface HashProgress {
  bytesDone: number
  filesPerS: number
  bytesPerS: number
  /** Null while nothing moves. */
  etaS: number | null
}

export type SearchStrategy = 'auto' | 'flood' | 'index'

export interface SearchRequest {
  text: string
  /** Hops of the flood, 1 to 7. */
  ttl?: number
  strategy?: SearchStrategy
  /** Flood even when there are results. */
  wide?: boolean
  /** Distinct cids after which the search ends. */
  limit?: number
  timeoutMs?: number
  /** Have every node that a flood comes to report itself: `visits` of that stage. */
  trace?: boolean
}

export type OnExists = 'rename' | 'skip' | 'overwrite' | 'fail'

export interface GetRequest {
  /** A cid, a `p2p:` link, or the number of a row of the last search. */
  target: string
  /** Absolute path of the result; with a trailing slash, or when it is a folder, the folder to put it in. */
  output?: string
  onExists?: OnExists
  sequential?: boolean
  /** Of a folder: what is wanted of it, as patterns. Without a slash they mean names at any depth; a folder means all in it. */
  only?: string[]
  /** How long to look for a source. */
  timeoutMs?: number
}

export type DownloadState = 'queued' | 'finding' | 'downloading' | 'verifying' | 'paused' | 'done' | 'failed'

export interface DownloadSource {
  peerId: PeerKey
  /** Verified bytes it gave. */
  bytes: number
  /** Bytes/s, of late. */
  rate: number
  /** `banned: bad-block` and the like say why. */
  state: string
  /** Our place in its queue, from 1, while it is busy. */
  position?: number | undefined
}

export interface Download {
  id: string
  cid: string
  name: string
  /** Null until the manifest is known. */
  size: number | null
  bytesDone: number
  state: DownloadState
  rate: number
  etaS: number | null
  sources: DownloadSource[]
  path: string
  error: string | null
}

export interface ContentRequest {
  /** A cid, a `p2p:` link, or the number of a row of the last search. */
  target: string
  /** How long to wait for a source, ms: at first, and whenever there is none. */
  timeoutMs?: number | undefined
}

/** A file that can be read by position, also while it is still being fetched. */
export interface Content {
  cid: string
  name: string
  size: number
  mime: string
  /** Verified bytes from `start` up to `end`, in order. What is not here yet is waited for. */
  read(range?: { start?: number; end?: number }): AsyncIterable<Uint8Array>
  /** Nobody reads any more: a download that was begun for readers only is paused. Safe to call twice. */
  close(): void
}

export type GetEvent = ({ type: 'progress' } & Download) | ({ type: 'done' } & Download)

export interface Upload {
  peerId: PeerKey
  cid: string
  name: string
  bytes: number
  rate: number
  state: 'sending' | 'waiting'
  /** Its place in our queue, from 1, while it waits. */
  position: number | null
}

/** Something of a folder before it is shared. */
export type SharePreview =
  | { type: 'file'; path: string; size: number }
  | { type: 'ignored'; path: string; reason: string }
  | { type: 'refused'; path: string; message: string }
  | { type: 'done'; files: number; bytes: number; ignored: number; refused: number }

/** A `p2p:` link and what it says. */
export interface LinkView {
  link: string
  cid: string
  name: string | null
  /** Bytes; null when nobody said. */
  size: number | null
  addresses: string[]
}

export interface WantMatch {
  cid: string
  name: string
  path: string
  size: number
  mime: string
  peerId: PeerKey
  /** ms since the epoch. */
  at: number
}

/** A saved query. */
export interface Want {
  id: string
  text: string
  /** Fetch what matches, each cid once. */
  get: boolean
  /** ms since the epoch. */
  createdAt: number
  count: number
  /** The last ones, oldest first. */
  matches: WantMatch[]
}

/** A number that this node holds under a name. */
export interface NamedValue {
  name: string
  /** A decimal, exact: `-3.5`. */
  value: string
}

export type AggregateOperation = 'sum' | 'count' | 'mean' | 'min' | 'max'

export interface AggregateRequest {
  op: AggregateOperation
  /** Of the values; `value` without it. `nodes`, `files` and `bytes` are what every node has by itself. */
  name?: string
  /** Tell what each node holds. */
  audit?: boolean
  timeoutMs?: number
}

/** A link behind which nodes may be missing, and why: see src/wire/SPEC.md, aggregates. */
export interface FailedLinkView {
  from: PeerKey
  to: PeerKey
  reason: 'silent' | 'gone' | 'declined' | 'bad' | 'unsent' | 'too-far' | 'no-time'
}

export interface AggregateAnswer {
  op: AggregateOperation
  name: string
  /** A decimal; null where there is none: the mean or an extreme of no values. */
  value: string | null
  /** False: a mean that does not end, rounded half to even to 20 digits more than the sum has. */
  exact: boolean
  /** Nodes counted, also those without values. */
  nodes: number
  /** Those of them that others have added up; the other ones signed what they hold. */
  trusted: number
  /** Peers at the far ends of failed links. Who is behind them is not known. */
  missing: PeerKey[]
  complete: boolean
  failedLinks: FailedLinkView[]
  /** Failed links that are not named. */
  moreFailedLinks: number
  elapsedMs: number
  /** Above 0: the answer to the same question a moment ago. */
  ageMs: number
  /** With `audit`: what each node signed. `values`: how many it holds; `value`: the operation over them. */
  contributions?: Array<{ peerId: PeerKey; values: number; value: string | null }>
}

export type NodeEvent =
  | { type: 'peer:connected'; peerId: PeerKey; address: string }
  | { type: 'peer:disconnected'; peerId: PeerKey }
  | { type: 'neighbour:joined'; peerId: PeerKey; nickname: string }
  | { type: 'neighbour:left'; peerId: PeerKey }
  | { type: 'share:added'; share: Share }
  | { type: 'share:updated'; share: Share }
  | { type: 'share:removed'; id: string }
  | { type: 'catalogue:changed'; provider: PeerKey; entries: number }
  | { type: 'search:started'; text: string }
  | { type: 'search:ended'; text: string; hits: number }
  | { type: 'download:updated'; download: Download }
  | { type: 'want:matched'; id: string; text: string; match: WantMatch }
  | { type: 'node:leaving' }

/** An event with its place in the stream, for replay: ids grow by one. */
export interface NumberedEvent {
  id: number
  at: number
  event: NodeEvent
}

export interface DoctorCheck {
  name: string
  ok: boolean
  /** What was seen and, when not ok, what to do. */
  detail: string
}

export interface Stats {
  /** Why messages were dropped, by part and reason; bytes and messages sent, by protocol. */
  [part: string]: Record<string, number>
}

export interface NodeApi {
  status(): Status
  stats(): Stats
  doctor(options: { signal: AbortSignal }): Promise<DoctorCheck[]>

  shares(): Share[]
  /** Adds a share, or tells why not (NodeError `bad-input`). Resolves before hashing is done. */
  share(path: string, options?: { to?: Audience }): Promise<Share>
  /** `target`: id or path of a share. */
  unshare(target: string): Promise<Share>
  /** Looks for changes in one share or in all. Resolves when they are hashed. */
  scan(id: string | undefined, options: { signal: AbortSignal }): Promise<Share[]>
  /** What sharing a folder would offer, and what not and why; offers nothing. */
  previewShare(path: string, options: { signal: AbortSignal }): AsyncIterable<SharePreview>
  /** Stops hashing until `resumeHashing`, or until the node starts again. */
  pauseHashing(): Share[]
  resumeHashing(): Share[]
  /** `target`: a cid, or the path of something shared. Throws NodeError `not-found`, or `conflict` when it is not hashed yet. */
  link(target: string): Promise<LinkView>
  /** Own entries. */
  entries(): Entry[]

  search(request: SearchRequest, options: { signal: AbortSignal }): AsyncIterable<SearchEvent>
  browse(peer: string, options: { signal: AbortSignal }): AsyncIterable<Entry>

  /** Starts a download or joins an unfinished one, and tells its progress until it is done. Throws NodeError when it fails. */
  get(request: GetRequest, options: { signal: AbortSignal }): AsyncIterable<GetEvent>
  downloads(): Download[]
  pause(id: string): Promise<Download>
  resume(id: string): Promise<Download>
  /** Ends an unfinished download and deletes its part file; a finished one leaves the list, its file stays. */
  cancel(id: string): Promise<Download>
  uploads(): Upload[]
  /** Opens a file of this node, or begins to fetch it. Throws NodeError when nobody has it in time, and for folders. */
  openContent(request: ContentRequest, options: { signal: AbortSignal }): Promise<Content>

  wants(): Want[]
  addWant(text: string, options?: { get?: boolean | undefined }): Promise<Want>
  removeWant(id: string): Promise<Want>

  /** All values of this node, or those under one name. */
  values(name?: string): NamedValue[]
  /** Adds all or none; gives what was added. `name`: `value` when undefined. Throws NodeError `bad-input`. */
  addValues(name: string | undefined, values: readonly string[]): Promise<NamedValue[]>
  /** Removes each value once, or all under the name; none when one is not there (NodeError `not-found`). */
  removeValues(name: string | undefined, values: readonly string[] | 'all'): Promise<NamedValue[]>
  /** Asks all nodes that can be reached. An incomplete answer is an answer: it names the links that failed. */
  aggregate(request: AggregateRequest, options: { signal: AbortSignal }): Promise<AggregateAnswer>

  peers(): Peer[]
  /** `address`: a multiaddr with or without PeerId. */
  connect(address: string, options: { signal: AbortSignal }): Promise<{ peerId: PeerKey; address: string }>
  /** `peer`: PeerId, or `nick~7f3k`. */
  disconnect(peer: string): Promise<{ peerId: PeerKey; address: string }>

  /** Events from now on, or those after `sinceId` that are still remembered. Ends when `signal` aborts. */
  events(options: { signal: AbortSignal; sinceId?: number }): AsyncIterable<NumberedEvent>

  /** Says goodbye to the network, then stops the node. */
  leave(): Promise<void>
}
