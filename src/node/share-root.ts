/**
 * Where a share lies: whether it is there, whether it is the one from before, and since when it is missing.
 */
import { dirname } from 'node:path'
import type { RootFacts, SavedShare, ShareScanner } from './share-ports.ts'

/** How long the entries of a share stay when its folder is missing: a drive that is away for a moment, ms. */
export const MISSING_GRACE_MS = 60 * 60_000

export interface RootPorts {
  scanner: Pick<ShareScanner, 'inspect'>
  now(): number
  /** `saved` changed. */
  onSaved(): void
}

export class ShareRoot {
  readonly #saved: SavedShare
  readonly #ports: RootPorts
  #facts: RootFacts | undefined
  /** When it was found missing, ms. */
  #missingSince: number | undefined

  constructor(saved: SavedShare, ports: RootPorts) {
    this.#saved = saved
    this.#ports = ports
  }

  /** Real path, once it was found. */
  get real(): string {
    return this.#facts?.real ?? this.#saved.path
  }

  /** Undefined until it was found. */
  get kind(): RootFacts['kind'] | undefined {
    return this.#facts?.kind
  }

  get isMissing(): boolean {
    return this.#missingSince != null
  }

  /** It has been missing for too long. */
  get isGraceOver(): boolean {
    return this.#missingSince != null && this.#ports.now() - this.#missingSince >= MISSING_GRACE_MS
  }

  /** What is there now. */
  async inspect(): ReturnType<ShareScanner['inspect']> {
    return await this.#ports.scanner.inspect(this.#saved.path)
  }

  isSame(root: RootFacts): boolean {
    return !this.isMissing && root.inode === this.#facts?.inode && root.real === this.#facts.real
  }

  /** Whether another one is there now, or none any more, or one again. */
  async hasChanged(): Promise<boolean> {
    const root = await this.inspect()
    return typeof root === 'string' ? !this.isMissing : !this.isSame(root)
  }

  /** Where a drive was mounted, an empty folder is left when it goes. */
  isMountPoint(empty: RootFacts): boolean {
    return this.#saved.inode !== undefined && this.#saved.inode !== String(empty.inode)
  }

  /** It was looked through. */
  async onFound(root: RootFacts, hasFiles: boolean): Promise<void> {
    this.#facts = root
    this.#missingSince = undefined
    const inode = hasFiles ? await this.#folderInode(root) : this.#saved.inode
    if (this.#saved.inode === inode && this.#saved.missingSince === undefined) return
    this.#saved.inode = inode
    this.#saved.missingSince = undefined
    this.#ports.onSaved()
  }

  /** @returns false when that was known */
  onMissing(): boolean {
    if (this.isMissing) return false
    this.#missingSince = this.#saved.missingSince ?? this.#ports.now()
    if (this.#saved.missingSince !== this.#missingSince) {
      this.#saved.missingSince = this.#missingSince
      this.#ports.onSaved()
    }
    return true
  }

  /** Whether a file is missing from the very folder that it lay in. Of a folder none can tell: it may be a drive. */
  async isDeleted(): Promise<boolean> {
    const isDownload = this.#saved.kind === 'download' && this.#saved.only === undefined
    if (!isDownload && this.kind !== 'file') return false
    const folder = await this.#ports.scanner.inspect(dirname(this.#saved.path))
    return typeof folder !== 'string' && !this.isMountPoint(folder)
  }

  /** Of the folder that the files lie in: the root, or that of a file. */
  async #folderInode({ kind, real, inode }: RootFacts): Promise<string | undefined> {
    if (kind === 'folder') return String(inode)
    const folder = await this.#ports.scanner.inspect(dirname(real))
    return typeof folder === 'string' ? undefined : String(folder.inode)
  }
}
