/**
 * The files of one share: which are known, which are hashed, and what was wrong with others.
 */
import { checkEntry, type Entry } from '../wire/entry.ts'
import type { Share, ShareError } from './api.ts'
import type { FileFacts, FoundError, SavedShare } from './share-ports.ts'

/** Errors that a share tells; the first ones. */
const MAX_ERRORS = 100

export interface KnownFile {
  /** Inside the share; empty when the share is the file. */
  path: string
  file: FileFacts
  /** Undefined until it is hashed. */
  entry: Entry | undefined
  /** Number of the last scan that found it. */
  scan: number
  /** It could not be hashed; the errors say why. */
  failed: boolean
  /** Why its entry is not announced, when peers would not take it. */
  refused?: string
  /** Its state when it was found again while it was being hashed. */
  seen?: FileFacts
}

export class ShareFiles {
  readonly #saved: SavedShare
  readonly #mimeOf: (name: string) => string
  readonly #known = new Map<string, KnownFile>()
  /** Of those that lie elsewhere in the share: path, and where that is. */
  readonly #links = new Map<string, string>()
  #errors: ShareError[] = []
  #bytes = 0
  #hashed = 0
  #hashedBytes = 0
  #failed = 0

  constructor(saved: SavedShare, mimeOf: (name: string) => string) {
    this.#saved = saved
    this.#mimeOf = mimeOf
  }

  get size(): number {
    return this.#known.size
  }

  /** Files that are neither hashed nor given up. */
  get pending(): number {
    return this.#known.size - this.#hashed - this.#failed
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Bytes of the files that are hashed. */
  get hashedBytes(): number {
    return this.#hashedBytes
  }

  get(path: string): KnownFile | undefined {
    return this.#known.get(path)
  }

  values(): Iterable<KnownFile> {
    return this.#known.values()
  }

  /**
   * Links to what lies at and below some paths: they change with it. Those whose names can be written in two ways are left to
   * the next look at everything, since only the disk knows in which.
   */
  linksTo(paths: ReadonlySet<string>): string[] {
    const links = [...this.#links].filter(([, place]) => isUnderAny(place, paths))
    return links.map(([link]) => link).filter(link => link.normalize('NFD') === link)
  }

  /** Bytes of the files below a folder inside. */
  bytesBelow(folder: string): number {
    let bytes = 0
    for (const { path, file } of this.#known.values())
      if (folder === '' || path.startsWith(`${folder}/`)) bytes += file.size
    return bytes
  }

  /** Time of the file that was changed last, ms since the epoch; 0 without files. */
  newest(): number {
    let newest = 0
    for (const { entry } of this.#known.values()) newest = Math.max(newest, entry?.modified ?? 0)
    return newest
  }

  isCurrent(known: KnownFile): boolean {
    return this.#known.get(known.path) === known
  }

  /**
   * A file that is there and not yet hashed.
   *
   * @param place - path inside at which it lies; another one than `path` when that is, or leads through, a symlink
   */
  add(path: string, place: string, file: FileFacts, scan: number): KnownFile {
    const known: KnownFile = { path, file, entry: undefined, scan, failed: false }
    this.#known.set(path, known)
    if (place !== path) this.#links.set(path, place)
    this.#bytes += file.size
    return known
  }

  delete(known: KnownFile): void {
    if (!this.#known.delete(known.path)) return
    this.#links.delete(known.path)
    this.#bytes -= known.file.size
    if (known.entry != null) {
      this.#hashed--
      this.#hashedBytes -= known.file.size
    }
    if (known.failed) this.#failed--
  }

  /** The file was hashed, in state `file`. Undefined when peers would not take its name. */
  onHashed(known: KnownFile, file: FileFacts, cid: string): Entry | undefined {
    this.#bytes += file.size - known.file.size
    known.file = file
    const path = known.path === '' ? this.#saved.name : `${this.#saved.name}/${known.path}`
    const name = path.slice(path.lastIndexOf('/') + 1)
    const modified = Math.max(0, Number(file.mtimeNs / 1_000_000n))
    const entry: Entry = { cid, name, path, size: file.size, mime: this.#mimeOf(name), modified }
    try {
      checkEntry(entry)
    } catch (error) {
      this.onFailed(known, error)
      return undefined
    }
    known.entry = entry
    this.#hashed++
    this.#hashedBytes += file.size
    return entry
  }

  onFailed(known: KnownFile, error: unknown): void {
    known.failed = true
    this.#failed++
    this.addError({ path: known.path, message: error instanceof Error ? error.message : String(error) })
  }

  /** The file is found again. */
  onSeen(known: KnownFile, scan: number): void {
    known.scan = scan
    // Errors are forgotten before a scan.
    if (known.refused != null) this.addError({ path: known.path, message: known.refused })
  }

  onRefused(known: KnownFile, message: string): void {
    if (!this.isCurrent(known)) return
    known.refused = message
    this.addError({ path: known.path, message })
  }

  addError({ path, message }: Pick<FoundError, 'path' | 'message'>): void {
    this.#errors.push({ path, message })
  }

  /** Forgets errors at and below some paths, or all. */
  clearErrors(paths?: ReadonlySet<string>): void {
    this.#errors = paths == null ? [] : this.#errors.filter(({ path }) => !isUnderAny(path, paths))
  }

  view(state: Share['state']): Share {
    const { id, path, name } = this.#saved
    return {
      id,
      path,
      name,
      cid: this.#known.get('')?.entry?.cid ?? null,
      files: this.#known.size,
      bytes: this.#bytes,
      hashed: this.#hashed,
      pending: this.pending,
      errors: this.#errors.slice(0, MAX_ERRORS),
      moreErrors: Math.max(0, this.#errors.length - MAX_ERRORS),
      state,
      progress: null
    }
  }
}

/** Whether `path` is one of `paths` or lies below one. The empty path is the whole share. */
export function isUnderAny(path: string, paths: ReadonlySet<string>): boolean {
  if (paths.has('') || paths.has(path)) return true
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
    if (paths.has(path.slice(0, slash))) return true
  }
  return false
}
