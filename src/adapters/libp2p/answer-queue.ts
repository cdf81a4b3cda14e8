/**
 * What a file stream still has to answer, and the one writer that sends it.
 *
 * Answers go out in their order, with the next one being read from disk while the last one is on its way. So at most one
 * block, or a few small ones, lies ahead of the socket, and the same in memory.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { PeerKey } from '../../base/ports.ts'
import type { Uploads } from '../../node/uploads.ts'
import type { FrameStream } from './streams.ts'

/** A client that takes nothing of an answer for this time is gone, ms. */
const WRITE_TIMEOUT_MS = 30_000
/** Small blocks that are sent in one piece, bytes. */
const MAX_TOGETHER_BYTES = 64 * 1024

export interface Request {
  readonly id: number
  /** Answers not sent yet. */
  left: number
  /** Bytes of blocks not sent yet. */
  cost: number
}

/** Something to send: one message, with the bytes that follow it. */
export interface Answer {
  request: Request
  /** Bytes of a block; 0 for what is none. */
  cost: number
  prepare(): Promise<Uint8Array[]> | Uint8Array[]
  /** Of a block: it went out. */
  onSent?(): void
}

interface Ready {
  answer: Answer
  parts: Uint8Array[]
}

export class AnswerQueue {
  readonly #frames: FrameStream
  readonly #peer: PeerKey
  readonly #uploads: Uploads
  readonly #requests = new Map<number, Request>()
  #answers: Answer[] = []
  #askedBytes = 0
  /** Blocks that were asked for and did not go out yet. */
  #dueBlocks = 0
  #ended = false
  #wake: (() => void) | undefined
  #signal = AbortSignal.abort()

  constructor(frames: FrameStream, peer: PeerKey, uploads: Uploads) {
    this.#frames = frames
    this.#peer = peer
    this.#uploads = uploads
  }

  /** Requests that are not answered. */
  get size(): number {
    return this.#requests.size
  }

  /** Bytes of blocks that were asked for and are not sent. */
  get askedBytes(): number {
    return this.#askedBytes
  }

  has(id: number): boolean {
    return this.#requests.has(id)
  }

  /** It was neither answered nor cancelled. */
  isOpen(request: Request): boolean {
    return this.#requests.get(request.id) === request
  }

  /** A request has come; its answers are added, and the last one that is sent ends it. */
  open(id: number): Request {
    const request = { id, left: 0, cost: 0 }
    this.#requests.set(id, request)
    return request
  }

  add(answer: Answer): void {
    const { request, cost, onSent } = answer
    request.left++
    request.cost += cost
    this.#askedBytes += cost
    if (onSent !== undefined) this.#due(1)
    this.#answers.push(answer)
    this.#wake?.()
  }

  /** More answers to a request whose turn it is: they come before those of all others. */
  addNext(request: Request, answers: ReadonlyArray<Uint8Array[]>): void {
    this.#answers = [...answers.map(parts => ({ request, cost: 0, prepare: () => parts })), ...this.#answers]
    request.left += answers.length
  }

  /** What has not begun is not sent. The client counts it as given back at once, so we do, too: also a block on its way. */
  cancel(id: number): void {
    const request = this.#requests.get(id)
    if (request === undefined) return
    const dropped = this.#answers.filter(answer => answer.request === request)
    this.#answers = this.#answers.filter(answer => answer.request !== request)
    this.#due(-dropped.filter(answer => answer.onSent !== undefined).length)
    this.#forget(request)
  }

  /** Nothing will be added any more. */
  end(): void {
    this.#ended = true
    this.#wake?.()
  }

  /** Sends until the end, then ends our side of the stream. @throws StreamError, or the reason of `signal` */
  async run(signal: AbortSignal): Promise<void> {
    this.#signal = signal
    try {
      let ahead = this.#prepareNext()
      for (;;) {
        const ready = await ahead
        if (ready === undefined) {
          if (this.#ended && this.#answers.length === 0) break
          if (this.#answers.length === 0) await this.#untilWoken()
          ahead = this.#prepareNext()
          continue
        }
        ahead = this.#prepareNext()
        await this.#send(ready)
      }
      await this.#frames.close({ signal })
    } finally {
      this.#due(-this.#dueBlocks)
    }
  }

  /** Counts blocks that are due; a peer to which none are has no need of its slot. */
  #due(change: number): void {
    const before = this.#dueBlocks
    this.#dueBlocks += change
    if (before === 0 && this.#dueBlocks > 0) this.#uploads.work(this.#peer, 'begins')
    if (before > 0 && this.#dueBlocks === 0) this.#uploads.work(this.#peer, 'ends')
  }

  #forget(request: Request): void {
    if (this.isOpen(request)) this.#requests.delete(request.id)
    this.#askedBytes -= request.cost
    request.cost = 0
  }

  /** The next answer. Small blocks go out together: that costs both sides little more than one of them. */
  async #prepareNext(): Promise<Ready[] | undefined> {
    if (this.#answers.length === 0) return undefined
    let bytes = 0
    const end = this.#answers.findIndex(({ cost }) => {
      bytes += cost
      return cost === 0 || bytes > MAX_TOGETHER_BYTES
    })
    const answers = this.#answers.splice(0, end === -1 ? this.#answers.length : Math.max(1, end))
    return await Promise.all(answers.map(async answer => ({ answer, parts: await answer.prepare() })))
  }

  async #send(ready: readonly Ready[]): Promise<void> {
    const { partBytes } = this.#uploads
    if (partBytes === undefined) {
      for (const { answer } of ready) this.#settle(answer)
      await this.#write(ready.flatMap(({ parts }) => parts))
      for (const { answer } of ready) this.#sent(answer)
    } else for (const { answer, parts } of ready) await this.#sendInParts(answer, parts, partBytes)
  }

  async #sendInParts(answer: Answer, parts: Uint8Array[], partBytes: number): Promise<void> {
    const pieces = answer.cost > 0 ? cut(parts, partBytes) : [parts]
    for (const [i, piece] of pieces.entries()) {
      if (answer.cost > 0) await this.#pause(piece)
      if (i === pieces.length - 1) this.#settle(answer)
      await this.#write(piece)
    }
    this.#sent(answer)
  }

  #sent({ onSent }: Answer): void {
    if (onSent === undefined) return
    this.#due(-1)
    onSent()
  }

  async #write(parts: readonly Uint8Array[]): Promise<void> {
    // A block can take longer on a slow line than a slot may rest.
    const onMoved = (): void => this.#uploads.touch(this.#peer)
    await this.#frames.writeRaw(parts, { signal: this.#signal, timeoutMs: WRITE_TIMEOUT_MS, onMoved })
    if (this.#dueBlocks > 0) onMoved()
  }

  async #pause(parts: readonly Uint8Array[]): Promise<void> {
    const bytes = parts.reduce((sum, part) => sum + part.byteLength, 0)
    const waitMs = this.#uploads.sendWaitMs(this.#peer, bytes)
    if (waitMs > 0) await wait(waitMs, undefined, { signal: this.#signal })
  }

  /**
   * Counted as answered when it goes to the stream, not when the stream has room again: the client may have it by
   * then and ask for the next.
   */
  #settle({ request, cost }: Answer): void {
    if (request.cost > 0) {
      request.cost -= cost
      this.#askedBytes -= cost
    }
    if (--request.left === 0) this.#forget(request)
  }

  #untilWoken(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const onAbort = (): void => reject(this.#signal.reason)
    this.#signal.addEventListener('abort', onAbort)
    this.#wake = resolve
    if (this.#signal.aborted) onAbort()
    return promise.finally(() => {
      this.#wake = undefined
      this.#signal.removeEventListener('abort', onAbort)
    })
  }
}

/** Pieces of at most `bytes`. */
function cut(parts: readonly Uint8Array[], bytes: number): Uint8Array[][] {
  return parts.flatMap(part => {
    const count = Math.ceil(part.byteLength / bytes)
    return Array.from({ length: count }, (_, i) => [part.subarray(i * bytes, (i + 1) * bytes)])
  })
}
