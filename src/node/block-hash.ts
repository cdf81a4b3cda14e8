/**
 * sha2-256 of a block that came in pieces.
 */
import { createHash, hash } from 'node:crypto'

export async function hashChunks(chunks: readonly Uint8Array[]): Promise<Uint8Array> {
  const only = chunks.length === 1 ? chunks[0] : undefined
  if (only !== undefined) return hash('sha256', only, 'buffer')
  const all = createHash('sha256')
  for (const chunk of chunks) all.update(chunk)
  return all.digest()
}
