/**
 * Manifest: what is needed to verify any block of one file, and to name it. The hashes of its leaves and its size
 * say all; the inner nodes are computed from them.
 */
import { equals } from 'multiformats/bytes'
import { BLOCK_BYTES, HASH_BYTES, MAX_NODE_LINKS } from '../wire/limits.ts'
import { type Codec, cidText, sha256 } from './cid.ts'
import { blockCount, blockLength, innerLevels, linkSizes, nodesOnLevel } from './dag-shape.ts'
import { encodeInnerNode, type NodeLink } from './inner-node.ts'

export interface Manifest {
  /** CIDv1 of the file. */
  readonly root: string
  /** Bytes of the file. */
  readonly size: number
  /** Leaves: 1 for up to BLOCK_BYTES, the empty file included. */
  readonly blocks: number
  /** sha2-256 of every leaf, 32 bytes each, one after the other. Not to be changed. */
  readonly digests: Uint8Array
  /** sha2-256 of leaf `index`: a view, not a copy. */
  digest(index: number): Uint8Array
  /** Root first, breadth first; empty when the root is the only leaf. Encoded anew at each call: 53 bytes per block. */
  readonly innerNodes: Uint8Array[]
}

/**
 * The manifest of a file.
 *
 * @param digests - sha2-256 of each leaf, in order; packed (32 bytes each) or one by one. A packed array is kept, not copied
 * @param size - bytes of the file
 * @throws RangeError when the number of digests does not fit the size
 */
export function buildManifest(digests: Uint8Array | readonly Uint8Array[], size: number): Manifest {
  const packed = digests instanceof Uint8Array ? digests : pack(digests)
  const blocks = blockCount(size)
  if (packed.length !== blocks * HASH_BYTES) {
    throw new RangeError(`${size} bytes have ${blocks} blocks, got ${packed.length / HASH_BYTES} digests`)
  }
  const digest = (index: number): Uint8Array => {
    if (index < 0 || index >= blocks) throw new RangeError(`block ${index} of ${blocks}`)
    return packed.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES)
  }
  const root =
    blocks === 1 ? cidText('raw', packed) : cidText('dag-pb', sha256(encodeLevels(packed, size)[0]!))
  return {
    root,
    size,
    blocks,
    digests: packed,
    digest,
    get innerNodes() {
      return blocks === 1 ? [] : encodeLevels(packed, size)
    }
  }
}

/**
 * Whether `bytes`, whole or in pieces, are leaf `index`.
 *
 * @throws RangeError when the file has no such leaf
 */
export function verifyBlock(
  manifest: Manifest,
  index: number,
  bytes: Uint8Array | readonly Uint8Array[]
): boolean {
  const chunks = bytes instanceof Uint8Array ? [bytes] : bytes
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  if (!hasBlockLength(manifest, index, length)) return false
  const whole = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length)
  return equals(sha256(whole), manifest.digest(index))
}

/** The same for somebody who has hashed the `length` bytes already. */
export function verifyBlockDigest(
  manifest: Manifest,
  index: number,
  digest: Uint8Array,
  length: number
): boolean {
  return hasBlockLength(manifest, index, length) && equals(digest, manifest.digest(index))
}

/** Bytes of all nodes of a file of `size` bytes, leaves included: what a folder says as Tsize of its link. */
export function fileDagSize(size: number): number {
  const blocks = blockCount(size)
  let dagSize = (index: number): number => blockLength(size, index)
  let total = size
  for (let level = 1; level <= innerLevels(blocks); level++) {
    const count = nodesOnLevel(blocks, level)
    const below = dagSize
    // All nodes but the last of a level are equally long.
    const [inner, last] = [0, count - 1].map(node => nodeDagSizes(size, level, node, below)) as [
      NodeSizes,
      NodeSizes
    ]
    total += inner.node * (count - 1) + last.node
    dagSize = index => (index === count - 1 ? last.dag : inner.dag)
  }
  return total
}

interface NodeSizes {
  /** Bytes of the node alone, and with all below. */
  node: number
  dag: number
}

function nodeDagSizes(
  size: number,
  level: number,
  node: number,
  below: (index: number) => number
): NodeSizes {
  const links = linkSizes(size, level, node).map((linkSize, i): NodeLink => {
    const dagSize = below(node * MAX_NODE_LINKS + i)
    return { codec: level === 1 ? 'raw' : 'dag-pb', digest: NO_DIGEST, size: linkSize, dagSize }
  })
  const { length } = encodeInnerNode(links)
  return { node: length, dag: links.reduce((sum, link) => sum + link.dagSize, length) }
}

const NO_DIGEST = new Uint8Array(HASH_BYTES)

function hasBlockLength(manifest: Manifest, index: number, length: number): boolean {
  // The size of a file of one leaf is hearsay until the leaf has come: its hash alone decides.
  if (manifest.blocks === 1) return index === 0 && length <= BLOCK_BYTES
  return length === blockLength(manifest, index)
}

function pack(digests: readonly Uint8Array[]): Uint8Array {
  const packed = new Uint8Array(digests.length * HASH_BYTES)
  digests.forEach((digest, i) => {
    if (digest.length !== HASH_BYTES) throw new RangeError(`a digest of ${digest.length} bytes`)
    packed.set(digest, i * HASH_BYTES)
  })
  return packed
}

/** All inner nodes, root first. */
function encodeLevels(digests: Uint8Array, size: number): Uint8Array[] {
  const steps = innerNodesInSteps(digests, size)
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

/**
 * The inner nodes of a file, root first, for large ones: stops after each, so that others get a turn. A node takes
 * some 5 ms, and there is one for each GiB.
 *
 * @param digests - sha2-256 of each leaf, packed
 */
export function* innerNodesInSteps(digests: Uint8Array, size: number): Generator<void, Uint8Array[]> {
  const blocks = blockCount(size)
  const levels: Uint8Array[][] = []
  let below: LevelBelow = {
    codec: 'raw',
    digest: index => digests.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES),
    dagSize: index => blockLength(size, index)
  }
  for (let level = 1; level <= innerLevels(blocks); level++) {
    // From the leaves up, because a node holds the hashes of those below.
    const { nodes, above } = yield* encodeLevel(size, level, below)
    levels.push(nodes)
    below = above
  }
  return levels.reverse().flat()
}

/** What a level of nodes tells the one above it. */
interface LevelBelow {
  codec: Codec
  digest(index: number): Uint8Array
  dagSize(index: number): number
}

function* encodeLevel(
  size: number,
  level: number,
  below: LevelBelow
): Generator<void, { nodes: Uint8Array[]; above: LevelBelow }> {
  const nodes: Uint8Array[] = []
  const dagSizes: number[] = []
  const count = nodesOnLevel(blockCount(size), level)
  for (let node = 0; node < count; node++) {
    const links = linkSizes(size, level, node).map((linkSize, i): NodeLink => {
      const index = node * MAX_NODE_LINKS + i
      return {
        codec: below.codec,
        digest: below.digest(index),
        size: linkSize,
        dagSize: below.dagSize(index)
      }
    })
    const bytes = encodeInnerNode(links)
    nodes.push(bytes)
    dagSizes.push(links.reduce((sum, link) => sum + link.dagSize, bytes.length))
    yield
  }
  const digests = nodes.map(sha256)
  return {
    nodes,
    above: { codec: 'dag-pb', digest: index => digests[index]!, dagSize: index => dagSizes[index]! }
  }
}
