/**
 * What is to be fetched of a folder: all files of its tree, or those that were asked for.
 */
import { cidText, type DirectoryLink, fileSizeOf } from '../content/index.ts'
import { MAX_DIRECTORY_ENTRIES, MAX_PATH_DEPTH } from '../wire/limits.ts'
import type { DownloadRecord, PartFiles } from './download-ports.ts'
import { eachOf } from './each-of.ts'
import { NodeError } from './errors.ts'
import type { FolderReader } from './folder-reader.ts'
import { wantedBy } from './only-patterns.ts'

/** Folders read at once. */
const CONCURRENT_FOLDERS = 4

export interface WantedFile {
  /** Inside the folder, parts joined with `/`: safe on every system, and no two are equal but for case. */
  path: string
  name: string
  cid: string
  /** Bytes; near enough until the file is there. */
  size: number
  /** It has more than one block. */
  isLarge: boolean
}

/** @throws NodeError `no-source`, `bad-content`, or `bad-input` when nothing fits `only`; or the reason of `signal` */
export async function listFolder(
  { cid: root, only }: Pick<DownloadRecord, 'cid' | 'only'>,
  reader: FolderReader,
  files: Pick<PartFiles, 'safeName' | 'numberedName'>,
  signal: AbortSignal
): Promise<WantedFile[]> {
  const wanted: WantedFile[] = []
  const isWanted = wantedBy(only)
  let level: Array<{ cid: string; path: string }> = [{ cid: root, path: '' }]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth >= MAX_PATH_DEPTH) throw refused(`${root} is more than ${MAX_PATH_DEPTH} folders deep`)
    const below: typeof level = []
    await eachOf(level, CONCURRENT_FOLDERS, async ({ cid, path }) => {
      const found = await reader.read(cid, signal)
      if (found.kind === 'file') {
        if (isWanted(path))
          wanted.push({ path, name: lastPart(path), cid, size: fileSizeOf(found.root), isLarge: true })
        return
      }
      for (const { name, link } of named(found.entries, files)) {
        const inside = path === '' ? name : `${path}/${name}`
        const child = cidText(link.codec, link.digest)
        if (link.codec !== 'raw') below.push({ cid: child, path: inside })
        else if (isWanted(inside))
          wanted.push({ path: inside, name, cid: child, size: link.dagSize, isLarge: false })
      }
      // The same folder can be in itself a thousand times by a thousand names; only the sum tells.
      if (wanted.length + below.length > MAX_DIRECTORY_ENTRIES)
        throw refused(`${root} has more than ${MAX_DIRECTORY_ENTRIES} entries`)
    })
    level = below
  }
  if (wanted.length === 0 && only !== undefined) {
    const message = `nothing in the folder is called like ${only.join(' or ')}`
    throw new NodeError({ code: 'bad-input', field: 'only', message })
  }
  return wanted
}

/** Some systems take `A` and `a` for one name, so they are told apart by more. */
function named(
  links: readonly DirectoryLink[],
  files: Pick<PartFiles, 'safeName' | 'numberedName'>
): Array<{ name: string; link: DirectoryLink }> {
  const taken = new Set<string>()
  return links.map(link => {
    const safe = files.safeName(link.name)
    let name = safe
    for (let number = 2; taken.has(name.toLowerCase()); number++) name = files.numberedName(safe, number)
    taken.add(name.toLowerCase())
    return { name, link }
  })
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function refused(message: string): NodeError {
  return new NodeError({ code: 'bad-content', message })
}
