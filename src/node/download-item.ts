/**
 * One download as it is listed: its record, its run if it runs, and those who watch it.
 */
import { Bitset } from '../base/bitset.ts'
import { blockCount, isFolderFault } from '../content/index.ts'
import type { Download, DownloadSource } from './api.ts'
import { DiskMemory } from './disk-memory.ts'
import { DownloadJob, type JobPorts, type JobResult } from './download-job.ts'
import type { DownloadRecord } from './download-ports.ts'
import { NodeError, onlyFiles } from './errors.ts'
import type { FetchedFile } from './fetched-file.ts'
import { FolderJob, type FolderResult } from './folder-job.ts'
import { flaggedBytes } from './verified-blocks.ts'

/** Sources that are remembered of a download: those that gave most. */
const MAX_SOURCES = 64

export class DownloadItem {
  readonly record: DownloadRecord
  job: DownloadJob | FolderJob | undefined
  /** Settles when what its last run came to is told. */
  work: Promise<void> = Promise.resolve()
  /** Set while it waits for the disk; ms since the epoch. */
  retryAt: number | undefined
  /** It goes on for readers only, and was on the list before they came. */
  isKept = false
  /** Why it failed, for those who watch. */
  failure: unknown
  #flags: Uint8Array | undefined
  /** Of the last runs, if they ended because of the disk. */
  #memory = new DiskMemory()
  #watchers = new Map<symbol, number>()
  /** Where somebody reads. */
  #readers = new Map<symbol, number>()
  #halt = new AbortController()
  #running: Promise<unknown> = Promise.resolve()
  #change = Promise.withResolvers<void>()
  #ended = Promise.withResolvers<void>()
  #changes = 0
  #toldAt = 0

  constructor(record: DownloadRecord, flags: Uint8Array | undefined) {
    this.record = record
    this.#flags = flags
    if (record.state === 'done') this.#ended.resolve()
    // A run that was cut short left its flags, which are newer than its record.
    else if (flags !== undefined && record.size !== null && !record.isFolder) {
      record.bytesDone = savedBytes(flags, record.size)
    }
  }

  get isHalted(): boolean {
    return this.#halt.signal.aborted
  }

  get isWatched(): boolean {
    return this.#watchers.size > 0
  }

  get isRead(): boolean {
    return this.#readers.size > 0
  }

  /** It waits for its turn, since others run. */
  get isQueued(): boolean {
    return this.job === undefined && this.record.state === 'unfinished' && this.retryAt === undefined
  }

  /** Something is to be expected: blocks that a source was asked for, our turn at a busy one, or what is being verified. */
  get isMoving(): boolean {
    const { job } = this
    if (job === undefined) return false
    return (
      job.state === 'verifying' || job.sources.some(({ state }) => state === 'active' || state === 'busy')
    )
  }

  /** What is known of a file that it fetches: of its own, or of one in its folder. */
  file(cid: string): FetchedFile | undefined {
    const { record } = this
    if (this.job instanceof FolderJob) return this.job.file(cid)
    if (record.isFolder || record.cid !== cid) return undefined
    return {
      cid,
      name: record.name,
      served: () => (this.job instanceof DownloadJob ? this.job.served() : undefined),
      placed: () => (record.state === 'done' ? { path: record.path ?? record.target } : undefined),
      readAt: (reader, block) => this.#readAt(reader, block),
      endReading: reader => this.#endReading(reader)
    }
  }

  /** A run that is just ending is waited for: what it comes to is no answer to who asks now. */
  async notEnding(): Promise<void> {
    if (this.job?.isEnding) await this.work
  }

  /** Resolves when it is done or failed. */
  get ended(): Promise<void> {
    return this.#ended.promise
  }

  /** Somebody waits for it: then it fails when there is no source for `timeoutMs`. Call the result to end that. */
  watch(timeoutMs: number): () => void {
    const key = Symbol('watcher')
    this.#watchers.set(key, timeoutMs)
    this.#setPatience()
    return () => {
      this.#watchers.delete(key)
      this.#setPatience()
    }
  }

  /** Grows with every change. */
  get changes(): number {
    return this.#changes
  }

  /** Resolves when there were more changes than `seen`, or when `signal` aborts. */
  async changed(seen: number, signal: AbortSignal): Promise<void> {
    if (this.#changes > seen || signal.aborted) return
    const aborted = Promise.withResolvers<void>()
    const onAbort = (): void => aborted.resolve()
    signal.addEventListener('abort', onAbort)
    await Promise.race([this.#change.promise, aborted.promise])
    signal.removeEventListener('abort', onAbort)
  }

  /** Whether `pauseMs` have passed since it last was true. */
  mayTell(now: number, pauseMs: number): boolean {
    if (now - this.#toldAt < pauseMs) return false
    this.#toldAt = now
    return true
  }

  notify(): void {
    this.#changes++
    this.#change.resolve()
    this.#change = Promise.withResolvers()
    if (this.record.state === 'done') this.#ended.resolve()
  }

  fail(error: unknown): void {
    this.failure = error
    this.#ended.resolve()
    this.notify()
  }

  /** It is to run once more. */
  reopen(): void {
    this.#ended = Promise.withResolvers()
    this.notify()
  }

  async run(given: Omit<JobPorts, 'memory'>): Promise<JobResult | FolderResult> {
    this.#halt = new AbortController()
    const memory = this.#memory
    const ports = { ...given, files: memory.remembering(given.files), memory }
    this.#memory = new DiskMemory()
    try {
      return await this.#runAsWhatItIs(ports)
    } catch (error) {
      if (error instanceof NodeError && error.fault.code === 'disk') this.#memory = memory
      throw error
    }
  }

  async #runAsWhatItIs(ports: JobPorts): Promise<JobResult | FolderResult> {
    try {
      return await this.#runOnce(ports)
    } catch (error) {
      if (this.record.isFolder || !isFolderFault((error as Error).cause)) throw error
      if (this.record.forReaders) {
        throw onlyFiles(this.record.cid)
      }
      this.#halt.signal.throwIfAborted()
      // A cid does not say what it names; the first node did.
      this.record.isFolder = true
      return await this.#runOnce(ports)
    }
  }

  async #runOnce(ports: JobPorts): Promise<JobResult | FolderResult> {
    const job = this.record.isFolder
      ? new FolderJob(this.record, ports)
      : new DownloadJob(this.record, this.#flags, ports)
    this.job = job
    if (job instanceof DownloadJob) for (const [reader, block] of this.#readers) job.readAt(reader, block)
    this.#setPatience()
    const running = job.run(this.#halt.signal)
    this.#running = running.catch(() => undefined)
    try {
      return await running
    } finally {
      this.record.bytesDone = job.bytesDone
      this.record.sources = this.#sources().map(({ position: _, ...source }) => ({ ...source, rate: 0 }))
      this.#flags = job.flags
      this.job = undefined
    }
  }

  /** Ends its run, if it runs, and waits until it has ended. */
  async halt(reason: string): Promise<void> {
    this.#halt.abort(new Error(reason))
    await this.#running
  }

  view(): Download {
    const { record, job } = this
    const bytesDone = record.state === 'done' ? (record.size ?? 0) : (job?.bytesDone ?? record.bytesDone)
    const rate = Math.round(job?.rate ?? 0)
    const left = record.size === null ? null : record.size - bytesDone
    return {
      id: record.id,
      cid: record.cid,
      name: record.name,
      size: record.size,
      bytesDone,
      state: this.#state(),
      rate,
      etaS: left === null || rate === 0 ? null : Math.ceil(left / rate),
      sources: this.#sources(),
      path: record.path ?? record.target,
      error: record.error
    }
  }

  #state(): Download['state'] {
    const { state } = this.record
    if (state !== 'unfinished') return state
    if (this.retryAt !== undefined) return 'paused'
    return this.job?.state ?? 'queued'
  }

  /** Those of earlier runs, too: who gave what, and who was banned for what. */
  #sources(): DownloadSource[] {
    const all = new Map(this.record.sources.map(source => [source.peerId, source]))
    for (const { peer, bytes, rate, state, position } of this.job?.sources ?? []) {
      const earlier = all.get(peer)?.bytes ?? 0
      const queued = position === undefined ? {} : { position }
      all.set(peer, { peerId: peer, bytes: earlier + bytes, rate: Math.round(rate), state, ...queued })
    }
    return [...all.values()].sort((a, b) => b.bytes - a.bytes).slice(0, MAX_SOURCES)
  }

  #readAt(reader: symbol, block: number): void {
    this.#readers.set(reader, block)
    if (this.job instanceof DownloadJob) this.job.readAt(reader, block)
  }

  #endReading(reader: symbol): void {
    this.#readers.delete(reader)
    if (this.job instanceof DownloadJob) this.job.endReading(reader)
  }

  #setPatience(): void {
    this.job?.setPatience(this.#watchers.size === 0 ? undefined : Math.max(...this.#watchers.values()))
  }
}

/** Bytes of what is flagged; 0 when the flags are not those of a file of `size` bytes. */
function savedBytes(flags: Uint8Array, size: number): number {
  const blocks = blockCount(size)
  return flags.length === Math.ceil(blocks / 8) ? flaggedBytes(Bitset.fromBytes(flags, blocks), size) : 0
}
