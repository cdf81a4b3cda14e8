/**
 * What one download knows of files on disk from the runs before, so that one that is begun again and again while the disk
 * takes nothing does not hash the same bytes each time.
 */
import type { Manifest } from '../content/index.ts'
import type { PartFile, PartFiles, TargetFacts } from './download-ports.ts'
import type { FolderFile } from './fetched-file.ts'

/** `until`: it was written to before that, ms since the epoch; otherwise its time is known. */
type Known = { manifest: Manifest | undefined; size: number } & ({ mtimeMs: number } | { until: number })

export class DiskMemory {
  readonly #parts = new Map<string, { flags: Uint8Array; state: string }>()
  readonly #files = new Map<string, Known>()

  /**
   * Remembers which blocks of a part file are verified.
   *
   * @param id - of its download, or of that of one file in a folder
   * @param state - as the part file tells it when it is sealed; undefined: it has to be looked at again
   */
  keepPart(id: string, flags: Uint8Array, state: string | undefined): void {
    if (state === undefined) this.#parts.delete(id)
    else this.#parts.set(id, { flags, state })
  }

  /** The same flags, if the part file is as it was. */
  async partFlags(id: string, part: Pick<PartFile, 'state'>): Promise<Uint8Array | undefined> {
    const known = this.#parts.get(id)
    return known !== undefined && (await part.state()) === known.state ? known.flags : undefined
  }

  /** A file got its place. */
  keepPlaced({ placed, manifest, placedAt }: FolderFile): void {
    this.#files.set(placed, { manifest, size: manifest.size, until: placedAt + 1 })
  }

  /** `files`, which hash what did not change since only once. */
  remembering(files: PartFiles): PartFiles {
    return {
      ...files,
      manifestOf: async (path, size, signal) => {
        const facts = await files.stat(path).catch(() => undefined)
        const known = this.#files.get(path)
        if (known !== undefined && isSame(known, facts))
          return known.size === size ? known.manifest : undefined
        const manifest = await files.manifestOf(path, size, signal)
        if (facts?.size === size) this.#files.set(path, { manifest, size, mtimeMs: facts.mtimeMs })
        return manifest
      }
    }
  }
}

function isSame(known: Known, facts: TargetFacts | undefined): boolean {
  if (facts === undefined || facts.isFolder || facts.size !== known.size) return false
  return 'until' in known ? facts.mtimeMs < known.until : facts.mtimeMs === known.mtimeMs
}
