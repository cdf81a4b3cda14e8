/**
 * TLS for libp2p on the handle of the TCP socket. https://github.com/libp2p/specs/blob/master/tls/tls.md
 *
 * The library runs TLS over a stream of JavaScript, through which every record passes twice. Where a connection is plain
 * TCP, `node:tls` can have the socket itself, so that bytes are encrypted on their way out of the process and reach us
 * decrypted. Handshake, certificate, and the check of the other side are the library's own, so a peer cannot tell which
 * of the two it talks to. What is not plain TCP is left to the library.
 */
import type { Socket } from 'node:net'
import { connect, createSecureContext, type SecureContext, TLSSocket, type TLSSocketOptions } from 'node:tls'
import {
  type ConnectionEncrypter,
  InvalidCryptoExchangeError,
  type MessageStream,
  type PeerId,
  type PrivateKey,
  type SecureConnectionOptions,
  type SecuredConnection,
  type StreamMuxerFactory,
  serviceCapabilities
} from '@libp2p/interface'
import { PROTOCOL, type TLSComponents, tls } from '@libp2p/tls'
import { generateCertificate, toMessageStream, verifyPeerCertificate } from '@libp2p/tls/utils'
import { takeSocket } from './plain-socket.ts'

/** ALPN name of a side that does not choose the muxer within the handshake (spec: ALPN). */
const NO_MUXER = 'libp2p'

export interface DirectTlsOptions {
  /** Told of each socket that was taken from its connection, which hears no more of the bytes. */
  onTaken?: (socket: Socket) => void
  /** What this side shows; made from the host's key by default. */
  certificate?: (key: PrivateKey) => Promise<{ cert?: string; key?: string }>
}

export function directTls(
  options: DirectTlsOptions = {}
): (components: TLSComponents) => ConnectionEncrypter {
  const stock = tls()
  return components => new DirectTls(components, stock(components), options)
}

class DirectTls implements ConnectionEncrypter {
  readonly protocol = PROTOCOL
  readonly [Symbol.toStringTag] = 'direct-tls'
  readonly [serviceCapabilities] = ['@libp2p/connection-encryption']
  readonly #components: TLSComponents
  readonly #stock: ConnectionEncrypter
  readonly #options: DirectTlsOptions
  /** The spec allows one certificate for all connections of a host; making it takes longer than the handshake. */
  #context: Promise<SecureContext> | undefined

  constructor(components: TLSComponents, stock: ConnectionEncrypter, options: DirectTlsOptions) {
    this.#components = components
    this.#stock = stock
    this.#options = options
  }

  secureInbound(connection: MessageStream, options?: SecureConnectionOptions): Promise<SecuredConnection> {
    const socket = takeSocket(connection)
    if (socket === undefined) return this.#stock.secureInbound(connection, options)
    return this.#secure(connection, socket, true, options)
  }

  secureOutbound(connection: MessageStream, options?: SecureConnectionOptions): Promise<SecuredConnection> {
    const socket = takeSocket(connection)
    if (socket === undefined) return this.#stock.secureOutbound(connection, options)
    return this.#secure(connection, socket, false, options)
  }

  async #secure(
    connection: MessageStream,
    socket: Socket,
    isServer: boolean,
    options: SecureConnectionOptions = {}
  ): Promise<SecuredConnection> {
    this.#options.onTaken?.(socket)
    let secured: TLSSocket | undefined
    try {
      const secureContext = await this.#contextOnce()
      options.signal?.throwIfAborted()
      if (connection.status !== 'open') throw new InvalidCryptoExchangeError('the connection has ended')
      const muxers = options.skipStreamMuxerNegotiation === true ? [] : this.#muxers()
      const chosen: { muxer?: StreamMuxerFactory } = {}
      secured = this.#wrap(socket, secureContext, isServer, muxers, chosen)
      // Errors after the handshake end the connection; without a listener they would end the process.
      secured.on('error', error => connection.abort(error))
      await handshake(secured, options.signal)
      const remotePeer = await remotePeerOf(secured, options.remotePeer)
      const streamMuxer = isServer ? chosen.muxer : this.#muxerOf(secured, muxers)
      return {
        remotePeer,
        connection: toMessageStream(connection, secured),
        ...(streamMuxer === undefined ? {} : { streamMuxer })
      }
    } catch (error) {
      secured?.destroy()
      connection.abort(error as Error)
      throw error
    }
  }

  #muxers(): string[] {
    return [...this.#components.upgrader.getStreamMuxers().keys()]
  }

  /** One that could not be made is tried again with the next connection. */
  #contextOnce(): Promise<SecureContext> {
    if (this.#context === undefined) {
      this.#context = this.#makeContext()
      this.#context.catch(() => {
        this.#context = undefined
      })
    }
    return this.#context
  }

  async #makeContext(): Promise<SecureContext> {
    const make = this.#options.certificate ?? generateCertificate
    return createSecureContext({
      ...(await make(this.#components.privateKey)),
      // Spec, Handshake Protocol: TLS 1.3 or later.
      minVersion: 'TLSv1.3',
      maxVersion: 'TLSv1.3'
    })
  }

  #wrap(
    socket: Socket,
    secureContext: SecureContext,
    isServer: boolean,
    muxers: readonly string[],
    chosen: { muxer?: StreamMuxerFactory }
  ): TLSSocket {
    const options: TLSSocketOptions = {
      secureContext,
      isServer,
      // Spec, Peer Authentication: both sides show a certificate; it is signed by itself, and checked below.
      requestCert: true,
      rejectUnauthorized: false,
      ALPNProtocols: [...muxers, NO_MUXER]
    }
    // Clients send no name of a server (spec, Handshake Protocol).
    if (!isServer) return connect({ ...options, socket })
    return new TLSSocket(socket, {
      ...options,
      // The server takes the first of the client's muxers that it has (spec, ALPN).
      ALPNCallback: ({ protocols }) => {
        const known = this.#components.upgrader.getStreamMuxers()
        const name = protocols.find(protocol => muxers.includes(protocol) && known.has(protocol))
        const muxer = name === undefined ? undefined : known.get(name)
        if (muxer === undefined) return protocols.includes(NO_MUXER) ? NO_MUXER : undefined
        chosen.muxer = muxer
        return name
      }
    })
  }

  #muxerOf({ alpnProtocol }: TLSSocket, muxers: readonly string[]): StreamMuxerFactory | undefined {
    if (typeof alpnProtocol !== 'string' || alpnProtocol === NO_MUXER || muxers.length === 0) return undefined
    const muxer = this.#components.upgrader.getStreamMuxers().get(alpnProtocol)
    if (muxer === undefined)
      throw new InvalidCryptoExchangeError(`the other side chose the muxer ${alpnProtocol}`)
    return muxer
  }
}

/** Resolves when keys are agreed upon; that says nothing yet of who the other side is. */
async function handshake(socket: TLSSocket, signal: AbortSignal | undefined): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const onClose = (): void => reject(new InvalidCryptoExchangeError('the connection ended in the handshake'))
  const onAbort = (): void => reject(signal?.reason)
  socket.once('secure', resolve).once('error', reject).once('close', onClose)
  signal?.addEventListener('abort', onAbort)
  try {
    await promise
  } finally {
    socket.off('secure', resolve).off('error', reject).off('close', onClose)
    signal?.removeEventListener('abort', onAbort)
  }
}

/**
 * Who the other side is (spec, libp2p Public Key Extension): its certificate is valid now, signed by itself, and its
 * key is signed by the key of the peer.
 */
async function remotePeerOf(socket: TLSSocket, expected: PeerId | undefined): Promise<PeerId> {
  const { raw } = socket.getPeerCertificate() as { raw?: Uint8Array }
  if (raw === undefined) throw new InvalidCryptoExchangeError('the other side shows no certificate')
  return await verifyPeerCertificate(raw, expected)
}
