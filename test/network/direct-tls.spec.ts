import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { generateKeyPair } from '@libp2p/crypto/keys'
import type {
  Connection,
  ConnectionEncrypter,
  Libp2p,
  MessageStream,
  PrivateKey,
  SecureConnectionOptions,
  Stream
} from '@libp2p/interface'
import { memory } from '@libp2p/memory'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { type TLSComponents, tls } from '@libp2p/tls'
import { generateCertificate } from '@libp2p/tls/utils'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { Traffic } from '../../src/adapters/libp2p/traffic.ts'
import { type DirectTlsOptions, directTls } from '../../src/adapters/tls/index.ts'
import { eventually } from '../../src/testnet/index.ts'
import { garbage } from '../support/hostile-host.ts'

const PROTOCOL = '/test/echo'
const MIB = 1024 * 1024
const DAY_MS = 24 * 60 * 60_000

type Encrypter = (components: TLSComponents) => ConnectionEncrypter

interface TlsHost extends AsyncDisposable {
  host: Libp2p
  /** Sockets that the direct encrypter took. */
  taken: Socket[]
  address: string
}

interface HostOptions {
  encrypters?: Encrypter[]
  privateKey?: PrivateKey
  inactivityMs?: number
  inMemory?: boolean
  /** Its connections seem to hold bytes when they are to be secured. */
  hasBytesInHand?: boolean
  certificate?: DirectTlsOptions['certificate']
}

/** A host that sends back what it is sent. */
async function start(kind: 'direct' | 'stock', options: HostOptions = {}): Promise<TlsHost> {
  const taken: Socket[] = []
  const { certificate, inactivityMs = 120_000, inMemory = false } = options
  const direct = directTls({
    onTaken: socket => taken.push(socket),
    ...(certificate === undefined ? {} : { certificate })
  })
  const given = options.hasBytesInHand === true ? withBytesInHand(direct) : direct
  const encrypters = options.encrypters ?? [kind === 'direct' ? given : tls()]
  const host = await createLibp2p({
    privateKey: options.privateKey ?? (await generateKeyPair('Ed25519')),
    addresses: { listen: [inMemory ? `/memory/${randomUUID()}` : '/ip4/127.0.0.1/tcp/0'] },
    transports: [
      memory(),
      tcp({ inboundSocketInactivityTimeout: inactivityMs, outboundSocketInactivityTimeout: inactivityMs })
    ],
    connectionEncrypters: encrypters as Array<ReturnType<typeof tls>>,
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false }
  })
  await host.handle(PROTOCOL, async stream => {
    stream.addEventListener('message', ({ data }) => stream.send(data.subarray()))
    stream.addEventListener('remoteCloseWrite', () => void stream.close())
  })
  return {
    host,
    taken,
    get address() {
      return String(host.getMultiaddrs()[0])
    },
    [Symbol.asyncDispose]: async () => await host.stop()
  }
}

/** Hands each connection over as one that holds a byte. */
function withBytesInHand(make: Encrypter): Encrypter {
  const holding = <T>(connection: MessageStream, secure: () => T): T => {
    Object.defineProperty(connection, 'readBufferLength', { value: 1, configurable: true })
    try {
      return secure()
    } finally {
      Reflect.deleteProperty(connection, 'readBufferLength')
    }
  }
  return components => {
    const encrypter = make(components)
    const { secureInbound, secureOutbound } = encrypter
    return Object.assign(encrypter, {
      secureInbound: (connection: MessageStream, options?: SecureConnectionOptions) =>
        holding(connection, () => secureInbound.call(encrypter, connection, options)),
      secureOutbound: (connection: MessageStream, options?: SecureConnectionOptions) =>
        holding(connection, () => secureOutbound.call(encrypter, connection, options))
    })
  }
}

async function dial(from: TlsHost, to: TlsHost): Promise<Connection> {
  return await from.host.dial(multiaddr(to.address))
}

/** Sends bytes and gets as many back. */
async function echo(connection: Connection, bytes: Uint8Array): Promise<Uint8Array> {
  const stream = await connection.newStream(PROTOCOL)
  const back = collect(stream)
  for (let at = 0; at < bytes.length; at += MIB) {
    if (!stream.send(bytes.subarray(at, at + MIB))) await once(stream as never, 'drain')
  }
  await stream.close()
  return await back
}

async function collect(stream: Stream): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk.subarray())
  return Buffer.concat(chunks)
}

describe('TLS on the handle of the socket', () => {
  const pairs = [
    ['direct', 'direct'],
    ['direct', 'stock'],
    ['stock', 'direct']
  ] as const
  for (const [dialler, listener] of pairs) {
    it(`speaks with ${listener} as ${dialler}, and with nobody else's words`, async () => {
      await using ann = await start(dialler)
      await using bob = await start(listener)
      const connection = await dial(ann, bob)
      assert.equal(connection.encryption, '/tls/1.0.0')
      assert.equal(connection.multiplexer, '/yamux/1.0.0')
      assert.ok(connection.remotePeer.equals(bob.host.peerId))
      assert.equal(ann.taken.length, dialler === 'direct' ? 1 : 0)
      assert.equal(bob.taken.length, listener === 'direct' ? 1 : 0)
      const bytes = garbage(5 * MIB + 3)
      assert.ok(Buffer.from(bytes).equals(await echo(connection, bytes)))
      await Promise.all(Array.from({ length: 20 }, (_, i) => echo(connection, garbage(1_000 * i, i))))
      const [back] = bob.host.getConnections()
      assert.ok(back?.remotePeer.equals(ann.host.peerId))
      assert.ok(Buffer.from(garbage(9)).equals(await echo(back as Connection, garbage(9))))
    })
  }

  it('lets its bytes be counted', async () => {
    await using ann = await start('direct')
    await using bob = await start('stock')
    const traffic = new Traffic()
    const connection = await dial(ann, bob)
    for (const socket of ann.taken) traffic.follow(socket)
    await echo(connection, garbage(3 * MIB))
    await connection.close()
    await eventually(
      () => {
        for (const way of ['sent', 'received']) {
          const bytes = traffic.toJSON()[`${way} wire`] ?? 0
          assert.ok(bytes > 3 * MIB && bytes < 3.2 * MIB, `${way} ${bytes}`)
        }
      },
      { within: 5_000 }
    )
  })

  it('leaves those alone who speak noise only', async () => {
    await using ann = await start('direct', { encrypters: [directTls(), noise()] as Encrypter[] })
    await using bob = await start('stock', { encrypters: [noise()] as Encrypter[] })
    for (const connection of [await dial(ann, bob), await dial(bob, ann)]) {
      assert.equal(connection.encryption, '/noise')
      assert.ok(Buffer.from(garbage(99)).equals(await echo(connection, garbage(99))))
    }
  })

  it('leaves to the library what is not plain TCP', async () => {
    await using ann = await start('direct', { inMemory: true })
    await using bob = await start('direct', { inMemory: true })
    const connection = await dial(ann, bob)
    assert.equal(connection.encryption, '/tls/1.0.0')
    assert.ok(Buffer.from(garbage(99)).equals(await echo(connection, garbage(99))))
    assert.deepEqual([ann.taken, bob.taken], [[], []])
  })

  for (const other of ['direct', 'stock'] as const) {
    it(`steps back to the library's own where bytes are in hand already, and speaks with ${other}`, async () => {
      for (const isDialled of [false, true]) {
        await using ann = await start('direct', { hasBytesInHand: true })
        await using bob = await start(other)
        const [from, to] = isDialled ? [bob, ann] : [ann, bob]
        const connection = await dial(from, to)
        assert.equal(connection.encryption, '/tls/1.0.0')
        assert.ok(connection.remotePeer.equals(to.host.peerId))
        const bytes = garbage(2 * MIB + 3)
        assert.ok(Buffer.from(bytes).equals(await echo(connection, bytes)))
        assert.deepEqual([ann.taken.length, bob.taken.length], [0, other === 'direct' ? 1 : 0])
      }
    })
  }

  it('delivers all that was sent before a connection was closed', async () => {
    await using ann = await start('direct')
    await using bob = await start('direct')
    let received = 0
    const ended = Promise.withResolvers<void>()
    await bob.host.handle('/test/sink', stream => {
      stream.addEventListener('message', ({ data }) => {
        received += data.byteLength
      })
      stream.addEventListener('remoteCloseWrite', () => ended.resolve())
    })
    const connection = await dial(ann, bob)
    const stream = await connection.newStream('/test/sink')
    stream.send(garbage(200_000))
    await stream.close()
    await connection.close()
    await ended.promise
    assert.equal(received, 200_000)
    await eventually(() => assert.equal(bob.host.getConnections().length, 0), { within: 5_000 })
    for (const socket of [...ann.taken, ...bob.taken]) assert.ok(socket.destroyed)
  })

  const endings: Array<[name: string, end: (connection: Connection, socket: Socket) => void]> = [
    ['is aborted', connection => connection.abort(new Error('enough'))],
    ['loses its socket', (_, socket) => socket.destroy()],
    ['has its socket reset', (_, socket) => socket.resetAndDestroy()]
  ]
  for (const [name, end] of endings) {
    for (const listener of ['direct', 'stock'] as const) {
      it(`tells both sides when a connection to ${listener} ${name}, in the middle of a stream`, async () => {
        await using ann = await start('direct')
        await using bob = await start(listener)
        const connection = await dial(ann, bob)
        const stream = await connection.newStream(PROTOCOL)
        const closed = once(stream as never, 'close')
        const first = once(stream as never, 'message')
        stream.send(garbage(MIB))
        await first
        end(connection, ann.taken[0] as Socket)
        await closed
        await eventually(
          () => {
            assert.equal(ann.host.getConnections().length, 0)
            assert.equal(bob.host.getConnections().length, 0)
          },
          { within: 5_000 }
        )
        assert.ok(Buffer.from(garbage(9)).equals(await echo(await dial(ann, bob), garbage(9))))
      })
    }
  }

  it('goes on reading a stream whose own side is closed', async () => {
    await using ann = await start('direct')
    await using bob = await start('direct')
    await bob.host.handle('/test/late', stream => {
      stream.addEventListener('remoteCloseWrite', () => {
        stream.send(garbage(300_000))
        void stream.close()
      })
    })
    const stream = await (await dial(ann, bob)).newStream('/test/late')
    const back = collect(stream)
    await stream.close()
    assert.equal((await back).length, 300_000)
  })

  it('ends what is idle for too long, and not what is in use', async () => {
    await using ann = await start('direct', { inactivityMs: 400 })
    await using bob = await start('direct', { inactivityMs: 60_000 })
    const connection = await dial(ann, bob)
    for (const end = performance.now() + 1_000; performance.now() < end; ) {
      await echo(connection, garbage(9))
      await new Promise(resolve => setTimeout(resolve, 50))
    }
    assert.equal(connection.status, 'open')
    await eventually(() => assert.equal(bob.host.getConnections().length, 0), { within: 5_000 })
    assert.notEqual(connection.status, 'open')
  })

  it('refuses a peer that is another one than was dialled', async () => {
    await using ann = await start('direct')
    await using bob = await start('stock')
    await using cleo = await start('stock')
    const address = bob.address.replace(/\/p2p\/.*/, `/p2p/${cleo.host.peerId}`)
    await assert.rejects(ann.host.dial(multiaddr(address)), /[Uu]nexpected|[Pp]eer/)
    assert.equal(ann.host.getConnections().length, 0)
    assert.ok(ann.taken[0]?.destroyed)
  })

  describe('refuses a certificate', () => {
    const certificates: Array<[name: string, make: NonNullable<DirectTlsOptions['certificate']>]> = [
      ['that has expired', key => at(Date.now() - 101 * 365 * DAY_MS, () => generateCertificate(key))],
      ['that is not valid yet', key => at(Date.now() + DAY_MS, () => generateCertificate(key))],
      ['whose key somebody else has signed', forged],
      ['whose signature is noise', key => generateCertificate(signing(key, async () => garbage(64)))],
      ['of no libp2p peer', plainCertificate],
      ['that is not there', async () => ({})]
    ]
    for (const [name, certificate] of certificates) {
      it(`${name}, when it dials and when it is dialled`, async () => {
        await using honest = await start('direct')
        await using crook = await start('direct', { certificate })
        await assert.rejects(dial(honest, crook))
        await dial(crook, honest).catch(() => undefined)
        await eventually(() => assert.equal(honest.host.getConnections().length, 0), { within: 5_000 })
        await eventually(() => assert.ok(honest.taken.every(socket => socket.destroyed)), { within: 5_000 })
        assert.equal(honest.taken.length, 2)
        await using other = await start('stock')
        assert.ok(Buffer.from(garbage(9)).equals(await echo(await dial(other, honest), garbage(9))))
      })
    }

    async function forged(key: PrivateKey): Promise<{ cert: string; key: string }> {
      const other = await generateKeyPair('Ed25519')
      return await generateCertificate(signing(key, data => other.sign(data)))
    }
  })

  it('gives up a handshake in which nothing comes, and leaves nothing open', async () => {
    const sockets: Socket[] = []
    const mute = createServer(socket => {
      sockets.push(socket.on('error', () => undefined))
      // Agrees to TLS in the words of multistream-select, and says no more.
      const said = Buffer.from('\x13/multistream/1.0.0\n\x0b/tls/1.0.0\n')
      socket.once('data', () => socket.write(said))
    }).listen(0, '127.0.0.1')
    await once(mute, 'listening')
    try {
      await using ann = await start('direct')
      const address = multiaddr(`/ip4/127.0.0.1/tcp/${(mute.address() as AddressInfo).port}`)
      await assert.rejects(ann.host.dial(address, { signal: AbortSignal.timeout(500) }))
      await eventually(() => assert.ok(ann.taken.every(socket => socket.destroyed)), { within: 5_000 })
      assert.equal(ann.taken.length, 1)
    } finally {
      for (const socket of sockets) socket.destroy()
      mute.close()
    }
  })

  it('survives noise instead of a handshake', async () => {
    await using bob = await start('direct')
    const port = Number(/tcp\/(\d+)/.exec(bob.address)?.[1])
    const socket = connect(port, '127.0.0.1').on('error', () => undefined)
    // Not `once` of events: it takes the reset for an error.
    const closed = new Promise(resolve => socket.once('close', resolve))
    socket.write(Buffer.from('\x13/multistream/1.0.0\n\x0b/tls/1.0.0\n'))
    await once(socket, 'data')
    socket.write(garbage(1_000))
    socket.resume()
    await closed
    await using ann = await start('direct')
    assert.ok(Buffer.from(garbage(9)).equals(await echo(await dial(ann, bob), garbage(9))))
  })
})

/** Runs `make` at another time. */
async function at<T>(ms: number, make: () => Promise<T>): Promise<T> {
  const { now } = Date
  Date.now = () => ms
  try {
    return await make()
  } finally {
    Date.now = now
  }
}

/** A key that shows its own name and has others sign. */
function signing(key: PrivateKey, sign: (data: Uint8Array) => Uint8Array | Promise<Uint8Array>): PrivateKey {
  return {
    type: key.type,
    publicKey: key.publicKey,
    raw: key.raw,
    sign: (data: Uint8Array) => sign(data)
  } as unknown as PrivateKey
}

/** A certificate of nobody, as any web server might have it. */
async function plainCertificate(): Promise<{ cert: string; key: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'p2pnode-tls-'))
  try {
    const [cert, key] = [join(folder, 'cert'), join(folder, 'key')]
    const kind = [
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-subj',
      '/CN=nobody'
    ]
    await promisify(execFile)('openssl', ['req', ...kind, '-keyout', key, '-out', cert])
    return { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') }
  } finally {
    await rm(folder, { recursive: true })
  }
}
