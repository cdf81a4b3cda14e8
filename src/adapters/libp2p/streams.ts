/**
 * Frames and raw bytes over a libp2p stream, with back-pressure in both directions. The only place that touches
 * a stream's events: js-libp2p 3 loses data or memory in many other orders of the same calls (pausing inside a
 * dispatch, waiting on `onDrain()` twice, attaching a reader late, taking an end for success).
 */
import type { Stream, StreamCloseEvent, StreamMessageEvent } from '@libp2p/interface'
import { Uint8ArrayList } from 'uint8arraylist'
import { WireError } from '../../wire/errors.ts'

/** Unread bytes of a stream at which its sender is held. Below yamux's read buffer, above one block. */
const READ_HIGH_BYTES = 1024 * 1024
/** Unsent bytes of a stream below which more is sent. Above zero, so that the line does not run dry meanwhile. */
const WRITE_LOW_BYTES = 256 * 1024
/** How often a waiting reader looks by itself, ms: an event missed by the library must not hang us. */
const RECHECK_MS = 5_000
/** A varint that says the length of a frame: 4 bytes hold more than any limit. */
const MAX_VARINT_BYTES = 4

export type StreamFault =
  | { code: 'closed'; message: string }
  | { code: 'reset'; message: string }
  | { code: 'truncated'; message: string }
  | { code: 'frame-too-long'; message: string; limit: number }
  | { code: 'timeout'; message: string; afterMs: number }

/** A stream that ended, hung or broke its framing. */
export class StreamError extends Error {
  override readonly name = 'StreamError'
  readonly fault: StreamFault

  constructor(fault: StreamFault, options?: ErrorOptions) {
    super(fault.message, options)
    this.fault = fault
  }
}

/** What came breaks the protocol: the peer's fault, not the network's. */
export function isMalformed(err: unknown): boolean {
  return err instanceof WireError || (err instanceof StreamError && err.fault.code === 'frame-too-long')
}

export interface WaitOptions {
  signal?: AbortSignal | undefined
  /** Silence, in ms, after which the wait fails with `timeout`. */
  timeoutMs?: number | undefined
}

export interface WriteOptions extends WaitOptions {
  /** Told while the line takes what is queued. */
  onMoved?: (() => void) | undefined
}

export interface RawReadOptions extends WaitOptions {
  /** Told how many bytes came since it was told last. */
  onBytes?: ((bytes: number) => void) | undefined
  /** Where to put the bytes: as long as what is read. */
  into?: Uint8Array | undefined
}

/**
 * Reads and writes frames (unsigned varint length, then that many bytes) and raw bytes between them.
 *
 * Make it before the first `await` that follows the opening of the stream. One reader and one writer at a time.
 */
export class FrameStream {
  readonly stream: Stream
  readonly #maxFrameBytes: number
  #chunks: Uint8Array[] = []
  /** Bytes of the first chunk that were read. */
  #offset = 0
  #unread = 0
  #resuming = false
  #error: Error | undefined
  #wakeReader: (() => void) | undefined
  readonly #wakeWriters = new Set<() => void>()

  constructor(stream: Stream, options: { maxFrameBytes: number }) {
    this.stream = stream
    this.#maxFrameBytes = options.maxFrameBytes
    stream.addEventListener('message', this.#onMessage)
    stream.addEventListener('remoteCloseWrite', this.#onChange)
    stream.addEventListener('drain', this.#onDrain)
    stream.addEventListener('idle', this.#onDrain)
    stream.addEventListener('close', this.#onClose)
  }

  /** Next frame, or undefined when the peer ended its side between two frames. */
  async read(options: WaitOptions = {}): Promise<Uint8Array | undefined> {
    const length = await this.#readLength(options)
    if (length === undefined) return undefined
    if (length > this.#maxFrameBytes) {
      const message = `a frame of ${length} bytes is over the limit of ${this.#maxFrameBytes}`
      throw new StreamError({ code: 'frame-too-long', message, limit: this.#maxFrameBytes })
    }
    const parts = await this.readRaw(length, options)
    return parts.length === 1 ? parts[0] : Buffer.concat(parts, length)
  }

  /**
   * Exactly `length` bytes as the pieces in which they came, without copying; or all in one, when there is a place for them.
   *
   * @throws StreamError `truncated` when the stream ends before
   */
  async readRaw(length: number, options: RawReadOptions = {}): Promise<Uint8Array[]> {
    const { into } = options
    const parts: Uint8Array[] = []
    let missing = length
    while (missing > 0) {
      if (this.#chunks.length === 0) await this.#waitForBytes(options, 'in the middle of a message')
      const before = missing
      while (missing > 0 && this.#chunks.length > 0) {
        const part = this.#take(missing)
        if (into === undefined) parts.push(part)
        else into.set(part, length - missing)
        missing -= part.byteLength
      }
      options.onBytes?.(before - missing)
    }
    return into === undefined ? parts : [into]
  }

  /** Sends one frame; resolves when the stream takes more. */
  async write(payload: Uint8Array, options: WriteOptions = {}): Promise<void> {
    await this.writeRaw([frame(payload)], options)
  }

  /**
   * Sends bytes as they are, all parts in one `send`; resolves when the stream takes more. Parts must not be reused.
   * All of them are queued at once, so together they should not be much more than one block.
   */
  async writeRaw(parts: readonly Uint8Array[], options: WriteOptions = {}): Promise<void> {
    await this.#waitForRoom(options)
    const only = parts.length === 1 ? parts[0] : undefined
    this.stream.send(only ?? new Uint8ArrayList(...parts))
    await this.#waitForRoom(options)
  }

  /** Ends our side; the peer may go on. */
  async close(options: { signal?: AbortSignal } = {}): Promise<void> {
    if (this.stream.writeStatus !== 'writable') return
    try {
      await this.stream.close(options)
    } catch (cause) {
      if (cause instanceof Error) throw cause
      // The library throws the event by which it heard of the reset.
      throw new StreamError({ code: 'reset', message: 'the stream was reset' }, { cause })
    }
  }

  /** Ends both sides at once. */
  abort(reason: string): void {
    if (this.stream.status === 'open' || this.stream.status === 'closing')
      this.stream.abort(new Error(reason))
    this.#wakeAll()
  }

  get isOpen(): boolean {
    return this.stream.status === 'open' && this.#error === undefined
  }

  readonly #onMessage = (event: StreamMessageEvent): void => {
    const { data } = event
    if (data instanceof Uint8Array) this.#chunks.push(data)
    else for (const part of data) this.#chunks.push(part)
    this.#unread += data.byteLength
    this.#holdSender()
    this.#wakeReader?.()
  }

  readonly #onChange = (): void => {
    this.#wakeReader?.()
  }

  readonly #onDrain = (): void => {
    for (const wake of this.#wakeWriters) wake()
  }

  readonly #onClose = (event: StreamCloseEvent): void => {
    this.#error = event.error
    this.stream.removeEventListener('message', this.#onMessage)
    this.stream.removeEventListener('remoteCloseWrite', this.#onChange)
    this.stream.removeEventListener('drain', this.#onDrain)
    this.stream.removeEventListener('idle', this.#onDrain)
    this.stream.removeEventListener('close', this.#onClose)
    this.#wakeAll()
  }

  #wakeAll(): void {
    this.#wakeReader?.()
    for (const wake of this.#wakeWriters) wake()
  }

  #holdSender(): void {
    if (this.#resuming || this.#unread < READ_HIGH_BYTES) return
    if (this.#peerWrites() && this.stream.readStatus === 'readable') this.stream.pause()
  }

  #releaseSender(): void {
    if (this.stream.readStatus !== 'paused') return
    // `resume` dispatches what it holds; pausing inside that dispatch would be lost.
    this.#resuming = true
    try {
      this.stream.resume()
    } finally {
      this.#resuming = false
    }
    this.#holdSender()
  }

  #peerWrites(): boolean {
    return this.stream.status === 'open' && this.stream.remoteWriteStatus === 'writable'
  }

  /** At most `most` bytes of the first chunk. */
  #take(most: number): Uint8Array {
    const chunk = this.#chunks[0] as Uint8Array
    const end = Math.min(chunk.byteLength, this.#offset + most)
    const part = this.#offset === 0 && end === chunk.byteLength ? chunk : chunk.subarray(this.#offset, end)
    if (end === chunk.byteLength) {
      this.#chunks.shift()
      this.#offset = 0
    } else {
      this.#offset = end
    }
    this.#unread -= part.byteLength
    if (this.#unread < READ_HIGH_BYTES / 2) this.#releaseSender()
    return part
  }

  async #readLength(options: WaitOptions): Promise<number | undefined> {
    let length = 0
    for (let i = 0; i < MAX_VARINT_BYTES; i++) {
      if (this.#chunks.length === 0) {
        const ended = await this.#waitForBytes(options, i === 0 ? undefined : 'in the length of a frame')
        if (ended) return undefined
      }
      const byte = this.#take(1)[0] as number
      length += (byte & 0x7f) * 2 ** (7 * i)
      if (byte < 0x80) return length
    }
    const message = 'the length of a frame takes more than 4 bytes'
    throw new StreamError({ code: 'frame-too-long', message, limit: this.#maxFrameBytes })
  }

  /** Waits until a chunk is there. True: the peer ended its side and `where` is undefined, so that this is fine. */
  async #waitForBytes(options: WaitOptions, where: string | undefined): Promise<boolean> {
    const start = performance.now()
    while (this.#chunks.length === 0) {
      options.signal?.throwIfAborted()
      this.#releaseSender()
      if (this.#chunks.length > 0) break
      this.#throwIfBroken()
      if (!this.#peerWrites() && this.stream.readBufferLength === 0) {
        if (where === undefined) return true
        throw new StreamError({ code: 'truncated', message: `the stream ended ${where}` })
      }
      await this.#sleep(options, start, wake => {
        this.#wakeReader = wake
        return () => {
          this.#wakeReader = undefined
        }
      })
    }
    return false
  }

  /**
   * A `drain` event alone does not mean that there is room: it comes with every window update, however small, and a
   * peer that opens its window byte by byte would make us queue without limit.
   */
  async #waitForRoom(options: WriteOptions): Promise<void> {
    let start = performance.now()
    let queued = this.stream.writeBufferLength
    for (;;) {
      options.signal?.throwIfAborted()
      this.#throwIfBroken()
      if (this.stream.writeStatus !== 'writable') {
        throw new StreamError({ code: 'closed', message: 'the stream is closed for writing' })
      }
      const left = this.stream.writeBufferLength
      if (!this.stream.writableNeedsDrain && left <= WRITE_LOW_BYTES) return
      if (left < queued) {
        start = performance.now()
        options.onMoved?.()
      }
      queued = left
      await this.#sleep(options, start, wake => {
        this.#wakeWriters.add(wake)
        return () => this.#wakeWriters.delete(wake)
      })
    }
  }

  #throwIfBroken(): void {
    const { status } = this.stream
    if (this.#error === undefined && status !== 'reset' && status !== 'aborted') return
    const message = `the stream was ${status === 'aborted' ? 'aborted' : 'reset'}`
    throw new StreamError({ code: 'reset', message }, { cause: this.#error })
  }

  /** Sleeps until woken, aborted or `RECHECK_MS` passed; throws when `timeoutMs` since `start` is over. */
  async #sleep(
    options: WaitOptions,
    start: number,
    register: (wake: () => void) => () => void
  ): Promise<void> {
    const { signal, timeoutMs } = options
    const left = timeoutMs === undefined ? RECHECK_MS : timeoutMs - (performance.now() - start)
    if (left <= 0) {
      const message = `the peer was silent for ${timeoutMs} ms`
      throw new StreamError({ code: 'timeout', message, afterMs: timeoutMs as number })
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    const unregister = register(resolve)
    const timer = setTimeout(resolve, Math.min(left, RECHECK_MS))
    timer.unref()
    signal?.addEventListener('abort', resolve as () => void)
    try {
      await promise
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', resolve as () => void)
      unregister()
    }
  }
}

/** `payload` with its length before it, in one piece. */
export function frame(payload: Uint8Array): Uint8Array {
  const header: number[] = []
  let rest = payload.byteLength
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) header.push((rest & 0x7f) | 0x80)
  header.push(rest)
  const bytes = new Uint8Array(header.length + payload.byteLength)
  bytes.set(header)
  bytes.set(payload, header.length)
  return bytes
}
