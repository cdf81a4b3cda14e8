/**
 * One run of one download: from a cid to a verified file under its final name.
 *
 *   finding ──manifest──▶ verifying what is on disk ──▶ downloading ──last block──▶ finished
 *      ▲                                                     │
 *      └──────────────── every source gone ──────────────────┘
 */
import { setTimeout as wait } from 'node:timers/promises'
import { Bitset } from '../base/bitset.ts'
import type { Clock, PeerKey, Random } from '../base/ports.ts'
import { buildManifest, type Manifest, type ManifestVerifier, verifyBlockDigest } from '../content/index.ts'
import { RateMeter, type ServedFile, type SourceView, Swarm } from '../swarm/index.ts'
import { hashChunks } from './block-hash.ts'
import type {
  BlockClient,
  DownloadRecord,
  DownloadStore,
  PartFile,
  PartFiles,
  ProviderFinder
} from './download-ports.ts'
import { SourcePool } from './download-sources.ts'
import { NodeError } from './errors.ts'

/** How often the swarm is looked after when nothing comes. */
const TICK_MS = 250
/** Pauses between two searches for sources: the first and the longest, ms. */
const MIN_SEARCH_PAUSE_MS = 1_000
const MAX_SEARCH_PAUSE_MS = 60_000
/** The flags of verified blocks are saved after so much time or so many bytes. A crash costs what is hashed again. */
const SAVE_FLAGS_MS = 500
const SAVE_FLAGS_BYTES = 8 * 1024 * 1024
/**
 * Blocks that were written after the flags were saved last are not lost: they mostly follow flagged ones, because a
 * source sends in the order of the file. So many blocks behind one that counts are looked at, flagged or not.
 */
const UNFLAGGED_BLOCKS = 4

export interface JobPorts {
  client: BlockClient
  files: PartFiles
  store: DownloadStore
  finder: ProviderFinder
  /** A file of ours with this cid, complete or not. */
  own(root: string): Promise<ServedFile | undefined>
  self: PeerKey
  clock: Clock
  random: Random
  /** Something that people see has changed. */
  onChange(): void
}

export interface JobResult {
  path: string
  manifest: Manifest
  mtimeMs: number
}

export class DownloadJob {
  readonly #record: DownloadRecord
  readonly #ports: JobPorts
  readonly #ended = new AbortController()
  readonly #finished = Promise.withResolvers<void>()
  readonly #meter: RateMeter
  readonly #pool: SourcePool
  #flags: Bitset | undefined
  #savedFlags: Uint8Array | undefined
  #manifest: Manifest | undefined
  #preparing: Promise<void> | undefined
  #part: PartFile | undefined
  #opening: Promise<PartFile> | undefined
  #swarm: Swarm | undefined
  #verifying = false
  #bytesDone: number
  #patience: { timeoutMs: number; since: number } | undefined
  #unsaved = { bytes: 0, since: 0 }
  #saving: Promise<void> = Promise.resolve()
  #wakeSearch: (() => void) | undefined

  /** @param flags - verified blocks of an earlier run, as saved; they are verified again */
  constructor(record: DownloadRecord, flags: Uint8Array | undefined, ports: JobPorts) {
    this.#record = record
    this.#savedFlags = flags
    this.#ports = ports
    this.#bytesDone = record.bytesDone
    this.#meter = new RateMeter(ports.clock.now())
    this.#pool = new SourcePool(record.cid, {
      ...ports,
      onSize: size => void this.#open(size).catch(error => this.#finished.reject(error)),
      onManifest: verifier => this.#prepareOnce(verifier),
      onBlock: (block, chunks, bytes) => this.#take(block, chunks, bytes),
      onFault: error => this.#finished.reject(error),
      onIdle: () => this.#wakeSearch?.()
    })
    this.#finished.promise.catch(() => undefined)
  }

  /** Flags as they were saved last, for the next run. */
  get flags(): Uint8Array | undefined {
    return this.#flags?.toBytes() ?? this.#savedFlags
  }

  get state(): 'finding' | 'verifying' | 'downloading' {
    if (this.#verifying) return 'verifying'
    return this.#pool.count > 0 && this.#swarm !== undefined ? 'downloading' : 'finding'
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
    const search = this.#search(this.#ended.signal)
    try {
      await this.#finished.promise
      await this.#stop(search)
      return await this.#finish()
    } finally {
      clearInterval(timer)
      signal.removeEventListener('abort', onAbort)
      await this.#stop(search)
      await this.#opening?.then(part => part.close()).catch(() => undefined)
    }
  }

  async #stop(search: Promise<void>): Promise<void> {
    this.#ended.abort(new Error('the download has ended'))
    await search
    await this.#pool.close()
    await this.#preparing?.catch(() => undefined)
    await this.#saving
    if (this.#unsaved.bytes > 0) await this.#saveFlags()
  }

  async #finish(): Promise<JobResult> {
    const { onExists, id, target } = this.#record
    const [manifest, part, size] = [this.#manifest!, this.#part!, this.#record.size ?? 0]
    const { path, placed } = await part.finish(size, onExists)
    if (!placed) await this.#ports.files.remove({ id, target })
    const facts = await this.#ports.files.stat(path)
    const sized = manifest.blocks === 1 ? buildManifest(manifest.digests, size) : manifest
    return { path, manifest: sized, mtimeMs: facts?.mtimeMs ?? 0 }
  }

  /** Looks for sources, ever more rarely, and at once again when the last one has gone. */
  async #search(signal: AbortSignal): Promise<void> {
    let pauseMs = MIN_SEARCH_PAUSE_MS
    const own = await this.#ports.own(this.#record.cid).catch(() => undefined)
    if (own !== undefined) this.#pool.joinLocal(own)
    while (!signal.aborted) {
      try {
        for await (const peer of this.#ports.finder.find(this.#record.cid, signal)) {
          if (this.#pool.join(peer)) pauseMs = MIN_SEARCH_PAUSE_MS
        }
      } catch {
        // A search that fails found nothing; the next one may.
      }
      const woken = await this.#pause(pauseMs, signal)
      pauseMs = woken ? MIN_SEARCH_PAUSE_MS : Math.min(MAX_SEARCH_PAUSE_MS, 2 * pauseMs)
    }
  }

  /** True when it was cut short. Even then it takes the shortest pause, so that a source that leaves at once costs little. */
  async #pause(ms: number, signal: AbortSignal): Promise<boolean> {
    const cut = new AbortController()
    let woken = false
    this.#wakeSearch = () => {
      woken = true
      cut.abort()
    }
    try {
      await wait(MIN_SEARCH_PAUSE_MS, undefined, { signal })
      await wait(ms - MIN_SEARCH_PAUSE_MS, undefined, { signal: AbortSignal.any([signal, cut.signal]) })
    } catch {
      // Woken or ended: the loop looks which.
    }
    this.#wakeSearch = undefined
    return woken
  }

  #tick(): void {
    const now = this.#ports.clock.now()
    this.#pool.pump()
    // A rate that falls is news, too.
    if (this.state === 'downloading') this.#ports.onChange()
    if (this.#unsaved.bytes > 0 && now - this.#unsaved.since >= SAVE_FLAGS_MS) void this.#saveFlags()
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

  #prepareOnce(verifier: ManifestVerifier): Promise<void> {
    this.#preparing ??= this.#prepare(verifier)
    return this.#preparing
  }

  async #prepare(verifier: ManifestVerifier): Promise<void> {
    try {
      // The size of a file of one block is known when the block has come.
      const { size } = verifier
      const manifest = verifier.manifest(size ?? 0)
      this.#part = await this.#open(size)
      if (size !== null) this.#record.size = size
      this.#manifest = manifest
      this.#flags = await this.#verifyAgain(manifest, this.#part)
      if (size !== null) await this.#ports.store.save(this.#record)
      const options = { blocks: manifest.blocks, done: this.#flags, sequential: this.#record.sequential }
      this.#swarm = new Swarm(options, this.#ports.random)
      this.#pool.begin(this.#swarm, manifest.blocks, size)
      if (this.#swarm.isDone) this.#finished.resolve()
    } catch (error) {
      this.#finished.reject(error)
      throw error
    }
  }

  /** Makes sure that there is room, and a file to write to. */
  #open(size: number | null): Promise<PartFile> {
    const { id, target } = this.#record
    this.#opening ??= this.#ports.files.open({ id, target, ...(size === null ? {} : { size }) })
    return this.#opening
  }

  /** Whatever was on disk before counts only if it still has the right hash: flags may be torn, files changed. */
  async #verifyAgain(manifest: Manifest, part: PartFile): Promise<Bitset> {
    const verified = new Bitset(manifest.blocks)
    const saved = savedFlags(this.#savedFlags, manifest.blocks)
    this.#bytesDone = 0
    if (saved === undefined) return verified
    this.#verifying = true
    this.#ports.onChange()
    let last = Number.NEGATIVE_INFINITY
    try {
      for (let block = 0; block < manifest.blocks && !this.#ended.signal.aborted; block++) {
        if (!saved.has(block) && block - last > UNFLAGGED_BLOCKS) continue
        const bytes = await part.read(block)
        if (!verifyBlockDigest(manifest, block, await hashChunks([bytes]), bytes.byteLength)) continue
        if (manifest.blocks === 1) this.#record.size = bytes.byteLength
        verified.add(block)
        last = block
        this.#bytesDone += bytes.byteLength
        this.#ports.onChange()
      }
    } finally {
      this.#verifying = false
    }
    return verified
  }

  /** Verifies a block and writes it. False: its bytes are wrong. */
  async #take(block: number, chunks: Uint8Array[], bytes: number): Promise<boolean> {
    const [manifest, part, swarm, flags] = [this.#manifest!, this.#part!, this.#swarm!, this.#flags!]
    if (!verifyBlockDigest(manifest, block, await hashChunks(chunks), bytes)) return false
    if (swarm.has(block)) return true
    await part.write(block, chunks)
    if (flags.has(block)) return true
    flags.add(block)
    if (manifest.blocks === 1) this.#record.size = bytes
    this.#count(bytes)
    if (flags.count === manifest.blocks) this.#finished.resolve()
    return true
  }

  #count(bytes: number): void {
    const now = this.#ports.clock.now()
    this.#bytesDone += bytes
    this.#record.bytesDone = this.#bytesDone
    this.#meter.add(bytes, now)
    if (this.#patience !== undefined) this.#patience.since = now
    if (this.#unsaved.bytes === 0) this.#unsaved.since = now
    this.#unsaved.bytes += bytes
    if (this.#unsaved.bytes >= SAVE_FLAGS_BYTES) void this.#saveFlags()
    this.#ports.onChange()
  }

  /** After the data, and one at a time. */
  #saveFlags(): Promise<void> {
    const flags = this.#flags
    if (flags === undefined || (this.#manifest?.blocks ?? 0) < 2) return Promise.resolve()
    this.#unsaved.bytes = 0
    this.#saving = this.#saving
      .then(() => this.#ports.store.saveHave(this.#record.id, flags.toBytes()))
      .catch(error => this.#finished.reject(error))
    return this.#saving
  }
}

/** Flags that do not fit the file say nothing. */
function savedFlags(bytes: Uint8Array | undefined, blocks: number): Bitset | undefined {
  if (bytes === undefined || bytes.length !== Math.ceil(blocks / 8)) return undefined
  return Bitset.fromBytes(bytes, blocks)
}
