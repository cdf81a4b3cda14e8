/**
 * One file stream, seen from the side that serves.
 *
 * Requests are read and queued as answers still to be given, one for each block or node. Requests that break the limits
 * end the stream.
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
import { AnswerQueue, type Request } from './answer-queue.ts'
import { type AskedBlock, SentMemory } from './sent-memory.ts'
import { type FrameStream, frame, isMalformed, StreamError } from './streams.ts'

/** A stream without any request ends after this time, ms. */
const IDLE_TIMEOUT_MS = 120_000
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
  readonly #queue: AnswerQueue
  readonly #memory = new SentMemory(HEADER_ROOM_BYTES)
  #askedAt = performance.now()
  #signal = AbortSignal.abort()
  readonly #done = Promise.withResolvers<void>()

  constructor(frames: FrameStream, peer: PeerKey, ports: SessionPorts) {
    this.#frames = frames
    this.#peer = peer
    this.#ports = ports
    this.#queue = new AnswerQueue(frames, peer, ports.uploads)
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
      if (this.#queue.size === 0) this.#memory.clear()
      if (this.#queue.size > 0 || performance.now() - this.#askedAt < IDLE_TIMEOUT_MS) return
      this.#ports.drops.add('idle')
      failed.abort(new ProtocolBreach('idle'))
      this.#frames.abort('idle')
    }, IDLE_TIMEOUT_MS / 4)
    idle.unref()
    await Promise.all([guard(this.#readRequests()), guard(this.#queue.run(this.#signal))])
    clearInterval(idle)
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
    this.#queue.end()
  }

  async #accept(message: FileMessage): Promise<void> {
    if (message.type === 'cancel') {
      this.#memory.cancel(message.id)
      this.#queue.cancel(message.id)
      return
    }
    if (!isRequest(message)) throw new WireError({ code: 'unknown-message', field: 'frame' })
    if (this.#queue.has(message.id)) throw new ProtocolBreach('id-in-use')
    if (this.#queue.size >= MAX_REQUESTS_PER_STREAM) throw new ProtocolBreach('too-many-requests')
    const request = this.#queue.open(message.id)
    if (message.type === 'get-sources') {
      const sources = await this.#ports.knownSources(message.root)
      this.#tell(request, { type: 'sources', id: message.id, sources })
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
    this.#tell(request, { type: 'have', id: request.id, first, bits, total: file.size })
  }

  /** The nodes are looked up when their turn comes: a stream whose peer never reads holds those of one file at most. */
  #acceptManifest(request: Request, file: ServedFile): void {
    const { id } = request
    const prepare = async (): Promise<Uint8Array[]> => {
      try {
        const [first, ...others] = await this.#ports.innerNodes(file)
        const end = [header({ type: 'end', id })]
        // Cancelled meanwhile, or a file of one block.
        if (first === undefined || !this.#queue.isOpen(request)) return end
        const rest = others.map(node => [header({ type: 'node', id, length: node.byteLength }), node])
        this.#queue.addNext(request, [...rest, end])
        return [header({ type: 'node', id, length: first.byteLength }), first]
      } catch (error) {
        return [header({ type: 'refused', id, reason: refusalFor(error) })]
      }
    }
    this.#queue.add({ request, cost: 0, prepare })
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
    if (this.#queue.askedBytes + cost > MAX_STREAM_BYTES) throw new ProtocolBreach('too-much-asked')
    const first = wanted.find(({ file }) => file !== undefined)?.file
    const slot = first === undefined ? undefined : this.#ports.uploads.ask(this.#peer, first)
    if (slot?.kind === 'busy') {
      this.#refuse(request, 'busy', slot.position)
      return
    }
    const asked = this.#memory.ask(request.id, lengths)
    for (const [i, { file, block, place }] of wanted.entries()) {
      if (file !== undefined) this.#addBlock(request, file, block, place, asked[i] as AskedBlock)
      else this.#tell(request, { type: 'refused', id: request.id, reason: 'not-found', block: place })
    }
  }

  #addBlock(request: Request, file: ServedFile, block: number, place: number, asked: AskedBlock): void {
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
      if (sentBytes > 0) this.#ports.uploads.sent(this.#peer, file, sentBytes)
    }
    this.#queue.add({ request, cost: asked.bytes, prepare, onSent })
  }

  #refuse(request: Request, reason: FileRefusal, position?: number): void {
    const refused: FileAnswer = { type: 'refused', id: request.id, reason }
    this.#tell(request, position === undefined ? refused : { ...refused, position })
  }

  /** An answer that is a frame and nothing more. */
  #tell(request: Request, message: FileAnswer): void {
    this.#queue.add({ request, cost: 0, prepare: () => [header(message)] })
  }
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
