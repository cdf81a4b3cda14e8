/**
 * The balanced DAG of IPFS profile unixfs-v1-2025, as arithmetic: the size of a file alone says how many nodes
 * there are on each level and which leaves each one covers.
 *
 * Level 0 are the leaves. Every node but the last of its level has MAX_NODE_LINKS links; all leaves are equally deep.
 */
import { BLOCK_BYTES, MAX_FILE_BLOCKS, MAX_NODE_LINKS } from '../wire/limits.ts'

/** Longest file, bytes. */
export const MAX_FILE_BYTES = MAX_FILE_BLOCKS * BLOCK_BYTES

/**
 * Leaves of a file of `size` bytes: at least one, which is empty when the file is.
 *
 * @throws RangeError for a size that no file here can have
 */
export function blockCount(size: number): number {
  if (!Number.isInteger(size) || size < 0 || size > MAX_FILE_BYTES)
    throw new RangeError(`a file of ${size} bytes`)
  return Math.max(1, Math.ceil(size / BLOCK_BYTES))
}

/**
 * Bytes of leaf `index`: BLOCK_BYTES, but for the last one.
 *
 * @param file - size in bytes, or anything that has one, such as a manifest
 */
export function blockLength(file: number | { size: number }, index: number): number {
  const size = typeof file === 'number' ? file : file.size
  if (index < 0 || index >= blockCount(size))
    throw new RangeError(`block ${index} of a file of ${size} bytes`)
  return Math.min(BLOCK_BYTES, size - index * BLOCK_BYTES)
}

/** Levels of inner nodes above `blocks` leaves; 0 when the only leaf is the root. */
export function innerLevels(blocks: number): number {
  let levels = 0
  for (let nodes = blocks; nodes > 1; nodes = Math.ceil(nodes / MAX_NODE_LINKS)) levels++
  return levels
}

/** Number of nodes on `level`. */
export function nodesOnLevel(blocks: number, level: number): number {
  return Math.ceil(blocks / MAX_NODE_LINKS ** level)
}

/** File bytes below each link of node `index` on `level`, 1 or higher. */
export function linkSizes(size: number, level: number, index: number): number[] {
  const below = MAX_NODE_LINKS ** (level - 1) * BLOCK_BYTES
  const first = index * MAX_NODE_LINKS
  const links = Math.min(MAX_NODE_LINKS, nodesOnLevel(blockCount(size), level - 1) - first)
  return Array.from({ length: links }, (_, i) => Math.min(below, size - (first + i) * below))
}
