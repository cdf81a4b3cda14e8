/**
 * One link to a neighbour: the stream after Hello and Welcome, with a bounded queue in front of it.
 */
import { randomInt } from 'node:crypto'
import type { PeerKey } from '../../base/ports.ts'
import { TokenBucket } from '../../base/token-bucket.ts'
import { WireError } from '../../wire/errors.ts'
import { decodeSearchMessage, encodeSearchMessage, type SearchMessage } from '../../wire/search-message.ts'
import { type FrameStream, frame, isMalformed } from './streams.ts'

/** Frames and bytes that may wait for the stream; beyond them forwarded queries are dropped, newest first. */
export const MAX_QUEUED_FRAMES = 256
export const MAX_QUEUED_BYTES = 1024 * 1024
/** A neighbour that leaves this many times as much unread is not listening. */
const STALLED_FACTOR = 2
/** Bytes handed to the stream at once. */
const MAX_BATCH_BYTES = 64 * 1024
/** Pings that we answer: two ticks' worth at once, and a few to spare. */
const PONG_RATE = { perSecond: 1, burst: 10 }
/** Weight of the newest measurement. RFC 6298 takes an eighth, but our pings are rare. */
const RTT_WEIGHT = 0.25

export type LinkEnd = 'closed' | 'malformed' | 'stalled' | 'silent' | 'replaced' | 'struck' | 'stopped'
export type SendVerdict = 'queued' | 'queue-full' | 'gone'

export interface SearchLinkOptions {
  peer: PeerKey
  nickname: string
  /** Whether this node opened the stream. */
  isOurs: boolean
  frames: FrameStream
  /** ms, monotonic. */
  now: () => number
  /** A message that is not for the link itself. */
  onMessage: (message: SearchMessage) => void
  /** Once. */
  onEnd: (reason: LinkEnd) => void
}

export class SearchLink {
  readonly peer: PeerKey
  readonly nickname: string
  readonly isOurs: boolean
  readonly since: number
  /** Smoothed; null until the first pong. */
  rttMs: number | null = null
  readonly #options: SearchLinkOptions
  readonly #pongs: TokenBucket
  #queue: Uint8Array[] = []
  #queuedBytes = 0
  #isWriting = false
  #hasEnded = false
  #heardAt: number
  #pingedAt = Number.NEGATIVE_INFINITY
  #ping: { nonce: number; sentAt: number } | undefined

  constructor(options: SearchLinkOptions) {
    this.peer = options.peer
    this.nickname = options.nickname
    this.isOurs = options.isOurs
    this.#options = options
    this.since = options.now()
    this.#heardAt = this.since
    this.#pongs = new TokenBucket(PONG_RATE, this.since)
  }

  /** Reads until the link ends. Never rejects. */
  async run(): Promise<void> {
    try {
      for (;;) {
        const bytes = await this.#options.frames.read()
        if (bytes === undefined || this.#hasEnded) break
        this.#heardAt = this.#options.now()
        this.#onMessage(decodeSearchMessage(bytes))
      }
      this.end('closed')
    } catch (err) {
      this.end(isMalformed(err) ? 'malformed' : 'closed')
    }
  }

  send(message: SearchMessage): SendVerdict {
    if (this.#hasEnded) return 'gone'
    const isFull = this.#queue.length >= MAX_QUEUED_FRAMES || this.#queuedBytes >= MAX_QUEUED_BYTES
    if (isFull && message.type === 'query' && message.hops > 0) return 'queue-full'
    const isStalled =
      this.#queue.length >= STALLED_FACTOR * MAX_QUEUED_FRAMES ||
      this.#queuedBytes >= STALLED_FACTOR * MAX_QUEUED_BYTES
    if (isStalled) {
      this.end('stalled')
      return 'gone'
    }
    const bytes = frame(encodeSearchMessage(message))
    this.#queue.push(bytes)
    this.#queuedBytes += bytes.length
    if (!this.#isWriting) void this.#write()
    return 'queued'
  }

  /** Measures the link when `everyMs` have passed, ends it after a silence of `silenceMs`. */
  tick(everyMs: number, silenceMs: number): void {
    const now = this.#options.now()
    if (now - this.#heardAt >= silenceMs) this.end('silent')
    else if (now - this.#pingedAt >= everyMs) this.ping()
  }

  ping(): void {
    const now = this.#options.now()
    this.#pingedAt = now
    this.#ping = { nonce: randomInt(2 ** 31), sentAt: now }
    this.send({ type: 'ping', nonce: this.#ping.nonce })
  }

  end(reason: LinkEnd): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#queue = []
    this.#options.frames.abort(`search link: ${reason}`)
    this.#options.onEnd(reason)
  }

  #onMessage(message: SearchMessage): void {
    const now = this.#options.now()
    if (message.type === 'ping') {
      if (this.#pongs.take(1, now)) this.send({ type: 'pong', nonce: message.nonce })
    } else if (message.type === 'pong') {
      if (message.nonce !== this.#ping?.nonce) return
      const rttMs = now - this.#ping.sentAt
      this.rttMs = this.rttMs === null ? rttMs : this.rttMs + RTT_WEIGHT * (rttMs - this.rttMs)
      this.#ping = undefined
    } else if (message.type === 'hello' || message.type === 'welcome' || message.type === 'refused') {
      throw new WireError({ code: 'unknown-message', field: 'frame' })
    } else {
      this.#options.onMessage(message)
    }
  }

  async #write(): Promise<void> {
    this.#isWriting = true
    try {
      while (this.#queue.length > 0) await this.#options.frames.writeRaw(this.#nextBatch())
    } catch {
      // The reader of a broken stream ends, too, but maybe later.
      this.end('closed')
    } finally {
      this.#isWriting = false
    }
  }

  #nextBatch(): Uint8Array[] {
    let bytes = 0
    let count = 0
    while (count < this.#queue.length && (count === 0 || bytes < MAX_BATCH_BYTES)) {
      bytes += this.#queue[count]?.length ?? 0
      count++
    }
    this.#queuedBytes -= bytes
    return this.#queue.splice(0, count)
  }
}
