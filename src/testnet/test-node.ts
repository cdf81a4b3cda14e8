/**
 * One node of a test network: the same verbs whether it lives in this process or in one of its own.
 */
import type {
  AggregateAnswer,
  AggregateRequest,
  Audience,
  Download,
  GetEvent,
  GetRequest,
  Hit,
  LinkView,
  NamedValue,
  NodeApi,
  Peer,
  SearchEvent,
  SearchRequest,
  Share,
  Stats,
  Status,
  Upload,
  Want
} from '../node/api.ts'
import type { Entry } from '../wire/entry.ts'

export type SearchDone = Extract<SearchEvent, { type: 'done' }>

export interface SearchOutcome {
  /** One for each cid, as last reported, in the order of their rows. */
  hits: Hit[]
  done: SearchDone
}

/** What can be asked of a test node: what a user can ask. */
export interface TestApi {
  status(): Promise<Status>
  stats(): Promise<Stats>
  peers(): Promise<Peer[]>
  shares(): Promise<Share[]>
  share(path: string, options?: { to?: Audience }): Promise<Share>
  unshare(target: string): Promise<void>
  link(target: string): Promise<LinkView>
  search(request: SearchRequest | string): Promise<SearchOutcome>
  browse(peer: string): Promise<Entry[]>
  /** Resolves with the finished download. `onProgress` hears of every step, and may abort by `signal`. */
  get(
    request: GetRequest,
    options?: { signal?: AbortSignal; onProgress?: (d: Download) => void }
  ): Promise<Download>
  downloads(): Promise<Download[]>
  pause(id: string): Promise<Download>
  resume(id: string): Promise<Download>
  cancel(id: string): Promise<Download>
  wants(): Promise<Want[]>
  addWant(text: string, options?: { get?: boolean }): Promise<Want>
  uploads(): Promise<Upload[]>
  values(name?: string): Promise<NamedValue[]>
  addValues(name: string | undefined, values: readonly string[]): Promise<NamedValue[]>
  removeValues(name: string | undefined, values: readonly string[] | 'all'): Promise<NamedValue[]>
  aggregate(request: AggregateRequest): Promise<AggregateAnswer>
  connect(address: string): Promise<void>
  disconnect(peer: string): Promise<void>
}

export interface TestNode extends TestApi, AsyncDisposable {
  readonly index: number
  readonly peerId: string
  /** Multiaddr with PeerId. */
  readonly address: string
  /** Folder of its own for everything: `data`, `downloads` and what a test puts there. */
  readonly folder: string
  /** Stops as on Ctrl-C: with a goodbye. */
  stop(): Promise<void>
  /** Stops without a word: SIGKILL for a process; in memory, connections are cut. */
  kill(): Promise<void>
}

/** Collects a search. A string is its text. */
export async function collectSearch(events: AsyncIterable<SearchEvent>): Promise<SearchOutcome> {
  const hits = new Map<string, Hit>()
  for await (const event of events) {
    if (event.type === 'done') return { hits: [...hits.values()].sort((a, b) => a.row - b.row), done: event }
    hits.set(event.cid, event)
  }
  throw new Error('the search ended without `done`')
}

/** Follows a download to its end. */
export async function collectGet(
  events: AsyncIterable<GetEvent>,
  onProgress: ((download: Download) => void) | undefined
): Promise<Download> {
  for await (const event of events) {
    onProgress?.(event)
    if (event.type === 'done') return event
  }
  throw new Error('the download ended without `done`')
}

/** The verbs of a node in this process. */
export function localApi(node: NodeApi): TestApi {
  const never = new AbortController().signal
  return {
    status: async () => node.status(),
    stats: async () => node.stats(),
    peers: async () => node.peers(),
    shares: async () => node.shares(),
    share: (path, options) => node.share(path, options),
    unshare: async target => void (await node.unshare(target)),
    link: target => node.link(target),
    search: request =>
      collectSearch(
        node.search(typeof request === 'string' ? { text: request } : request, { signal: never })
      ),
    browse: async peer => await Array.fromAsync(node.browse(peer, { signal: never })),
    get: (request, options = {}) =>
      collectGet(node.get(request, { signal: options.signal ?? never }), options.onProgress),
    downloads: async () => node.downloads(),
    pause: id => node.pause(id),
    resume: id => node.resume(id),
    cancel: id => node.cancel(id),
    wants: async () => node.wants(),
    addWant: (text, options) => node.addWant(text, options),
    uploads: async () => node.uploads(),
    values: async name => node.values(name),
    addValues: (name, values) => node.addValues(name, values),
    removeValues: (name, values) => node.removeValues(name, values),
    aggregate: request => node.aggregate(request, { signal: never }),
    connect: async address => void (await node.connect(address, { signal: never })),
    disconnect: async peer => void (await node.disconnect(peer))
  }
}
