/**
 * One run of one download: from a cid to a verified file under its final name.
 *
 *   finding ──manifest──▶ verifying what is on disk ──▶ downloading ──last block──▶ finished
 *      ▲                                                     │
 *      └──────────────── every source gone ──────────────────┘
 */
import { Bitset } from '../base/bitset.ts'
import type { Clock, PeerKey, Random } from '../base/ports.ts'
import { buildManifest, type Manifest, sha256OfPieces, verifyBlockDigest } from '../content/index.ts'
import { RateMeter, type ServedFile, type SourceView, Swarm } from '../swarm/index.ts'
import { BLOCK_BYTES } from '../wire/limits.ts'
import type { DiskMemory } from './disk-memory.ts'
import type { DownloadLimit } from './download-limit.ts'
import type {
  BlockClient,
  DownloadRecord,
  DownloadStore,
  PartFile,
  PartFiles,
  ProviderFinder
} from './download-ports.ts'
import { isBan, SourcePool } from './download-sources.ts'
import { NodeError } from './errors.ts'
import { SourceSearch } from './source-search.ts'
import { flaggedBytes, keptManifest, VerifiedBlocks, verifyAgain } from './verified-blocks.ts'

/** How often the swarm is looked after when nothing comes. */
const TICK_MS = 250
/** One for all: of a thousand small files a stack each would show. */
const ENDED = new Error('the download has ended')

export interface JobPorts {
  client: BlockClient
  files: PartFiles
  store: DownloadStore
  finder: ProviderFinder
  limit?: DownloadLimit | undefined
  /** A source says where another is that has the file. */
  introduce?(peer: PeerKey, addresses: string[]): Promise<void>
  /** A file of ours with this cid, complete or not. */
  own(root: string): Promise<ServedFile | undefined>
  self: PeerKey
  clock: Clock
  random: Random
  /** What the runs before, which the disk ended, knew of it. */
  memory: DiskMemory
  /** Something that people see has changed. */
  onChange(): void
}

export interface JobResult {
  path: string
  manifest: Manifest
}

export class DownloadJob {
  readonly #record: DownloadRecord
  readonly #ports: JobPorts
  readonly #ended = new AbortController()
  readonly #finished = Promise.withResolvers<void>()
  readonly #meter: RateMeter
  readonly #pool: SourcePool
  readonly #search: SourceSearch
  readonly #savedFlags: Uint8Array | undefined
  readonly #readers = new Map<symbol, number>()
  #blocks: VerifiedBlocks | undefined
  #manifest: Manifest | undefined
  #preparing: Promise<void> | undefined
  #part: PartFile | undefined
  #opening: Promise<PartFile | undefined> | undefined
  /** What was at the target already, when it is the file itself. */
  #present: Manifest | undefined
  #swarm: Swarm | undefined
  #verifying = false
  #bytesDone: number
  #patience: { timeoutMs: number; since: number } | undefined

  /** @param flags - verified blocks of an earlier run, as saved; they are verified again */
  constructor(record: DownloadRecord, flags: Uint8Array | undefined, ports: JobPorts) {
    this.#record = record
    this.#savedFlags = flags
    this.#ports = ports
    this.#bytesDone = record.bytesDone
    this.#meter = new RateMeter(ports.clock.now())
    this.#pool = new SourcePool(record.cid, {
      ...ports,
      banned: record.sources.filter(({ state }) => isBan(state)),
      onSize: size => void this.#open(size).catch(error => this.#finished.reject(error)),
      onManifest: verifier => this.#prepareOnce(verifier.size, verifier.manifest(verifier.size ?? 0)),
      onBlock: (block, chunks, bytes) => this.#take(block, chunks, bytes),
      onFault: error => this.#finished.reject(error),
      onIdle: () => this.#search.wake()
    })
    this.#search = new SourceSearch(
      record.cid,
      { find: (cid, signal) => this.#findSources(cid, signal) },
      peer => this.#pool.join(peer)
    )
    this.#finished.promise.catch(() => undefined)
  }

  /** Flags as they were saved last, for the next run. */
  get flags(): Uint8Array | undefined {
    return this.#blocks?.flags.toBytes() ?? this.#savedFlags
  }

  get state(): 'finding' | 'verifying' | 'downloading' {
    if (this.#verifying) return 'verifying'
    return this.#pool.count > 0 && this.#swarm !== undefined ? 'downloading' : 'finding'
  }

  /** How it ends is decided. */
  get isEnding(): boolean {
    return this.#ended.signal.aborted
  }

  get bytesDone(): number {
    return this.#bytesDone
  }

  get rate(): number {
    return this.#meter.rate(this.#ports.clock.now())
  }

  get sources(): SourceView[] {
    return this.#pool.views()
  }

  /** From now on the run fails after `timeoutMs` without progress and without a source; undefined: it never does. */
  setPatience(timeoutMs: number | undefined): void {
    this.#patience = timeoutMs === undefined ? undefined : { timeoutMs, since: this.#ports.clock.now() }
  }

  /** Somebody reads from `block` on, until `endReading`: it is fetched before all else. */
  readAt(reader: symbol, block: number): void {
    this.#readers.set(reader, block)
    this.#swarm?.readAt(reader, block)
    this.#pool.pump()
  }

  endReading(reader: symbol): void {
    this.#readers.delete(reader)
    this.#swarm?.endReading(reader)
  }

  /** What is verified, for others to fetch. */
  served(): ServedFile | undefined {
    const [manifest, swarm, part, size] = [this.#manifest, this.#swarm, this.#part, this.#record.size]
    if (manifest === undefined || swarm === undefined || part === undefined || size === null) return undefined
    return {
      root: this.#record.cid,
      name: this.#record.name,
      size,
      blocks: manifest.blocks,
      has: block => swarm.has(block),
      innerNodes: async () => manifest.innerNodes,
      read: block => part.read(block)
    }
  }

  /**
   * Runs until the file is in its place.
   *
   * @throws NodeError `no-source`, `bad-content`, `disk`, `conflict`; or the reason of `signal`
   */
  async run(signal: AbortSignal): Promise<JobResult> {
    const onAbort = (): void => this.#finished.reject(signal.reason)
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) onAbort()
    const timer = setInterval(() => this.#tick(), TICK_MS)
    const working = this.#work(this.#ended.signal)
    try {
      await this.#finished.promise
      await this.#stop(working)
      return await this.#finish()
    } catch (error) {
      await this.#stop(working)
      if (error instanceof NodeError && error.fault.code === 'disk') await this.#keepForRetry()
      throw error
    } finally {
      clearInterval(timer)
      signal.removeEventListener('abort', onAbort)
      await this.#stop(working)
      await this.#opening?.then(part => part?.close()).catch(() => undefined)
    }
  }

  async #work(signal: AbortSignal): Promise<void> {
    const kept = await keptManifest(this.#ports.store, this.#record, buildManifest)
    // What goes wrong with it ends the run by itself.
    if (kept !== undefined) await this.#prepareOnce(kept.size, kept).catch(() => undefined)
    await this.#search.run(signal)
  }

  /** What this node has itself comes first, also when it was shared only now. */
  async *#findSources(cid: string, signal: AbortSignal): AsyncGenerator<PeerKey> {
    const own = await this.#ports.own(cid).catch(() => undefined)
    if (own !== undefined) this.#pool.joinLocal(own)
    yield* this.#ports.finder.find(cid, signal, this.#record.name)
  }

  async #stop(working: Promise<void>): Promise<void> {
    this.#ended.abort(ENDED)
    await working
    await this.#pool.close()
    await this.#preparing?.catch(() => undefined)
    await this.#blocks?.flush()
  }

  async #keepForRetry(): Promise<void> {
    const [part, blocks] = [this.#part, this.#blocks]
    if (part === undefined || blocks === undefined) return
    this.#ports.memory.keepPart(this.#record.id, blocks.flags.toBytes(), await part.seal())
  }

  async #finish(): Promise<JobResult> {
    const { onExists, id, target } = this.#record
    const { files } = this.#ports
    if (this.#present !== undefined) {
      await files.remove({ id, target })
      return { path: target, manifest: this.#present }
    }
    const [manifest, part, size] = [this.#manifest!, this.#part!, this.#record.size ?? 0]
    const { path, placed } = await part.finish(size, onExists)
    if (!placed) await files.remove({ id, target })
    return { path, manifest: manifest.blocks === 1 ? buildManifest(manifest.digests, size) : manifest }
  }

  #tick(): void {
    const now = this.#ports.clock.now()
    this.#pool.retry()
    this.#pool.pump()
    // A rate that falls is news, too.
    if (this.state === 'downloading') this.#ports.onChange()
    this.#blocks?.tick(now)
    if (this.#patience === undefined || this.#verifying) return
    if (this.#pool.count > 0) this.#patience.since = now
    else if (now - this.#patience.since >= this.#patience.timeoutMs) this.#finished.reject(this.#noSource())
  }

  #noSource(): NodeError {
    const { cid } = this.#record
    if (this.#pool.sawOnlyLiars) {
      return new NodeError({ code: 'bad-content', message: `every source of ${cid} sent wrong bytes` })
    }
    return new NodeError({ code: 'no-source', message: `no source of ${cid} could be reached` })
  }

  #prepareOnce(size: number | null, manifest: Manifest): Promise<void> {
    this.#preparing ??= this.#prepare(size, manifest)
    return this.#preparing
  }

  /** @param size - bytes of the file; of one with a single block they are known when that has come */
  async #prepare(size: number | null, manifest: Manifest): Promise<void> {
    try {
      const part = await this.#open(size)
      if (part === undefined) throw new Error('the file is there already')
      this.#part = part
      if (size !== null) this.#record.size = size
      this.#manifest = manifest
      const flags = await this.#verifyAgain(manifest, part)
      const { id } = this.#record
      const { store, random } = this.#ports
      if (size !== null) {
        await store.save(this.#record)
        if (manifest.blocks > 1) await store.saveDigests(id, manifest.digests)
      }
      const save = (bytes: Uint8Array) => store.saveHave(id, bytes)
      this.#blocks = new VerifiedBlocks(flags, save, error => this.#finished.reject(error))
      const swarm = new Swarm(
        { blocks: manifest.blocks, done: flags, sequential: this.#record.sequential },
        random
      )
      for (const [reader, block] of this.#readers) swarm.readAt(reader, block)
      this.#swarm = swarm
      this.#pool.begin(swarm, manifest.blocks, size)
      this.#ports.onChange()
      if (swarm.isDone) this.#finished.resolve()
    } catch (error) {
      this.#finished.reject(error)
      throw error
    }
  }

  /** Makes sure that there is room, and a file to write to; undefined when the file itself is in the place. */
  #open(size: number | null): Promise<PartFile | undefined> {
    this.#opening ??= this.#openOnce(size)
    return this.#opening
  }

  async #openOnce(size: number | null): Promise<PartFile | undefined> {
    const { id, target, cid } = this.#record
    const { files } = this.#ports
    const there = await files.stat(target)
    if (
      there !== undefined &&
      !there.isFolder &&
      (size === null ? there.size <= BLOCK_BYTES : there.size === size)
    ) {
      const manifest = await files.manifestOf(target, there.size, this.#ended.signal)
      if (manifest?.root === cid) {
        this.#present = manifest
        this.#record.size = manifest.size
        this.#bytesDone = manifest.size
        this.#finished.resolve()
        return undefined
      }
    }
    return await files.open({ id, target, ...(size === null ? {} : { size }) })
  }

  async #verifyAgain(manifest: Manifest, part: PartFile): Promise<Bitset> {
    const known = await this.#ports.memory.partFlags(this.#record.id, part)
    if (known !== undefined && manifest.blocks > 1) {
      const flags = Bitset.fromBytes(known, manifest.blocks)
      this.#bytesDone = flaggedBytes(flags, manifest.size)
      return flags
    }
    this.#verifying = this.#savedFlags !== undefined
    this.#ports.onChange()
    let verifiedBytes = 0
    const onBlock = (bytes: number): void => {
      if (manifest.blocks === 1) this.#record.size = bytes
      verifiedBytes += bytes
      this.#ports.onChange()
    }
    try {
      const flags = await verifyAgain(part, manifest, this.#savedFlags, onBlock, this.#ended.signal)
      // Until then it is told what the earlier run had.
      this.#bytesDone = verifiedBytes
      return flags
    } finally {
      this.#verifying = false
    }
  }

  /** Verifies a block and writes it. False: its bytes are wrong. */
  async #take(block: number, chunks: Uint8Array[], bytes: number): Promise<boolean> {
    const [manifest, part, swarm, blocks] = [this.#manifest!, this.#part!, this.#swarm!, this.#blocks!]
    if (!verifyBlockDigest(manifest, block, sha256OfPieces(chunks), bytes)) return false
    if (swarm.has(block)) return true
    await part.write(block, chunks)
    if (blocks.flags.has(block)) return true
    if (manifest.blocks === 1) this.#record.size = bytes
    this.#count(block, bytes, blocks)
    if (blocks.isComplete) this.#finished.resolve()
    return true
  }

  #count(block: number, bytes: number, blocks: VerifiedBlocks): void {
    const now = this.#ports.clock.now()
    this.#bytesDone += bytes
    this.#record.bytesDone = this.#bytesDone
    this.#meter.add(bytes, now)
    if (this.#patience !== undefined) this.#patience.since = now
    blocks.add(block, bytes, now)
    this.#ports.onChange()
  }
}
