/**
 * Downloads: what was asked for, a few at a time, kept across restarts until each is where it should be.
 *
 *   queued ──▶ finding ⇄ downloading ──▶ done
 *     ▲            │ pause, disk full        │
 *     └── paused ◀─┘          └─▶ failed (nobody has it in time; can be resumed)
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { Clock, PeerKey, Random } from '../base/ports.ts'
import type { Manifest } from '../content/index.ts'
import type { BlockSource, ServedFile } from '../swarm/index.ts'
import type { Download, GetEvent, GetRequest } from './api.ts'
import { DownloadItem } from './download-item.ts'
import type { JobResult } from './download-job.ts'
import type { DownloadLimit } from './download-limit.ts'
import type { BlockClient, DownloadStore, PartFiles, ProviderFinder } from './download-ports.ts'
import { DownloadReading } from './download-reading.ts'
import { isUnchanged, newRecord, parseTarget, placeOf } from './download-target.ts'
import { NodeError, nodeStops, onlyFiles } from './errors.ts'
import type { FolderFile } from './fetched-file.ts'
import { FolderJob, type FolderResult } from './folder-job.ts'
import { keepPlaced } from './placed-files.ts'
import { ReaderLinger } from './reader-linger.ts'

/** Downloads that run at the same time. */
const MAX_RUNNING = 4
/** Those that somebody reads do not wait for others, up to this number. */
const MAX_RUNNING_READ = 8
/** Finished downloads that are remembered. The oldest goes. */
const MAX_FINISHED = 1_000
/** A disk that was full or read-only is tried again after this time, ms. */
const DISK_RETRY_MS = 30_000
/** How long a `get` looks for a source when it does not say, ms. */
const DEFAULT_TIMEOUT_MS = 30_000
/** Pause between two progress events of one download, ms. */
const PROGRESS_MS = 100

export interface DownloadsOptions {
  client: BlockClient
  files: PartFiles
  store: DownloadStore
  finder: ProviderFinder
  /** Files that this node shares: they are copied, not fetched. */
  own: BlockSource
  self: PeerKey
  clock: Clock
  random: Random
  /** Folder for results without a path of their own. */
  folder: string
  limit?: DownloadLimit | undefined
  /** A source says where another is that has the file. */
  introduce?(peer: PeerKey, addresses: string[]): Promise<void>
  /** How long a download for readers goes on without one, ms. */
  lingerMs?: number
  /** When a disk that was full or read-only is tried again, ms. */
  diskRetryMs?: number
  /** A file is in its place, to be shared again from there. */
  onFinished(path: string, manifest: Manifest): void
  /** The same for a folder: these files in it, and no others, were fetched. */
  onFolderFinished?(path: string, files: readonly FolderFile[]): void
  onUpdated?(download: Download): void
}

export class Downloads implements BlockSource {
  readonly #options: DownloadsOptions
  readonly #items = new Map<string, DownloadItem>()
  readonly #linger: ReaderLinger
  readonly #working = new Set<Promise<void>>()
  #stopped: AbortController | undefined

  constructor(options: DownloadsOptions) {
    this.#options = options
    this.#linger = new ReaderLinger(options.lingerMs, item => {
      // Whatever cannot be ended now ends with the node.
      void this.#endUnread(item).catch(() => undefined)
    })
  }

  /** Loads the downloads of earlier runs; the unfinished ones go on. */
  async start(signal: AbortSignal): Promise<void> {
    const stopped = new AbortController()
    this.#stopped = stopped
    signal.addEventListener('abort', () => stopped.abort(signal.reason), { signal: stopped.signal })
    const stored = await this.#options.store.load()
    for (const { record, have } of stored.sort((a, b) => a.record.createdAt - b.record.createdAt)) {
      // Its readers went with the last run.
      if (record.forReaders && record.state === 'unfinished') record.state = 'paused'
      this.#items.set(record.id, new DownloadItem(record, have))
    }
    this.#startWaiting()
  }

  /** Stops all runs and saves what they have. */
  async stop(): Promise<void> {
    this.#stopped?.abort(nodeStops())
    this.#linger.stop()
    await Promise.all([...this.#items.values()].map(item => item.halt('stopped')))
    while (this.#working.size > 0) await Promise.all(this.#working)
  }

  async *get(request: GetRequest, options: { signal: AbortSignal }): AsyncGenerator<GetEvent> {
    const item = await this.#itemFor(request)
    const timeoutMs = request.timeoutMs ?? DEFAULT_TIMEOUT_MS
    const unwatch = item.watch(timeoutMs)
    const signal =
      this.#stopped === undefined ? options.signal : AbortSignal.any([options.signal, this.#stopped.signal])
    try {
      this.#startWaiting()
      for (;;) {
        signal.throwIfAborted()
        if (item.failure !== undefined) throw item.failure
        if (item.record.state === 'done') break
        const seen = item.changes
        yield { type: 'progress', ...item.view() }
        await item.changed(seen, signal)
        await Promise.race([item.ended, wait(PROGRESS_MS)])
      }
      yield { type: 'done', ...item.view() }
    } finally {
      unwatch()
    }
  }

  /**
   * A reader of a file: of the download that there is, or of a new one, which goes on for as long as it has readers.
   *
   * @throws NodeError as `get`; `busy` when too many others are read; `bad-input` for a folder
   */
  async read(
    target: string,
    options: { timeoutMs?: number | undefined; signal: AbortSignal }
  ): Promise<DownloadReading> {
    const { files, store, clock } = this.#options
    const { cid, name } = parseTarget(target, files)
    const item = this.#folderWith(cid) ?? (await this.#itemToRead(cid, name, target))
    this.#linger.onBack(item)
    const stopped = this.#stopped?.signal ?? AbortSignal.abort(nodeStops())
    const opening = DownloadReading.open(
      item,
      cid,
      { files, store, clock, stopped, onClose: () => this.#linger.onLeft(item) },
      { timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS, signal: options.signal }
    )
    this.#startWaiting()
    return await opening
  }

  list(): Download[] {
    return [...this.#items.values()].map(item => item.view())
  }

  /** @throws NodeError `not-found`, or `conflict` when it has ended */
  async pause(id: string): Promise<Download> {
    const item = this.#unfinished(id)
    item.retryAt = undefined
    item.record.state = 'paused'
    await item.halt('paused')
    await this.#changed(item)
    return item.view()
  }

  /** Also for failed ones. @throws as `pause` */
  async resume(id: string): Promise<Download> {
    const item = this.#unfinished(id)
    this.#requeue(item)
    this.#startWaiting()
    await this.#options.store.save(item.record)
    return item.view()
  }

  /** @throws NodeError `not-found` */
  async cancel(id: string): Promise<Download> {
    const item = this.#item(id)
    this.#items.delete(id)
    await item.halt('cancelled')
    if (item.record.state !== 'done') {
      item.fail(new NodeError({ code: 'conflict', message: `download ${id} was cancelled` }))
      const { target, path, isFolder } = item.record
      if (isFolder) await this.#options.files.removeIn({ id, folder: path ?? target })
      else await this.#options.files.remove({ id, target })
    }
    await this.#options.store.remove(id)
    this.#startWaiting()
    return item.view()
  }

  /** What running downloads have of a file. */
  async find(root: string, _asker: PeerKey): Promise<ServedFile | undefined> {
    for (const item of this.#items.values()) {
      const served = item.job && item.file(root)?.served()
      if (served !== undefined) return served
    }
    return undefined
  }

  /** Peers from which a file is being fetched. */
  sourcesOf(root: string): PeerKey[] {
    const jobs = [...this.#items.values()].filter(({ record }) => record.cid === root)
    return jobs
      .flatMap(({ job }) => job?.sources ?? [])
      .flatMap(({ peer, bytes }) => (bytes > 0 ? [peer] : []))
  }

  #item(id: string): DownloadItem {
    const item = this.#items.get(id)
    if (item === undefined) throw new NodeError({ code: 'not-found', message: `there is no download ${id}` })
    return item
  }

  #unfinished(id: string): DownloadItem {
    const item = this.#item(id)
    if (item.record.state !== 'done') return item
    throw new NodeError({ code: 'conflict', message: `download ${id} is done` })
  }

  /** The download that a request starts, joins or finds finished. */
  async #itemFor(request: GetRequest): Promise<DownloadItem> {
    const { files, folder } = this.#options
    const { cid, name } = parseTarget(request.target, files)
    const target = await placeOf(request.output, name, { folder, files })
    const only = String(request.only ?? '')
    for (const item of [...this.#items.values()].reverse()) {
      const { record } = item
      if (record.cid !== cid || record.target !== target || String(record.only ?? '') !== only) continue
      await item.notEnding()
      if (record.state !== 'done') {
        delete record.forReaders
        if (record.state !== 'unfinished') this.#requeue(item)
        return item
      }
      if (await isUnchanged(record, this.#options)) return item
    }
    return await this.#create(cid, name, target, request)
  }

  /** A folder that is being fetched and has the file in it. */
  #folderWith(cid: string): DownloadItem | undefined {
    return [...this.#items.values()].find(
      ({ job }) => job instanceof FolderJob && job.file(cid) !== undefined
    )
  }

  async #itemToRead(cid: string, name: string, text: string): Promise<DownloadItem> {
    const { folder } = this.#options
    const items = [...this.#items.values()].filter(({ record }) => record.cid === cid)
    await Promise.all(items.map(item => item.notEnding()))
    for (const item of items)
      if (item.record.state === 'done' && (await isUnchanged(item.record, this.#options))) return item
    const item = items.find(({ job }) => job !== undefined) ?? items.find(it => it.record.state !== 'done')
    if (item === undefined) return await this.#create(cid, name, `${folder}/${name}`, { target: text }, true)
    if (item.record.isFolder) throw onlyFiles(cid)
    if (item.record.state !== 'unfinished') {
      // It is resumed for them only, and stays on the list when they have gone.
      item.isKept = item.record.forReaders !== true
      item.record.forReaders = true
      this.#requeue(item)
    }
    return item
  }

  async #create(
    cid: string,
    name: string,
    target: string,
    request: GetRequest,
    forReaders = false
  ): Promise<DownloadItem> {
    const onExists = request.onExists ?? 'rename'
    const there = onExists === 'rename' ? undefined : await this.#options.files.stat(target)
    if (there !== undefined && onExists === 'fail') {
      throw new NodeError({ code: 'conflict', message: `${target} is there already` })
    }
    const now = this.#options.clock.now()
    const skipped = there !== undefined && onExists === 'skip'
    const id = Buffer.from(this.#options.random.bytes(8)).toString('hex')
    const record = newRecord({ id, cid, name, target, now }, request, forReaders)
    if (skipped) {
      const { size, mtimeMs } = there
      Object.assign(record, { path: target, size, state: 'done', finishedAt: now, mtimeMs })
    }
    const item = new DownloadItem(record, undefined)
    // A file that was there is the answer, but it was never compared with the cid: it is not remembered as a download.
    if (skipped) return item
    this.#items.set(record.id, item)
    this.#track(this.#changed(item))
    return item
  }

  /** What is verified is kept for the next reader; what is nothing leaves the list. */
  async #endUnread(item: DownloadItem): Promise<void> {
    const { record, job, isKept } = item
    const isEmpty = (job?.bytesDone ?? record.bytesDone) === 0
    if (isKept) delete record.forReaders
    item.isKept = false
    await (isEmpty && !isKept ? this.cancel(record.id) : this.pause(record.id))
  }

  #requeue(item: DownloadItem): void {
    item.retryAt = undefined
    item.failure = undefined
    item.record.error = null
    item.record.state = 'unfinished'
    item.reopen()
  }

  #startWaiting(): void {
    if (this.#stopped === undefined || this.#stopped.signal.aborted) return
    let running = [...this.#items.values()].filter(item => item.job !== undefined).length
    for (const item of this.#items.values()) {
      if (running >= (item.isRead ? MAX_RUNNING_READ : MAX_RUNNING)) continue
      if (item.job !== undefined || item.record.state !== 'unfinished' || item.retryAt !== undefined) continue
      running++
      item.work = this.#run(item)
      this.#track(item.work)
    }
  }

  /** What is begun is ended before the node stops: a record that is not saved is a file that is fetched twice. */
  #track(work: Promise<void>): void {
    this.#working.add(work)
    void work.finally(() => this.#working.delete(work))
  }

  /** Never rejects: what goes wrong is the download's state. */
  async #run(item: DownloadItem): Promise<void> {
    const { client, files, store, finder, clock, random, self, own, limit, introduce } = this.#options
    const ports = {
      client,
      files,
      store,
      finder,
      clock,
      random,
      self,
      limit,
      ...(introduce === undefined ? {} : { introduce }),
      own: (root: string) => own.find(root, self),
      onChange: () => {
        item.notify()
        if (item.mayTell(clock.now(), PROGRESS_MS)) this.#options.onUpdated?.(item.view())
      }
    }
    try {
      const result = await item.run(ports)
      const facts = await files.stat(result.path)
      if ('files' in result && this.#items.has(item.record.id))
        await keepPlaced(store, item.record.id, result.path, result.files)
      Object.assign(item.record, {
        state: 'done',
        path: result.path,
        size: item.record.size ?? ('manifest' in result ? result.manifest.size : 0),
        finishedAt: clock.now(),
        mtimeMs: facts?.mtimeMs ?? 0
      })
      this.#pruneFinished()
      this.#shareAgain(item, result)
    } catch (error) {
      this.#onFailure(item, error)
    }
    await this.#changed(item)
    this.#startWaiting()
  }

  #shareAgain(item: DownloadItem, result: JobResult | FolderResult): void {
    try {
      if ('manifest' in result) this.#options.onFinished(result.path, result.manifest)
      else this.#options.onFolderFinished?.(result.path, result.files)
    } catch (error) {
      item.record.error = `finished, but not shared again: ${error instanceof Error ? error.message : error}`
    }
  }

  #onFailure(item: DownloadItem, error: unknown): void {
    if (item.isHalted) return
    const { record } = item
    const fault = error instanceof NodeError ? error.fault : undefined
    record.error = error instanceof Error ? error.message : String(error)
    // Before the first byte a person hears at once that the place is no good; later the disk may come back.
    if (fault?.code === 'disk' && (record.bytesDone > 0 || !item.isWatched)) {
      const { clock, diskRetryMs = DISK_RETRY_MS } = this.#options
      item.retryAt = clock.now() + diskRetryMs
      this.#retryLater(item, diskRetryMs)
      return
    }
    record.state = 'failed'
    item.fail(error)
  }

  #retryLater(item: DownloadItem, afterMs: number): void {
    const signal = this.#stopped?.signal
    void wait(afterMs, undefined, { ref: false, ...(signal === undefined ? {} : { signal }) }).then(
      () => {
        if (item.retryAt === undefined) return
        this.#requeue(item)
        this.#startWaiting()
      },
      () => undefined
    )
  }

  async #changed(item: DownloadItem): Promise<void> {
    item.notify()
    this.#options.onUpdated?.(item.view())
    if (!this.#items.has(item.record.id)) return
    try {
      await this.#options.store.save(item.record)
    } catch (error) {
      // What the record would have said is still true here; the next change is saved again.
      item.record.error ??= error instanceof Error ? error.message : String(error)
    }
  }

  #pruneFinished(): void {
    const finished = [...this.#items.values()].filter(item => item.record.state === 'done')
    for (const { record } of finished.slice(0, Math.max(0, finished.length - MAX_FINISHED))) {
      this.#items.delete(record.id)
      void this.#options.store.remove(record.id).catch(() => undefined)
    }
  }
}
