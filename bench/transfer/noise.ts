/**
 * Files for transfers.
 */
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BLOCK_BYTES } from '../../src/wire/limits.ts'

export interface NoiseFile {
  path: string
  /** Bytes. */
  size: number
  sha256: string
}

export const MIB = 1024 * 1024

/** A file of which no two blocks are alike, on disk. */
export async function noiseFile(path: string, mebibytes: number): Promise<NoiseFile> {
  const file = await open(path, 'wx')
  const hash = createHash('sha256')
  const block = randomBytes(BLOCK_BYTES)
  for (let i = 0; i < mebibytes; i++) {
    block.writeUInt32LE(i, 0)
    hash.update(block)
    await file.write(block)
  }
  await file.sync()
  await file.close()
  return { path, size: mebibytes * BLOCK_BYTES, sha256: hash.digest('hex') }
}

/** So many files of so many bytes in one folder. */
export async function noiseFolder(folder: string, files: number, bytes: number): Promise<void> {
  await mkdir(folder, { recursive: true })
  const content = randomBytes(bytes)
  for (let i = 0; i < files; i++) {
    content.writeUInt32LE(i, 0)
    await writeFile(join(folder, `file ${i}.bin`), content)
  }
}
