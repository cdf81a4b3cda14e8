/**
 * Serves `/p2pnode/file/1.0.0`: accepts its streams and gives each a session of its own.
 */
import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import { Counters } from '../../base/counters.ts'
import type { PeerKey } from '../../base/ports.ts'
import type { Uploads } from '../../node/uploads.ts'
import type { BlockSource, ServedFile } from '../../swarm/index.ts'
import { MAX_CONTROL_FRAME_BYTES, MAX_SOURCES } from '../../wire/limits.ts'
import { FileServerSession } from './file-server-session.ts'
import { NodeCache } from './node-cache.ts'
import { FrameStream } from './streams.ts'

export const FILE_PROTOCOL = '/p2pnode/file/1.0.0'
/** Streams of one connection: two of a session, and two more while old ones are still ending. */
const MAX_STREAMS_PER_CONNECTION = 4

export type KnownSource = { peer: PeerKey; addresses: string[] }

export interface FileServerOptions {
  host: Pick<Libp2p, 'handle' | 'unhandle'>
  /** Asked in this order: shares, then running downloads. */
  sources: readonly BlockSource[]
  uploads: Uploads
  /** Peers that hold or fetch a cid, as far as this node may tell `asker`. */
  knownSources?: (root: string, asker: PeerKey) => Promise<KnownSource[]>
  /** A peer sent what breaks the protocol. */
  onStrike?: (peer: PeerKey, reason: 'malformed') => void
}

export class FileServer {
  readonly #options: FileServerOptions
  readonly #sessions = new Set<FileServerSession>()
  readonly #nodes = new NodeCache()
  #ended = new AbortController()
  /** Why streams were reset. */
  readonly drops = new Counters()

  constructor(options: FileServerOptions) {
    this.#options = options
  }

  async start(signal: AbortSignal): Promise<void> {
    this.#ended = new AbortController()
    signal.addEventListener('abort', () => this.#ended.abort(signal.reason), { signal: this.#ended.signal })
    await this.#options.host.handle(FILE_PROTOCOL, (stream, connection) => this.#serve(stream, connection), {
      maxInboundStreams: MAX_STREAMS_PER_CONNECTION,
      runOnLimitedConnection: false
    })
  }

  async stop(): Promise<void> {
    await this.#options.host.unhandle(FILE_PROTOCOL)
    this.#ended.abort()
    await Promise.all([...this.#sessions].map(session => session.ended))
  }

  #serve(stream: Stream, connection: Connection): void {
    const peer = connection.remotePeer.toString()
    const frames = new FrameStream(stream, { maxFrameBytes: MAX_CONTROL_FRAME_BYTES })
    const { uploads, knownSources, onStrike } = this.#options
    const session = new FileServerSession(frames, peer, {
      uploads,
      find: root => this.#find(root, peer),
      innerNodes: file => this.#nodes.of(file),
      knownSources: async root => (await knownSources?.(root, peer))?.slice(0, MAX_SOURCES) ?? [],
      drops: this.drops,
      onStrike: () => onStrike?.(peer, 'malformed')
    })
    this.#sessions.add(session)
    uploads.opened(peer)
    void session.run(this.#ended.signal).finally(() => {
      this.#sessions.delete(session)
      uploads.closed(peer)
    })
  }

  /** A complete file is better than a download of the same that still runs. */
  async #find(root: string, asker: PeerKey): Promise<ServedFile | undefined> {
    for (const source of this.#options.sources) {
      const file = await source.find(root, asker)
      if (file !== undefined) return file
    }
    return undefined
  }
}
