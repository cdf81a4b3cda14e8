/**
 * The files of a finished folder as they are remembered, so that asking for it again needs nobody while they lie there.
 */
import type { DownloadRecord, DownloadStore, PartFiles } from './download-ports.ts'
import { eachOf } from './each-of.ts'
import type { FolderFile } from './fetched-file.ts'

/** Of a larger folder none are remembered: it is listed and hashed again. A guess. */
const MAX_FILES = 100_000
/** Files looked at at once. */
const CONCURRENT_STATS = 16

/** Path inside the folder, bytes, and when it was placed or found there: ms since the epoch. */
type PlacedFile = [path: string, size: number, placedAt: number]

/** What cannot be kept is not missed until the folder is asked for again. Never rejects. */
export async function keepPlaced(
  store: Pick<DownloadStore, 'saveFiles'>,
  id: string,
  folder: string,
  files: readonly FolderFile[]
): Promise<void> {
  if (files.length > MAX_FILES) return
  const list = files.map(({ placed, manifest, placedAt }): PlacedFile => {
    return [placed.slice(folder.length + 1), manifest.size, placedAt]
  })
  await store.saveFiles(id, Buffer.from(JSON.stringify(list))).catch(() => undefined)
}

/** Whether all files of a finished folder are where they were put, and nobody has written to them since. */
export async function isFolderUnchanged(
  { id, path, size }: Pick<DownloadRecord, 'id' | 'path' | 'size'>,
  store: Pick<DownloadStore, 'loadFiles'>,
  files: Pick<PartFiles, 'stat'>
): Promise<boolean> {
  const saved = await store.loadFiles(id).catch(() => undefined)
  if (path === null) return false
  try {
    // The list is not durable: a damaged one, or one of another size, is not that of this folder.
    const list: PlacedFile[] = saved === undefined ? [] : JSON.parse(Buffer.from(saved).toString())
    if (list.reduce((sum, [, bytes]) => sum + bytes, 0) !== size) return false
    await eachOf(list, CONCURRENT_STATS, async ([inside, bytes, placedAt]) => {
      const facts = await files.stat(`${path}/${inside}`)
      const isSame = facts?.isFolder === false && facts.size === bytes && facts.mtimeMs < placedAt + 1
      if (!isSame) throw new Error(`${inside} was changed`)
    })
    return list.length > 0 || (await files.stat(path))?.isFolder === true
  } catch {
    return false
  }
}
