/**
 * The word index over libp2p: `/p2pnode/index/1.0.0`, one request and its answer for each stream.
 */
import type { Connection, IdentifyResult, Libp2p, PeerUpdate, Stream } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { Counters } from '../../base/counters.ts'
import type { PeerKey } from '../../base/ports.ts'
import type { IndexLinks, IndexReply, IndexServer } from '../../node/index-ports.ts'
import {
  type Contact,
  decodeIndexMessage,
  encodeIndexMessage,
  type IndexMessage
} from '../../wire/index-message.ts'
import { MAX_CONTROL_FRAME_BYTES } from '../../wire/limits.ts'
import { IndexContacts } from './index-contacts.ts'
import { FrameStream, frame, isMalformed, StreamError } from './streams.ts'

export const INDEX_PROTOCOL = '/p2pnode/index/1.0.0'

/** Streams of one connection in each direction: a walk asks a peer once, publishing brings several words. */
const MAX_STREAMS = 16
/** The request of a stream that was opened to us, ms. */
const REQUEST_TIMEOUT_MS = 5_000
/** A connection that was dialled for a request is closed after this time without another, ms. */
const IDLE_MS = 30_000
const TICK_MS = 5_000
const CLOSE_TIMEOUT_MS = 1_000

export interface IndexExchangeInit {
  host: Libp2p
  /** Peers that are not connected may be dialled. */
  dial: boolean
  /** The connection to a peer is wanted for something else, too. */
  isInUse(connection: Connection): boolean
  /** A peer sent what breaks the protocol. */
  onStrike?(peer: PeerKey, reason: 'malformed'): void
}

export class IndexExchange implements IndexLinks {
  readonly counts = new Counters<
    'requests-in' | 'requests-out' | 'bytes-in' | 'bytes-out' | 'dials' | 'malformed' | 'broken'
  >()
  readonly #init: IndexExchangeInit
  readonly #contacts: IndexContacts
  /** Connections that we dialled, and when they were used last. */
  readonly #dialled = new Map<Connection, number>()
  readonly #onServer = new Set<(peer: PeerKey, isServer: boolean) => void>()
  #server: IndexServer | undefined
  #stopping = new AbortController()
  #timer: NodeJS.Timeout | undefined

  constructor(init: IndexExchangeInit) {
    this.#init = init
    this.#contacts = new IndexContacts(init.host)
  }

  start(): void {
    this.#stopping = new AbortController()
    this.#init.host.addEventListener('peer:update', this.#onUpdate)
    this.#init.host.addEventListener('peer:identify', this.#onIdentify)
    this.#timer = setInterval(() => this.#closeIdle(), TICK_MS).unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#stopping.abort(new Error('the node stops'))
    this.#init.host.removeEventListener('peer:update', this.#onUpdate)
    this.#init.host.removeEventListener('peer:identify', this.#onIdentify)
    await this.serve(undefined)
  }

  async serve(server: IndexServer | undefined): Promise<void> {
    const { host } = this.#init
    const isServing = this.#server !== undefined
    this.#server = server
    if (server === undefined && isServing) await host.unhandle(INDEX_PROTOCOL)
    if (server === undefined || isServing) return
    await host.handle(INDEX_PROTOCOL, (stream, connection) => this.#onStream(stream, connection), {
      maxInboundStreams: MAX_STREAMS,
      maxOutboundStreams: MAX_STREAMS,
      runOnLimitedConnection: true
    })
  }

  async request(
    peer: PeerKey,
    message: IndexMessage,
    options: { signal: AbortSignal; onSent?: ((bytes: number) => void) | undefined }
  ): Promise<IndexReply> {
    const signal = AbortSignal.any([options.signal, this.#stopping.signal])
    const connection = this.#open(peer) ?? (await this.#dial(peer, signal))
    const stream = await connection.newStream(INDEX_PROTOCOL, {
      signal,
      maxOutboundStreams: MAX_STREAMS,
      runOnLimitedConnection: true
    })
    const frames = new FrameStream(stream, { maxFrameBytes: MAX_CONTROL_FRAME_BYTES })
    try {
      const sent = await this.#send(frames, message, signal)
      options.onSent?.(sent)
      this.counts.add('requests-out')
      const bytes = await frames.read({ signal })
      if (bytes === undefined) throw new StreamError({ code: 'truncated', message: 'there was no answer' })
      return { message: this.#receive(bytes), bytes: frame(bytes).length }
    } catch (error) {
      frames.abort('the request failed')
      if (isMalformed(error)) this.#strike(peer)
      throw error
    } finally {
      if (this.#dialled.has(connection)) this.#dialled.set(connection, performance.now())
    }
  }

  /** Connects to a peer when it may be dialled; unless it becomes of other use, the connection ends after a while. */
  async reach(peer: PeerKey, signal: AbortSignal): Promise<void> {
    if (this.#open(peer) === undefined) await this.#dial(peer, signal)
  }

  isConnected(peer: PeerKey): boolean {
    return this.#open(peer) !== undefined
  }

  canReach(peer: PeerKey): boolean {
    return this.isConnected(peer) || (this.#init.dial && this.#contacts.isDialable(peer))
  }

  rttMs(peer: PeerKey): number | null {
    return this.#open(peer)?.rtt ?? null
  }

  groupOf(peer: PeerKey): string | undefined {
    return this.#contacts.groupOf(peer)
  }

  contactOf(peer: PeerKey, asker: PeerKey): Contact {
    return { peer, addresses: this.#contacts.addressesFor(peer, asker) }
  }

  ownAddresses(asker: PeerKey): string[] {
    return this.#contacts.ownAddressesFor(asker)
  }

  remember(contact: Contact, from: PeerKey): void {
    this.#contacts.learn(contact, from)
  }

  async introduce(contact: Contact, from: PeerKey): Promise<void> {
    const { peer, addresses } = contact
    if (addresses.length === 0 || this.isConnected(peer)) return
    this.#contacts.learn(contact, from)
    const multiaddrs = this.#contacts.dialable(peer)
    if (multiaddrs.length > 0) await this.#init.host.peerStore.merge(peerIdFromString(peer), { multiaddrs })
  }

  async remembered(): Promise<PeerKey[]> {
    const peers = await this.#init.host.peerStore.all({
      filters: [({ protocols }) => protocols.includes(INDEX_PROTOCOL)]
    })
    for (const { id, addresses } of peers) {
      this.#contacts.add(
        id.toString(),
        addresses.map(({ multiaddr }) => multiaddr.toString())
      )
    }
    return peers.map(({ id }) => id.toString())
  }

  /** What the host knows of a peer, as a download would dial it. False: nothing. */
  async recall(peer: PeerKey): Promise<boolean> {
    const id = peerIdFromString(peer)
    if (!(await this.#init.host.peerStore.has(id))) return false
    const { addresses } = await this.#init.host.peerStore.get(id)
    this.#contacts.add(
      peer,
      addresses.map(({ multiaddr }) => multiaddr.toString())
    )
    return this.canReach(peer)
  }

  onServer(handler: (peer: PeerKey, isServer: boolean) => void): void {
    this.#onServer.add(handler)
  }

  /** An open connection; a direct one before a relayed one. */
  #open(peer: PeerKey): Connection | undefined {
    const connections = this.#init.host
      .getConnections(peerIdFromString(peer))
      .filter(({ status }) => status === 'open')
    return connections.find(({ limits }) => limits == null) ?? connections[0]
  }

  async #dial(peer: PeerKey, signal: AbortSignal): Promise<Connection> {
    const addresses = this.#init.dial ? this.#contacts.dialable(peer) : []
    if (addresses.length === 0) {
      throw new StreamError({ code: 'closed', message: `${peer} is not connected and may not be dialled` })
    }
    this.counts.add('dials')
    const connection = await this.#init.host.dial(addresses, { signal })
    this.#dialled.set(connection, performance.now())
    return connection
  }

  async #onStream(stream: Stream, connection: Connection): Promise<void> {
    const frames = new FrameStream(stream, { maxFrameBytes: MAX_CONTROL_FRAME_BYTES })
    const from = connection.remotePeer.toString()
    const { signal } = this.#stopping
    try {
      const bytes = await frames.read({ signal, timeoutMs: REQUEST_TIMEOUT_MS })
      if (bytes !== undefined) {
        this.counts.add('requests-in')
        const answer = this.#server?.answer(from, this.#receive(bytes))
        if (answer !== undefined) await this.#send(frames, answer, signal)
      }
      await frames.close({ signal })
    } catch (error) {
      frames.abort('the request could not be answered')
      if (isMalformed(error)) this.#strike(from)
      else this.counts.add('broken')
    }
  }

  /** Sends a message and ends our side. Gives its bytes. */
  async #send(frames: FrameStream, message: IndexMessage, signal: AbortSignal): Promise<number> {
    const bytes = encodeIndexMessage(message)
    const { length } = frame(bytes)
    this.counts.add('bytes-out', length)
    await frames.write(bytes, { signal, timeoutMs: REQUEST_TIMEOUT_MS })
    await frames.close({ signal })
    return length
  }

  #receive(bytes: Uint8Array): IndexMessage {
    this.counts.add('bytes-in', frame(bytes).length)
    return decodeIndexMessage(bytes)
  }

  #strike(peer: PeerKey): void {
    this.counts.add('malformed')
    this.#init.onStrike?.(peer, 'malformed')
  }

  readonly #onUpdate = ({ detail: { peer } }: CustomEvent<PeerUpdate>): void => {
    const key = peer.id.toString()
    const addresses = peer.addresses.map(({ multiaddr }) => multiaddr.toString())
    if (addresses.length > 0) this.#contacts.add(key, addresses)
    this.#tellServer(key, peer.protocols)
  }

  /** The store of peers says nothing when one comes back as it was. */
  readonly #onIdentify = ({ detail: { peerId, protocols } }: CustomEvent<IdentifyResult>): void =>
    this.#tellServer(peerId.toString(), protocols)

  #tellServer(peer: PeerKey, protocols: readonly string[]): void {
    // Before it has told anything it is neither.
    if (protocols.length === 0) return
    for (const handler of this.#onServer) handler(peer, protocols.includes(INDEX_PROTOCOL))
  }

  #closeIdle(): void {
    for (const [connection, usedAt] of this.#dialled) {
      const isGone = connection.status !== 'open'
      if (!isGone && performance.now() - usedAt < IDLE_MS) continue
      this.#dialled.delete(connection)
      if (isGone || this.#init.isInUse(connection)) continue
      connection
        .close({ signal: AbortSignal.timeout(CLOSE_TIMEOUT_MS) })
        .catch(err => connection.abort(err as Error))
    }
  }
}
