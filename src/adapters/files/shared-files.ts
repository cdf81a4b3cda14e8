/**
 * Files of shares as the transfer sees them: by cid, block by block, read from where they lie.
 */
import { stat } from 'node:fs/promises'
import { setImmediate as yieldToOthers } from 'node:timers/promises'
import type { PeerKey } from '../../base/ports.ts'
import {
  blockCount,
  blockLength,
  ContentError,
  cidText,
  innerNodesInSteps,
  sha256
} from '../../content/index.ts'
import { NodeError } from '../../node/errors.ts'
import type { FileFacts, ServedFiles } from '../../node/share-ports.ts'
import type { BlockSource, ServedFile } from '../../swarm/ports.ts'
import { BLOCK_BYTES } from '../../wire/limits.ts'
import { workerScript } from './answering-thread.ts'
import { BatchThreads } from './batch-threads.ts'
import { isMissing, meaning } from './disk-error.ts'
import { isUnchanged } from './file-facts.ts'
import { HandleCache, type HandleCacheOptions } from './handle-cache.ts'
import type { SmallReadAnswer } from './small-read-worker.ts'

/** Files up to this length, bytes, are read when they are looked for: to look takes as long. */
const SMALL_BYTES = 64 * 1024
/** How long it may go unnoticed that a path names another file. The open file itself is checked with every block. */
const PATH_CHECK_MS = 1_000

interface SharedFile {
  file: FileFacts
  name: string
  allowed(asker: PeerKey): boolean
}

/** A ServedFile that can read into memory of the caller's. */
export interface SharedServedFile extends ServedFile {
  /**
   * @param into - at least as long as the block; the result is a part of it. It is free to be used again when nobody
   * holds the result any more
   */
  read(block: number, into?: Uint8Array): Promise<Uint8Array>
}

export interface SharedFilesOptions {
  /** Block digests of a file in its state, packed; the hash cache. Asked for files of more than one block only. */
  digests: (file: FileFacts) => Uint8Array | undefined
  handles?: Partial<HandleCacheOptions>
}

export class SharedFiles implements BlockSource, ServedFiles {
  readonly #options: SharedFilesOptions
  readonly #handles: HandleCache
  readonly #reader = new BatchThreads<FileFacts, SmallReadAnswer>(
    workerScript('small-read-worker', import.meta)
  )
  /** By cid, then by path. The same content may lie in many places, for several audiences. */
  readonly #files = new Map<string, Map<string, SharedFile>>()

  constructor(options: SharedFilesOptions) {
    this.#options = options
    this.#handles = new HandleCache(options.handles)
  }

  /** `root`: cid as text. A file that is there already takes the new facts and audience. */
  add(root: string, file: FileFacts, allowed: (asker: PeerKey) => boolean): void {
    const copies = this.#files.get(root) ?? new Map<string, SharedFile>()
    const name = file.absolute.split(/[\\/]/).at(-1)!.normalize('NFC')
    this.#files.set(root, copies.set(file.absolute, { file, name, allowed }))
  }

  remove(root: string, absolute: string): void {
    const copies = this.#files.get(root)
    copies?.delete(absolute)
    if (copies?.size === 0) this.#files.delete(root)
    this.#handles.drop(absolute)
  }

  async find(root: string, asker: PeerKey): Promise<SharedServedFile | undefined> {
    for (const copy of this.#files.get(root)?.values() ?? []) {
      if (!copy.allowed(asker)) continue
      if (copy.file.size <= SMALL_BYTES) {
        const bytes = await this.#reader.do(copy.file)
        if (bytes !== undefined) return smallFile(root, copy, bytes)
      } else if (await this.#isThere(copy.file)) return this.#serve(root, copy)
    }
    return undefined
  }

  /** Small files will be asked for soon: what reading them needs begins now. */
  expectSmall(): void {
    this.#reader.warmUp()
  }

  /** Path of a copy that is unchanged, for this node itself. */
  async locate(root: string): Promise<string | undefined> {
    for (const { file } of this.#files.get(root)?.values() ?? []) {
      if (await this.#isThere(file)) return file.absolute
    }
    return undefined
  }

  /** Closes what is open. What is added stays. */
  async stop(): Promise<void> {
    await Promise.all([this.#handles.close(), this.#reader.stop()])
  }

  async #isThere(file: FileFacts): Promise<boolean> {
    try {
      return isUnchanged(file, await stat(file.absolute, { bigint: true }))
    } catch {
      // Gone, or not readable: the asker is told the same.
      return false
    }
  }

  #serve(root: string, { file, name }: SharedFile): SharedServedFile {
    let checkedAt = performance.now()
    const checkPath = async (): Promise<void> => {
      if (performance.now() - checkedAt < PATH_CHECK_MS) return
      this.#check(file, name, await stat(file.absolute, { bigint: true }))
      checkedAt = performance.now()
    }
    return {
      root,
      name,
      size: file.size,
      blocks: blockCount(file.size),
      has: block => block >= 0 && block < blockCount(file.size),
      innerNodes: () => this.#innerNodes(root, file, name),
      read: async (block, into) => {
        try {
          await checkPath()
          return await this.#read(file, name, block, into)
        } catch (error) {
          throw readError(error, name)
        }
      }
    }
  }

  async #innerNodes(root: string, file: FileFacts, name: string): Promise<Uint8Array[]> {
    if (file.size <= BLOCK_BYTES) return []
    const digests = this.#options.digests(file)
    const nodes = digests == null ? [] : await nodesOf(digests, file.size)
    // Digests of another state of the file are as good as none.
    const top = nodes[0]
    if (top == null || cidText('dag-pb', sha256(top)) !== root)
      throw new ContentError({ code: 'changed', name })
    return nodes
  }

  async #read(file: FileFacts, name: string, block: number, into?: Uint8Array): Promise<Uint8Array> {
    const length = blockLength(file, block)
    return await this.#handles.use(file.absolute, async handle => {
      const bytes = into ?? Buffer.allocUnsafeSlow(length)
      let read = 0
      while (read < length) {
        const { bytesRead } = await handle.read(bytes, read, length - read, block * BLOCK_BYTES + read)
        if (bytesRead === 0) throw new ContentError({ code: 'changed', name })
        read += bytesRead
      }
      // After reading, not before: what was written up to now is seen, too.
      this.#check(file, name, await handle.stat({ bigint: true }))
      return bytes.subarray(0, length)
    })
  }

  #check(file: FileFacts, name: string, stats: Parameters<typeof isUnchanged>[1]): void {
    if (isUnchanged(file, stats)) return
    this.#handles.drop(file.absolute)
    throw new ContentError({ code: 'changed', name })
  }
}

function smallFile(root: string, { file, name }: SharedFile, bytes: Uint8Array): SharedServedFile {
  return {
    root,
    name,
    size: file.size,
    blocks: 1,
    has: block => block === 0,
    innerNodes: async () => [],
    read: async () => bytes
  }
}

/** Made step by step, because a peer asks for them: nobody else is to wait meanwhile. */
async function nodesOf(digests: Uint8Array, size: number): Promise<Uint8Array[]> {
  const steps = innerNodesInSteps(digests, size)
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
    await yieldToOthers()
  }
}

/** Names the file as peers know it, never its path. */
function readError(error: unknown, name: string): unknown {
  if (error instanceof ContentError || error instanceof RangeError) return error
  if (isMissing(error)) return new ContentError({ code: 'vanished', name }, { cause: error })
  return new NodeError({ code: 'disk', message: `cannot read ${name}: ${meaning(error)}` }, { cause: error })
}
