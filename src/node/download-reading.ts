/**
 * One reader of a download: waits for the blocks that it comes to, and has them fetched before all others.
 */
import type { Clock } from '../base/ports.ts'
import { buildManifest, type Manifest, ManifestVerifier } from '../content/index.ts'
import type { ServedFile } from '../swarm/index.ts'
import type { BlockReader } from './content-reader.ts'
import type { DownloadItem } from './download-item.ts'
import type { DownloadStore, PartFiles } from './download-ports.ts'
import { NodeError, onlyFiles } from './errors.ts'
import type { FetchedFile } from './fetched-file.ts'
import { keptManifest } from './verified-blocks.ts'

/** A block that does not come is looked for again so often, ms: news are told as they come, their absence is not. */
const LOOK_MS = 500

export interface ReadingPorts {
  files: Pick<PartFiles, 'readBlock' | 'manifestOf'>
  store: Pick<DownloadStore, 'loadDigests'>
  clock: Clock
  /** Aborts when the node stops. */
  stopped: AbortSignal
  /** The reader has gone. */
  onClose(): void
}

export class DownloadReading implements BlockReader {
  readonly #item: DownloadItem
  readonly #cid: string
  readonly #ports: ReadingPorts
  readonly #timeoutMs: number
  readonly #key = Symbol('reader')
  readonly #unwatch: () => void
  #file: FetchedFile | undefined
  #job: DownloadItem['job']
  #manifest: Manifest | undefined
  #block = 0
  #isOpen = true

  /** Use `open`. */
  private constructor(item: DownloadItem, cid: string, ports: ReadingPorts, timeoutMs: number) {
    this.#item = item
    this.#cid = cid
    this.#ports = ports
    this.#timeoutMs = timeoutMs
    // Who reads one file of a folder does not decide how long the others are waited for.
    this.#unwatch = item.record.cid === cid ? item.watch(timeoutMs) : () => {}
  }

  /**
   * Resolves when the size and the hashes of the file are known.
   *
   * @param cid - of the file that `item` fetches, or of one in its folder
   * @param options.timeoutMs - how long to wait for a source, now and later
   * @throws NodeError as the download, `busy` when its turn does not come in that time, or `bad-input` for a folder
   */
  static async open(
    item: DownloadItem,
    cid: string,
    ports: ReadingPorts,
    { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal }
  ): Promise<DownloadReading> {
    const reading = new DownloadReading(item, cid, ports, timeoutMs)
    try {
      reading.#manifest = await reading.#until(
        signal,
        file => reading.#manifestOf(file),
        'the list of blocks'
      )
      return reading
    } catch (error) {
      reading.close()
      throw error
    }
  }

  get name(): string {
    return this.#file?.name ?? this.#item.record.name
  }

  get manifest(): Manifest {
    return this.#manifest as Manifest
  }

  async read(block: number, signal: AbortSignal): Promise<Uint8Array> {
    this.#block = block
    this.#file?.readAt(this.#key, block)
    return await this.#until(signal, file => this.#blockOf(file, block), `block ${block}`)
  }

  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#unwatch()
    this.#file?.endReading(this.#key)
    this.#ports.onClose()
  }

  /** Looks for something whenever there is news of the download. */
  async #until<T>(
    given: AbortSignal,
    look: (file: FetchedFile) => Promise<T | undefined>,
    what: string
  ): Promise<T> {
    const { clock, stopped } = this.#ports
    const signal = AbortSignal.any([given, stopped])
    const item = this.#item
    let movedAt = clock.now()
    let wasQueued = item.isQueued
    for (;;) {
      signal.throwIfAborted()
      if (item.record.isFolder && item.record.cid === this.#cid) throw onlyFiles(this.#cid)
      const seen = item.changes
      const file = this.#current()
      const found = file && (await look(file))
      if (found !== undefined) return found
      throwIfOver(item)
      // Sources are waited for from its turn on.
      if (item.isMoving || item.isQueued !== wasQueued) movedAt = clock.now()
      else if (clock.now() - movedAt > this.#timeoutMs) throw this.#timedOut(what)
      wasQueued = item.isQueued
      await item.changed(seen, AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)]))
    }
  }

  #timedOut(what: string): NodeError {
    const { record, isQueued } = this.#item
    if (!isQueued)
      return new NodeError({ code: 'no-source', message: `nobody gives ${what} of ${this.#cid}` })
    const message = `${record.name} has to wait for files that others read: try again when one of them has ended`
    return new NodeError({ code: 'busy', message })
  }

  /** Another run of a folder has other files; that of an ended one still says where they lie. */
  #current(): FetchedFile | undefined {
    const { job } = this.#item
    if (this.#file !== undefined && job === this.#job) return this.#file
    const file = this.#item.file(this.#cid)
    if (file === undefined) return this.#file
    this.#job = job
    this.#file = file
    file.readAt(this.#key, this.#block)
    return file
  }

  async #manifestOf(file: FetchedFile): Promise<Manifest | undefined> {
    const placed = file.placed()
    if (placed?.manifest !== undefined) return placed.manifest
    if (placed !== undefined) return await finishedManifest(this.#item, placed.path, this.#ports)
    const served = file.served()
    return served && (await servedManifest(served))
  }

  async #blockOf(file: FetchedFile, block: number): Promise<Uint8Array | undefined> {
    const placed = file.placed()
    if (placed !== undefined) return await this.#ports.files.readBlock(placed.path, block)
    const served = file.served()
    // It may have got its final name just now; then it is read from there.
    return served?.has(block) ? await served.read(block).catch(() => undefined) : undefined
  }
}

/** The manifest of a file that is served from here. */
export async function servedManifest(file: ServedFile): Promise<Manifest> {
  const verifier = new ManifestVerifier(file.root)
  if (!verifier.done) for (const node of await file.innerNodes()) verifier.add(node)
  return verifier.manifest(file.size)
}

async function finishedManifest(
  { record }: DownloadItem,
  path: string,
  { files, store, stopped }: ReadingPorts
): Promise<Manifest> {
  const manifest =
    (await keptManifest(store, record, buildManifest)) ??
    (await files.manifestOf(path, record.size ?? 0, stopped))
  if (manifest?.root === record.cid) return manifest
  throw new NodeError({ code: 'conflict', message: `${path} was changed since it was fetched` })
}

function throwIfOver(item: DownloadItem): void {
  if (item.failure !== undefined) throw item.failure
  if (item.retryAt !== undefined)
    throw new NodeError({ code: 'disk', message: item.record.error ?? 'the disk takes nothing' })
  if (item.record.state === 'paused')
    throw new NodeError({ code: 'conflict', message: `download ${item.record.id} was paused` })
}
