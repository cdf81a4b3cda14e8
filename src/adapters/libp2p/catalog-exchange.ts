/**
 * The catalogue exchange over libp2p: `/p2pnode/catalog/1.0.0`, one message or request for each stream.
 */
import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { Counters } from '../../base/counters.ts'
import type { PeerKey } from '../../base/ports.ts'
import type { CatalogLinks, CatalogServer } from '../../catalog/index.ts'
import {
  type CatalogMessage,
  decodeCatalogMessage,
  encodeCatalogMessage
} from '../../wire/catalog-message.ts'
import { WireError } from '../../wire/errors.ts'
import { MAX_CATALOG_FRAME_BYTES } from '../../wire/limits.ts'
import { FrameStream, isMalformed, StreamError } from './streams.ts'

export const CATALOG_PROTOCOL = '/p2pnode/catalog/1.0.0'

/** Streams of one connection in each direction: four pulls, a browse, pushes, and as many again. */
const MAX_STREAMS = 32
/** Opening a stream, and the first frame of one that was opened to us, ms. */
const OPEN_TIMEOUT_MS = 10_000
/** Silence between answers, ms. Who answers may hold pages back: four pulls of long pages share 64 KiB/s. */
const ANSWER_TIMEOUT_MS = 60_000

export interface CatalogExchangeInit {
  host: Libp2p
  /** Peers that heads go to. */
  neighbours(): PeerKey[]
  /** A peer sent what breaks the protocol. */
  onStrike?(peer: PeerKey, reason: 'malformed'): void
}

export class CatalogExchange implements CatalogLinks {
  readonly #init: CatalogExchangeInit
  #server: CatalogServer | undefined
  #stopping = new AbortController()
  readonly counts = new Counters<
    'bytes-in' | 'bytes-out' | 'frames-in' | 'frames-out' | 'malformed' | 'broken'
  >()

  constructor(init: CatalogExchangeInit) {
    this.#init = init
  }

  async start(): Promise<void> {
    this.#stopping = new AbortController()
    await this.#init.host.handle(
      CATALOG_PROTOCOL,
      (stream, connection) => this.#onStream(stream, connection),
      {
        maxInboundStreams: MAX_STREAMS,
        maxOutboundStreams: MAX_STREAMS,
        runOnLimitedConnection: true
      }
    )
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#init.host.unhandle(CATALOG_PROTOCOL)
  }

  neighbours(): PeerKey[] {
    return this.#init.neighbours()
  }

  serve(server: CatalogServer | undefined): void {
    this.#server = server
  }

  async push(peer: PeerKey, message: CatalogMessage, signal: AbortSignal): Promise<void> {
    const frames = await this.#open(peer, signal)
    try {
      await this.#send(frames, message, signal)
      await frames.close({ signal })
      // The receiver ends its side when it has taken the message.
      const answer = await frames.read({ signal, timeoutMs: ANSWER_TIMEOUT_MS })
      if (answer != null) throw new WireError({ code: 'unknown-message', field: 'frame' })
    } catch (error) {
      frames.abort('the push failed')
      if (isMalformed(error)) this.#strike(peer)
      throw error
    }
  }

  async *request(
    peer: PeerKey,
    message: CatalogMessage,
    signal: AbortSignal
  ): AsyncGenerator<CatalogMessage> {
    const frames = await this.#open(peer, signal)
    let ended = false
    try {
      await this.#send(frames, message, signal)
      await frames.close({ signal })
      while (!ended) {
        const bytes = await frames.read({ signal, timeoutMs: ANSWER_TIMEOUT_MS })
        if (bytes == null)
          throw new StreamError({ code: 'truncated', message: `${peer} ended before its last answer` })
        const answer = this.#receive(bytes)
        ended = answer.type !== 'page'
        yield answer
      }
    } catch (error) {
      if (isMalformed(error)) this.#strike(peer)
      throw error
    } finally {
      if (!ended) frames.abort('the rest of the answer is not wanted')
    }
  }

  /** A stream on a connection that is there; a direct one before a relayed one. */
  async #open(peer: PeerKey, signal: AbortSignal): Promise<FrameStream> {
    const connections = this.#init.host
      .getConnections(peerIdFromString(peer))
      .filter(connection => connection.status === 'open')
    const connection = connections.find(({ limits }) => limits == null) ?? connections[0]
    if (connection == null) throw new StreamError({ code: 'closed', message: `not connected to ${peer}` })
    const stream = await connection.newStream(CATALOG_PROTOCOL, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(OPEN_TIMEOUT_MS)]),
      maxOutboundStreams: MAX_STREAMS,
      runOnLimitedConnection: true
    })
    return new FrameStream(stream, { maxFrameBytes: MAX_CATALOG_FRAME_BYTES })
  }

  async #onStream(stream: Stream, connection: Connection): Promise<void> {
    const frames = new FrameStream(stream, { maxFrameBytes: MAX_CATALOG_FRAME_BYTES })
    const from = connection.remotePeer.toString()
    // Whoever serves must not go on for an asker that is gone.
    const gone = new AbortController()
    stream.addEventListener('close', () => gone.abort(), { once: true })
    const signal = AbortSignal.any([gone.signal, this.#stopping.signal])
    try {
      const bytes = await frames.read({ signal, timeoutMs: OPEN_TIMEOUT_MS })
      if (bytes != null) await this.#handle(from, this.#receive(bytes), frames, signal)
      await frames.close({ signal })
    } catch (error) {
      frames.abort('the request could not be answered')
      if (isMalformed(error)) this.#strike(from)
      else this.counts.add('broken')
    }
  }

  async #handle(
    from: PeerKey,
    message: CatalogMessage,
    frames: FrameStream,
    signal: AbortSignal
  ): Promise<void> {
    if (this.#server == null) return
    if (message.type === 'heads') {
      await this.#server.onHeads(from, message.heads)
      return
    }
    for await (const answer of this.#server.answer(from, message, signal)) {
      await this.#send(frames, answer, signal)
    }
  }

  async #send(frames: FrameStream, message: CatalogMessage, signal: AbortSignal): Promise<void> {
    const bytes = encodeCatalogMessage(message)
    this.counts.add('frames-out')
    this.counts.add('bytes-out', bytes.length)
    await frames.write(bytes, { signal, timeoutMs: ANSWER_TIMEOUT_MS })
  }

  #receive(bytes: Uint8Array): CatalogMessage {
    this.counts.add('frames-in')
    this.counts.add('bytes-in', bytes.length)
    return decodeCatalogMessage(bytes)
  }

  #strike(peer: PeerKey): void {
    this.counts.add('malformed')
    this.#init.onStrike?.(peer, 'malformed')
  }
}
