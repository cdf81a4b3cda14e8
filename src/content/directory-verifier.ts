/**
 * Verifies the nodes of a folder as they arrive from a stranger: from its cid down, breadth first, each against the
 * hash in the node above it.
 */
import { equals } from 'multiformats/bytes'
import { MAX_DIRECTORY_ENTRIES, MAX_DIRECTORY_NODE_BYTES } from '../wire/limits.ts'
import { parseCid, sha256 } from './cid.ts'
import { type DirectoryLink, decodeDirectoryNode } from './directory-node.ts'
import { ContentError, type NodeFlaw } from './errors.ts'
import { NodeFlawError } from './inner-node.ts'

/** Shards below one another. A million names need 3; more come of names that were made to collide. */
const MAX_SHARD_DEPTH = 16

export class DirectoryVerifier {
  readonly #root: string
  readonly #wanted: Array<{ digest: Uint8Array; depth: number }>
  #next = 0
  readonly #entries: DirectoryLink[] = []

  /** @throws ContentError `bad-cid` */
  constructor(root: string) {
    const { text, digest } = parseCid(root)
    this.#root = text
    this.#wanted = [{ digest, depth: 0 }]
  }

  get done(): boolean {
    return this.#next === this.#wanted.length
  }

  /** What is in the folder, as far as its nodes have come. Names are those of a stranger. */
  get entries(): readonly DirectoryLink[] {
    return this.#entries
  }

  /**
   * Takes the next node.
   *
   * @throws ContentError `bad-node`: `not-a-folder` when it is what was asked for, but no folder; see NodeFlaw for who
   * is to blame
   */
  add(bytes: Uint8Array): void {
    try {
      this.#take(bytes)
    } catch (cause) {
      if (!(cause instanceof NodeFlawError)) throw cause
      const fault = { code: 'bad-node' as const, root: this.#root, flaw: cause.flaw, detail: cause.message }
      throw new ContentError(fault, { cause })
    }
  }

  #take(bytes: Uint8Array): void {
    const wanted = this.#wanted[this.#next]
    if (wanted == null) fail('unexpected', 'all nodes are there')
    if (bytes.length > MAX_DIRECTORY_NODE_BYTES) fail('too-long', `${bytes.length} bytes`)
    if (!equals(sha256(bytes), wanted.digest)) fail('wrong-hash', 'its hash is not the one asked for')
    const { entries, shards } = decodeDirectoryNode(bytes)
    if (shards.length > 0 && wanted.depth >= MAX_SHARD_DEPTH)
      fail('not-this-profile', 'its shards go too deep')
    if (this.#entries.length + entries.length + this.#wanted.length + shards.length > MAX_DIRECTORY_ENTRIES)
      fail('too-many-entries', `more than ${MAX_DIRECTORY_ENTRIES} entries`)
    this.#entries.push(...entries)
    for (const { digest } of shards) this.#wanted.push({ digest, depth: wanted.depth + 1 })
    this.#next++
  }
}

function fail(flaw: NodeFlaw, detail: string): never {
  throw new NodeFlawError(flaw, detail)
}
