/**
 * One run of the download of a folder: lists the tree, then fetches its files as downloads of their own, some at a time.
 *
 *   finding ──all folders read──▶ downloading ──last file──▶ finished
 */
import { setTimeout as wait } from 'node:timers/promises'
import { Bitset } from '../base/bitset.ts'
import type { PeerKey } from '../base/ports.ts'
import { blockCount, cidText, type DirectoryLink, fileSizeOf, type Manifest } from '../content/index.ts'
import type { ServedFile, SourceView } from '../swarm/index.ts'
import { MAX_DIRECTORY_ENTRIES, MAX_PATH_DEPTH } from '../wire/limits.ts'
import { DownloadJob, type JobPorts } from './download-job.ts'
import type { DownloadRecord } from './download-ports.ts'
import { NodeError } from './errors.ts'
import { FolderReader } from './folder-reader.ts'
import { LeafFetcher } from './leaf-fetcher.ts'
import { wantedBy } from './only-patterns.ts'

/** Small files that are asked for together, since requests and answers that go out together cost less, */
const GROUP_LEAVES = 32
/** and groups fetched at once: one waits for its round trip while the other is written. */
const CONCURRENT_GROUPS = 3
/** Large files fetched at once: they share the line. */
const CONCURRENT_FILES = 8
/** Folders read at once. */
const CONCURRENT_FOLDERS = 4
/** Peers of the folder are tried so long before others are searched for one file of it, ms. */
const SEARCH_AFTER_MS = 3_000

export interface FolderFile {
  /** Inside the folder, parts joined with `/`. */
  path: string
  /** Where it lies. */
  placed: string
  manifest: Manifest
}

export interface FolderResult {
  path: string
  files: FolderFile[]
}

interface Wanted {
  path: string
  name: string
  cid: string
  /** Bytes; near enough until the file is there. */
  size: number
  isLarge: boolean
}

export class FolderJob {
  readonly #record: DownloadRecord
  readonly #ports: JobPorts
  readonly #reader: FolderReader
  readonly #leaves: LeafFetcher
  readonly #isResumed: boolean
  readonly #running = new Map<Wanted, DownloadJob>()
  readonly #files: FolderFile[] = []
  readonly #given = new Map<PeerKey, SourceView>()
  /** Folders into which files came. */
  readonly #filled = new Set<string>()
  #listed = false
  #isEnding = false
  #total = 0
  #finishedBytes = 0
  /** Verified bytes of files whose run was cut short. */
  #cutBytes = 0
  #timeoutMs: number | undefined
  #failures: unknown[] = []

  constructor(record: DownloadRecord, ports: JobPorts) {
    this.#record = record
    this.#ports = ports
    this.#reader = new FolderReader(record.cid, ports)
    this.#leaves = new LeafFetcher(this.#reader, ports)
    this.#isResumed = record.bytesDone > 0
  }

  get flags(): undefined {
    return undefined
  }

  get state(): 'finding' | 'verifying' | 'downloading' {
    return this.#listed ? 'downloading' : 'finding'
  }

  /** How it ends is decided. */
  get isEnding(): boolean {
    return this.#isEnding
  }

  get bytesDone(): number {
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
    const all = new Map(this.#reader.views.map(view => [view.peer, view]))
    for (const view of this.#given.values()) all.set(view.peer, { ...view, rate: 0 })
    const running = [...this.#running.values()].flatMap(job => job.sources)
    for (const { peer, bytes, rate, state } of [...this.#leaves.sources, ...running]) {
      const known = all.get(peer)
      all.set(peer, { peer, bytes: (known?.bytes ?? 0) + bytes, rate: (known?.rate ?? 0) + rate, state })
    }
    return [...all.values()]
  }

  setPatience(timeoutMs: number | undefined): void {
    this.#timeoutMs = timeoutMs
    this.#reader.setPatience(timeoutMs)
    for (const job of this.#running.values()) job.setPatience(timeoutMs)
  }

  /** Its files are served by their own cids. */
  served(): undefined {
    return undefined
  }

  /** What is verified of one of its files. */
  servedFile(root: string): ServedFile | undefined {
    for (const [{ cid }, job] of this.#running) if (cid === root) return job.served()
    return undefined
  }

  /** @throws NodeError as DownloadJob, after all other files are there; or the reason of `signal` */
  async run(signal: AbortSignal): Promise<FolderResult> {
    const { files, onChange } = this.#ports
    try {
      const wanted = await this.#list(signal)
      this.#total = wanted.reduce((sum, { size }) => sum + size, 0)
      this.#record.size = this.#total
      this.#listed = true
      onChange()
      const folder = await files.openFolder(this.#record.path ?? this.#record.target)
      this.#record.path = folder.path
      const fetch = (one: Wanted): Promise<void> => this.#fetch(one, folder, signal)
      const leaves = wanted.filter(({ isLarge }) => !isLarge)
      await eachOf(groupsOf(leaves, GROUP_LEAVES), CONCURRENT_GROUPS, async group => {
        await Promise.all(group.map(fetch))
      })
      await eachOf(
        wanted.filter(({ isLarge }) => isLarge),
        CONCURRENT_FILES,
        fetch
      )
      signal.throwIfAborted()
      if (this.#failures.length > 0) throw this.#failure(wanted.length)
      await eachOf([...this.#filled], CONCURRENT_FOLDERS, files.syncFolder)
      this.#record.size = this.#finishedBytes
      return { path: folder.path, files: this.#files }
    } finally {
      this.#isEnding = true
      await this.#reader.close()
    }
  }

  /** All files of the tree, under names that are safe and differ. */
  async #list(signal: AbortSignal): Promise<Wanted[]> {
    const wanted: Wanted[] = []
    const isWanted = wantedBy(this.#record.only)
    let level: Array<{ cid: string; path: string }> = [{ cid: this.#record.cid, path: '' }]
    for (let depth = 0; level.length > 0; depth++) {
      const below: typeof level = []
      await eachOf(level, CONCURRENT_FOLDERS, async ({ cid, path }) => {
        const found = await this.#reader.read(cid, signal)
        if (found.kind === 'file') {
          if (!isWanted(path)) return
          wanted.push({
            path,
            name: path.slice(path.lastIndexOf('/') + 1),
            cid,
            size: fileSizeOf(found.root),
            isLarge: true
          })
          return
        }
        for (const { name, link } of this.#named(found.entries)) {
          const inside = path === '' ? name : `${path}/${name}`
          const child = cidText(link.codec, link.digest)
          if (link.codec === 'raw' && !isWanted(inside)) continue
          if (link.codec === 'raw')
            wanted.push({ path: inside, name, cid: child, size: link.dagSize, isLarge: false })
          else below.push({ cid: child, path: inside })
        }
        // The same folder can be in itself a thousand times by a thousand names; only the sum tells.
        if (wanted.length + below.length > MAX_DIRECTORY_ENTRIES)
          throw refused(`${this.#record.cid} has more than ${MAX_DIRECTORY_ENTRIES} entries`)
      })
      if (depth > MAX_PATH_DEPTH)
        throw refused(`${this.#record.cid} is more than ${MAX_PATH_DEPTH} folders deep`)
      level = below
    }
    if (wanted.length === 0 && this.#record.only !== undefined) {
      const message = `nothing in the folder is called like ${this.#record.only.join(' or ')}`
      throw new NodeError({ code: 'bad-input', field: 'only', message })
    }
    return wanted
  }

  /** Some systems take `A` and `a` for one name, so they are told apart by more. */
  #named(links: readonly DirectoryLink[]): Array<{ name: string; link: DirectoryLink }> {
    const taken = new Set<string>()
    return links.map(link => {
      const safe = this.#ports.files.safeName(link.name)
      let name = safe
      for (let number = 2; taken.has(name.toLowerCase()); number++)
        name = this.#ports.files.numberedName(safe, number)
      taken.add(name.toLowerCase())
      return { name, link }
    })
  }

  async #fetch(wanted: Wanted, folder: { path: string; isNew: boolean }, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    const target = `${folder.path}/${wanted.path}`
    try {
      const there = folder.isNew ? undefined : await this.#ports.files.manifestOf(target, wanted.size)
      if (there?.root === wanted.cid) this.#done(wanted, target, there)
      else await this.#download(wanted, target, signal)
    } catch (error) {
      if (!signal.aborted) this.#failures.push(error)
      // The disk will be no better for the next file.
      if (error instanceof NodeError && error.fault.code === 'disk') throw error
    }
    this.#ports.onChange()
  }

  async #download(wanted: Wanted, target: string, signal: AbortSignal): Promise<void> {
    const record = this.#childRecord(wanted, target)
    const leaf = wanted.isLarge ? undefined : await this.#leaves.fetch(record, wanted.size, signal)
    if (leaf !== undefined) return this.#placed(wanted, target, leaf)
    const blocks =
      wanted.isLarge && this.#isResumed ? Bitset.full(blockCount(wanted.size)).toBytes() : undefined
    const { files } = this.#ports
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
    job.setPatience(this.#timeoutMs)
    this.#running.set(wanted, job)
    try {
      const placed = await job.run(signal)
      this.#running.delete(wanted)
      this.#placed(wanted, target, placed)
    } finally {
      if (this.#running.delete(wanted)) this.#cutBytes += job.bytesDone
      for (const { peer, bytes, state } of job.sources) {
        this.#given.set(peer, { peer, bytes: (this.#given.get(peer)?.bytes ?? 0) + bytes, rate: 0, state })
      }
      const isGivenUp = (signal.reason as Error | undefined)?.message === 'cancelled'
      if (isGivenUp) await files.remove({ id: record.id, target })
    }
  }

  #placed(wanted: Wanted, target: string, { path, manifest }: { path: string; manifest: Manifest }): void {
    this.#filled.add(target.slice(0, target.lastIndexOf('/')))
    this.#done(wanted, path, manifest)
  }

  #done(wanted: Wanted, placed: string, manifest: Manifest): void {
    this.#total += manifest.size - wanted.size
    this.#record.size = this.#total
    this.#finishedBytes += manifest.size
    this.#files.push({ path: wanted.path, placed, manifest })
  }

  /** The peers of the folder; a search for the single file only when they are not enough. */
  async *#findersOf(cid: string, signal: AbortSignal): AsyncGenerator<PeerKey> {
    yield* this.#reader.peers
    await wait(SEARCH_AFTER_MS, undefined, { signal })
    yield* this.#ports.finder.find(cid, signal)
  }

  #childRecord({ name, cid, path }: Wanted, target: string): DownloadRecord {
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
      sources: [],
      createdAt,
      finishedAt: null,
      mtimeMs: null
    }
  }

  #failure(files: number): unknown {
    const [first] = this.#failures
    if (!(first instanceof NodeError) || files === 1) return first
    const message = `${this.#failures.length} of ${files} files could not be fetched: ${first.message}`
    return new NodeError({ ...first.fault, message }, { cause: first })
  }
}

const NO_STORE = {
  load: async () => [],
  save: async () => undefined,
  saveHave: async () => undefined,
  saveDigests: async () => undefined,
  loadDigests: async () => undefined,
  remove: async () => undefined
}

function refused(message: string): NodeError {
  return new NodeError({ code: 'bad-content', message })
}

function groupsOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size)
  )
}

/** Calls `work` for every item, `count` at a time. Ends with the first one that throws. */
async function eachOf<T>(
  items: readonly T[],
  count: number,
  work: (item: T) => Promise<void>
): Promise<void> {
  const iterator = items[Symbol.iterator]()
  const next = async (): Promise<void> => {
    for (const item of iterator) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(count, items.length) }, next))
}
