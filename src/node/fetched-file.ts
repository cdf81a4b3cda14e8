/**
 * A file that is being fetched, for those who read it meanwhile: a download of its own, or one file of a folder.
 */
import { ContentError, type Manifest, sha256, verifyBlockDigest } from '../content/index.ts'
import type { ServedFile } from '../swarm/index.ts'
import type { PartFiles } from './download-ports.ts'

export interface FetchedFile {
  readonly cid: string
  readonly name: string
  /** What is verified of it; undefined while nothing is known. */
  served(): ServedFile | undefined
  /** Where it is, once it is there. `manifest`: when it is at hand. */
  placed(): { path: string; manifest?: Manifest } | undefined
  /** Somebody reads from `block` on, until `endReading`: it is fetched before all else. */
  readAt(reader: symbol, block: number): void
  endReading(reader: symbol): void
}

/** A file of a folder that is in its place. */
export interface FolderFile {
  /** Inside the folder, parts joined with `/`. */
  path: string
  /** Where it lies. */
  placed: string
  manifest: Manifest
  /** When it was put or found there; ms since the epoch. */
  placedAt: number
}

/** Serves it from there; each block is verified once more, because anybody can have changed it. */
export function servedFrom(
  name: string,
  { placed, manifest }: FolderFile,
  files: Pick<PartFiles, 'readBlock'>
): ServedFile {
  return {
    root: manifest.root,
    name,
    size: manifest.size,
    blocks: manifest.blocks,
    has: block => block >= 0 && block < manifest.blocks,
    innerNodes: async () => manifest.innerNodes,
    async read(block) {
      const bytes = await files.readBlock(placed, block)
      if (!verifyBlockDigest(manifest, block, sha256(bytes), bytes.length))
        throw new ContentError({ code: 'changed', name })
      return bytes
    }
  }
}
