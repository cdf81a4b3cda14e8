/**
 * Small files of a folder on a short way: one request to a peer that gave the folder brings the whole file. Whatever goes wrong
 * is left to a download of its own, which knows what to do about it.
 */
import type { PeerKey } from '../base/ports.ts'
import { buildManifest, type Manifest, sha256 } from '../content/index.ts'
import { RateMeter, type SourceView } from '../swarm/index.ts'
import type { JobPorts } from './download-job.ts'
import type { BlockSession, DownloadRecord } from './download-ports.ts'
import type { FolderReader } from './folder-reader.ts'

export interface Leaf {
  path: string
  manifest: Manifest
}

export class LeafFetcher {
  readonly #reader: FolderReader
  readonly #ports: Pick<JobPorts, 'files' | 'limit' | 'own' | 'clock'>
  readonly #meter: RateMeter
  readonly #given = new Map<PeerKey, number>()
  /** They sent something else, or nothing. */
  readonly #avoided = new Set<PeerKey>()
  #turn = 0

  constructor(reader: FolderReader, ports: Pick<JobPorts, 'files' | 'limit' | 'own' | 'clock'>) {
    this.#reader = reader
    this.#ports = ports
    this.#meter = new RateMeter(ports.clock.now())
  }

  /** Bytes/s. */
  get rate(): number {
    return this.#meter.rate(this.#ports.clock.now())
  }

  get sources(): SourceView[] {
    return [...this.#given].map(([peer, bytes]) => ({ peer, bytes, rate: 0, state: 'waiting' }))
  }

  /**
   * Fetches one file of a single block, and puts it in its place. Undefined: it did not come this way.
   *
   * @param size - bytes of it, as the folder says
   * @throws NodeError `disk` or `conflict`; or the reason of `signal`
   */
  async fetch(
    { id, cid, target, onExists }: DownloadRecord,
    size: number,
    signal: AbortSignal
  ): Promise<Leaf | undefined> {
    // A rate is kept by the swarm, and what is here already is copied by a download.
    if (this.#ports.limit !== undefined || (await this.#ports.own(cid)) !== undefined) return undefined
    const got = await this.#ask(cid, size, signal)
    if (got === undefined) return undefined
    const { manifest, bytes } = got
    const { path } = await this.#ports.files.place({ id, target, onExists, bytes })
    return { path, manifest }
  }

  async #ask(
    cid: string,
    expected: number,
    signal: AbortSignal
  ): Promise<{ bytes: Uint8Array; manifest: Manifest } | undefined> {
    const peers = this.#reader.peers.filter(peer => !this.#avoided.has(peer))
    const peer = peers[this.#turn++ % peers.length]
    if (peer === undefined) return undefined
    try {
      const session: BlockSession = await this.#reader.session(peer, signal)
      const answer = await session.leaf(cid, expected, { signal })
      if (answer.kind === 'refused') return undefined
      // Also of one piece: what came is a part of a buffer that holds much else.
      const bytes = Buffer.concat(answer.chunks)
      const manifest = buildManifest(sha256(bytes), bytes.length)
      if (manifest.root !== cid) throw new Error('these are the bytes of something else')
      this.#given.set(peer, (this.#given.get(peer) ?? 0) + bytes.length)
      this.#meter.add(bytes.length, this.#ports.clock.now())
      return { bytes, manifest }
    } catch {
      signal.throwIfAborted()
      this.#avoided.add(peer)
      return undefined
    }
  }
}
