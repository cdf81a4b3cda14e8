/**
 * Made-up files: only sizes and digests, no bytes on disk.
 */
import { blockCount, blockLength, buildManifest, type Manifest, sha256 } from '../../../src/content/index.ts'
import { BLOCK_BYTES, HASH_BYTES } from '../../../src/wire/limits.ts'

const ZEROS = new Uint8Array(BLOCK_BYTES)

/** Pieces of at most one block, all zeros and all of one buffer. */
export function* zeros(size: number): Generator<Uint8Array> {
  for (let left = size; left > 0; left -= BLOCK_BYTES) yield ZEROS.subarray(0, Math.min(left, BLOCK_BYTES))
}

/** Packed leaf digests of a file of zeros. */
export function zeroDigests(size: number): Uint8Array {
  const blocks = blockCount(size)
  const digests = new Uint8Array(blocks * HASH_BYTES)
  const full = sha256(ZEROS)
  for (let i = 0; i < blocks - 1; i++) digests.set(full, i * HASH_BYTES)
  digests.set(sha256(ZEROS.subarray(0, blockLength(size, blocks - 1))), (blocks - 1) * HASH_BYTES)
  return digests
}

export function zeroManifest(size: number): Manifest {
  return buildManifest(zeroDigests(size), size)
}
