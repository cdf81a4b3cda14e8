/**
 * sha2-256 of a block that came in pieces.
 */
import { createHash } from 'node:crypto'

export async function hashChunks(chunks: readonly Uint8Array[]): Promise<Uint8Array> {
  const hash = createHash('sha256')
  for (const chunk of chunks) hash.update(chunk)
  return hash.digest()
}
