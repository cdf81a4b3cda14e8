/**
 * Hosts that do nothing but transfer: a server of files in memory, and a client with downloads on a temporary disk.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Libp2p, Stream } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { DownloadStore, diskPartFiles } from '../../src/adapters/files/index.ts'
import { FileClient } from '../../src/adapters/libp2p/file-client.ts'
import { FILE_PROTOCOL, FileServer, type FileServerOptions } from '../../src/adapters/libp2p/file-server.ts'
import { FrameStream } from '../../src/adapters/libp2p/streams.ts'
import type { Clock } from '../../src/base/ports.ts'
import { seededRandom } from '../../src/base/random.ts'
import { blockLength, buildManifest, type Manifest, sha256 } from '../../src/content/index.ts'
import type { DownloadRecord } from '../../src/node/download-ports.ts'
import { Downloads, type DownloadsOptions } from '../../src/node/downloads.ts'
import { Uploads } from '../../src/node/uploads.ts'
import type { ServedFile } from '../../src/swarm/index.ts'
import { BLOCK_BYTES, MAX_CONTROL_FRAME_BYTES } from '../../src/wire/limits.ts'

const clock = { now: () => Date.now() }

export async function startHost(): Promise<Libp2p> {
  return createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [tls()],
    streamMuxers: [yamux({ streamOptions: { maxStreamWindowSize: 2 << 20, maxReadBufferLength: 4 << 20 } })],
    connectionManager: { inboundConnectionThreshold: Number.POSITIVE_INFINITY }
  })
}

export interface Content {
  bytes: Uint8Array
  manifest: Manifest
}

/** `size` bytes of noise. */
export function content(size: number, seed = 1): Content {
  const random = seededRandom(seed)
  const bytes = new Uint8Array(size)
  const words = new Uint32Array(bytes.buffer, 0, Math.floor(size / 4))
  for (let i = 0; i < words.length; i++) words[i] = random.next() * 2 ** 32
  const digests: Uint8Array[] = []
  for (let at = 0; at === 0 || at < size; at += BLOCK_BYTES)
    digests.push(sha256(bytes.subarray(at, at + BLOCK_BYTES)))
  return { bytes, manifest: buildManifest(digests, size) }
}

/** A file in memory. `change` may spoil what is read. */
export function served(
  { bytes, manifest }: Content,
  overrides: Partial<Pick<ServedFile, 'has' | 'read'>> = {}
): ServedFile {
  return {
    root: manifest.root,
    name: 'file.bin',
    size: bytes.length,
    blocks: manifest.blocks,
    has: () => true,
    innerNodes: async () => manifest.innerNodes,
    read: async block => {
      const at = block * BLOCK_BYTES
      return bytes.slice(at, at + blockLength(bytes.length, block))
    },
    ...overrides
  }
}

export interface Seed extends AsyncDisposable {
  host: Libp2p
  server: FileServer
  uploads: Uploads
  peer: string
}

export async function startSeed(
  files: ServedFile[],
  options: {
    clock?: Clock
    slots?: number
    bytesPerSecond?: number
    peerBytesPerSecond?: number
    knownSources?: FileServerOptions['knownSources']
  } = {}
): Promise<Seed> {
  const host = await startHost()
  const uploads = new Uploads({ clock, ...options })
  const source = { find: async (root: string) => files.find(file => file.root === root) }
  const { knownSources } = options
  const server = new FileServer({
    host,
    sources: [source],
    uploads,
    ...(knownSources === undefined ? {} : { knownSources })
  })
  await server.start(new AbortController().signal)
  return {
    host,
    server,
    uploads,
    peer: host.peerId.toString(),
    [Symbol.asyncDispose]: async () => {
      await host.stop()
    }
  }
}

/** A host that answers the file protocol as `answer` likes. */
export async function startHostile(answer: (frames: FrameStream, stream: Stream) => Promise<void>): Promise<
  {
    host: Libp2p
    peer: string
  } & AsyncDisposable
> {
  const host = await startHost()
  await host.handle(FILE_PROTOCOL, async stream => {
    const frames = new FrameStream(stream, { maxFrameBytes: MAX_CONTROL_FRAME_BYTES })
    await answer(frames, stream).catch(() => frames.abort('hostile'))
  })
  return {
    host,
    peer: host.peerId.toString(),
    [Symbol.asyncDispose]: async () => {
      await host.stop()
    }
  }
}

export interface Getter extends AsyncDisposable {
  host: Libp2p
  client: FileClient
  downloads: Downloads
  folder: string
  /** Where it looks; more may be added. */
  sources: Array<{ host: Libp2p; peer: string }>
  finished: Array<{ path: string; manifest: Manifest }>
}

/** A node that downloads from those of `sources` that it finds in this list at the time. */
export async function startGetter(
  sources: Array<{ host: Libp2p; peer: string }>,
  options: Partial<DownloadsOptions> & { data?: string; answerTimeoutMs?: number } = {}
): Promise<Getter> {
  const host = await startHost()
  const data = options.data ?? (await mkdtemp(join(tmpdir(), 'p2pnode-transfer-')))
  const client = new FileClient({ host, answerTimeoutMs: options.answerTimeoutMs ?? 15_000 })
  const finished: Getter['finished'] = []
  const finder = {
    async *find() {
      for (const source of sources) {
        await host.peerStore.merge(source.host.peerId, { multiaddrs: source.host.getMultiaddrs() })
        yield source.peer
      }
    }
  }
  const downloads = new Downloads({
    client,
    files: diskPartFiles(),
    store: new DownloadStore<DownloadRecord>(join(data, 'downloads')),
    finder,
    own: { find: async () => undefined },
    self: host.peerId.toString(),
    clock,
    random: { next: Math.random, bytes: length => crypto.getRandomValues(new Uint8Array(length)) },
    folder: join(data, 'files'),
    onFinished: (path, manifest) => finished.push({ path, manifest }),
    ...options
  })
  await downloads.start(new AbortController().signal)
  return {
    host,
    client,
    downloads,
    folder: data,
    sources,
    finished,
    [Symbol.asyncDispose]: async () => {
      await downloads.stop()
      client.stop()
      await host.stop()
      if (options.data === undefined) await rm(data, { recursive: true })
    }
  }
}
