/**
 * Small files of a folder on a short way: one request to a peer that has the folder brings the whole file. Whatever goes wrong
 * is left to a download of its own, which knows what to do about it.
 */
import type { PeerKey } from '../base/ports.ts'
import { buildManifest, type Manifest, sha256 } from '../content/index.ts'
import { RateMeter } from '../swarm/index.ts'
import { BLOCK_BYTES } from '../wire/limits.ts'
import type { JobPorts } from './download-job.ts'
import type { DownloadRecord } from './download-ports.ts'
import type { FolderSources } from './folder-sources.ts'

export interface Leaf {
  path: string
  manifest: Manifest
}

interface Got {
  bytes: Uint8Array
  manifest: Manifest
}

export class LeafFetcher {
  readonly #sources: FolderSources
  readonly #ports: Pick<JobPorts, 'files' | 'limit' | 'own' | 'clock'>
  readonly #meter: RateMeter
  #turn = 0

  constructor(sources: FolderSources, ports: Pick<JobPorts, 'files' | 'limit' | 'own' | 'clock'>) {
    this.#sources = sources
    this.#ports = ports
    this.#meter = new RateMeter(ports.clock.now())
  }

  /** Bytes/s. */
  get rate(): number {
    return this.#meter.rate(this.#ports.clock.now())
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
    const got = await this.#find(cid, size, signal)
    if (got === undefined) return undefined
    const { bytes, manifest } = got
    const { path } = await this.#ports.files.place({ id, target, onExists, bytes })
    return { path, manifest }
  }

  /** The peers take turns; one that does not have the file leaves it to the next. */
  async #find(cid: string, expected: number, signal: AbortSignal): Promise<Got | undefined> {
    const { peers } = this.#sources
    const first = this.#turn++
    for (const i of peers.keys()) {
      const peer = peers[(first + i) % peers.length] as PeerKey
      const answer = await this.#ask(peer, cid, expected, signal)
      if (answer !== 'refused') return answer
    }
    return undefined
  }

  async #ask(
    peer: PeerKey,
    cid: string,
    expected: number,
    signal: AbortSignal
  ): Promise<Got | 'refused' | undefined> {
    try {
      const session = await this.#sources.session(peer, signal)
      const answer = await session.leaf(cid, expected, { signal })
      if (answer.kind === 'refused') return 'refused'
      // Also of one piece: what came is a part of a buffer that holds much else.
      const bytes = Buffer.concat(answer.chunks)
      const manifest = buildManifest(sha256(bytes), Math.min(bytes.length, BLOCK_BYTES))
      if (manifest.root !== cid) {
        await this.#sources.ban(peer, 'bad-block')
        return undefined
      }
      this.#sources.onGiven(peer, bytes.length)
      this.#meter.add(bytes.length, this.#ports.clock.now())
      return { bytes, manifest }
    } catch {
      signal.throwIfAborted()
      await this.#sources.onFailed(peer, 'failed')
      return undefined
    }
  }
}
