/**
 * The peers that a folder is fetched from: found all the time, with one session each, and tried again after a pause when
 * they failed. A liar is not asked any more.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { Clock, PeerKey } from '../base/ports.ts'
import type { SourceView } from '../swarm/index.ts'
import type { DownloadSource } from './api.ts'
import type { BlockClient, BlockSession, ProviderFinder } from './download-ports.ts'
import { isBan } from './download-sources.ts'
import { NodeError } from './errors.ts'
import { SourceRetries } from './source-retries.ts'
import { SourceSearch } from './source-search.ts'

/** How often those who wait for a peer look again, ms: that a pause is over is told by nobody. */
const LOOK_MS = 250
/** Peers remembered. */
const MAX_PEERS = 256

export interface FolderSourcePorts {
  client: BlockClient
  finder: ProviderFinder
  self: PeerKey
  clock: Clock
}

interface Peer {
  session: Promise<BlockSession> | undefined
  /** Bytes that it gave. */
  bytes: number
  state: string
  isBanned: boolean
}

export class FolderSources {
  readonly #root: string
  readonly #ports: FolderSourcePorts
  readonly #peers = new Map<PeerKey, Peer>()
  readonly #retries = new SourceRetries()
  readonly #search: SourceSearch
  #joined = Promise.withResolvers<void>()
  #timeoutMs: number | undefined
  #heardAt: number

  /** @param known - who was banned in earlier runs, and for what */
  constructor(root: string, known: readonly DownloadSource[], ports: FolderSourcePorts) {
    this.#root = root
    this.#ports = ports
    this.#heardAt = ports.clock.now()
    this.#search = new SourceSearch(root, ports.finder, peer => this.#join(peer))
    for (const { peerId, state } of known)
      if (isBan(state)) this.#peers.set(peerId, { session: undefined, bytes: 0, state, isBanned: true })
  }

  /** Those that may be asked now. */
  get peers(): PeerKey[] {
    const now = this.#ports.clock.now()
    return [...this.#peers]
      .filter(([peer, { isBanned }]) => !isBanned && this.#retries.mayTry(peer, now))
      .map(([peer]) => peer)
  }

  /** Those that may have it, also who failed just now. */
  get candidates(): PeerKey[] {
    return [...this.#peers].filter(([, { isBanned }]) => !isBanned).map(([peer]) => peer)
  }

  /** Those that lied, as the record of a download has them. */
  get banned(): DownloadSource[] {
    return [...this.#peers].flatMap(([peerId, { isBanned, state }]) =>
      isBanned ? [{ peerId, bytes: 0, rate: 0, state }] : []
    )
  }

  get views(): SourceView[] {
    return [...this.#peers].map(([peer, { bytes, state }]) => ({ peer, bytes, rate: 0, state }))
  }

  /** From now on `more` fails after so long without anything from anybody; undefined: it never does. */
  setPatience(timeoutMs: number | undefined): void {
    this.#timeoutMs = timeoutMs
    this.#heardAt = this.#ports.clock.now()
  }

  /** Looks for peers until `signal` aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#search.run(signal)
  }

  /** Shared by all who ask this peer, and closed with the last of them. */
  async session(peer: PeerKey, signal: AbortSignal): Promise<BlockSession> {
    const known = this.#peers.get(peer)
    const opening = known?.session ?? this.#ports.client.open(peer, { signal })
    if (known !== undefined) known.session = opening
    return await opening
  }

  /** It gave what it was asked for. */
  onGiven(peer: PeerKey, bytes: number): void {
    this.#heardAt = this.#ports.clock.now()
    this.#retries.onBlock(peer)
    const known = this.#peers.get(peer)
    if (known === undefined) return
    known.bytes += bytes
    known.state = 'waiting'
  }

  /** It did not: it is asked again after a pause. */
  async onFailed(peer: PeerKey, reason: string): Promise<void> {
    const known = this.#peers.get(peer)
    if (known === undefined || known.isBanned) return
    this.#retries.onLeft(peer, 'closed', known.bytes > 0, this.#ports.clock.now())
    known.state = `left: ${reason}`
    await this.#close(known)
  }

  /** What it gave is not what the cid says. */
  async ban(peer: PeerKey, state: string): Promise<void> {
    const known = this.#peers.get(peer)
    if (known === undefined) return
    known.isBanned = true
    known.state = isBan(state) ? state : `banned: ${state}`
    await this.#close(known)
  }

  /**
   * Resolves when there may be somebody to ask.
   *
   * @throws NodeError `no-source` when nothing came for longer than the patience; or the reason of `signal`
   */
  async more(signal: AbortSignal): Promise<void> {
    if (this.#timeoutMs !== undefined && this.#ports.clock.now() - this.#heardAt >= this.#timeoutMs) {
      const lied = this.banned.length > 0 && this.banned.length === this.#peers.size
      throw lied
        ? new NodeError({ code: 'bad-content', message: `every source of ${this.#root} sent wrong bytes` })
        : new NodeError({ code: 'no-source', message: `no source of ${this.#root} could be reached` })
    }
    this.#search.wake()
    const cut = new AbortController()
    const look = wait(LOOK_MS, undefined, { signal: AbortSignal.any([signal, cut.signal]) })
    try {
      await Promise.race([look, this.#joined.promise])
    } finally {
      cut.abort()
      look.catch(() => undefined)
    }
    signal.throwIfAborted()
  }

  async close(): Promise<void> {
    await Promise.all([...this.#peers.values()].map(peer => this.#close(peer)))
  }

  #join(peer: PeerKey): boolean {
    if (peer === this.#ports.self || this.#peers.has(peer) || this.#peers.size >= MAX_PEERS) return false
    this.#peers.set(peer, { session: undefined, bytes: 0, state: 'waiting', isBanned: false })
    this.#joined.resolve()
    this.#joined = Promise.withResolvers()
    return true
  }

  async #close(peer: Peer): Promise<void> {
    const { session } = peer
    peer.session = undefined
    // What was never opened need not be closed.
    await (await session?.catch(() => undefined))?.close()
  }
}
