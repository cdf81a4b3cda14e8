/**
 * One side of a transfer that is nothing else, in a process of its own: `seed` or `get`, by our protocol or over a bare
 * stream. Talks with the process that started it over its channel.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Libp2p, Stream } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { diskPartFiles } from '../../src/adapters/files/index.ts'
import { FileClient } from '../../src/adapters/libp2p/file-client.ts'
import { FileServer } from '../../src/adapters/libp2p/file-server.ts'
import { sweepPiecesSoon } from '../../src/adapters/libp2p/received-memory.ts'
import { sparingYamux } from '../../src/adapters/libp2p/window-updates.ts'
import { directTls } from '../../src/adapters/tls/index.ts'
import { buildManifest, sha256 } from '../../src/content/index.ts'
import { Downloads } from '../../src/node/downloads.ts'
import { Uploads } from '../../src/node/uploads.ts'
import type { ServedFile } from '../../src/swarm/index.ts'
import { BLOCK_BYTES } from '../../src/wire/limits.ts'

const BARE_PROTOCOL = '/bench/bare'
const clock = { now: () => Date.now() }

/** `ours`: TLS on the socket's handle; `stock`: our protocol over the library's TLS; `bare`: a plain stream over that. */
export type Way = 'ours' | 'stock' | 'bare'

/** What a getter is told to do, and what it says when it has done it. */
export interface Job {
  addresses: string[]
  root: string
  size: number
  folder: string
}
export interface Report {
  seconds: number
  sha256: string
  cpuSeconds: number
  rssMiB: number
}

async function host(way: Way, address: string, windowBytes: number | undefined): Promise<Libp2p> {
  const streamOptions =
    windowBytes === undefined
      ? {}
      : { maxStreamWindowSize: windowBytes, maxReadBufferLength: Math.max(4 << 20, 2 * windowBytes) }
  return createLibp2p({
    addresses: { listen: [`/ip4/${address}/tcp/0`] },
    transports: [tcp()],
    connectionEncrypters: [way === 'ours' ? directTls() : tls()],
    streamMuxers: [(way === 'bare' ? yamux : sparingYamux)({ streamOptions })]
  })
}

async function seedOurs(node: Libp2p, path: string): Promise<string> {
  const file = await open(path)
  const { size } = await file.stat()
  const digests: Uint8Array[] = []
  const read = async (block: number, into?: Uint8Array): Promise<Uint8Array> => {
    const length = Math.min(BLOCK_BYTES, size - block * BLOCK_BYTES)
    const bytes = into ?? Buffer.allocUnsafeSlow(length)
    await file.read(bytes, 0, length, block * BLOCK_BYTES)
    return bytes.subarray(0, length)
  }
  for (let block = 0; block * BLOCK_BYTES < size; block++) digests.push(sha256(await read(block)))
  const manifest = buildManifest(digests, size)
  const served: ServedFile = {
    root: manifest.root,
    name: basename(path),
    size,
    blocks: manifest.blocks,
    has: () => true,
    innerNodes: async () => manifest.innerNodes,
    read
  }
  const source = { find: async (root: string) => (root === served.root ? served : undefined) }
  await new FileServer({ host: node, sources: [source], uploads: new Uploads({ clock }) }).start(
    new AbortController().signal
  )
  return manifest.root
}

/** As quick as a plain stream can be: 1 MiB sends, each when the last one has drained. */
async function seedBare(node: Libp2p, path: string): Promise<string> {
  const onStream = async (stream: Stream): Promise<void> => {
    for await (const chunk of createReadStream(path, { highWaterMark: BLOCK_BYTES })) {
      if (!stream.send(chunk))
        await new Promise(resolve => stream.addEventListener('drain', resolve, { once: true }))
    }
    await stream.close()
  }
  await node.handle(BARE_PROTOCOL, stream => onStream(stream))
  return ''
}

async function getOurs(node: Libp2p, job: Job, peer: string): Promise<string> {
  const downloads = new Downloads({
    client: new FileClient({ host: node }),
    files: diskPartFiles(),
    store: {
      load: async () => [],
      save: async () => {},
      saveHave: async () => {},
      saveDigests: async () => {},
      loadDigests: async () => undefined,
      saveFiles: async () => {},
      loadFiles: async () => undefined,
      remove: async () => {}
    },
    finder: {
      async *find() {
        yield peer
      }
    },
    own: { find: async () => undefined },
    self: node.peerId.toString(),
    clock,
    random: { next: Math.random, bytes: length => crypto.getRandomValues(new Uint8Array(length)) },
    folder: job.folder,
    onFinished: () => {}
  })
  await downloads.start(new AbortController().signal)
  let path = ''
  for await (const event of downloads.get({ target: job.root }, { signal: new AbortController().signal }))
    path = event.path
  return path
}

/** Written by position out of a staging buffer of 1 MiB while it is hashed as a whole; then flushed. */
async function getBare(
  node: Libp2p,
  job: Job,
  peer: Libp2p['peerId']
): Promise<{ path: string; sha256: string }> {
  const path = `${job.folder}/bare`
  const file = await open(path, 'wx')
  const stream = await node.dialProtocol(peer, BARE_PROTOCOL)
  const hash = createHash('sha256')
  let staging = Buffer.allocUnsafeSlow(BLOCK_BYTES)
  let filled = 0
  let position = 0
  let writing: Promise<unknown> = Promise.resolve()
  const flush = async (): Promise<void> => {
    const [bytes, at] = [staging.subarray(0, filled), position]
    await writing
    writing = file.write(bytes, 0, bytes.length, at)
    position += filled
    staging = Buffer.allocUnsafeSlow(BLOCK_BYTES)
    filled = 0
  }
  for await (const data of stream) {
    for (const chunk of data instanceof Uint8Array ? [data] : data) {
      hash.update(chunk)
      for (let at = 0; at < chunk.length; ) {
        const taken = Math.min(chunk.length - at, BLOCK_BYTES - filled)
        staging.set(chunk.subarray(at, at + taken), filled)
        filled += taken
        at += taken
        if (filled === BLOCK_BYTES) await flush()
      }
    }
  }
  if (filled > 0) await flush()
  await writing
  await file.sync()
  await file.close()
  return { path, sha256: hash.digest('hex') }
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: BLOCK_BYTES })) hash.update(chunk)
  return hash.digest('hex')
}

function usage(): { cpuSeconds: number; rssMiB: number } {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  return { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, rssMiB: maxRSS / 1024 }
}

type Arguments = ['seed' | 'get', Way, string, string, string]
const [role, way, address, windowText, path] = process.argv.slice(2) as Arguments
// As `p2pnode start` does.
if (way !== 'bare') sweepPiecesSoon()
const windowBytes = windowText === 'default' ? undefined : Number(windowText) * 1024 * 1024
const node = await host(way, address, windowBytes)
let startCpu = 0

if (role === 'seed') {
  const root = await (way === 'bare' ? seedBare(node, path) : seedOurs(node, path))
  startCpu = usage().cpuSeconds
  process.send?.({ addresses: node.getMultiaddrs().map(String), root })
}

process.on('message', async (job: Job | 'usage') => {
  if (job === 'usage') {
    const { cpuSeconds, rssMiB } = usage()
    process.send?.({ cpuSeconds: cpuSeconds - startCpu, rssMiB })
    return
  }
  const connection = await node.dial(job.addresses.map(address => multiaddr(address)))
  startCpu = usage().cpuSeconds
  const start = performance.now()
  const result =
    way === 'bare'
      ? await getBare(node, job, connection.remotePeer)
      : { path: await getOurs(node, job, connection.remotePeer.toString()), sha256: undefined }
  const seconds = (performance.now() - start) / 1000
  const { cpuSeconds, rssMiB } = usage()
  process.send?.({
    seconds,
    cpuSeconds: cpuSeconds - startCpu,
    rssMiB,
    sha256: result.sha256 ?? (await sha256Of(result.path))
  })
})

process.on('disconnect', () => process.exit())
