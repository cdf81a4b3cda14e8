/**
 * The node as a whole: every request of the API, handed to the service that does it.
 */
import { isAbsolute } from 'node:path'
import type { Clock, PeerKey } from '../base/ports.ts'
import type { EntryStore } from '../catalog/index.ts'
import { ContentError, formatLink, isLink, parseCid, parseLink } from '../content/index.ts'
import type { BlockSource } from '../swarm/index.ts'
import type { Entry } from '../wire/entry.ts'
import type { Aggregates } from './aggregates.ts'
import type {
  AggregateAnswer,
  AggregateRequest,
  Audience,
  Content,
  ContentRequest,
  DoctorCheck,
  Download,
  GetEvent,
  GetRequest,
  LinkView,
  NamedValue,
  NodeApi,
  NumberedEvent,
  Peer,
  SearchEvent,
  SearchRequest,
  Share,
  SharePreview,
  Stats,
  Status,
  TransferRates,
  Upload,
  Want
} from './api.ts'
import type { CatalogSync } from './catalog-sync.ts'
import { openContent } from './content-reader.ts'
import type { Downloads } from './downloads.ts'
import { NodeError } from './errors.ts'
import type { EventLog } from './event-log.ts'
import type { HostView, MachineCheck, RowStore, SavedRow } from './node-ports.ts'
import type { CatalogueFinder } from './provider-finder.ts'
import type { Searches } from './searches.ts'
import type { Shares } from './shares.ts'
import type { Contacts, Supervisor } from './supervisor.ts'
import type { Uploads } from './uploads.ts'
import type { Values } from './values.ts'
import type { Wants } from './wants.ts'
import type { WordIndex } from './word-index.ts'

/** Links to neighbours, as they are shown. */
export interface NeighbourLinks {
  neighbours(): Array<{ peer: PeerKey; rttMs: number | null }>
  nickname(peer: PeerKey): string | undefined
  stats(): Record<string, number>
}

export interface NodeParts {
  self: PeerKey
  nickname: string
  version: string
  /** Folders on this machine. */
  data: string
  downloadsFolder: string
  clock: Clock
  store: EntryStore
  events: EventLog
  host: HostView
  contacts: Pick<Contacts, 'remember'>
  links: NeighbourLinks
  /** What went over the streams of each protocol, and why some were reset. */
  streams(): Stats
  supervisor: Supervisor
  shares: Shares
  catalog: CatalogSync
  searches: Searches
  index: Pick<WordIndex, 'stats' | 'leave'>
  finder: CatalogueFinder
  downloads: Downloads
  /** Files and folders that this node shares. */
  own: BlockSource
  mimeOf(name: string): string
  uploads: Uploads
  rates: TransferRates
  wants: Wants
  values: Values
  aggregates: Aggregates
  rows: RowStore
  machine: MachineCheck
  /** PeerId at the end of a multiaddr, if there is one. Throws NodeError when the text is no multiaddr. */
  peerOf(address: string): PeerKey | undefined
  /** Stops the node, from outside of any request. */
  stopSoon(): void
}

/** Addresses in a link. */
const MAX_LINK_ADDRESSES = 3
const ADDRESS_EXAMPLE = '/ip4/192.168.1.5/tcp/4801/p2p/12D3KooW…'

export class P2pNode implements NodeApi {
  readonly #parts: NodeParts
  readonly #startedAt: number
  /** Rows of the last search; read from disk when a number is first asked for. */
  #rows: SavedRow[] | undefined

  constructor(parts: NodeParts) {
    this.#parts = parts
    this.#startedAt = parts.clock.now()
  }

  status(): Status {
    const { self, nickname, version, data, downloadsFolder, host, links, catalog } = this.#parts
    const shares = this.shares()
    const { count, files, bytes, pending } = sumsOf(shares)
    return {
      peerId: self,
      nickname,
      version,
      addresses: host.addresses(),
      data,
      downloads: downloadsFolder,
      startedAt: this.#startedAt,
      peers: host.contacts().length,
      neighbours: links.neighbours().length,
      shares: { count, files, bytes, pending },
      catalogue: catalog.status(),
      dht: host.dht(),
      reachability: host.isPublic() ? 'public' : 'lan',
      rates: this.#parts.rates,
      warnings: [...host.warnings(), ...shares.flatMap(troubles)]
    }
  }

  stats(): Stats {
    const { host, catalog, searches, index, links, streams, aggregates } = this.#parts
    return {
      shares: sumsOf(this.shares()),
      ...host.stats(),
      ...streams(),
      catalogue: catalog.stats(),
      search: searches.stats(),
      index: index.stats(),
      aggregate: aggregates.stats(),
      links: links.stats()
    }
  }

  async doctor({ signal }: { signal: AbortSignal }): Promise<DoctorCheck[]> {
    const { addresses, neighbours, warnings } = this.status()
    const none = 'nobody yet: start with --bootstrap ADDR, or another node on this LAN'
    return [
      {
        name: 'listening',
        ok: addresses.length > 0,
        detail: addresses.join(', ') || 'on no address: look at --listen, and whether the port is taken'
      },
      { name: 'neighbours', ok: neighbours > 0, detail: neighbours > 0 ? `${neighbours}` : none },
      ...warnings.map(detail => ({ name: 'warning', ok: false, detail })),
      ...(await this.#parts.machine.run(signal))
    ]
  }

  shares(): Share[] {
    return this.#parts.shares.list()
  }

  share(path: string, options: { to?: Audience } = {}): Promise<Share> {
    return this.#parts.shares.share(path, options)
  }

  unshare(target: string): Promise<Share> {
    return this.#parts.shares.unshare(target)
  }

  scan(id: string | undefined, options: { signal: AbortSignal }): Promise<Share[]> {
    return this.#parts.shares.scan(id, options)
  }

  previewShare(path: string, options: { signal: AbortSignal }): AsyncIterable<SharePreview> {
    return this.#parts.shares.preview(path, options)
  }

  pauseHashing(): Share[] {
    return this.#parts.shares.pauseHashing()
  }

  resumeHashing(): Share[] {
    return this.#parts.shares.resumeHashing()
  }

  async link(target: string): Promise<LinkView> {
    const found = isAbsolute(target) ? await this.#parts.shares.locate(target) : this.#named(target)
    const isOwn = isAbsolute(target) || (await this.#parts.shares.has(found.cid))
    const { cid, name, size } = found
    const addresses = isOwn ? forLinks(this.#parts.host.addresses()) : []
    const link = formatLink({
      cid,
      ...(name === null ? {} : { name }),
      ...(size === null ? {} : { size }),
      addresses
    })
    return { link, cid, name, size, addresses }
  }

  entries(): Entry[] {
    return this.#parts.catalog.entries()
  }

  async *search(request: SearchRequest, options: { signal: AbortSignal }): AsyncGenerator<SearchEvent> {
    const rows: SavedRow[] = []
    this.#rows = rows
    try {
      for await (const event of this.#parts.searches.search(request, options)) {
        if (event.type !== 'done') {
          rows[event.row - 1] = { cid: event.cid, name: event.name, size: event.size }
          const peers = event.providers.map(({ peerId }) => peerId)
          const denied = event.providers.flatMap(provider => (provider.denied ? [provider.peerId] : []))
          this.#parts.finder.name(event.cid, peers, denied)
        }
        yield event
      }
    } finally {
      if (rows === this.#rows) await this.#parts.rows.save(rows)
    }
  }

  browse(peer: string, options: { signal: AbortSignal }): AsyncIterable<Entry> {
    return this.#parts.catalog.browse(this.#peerNamed(peer), options)
  }

  async *get(request: GetRequest, options: { signal: AbortSignal }): AsyncGenerator<GetEvent> {
    const target = await this.#resolve(request.target)
    yield* this.#parts.downloads.get({ ...request, target }, options)
  }

  async openContent(request: ContentRequest, { signal }: { signal: AbortSignal }): Promise<Content> {
    const { own, self, mimeOf, downloads } = this.#parts
    const target = await this.#resolve(request.target)
    const ports = {
      own,
      self,
      mimeOf,
      download: (of: string, options: { timeoutMs: number | undefined; signal: AbortSignal }) =>
        downloads.read(of, options)
    }
    return await openContent({ ...request, target }, ports, signal)
  }

  downloads(): Download[] {
    return this.#parts.downloads.list()
  }

  pause(id: string): Promise<Download> {
    return this.#parts.downloads.pause(id)
  }

  resume(id: string): Promise<Download> {
    return this.#parts.downloads.resume(id)
  }

  cancel(id: string): Promise<Download> {
    return this.#parts.downloads.cancel(id)
  }

  wants(): Want[] {
    return this.#parts.wants.list()
  }

  addWant(text: string, options: { get?: boolean | undefined } = {}): Promise<Want> {
    return this.#parts.wants.add(text, options)
  }

  removeWant(id: string): Promise<Want> {
    return this.#parts.wants.remove(id)
  }

  values(name?: string): NamedValue[] {
    return this.#parts.values.list(name)
  }

  addValues(name: string | undefined, values: readonly string[]): Promise<NamedValue[]> {
    return this.#parts.values.add(name, values)
  }

  removeValues(name: string | undefined, values: readonly string[] | 'all'): Promise<NamedValue[]> {
    return this.#parts.values.remove(name, values)
  }

  aggregate(request: AggregateRequest, options: { signal: AbortSignal }): Promise<AggregateAnswer> {
    return this.#parts.aggregates.aggregate(request, options)
  }

  uploads(): Upload[] {
    return this.#parts.uploads.list()
  }

  peers(): Peer[] {
    const { host, links } = this.#parts
    const neighbours = new Map(links.neighbours().map(({ peer, rttMs }) => [peer, rttMs]))
    return host.contacts().map(({ peer, address, direction, path, rttMs, since }) => ({
      peerId: peer,
      nickname: this.#nickname(peer) ?? null,
      address,
      direction,
      neighbour: neighbours.has(peer),
      path,
      rttMs: neighbours.get(peer) ?? rttMs,
      since
    }))
  }

  async connect(
    address: string,
    { signal }: { signal: AbortSignal }
  ): Promise<{ peerId: PeerKey; address: string }> {
    this.#checkAddress(address)
    try {
      const peerId = await this.#parts.supervisor.connect(address, signal)
      return { peerId, address }
    } catch (cause) {
      signal.throwIfAborted()
      const message = `no connection to ${address}: ${(cause as Error).message}`
      throw new NodeError({ code: 'unreachable', message }, { cause })
    }
  }

  async disconnect(peer: string): Promise<{ peerId: PeerKey; address: string }> {
    const peerId = this.#peerNamed(peer)
    const contact = this.#parts.host.contacts().find(candidate => candidate.peer === peerId)
    if (contact === undefined) {
      throw new NodeError({ code: 'not-found', message: `there is no connection to ${peer}` })
    }
    await this.#parts.supervisor.disconnect(peerId)
    return { peerId, address: contact.address }
  }

  events(options: { signal: AbortSignal; sinceId?: number }): AsyncIterable<NumberedEvent> {
    return this.#parts.events.follow(options)
  }

  async leave(): Promise<void> {
    this.#parts.events.emit({ type: 'node:leaving' })
    await Promise.all([this.#parts.catalog.leave(), this.#parts.index.leave()])
    this.#parts.stopSoon()
  }

  #nickname(peer: PeerKey): string | undefined {
    return this.#parts.links.nickname(peer) ?? this.#parts.catalog.nickname(peer)
  }

  /** A row's number, a cid or a link, as a link with all that is known of it. */
  async #resolve(target: string): Promise<string> {
    if (/^\d{1,6}$/.test(target)) return this.#linkOfRow(Number(target))
    try {
      if (!isLink(target)) return this.#linkOf(parseCid(target).text)
      const { cid, name, addresses } = parseLink(target)
      await this.#remember(cid, addresses)
      return name === undefined ? this.#linkOf(cid) : target
    } catch (cause) {
      if (!(cause instanceof ContentError)) throw cause
      throw new NodeError({ code: 'bad-input', field: 'target', message: cause.message }, { cause })
    }
  }

  async #linkOfRow(number: number): Promise<string> {
    this.#rows ??= await this.#parts.rows.load()
    const row = this.#rows[number - 1]
    if (row !== undefined) return formatLink({ ...row, addresses: [] })
    const message =
      this.#rows.length === 0
        ? `${number} is a row of the last search, but there is none: search first, or give a cid`
        : `${number} is not a row of the last search, which has ${this.#rows.length}`
    throw new NodeError({ code: 'bad-input', field: 'target', message })
  }

  /** What is known of a cid by the catalogue. */
  #named(target: string): { cid: string; name: string | null; size: number | null } {
    try {
      const { text: cid } = parseCid(target)
      const entry = this.#parts.store.byCid(cid)[0]?.entry
      return { cid, name: entry?.name ?? null, size: entry?.size ?? null }
    } catch (cause) {
      if (!(cause instanceof ContentError)) throw cause
      throw new NodeError({ code: 'bad-input', field: 'target', message: cause.message }, { cause })
    }
  }

  #linkOf(cid: string): string {
    const entry = this.#parts.store.byCid(cid)[0]?.entry
    return entry === undefined ? cid : formatLink({ cid, name: entry.name, size: entry.size, addresses: [] })
  }

  async #remember(cid: string, addresses: readonly string[]): Promise<void> {
    const peers: PeerKey[] = []
    for (const address of addresses) {
      const peer = this.#parts.peerOf(address)
      if (peer === undefined || peer === this.#parts.self) continue
      await this.#parts.contacts.remember(peer, [address])
      peers.push(peer)
    }
    this.#parts.finder.name(cid, peers)
  }

  /** PeerId of `12D3…`, `nick~7f3k` or, when only one has it, `nick`. */
  #peerNamed(text: string): PeerKey {
    const contacts = this.#parts.host.contacts().map(({ peer }) => peer)
    if (contacts.includes(text)) return text
    const [nick, tail = ''] = text.split('~') as [string, string?]
    const named = contacts.filter(peer => this.#nickname(peer) === nick && peer.endsWith(tail))
    const [first, second] = named
    if (first !== undefined && second === undefined) return first
    const message =
      first === undefined
        ? `no connected peer is called ${text}; \`p2pnode peers\` lists them`
        : `${named.length} peers are called ${text}: use the PeerId`
    throw new NodeError({ code: first === undefined ? 'not-found' : 'conflict', message })
  }

  #checkAddress(address: string): void {
    try {
      this.#parts.peerOf(address)
    } catch (cause) {
      const message = `${address} is not a multiaddr, such as ${ADDRESS_EXAMPLE}`
      throw new NodeError({ code: 'bad-input', field: 'address', message }, { cause })
    }
  }
}

/** Addresses for a link that another machine is to open: few, so that a QR code of them is legible. */
function forLinks(addresses: readonly string[]): string[] {
  const distant = addresses.filter(address => !/^\/(ip4\/127\.|ip6\/(::1|fe80:))/.test(address))
  return (distant.length > 0 ? distant : addresses).slice(0, MAX_LINK_ADDRESSES)
}

/** Of all shares together. */
function sumsOf(
  shares: readonly Share[]
): Record<'count' | 'files' | 'bytes' | 'hashed' | 'pending' | 'errors', number> {
  const sum = (pick: (share: Share) => number): number =>
    shares.reduce((total, share) => total + pick(share), 0)
  return {
    count: shares.length,
    files: sum(({ files }) => files),
    bytes: sum(({ bytes }) => bytes),
    hashed: sum(({ hashed }) => hashed),
    pending: sum(({ pending }) => pending),
    errors: sum(({ errors, moreErrors }) => errors.length + moreErrors)
  }
}

/** What is wrong with a share as a whole; errors of single files are told with the share. */
function troubles({ path, errors }: Share): string[] {
  return errors.filter(error => error.path === '').map(({ message }) => `${path}: ${message}`)
}
