/**
 * Questions to neighbours, and their answers, over `/p2pnode/aggregate/1.0.0`. Who is a neighbour is said by the search
 * links; nobody else is asked or heard.
 */
import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { Counters } from '../../base/counters.ts'
import type { PeerKey } from '../../base/ports.ts'
import type { AggregateLinks as AggregateLinksPort } from '../../node/aggregates.ts'
import type { NeighbourView } from '../../node/searches.ts'
import type { AggregateMessage } from '../../wire/aggregate-message.ts'
import { MAX_CONTROL_FRAME_BYTES } from '../../wire/limits.ts'
import { AggregateLink } from './aggregate-link.ts'
import { FrameStream, StreamError } from './streams.ts'

export const AGGREGATE_PROTOCOL = '/p2pnode/aggregate/1.0.0'

/** Streams of one connection in each direction. One is needed; a peer may open another when it has lost that. */
const MAX_STREAMS = 4
const OPEN_TIMEOUT_MS = 10_000
/** A stream may come before the search link of the same peer is ready on our side, ms. */
const NEIGHBOUR_WITHIN_MS = 2_000
const TICK_MS = 10_000

/** The search links, as far as they say who is a neighbour. */
export interface Neighbours {
  neighbours(): NeighbourView[]
  strike(peer: PeerKey, reason: string): void
  onJoin(handler: (peer: PeerKey) => void): void
  onLeave(handler: (peer: PeerKey) => void): void
}

export interface AggregateLinksInit {
  host: Libp2p
  neighbours: Neighbours
  /** ms, monotonic. */
  now?: () => number
  tickMs?: number
  log?: (message: string) => void
}

export class AggregateLinks implements AggregateLinksPort {
  readonly #init: AggregateLinksInit
  readonly #links = new Map<PeerKey, AggregateLink>()
  /** Streams of peers that are no neighbours yet. */
  readonly #early = new Map<PeerKey, Set<() => void>>()
  readonly #onMessage = new Set<(peer: PeerKey, message: AggregateMessage) => void>()
  readonly #onBroken = new Set<(peer: PeerKey) => void>()
  readonly counts = new Counters<
    'streams-opened' | 'broken' | 'malformed' | 'not-neighbour' | 'handler-failed'
  >()
  #stopping = new AbortController()
  #timer: NodeJS.Timeout | undefined

  constructor(init: AggregateLinksInit) {
    this.#init = init
  }

  async start(): Promise<void> {
    const { host, neighbours } = this.#init
    this.#stopping = new AbortController()
    neighbours.onJoin(peer => {
      for (const wake of this.#early.get(peer) ?? []) wake()
    })
    neighbours.onLeave(peer => {
      this.#links.get(peer)?.end()
      this.#links.delete(peer)
    })
    await host.handle(AGGREGATE_PROTOCOL, (stream, connection) => this.#onStream(stream, connection), {
      maxInboundStreams: MAX_STREAMS,
      maxOutboundStreams: MAX_STREAMS,
      runOnLimitedConnection: true
    })
    this.#timer = setInterval(() => this.#tick(), this.#init.tickMs ?? TICK_MS).unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#stopping.abort(new Error('the node stops'))
    await this.#init.host.unhandle(AGGREGATE_PROTOCOL)
    for (const link of this.#links.values()) link.end()
    this.#links.clear()
    for (const wakes of this.#early.values()) for (const wake of wakes) wake()
  }

  neighbours(): NeighbourView[] {
    return this.#init.neighbours.neighbours()
  }

  send(peer: PeerKey, message: AggregateMessage): boolean {
    return this.#isNeighbour(peer) && this.#link(peer).send(message)
  }

  strike(peer: PeerKey, reason: string): void {
    this.#init.neighbours.strike(peer, reason)
  }

  onMessage(handler: (peer: PeerKey, message: AggregateMessage) => void): void {
    this.#onMessage.add(handler)
  }

  onBroken(handler: (peer: PeerKey) => void): void {
    this.#onBroken.add(handler)
  }

  onJoin(handler: (peer: PeerKey) => void): void {
    this.#init.neighbours.onJoin(handler)
  }

  onLeave(handler: (peer: PeerKey) => void): void {
    this.#init.neighbours.onLeave(handler)
  }

  #isNeighbour(peer: PeerKey): boolean {
    return !this.#stopping.signal.aborted && this.neighbours().some(neighbour => neighbour.peer === peer)
  }

  #link(peer: PeerKey): AggregateLink {
    const known = this.#links.get(peer)
    if (known !== undefined) return known
    const link = new AggregateLink({
      peer,
      open: () => this.#open(peer),
      now: this.#init.now ?? (() => performance.now()),
      onMessage: message => this.#onLinkMessage(peer, message),
      onBroken: (reason, error) => this.#onLinkBroken(peer, reason, error)
    })
    this.#links.set(peer, link)
    return link
  }

  /** A stream on a connection that is there; a direct one before a relayed one. */
  async #open(peer: PeerKey): Promise<FrameStream> {
    const connections = this.#init.host
      .getConnections(peerIdFromString(peer))
      .filter(connection => connection.status === 'open')
    const connection = connections.find(({ limits }) => limits == null) ?? connections[0]
    if (connection == null) throw new StreamError({ code: 'closed', message: `not connected to ${peer}` })
    const stream = await connection.newStream(AGGREGATE_PROTOCOL, {
      signal: AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(OPEN_TIMEOUT_MS)]),
      maxOutboundStreams: MAX_STREAMS,
      runOnLimitedConnection: true
    })
    this.counts.add('streams-opened')
    return new FrameStream(stream, { maxFrameBytes: MAX_CONTROL_FRAME_BYTES })
  }

  async #onStream(stream: Stream, connection: Connection): Promise<void> {
    const frames = new FrameStream(stream, { maxFrameBytes: MAX_CONTROL_FRAME_BYTES })
    const peer = connection.remotePeer.toString()
    if (!this.#isNeighbour(peer)) await this.#maybeSoon(peer)
    if (this.#isNeighbour(peer)) await this.#link(peer).accept(frames)
    else {
      this.counts.add('not-neighbour')
      frames.abort('not a neighbour')
    }
  }

  /** Resolves when the peer is a neighbour, or after a while. */
  async #maybeSoon(peer: PeerKey): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const waiting = this.#early.get(peer) ?? new Set()
    this.#early.set(peer, waiting.add(resolve))
    const timer = setTimeout(resolve, NEIGHBOUR_WITHIN_MS)
    await promise
    clearTimeout(timer)
    waiting.delete(resolve)
    if (waiting.size === 0) this.#early.delete(peer)
  }

  #onLinkMessage(peer: PeerKey, message: AggregateMessage): void {
    this.#guarded(peer, () => {
      for (const handler of this.#onMessage) handler(peer, message)
    })
  }

  #onLinkBroken(peer: PeerKey, reason: 'broken' | 'malformed', error: unknown): void {
    this.counts.add(reason)
    this.#init.log?.(`aggregate stream with ${peer}: ${(error as Error).message}`)
    if (reason === 'malformed') this.strike(peer, reason)
    this.#guarded(peer, () => {
      for (const handler of this.#onBroken) handler(peer)
    })
  }

  #guarded(peer: PeerKey, handle: () => void): void {
    try {
      handle()
    } catch (error) {
      // Our mistake, not the peer's: it must cost neither the stream nor a strike.
      this.counts.add('handler-failed')
      this.#init.log?.(`questions with ${peer}: ${(error as Error).message}`)
    }
  }

  #tick(): void {
    for (const link of this.#links.values()) link.tick()
  }
}
