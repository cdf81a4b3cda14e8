/**
 * Messages about questions to one neighbour and from it. There is no stream until there is something to say; then one
 * that either side has opened serves both directions, and its opener ends it after a while of silence.
 */
import type { PeerKey } from '../../base/ports.ts'
import {
  type AggregateMessage,
  decodeAggregateMessage,
  encodeAggregateMessage
} from '../../wire/aggregate-message.ts'
import { type FrameStream, isMalformed } from './streams.ts'

/** Messages that may wait for the stream. A neighbour that takes 50 questions at once gives as many answers. */
export const MAX_QUEUED_MESSAGES = 128
/** Silence after which the opener ends a stream, ms. */
export const IDLE_MS = 60_000
const WRITE_TIMEOUT_MS = 10_000

export interface AggregateLinkOptions {
  peer: PeerKey
  /** Opens a stream to the peer. */
  open: () => Promise<FrameStream>
  /** ms, monotonic. */
  now: () => number
  onMessage: (message: AggregateMessage) => void
  /** What was sent may not have come; `malformed`: the peer's fault. */
  onBroken: (reason: 'broken' | 'malformed', error: unknown) => void
}

interface Queued {
  message: AggregateMessage
  at: number
}

export class AggregateLink {
  readonly #options: AggregateLinkOptions
  #queue: Queued[] = []
  #isWriting = false
  #hasEnded = false
  #usedAt: number
  #ours: FrameStream | undefined
  #theirs: FrameStream | undefined

  constructor(options: AggregateLinkOptions) {
    this.#options = options
    this.#usedAt = options.now()
  }

  /** False: there is no room for it. */
  send(message: AggregateMessage): boolean {
    if (this.#hasEnded || this.#queue.length >= MAX_QUEUED_MESSAGES) return false
    this.#queue.push({ message, at: this.#options.now() })
    if (!this.#isWriting) void this.#write()
    return true
  }

  /** Reads a stream that the peer opened, until it ends. */
  async accept(frames: FrameStream): Promise<void> {
    // A peer needs one; that it opens another means that it has lost the old one.
    this.#theirs?.abort('replaced')
    this.#theirs = frames
    await this.#read(frames)
    if (this.#theirs === frames) this.#theirs = undefined
    // The opener has nothing more to say; neither have we, on this stream.
    await frames.close().catch(() => frames.abort('cannot be closed'))
  }

  /** Ends our stream when nothing went over it for a while. */
  tick(): void {
    const ours = this.#ours
    if (ours === undefined || this.#isWriting || this.#options.now() - this.#usedAt < IDLE_MS) return
    this.#ours = undefined
    ours.close().catch(() => ours.abort('cannot be closed'))
  }

  end(): void {
    this.#hasEnded = true
    this.#queue = []
    const [ours, theirs] = [this.#ours, this.#theirs]
    this.#ours = undefined
    this.#theirs = undefined
    ours?.abort('no neighbour any more')
    theirs?.abort('no neighbour any more')
  }

  async #write(): Promise<void> {
    this.#isWriting = true
    try {
      for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
        const frames = this.#usable() ?? (await this.#open())
        if (this.#hasEnded) return
        this.#queue.shift()
        this.#usedAt = this.#options.now()
        await frames.write(encodeAggregateMessage(this.#timed(next)), { timeoutMs: WRITE_TIMEOUT_MS })
      }
    } catch (error) {
      this.#break('broken', error)
    } finally {
      this.#isWriting = false
    }
  }

  /** A question has waited for its stream; the other side must not take that time once more. */
  #timed({ message, at }: Queued): AggregateMessage {
    if (message.type !== 'question') return message
    const timeLeftMs = Math.max(1, Math.floor(message.timeLeftMs - (this.#options.now() - at)))
    return { ...message, timeLeftMs }
  }

  #usable(): FrameStream | undefined {
    return [this.#ours, this.#theirs].find(
      frames => frames?.isOpen && frames.stream.writeStatus === 'writable'
    )
  }

  async #open(): Promise<FrameStream> {
    const frames = await this.#options.open()
    if (this.#hasEnded) {
      frames.abort('no neighbour any more')
      return frames
    }
    this.#ours = frames
    void this.#read(frames).then(() => {
      // We end it, not the peer: what it still owed us on this stream will not come.
      if (this.#ours === frames) this.#break('broken', new Error('the peer ended the stream'))
    })
    return frames
  }

  /** Never rejects. */
  async #read(frames: FrameStream): Promise<void> {
    try {
      for (;;) {
        const bytes = await frames.read()
        if (bytes === undefined || this.#hasEnded) return
        this.#usedAt = this.#options.now()
        this.#options.onMessage(decodeAggregateMessage(bytes))
      }
    } catch (error) {
      frames.abort('no more of this')
      const isCurrent = frames === this.#ours || frames === this.#theirs
      if (isCurrent) this.#break(isMalformed(error) ? 'malformed' : 'broken', error)
    }
  }

  #break(reason: 'broken' | 'malformed', error: unknown): void {
    if (this.#hasEnded) return
    this.#queue = []
    const [ours, theirs] = [this.#ours, this.#theirs]
    this.#ours = undefined
    this.#theirs = undefined
    ours?.abort('broken')
    theirs?.abort('broken')
    this.#options.onBroken(reason, error)
  }
}
