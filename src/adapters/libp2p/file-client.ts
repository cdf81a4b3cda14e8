/**
 * Asks peers for blocks over `/p2pnode/file/1.0.0`. All sessions with one peer share up to two streams, which stay
 * open for a while, so that thousands of small files take no stream each.
 */
import type { Libp2p } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import type { PeerKey } from '../../base/ports.ts'
import type {
  AskOptions,
  BlockAnswer,
  BlockClient,
  BlockOptions,
  BlockSession,
  HaveAnswer,
  Refused
} from '../../node/download-ports.ts'
import { SourceError } from '../../swarm/index.ts'
import { MAX_CONTROL_FRAME_BYTES } from '../../wire/limits.ts'
import { costOf, FileChannel } from './file-channel.ts'
import { FILE_PROTOCOL } from './file-server.ts'
import { LeafRequests } from './leaf-requests.ts'
import { ReceivedMemory } from './received-memory.ts'
import { FrameStream } from './streams.ts'

const MAX_CHANNELS = 2
const OPEN_TIMEOUT_MS = 10_000
/** Streams without a session are closed after this time, ms. */
const IDLE_MS = 10_000
/** Sessions are told that their peer is alive at most this often, ms. */
const ALIVE_MS = 250
/** One for all: of a thousand small files a stack each would show. */
const CLOSED = new SourceError({ code: 'closed', reason: 'the session was closed' })

export interface FileClientOptions {
  host: Pick<Libp2p, 'dialProtocol'>
  /** Silence, in ms, after which a stream with open requests is given up. */
  answerTimeoutMs?: number
  /** A peer sent what breaks the protocol. */
  onStrike?: (peer: PeerKey, reason: 'malformed') => void
}

export class FileClient implements BlockClient {
  readonly #options: FileClientOptions
  readonly #lines = new Map<PeerKey, PeerLine>()
  readonly #memory = new ReceivedMemory()

  constructor(options: FileClientOptions) {
    this.#options = options
  }

  async open(peer: PeerKey, options: AskOptions & { onAlive?: () => void }): Promise<BlockSession> {
    const known = this.#lines.get(peer)
    const line = known ?? new PeerLine(peer, this.#options, this.#memory, () => this.#onEnd(peer))
    this.#lines.set(peer, line)
    const session = new Session(line, options.onAlive)
    line.sessions.add(session)
    try {
      await line.ready(options.signal)
      return session
    } catch (error) {
      await session.close()
      throw error
    }
  }

  #onEnd(peer: PeerKey): void {
    this.#lines.delete(peer)
    if (this.#lines.size === 0) this.#memory.clear()
  }

  /** Hangs up on everybody. */
  stop(): void {
    for (const line of [...this.#lines.values()]) line.end()
  }
}

/** The streams to one peer, and those who wait for room on them. */
class PeerLine {
  readonly sessions = new Set<Session>()
  readonly #peer: PeerKey
  readonly #options: FileClientOptions
  readonly #memory: ReceivedMemory
  readonly #onEnd: () => void
  #channels: FileChannel[] = []
  #opening: Promise<void> | undefined
  readonly #waiting = new Set<() => void>()
  #aliveAt = 0
  #idleTimer: NodeJS.Timeout | undefined

  constructor(peer: PeerKey, options: FileClientOptions, memory: ReceivedMemory, onEnd: () => void) {
    this.#peer = peer
    this.#options = options
    this.#memory = memory
    this.#onEnd = onEnd
  }

  /** Resolves when there is a stream. */
  async ready(signal: AbortSignal): Promise<void> {
    clearTimeout(this.#idleTimer)
    if (this.#channels.length > 0) return
    await abortable(this.#open(), signal)
  }

  /**
   * Calls `ask` with a stream that has room for `bytes`, as soon as there is one. First come, first served.
   * Nothing may happen between finding the room and taking it, so `ask` must take it at once.
   */
  async use<T>(bytes: number, signal: AbortSignal, ask: (channel: FileChannel) => Promise<T>): Promise<T> {
    let mayGoFirst = this.#waiting.size === 0
    for (;;) {
      signal.throwIfAborted()
      const channel = mayGoFirst ? this.#channels.find(each => each.hasRoom(bytes)) : undefined
      if (channel !== undefined) return await ask(channel)
      if (this.#channels.length === 0) await this.ready(signal)
      else {
        this.#openSecond()
        await this.#untilChange(signal)
      }
      mayGoFirst = true
    }
  }

  leave(session: Session): void {
    this.sessions.delete(session)
    if (this.sessions.size > 0) return
    clearTimeout(this.#idleTimer)
    this.#idleTimer = setTimeout(() => this.end(), IDLE_MS)
    this.#idleTimer.unref()
  }

  end(): void {
    clearTimeout(this.#idleTimer)
    this.#onEnd()
    for (const channel of [...this.#channels])
      channel.end(new SourceError({ code: 'closed', reason: 'hung up' }))
  }

  /** A second stream is a gain, not a need: without it the first goes on. */
  #openSecond(): void {
    if (this.#channels.length < MAX_CHANNELS) void this.#open()
  }

  /** Who waits for it is told when it fails; it may be nobody. */
  #open(): Promise<void> {
    if (this.#opening === undefined) {
      this.#opening = this.#openChannel()
      this.#opening.catch(() => undefined)
    }
    return this.#opening
  }

  async #untilChange(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.add(resolve)
    try {
      await abortable(promise, signal)
    } finally {
      this.#waiting.delete(resolve)
    }
  }

  /** Those who waited longest look first. */
  #wake(): void {
    for (const wake of this.#waiting) wake()
  }

  async #openChannel(): Promise<void> {
    try {
      const signal = AbortSignal.timeout(OPEN_TIMEOUT_MS)
      const peer = peerIdFromString(this.#peer)
      const stream = await this.#options.host.dialProtocol(peer, FILE_PROTOCOL, { signal })
      const frames = new FrameStream(stream, { maxFrameBytes: MAX_CONTROL_FRAME_BYTES })
      const events = {
        onAlive: () => this.#onAlive(),
        onChange: () => this.#onChange(),
        onMalformed: () => this.#options.onStrike?.(this.#peer, 'malformed')
      }
      this.#channels.push(new FileChannel(frames, events, this.#memory, this.#options.answerTimeoutMs))
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new SourceError({ code: 'closed', reason }, { cause })
    } finally {
      this.#opening = undefined
      this.#wake()
    }
  }

  #onAlive(): void {
    const now = performance.now()
    if (now - this.#aliveAt < ALIVE_MS) return
    this.#aliveAt = now
    for (const session of this.sessions) session.onAlive?.()
  }

  #onChange(): void {
    this.#channels = this.#channels.filter(channel => channel.isOpen)
    this.#wake()
  }
}

class Session implements BlockSession {
  readonly onAlive: (() => void) | undefined
  readonly #line: PeerLine
  /** What is being asked. */
  readonly #asks = new Set<AbortController>()
  #isClosed = false
  readonly #leaves = new LeafRequests((roots, bytes, given) =>
    this.#ask(bytes, given, (channel, signal) => channel.leaves(roots, bytes, signal))
  )

  constructor(line: PeerLine, onAlive: (() => void) | undefined) {
    this.#line = line
    this.onAlive = onAlive
  }

  manifest(
    root: string,
    onNode: (bytes: Uint8Array) => void,
    options: AskOptions
  ): Promise<{ kind: 'end' } | Refused> {
    return this.#ask(0, options.signal, (channel, signal) => channel.manifest(root, onNode, signal))
  }

  have(root: string, first: number, options: AskOptions): Promise<HaveAnswer> {
    return this.#ask(0, options.signal, (channel, signal) => channel.have(root, first, signal))
  }

  block(root: string, block: number, options: BlockOptions): Promise<BlockAnswer> {
    return this.#ask(costOf(options.length), options.signal, (channel, signal) =>
      channel.block(root, block, { ...options, signal })
    )
  }

  leaf(root: string, expected: number, options: AskOptions): Promise<BlockAnswer> {
    return this.#leaves.ask(root, expected, options.signal)
  }

  sources(root: string, options: AskOptions): Promise<Array<{ peer: PeerKey; addresses: string[] }>> {
    return this.#ask(0, options.signal, (channel, signal) => channel.sources(root, signal))
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const ask of this.#asks) ask.abort(CLOSED)
    this.#line.leave(this)
  }

  async #ask<T>(
    bytes: number,
    given: AbortSignal,
    ask: (channel: FileChannel, signal: AbortSignal) => Promise<T>
  ): Promise<T> {
    given.throwIfAborted()
    if (this.#isClosed) throw CLOSED
    // By hand: what AbortSignal.any makes stays until V8 looks through everything, two KiB for each block.
    const own = new AbortController()
    const onAbort = (): void => own.abort(given.reason)
    given.addEventListener('abort', onAbort)
    this.#asks.add(own)
    try {
      return await this.#line.use(bytes, own.signal, channel => ask(channel, own.signal))
    } finally {
      given.removeEventListener('abort', onAbort)
      this.#asks.delete(own)
    }
  }
}

/** Resolves with `promise`, or rejects when `signal` aborts first. */
async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  const aborted = Promise.withResolvers<never>()
  const onAbort = (): void => aborted.reject(signal.reason)
  signal.addEventListener('abort', onAbort)
  try {
    return await Promise.race([promise, aborted.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
