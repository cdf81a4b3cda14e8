/**
 * One run of the download of a folder: lists the tree, then fetches its files, some at a time. Files of one block come in
 * groups; the others, and what did not come that way, are downloads of their own.
 *
 *   finding ──all folders read──▶ downloading ──last file──▶ finished
 */
import { setTimeout as wait } from 'node:timers/promises'
import { Bitset } from '../base/bitset.ts'
import type { PeerKey } from '../base/ports.ts'
import { blockCount, type Manifest } from '../content/index.ts'
import type { SourceView } from '../swarm/index.ts'
import { DownloadJob, type JobPorts } from './download-job.ts'
import type { DownloadRecord, ProviderFinder } from './download-ports.ts'
import { isBan } from './download-sources.ts'
import { eachOf } from './each-of.ts'
import { NodeError } from './errors.ts'
import { type FetchedFile, type FolderFile, servedFrom } from './fetched-file.ts'
import { listFolder, type WantedFile } from './folder-listing.ts'
import { FolderReader } from './folder-reader.ts'
import { FolderSources } from './folder-sources.ts'
import { LeafFetcher } from './leaf-fetcher.ts'

/** Small files that are asked for together, since requests and answers that go out together cost less, */
const GROUP_LEAVES = 32
/** and groups fetched at once: some wait for their round trip while another one is written. */
const CONCURRENT_GROUPS = 3
/** Downloads of single files at once: they share the line. */
const CONCURRENT_FILES = 8
/** Folders whose names are synced at once. */
const CONCURRENT_SYNCS = 4
/** Peers of the folder are tried so long before others are searched for one file of it, ms. */
const SEARCH_AFTER_MS = 3_000
/** A file that nobody gives for so long makes room for others, and is tried again when these are there, ms. */
const FILE_PATIENCE_MS = 30_000
/** Pause before files that nobody gave are tried again, ms. */
const RETRY_PAUSE_MS = 10_000
/** How often its record is saved while it runs, ms. */
const SAVE_EVERY_MS = 2_000

export interface FolderResult {
  path: string
  files: FolderFile[]
}

interface OpenFolder {
  path: string
  /** It was made just now: nothing is in it that was not fetched in this run. */
  isNew: boolean
}

export class FolderJob {
  readonly #record: DownloadRecord
  readonly #ports: JobPorts
  readonly #sources: FolderSources
  readonly #leaves: LeafFetcher
  readonly #running = new Map<WantedFile, DownloadJob>()
  /** By cid, as soon as the tree is listed. */
  readonly #wanted = new Map<string, WantedFile>()
  /** Files that are being fetched. */
  readonly #begun = new Map<WantedFile, Promise<void>>()
  readonly #placed = new Map<WantedFile, FolderFile>()
  /** Files that did not come, with why. */
  readonly #failed = new Map<WantedFile, unknown>()
  readonly #readers = new Map<string, Map<symbol, number>>()
  readonly #given = new Map<PeerKey, SourceView>()
  /** Folders into which files came. */
  readonly #filled = new Set<string>()
  #folder: OpenFolder | undefined
  #signal = AbortSignal.abort()
  #isEnding = false
  #total = 0
  #finishedBytes = 0
  /** Verified bytes of files whose run was cut short. */
  #cutBytes = 0
  #timeoutMs: number | undefined
  #savedAt = 0
  #saving: Promise<void> = Promise.resolve()

  constructor(record: DownloadRecord, ports: JobPorts) {
    this.#record = record
    this.#ports = ports
    const finder: ProviderFinder = {
      find: (cid, signal) => ports.finder.find(cid, signal, record.name)
    }
    this.#sources = new FolderSources(record.cid, record.sources, { ...ports, finder })
    this.#leaves = new LeafFetcher(this.#sources, ports)
  }

  get flags(): undefined {
    return undefined
  }

  get state(): 'finding' | 'verifying' | 'downloading' {
    return this.#folder === undefined ? 'finding' : 'downloading'
  }

  /** How it ends is decided. */
  get isEnding(): boolean {
    return this.#isEnding
  }

  get bytesDone(): number {
    // Until it is known what there is, what an earlier run had.
    if (this.#folder === undefined) return this.#record.bytesDone
    let bytes = this.#finishedBytes + this.#cutBytes
    for (const job of this.#running.values()) bytes += job.bytesDone
    return Math.min(bytes, this.#total)
  }

  get rate(): number {
    let { rate } = this.#leaves
    for (const job of this.#running.values()) rate += job.rate
    return rate
  }

  get sources(): SourceView[] {
    const all = new Map(this.#sources.views.map(view => [view.peer, view]))
    const add = ({ peer, bytes, rate, state }: SourceView): void => {
      const known = all.get(peer)
      const isLiar = known !== undefined && isBan(known.state)
      all.set(peer, {
        peer,
        bytes: (known?.bytes ?? 0) + bytes,
        rate: (known?.rate ?? 0) + rate,
        state: isLiar ? known.state : state
      })
    }
    for (const view of this.#given.values()) add(view)
    for (const job of this.#running.values()) job.sources.forEach(add)
    return [...all.values()]
  }

  setPatience(timeoutMs: number | undefined): void {
    this.#timeoutMs = timeoutMs
    this.#sources.setPatience(timeoutMs)
    for (const job of this.#running.values()) job.setPatience(timeoutMs ?? FILE_PATIENCE_MS)
  }

  /** Its files are served by their own cids. */
  served(): undefined {
    return undefined
  }

  /** One of its files, once the tree is listed. What is said of it stays true when the run has ended. */
  file(cid: string): FetchedFile | undefined {
    const wanted = this.#wanted.get(cid)
    if (wanted === undefined) return undefined
    return {
      cid,
      name: wanted.name,
      served: () => {
        const file = this.#placed.get(wanted)
        return file ? servedFrom(wanted.name, file, this.#ports.files) : this.#running.get(wanted)?.served()
      },
      placed: () => {
        const file = this.#placed.get(wanted)
        return file && { path: file.placed, manifest: file.manifest }
      },
      readAt: (reader, block) => this.#readAt(wanted, reader, block),
      endReading: reader => {
        this.#readers.get(cid)?.delete(reader)
        this.#running.get(wanted)?.endReading(reader)
      }
    }
  }

  /** @throws NodeError as DownloadJob, after all other files are there; or the reason of `signal` */
  async run(signal: AbortSignal): Promise<FolderResult> {
    const { files } = this.#ports
    const ended = new AbortController()
    this.#signal = AbortSignal.any([signal, ended.signal])
    const searching = this.#sources.run(this.#signal)
    files.expectSmall()
    let isDiskFault = false
    try {
      await this.#fetchAll(await this.#list())
      await eachOf([...this.#filled], CONCURRENT_SYNCS, files.syncFolder)
      this.#record.size = this.#finishedBytes
      return { path: (this.#folder as OpenFolder).path, files: [...this.#placed.values()] }
    } catch (error) {
      isDiskFault = codeOf(error) === 'disk'
      throw error
    } finally {
      this.#isEnding = true
      ended.abort(ENDED)
      // Also what was begun for readers.
      await Promise.all([searching, ...this.#begun.values()].map(each => each.catch(() => undefined)))
      if (isDiskFault) for (const file of this.#placed.values()) this.#ports.memory.keepPlaced(file)
      await this.#sources.close()
      await this.#saving
    }
  }

  async #list(): Promise<WantedFile[]> {
    const { files, own, onChange } = this.#ports
    const reader = new FolderReader(this.#sources, own)
    const wanted = await listFolder(this.#record, reader, files, this.#signal)
    for (const file of wanted) if (!this.#wanted.has(file.cid)) this.#wanted.set(file.cid, file)
    this.#total = wanted.reduce((sum, { size }) => sum + size, 0)
    this.#record.size = this.#total
    this.#folder = await files.openFolder(this.#record.path ?? this.#record.target)
    this.#record.path = this.#folder.path
    this.#saveSometimes()
    onChange()
    return wanted
  }

  /** What nobody gives is tried again when all others are there: for ever, unless somebody waits for the end. */
  async #fetchAll(wanted: readonly WantedFile[]): Promise<void> {
    const small = wanted.filter(({ isLarge }) => !isLarge)
    await eachOf(groupsOf(small, GROUP_LEAVES), CONCURRENT_GROUPS, async group => {
      await Promise.all(group.map(file => this.#once(file, () => this.#fetchSmall(file))))
    })
    let left = wanted.filter(file => !this.#placed.has(file) && !this.#failed.has(file))
    for (;;) {
      await eachOf(left, CONCURRENT_FILES, file => this.#once(file, () => this.#fetch(file)))
      left = [...this.#failed].filter(([, error]) => codeOf(error) === 'no-source').map(([file]) => file)
      if (left.length === 0 || this.#timeoutMs !== undefined) break
      await wait(RETRY_PAUSE_MS, undefined, { signal: this.#signal })
      for (const file of left) this.#failed.delete(file)
    }
    if (this.#failed.size > 0) throw this.#failure(wanted.length)
  }

  /** Whoever wants a file waits for the same work: a reader may have begun it before its turn. */
  async #once(wanted: WantedFile, work: () => Promise<void>): Promise<void> {
    this.#signal.throwIfAborted()
    if (this.#placed.has(wanted)) return
    const begun = this.#begun.get(wanted) ?? work().finally(() => this.#begun.delete(wanted))
    this.#begun.set(wanted, begun)
    await begun
  }

  /** What does not come this way is neither there nor failed then. */
  async #fetchSmall(wanted: WantedFile): Promise<void> {
    const target = this.#targetOf(wanted)
    try {
      if (await this.#isThere(wanted, target)) return
      const leaf = await this.#leaves.fetch(this.#childRecord(wanted, target), wanted.size, this.#signal)
      if (leaf !== undefined) this.#done(wanted, target, leaf)
    } catch (error) {
      this.#onFailure(wanted, error)
    }
  }

  async #fetch(wanted: WantedFile): Promise<void> {
    const target = this.#targetOf(wanted)
    try {
      if (await this.#isThere(wanted, target)) return
      this.#done(wanted, target, await this.#download(wanted, target))
    } catch (error) {
      this.#onFailure(wanted, error)
    }
  }

  /** The other files go on, unless the disk takes nothing: it will be no better for the next one. */
  #onFailure(wanted: WantedFile, error: unknown): void {
    this.#signal.throwIfAborted()
    if (codeOf(error) === 'disk') throw error
    this.#failed.set(wanted, error)
  }

  /** Of an earlier run, or somebody's own. */
  async #isThere(wanted: WantedFile, target: string): Promise<boolean> {
    if (this.#folder?.isNew !== false) return false
    const there = await this.#ports.files.manifestOf(target, wanted.size, this.#signal)
    if (there?.root !== wanted.cid) return false
    this.#finish(wanted, target, there)
    return true
  }

  async #download(wanted: WantedFile, target: string): Promise<{ path: string; manifest: Manifest }> {
    const record = this.#childRecord(wanted, target)
    const { files } = this.#ports
    const mayHaveSome = wanted.isLarge && this.#folder?.isNew === false
    const blocks = mayHaveSome ? Bitset.full(blockCount(wanted.size)).toBytes() : undefined
    const job = new DownloadJob(record, blocks, {
      ...this.#ports,
      files: {
        ...files,
        open: options => files.open({ ...options, syncsName: false }),
        // What is in its place was looked at just now.
        stat: async () => undefined
      },
      finder: { find: (cid, ended) => this.#findersOf(cid, ended) },
      // Its bookkeeping is that of the folder; what was there is found by hashing.
      store: NO_STORE
    })
    job.setPatience(this.#timeoutMs ?? FILE_PATIENCE_MS)
    this.#running.set(wanted, job)
    for (const [reader, block] of this.#readers.get(wanted.cid) ?? []) job.readAt(reader, block)
    try {
      return await job.run(this.#signal)
    } catch (error) {
      this.#cutBytes += job.bytesDone
      throw error
    } finally {
      this.#running.delete(wanted)
      for (const view of job.sources) await this.#remember(view)
    }
  }

  /** Who lied about one file is not asked for another. */
  async #remember({ peer, bytes, state }: SourceView): Promise<void> {
    this.#given.set(peer, { peer, bytes: (this.#given.get(peer)?.bytes ?? 0) + bytes, rate: 0, state })
    if (isBan(state)) await this.#sources.ban(peer, state)
  }

  #done(wanted: WantedFile, target: string, { path, manifest }: { path: string; manifest: Manifest }): void {
    this.#filled.add(target.slice(0, target.lastIndexOf('/')))
    this.#finish(wanted, path, manifest)
  }

  #finish(wanted: WantedFile, placed: string, manifest: Manifest): void {
    this.#total += manifest.size - wanted.size
    this.#record.size = this.#total
    this.#finishedBytes += manifest.size
    const placedAt = this.#ports.clock.now()
    this.#placed.set(wanted, { path: wanted.path, placed, manifest, placedAt })
    this.#saveSometimes()
    this.#ports.onChange()
  }

  /** What a crash must not lose: that it is a folder, where it lies, and about how much of it is there. */
  #saveSometimes(): void {
    const now = this.#ports.clock.now()
    if (now - this.#savedAt < SAVE_EVERY_MS) return
    this.#savedAt = now
    this.#record.bytesDone = this.bytesDone
    // What cannot be saved now is saved at the end, or said there.
    this.#saving = this.#ports.store.save(this.#record).catch(() => undefined)
  }

  #readAt(wanted: WantedFile, reader: symbol, block: number): void {
    const { cid } = wanted
    const readers = this.#readers.get(cid) ?? new Map<symbol, number>()
    this.#readers.set(cid, readers.set(reader, block))
    this.#running.get(wanted)?.readAt(reader, block)
    // How it ends is told where it is waited for.
    if (!this.#isEnding) this.#once(wanted, () => this.#fetch(wanted)).catch(() => undefined)
  }

  /** The peers of the folder; a search for the single file only when they are not enough. */
  async *#findersOf(cid: string, signal: AbortSignal): AsyncGenerator<PeerKey> {
    yield* this.#sources.candidates
    await wait(SEARCH_AFTER_MS, undefined, { signal })
    yield* this.#ports.finder.find(cid, signal)
  }

  #targetOf({ path }: WantedFile): string {
    return `${(this.#folder as OpenFolder).path}/${path}`
  }

  #childRecord({ name, cid, path }: WantedFile, target: string): DownloadRecord {
    const { id, onExists, sequential, createdAt } = this.#record
    return {
      id: `${id}-${path}`,
      cid,
      name,
      target,
      path: null,
      onExists,
      sequential,
      size: null,
      state: 'unfinished',
      error: null,
      bytesDone: 0,
      sources: this.#sources.banned,
      createdAt,
      finishedAt: null,
      mtimeMs: null
    }
  }

  #failure(files: number): unknown {
    const [first] = this.#failed.values()
    if (!(first instanceof NodeError) || files === 1) return first
    const message = `${this.#failed.size} of ${files} files could not be fetched: ${first.message}`
    return new NodeError({ ...first.fault, message }, { cause: first })
  }
}

/** One for all: of a thousand small files a stack each would show. */
const ENDED = new Error('the download has ended')

const NO_STORE = {
  load: async () => [],
  save: async () => undefined,
  saveHave: async () => undefined,
  saveDigests: async () => undefined,
  loadDigests: async () => undefined,
  saveFiles: async () => undefined,
  loadFiles: async () => undefined,
  remove: async () => undefined
}

function codeOf(error: unknown): string | undefined {
  return error instanceof NodeError ? error.fault.code : undefined
}

function groupsOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size)
  )
}
