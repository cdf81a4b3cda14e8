/**
 * One file stream, seen from the side that asks: sends requests, fits the answers to them, and ends at the first
 * thing that was not asked for.
 */
import { ContentError, isSendersFault } from '../../content/index.ts'
import type { BlockAnswer, BlockOptions, HaveAnswer, Refused } from '../../node/download-ports.ts'
import { SourceError } from '../../swarm/index.ts'
import {
  decodeFileMessage,
  encodeFileMessage,
  type FileAnswer,
  type FileRequest
} from '../../wire/file-message.ts'
import {
  BLOCK_BYTES,
  MAX_DIRECTORY_NODE_BYTES,
  MAX_REQUESTS_PER_STREAM,
  MAX_STREAM_BYTES
} from '../../wire/limits.ts'
import type { Lent, ReceivedMemory } from './received-memory.ts'
import { type FrameStream, isMalformed, StreamError } from './streams.ts'

/** Silence, in ms, after which a stream with open requests is given up. */
export const ANSWER_TIMEOUT_MS = 15_000
const WATCH_MS = 1_000

/** Bytes of a stream's room that a request for a block takes: a whole block's when nobody said how many it has. */
export function costOf(length: number | undefined): number {
  return Math.min(length ?? BLOCK_BYTES, BLOCK_BYTES)
}

/** The server refuses the whole request or the block that it asks for. */
type Answer<T> = { kind: 'ok'; value: T } | Refused

interface Pending {
  /** Bytes counted against MAX_STREAM_BYTES. */
  cost: number
  /** Not wanted any more; may still come. */
  cancelled: boolean
  /** How many raw bytes follow this answer. Throws when it is no answer to this request. */
  lengthAfter(answer: FileAnswer): number
  onBytes(bytes: number): void
  /** Where the bytes go; undefined: they stay the pieces in which they come. */
  lend(length: number): Lent | undefined
  /** Takes an answer with its bytes; true when it was the last one. */
  take(answer: FileAnswer, chunks: Uint8Array[], lent: Lent | undefined): boolean
  fail(error: Error): void
}

type Handler<T> = Pick<Pending, 'lengthAfter'> & {
  cost: number
  onBytes?: ((bytes: number) => void) | undefined
  lend?(length: number): Lent | undefined
  /** Where a part can be refused: throws when it cannot be that one now, or takes it as `take` does. */
  checkPart?(block: number): void
  takeRefused?(refused: Refused): T | undefined
  /** Undefined: more answers follow. */
  take(answer: FileAnswer, chunks: Uint8Array[], lent: Lent | undefined): T | undefined
}

export interface ChannelEvents {
  /** Something came. */
  onAlive(): void
  /** There is room for more requests, or the channel has ended. */
  onChange(): void
  /** What the server sent breaks the protocol, whatever was asked. */
  onMalformed?(): void
}

export class FileChannel {
  readonly #frames: FrameStream
  readonly #events: ChannelEvents
  readonly #memory: ReceivedMemory
  readonly #timeoutMs: number
  readonly #pending = new Map<number, Pending>()
  #nextId = 1
  #open = 0
  #asked = 0
  #heardAt = performance.now()
  #error: SourceError | undefined
  #writing: Promise<void> = Promise.resolve()
  readonly #watch: NodeJS.Timeout

  /** Takes over the stream at once. */
  constructor(
    frames: FrameStream,
    events: ChannelEvents,
    memory: ReceivedMemory,
    timeoutMs = ANSWER_TIMEOUT_MS
  ) {
    this.#frames = frames
    this.#events = events
    this.#memory = memory
    this.#timeoutMs = timeoutMs
    this.#watch = setInterval(() => this.#checkSilence(), Math.min(WATCH_MS, timeoutMs / 2))
    this.#watch.unref()
    void this.#readAnswers()
  }

  get isOpen(): boolean {
    return this.#error === undefined
  }

  /** Whether a request for `bytes` of blocks may be sent now. */
  hasRoom(bytes: number): boolean {
    return this.isOpen && this.#open < MAX_REQUESTS_PER_STREAM && this.#asked + bytes <= MAX_STREAM_BYTES
  }

  async block(root: string, block: number, options: BlockOptions): Promise<BlockAnswer> {
    const { length, onBytes, signal } = options
    const answer = await this.#ask<BlockAnswer>(
      id => ({ type: 'get-blocks', id, root, blocks: [block] }),
      signal,
      {
        cost: costOf(length),
        onBytes,
        lengthAfter(answer) {
          if (answer.type !== 'block' || answer.block !== block) throw protocolFault('unasked-block')
          if (length === undefined ? answer.length > BLOCK_BYTES : answer.length !== length) {
            throw protocolFault('wrong-length')
          }
          return answer.length
        },
        lend: length => this.#memory.lend(length),
        take: (answer, chunks, lent) => ({
          kind: 'block',
          chunks,
          bytes: (answer as { length: number }).length,
          release: lent?.giveBack
        })
      }
    )
    return answer.kind === 'ok' ? answer.value : answer
  }

  /**
   * Files of one block each, in the order asked.
   *
   * @param cost - bytes of the stream's room to take for all of them
   */
  async leaves(roots: readonly string[], cost: number, signal: AbortSignal): Promise<BlockAnswer[]> {
    const answers: BlockAnswer[] = []
    let received = 0
    const checkPart = (block: number): void => {
      if (block !== answers.length) throw protocolFault('unasked-block')
    }
    const answer = await this.#ask<BlockAnswer[]>(
      id => ({ type: 'get-leaves', id, roots: [...roots] }),
      signal,
      {
        cost,
        checkPart,
        lengthAfter(answer) {
          if (answer.type !== 'block') throw protocolFault('wrong-answer')
          checkPart(answer.block)
          received += answer.length
          if (received > MAX_STREAM_BYTES) throw protocolFault('wrong-length')
          return answer.length
        },
        take(answer, chunks) {
          answers.push({ kind: 'block', chunks, bytes: (answer as { length: number }).length })
          return answers.length === roots.length ? answers : undefined
        },
        takeRefused(refused) {
          answers.push(refused)
          return answers.length === roots.length ? answers : undefined
        }
      }
    )
    return answer.kind === 'ok' ? answer.value : roots.map(() => answer)
  }

  async manifest(
    root: string,
    onNode: (bytes: Uint8Array) => void,
    signal: AbortSignal
  ): Promise<{ kind: 'end' } | Refused> {
    const answer = await this.#ask<true>(id => ({ type: 'get-manifest', id, root }), signal, {
      cost: 0,
      lengthAfter(answer) {
        if (answer.type === 'end') return 0
        if (answer.type !== 'node') throw protocolFault('wrong-answer')
        if (answer.length > MAX_DIRECTORY_NODE_BYTES) throw protocolFault('wrong-length')
        return answer.length
      },
      take(answer, chunks) {
        if (answer.type === 'end') return true
        onNode(chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks))
        return undefined
      }
    })
    return answer.kind === 'ok' ? { kind: 'end' } : answer
  }

  async have(root: string, first: number, signal: AbortSignal): Promise<HaveAnswer> {
    const answer = await this.#ask<HaveAnswer>(id => ({ type: 'get-have', id, root, first }), signal, {
      cost: 0,
      lengthAfter(answer) {
        if (answer.type !== 'have' || answer.first !== first) throw protocolFault('wrong-answer')
        return 0
      },
      take(answer) {
        const { bits, total } = answer as Extract<FileAnswer, { type: 'have' }>
        return { kind: 'have', bits, total }
      }
    })
    return answer.kind === 'ok' ? answer.value : answer
  }

  async sources(root: string, signal: AbortSignal): Promise<Array<{ peer: string; addresses: string[] }>> {
    type Sources = Extract<FileAnswer, { type: 'sources' }>
    const answer = await this.#ask<Sources['sources']>(id => ({ type: 'get-sources', id, root }), signal, {
      cost: 0,
      lengthAfter(answer) {
        if (answer.type !== 'sources') throw protocolFault('wrong-answer')
        return 0
      },
      take: answer => (answer as Sources).sources
    })
    return answer.kind === 'ok' ? answer.value : []
  }

  /** Ends the stream; open requests fail with `error`. */
  end(error: SourceError): void {
    if (this.#error !== undefined) return
    this.#error = error
    clearInterval(this.#watch)
    const pendings = [...this.#pending.values()]
    this.#pending.clear()
    if (error.fault.code === 'closed' && this.#open === 0)
      void this.#frames.close().catch(() => this.#frames.abort('closed'))
    else this.#frames.abort(error.message)
    for (const pending of pendings) pending.fail(error)
    this.#events.onChange()
  }

  #ask<T>(
    request: (id: number) => FileRequest,
    signal: AbortSignal,
    handler: Handler<T>
  ): Promise<Answer<T>> {
    signal.throwIfAborted()
    if (this.#error !== undefined) return Promise.reject(this.#error)
    const { promise, resolve, reject } = Promise.withResolvers<Answer<T>>()
    const id = this.#nextId++
    const onAbort = (): void => {
      this.#cancel(id)
      reject(signal.reason)
    }
    signal.addEventListener('abort', onAbort)
    const settled = promise.finally(() => signal.removeEventListener('abort', onAbort))
    const pending: Pending = {
      cost: handler.cost,
      cancelled: false,
      lengthAfter(answer) {
        if (answer.type !== 'refused') return handler.lengthAfter(answer)
        if (answer.block !== undefined) handler.checkPart?.(answer.block)
        return 0
      },
      onBytes: bytes => handler.onBytes?.(bytes),
      lend: length => handler.lend?.(length),
      take(answer, chunks, lent) {
        let value: T | undefined
        if (answer.type === 'refused') {
          const refused: Refused = { kind: 'refused', reason: answer.reason, position: answer.position }
          const isPart = answer.block !== undefined && handler.takeRefused !== undefined
          if (!isPart) resolve(refused)
          if (!isPart) return true
          value = handler.takeRefused?.(refused)
        } else value = handler.take(answer, chunks, lent)
        if (value !== undefined) resolve({ kind: 'ok', value })
        return value !== undefined
      },
      fail: reject
    }
    if (this.#open === 0) this.#heardAt = performance.now()
    this.#pending.set(id, pending)
    this.#open++
    this.#asked += handler.cost
    this.#send(request(id))
    return settled
  }

  #send(request: FileRequest): void {
    this.#writing = this.#writing
      .then(() => this.#frames.write(encodeFileMessage(request)))
      .catch(error => this.end(sourceError(error)))
  }

  /** The server gives back what was cancelled when it reads this, so its room can be used by what we send after it. */
  #cancel(id: number): void {
    const pending = this.#pending.get(id)
    if (pending === undefined || pending.cancelled) return
    pending.cancelled = true
    this.#release(pending)
    this.#send({ type: 'cancel', id })
    this.#events.onChange()
  }

  #release(pending: Pending): void {
    this.#open--
    this.#asked -= pending.cost
  }

  async #readAnswers(): Promise<void> {
    try {
      for (;;) {
        const bytes = await this.#frames.read()
        if (bytes === undefined)
          throw new SourceError({ code: 'closed', reason: 'the peer ended the stream' })
        await this.#onAnswer(decodeFileMessage(bytes) as FileAnswer)
      }
    } catch (error) {
      if (isMalformed(error)) this.#events.onMalformed?.()
      this.end(sourceError(error))
    }
  }

  async #onAnswer(answer: FileAnswer): Promise<void> {
    const pending = this.#pending.get(answer.id)
    if (pending === undefined) throw protocolFault('unasked')
    const length = pending.lengthAfter(answer)
    const lent = pending.lend(length)
    const chunks =
      length === 0
        ? []
        : await this.#frames.readRaw(length, {
            into: lent?.bytes,
            onBytes: bytes => this.#onBytes(pending, bytes)
          })
    this.#onBytes(pending, 0)
    if (pending.cancelled) {
      lent?.giveBack()
      if (answer.type !== 'node') this.#pending.delete(answer.id)
    } else if (this.#take(pending, answer, chunks, lent)) {
      this.#pending.delete(answer.id)
      this.#release(pending)
    } else return
    this.#forgetCancelledBefore(answer.id)
    this.#events.onChange()
  }

  #take(pending: Pending, answer: FileAnswer, chunks: Uint8Array[], lent: Lent | undefined): boolean {
    try {
      return pending.take(answer, chunks, lent)
    } catch (error) {
      // Only what was received can be at fault: the receiver of a node verifies it.
      pending.fail(error as Error)
      if (!(error instanceof ContentError) || isSendersFault(error)) throw protocolFault('bad-node')
      // The node is the one that was asked for, and no file of ours: no fault of the peer's.
      this.#cancel(answer.id)
      return false
    }
  }

  #onBytes(pending: Pending, bytes: number): void {
    this.#heardAt = performance.now()
    if (bytes > 0 && !pending.cancelled) pending.onBytes(bytes)
    this.#events.onAlive()
  }

  /** Answers come in the order of the requests, so what was cancelled before this one will not come any more. */
  #forgetCancelledBefore(id: number): void {
    for (const [earlier, pending] of this.#pending) {
      if (earlier >= id) return
      if (pending.cancelled) this.#pending.delete(earlier)
    }
  }

  #checkSilence(): void {
    if (this.#open === 0) return
    const silentMs = performance.now() - this.#heardAt
    if (silentMs > this.#timeoutMs)
      this.end(new SourceError({ code: 'timeout', afterMs: Math.round(silentMs) }))
  }
}

function protocolFault(reason: string): SourceError {
  return new SourceError({ code: 'protocol', reason })
}

function sourceError(error: unknown): SourceError {
  if (error instanceof SourceError) return error
  if (error instanceof StreamError) {
    const { code } = error.fault
    if (code === 'frame-too-long')
      return new SourceError({ code: 'protocol', reason: code }, { cause: error })
    return new SourceError({ code: 'closed', reason: error.message }, { cause: error })
  }
  if (error instanceof Error && error.name === 'WireError') {
    return new SourceError({ code: 'protocol', reason: 'malformed' }, { cause: error })
  }
  return new SourceError({ code: 'closed', reason: String(error) }, { cause: error })
}
