/**
 * What downloads need from outside: peers, disk, and the memory of earlier runs.
 */
import type { PeerKey } from '../base/ports.ts'
import type { Manifest } from '../content/index.ts'
import type { FileRefusal } from '../wire/file-message.ts'
import type { DownloadSource, OnExists } from './api.ts'

export type Refused = { kind: 'refused'; reason: FileRefusal; position?: number | undefined }
export type BlockAnswer =
  | {
      kind: 'block'
      chunks: Uint8Array[]
      bytes: number
      /** Call it when nobody looks at the chunks any more: their memory is used again. */
      release?: (() => void) | undefined
    }
  | Refused
export type HaveAnswer = { kind: 'have'; bits: Uint8Array; total: number } | Refused

export interface AskOptions {
  signal: AbortSignal
}

/**
 * Requests to one peer. Every one of them fails with SourceError when the peer is silent for long, breaks the
 * protocol or goes away, and with the reason of `signal` when that aborts.
 */
export interface BlockOptions extends AskOptions {
  length?: number | undefined
  onBytes?: (bytes: number) => void
}

export interface BlockSession {
  /**
   * Inner nodes of `root` breadth first, each handed to `onNode` as it comes. When that throws, the peer is hung up
   * on and the promise rejects with the same.
   */
  manifest(
    root: string,
    onNode: (bytes: Uint8Array) => void,
    options: AskOptions
  ): Promise<{ kind: 'end' } | Refused>
  /** Flags of the blocks from `first` (a multiple of HAVE_WINDOW_BLOCKS) on. `total`: bytes of the file, as it claims. */
  have(root: string, first: number, options: AskOptions): Promise<HaveAnswer>
  /**
   * One block, as the pieces in which it came: of the right length, not yet verified.
   *
   * @param options.length - bytes that it must have; undefined when unknown
   * @param options.onBytes - told how many bytes came since it was told last
   */
  block(root: string, block: number, options: BlockOptions): Promise<BlockAnswer>
  /**
   * A file of one block, not yet verified. Many that are asked for at the same time take little more than one.
   *
   * @param expected - bytes that it has if somebody else is right, 0 when nobody said: so much of the stream's room is taken
   */
  leaf(root: string, expected: number, options: AskOptions): Promise<BlockAnswer>
  /** Other peers that may have `root`. */
  sources(root: string, options: AskOptions): Promise<Array<{ peer: PeerKey; addresses: string[] }>>
  /** Gives up what is still open. Never rejects. */
  close(): Promise<void>
}

export interface BlockClient {
  /**
   * Reaches a peer. Sessions with one peer share its streams.
   *
   * @param options.onAlive - told now and then while anything comes from the peer, also for other sessions
   * @throws SourceError `closed` or `timeout`
   */
  open(peer: PeerKey, options: AskOptions & { onAlive?: () => void }): Promise<BlockSession>
}

/** Finds peers that may have a cid. Ends when it knows no more for now; is then asked again later. */
export interface ProviderFinder {
  /** @param name - of the file or folder, where it is known: words are found where a cid is not */
  find(cid: string, signal: AbortSignal, name?: string): AsyncIterable<PeerKey>
}

/** A file on its way, on disk. Faults of the disk are thrown as NodeError `disk`. */
export interface PartFile {
  write(block: number, chunks: readonly Uint8Array[]): Promise<void>
  /** What was written at a block's place; shorter than the block, or empty, when the file is. */
  read(block: number): Promise<Uint8Array>
  /**
   * Flushes, closes and gives the file its final name.
   *
   * @returns the path it got; `placed` is false when something was there and the policy is `skip`
   * @throws NodeError `conflict` with policy `fail`, when the name is taken
   */
  finish(size: number, onExists: OnExists): Promise<{ path: string; placed: boolean }>
  /** Tells one state of the file from another: whoever writes to it changes that. */
  state(): Promise<string>
  /** Makes what was written durable and tells the state then; undefined when some of it may be lost. */
  seal(): Promise<string | undefined>
  /** Safe to call twice. */
  close(): Promise<void>
}

export interface TargetFacts {
  /** Bytes. */
  size: number
  /** ms since the epoch. */
  mtimeMs: number
  isFolder: boolean
}

export interface PartFiles {
  /**
   * Opens the part file of a download, or makes it.
   *
   * @param options.syncsName - false: its name is made durable with `syncFolder`, later
   * @throws NodeError `disk` when there is no room for it or the folder cannot be written
   */
  open(options: { id: string; target: string; size?: number; syncsName?: boolean }): Promise<PartFile>
  /** Small files are to come: what placing them needs begins now, since that takes as long as placing a hundred. */
  expectSmall(): void
  /**
   * Puts a file that has come whole in its place; its name is made durable with `syncFolder`, later. Many that are placed at
   * the same time take little more than one.
   *
   * @returns as `finish` of a part file
   * @throws NodeError `disk`, also when there is no room for it; or `conflict`
   */
  place(file: {
    id: string
    target: string
    onExists: OnExists
    bytes: Uint8Array
  }): Promise<{ path: string; placed: boolean }>
  /** Deletes the part file of a download that is not open; it may be gone already. */
  remove(options: { id: string; target: string }): Promise<void>
  /** The same for all part files that the download of a folder has in it. */
  removeIn(options: { id: string; folder: string }): Promise<void>
  /** What is at a path; undefined when nothing is. */
  stat(path: string): Promise<TargetFacts | undefined>
  /** A name from a stranger as a file name that is safe on every system. */
  safeName(name: string): string
  /** `name.ext` as `name (2).ext`. */
  numberedName(name: string, number: number): string
  /**
   * Makes a folder, or takes the one that is there. Where a file has the name, the folder gets a number.
   *
   * @returns its path, and whether it was made just now
   */
  openFolder(path: string): Promise<{ path: string; isNew: boolean }>
  /** Makes the names in a folder durable, as far as the system can. Never rejects. */
  syncFolder(path: string): Promise<void>
  /** Hashes of a file that is there and has `size` bytes. Rejects with the reason of `signal`, when that aborts. */
  manifestOf(path: string, size: number, signal: AbortSignal): Promise<Manifest | undefined>
  /** The bytes at a block's place in a file that is there; fewer where it ends. */
  readBlock(path: string, block: number): Promise<Uint8Array>
}

/** A download as it is remembered between runs. */
export interface DownloadRecord {
  id: string
  cid: string
  name: string
  /** Where the result was asked to be. */
  target: string
  /** Where it is, once it is finished: another place than `target` when that was taken. */
  path: string | null
  onExists: OnExists
  /** It turned out to be a folder. */
  isFolder?: boolean
  sequential: boolean
  /** It was begun for somebody who reads, and ends when nobody does any more. */
  forReaders?: boolean
  /** Of a folder: patterns of what is wanted of it. */
  only?: string[]
  /** Bytes; null until the manifest is known. */
  size: number | null
  state: 'unfinished' | 'paused' | 'done' | 'failed'
  error: string | null
  /** Verified bytes when it was last saved. */
  bytesDone: number
  /** ms since the epoch. */
  createdAt: number
  finishedAt: number | null
  /** Time of the finished file, to notice that it was changed. */
  mtimeMs: number | null
  /** Who gave what in the runs that have ended, and who was banned for what. */
  sources: DownloadSource[]
}

export interface DownloadStore {
  /** All that were saved, with the flags of their blocks (Bitset.toBytes) when these were saved, too. */
  load(): Promise<Array<{ record: DownloadRecord; have: Uint8Array | undefined }>>
  save(record: DownloadRecord): Promise<void>
  saveHave(id: string, flags: Uint8Array): Promise<void>
  /** Hashes of all blocks, packed: the manifest, for later runs. */
  saveDigests(id: string, digests: Uint8Array): Promise<void>
  loadDigests(id: string): Promise<Uint8Array | undefined>
  /** Of a folder: the list of its files, for when it is asked for again. */
  saveFiles(id: string, list: Uint8Array): Promise<void>
  loadFiles(id: string): Promise<Uint8Array | undefined>
  remove(id: string): Promise<void>
}
