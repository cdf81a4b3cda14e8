/**
 * The shares of this node: what it offers, in place.
 */
import { basename, relative, sep } from 'node:path'
import type { Clock, PeerKey, Random } from '../base/ports.ts'
import { ContentError, type Manifest } from '../content/index.ts'
import type { BlockSource, ServedFile } from '../swarm/index.ts'
import type { Entry } from '../wire/entry.ts'
import type { Audience, NodeEvent, Share, SharePreview } from './api.ts'
import { NodeError } from './errors.ts'
import { HashQueue } from './hash-queue.ts'
import { type LinkedCid, linkedCids } from './linked-cids.ts'
import { ShareList } from './share-list.ts'
import { shareName } from './share-name.ts'
import { ShareOutbox } from './share-outbox.ts'
import type {
  EntrySink,
  FileHasher,
  HashCache,
  HashedFile,
  RootFacts,
  SavedShare,
  ServedFiles,
  ShareScanner,
  ShareStore,
  ShareWatcher
} from './share-ports.ts'
import { isInside, refuseOverlap, shareable } from './share-refusals.ts'
import { ShareTracker } from './share-tracker.ts'

/** How often roots are looked at, ms: within it a drive that came back is noticed. */
const CHECK_MS = 10_000
/** How often everything is looked at, ms: what the watches missed, on network disks most of all. */
const RESCAN_MS = 5 * 60_000

export interface SharePorts {
  scanner: ShareScanner
  hasher: FileHasher
  cache: HashCache
  watcher: ShareWatcher
  store: ShareStore
  served: ServedFiles
  sink: EntrySink
  clock: Clock
  random: Random
  mimeOf(name: string): string
  isLan(peer: PeerKey): boolean
  emit(event: NodeEvent): void
  /** Hashes that could not be remembered; the files are shared all the same. */
  onCacheError?: (error: unknown) => void
  /** Told what should not have happened; the shares go on. */
  onError?: (error: unknown) => void
}

export interface SharesOptions {
  /** PeerId of this node, which may see all shares. */
  self: PeerKey
  /** Nothing in there may be shared. */
  dataFolder: string
  /** Share what was downloaded. */
  reshare: boolean
  rescanMs?: number
  checkMs?: number
}

export class Shares implements BlockSource {
  readonly #ports: SharePorts
  readonly #options: SharesOptions
  readonly #queue: HashQueue
  readonly #outbox: ShareOutbox
  readonly #trackers = new Map<string, ShareTracker>()
  /** Downloads of earlier runs that are not shared in this one. */
  #dormant: SavedShare[] = []
  /** Shares of which entries of an earlier run may be announced that are no more. */
  #unsure = new Set<ShareTracker>()
  readonly #list: ShareList
  #timer: NodeJS.Timeout | undefined
  #signal: AbortSignal | undefined
  #onAbort = (): void => this.#tell(this.stop())

  constructor(ports: SharePorts, options: SharesOptions) {
    this.#ports = ports
    this.#options = options
    this.#queue = new HashQueue(ports)
    this.#list = new ShareList(ports.store, () => [
      ...this.#dormant,
      ...[...this.#trackers.values()].map(({ saved }) => saved)
    ])
    this.#outbox = new ShareOutbox({
      cache: ports.cache,
      served: ports.served,
      sink: ports.sink,
      updated: share => ports.emit({ type: 'share:updated', share }),
      onCacheError: error => ports.onCacheError?.(error),
      onError: error => ports.onError?.(error),
      now: () => ports.clock.now()
    })
  }

  /** Resolves when the list is known; scanning and hashing go on. @throws NodeError `disk` */
  async start(signal: AbortSignal): Promise<void> {
    const saved = await this.#ports.store.load()
    signal.throwIfAborted()
    this.#signal = signal
    signal.addEventListener('abort', this.#onAbort, { once: true })
    for (const share of saved) {
      if (share.kind === 'download' && !this.#options.reshare) this.#dormant.push(share)
      else this.#track(share).changed()
    }
    this.#unsure = new Set(this.#trackers.values())
    const scanned = Promise.all([...this.#unsure].map(tracker => tracker.idle()))
    this.#tell(scanned.then(() => this.#reconcile()))
    this.#timer = setInterval(() => this.#tell(this.#check()), this.#options.checkMs ?? CHECK_MS)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#signal?.removeEventListener('abort', this.#onAbort)
    this.#queue.stop()
    await Promise.all([...this.#trackers.values()].map(tracker => tracker.close()))
    await this.#list.saved()
    this.#outbox.flush()
  }

  list(): Share[] {
    return [...this.#trackers.values()].map(tracker => tracker.view())
  }

  /** What is offered to everybody. */
  totals(): { files: number; bytes: number } {
    const totals = { files: 0, bytes: 0 }
    for (const tracker of this.#trackers.values()) {
      if (tracker.saved.to !== 'all') continue
      const { files, bytes } = tracker.view()
      totals.files += files
      totals.bytes += bytes
    }
    return totals
  }

  /** Whether this node offers a cid itself. */
  async has(cid: string): Promise<boolean> {
    if ((await this.find(cid, this.#options.self)) !== undefined) return true
    return this.#trackers.values().some(tracker => tracker.entries().some(entry => entry.cid === cid))
  }

  /** A folder in one of the shares. Files are found where they are served from. */
  async find(root: string, asker: PeerKey): Promise<ServedFile | undefined> {
    for (const tracker of this.#trackers.values()) {
      const folder = tracker.findFolder(root, asker)
      if (folder !== undefined) return folder
    }
    return undefined
  }

  /**
   * What a path of this machine is to peers.
   *
   * @param path - absolute
   * @throws NodeError `not-found` when it is in no share, `conflict` when it is not hashed yet
   */
  async locate(path: string): Promise<Pick<Entry, 'cid' | 'name' | 'size'>> {
    const root = await this.#ports.scanner.inspect(path)
    const real = typeof root === 'string' ? path : root.real
    const tracker = [...this.#trackers.values()].find(candidate => isInside(candidate.real, real))
    if (tracker == null)
      throw new NodeError({
        code: 'not-found',
        message: `${path} is in no share; offer it with: p2pnode share`
      })
    const found = tracker.at(relative(tracker.real, real).split(sep).join('/'))
    if (found != null) return found
    const isHashing = tracker.view().state === 'scanning'
    throw new NodeError(
      isHashing
        ? { code: 'conflict', message: `${path} is not hashed yet: try again later` }
        : { code: 'not-found', message: `${path} is in the share ${tracker.saved.path}, but not shared` }
    )
  }

  /**
   * What sharing a path would offer, and what not and why.
   *
   * @throws NodeError as `share`
   */
  async *preview(path: string, options: { signal: AbortSignal }): AsyncGenerator<SharePreview> {
    const root = await shareable(path, this.#ports.scanner, this.#options.dataFolder)
    refuseOverlap(path, root.real, this.#trackers.values())
    const sum = { files: 0, bytes: 0, ignored: 0, refused: 0 }
    for await (const found of this.#ports.scanner.preview(root.real, options)) {
      if (found.kind === 'file') {
        sum.files++
        sum.bytes += found.file.size
        yield { type: 'file', path: found.path || basename(root.real), size: found.file.size }
      } else if (found.kind === 'ignored') {
        sum.ignored++
        yield { type: 'ignored', path: found.path, reason: found.reason }
      } else {
        sum.refused++
        yield { type: 'refused', path: found.path, message: found.message }
      }
    }
    yield { type: 'done', ...sum }
  }

  /** Nothing is hashed until `resumeHashing`. Shares that wait for it are `paused`. */
  pauseHashing(): Share[] {
    this.#queue.pause()
    for (const tracker of this.#trackers.values()) tracker.onPause()
    return this.list()
  }

  resumeHashing(): Share[] {
    this.#queue.resume()
    for (const tracker of this.#trackers.values()) tracker.onPause()
    return this.list()
  }

  /** Own entries that all may see. */
  announced(): Entry[] {
    const open = [...this.#trackers.values()].filter(({ saved }) => saved.to === 'all')
    return open.flatMap(tracker => tracker.entries())
  }

  /** Cids that people pass on as links, as far as all may see them; at most `limit`. */
  linked(limit: number): LinkedCid[] {
    return linkedCids([...this.#trackers.values()], limit)
  }

  /** Own entries, also those that only some may see. */
  entries(): Entry[] {
    return [...this.#trackers.values()].flatMap(tracker => tracker.entries())
  }

  /**
   * Adds a share. Resolves before it is scanned; it survives a restart then.
   *
   * @param path - absolute
   * @throws NodeError `bad-input` with field `path`; `disk` when it could not be kept, and nothing is shared
   */
  async share(path: string, options: { to?: Audience | undefined } = {}): Promise<Share> {
    const root = await shareable(path, this.#ports.scanner, this.#options.dataFolder)
    refuseOverlap(path, root.real, this.#trackers.values())
    const inside = [...this.#trackers.values()].filter(({ real }) => isInside(root.real, real))
    // No waiting from the check to here: two calls for one path must not both pass it.
    const leaving = new Set(inside.map(({ saved }) => saved.id))
    const tracker = this.#add(root, 'share', options.to ?? 'all', { leaving })
    try {
      await this.#list.save(leaving)
    } catch (error) {
      await this.#remove(tracker.saved.id)
      throw error
    }
    for (const id of leaving) await this.#remove(id)
    tracker.changed()
    return tracker.view()
  }

  /**
   * Ends a share and withdraws its entries.
   *
   * @param target - id or path of it
   * @throws NodeError `not-found`; `disk` when it would be there again after a restart, and it is still shared
   */
  async unshare(target: string): Promise<Share> {
    const tracker = await this.#find(target)
    const share = tracker.view()
    await this.#list.save([tracker.saved.id])
    await this.#remove(tracker.saved.id)
    return share
  }

  /**
   * Looks for changes. Resolves when they are hashed and reported.
   *
   * @param target - id or path of one share; all without it
   * @throws NodeError `not-found`
   */
  async scan(target: string | undefined, options: { signal: AbortSignal }): Promise<Share[]> {
    const trackers = target == null ? [...this.#trackers.values()] : [await this.#find(target)]
    for (const tracker of trackers) tracker.changed()
    const { promise: aborted, reject } = Promise.withResolvers<never>()
    const onAbort = (): void => reject(options.signal.reason)
    options.signal.throwIfAborted()
    options.signal.addEventListener('abort', onAbort, { once: true })
    try {
      await Promise.race([Promise.all(trackers.map(tracker => tracker.idle())), aborted])
    } finally {
      options.signal.removeEventListener('abort', onAbort)
    }
    this.#outbox.flush()
    return trackers.map(tracker => tracker.view())
  }

  /**
   * Shares a file that was just downloaded from where it was written. Its hashes are known and not computed again.
   *
   * @returns its share, or the one that it lies in; undefined when downloads are not shared
   * @throws ContentError `vanished` or `changed`
   */
  async addFinished(path: string, manifest: Manifest): Promise<Share | undefined> {
    const root = await this.#ports.scanner.inspect(path)
    const file = typeof root === 'string' ? undefined : await this.#ports.scanner.facts(root.real)
    if (typeof root === 'string' || file == null) throw new ContentError({ code: 'vanished', name: path })
    if (file.size !== manifest.size) throw new ContentError({ code: 'changed', name: path })
    this.#ports.cache.put([{ file, root: manifest.root, digests: manifest.digests }])
    const around = [...this.#trackers.values()].find(({ real }) => isInside(real, root.real))
    if (around != null) {
      around.changed([relative(around.real, root.real).split(sep).join('/')])
      return around.view()
    }
    if (!this.#options.reshare) return undefined
    const tracker = this.#add(root, 'download', 'all')
    await this.#list.save()
    tracker.changed()
    return tracker.view()
  }

  /**
   * Shares a folder that was just downloaded, as one share: the files that were fetched and no others.
   *
   * @param files - `path`: inside the folder, `placed`: where it lies, which is elsewhere when its name was taken
   */
  async addFinishedFolder(
    path: string,
    files: ReadonlyArray<{ path: string; placed: string; manifest: Manifest }>
  ): Promise<Share | undefined> {
    const root = await this.#ports.scanner.inspect(path)
    if (typeof root === 'string') throw new ContentError({ code: 'vanished', name: path })
    const hashed: HashedFile[] = []
    for (const { placed, manifest } of files) {
      const file = await this.#ports.scanner.facts(placed)
      if (file?.size === manifest.size) hashed.push({ file, root: manifest.root, digests: manifest.digests })
    }
    this.#ports.cache.put(hashed)
    const around = [...this.#trackers.values()].find(({ real }) => isInside(real, root.real))
    if (around != null) {
      around.changed([relative(around.real, root.real).split(sep).join('/')])
      return around.view()
    }
    // A share in there, or nothing to share: the folder stays as it is.
    const inside = [...this.#trackers.values()].filter(({ real }) => isInside(root.real, real))
    const isFree = inside.every(({ saved }) => saved.kind === 'download')
    if (!this.#options.reshare || hashed.length === 0 || !isFree) return undefined
    for (const { saved } of inside) await this.#remove(saved.id)
    const only = hashed.map(({ file }) =>
      relative(root.real, file.absolute).split(sep).join('/').normalize('NFC')
    )
    const tracker = this.#add(root, 'download', 'all', { only })
    await this.#list.save()
    tracker.changed()
    return tracker.view()
  }

  #track(saved: SavedShare): ShareTracker {
    const { scanner, watcher, mimeOf, clock } = this.#ports
    const tracker = new ShareTracker(saved, {
      scanner,
      watcher,
      queue: this.#queue,
      outbox: this.#outbox,
      allowed: asker => this.#isAllowed(saved.to, asker),
      mimeOf,
      now: () => clock.now(),
      onDeleted: () => this.#tell(this.#onDeleted(saved.id)),
      onError: error => this.#ports.onError?.(error),
      onSaved: () => this.#list.saveSoon()
    })
    this.#trackers.set(saved.id, tracker)
    return tracker
  }

  #add(
    root: RootFacts,
    kind: SavedShare['kind'],
    to: Audience,
    { leaving = new Set<string>(), only }: { leaving?: Set<string>; only?: string[] } = {}
  ): ShareTracker {
    const others = [...this.#trackers.values()].filter(({ saved }) => !leaving.has(saved.id))
    const taken = new Set([
      ...others.map(({ saved }) => saved.name),
      ...this.#dormant.map(({ name }) => name)
    ])
    const name = shareName(root.real, root.kind, taken)
    const id = Buffer.from(this.#ports.random.bytes(4)).toString('hex')
    const tracker = this.#track({
      id,
      path: root.real,
      name,
      kind,
      to,
      ...(only === undefined ? {} : { only })
    })
    this.#ports.emit({ type: 'share:added', share: tracker.view() })
    return tracker
  }

  async #remove(id: string): Promise<void> {
    const tracker = this.#trackers.get(id)
    if (!this.#trackers.delete(id)) return
    await tracker?.remove()
    this.#outbox.flush()
    this.#ports.emit({ type: 'share:removed', id })
  }

  async #onDeleted(id: string): Promise<void> {
    await this.#remove(id)
    this.#list.saveSoon()
  }

  /** Has entries of earlier runs removed that are no more, of those shares that were looked through. */
  #reconcile(): void {
    if (this.#signal?.aborted !== false) return
    for (const tracker of this.#unsure) if (tracker.isKnown) this.#unsure.delete(tracker)
    this.#outbox.flush()
    const byName = new Map([...this.#trackers.values()].map(tracker => [tracker.saved.name, tracker]))
    this.#ports.sink.reconcile?.(({ path, cid }) => {
      const name = path.split('/', 1)[0] as string
      const tracker = byName.get(name)
      if (tracker?.saved.to !== 'all') return true
      return tracker.isKnown && tracker.at(path.slice(name.length + 1))?.cid !== cid
    })
  }

  async #check(): Promise<void> {
    const { rescanMs = RESCAN_MS } = this.#options
    for (const tracker of this.#trackers.values()) this.#tell(tracker.check(rescanMs))
    if (this.#unsure.values().some(tracker => tracker.isKnown)) this.#reconcile()
  }

  /** What nobody waits for. */
  #tell(work: Promise<void>): void {
    work.catch(error => this.#ports.onError?.(error))
  }

  #find(target: string): ShareTracker {
    const byId = this.#trackers.get(target)
    const tracker =
      byId ?? this.#trackers.values().find(({ saved, real }) => target === saved.path || target === real)
    if (tracker == null)
      throw new NodeError({ code: 'not-found', message: `no share has the id or path ${target}` })
    return tracker
  }

  #isAllowed(to: Audience, asker: PeerKey): boolean {
    if (to === 'all' || asker === this.#options.self) return true
    return to === 'lan' ? this.#ports.isLan(asker) : to.includes(asker)
  }
}
