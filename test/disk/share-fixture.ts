/**
 * Shares with the real adapters on a temporary folder, and what the catalogue would know of them.
 */
import {
  HashPool,
  JsonShareStore,
  mimeType,
  Scanner,
  SharedFiles,
  SqliteHashCache,
  Watcher
} from '../../src/adapters/files/index.ts'
import { seededRandom } from '../../src/base/random.ts'
import type { NodeEvent } from '../../src/node/api.ts'
import type { SharePorts } from '../../src/node/shares.ts'
import { Shares } from '../../src/node/shares.ts'
import type { Entry } from '../../src/wire/entry.ts'
import { type TemporaryFolder, temporaryFolder } from './files/temporary.ts'

interface FixtureOptions {
  reshare?: boolean
  /** How often roots are looked at, ms. */
  checkMs?: number
  ports?: Partial<SharePorts>
}

export class ShareFixture implements AsyncDisposable {
  readonly folder: TemporaryFolder
  readonly shares: Shares
  readonly served: SharedFiles
  readonly pool = new HashPool({ threads: 2 })
  /** Files that were announced and not withdrawn, by path. */
  readonly announced = new Map<string, Entry>()
  /** The same for folders: the roots of shares. */
  readonly folders = new Map<string, Entry>()
  /** Number of batches that the catalogue got. */
  batches = 0
  /** Withdrawn, in order. */
  readonly withdrawn: string[] = []
  readonly events: NodeEvent[] = []
  /** Added to the system's time, ms. */
  aheadMs = 0
  readonly #cache: SqliteHashCache
  readonly #abort = new AbortController()
  #wake: Array<() => void> = []

  constructor(folder: TemporaryFolder, options: FixtureOptions = {}) {
    this.folder = folder
    this.#cache = new SqliteHashCache(folder.join('data/hashes.db'))
    this.served = new SharedFiles({ digests: file => this.#cache.digests(file) })
    const ports: SharePorts = {
      scanner: new Scanner(),
      hasher: this.pool,
      cache: this.#cache,
      watcher: new Watcher(),
      store: new JsonShareStore(folder.join('data/shares.json')),
      served: this.served,
      sink: { changed: (added, removed) => this.#onChanged(added, removed) },
      clock: { now: () => Date.now() + this.aheadMs },
      random: seededRandom(Math.floor(performance.now() * 1000)),
      mimeOf: mimeType,
      isLan: peer => peer === 'lan-peer',
      emit: event => this.#onEvent(event),
      ...options.ports
    }
    this.shares = new Shares(ports, {
      self: 'me',
      dataFolder: folder.join('data'),
      reshare: options.reshare ?? true,
      ...(options.checkMs === undefined ? {} : { checkMs: options.checkMs })
    })
  }

  /** Shares are started. `folder`: that of an earlier fixture, for a restart. */
  static async start(options: FixtureOptions & { folder?: TemporaryFolder } = {}): Promise<ShareFixture> {
    const fixture = new ShareFixture(options.folder ?? (await temporaryFolder()), options)
    await fixture.shares.start(fixture.#abort.signal)
    return fixture
  }

  /** Announced paths, sorted. */
  get paths(): string[] {
    return [...this.announced.keys()].sort()
  }

  async scan(): Promise<void> {
    await this.shares.scan(undefined, { signal: AbortSignal.timeout(15_000) })
  }

  /** Resolves as soon as it is so; asked again whenever something is announced, withdrawn or told. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>(resolve => this.#wake.push(resolve))
  }

  /** Stops all, and leaves the folder to a later one. */
  async stop(): Promise<void> {
    await this.shares.stop()
    await this.pool.stop()
    await this.served.stop()
    this.#cache.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    await this.folder[Symbol.asyncDispose]()
  }

  #onChanged(added: Entry[], removed: Array<{ path: string; cid: string }>): void {
    this.batches++
    for (const { path, cid } of removed) {
      if (this.folders.get(path)?.cid === cid && this.folders.delete(path)) continue
      this.withdrawn.push(path)
      if (this.announced.get(path)?.cid === cid) this.announced.delete(path)
    }
    for (const entry of added) {
      if (entry.mime === 'inode/directory') this.folders.set(entry.path, entry)
      else this.announced.set(entry.path, entry)
    }
    this.#wakeAll()
  }

  #onEvent(event: NodeEvent): void {
    this.events.push(event)
    this.#wakeAll()
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }
}
