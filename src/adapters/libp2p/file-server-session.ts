/**
 * One file stream, seen from the side that serves.
 *
 * Requests are read and queued as answers still to be given, one for each block or node. One writer sends them in
 * order, with the next block being read from disk while the last one is on its way, so at most one block, or a few small
 * ones, lies ahead of the socket and the same in memory. Requests that break the limits end the stream.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { Counters } from '../../base/counters.ts'
import type { PeerKey } from '../../base/ports.ts'
import { blockLength, ContentError } from '../../content/index.ts'
import type { Uploads } from '../../node/uploads.ts'
import type { ServedFile } from '../../swarm/index.ts'
import { WireError } from '../../wire/errors.ts'
import {
  decodeFileMessage,
  encodeFileMessage,
  type FileAnswer,
  type FileMessage,
  type FileRefusal,
  type FileRequest
} from '../../wire/file-message.ts'
import { HAVE_WINDOW_BLOCKS, MAX_REQUESTS_PER_STREAM, MAX_STREAM_BYTES } from '../../wire/limits.ts'
import { type AskedBlock, SentMemory } from './sent-memory.ts'
import { type FrameStream, frame, isMalformed, StreamError } from './streams.ts'

/** A stream without any request ends after this time, ms. */
const IDLE_TIMEOUT_MS = 120_000
/** A client that takes nothing of an answer for this time is gone, ms. */
const WRITE_TIMEOUT_MS = 30_000
/** Small blocks that are sent in one piece, bytes. */
const MAX_TOGETHER_BYTES = 64 * 1024
/** Room before a block for the frame that announces it: about 20 bytes. */
const HEADER_ROOM_BYTES = 64

export interface SessionPorts {
  uploads: Uploads
  find(root: string): Promise<ServedFile | undefined>
  innerNodes(file: ServedFile): Promise<Uint8Array[]>
  knownSources(root: string): Promise<Array<{ peer: PeerKey; addresses: string[] }>>
  /** Why streams were reset. */
  drops: Counters
  /** The peer sent what is no request at all. */
  onStrike(): void
}

/** Something to send: one message, with the bytes that follow it. */
interface Answer {
  request: Request
  /** Bytes counted against MAX_STREAM_BYTES. */
  cost: number
  prepare(): Promise<Uint8Array[]> | Uint8Array[]
  onSent?(): void
}

interface Ready {
  answer: Answer
  parts: Uint8Array[]
}

interface Request {
  id: number
  /** Answers not sent yet. */
  left: number
  /** Bytes of blocks not sent yet. */
  cost: number
}

/** The peer broke the protocol; `reason` is counted. */
class ProtocolBreach extends Error {
  readonly reason: string
  constructor(reason: string) {
    super(reason)
    this.reason = reason
  }
}

export class FileServerSession {
  readonly #frames: FrameStream
  readonly #peer: PeerKey
  readonly #ports: SessionPorts
  readonly #requests = new Map<number, Request>()
  readonly #memory = new SentMemory(HEADER_ROOM_BYTES)
  #answers: Answer[] = []
  #askedBytes = 0
  /** Blocks that were asked for and did not go out yet. */
  #dueBlocks = 0
  #askedAt = performance.now()
  #peerEnded = false
  #wakeWriter: (() => void) | undefined
  #signal = AbortSignal.abort()
  readonly #done = Promise.withResolvers<void>()

  constructor(frames: FrameStream, peer: PeerKey, ports: SessionPorts) {
    this.#frames = frames
    this.#peer = peer
    this.#ports = ports
  }

  /** Resolves when nothing of this session runs any more. */
  get ended(): Promise<void> {
    return this.#done.promise
  }

  /** Serves until the peer ends the stream, breaks the rules, or `signal` aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const failed = new AbortController()
    this.#signal = AbortSignal.any([signal, failed.signal])
    const guard = async (loop: Promise<void>): Promise<void> => {
      try {
        await loop
      } catch (error) {
        if (!failed.signal.aborted && !signal.aborted) {
          this.#ports.drops.add(reasonOf(error))
          if (isMalformed(error)) this.#ports.onStrike()
        }
        failed.abort(error)
        this.#frames.abort(reasonOf(error))
      }
    }
    const idle = setInterval(() => {
      if (this.#requests.size === 0) this.#memory.clear()
      if (this.#requests.size > 0 || performance.now() - this.#askedAt < IDLE_TIMEOUT_MS) return
      failed.abort(new ProtocolBreach('idle'))
      this.#frames.abort('idle')
    }, IDLE_TIMEOUT_MS / 4)
    idle.unref()
    await Promise.all([guard(this.#readRequests()), guard(this.#sendAnswers())])
    clearInterval(idle)
    this.#due(-this.#dueBlocks)
    this.#done.resolve()
  }

  async #readRequests(): Promise<void> {
    for (;;) {
      const bytes = await this.#frames.read({ signal: this.#signal })
      if (bytes === undefined) break
      this.#askedAt = performance.now()
      const message = decodeFileMessage(bytes)
      const files = message.type === 'get-leaves' ? message.roots.length : 1
      let waitMs = this.#ports.uploads.requestWaitMs(this.#peer, files)
      for (; waitMs > 0; waitMs = this.#ports.uploads.requestWaitMs(this.#peer, files)) {
        await wait(waitMs, undefined, { signal: this.#signal })
      }
      await this.#accept(message)
    }
    this.#peerEnded = true
    this.#wakeWriter?.()
  }

  async #accept(message: FileMessage): Promise<void> {
    if (message.type === 'cancel') {
      this.#cancel(message.id)
      return
    }
    if (!isRequest(message)) throw new WireError({ code: 'unknown-message', field: 'frame' })
    if (this.#requests.has(message.id)) throw new ProtocolBreach('id-in-use')
    if (this.#requests.size >= MAX_REQUESTS_PER_STREAM) throw new ProtocolBreach('too-many-requests')
    const request = { id: message.id, left: 0, cost: 0 }
    this.#requests.set(message.id, request)
    if (message.type === 'get-sources') {
      const sources = await this.#ports.knownSources(message.root)
      this.#queue(request, { type: 'sources', id: message.id, sources })
      return
    }
    if (message.type === 'get-leaves') {
      this.#acceptLeaves(request, await Promise.all(message.roots.map(this.#ports.find)))
      return
    }
    const file = await this.#ports.find(message.root)
    if (file === undefined) this.#refuse(request, 'not-found')
    else if (message.type === 'get-have') this.#acceptHave(request, file, message.first)
    else if (message.type === 'get-manifest') this.#acceptManifest(request, file)
    else this.#acceptBlocks(request, file, message.blocks)
  }

  #acceptHave(request: Request, file: ServedFile, first: number): void {
    const count = Math.min(HAVE_WINDOW_BLOCKS, file.blocks - first)
    if (count <= 0) {
      this.#refuse(request, 'bad-request')
      return
    }
    const bits = new Uint8Array(Math.ceil(count / 8))
    for (let i = 0; i < count; i++) {
      if (file.has(first + i)) bits[i >> 3] = (bits[i >> 3] as number) | (1 << (i & 7))
    }
    this.#queue(request, { type: 'have', id: request.id, first, bits, total: file.size })
  }

  /** The nodes are looked up when their turn comes: a stream whose peer never reads holds those of one file at most. */
  #acceptManifest(request: Request, file: ServedFile): void {
    const { id } = request
    this.#add(request, 0, async () => {
      try {
        const [first, ...others] = await this.#ports.innerNodes(file)
        const end = [header({ type: 'end', id })]
        // Cancelled meanwhile, or a file of one block.
        if (first === undefined || this.#requests.get(id) !== request) return end
        const rest = [
          ...others.map(node => [header({ type: 'node', id, length: node.byteLength }), node]),
          end
        ]
        this.#answers = [...rest.map(parts => ({ request, cost: 0, prepare: () => parts })), ...this.#answers]
        request.left += rest.length
        return [header({ type: 'node', id, length: first.byteLength }), first]
      } catch (error) {
        return [header({ type: 'refused', id, reason: refusalFor(error) })]
      }
    })
  }

  #acceptBlocks(request: Request, file: ServedFile, blocks: number[]): void {
    if (blocks.length === 0 || blocks.some(block => block >= file.blocks)) {
      this.#refuse(request, 'bad-request')
      return
    }
    this.#addBlocks(
      request,
      blocks.map(block => ({ file, block, place: block }))
    )
  }

  #acceptLeaves(request: Request, files: ReadonlyArray<ServedFile | undefined>): void {
    this.#addBlocks(
      request,
      files.map((file, place) => ({ file: file?.blocks === 1 ? file : undefined, block: 0, place }))
    )
  }

  /** `place`: what the answer says for `block`. */
  #addBlocks(
    request: Request,
    wanted: ReadonlyArray<{ file: ServedFile | undefined; block: number; place: number }>
  ): void {
    const lengths = wanted.map(({ file, block }) => (file === undefined ? 0 : blockLength(file.size, block)))
    const cost = lengths.reduce((sum, length) => sum + length, 0)
    if (this.#askedBytes + cost > MAX_STREAM_BYTES) throw new ProtocolBreach('too-much-asked')
    const first = wanted.find(({ file }) => file !== undefined)?.file
    const slot = first === undefined ? undefined : this.#ports.uploads.ask(this.#peer, first)
    if (slot?.kind === 'busy') {
      this.#refuse(request, 'busy', slot.position)
      return
    }
    const asked = this.#memory.ask(request.id, lengths)
    for (const [i, { file, block, place }] of wanted.entries()) {
      if (file !== undefined) this.#addBlock(request, file, block, place, asked[i] as AskedBlock)
      else this.#queue(request, { type: 'refused', id: request.id, reason: 'not-found', block: place })
    }
  }

  #addBlock(request: Request, file: ServedFile, block: number, place: number, asked: AskedBlock): void {
    const length = asked.bytes
    const { id } = request
    let sentBytes = 0
    const prepare = async (): Promise<Uint8Array[]> => {
      if (!file.has(block)) return [header({ type: 'refused', id, reason: 'not-found', block: place })]
      try {
        const memory = this.#memory.memoryFor(asked)
        const bytes = await file.read(block, memory.subarray(HEADER_ROOM_BYTES))
        sentBytes = bytes.byteLength
        return joined(header({ type: 'block', id, block: place, length: bytes.byteLength }), bytes, memory)
      } catch (error) {
        return [header({ type: 'refused', id, reason: refusalFor(error), block: place })]
      }
    }
    const onSent = (): void => {
      this.#due(-1)
      if (sentBytes > 0) this.#ports.uploads.sent(this.#peer, file, sentBytes)
    }
    this.#due(1)
    this.#add(request, length, prepare, onSent)
  }

  #refuse(request: Request, reason: FileRefusal, position?: number): void {
    const refused: FileAnswer = { type: 'refused', id: request.id, reason }
    this.#queue(request, position === undefined ? refused : { ...refused, position })
  }

  /** Queues an answer that is a frame and nothing more. */
  #queue(request: Request, message: FileAnswer): void {
    this.#add(request, 0, () => [header(message)])
  }

  #add(request: Request, cost: number, prepare: Answer['prepare'], onSent?: () => void): void {
    request.left++
    request.cost += cost
    this.#askedBytes += cost
    this.#answers.push({ request, cost, prepare, ...(onSent === undefined ? {} : { onSent }) })
    this.#wakeWriter?.()
  }

  /** The client counts what it cancels as given back at once, so we do, too: also a block that is on its way. */
  #cancel(id: number): void {
    this.#memory.cancel(id)
    const request = this.#requests.get(id)
    if (request === undefined) return
    const dropped = this.#answers.filter(answer => answer.request === request)
    this.#answers = this.#answers.filter(answer => answer.request !== request)
    this.#due(-dropped.filter(answer => answer.onSent !== undefined).length)
    this.#forget(request)
  }

  /** Counts blocks that are due; a peer to which none are has no need of its slot. */
  #due(change: number): void {
    const before = this.#dueBlocks
    this.#dueBlocks += change
    if (before === 0 && this.#dueBlocks > 0) this.#ports.uploads.work(this.#peer, 'begins')
    if (before > 0 && this.#dueBlocks === 0) this.#ports.uploads.work(this.#peer, 'ends')
  }

  #forget(request: Request): void {
    if (this.#requests.get(request.id) === request) this.#requests.delete(request.id)
    this.#askedBytes -= request.cost
    request.cost = 0
  }

  async #sendAnswers(): Promise<void> {
    let ahead = this.#prepareNext()
    for (;;) {
      const ready = await ahead
      if (ready === undefined) {
        if (this.#peerEnded && this.#answers.length === 0) break
        if (this.#answers.length === 0) await this.#untilWoken()
        ahead = this.#prepareNext()
        continue
      }
      ahead = this.#prepareNext()
      await this.#send(ready)
    }
    await this.#frames.close({ signal: this.#signal })
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
    const { partBytes } = this.#ports.uploads
    if (partBytes === undefined) {
      for (const { answer } of ready) this.#settle(answer)
      await this.#write(ready.flatMap(({ parts }) => parts))
      for (const { answer } of ready) answer.onSent?.()
    } else for (const { answer, parts } of ready) await this.#sendInParts(answer, parts, partBytes)
  }

  async #sendInParts(answer: Answer, parts: Uint8Array[], partBytes: number): Promise<void> {
    const pieces = answer.cost > 0 ? cut(parts, partBytes) : [parts]
    for (const [i, piece] of pieces.entries()) {
      if (answer.cost > 0) await this.#pause(piece)
      if (i === pieces.length - 1) this.#settle(answer)
      await this.#write(piece)
    }
    answer.onSent?.()
  }

  async #write(parts: readonly Uint8Array[]): Promise<void> {
    // A block can take longer on a slow line than a slot may rest.
    const onMoved = (): void => this.#ports.uploads.touch(this.#peer)
    await this.#frames.writeRaw(parts, { signal: this.#signal, timeoutMs: WRITE_TIMEOUT_MS, onMoved })
    if (this.#dueBlocks > 0) onMoved()
  }

  async #pause(parts: readonly Uint8Array[]): Promise<void> {
    const bytes = parts.reduce((sum, part) => sum + part.byteLength, 0)
    const waitMs = this.#ports.uploads.sendWaitMs(this.#peer, bytes)
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
    this.#wakeWriter = resolve
    if (this.#signal.aborted) onAbort()
    return promise.finally(() => {
      this.#wakeWriter = undefined
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

function header(message: FileAnswer): Uint8Array {
  return frame(encodeFileMessage(message))
}

/**
 * Header and block in one piece where the block was read into `memory`: a TLS socket copies what is queued in
 * several pieces into one before it encrypts.
 */
function joined(head: Uint8Array, bytes: Uint8Array, memory: Uint8Array): Uint8Array[] {
  const isInPlace =
    bytes.buffer === memory.buffer && bytes.byteOffset === memory.byteOffset + HEADER_ROOM_BYTES
  if (!isInPlace || head.byteLength > HEADER_ROOM_BYTES) return [head, bytes]
  const start = HEADER_ROOM_BYTES - head.byteLength
  memory.set(head, start)
  return [memory.subarray(start, HEADER_ROOM_BYTES + bytes.byteLength)]
}

/** Whatever else is wrong with a file of ours is nobody else's business. */
function refusalFor(error: unknown): FileRefusal {
  return error instanceof ContentError && error.fault.code === 'changed' ? 'changed' : 'not-found'
}

function isRequest(message: FileMessage): message is FileRequest {
  return message.type.startsWith('get-')
}

function reasonOf(error: unknown): string {
  if (error instanceof ProtocolBreach) return error.reason
  if (error instanceof StreamError) return error.fault.code
  if (error instanceof WireError) return 'malformed'
  return error instanceof Error && error.name === 'AbortError' ? 'stopped' : 'failed'
}
