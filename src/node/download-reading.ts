/**
 * One reader of a download: waits for the blocks that it comes to, and has them fetched before all others.
 */
import type { Clock } from '../base/ports.ts'
import { buildManifest, type Manifest, ManifestVerifier } from '../content/index.ts'
import type { ServedFile } from '../swarm/index.ts'
import type { BlockReader } from './content-reader.ts'
import type { DownloadItem } from './download-item.ts'
import { DownloadJob } from './download-job.ts'
import type { DownloadStore, PartFiles } from './download-ports.ts'
import { NodeError } from './errors.ts'
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
  readonly manifest: Manifest
  readonly #item: DownloadItem
  readonly #ports: ReadingPorts
  readonly #key: symbol
  readonly #timeoutMs: number
  readonly #close: () => void

  private constructor(
    item: DownloadItem,
    ports: ReadingPorts,
    { manifest, key, timeoutMs, close }: { manifest: Manifest; key: symbol; timeoutMs: number; close(): void }
  ) {
    this.manifest = manifest
    this.#item = item
    this.#ports = ports
    this.#key = key
    this.#timeoutMs = timeoutMs
    this.#close = close
  }

  /**
   * Resolves when the size and the hashes of the file are known.
   *
   * @param options.timeoutMs - how long to wait for a source, now and later
   * @throws NodeError as the download, or `bad-input` for a folder
   */
  static async open(
    item: DownloadItem,
    ports: ReadingPorts,
    options: { timeoutMs: number; signal: AbortSignal }
  ): Promise<DownloadReading> {
    const { timeoutMs } = options
    const key = Symbol('reader')
    const signal = AbortSignal.any([options.signal, ports.stopped])
    const unwatch = item.watch(timeoutMs)
    let isOpen = true
    const close = (): void => {
      if (!isOpen) return
      isOpen = false
      unwatch()
      item.endReading(key)
      ports.onClose()
    }
    try {
      item.readAt(key, 0)
      const manifest = await manifestFor(item, ports, signal)
      return new DownloadReading(item, ports, { manifest, key, timeoutMs, close })
    } catch (error) {
      close()
      throw error
    }
  }

  get name(): string {
    return this.#item.record.name
  }

  async read(block: number, given: AbortSignal): Promise<Uint8Array> {
    const { clock, files, stopped } = this.#ports
    const signal = AbortSignal.any([given, stopped])
    const item = this.#item
    item.readAt(this.#key, block)
    let movedAt = clock.now()
    for (;;) {
      signal.throwIfAborted()
      const seen = item.changes
      const path = finishedPath(item)
      if (path !== undefined) return await files.readBlock(path, block)
      const served = servedOf(item)
      if (served?.has(block)) {
        const bytes = await served.read(block).catch(() => undefined)
        // It may have got its final name just now; then it is read from there.
        if (bytes !== undefined) return bytes
      }
      throwIfOver(item)
      if (item.isMoving) movedAt = clock.now()
      else if (clock.now() - movedAt > this.#timeoutMs) throw missing(item, block)
      await item.changed(seen, AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)]))
    }
  }

  close(): void {
    this.#close()
  }
}

async function manifestFor(item: DownloadItem, ports: ReadingPorts, signal: AbortSignal): Promise<Manifest> {
  const { record } = item
  for (;;) {
    signal.throwIfAborted()
    if (record.isFolder) {
      const message = `${record.cid} is a folder, and only files can be read`
      throw new NodeError({ code: 'bad-input', field: 'target', message })
    }
    const seen = item.changes
    const path = finishedPath(item)
    const served = servedOf(item)
    if (path !== undefined) return await finishedManifest(item, path, ports)
    if (served !== undefined) return await servedManifest(served)
    throwIfOver(item)
    await item.changed(seen, signal)
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
  { files, store }: ReadingPorts
): Promise<Manifest> {
  const manifest =
    (await keptManifest(store, record, buildManifest)) ?? (await files.manifestOf(path, record.size ?? 0))
  if (manifest?.root === record.cid) return manifest
  throw new NodeError({ code: 'conflict', message: `${path} was changed since it was fetched` })
}

function finishedPath({ record }: DownloadItem): string | undefined {
  return record.state === 'done' ? (record.path ?? record.target) : undefined
}

function servedOf({ job }: DownloadItem): ServedFile | undefined {
  return job instanceof DownloadJob ? job.served() : undefined
}

function throwIfOver(item: DownloadItem): void {
  if (item.failure !== undefined) throw item.failure
  if (item.retryAt !== undefined)
    throw new NodeError({ code: 'disk', message: item.record.error ?? 'the disk takes nothing' })
  if (item.record.state === 'paused')
    throw new NodeError({ code: 'conflict', message: `download ${item.record.id} was paused` })
}

function missing({ record }: DownloadItem, block: number): NodeError {
  const message = `nobody gives block ${block} of ${record.cid}`
  return new NodeError({ code: 'no-source', message })
}
