/**
 * Reads folders from whoever has them: nodes verified from the cid down, one peer after the other until one gives them.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { Clock, PeerKey } from '../base/ports.ts'
import { ContentError, type DirectoryLink, DirectoryVerifier, isSendersFault } from '../content/index.ts'
import type { ServedFile, SourceView } from '../swarm/index.ts'
import type { BlockClient, BlockSession, ProviderFinder } from './download-ports.ts'
import { NodeError } from './errors.ts'
import { localSession } from './local-session.ts'

/** Pause before peers that failed are tried again and others are looked for, ms. */
const SEARCH_PAUSE_MS = 1_000

export interface ReaderPorts {
  client: BlockClient
  finder: ProviderFinder
  own(root: string): Promise<ServedFile | undefined>
  self: PeerKey
  clock: Clock
}

/** What a cid of dag-pb turned out to be. */
export type FolderOrFile =
  | { kind: 'folder'; entries: readonly DirectoryLink[] }
  /** `root`: its first node, verified. */
  | { kind: 'file'; root: Uint8Array }

export class FolderReader {
  readonly #root: string
  readonly #ports: ReaderPorts
  readonly #sessions = new Map<PeerKey, Promise<BlockSession>>()
  /** Peers that may have the folder, with why they are not asked any more. */
  readonly #peers = new Map<PeerKey, string | undefined>()
  #timeoutMs: number | undefined
  #heardAt: number

  constructor(root: string, ports: ReaderPorts) {
    this.#root = root
    this.#ports = ports
    this.#heardAt = ports.clock.now()
  }

  /** Peers that gave something of the folder, or may. */
  get peers(): PeerKey[] {
    return [...this.#peers].filter(([, failed]) => failed === undefined).map(([peer]) => peer)
  }

  get views(): SourceView[] {
    return [...this.#peers].map(([peer, failed]) => ({ peer, bytes: 0, rate: 0, state: failed ?? 'waiting' }))
  }

  /** As for a file: gives up after so long without an answer. */
  setPatience(timeoutMs: number | undefined): void {
    this.#timeoutMs = timeoutMs
    this.#heardAt = this.#ports.clock.now()
  }

  /** @throws NodeError `no-source` or `bad-content`; or the reason of `signal` */
  async read(cid: string, signal: AbortSignal): Promise<FolderOrFile> {
    const own = await this.#ports.own(cid)
    if (own !== undefined) {
      const found = await this.#ask(cid, localSession(own), signal).catch(() => undefined)
      if (found !== undefined) return found
    }
    for (;;) {
      for (const peer of this.peers) {
        const found = await this.#askPeer(cid, peer, signal)
        if (found !== undefined) return found
      }
      await this.#findMore(signal)
    }
  }

  /** With one of the peers: shared, and closed with the reader. */
  async session(peer: PeerKey, signal: AbortSignal): Promise<BlockSession> {
    const opening = this.#sessions.get(peer) ?? this.#ports.client.open(peer, { signal })
    this.#sessions.set(peer, opening)
    return await opening
  }

  async close(): Promise<void> {
    const sessions = [...this.#sessions.values()]
    this.#sessions.clear()
    await Promise.all(
      sessions.map(async session => await (await session).close().catch(() => undefined))
    ).catch(
      // What was never opened need not be closed.
      () => undefined
    )
  }

  async #askPeer(cid: string, peer: PeerKey, signal: AbortSignal): Promise<FolderOrFile | undefined> {
    try {
      const found = await this.#ask(cid, await this.session(peer, signal), signal)
      this.#heardAt = this.#ports.clock.now()
      return found
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof ContentError && !isSendersFault(error)) {
        throw new NodeError({ code: 'bad-content', message: error.message }, { cause: error })
      }
      this.#sessions.delete(peer)
      this.#peers.set(peer, error instanceof ContentError ? 'banned: bad-node' : 'left: failed')
      return undefined
    }
  }

  /** @throws SourceError, or ContentError when what came is wrong */
  async #ask(cid: string, session: BlockSession, signal: AbortSignal): Promise<FolderOrFile> {
    const verifier = new DirectoryVerifier(cid)
    const enough = new AbortController()
    let file: Uint8Array | undefined
    const onNode = (bytes: Uint8Array): void => {
      if (file !== undefined) return
      try {
        verifier.add(bytes)
      } catch (error) {
        const isFile =
          error instanceof ContentError &&
          error.fault.code === 'bad-node' &&
          error.fault.flaw === 'not-a-folder' &&
          verifier.entries.length === 0
        if (!isFile) throw error
        file = bytes
        enough.abort(new Error('it is a file'))
      }
    }
    try {
      const either = AbortSignal.any([signal, enough.signal])
      const answer = await session.manifest(cid, onNode, { signal: either })
      if (answer.kind === 'refused' || (!verifier.done && file === undefined))
        throw new Error(answer.kind === 'refused' ? answer.reason : 'the folder is not complete')
    } catch (error) {
      if (file === undefined) throw error
    }
    return file === undefined ? { kind: 'folder', entries: verifier.entries } : { kind: 'file', root: file }
  }

  async #findMore(signal: AbortSignal): Promise<void> {
    const { clock, finder, self } = this.#ports
    const since = clock.now()
    const before = this.peers.length
    try {
      for await (const peer of finder.find(this.#root, signal)) {
        const state = this.#peers.get(peer)
        if (peer === self || state?.startsWith('banned')) continue
        this.#peers.set(peer, undefined)
        // The first one is asked at once.
        break
      }
    } catch {
      // A search that fails found nothing; the next one may.
    }
    signal.throwIfAborted()
    if (this.peers.length > before && clock.now() - since < SEARCH_PAUSE_MS && this.#sessions.size === 0)
      return
    if (this.#timeoutMs !== undefined && clock.now() - this.#heardAt >= this.#timeoutMs) {
      throw new NodeError({ code: 'no-source', message: `no source of ${this.#root} could be reached` })
    }
    await wait(SEARCH_PAUSE_MS, undefined, { signal })
  }
}
