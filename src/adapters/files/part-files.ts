/**
 * The disk as downloads see it.
 */
import { lstat, mkdir, open, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { blockCount, buildManifest, type Manifest, sha256 } from '../../content/index.ts'
import type { PartFiles } from '../../node/download-ports.ts'
import { NodeError } from '../../node/errors.ts'
import { BLOCK_BYTES } from '../../wire/limits.ts'
import { workerScript } from './answering-thread.ts'
import { BatchThreads } from './batch-threads.ts'
import { diskError, isMissing } from './disk-error.ts'
import { deletePart, deletePartsIn, openPartFile, partPath } from './part-file.ts'
import type { Placed } from './place-file.ts'
import { numberedName, safeName } from './safe-name.ts'
import type { SmallFile, SmallFileAnswer } from './small-write-worker.ts'
import { syncFolder } from './sync-folder.ts'

/** `stop` ends the thread that places small files; what it is doing is done. */
export function diskPartFiles(): PartFiles & { stop(): Promise<void> } {
  const placer = new BatchThreads<SmallFile, SmallFileAnswer>(workerScript('small-write-worker', import.meta))
  return {
    ...FILES,
    expectSmall: () => placer.warmUp(),
    place: file => placeSmall(placer, file),
    stop: () => placer.stop()
  }
}

const FILES: Omit<PartFiles, 'expectSmall' | 'place'> = {
  open: options => openPartFile(options),
  remove: ({ id, target }) => deletePart(partPath(target, id)),
  removeIn: ({ id, folder }) => deletePartsIn(folder, id),
  safeName: name => safeName(name),
  numberedName,
  openFolder,
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

async function openFolder(path: string): Promise<{ path: string; isNew: boolean }> {
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
}

async function placeSmall(
  placer: BatchThreads<SmallFile, SmallFileAnswer>,
  { id, target, onExists, bytes }: Parameters<PartFiles['place']>[0]
): Promise<Placed> {
  const answer = await placer
    .do({ part: partPath(target, id), target, onExists, bytes })
    .catch(error => Promise.reject(diskError(error, 'write', target)))
  if (answer.kind === 'failed') throw new NodeError(answer.fault)
  return { path: answer.path, placed: answer.placed }
}

/** A link is not followed: what it leads to was not put there by a download. */
async function hashExisting(path: string, size: number, signal: AbortSignal): Promise<Manifest | undefined> {
  const facts = await lstat(path).catch(() => undefined)
  if (facts?.isFile() !== true || facts.size !== size) return undefined
  const handle = await open(path, 'r')
  try {
    const memory = Buffer.allocUnsafe(Math.min(size, BLOCK_BYTES))
    const digests: Uint8Array[] = []
    for (let block = 0; block < blockCount(size); block++) {
      signal.throwIfAborted()
      const { bytesRead } = await handle.read(memory, 0, memory.length, block * BLOCK_BYTES)
      digests.push(sha256(memory.subarray(0, bytesRead)))
    }
    return buildManifest(digests, size)
  } finally {
    await handle.close()
  }
}
