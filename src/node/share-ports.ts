/**
 * What the shares need from outside: files found, hashed, watched, remembered and served.
 */
import type { PeerKey } from '../base/ports.ts'
import type { RefusedEntry } from '../catalog/index.ts'
import type { Entry, EntryKey } from '../wire/entry.ts'
import type { Audience } from './api.ts'

/** A file in one state of its content. Any write changes `mtimeNs`, a replacement changes `inode`. */
export interface FileFacts {
  /** Real path on this machine. Never told to a peer. */
  absolute: string
  /** Bytes. */
  size: number
  /** Time of the last change, ns since the epoch. */
  mtimeNs: bigint
  inode: bigint
}

export interface FoundFile {
  kind: 'file'
  /** Inside the share, parts joined with `/`, in NFC; empty for a share that is a file. */
  path: string
  file: FileFacts
}

/** Something in the share that is not shared, and why. */
export interface FoundError {
  kind: 'error'
  path: string
  message: string
  /** For the moment nothing can be said about what is at and below this path: what is known stays. */
  unsure?: string
}

/** Something in the share that is left out on purpose. */
export interface Ignored {
  kind: 'ignored'
  path: string
  /** `hidden`, `temporary`, `system`, or the owner's rules. */
  reason: string
}

export interface RootFacts {
  kind: 'file' | 'folder'
  /** Without symlinks. */
  real: string
  inode: bigint
}

export interface ShareScanner {
  /** What lies at a path, or `missing` / `unreadable`. */
  inspect(path: string): Promise<RootFacts | 'missing' | 'unreadable' | 'special'>
  /**
   * All files of the share with real path `root`, or those at and below `inside`, as far as they are not ignored.
   * Nothing there: nothing found.
   */
  scan(root: string, options: { signal: AbortSignal; inside?: string }): AsyncIterable<FoundFile | FoundError>
  /** As `scan`, and also what is ignored. A folder that is ignored comes once, for all that is in it. */
  preview(root: string, options: { signal: AbortSignal }): AsyncIterable<FoundFile | FoundError | Ignored>
  /** The state of a file now; undefined when it is gone. */
  facts(absolute: string): Promise<FileFacts | undefined>
}

export interface FileHasher {
  /**
   * sha2-256 of each block, packed. Of exactly the given state of the file.
   *
   * @param onProgress - bytes hashed since the last call
   * @throws ContentError `changed` or `vanished`; NodeError `disk`
   */
  hash(
    file: FileFacts,
    options: { signal: AbortSignal; onProgress?: (bytes: number) => void }
  ): Promise<Uint8Array>
  /** Nothing new is read until `resume`; what waits keeps waiting. */
  pause(): void
  resume(): void
}

export interface HashedFile {
  file: FileFacts
  root: string
  /** sha2-256 of each block, packed. */
  digests: Uint8Array
}

export interface HashCache {
  /** Cid of a file that was hashed in this state, here or, when it was renamed, elsewhere. */
  find(file: FileFacts): string | undefined
  /** Block digests of a file in this state. */
  digests(file: FileFacts): Uint8Array | undefined
  put(files: readonly HashedFile[]): void
  /** The files are not shared any more. They are still remembered for a while: a rename looks like this at first. */
  forget(absolute: readonly string[], now: number): void
}

export interface ShareWatcher {
  /**
   * Reports changes until closed, some 100 ms after the last one, and once every few seconds while they go on.
   *
   * @param changed - paths inside the share that may have changed; undefined when anything may have
   */
  watch(root: string, changed: (inside: string[] | undefined) => void): Promise<ShareWatch>
}

export interface ShareWatch {
  /** Why some changes will be noticed late; undefined when all is well. */
  warning(): string | undefined
  close(): Promise<void>
}

/** What survives a restart of a share. */
export interface SavedShare {
  id: string
  path: string
  name: string
  /** `download`: a file or folder that this node fetched, shared from where it was written. */
  kind: 'share' | 'download'
  to: Audience
  /** Of a folder that was fetched: paths inside that are shared, and nothing else that comes to lie there. */
  only?: string[] | undefined
  /** When its folder was found missing, ms: a restart does not give it more time. */
  missingSince?: number | undefined
  /**
   * Inode of its folder, or of that around a file, when files were found in it: another one in its place that has none
   * is where a drive was mounted.
   */
  inode?: string | undefined
}

export interface ShareStore {
  load(): Promise<SavedShare[]>
  save(shares: readonly SavedShare[]): Promise<void>
}

/** Where the transfer finds files of shares. */
export interface ServedFiles {
  add(root: string, file: FileFacts, allowed: (asker: PeerKey) => boolean): void
  remove(root: string, absolute: string): void
}

/** The catalogue. Only entries for all: those of a share for some are never announced. */
export interface EntrySink {
  /** `removed` is applied first. Gives back those of `added` that peers would not take. */
  changed(added: Entry[], removed: EntryKey[]): readonly RefusedEntry[] | void
  /** The shares were looked through: entries of an earlier run for which `isGone` can go. May come again. */
  reconcile?(isGone: (entry: Entry) => boolean): void
}
