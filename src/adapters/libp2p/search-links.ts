/**
 * Links to neighbours over `/p2pnode/search/1.0.0`: who becomes one, which of two streams stays, who is kept out.
 */
import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { Counters } from '../../base/counters.ts'
import type { PeerKey } from '../../base/ports.ts'
import type { NeighbourView, SearchLinks as SearchLinksPort } from '../../node/searches.ts'
import { MAX_CONTROL_FRAME_BYTES, MAX_REFERRALS } from '../../wire/limits.ts'
import { decodeSearchMessage, encodeSearchMessage, type SearchMessage } from '../../wire/search-message.ts'
import { type LinkEnd, SearchLink } from './search-link.ts'
import { FrameStream, isMalformed } from './streams.ts'
import { StrikeList } from './strike-list.ts'

export const SEARCH_PROTOCOL = '/p2pnode/search/1.0.0'

/** Neighbours at most, whoever opened the link. */
export const MAX_NEIGHBOURS = 32
/** Time for Hello, and for its answer. */
const HELLO_TIMEOUT_MS = 10_000
/** Streams of one peer that wait for Hello. */
const MAX_STREAMS_PER_CONNECTION = 4
/** The other side of two streams that crossed shows up within this time. */
const CROSSING_MS = 5_000
const PING_MS = 30_000
const SILENCE_MS = 90_000
const TICK_MS = 5_000

export type LinkRefusal = Extract<SearchMessage, { type: 'refused' }>['reason']
export type LinkAnswer = 'neighbour' | { refused: LinkRefusal; addresses: string[] }

export interface SearchLinksOptions {
  /** This node's own, at most MAX_NICKNAME_BYTES. */
  nickname: string
  /** Whether a peer that asks may be a neighbour. Default: everybody. */
  accepts?: (peer: PeerKey) => 'yes' | 'blocked' | 'unwilling'
  /** Multiaddrs with PeerId of others that a refused peer may try; the first few are sent. */
  referrals?: (asker: PeerKey) => string[]
  /** A peer got its last strike: whatever connects us to it is to be cut. */
  onStruckOut?: (peer: PeerKey) => void
  maxNeighbours?: number
  pingMs?: number
  silenceMs?: number
  tickMs?: number
  /** ms, monotonic. */
  now?: () => number
  log?: (message: string) => void
}

interface Opening {
  answer: Promise<LinkAnswer>
  /** Set once Hello was sent. */
  frames: FrameStream | undefined
}

export class SearchLinks implements SearchLinksPort {
  /** Why links ended or messages were not sent. */
  readonly drops = new Counters()
  readonly #options: Required<SearchLinksOptions>
  readonly #links = new Map<PeerKey, SearchLink>()
  readonly #opening = new Map<PeerKey, Opening>()
  readonly #strikes = new StrikeList()
  /** Those who wait until a peer is a neighbour. */
  readonly #awaiting = new Map<PeerKey, Set<() => void>>()
  /** Streams that have not said Hello. */
  readonly #strangers = new Set<FrameStream>()
  readonly #loops = new Set<Promise<void>>()
  readonly #onMessage = new Set<(peer: PeerKey, message: SearchMessage) => void>()
  readonly #onJoin = new Set<(peer: PeerKey) => void>()
  readonly #onLeave = new Set<(peer: PeerKey) => void>()
  #host: Libp2p | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(options: SearchLinksOptions) {
    this.#options = {
      accepts: () => 'yes',
      referrals: () => [],
      onStruckOut: () => {},
      maxNeighbours: MAX_NEIGHBOURS,
      pingMs: PING_MS,
      silenceMs: SILENCE_MS,
      tickMs: TICK_MS,
      now: () => performance.now(),
      log: () => {},
      ...options
    }
  }

  async start(host: Libp2p): Promise<void> {
    this.#host = host
    await host.handle(SEARCH_PROTOCOL, (stream, connection) => this.#onStream(stream, connection), {
      maxInboundStreams: MAX_STREAMS_PER_CONNECTION,
      runOnLimitedConnection: true
    })
    this.#timer = setInterval(() => this.#tick(), this.#options.tickMs)
    this.#timer.unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    const host = this.#host
    this.#host = undefined
    await host?.unhandle(SEARCH_PROTOCOL)
    for (const { frames } of this.#opening.values()) frames?.abort('stopping')
    for (const frames of this.#strangers) frames.abort('stopping')
    for (const link of [...this.#links.values()]) link.end('stopped')
    await Promise.all(this.#loops)
  }

  /**
   * Asks a peer to be our neighbour; dials it when there is no connection.
   *
   * @throws when the peer cannot be reached, does not answer in time or breaks the protocol
   */
  open(peer: PeerKey, signal: AbortSignal): Promise<LinkAnswer> {
    if (this.#links.has(peer)) return Promise.resolve('neighbour')
    const known = this.#opening.get(peer)
    if (known !== undefined) return known.answer
    const refused = this.#refusal(peer)
    if (refused !== undefined) return Promise.resolve({ refused, addresses: [] })
    const { promise, resolve, reject } = Promise.withResolvers<LinkAnswer>()
    const opening: Opening = { answer: promise, frames: undefined }
    this.#opening.set(peer, opening)
    this.#open(peer, opening, signal)
      .finally(() => this.#opening.delete(peer))
      .then(resolve, reject)
    return promise
  }

  close(peer: PeerKey): void {
    this.#links.get(peer)?.end('closed')
  }

  isNeighbour(peer: PeerKey): boolean {
    return this.#links.has(peer)
  }

  neighbours(): NeighbourView[] {
    return [...this.#links.values()].map(({ peer, rttMs }) => ({ peer, rttMs }))
  }

  /** As the neighbour calls itself. */
  nickname(peer: PeerKey): string | undefined {
    return this.#links.get(peer)?.nickname
  }

  send(peer: PeerKey, message: SearchMessage): boolean {
    const verdict = this.#links.get(peer)?.send(message) ?? 'gone'
    if (verdict !== 'queued') this.drops.add(verdict)
    return verdict === 'queued'
  }

  /**
   * Counts against the peer, whatever protocol it was on; the third within ten minutes ends the link, and it gets no
   * other for ten minutes. `reason` is one of a few: it is counted.
   */
  strike(peer: PeerKey, reason: string): void {
    this.drops.add(`strike-${reason}`)
    this.#options.log(`${peer} broke a rule: ${reason}`)
    if (!this.#strikes.add(peer, this.#options.now())) return
    this.#links.get(peer)?.end('struck')
    this.#options.onStruckOut(peer)
  }

  /** Whether nothing is taken from a peer at present, because of its strikes. */
  isStruckOut(peer: PeerKey): boolean {
    return this.#strikes.isOut(peer, this.#options.now())
  }

  onMessage(handler: (peer: PeerKey, message: SearchMessage) => void): void {
    this.#onMessage.add(handler)
  }

  onJoin(handler: (peer: PeerKey) => void): void {
    this.#onJoin.add(handler)
  }

  onLeave(handler: (peer: PeerKey) => void): void {
    this.#onLeave.add(handler)
  }

  async #open(peer: PeerKey, opening: Opening, signal: AbortSignal): Promise<LinkAnswer> {
    const host = this.#host
    if (host === undefined) throw new Error('the search links are stopped')
    const stream = await host.dialProtocol(peerIdFromString(peer), SEARCH_PROTOCOL, {
      signal,
      runOnLimitedConnection: true
    })
    const frames = new FrameStream(stream, { maxFrameBytes: MAX_CONTROL_FRAME_BYTES })
    // While we dialled the peer may have opened a link; then ours never says Hello.
    if (this.#links.has(peer) || this.#host === undefined) {
      frames.abort('not needed')
      return this.#isLinked(peer, 0)
    }
    opening.frames = frames
    try {
      return await this.#sayHello(peer, frames, signal)
    } catch (err) {
      frames.abort('no welcome')
      if (isMalformed(err)) this.strike(peer, 'malformed')
      // Two streams crossed and the other one stayed.
      if (this.#links.has(peer)) return 'neighbour'
      throw err
    }
  }

  async #sayHello(peer: PeerKey, frames: FrameStream, signal: AbortSignal): Promise<LinkAnswer> {
    const wait = { signal, timeoutMs: HELLO_TIMEOUT_MS }
    await frames.write(encodeSearchMessage({ type: 'hello', nickname: this.#options.nickname }), wait)
    const bytes = await frames.read(wait)
    if (bytes === undefined) {
      frames.abort('declined')
      return this.#isLinked(peer, CROSSING_MS)
    }
    const answer = decodeSearchMessage(bytes)
    if (answer.type === 'refused') {
      frames.abort('refused')
      return { refused: answer.reason, addresses: answer.addresses }
    }
    if (answer.type !== 'welcome') {
      this.strike(peer, 'malformed')
      throw new Error(`${peer} answered hello with ${answer.type}`)
    }
    if (this.#host === undefined) throw new Error('the search links are stopped')
    this.#add(peer, answer.nickname, frames, true).ping()
    return 'neighbour'
  }

  #onStream(stream: Stream, connection: Connection): void {
    const frames = new FrameStream(stream, { maxFrameBytes: MAX_CONTROL_FRAME_BYTES })
    this.#track(this.#accept(frames, connection.remotePeer.toString()))
  }

  async #accept(frames: FrameStream, peer: PeerKey): Promise<void> {
    this.#strangers.add(frames)
    try {
      const bytes = await frames.read({ timeoutMs: HELLO_TIMEOUT_MS })
      if (bytes === undefined) return frames.abort('no hello')
      const hello = decodeSearchMessage(bytes)
      if (hello.type !== 'hello') {
        this.strike(peer, 'malformed')
        return frames.abort('no hello')
      }
      await this.#onHello(frames, peer, hello.nickname)
    } catch (err) {
      frames.abort('no hello')
      if (isMalformed(err)) this.strike(peer, 'malformed')
    } finally {
      this.#strangers.delete(frames)
    }
  }

  async #onHello(frames: FrameStream, peer: PeerKey, nickname: string): Promise<void> {
    if (this.#host === undefined) return frames.abort('stopping')
    if (this.#oursStays(peer)) {
      this.drops.add('crossed')
      // A plain end, no refusal: the peer then waits for our stream.
      return frames.close()
    }
    const reason = this.#refusal(peer)
    if (reason !== undefined) {
      this.drops.add(`refused-${reason}`)
      const addresses = reason === 'full' ? this.#options.referrals(peer).slice(0, MAX_REFERRALS) : []
      await frames.write(encodeSearchMessage({ type: 'refused', reason, addresses }), {
        timeoutMs: HELLO_TIMEOUT_MS
      })
      return frames.close()
    }
    // The peer opens a link although there is one: it has lost the old one.
    this.#links.get(peer)?.end('replaced')
    const link = this.#add(peer, nickname, frames, false)
    link.send({ type: 'welcome', nickname: this.#options.nickname })
    link.ping()
    this.#opening.get(peer)?.frames?.abort('the other stream stays')
  }

  /**
   * Both sides have opened a stream at once: the one of the peer with the smaller PeerId stays. Ours counts as
   * opened when its Hello is out; so of two streams exactly one is declined, whatever comes first.
   */
  #oursStays(peer: PeerKey): boolean {
    if (this.#self >= peer) return false
    if (this.#opening.get(peer)?.frames !== undefined) return true
    const link = this.#links.get(peer)
    return link?.isOurs === true && this.#options.now() - link.since < CROSSING_MS
  }

  #refusal(peer: PeerKey): LinkRefusal | undefined {
    if (this.isStruckOut(peer)) return 'blocked'
    const accepted = this.#options.accepts(peer)
    if (accepted !== 'yes') return accepted
    const isFull = !this.#links.has(peer) && this.#links.size >= this.#options.maxNeighbours
    return isFull ? 'full' : undefined
  }

  get #self(): PeerKey {
    return this.#host?.peerId.toString() ?? ''
  }

  #add(peer: PeerKey, nickname: string, frames: FrameStream, isOurs: boolean): SearchLink {
    const link: SearchLink = new SearchLink({
      peer,
      nickname,
      isOurs,
      frames,
      now: this.#options.now,
      onMessage: message => this.#onLinkMessage(peer, message),
      onEnd: reason => this.#onLinkEnd(link, reason)
    })
    this.#links.set(peer, link)
    for (const wake of this.#awaiting.get(peer) ?? []) wake()
    this.#track(link.run())
    for (const handler of this.#onJoin) handler(peer)
    return link
  }

  #onLinkMessage(peer: PeerKey, message: SearchMessage): void {
    try {
      for (const handler of this.#onMessage) handler(peer, message)
    } catch (err) {
      // Our mistake, not the peer's: it must cost neither the link nor a strike.
      this.drops.add('handler-failed')
      this.#options.log(`search message ${message.type} of ${peer}: ${(err as Error).message}`)
    }
  }

  #onLinkEnd(link: SearchLink, reason: LinkEnd): void {
    const { peer } = link
    if (this.#links.get(peer) !== link) return
    this.#links.delete(peer)
    this.drops.add(`link-${reason}`)
    for (const handler of this.#onLeave) handler(peer)
    if (reason === 'malformed') this.strike(peer, reason)
  }

  /** Resolves when the peer is a neighbour. @throws when that is not so within `ms` */
  async #isLinked(peer: PeerKey, ms: number): Promise<LinkAnswer> {
    if (!this.#links.has(peer) && ms > 0) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const waiting = this.#awaiting.get(peer) ?? new Set()
      this.#awaiting.set(peer, waiting.add(resolve))
      const timer = setTimeout(resolve, ms)
      await promise
      clearTimeout(timer)
      waiting.delete(resolve)
      if (waiting.size === 0) this.#awaiting.delete(peer)
    }
    if (this.#links.has(peer)) return 'neighbour'
    throw new Error(`${peer} ended the link before it began`)
  }

  #tick(): void {
    const { pingMs, silenceMs } = this.#options
    for (const link of [...this.#links.values()]) link.tick(pingMs, silenceMs)
  }

  #track(loop: Promise<void>): void {
    const tracked = loop
      .catch(err => this.#options.log(`search link: ${(err as Error).message}`))
      .finally(() => this.#loops.delete(tracked))
    this.#loops.add(tracked)
  }
}
