/**
 * A peer that keeps to no rule: a bare libp2p host that sends whatever bytes it is told to. It knows nothing of our
 * code; tests that want nearly right messages bring their own encoders.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { type GossipSub, gossipsub, StrictNoSign } from '@chainsafe/libp2p-gossipsub'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import type { Connection, Libp2p, PrivateKey, Stream, StreamCloseEvent } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { RecordEnvelope } from '@libp2p/peer-record'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'

/** What a test that waits for the other side gives it. Far above what it takes, for busy machines. */
const PATIENCE_MS = 10_000

export interface HostileOptions {
  /** What it calls its program. */
  agent?: string
  privateKey?: PrivateKey
}

/** How the other side ended a stream. */
export type StreamEnd = 'reset' | 'closed'

export class HostileHost implements AsyncDisposable {
  readonly host: Libp2p<{ pubsub: GossipSub }>
  readonly privateKey: PrivateKey
  readonly peerId: string
  #address = ''

  private constructor(host: Libp2p<{ pubsub: GossipSub }>, privateKey: PrivateKey) {
    this.host = host
    this.privateKey = privateKey
    this.peerId = host.peerId.toString()
  }

  static async start(options: HostileOptions = {}): Promise<HostileHost> {
    const privateKey = options.privateKey ?? (await generateKeyPair('Ed25519'))
    const host = await createLibp2p({
      privateKey,
      nodeInfo: { userAgent: options.agent ?? 'hostile/1.0' },
      addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
      transports: [tcp()],
      connectionEncrypters: [noise(), tls()],
      streamMuxers: [yamux({ maxOutboundStreams: 10_000, maxInboundStreams: 10_000 })],
      connectionManager: { inboundConnectionThreshold: Number.POSITIVE_INFINITY },
      connectionMonitor: { enabled: false },
      services: {
        identify: identify(),
        ping: ping(),
        pubsub: gossipsub({
          globalSignaturePolicy: StrictNoSign,
          allowPublishToZeroTopicPeers: true,
          fallbackToFloodsub: false,
          maxInboundDataLength: 16 << 20,
          scoreParams: { IPColocationFactorWeight: 0 }
        })
      }
    })
    return new HostileHost(host as unknown as Libp2p<{ pubsub: GossipSub }>, privateKey)
  }

  get address(): string {
    return `${this.host.getMultiaddrs()[0]}`
  }

  /** Connects to a node; from then on `open` means that one. */
  async connect(address: string): Promise<Connection> {
    this.#address = address
    return await this.host.dial(multiaddr(address))
  }

  /** Another connection beside those that are there. */
  async connectAgain(): Promise<Connection> {
    return await this.host.dial(multiaddr(this.#address), { force: true })
  }

  isConnected(): boolean {
    return this.host.getConnections().some(({ status }) => status === 'open')
  }

  async open(protocol: string, connection?: Connection): Promise<RawStream> {
    const options = { signal: AbortSignal.timeout(PATIENCE_MS), maxOutboundStreams: 10_000 }
    const stream =
      connection === undefined
        ? await this.host.dialProtocol(multiaddr(this.#address), protocol, options)
        : await connection.newStream(protocol, options)
    return new RawStream(stream)
  }

  /** Serves a protocol as badly as `behave` does; what it throws resets the stream. */
  async serve(protocol: string, behave: (stream: RawStream, from: string) => Promise<void>): Promise<void> {
    await this.host.handle(
      protocol,
      async (stream, connection) => {
        const raw = new RawStream(stream)
        await behave(raw, connection.remotePeer.toString()).catch(() => raw.reset())
      },
      { maxInboundStreams: 10_000 }
    )
  }

  /** Publishes as soon as somebody is known to listen to the topic. */
  async publish(topic: string, data: Uint8Array): Promise<void> {
    const { pubsub } = this.host.services
    // What is published before the stream to a subscriber is open is lost.
    const { streamsOutbound } = pubsub as unknown as { streamsOutbound: ReadonlyMap<string, unknown> }
    const isHeard = (): boolean =>
      pubsub.getSubscribers(topic).some(peer => streamsOutbound.has(peer.toString()))
    await inTime(async signal => {
      while (!isHeard()) await sleep(10, undefined, { signal })
    })
    await pubsub.publish(topic, data)
  }

  /** An envelope around `payload` (libp2p RFC 0002) with this host's signature, or somebody else's. */
  async seal(
    payload: Uint8Array,
    { domain, type, key = this.privateKey }: { domain: string; type: string; key?: PrivateKey }
  ): Promise<Uint8Array> {
    const codec = new TextEncoder().encode(type)
    return (
      await RecordEnvelope.seal({ domain, codec, marshal: () => payload, equals: () => false }, key)
    ).marshal()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const connection of this.host.getConnections()) connection.abort(new Error('gone'))
    await this.host.stop()
  }
}

/** A stream as it comes: bytes out, bytes in, and how it ended. */
export class RawStream {
  readonly stream: Stream
  /** Resolves when the other side has ended its part, or everything. */
  readonly ended: Promise<StreamEnd>
  readonly #end = Promise.withResolvers<StreamEnd>()
  #buffer = Buffer.alloc(0)
  #isOver = false
  #wake: (() => void) | undefined

  constructor(stream: Stream) {
    this.stream = stream
    this.ended = this.#end.promise
    stream.addEventListener('message', ({ data }) => {
      this.#buffer = Buffer.concat([this.#buffer, data.subarray()])
      this.#wake?.()
    })
    stream.addEventListener('remoteCloseWrite', () => this.#onEnd('closed'))
    stream.addEventListener('close', ({ error }: StreamCloseEvent) =>
      this.#onEnd(error == null ? 'closed' : 'reset')
    )
    // It may have ended while it was being opened.
    if (stream.status === 'reset' || stream.status === 'aborted') this.#onEnd('reset')
    else if (stream.remoteWriteStatus !== 'writable') this.#onEnd('closed')
  }

  /** True when there is room for more. A stream that is gone takes nothing and does not complain. */
  send(bytes: Uint8Array): boolean {
    return this.stream.writeStatus === 'writable' && this.stream.send(bytes)
  }

  /** Sends a frame: the length as a varint, then the payload. */
  sendFrame(payload: Uint8Array): boolean {
    return this.send(frameOf(payload))
  }

  /** Ends this side. A stream that is gone needs no end. */
  async close(): Promise<void> {
    await this.stream.close().catch(() => undefined)
  }

  reset(): void {
    this.stream.abort(new Error('hostile'))
  }

  /** Takes no more from now on, so that the sender's window closes. */
  stopReading(): void {
    this.stream.pause()
  }

  /** Payload of the next frame; undefined when the stream ends before one is whole. */
  async frame(): Promise<Uint8Array | undefined> {
    let length = 0
    for (let shift = 0; ; shift += 7) {
      const byte = (await this.bytes(1))?.[0]
      if (byte === undefined) return undefined
      length += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return await this.bytes(length)
    }
  }

  /** The next `count` bytes; undefined when the stream ends before. */
  async bytes(count: number): Promise<Uint8Array | undefined> {
    return await inTime(async signal => {
      while (this.#buffer.length < count && !this.#isOver) {
        const { promise, resolve, reject } = Promise.withResolvers<void>()
        this.#wake = resolve
        signal.addEventListener('abort', () => reject(signal.reason))
        await promise
      }
      if (this.#buffer.length < count) return undefined
      const taken = this.#buffer.subarray(0, count)
      this.#buffer = this.#buffer.subarray(count)
      return taken
    })
  }

  #onEnd(end: StreamEnd): void {
    this.#isOver = true
    this.#end.resolve(end)
    this.#wake?.()
  }
}

/** `payload` behind its length as a varint; `length` may say something else. */
export function frameOf(payload: Uint8Array, length = payload.length): Uint8Array {
  return Buffer.concat([varint(length), payload])
}

export function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80)
  return Uint8Array.from([...bytes, rest])
}

/** Noise that is the same in every run, and another for each seed. */
export function garbage(length: number, seed = 0): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let i = 0; i < length; i++) bytes[i] = (i * 167 + (i >> 3) * 89 + 13) ^ seed
  return bytes
}

async function inTime<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(new Error(`nothing came in ${PATIENCE_MS} ms`)), PATIENCE_MS)
  try {
    return await work(late.signal)
  } finally {
    clearTimeout(timer)
  }
}
