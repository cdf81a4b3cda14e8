/**
 * A download's file on disk: a `.part` beside the place where it will be, filled by position, and given its name
 * only when it is complete.
 */
import { type FileHandle, mkdir, open, readdir, stat, statfs, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { OnExists } from '../../node/api.ts'
import { NodeError } from '../../node/errors.ts'
import { BLOCK_BYTES, MAX_NAME_BYTES } from '../../wire/limits.ts'
import { diskError, errorCode, isMissing } from './disk-error.ts'
import { roomFault } from './free-room.ts'
import { type Placed, placeFile } from './place-file.ts'
import { safeName } from './safe-name.ts'
import { syncFolder } from './sync-folder.ts'

/** Of a download's id in the name of its part file: enough to tell two downloads of one name apart. */
const ID_CHARS = 8

export interface PartFileOptions {
  /** Absolute path of the finished file. Its folder is made when it is missing. */
  target: string
  /** Id of the download. */
  id: string
  /** Bytes of the finished file, when known: the disk must have room for them. */
  size?: number
  /** False: many files come into one folder, and its names are synced when all are there. */
  syncsName?: boolean
}

/** Where the unfinished download `id` lies. */
export function partPath(target: string, id: string): string {
  const suffix = suffixOf(id)
  return join(dirname(target), safeName(basename(target), MAX_NAME_BYTES - suffix.length) + suffix)
}

function suffixOf(id: string): string {
  return `.${id.slice(0, ID_CHARS)}.part`
}

/**
 * Opens the part file of a download, or makes an empty one.
 *
 * @throws NodeError `disk` when it cannot be written, or when there is too little room
 */
export async function openPartFile(options: PartFileOptions): Promise<PartFile> {
  const path = partPath(options.target, options.id)
  try {
    const { handle, isNew } = await openOrCreate(path)
    try {
      if (options.size != null) await checkRoom(handle, path, options.size)
    } catch (error) {
      await handle.close()
      throw error
    }
    return new PartFile(path, { ...options, isNew }, handle)
  } catch (error) {
    throw diskError(error, 'write', path)
  }
}

export class PartFile {
  readonly path: string
  readonly #target: string
  readonly #syncsName: boolean
  readonly #handle: FileHandle
  /** It may have bytes that were not written here. */
  readonly #isOld: boolean
  #closed = false
  #isSynced = false
  /** A sync failed: the system says that once, and may have lost any of the bytes. */
  #isDoubtful = false

  /** Use `openPartFile`. */
  constructor(
    path: string,
    { target, syncsName = true, isNew }: PartFileOptions & { isNew: boolean },
    handle: FileHandle
  ) {
    this.path = path
    this.#target = target
    this.#syncsName = syncsName
    this.#isOld = !isNew
    this.#handle = handle
  }

  /**
   * Writes leaf `block`, given in pieces, which must stay as they are until then.
   *
   * @throws NodeError `disk`
   */
  async write(block: number, chunks: readonly Uint8Array[]): Promise<void> {
    let left = [...chunks]
    let position = block * BLOCK_BYTES
    this.#isSynced = false
    try {
      while (left.length > 0) {
        const { bytesWritten } = await this.#handle.writev(left, position)
        position += bytesWritten
        left = dropBytes(left, bytesWritten)
      }
    } catch (error) {
      throw diskError(error, 'write', this.path)
    }
  }

  /** What lies at the place of leaf `block`: its bytes, if they were written; fewer at the end of the file. */
  async read(block: number): Promise<Uint8Array> {
    const bytes = Buffer.allocUnsafeSlow(BLOCK_BYTES)
    let length = 0
    try {
      while (length < BLOCK_BYTES) {
        const position = block * BLOCK_BYTES + length
        const { bytesRead } = await this.#handle.read(bytes, length, BLOCK_BYTES - length, position)
        if (bytesRead === 0) break
        length += bytesRead
      }
    } catch (error) {
      throw diskError(error, 'read', this.path)
    }
    return bytes.subarray(0, length)
  }

  /** Resolves when what was written survives a power cut. */
  async sync(): Promise<void> {
    try {
      await this.#flush(() => this.#handle.datasync())
    } catch (error) {
      throw diskError(error, 'write', this.path)
    }
  }

  /** Of a file that is not open any more, too. */
  async state(): Promise<string> {
    try {
      const { ino, size, mtimeNs, ctimeNs } = await stat(this.path, { bigint: true })
      return [ino, size, mtimeNs, ctimeNs].join()
    } catch (error) {
      throw diskError(error, 'read', this.path)
    }
  }

  async seal(): Promise<string | undefined> {
    if (this.#isDoubtful) return undefined
    try {
      if (!this.#isSynced) await this.sync()
      return await this.state()
    } catch {
      // Then what is there has to be looked at.
      return undefined
    }
  }

  /**
   * Gives the complete file its name, durably unless others come into the same folder.
   *
   * @param size - bytes of the file; what an earlier attempt left behind them is cut off
   * @returns where it is now. `placed` is false when something was there and `onExists` is `skip`
   * @throws NodeError `conflict` when something is there and `onExists` is `fail`; the part file stays
   */
  async finish(size: number, onExists: OnExists): Promise<Placed> {
    try {
      if (this.#isOld) await this.#handle.truncate(size)
      await this.#flush(() => this.#handle.sync())
      await this.close()
      const result = await placeFile(this.path, this.#target, onExists)
      if (result.placed && this.#syncsName) await syncFolder(dirname(result.path))
      return result
    } catch (error) {
      throw diskError(error, 'write', this.#target)
    }
  }

  /** Safe to call twice. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#handle.close()
  }

  async #flush(sync: () => Promise<void>): Promise<void> {
    try {
      await sync()
      this.#isSynced = true
    } catch (error) {
      this.#isDoubtful = true
      throw error
    }
  }

  /** Closes and deletes it. */
  async delete(): Promise<void> {
    await this.close()
    await deletePart(this.path)
  }
}

/** Deletes a part file that may be gone already. */
export async function deletePart(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    if (!isMissing(error)) throw diskError(error, 'delete', path)
  }
}

/** Deletes those of download `id` in a folder and below it; the folder may be gone already. */
export async function deletePartsIn(folder: string, id: string): Promise<void> {
  try {
    for (const found of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (found.isFile() && found.name.endsWith(suffixOf(id)))
        await deletePart(join(found.parentPath, found.name))
    }
  } catch (error) {
    if (!isMissing(error)) throw diskError(error, 'delete', folder)
  }
}

/** Most are new, and some of these the first in their folder. */
async function openOrCreate(path: string): Promise<{ handle: FileHandle; isNew: boolean }> {
  const create = (): Promise<FileHandle> => open(path, 'wx+')
  try {
    return { handle: await create(), isNew: true }
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return { handle: await open(path, 'r+'), isNew: false }
    if (!isMissing(error)) throw error
    await mkdir(dirname(path), { recursive: true })
    return { handle: await create(), isNew: true }
  }
}

async function checkRoom(handle: FileHandle, path: string, size: number): Promise<void> {
  const folder = dirname(path)
  const [free, { blocks }] = await Promise.all([statfs(folder), handle.stat()])
  // stat counts in units of 512 bytes whatever the file system does, and holes take none.
  const fault = roomFault(folder, size - (blocks ?? 0) * 512, free)
  if (fault !== undefined) throw new NodeError(fault)
}

function dropBytes(chunks: Uint8Array[], count: number): Uint8Array[] {
  let left = count
  return chunks.flatMap(chunk => {
    const dropped = Math.min(left, chunk.length)
    left -= dropped
    return dropped === chunk.length ? [] : [chunk.subarray(dropped)]
  })
}
