/**
 * Verifies the inner nodes of a file as they arrive from a stranger: from its cid down, breadth first, each against
 * the hash in the node above it, and against the one shape that a file of its size can have.
 */
import { equals } from 'multiformats/bytes'
import { BLOCK_BYTES, HASH_BYTES, MAX_DIRECTORY_NODE_BYTES, MAX_INNER_NODE_BYTES } from '../wire/limits.ts'
import { parseCid, sha256 } from './cid.ts'
import { blockCount, innerLevels, linkSizes, MAX_FILE_BYTES } from './dag-shape.ts'
import { isDirectoryNode } from './directory-node.ts'
import { ContentError, type NodeFlaw } from './errors.ts'
import { decodeInnerNode, NodeFlawError, type NodeLink } from './inner-node.ts'
import { buildManifest, type Manifest } from './manifest.ts'

export class ManifestVerifier {
  readonly #root: string
  /** Level of the nodes that come now, 1 above the leaves; unknown before the root has come. */
  #level = 0
  /** Bytes of the file, from the root node. */
  #size: number | null = null
  /** Hashes of the nodes of this level; `#next` of them have come. On level 0 they are the leaves. */
  #wanted: PackedDigests
  #next = 0
  /** Hashes of the level below, as far as its links are known. */
  #below = new PackedDigests()
  #manifest: Manifest | undefined

  /** @throws ContentError `bad-cid` */
  constructor(root: string) {
    const { text, codec, digest } = parseCid(root)
    this.#root = text
    this.#wanted = new PackedDigests()
    this.#wanted.push(digest)
    if (codec === 'dag-pb') this.#level = 1
  }

  /** Inner nodes that are known to be missing. Grows when a level ends and the next one is known. */
  expected(): number {
    return this.done ? 0 : this.#wanted.count - this.#next
  }

  /** Whether all inner nodes are there. At once for a raw root, which is the only leaf. */
  get done(): boolean {
    return this.#level === 0
  }

  /** Bytes of the file; null before the root node, and for a raw root, whose size only its leaf proves. */
  get size(): number | null {
    return this.#size
  }

  /**
   * Takes the next node.
   *
   * @throws ContentError `bad-node`; see NodeFlaw for who is to blame. After a fault of the sender's the right node
   * can still come from another
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

  /**
   * What can be verified with now.
   *
   * @param size - bytes of the file, for a raw root only: what somebody claims, or better the length of the verified leaf
   * @throws Error when nodes are missing, or the size of a raw root
   */
  manifest(size?: number): Manifest {
    if (!this.done) throw new Error(`the manifest of ${this.#root} is not complete`)
    if (this.#manifest != null) return this.#manifest
    if (size == null || size > BLOCK_BYTES)
      throw new RangeError(`size ${size} of ${this.#root}, which is one leaf`)
    return buildManifest(this.#wanted.bytes(), size)
  }

  #take(bytes: Uint8Array): void {
    if (this.done) fail('unexpected', 'all nodes are there')
    if (bytes.length > MAX_DIRECTORY_NODE_BYTES) fail('too-long', `${bytes.length} bytes`)
    if (!equals(sha256(bytes), this.#wanted.at(this.#next)))
      fail('wrong-hash', 'its hash is not the one asked for')
    // A folder may be asked for as a file by somebody who has only its cid; its node may be longer than those of files.
    if (bytes.length > MAX_INNER_NODE_BYTES && !isDirectoryNode(bytes))
      fail('too-long', `${bytes.length} bytes`)
    const links = decodeInnerNode(bytes)
    this.#size ??= this.#takeRoot(links)
    this.#checkLinks(links, this.#size)
    for (const link of links) this.#below.push(link.digest)
    this.#next++
    if (this.#next === this.#wanted.count) this.#endLevel()
  }

  /** The root's sizes say how large the file is, and so how many levels there are. */
  #takeRoot(links: NodeLink[]): number {
    const size = links.reduce((sum, link) => sum + link.size, 0)
    if (size > MAX_FILE_BYTES) fail('too-many-blocks', `${size} bytes`)
    const levels = innerLevels(blockCount(size))
    if (levels === 0) fail('not-this-profile', `an inner node above ${size} bytes`)
    this.#level = levels
    return size
  }

  #checkLinks(links: NodeLink[], size: number): void {
    const sizes = linkSizes(size, this.#level, this.#next)
    const codec = this.#level === 1 ? 'raw' : 'dag-pb'
    if (links.length !== sizes.length) fail('not-this-profile', `${links.length} links, not ${sizes.length}`)
    links.forEach((link, i) => {
      if (link.codec !== codec) fail('not-this-profile', `link ${i} is ${link.codec}, not ${codec}`)
      if (link.size !== sizes[i])
        fail('not-this-profile', `link ${i} covers ${link.size} bytes, not ${sizes[i]}`)
    })
  }

  #endLevel(): void {
    const wanted = this.#below
    if (this.#level === 1) {
      const manifest = buildManifest(wanted.bytes(), this.#size as number)
      // What is left to be wrong are tree sizes and odd encodings: the same file built here has another cid then.
      if (manifest.root !== this.#root) fail('not-this-profile', `the same leaves make ${manifest.root}`)
      this.#manifest = manifest
    }
    this.#wanted = wanted
    this.#below = new PackedDigests()
    this.#next = 0
    this.#level--
  }
}

/** Hashes one after the other in memory that grows as they come, not as somebody claims they will. */
class PackedDigests {
  #bytes = new Uint8Array(HASH_BYTES)
  count = 0

  push(digest: Uint8Array): void {
    const at = this.count * HASH_BYTES
    if (at === this.#bytes.length) {
      const grown = new Uint8Array(at * 2)
      grown.set(this.#bytes)
      this.#bytes = grown
    }
    this.#bytes.set(digest, at)
    this.count++
  }

  at(index: number): Uint8Array {
    return this.#bytes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES)
  }

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.count * HASH_BYTES)
  }
}

function fail(flaw: NodeFlaw, detail: string): never {
  throw new NodeFlawError(flaw, detail)
}
