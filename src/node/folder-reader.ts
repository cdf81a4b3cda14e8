/**
 * Reads folders from whoever has them: nodes verified from the cid down, one peer after the other until one gives them.
 */
import type { PeerKey } from '../base/ports.ts'
import { ContentError, type DirectoryLink, DirectoryVerifier, isSendersFault } from '../content/index.ts'
import { type ServedFile, SourceError } from '../swarm/index.ts'
import type { BlockSession } from './download-ports.ts'
import { NodeError } from './errors.ts'
import type { FolderSources } from './folder-sources.ts'
import { localSession } from './local-session.ts'

/** Silence between two nodes of a folder after which another peer is asked, ms. Bytes that drip in are silence, too. */
const NODE_TIMEOUT_MS = 15_000

/** What a cid of dag-pb turned out to be. */
export type FolderOrFile =
  | { kind: 'folder'; entries: readonly DirectoryLink[] }
  /** `root`: its first node, verified. */
  | { kind: 'file'; root: Uint8Array }

export class FolderReader {
  readonly #sources: FolderSources
  readonly #own: (root: string) => Promise<ServedFile | undefined>

  /** @param own - a folder of ours with this cid */
  constructor(sources: FolderSources, own: (root: string) => Promise<ServedFile | undefined>) {
    this.#sources = sources
    this.#own = own
  }

  /** @throws NodeError `no-source` or `bad-content`; or the reason of `signal` */
  async read(cid: string, signal: AbortSignal): Promise<FolderOrFile> {
    const own = await this.#own(cid)
    if (own !== undefined) {
      const found = await ask(cid, localSession(own), signal).catch(() => undefined)
      if (found !== undefined) return found
    }
    for (;;) {
      for (const peer of this.#sources.peers) {
        const found = await this.#askPeer(cid, peer, signal)
        if (found !== undefined) return found
      }
      await this.#sources.more(signal)
    }
  }

  async #askPeer(cid: string, peer: PeerKey, signal: AbortSignal): Promise<FolderOrFile | undefined> {
    try {
      const found = await ask(cid, await this.#sources.session(peer, signal), signal)
      this.#sources.onGiven(peer, 0)
      return found
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof ContentError && !isSendersFault(error)) {
        throw new NodeError({ code: 'bad-content', message: error.message }, { cause: error })
      }
      if (error instanceof ContentError) await this.#sources.ban(peer, 'bad-node')
      else await this.#sources.onFailed(peer, 'failed')
      return undefined
    }
  }
}

/** @throws SourceError, or ContentError when what came is wrong */
async function ask(cid: string, session: BlockSession, signal: AbortSignal): Promise<FolderOrFile> {
  const verifier = new DirectoryVerifier(cid)
  const enough = new AbortController()
  const tooLate = (): void => enough.abort(new SourceError({ code: 'timeout', afterMs: NODE_TIMEOUT_MS }))
  const timer = setTimeout(tooLate, NODE_TIMEOUT_MS)
  let file: Uint8Array | undefined
  const onNode = (bytes: Uint8Array): void => {
    timer.refresh()
    if (file !== undefined) return
    try {
      verifier.add(bytes)
    } catch (error) {
      if (!isNoFolder(error) || verifier.entries.length > 0) throw error
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
  } finally {
    clearTimeout(timer)
  }
  return file === undefined ? { kind: 'folder', entries: verifier.entries } : { kind: 'file', root: file }
}

function isNoFolder(error: unknown): boolean {
  return (
    error instanceof ContentError && error.fault.code === 'bad-node' && error.fault.flaw === 'not-a-folder'
  )
}
