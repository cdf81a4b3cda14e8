/**
 * Large files of noise, no two blocks alike, that take little time to make and to compare.
 */
import { createCipheriv, createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'

const CHUNK_BYTES = 4 * 1024 * 1024

/** Writes `bytes` of noise, the same for the same seed: AES in counter mode over zeros. Gives its sha256. */
export async function writeNoise(path: string, bytes: number, seed = 1): Promise<string> {
  const key = createHash('sha256').update(`noise ${seed}`).digest().subarray(0, 16)
  const cipher = createCipheriv('aes-128-ctr', key, Buffer.alloc(16))
  const hash = createHash('sha256')
  const zeros = Buffer.alloc(CHUNK_BYTES)
  const file = await open(path, 'wx')
  try {
    for (let at = 0; at < bytes; at += CHUNK_BYTES) {
      const chunk = cipher.update(zeros.subarray(0, Math.min(CHUNK_BYTES, bytes - at)))
      hash.update(chunk)
      await file.writeFile(chunk)
    }
  } finally {
    await file.close()
  }
  return hash.digest('hex')
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: CHUNK_BYTES }), hash)
  return hash.digest('hex')
}
