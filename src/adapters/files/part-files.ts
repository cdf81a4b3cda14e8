/**
 * The disk as downloads see it.
 */
import { lstat, mkdir, open, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { blockCount, buildManifest, type Manifest, sha256 } from '../../content/index.ts'
import type { PartFiles } from '../../node/download-ports.ts'
import { BLOCK_BYTES } from '../../wire/limits.ts'
import { diskError, isMissing } from './disk-error.ts'
import { deletePart, openPartFile, partPath } from './part-file.ts'
import { numberedName, safeName } from './safe-name.ts'
import { syncFolder } from './sync-folder.ts'

export const diskPartFiles: PartFiles = {
  open: options => openPartFile(options),
  remove: ({ id, target }) => deletePart(partPath(target, id)),
  safeName: name => safeName(name),
  numberedName,
  async openFolder(path) {
    try {
      for (let number = 1; ; number++) {
        const folder = number === 1 ? path : join(dirname(path), numberedName(basename(path), number))
        const facts = await stat(folder).catch(() => undefined)
        if (facts !== undefined && !facts.isDirectory()) continue
        const made = await mkdir(folder, { recursive: true })
        return { path: folder, isNew: made !== undefined }
      }
    } catch (error) {
      throw diskError(error, 'write', path)
    }
  },
  syncFolder,
  manifestOf: hashExisting,
  async readBlock(path, block) {
    try {
      await using handle = await open(path, 'r')
      const bytes = Buffer.allocUnsafeSlow(BLOCK_BYTES)
      const { bytesRead } = await handle.read(bytes, 0, BLOCK_BYTES, block * BLOCK_BYTES)
      return bytes.subarray(0, bytesRead)
    } catch (error) {
      throw diskError(error, 'read', path)
    }
  },
  async stat(path) {
    try {
      const facts = await stat(path)
      return { size: facts.size, mtimeMs: facts.mtimeMs, isFolder: facts.isDirectory() }
    } catch (error) {
      if (isMissing(error)) return undefined
      throw diskError(error, 'read', path)
    }
  }
}

/** A link is not followed: what it leads to was not put there by a download. */
async function hashExisting(path: string, size: number): Promise<Manifest | undefined> {
  const facts = await lstat(path).catch(() => undefined)
  if (facts?.isFile() !== true || facts.size !== size) return undefined
  const handle = await open(path, 'r')
  try {
    const memory = Buffer.allocUnsafe(Math.min(size, BLOCK_BYTES))
    const digests: Uint8Array[] = []
    for (let block = 0; block < blockCount(size); block++) {
      const { bytesRead } = await handle.read(memory, 0, memory.length, block * BLOCK_BYTES)
      digests.push(sha256(memory.subarray(0, bytesRead)))
    }
    return buildManifest(digests, size)
  } finally {
    await handle.close()
  }
}
