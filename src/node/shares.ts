/**
 * The shares of this node: what it offers, in place.
 */
import { isAbsolute, relative, sep } from 'node:path'
import type { Clock, PeerKey, Random } from '../base/ports.ts'
import { ContentError, type Manifest } from '../content/index.ts'
import type { Entry } from '../wire/entry.ts'
import type { Audience, NodeEvent, Share } from './api.ts'
import { NodeError } from './errors.ts'
import { HashQueue } from './hash-queue.ts'
import { shareName } from './share-name.ts'
import { ShareOutbox } from './share-outbox.ts'
import type {
  EntrySink,
  FileHasher,
  HashCache,
  RootFacts,
  SavedShare,
  ServedFiles,
  ShareScanner,
  ShareStore,
  ShareWatcher
} from './share-ports.ts'
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
}

export interface SharesOptions {
  /** PeerId of this node, which may see all shares. */
  self: PeerKey
  /** Nothing in there may be shared. */
  dataFolder: string
  /** Share what was downloaded. */
  reshare: boolean
  rescanMs?: number
}

export class Shares {
  readonly #ports: SharePorts
  readonly #options: SharesOptions
  readonly #queue: HashQueue
  readonly #outbox: ShareOutbox
  readonly #trackers = new Map<string, ShareTracker>()
  /** Downloads of earlier runs that are not shared in this one. */
  #dormant: SavedShare[] = []
  #timer: NodeJS.Timeout | undefined
  #signal: AbortSignal | undefined
  #onAbort = (): void => void this.stop()

  constructor(ports: SharePorts, options: SharesOptions) {
    this.#ports = ports
    this.#options = options
    this.#queue = new HashQueue(ports)
    this.#outbox = new ShareOutbox({
      cache: ports.cache,
      served: ports.served,
      sink: ports.sink,
      updated: share => ports.emit({ type: 'share:updated', share }),
      onCacheError: error => ports.onCacheError?.(error),
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
    this.#timer = setInterval(() => this.#check(), CHECK_MS)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#signal?.removeEventListener('abort', this.#onAbort)
    this.#queue.stop()
    await Promise.all([...this.#trackers.values()].map(tracker => tracker.close()))
    this.#outbox.flush()
  }

  list(): Share[] {
    return [...this.#trackers.values()].map(tracker => tracker.view())
  }

  /** Own entries, also those that only some may see. */
  entries(): Entry[] {
    return [...this.#trackers.values()].flatMap(tracker => tracker.entries())
  }

  /**
   * Adds a share. Resolves before it is scanned; it survives a restart then.
   *
   * @param path - absolute
   * @throws NodeError `bad-input` with field `path`
   */
  async share(path: string, options: { to?: Audience | undefined } = {}): Promise<Share> {
    const root = await this.#inspect(path)
    await this.#refuseDataFolder(path, root.real)
    this.#refuseOverlap(path, root.real)
    const inside = [...this.#trackers.values()].filter(({ real }) => isInside(root.real, real))
    // No waiting from the check to here: two calls for one path must not both pass it.
    const tracker = this.#add(
      root,
      'share',
      options.to ?? 'all',
      new Set(inside.map(({ saved }) => saved.id))
    )
    for (const { saved } of inside) await this.#remove(saved.id)
    await this.#save()
    tracker.changed()
    return tracker.view()
  }

  /**
   * Ends a share and withdraws its entries.
   *
   * @param target - id or path of it
   * @throws NodeError `not-found`
   */
  async unshare(target: string): Promise<Share> {
    const tracker = await this.#find(target)
    const share = tracker.view()
    await this.#remove(tracker.saved.id)
    await this.#save()
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
    await this.#save()
    tracker.changed()
    return tracker.view()
  }

  #track(saved: SavedShare): ShareTracker {
    const { scanner, cache, watcher, mimeOf, clock } = this.#ports
    const tracker = new ShareTracker(saved, {
      scanner,
      cache,
      watcher,
      queue: this.#queue,
      outbox: this.#outbox,
      allowed: asker => this.#isAllowed(saved.to, asker),
      mimeOf,
      now: () => clock.now(),
      onDeleted: () => void this.#onDeleted(saved.id)
    })
    this.#trackers.set(saved.id, tracker)
    return tracker
  }

  #add(root: RootFacts, kind: SavedShare['kind'], to: Audience, leaving = new Set<string>()): ShareTracker {
    const others = [...this.#trackers.values()].filter(({ saved }) => !leaving.has(saved.id))
    const taken = new Set([
      ...others.map(({ saved }) => saved.name),
      ...this.#dormant.map(({ name }) => name)
    ])
    const name = shareName(root.real, root.kind, taken)
    const id = Buffer.from(this.#ports.random.bytes(4)).toString('hex')
    const tracker = this.#track({ id, path: root.real, name, kind, to })
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
    // That the list could not be written now is no harm: at the next start the file is found missing again.
    await this.#save().catch(() => {})
  }

  async #save(): Promise<void> {
    await this.#ports.store.save([
      ...this.#dormant,
      ...[...this.#trackers.values()].map(({ saved }) => saved)
    ])
  }

  #check(): void {
    for (const tracker of this.#trackers.values()) void tracker.check(this.#options.rescanMs ?? RESCAN_MS)
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

  async #inspect(path: string): Promise<RootFacts> {
    if (!isAbsolute(path)) throw refusal(`${path} is not an absolute path`)
    const root = await this.#ports.scanner.inspect(path)
    if (root === 'missing') throw refusal(`${path} is not there`)
    if (root === 'unreadable') throw refusal(`${path} cannot be read`)
    if (root === 'special') throw refusal(`${path} is neither a file nor a folder`)
    return root
  }

  async #refuseDataFolder(path: string, real: string): Promise<void> {
    const data = await this.#ports.scanner.inspect(this.#options.dataFolder)
    const folder = typeof data === 'string' ? this.#options.dataFolder : data.real
    if (isInside(folder, real)) throw refusal(`${path} lies in the data folder of this node`)
    if (isInside(real, folder)) throw refusal(`${path} contains the data folder of this node`)
  }

  /** Downloads that are shared one by one do not count: a share around them takes their place. */
  #refuseOverlap(path: string, real: string): void {
    for (const tracker of this.#trackers.values()) {
      if (tracker.saved.kind === 'download') continue
      if (tracker.real === real) throw refusal(`${path} is already shared`)
      if (isInside(tracker.real, real)) throw refusal(`${path} lies in the share ${tracker.saved.path}`)
      if (isInside(real, tracker.real)) throw refusal(`${path} contains the share ${tracker.saved.path}`)
    }
  }
}

/** Whether `path` is `folder` or lies in it. Both real and absolute. */
function isInside(folder: string, path: string): boolean {
  const inside = relative(folder, path)
  return inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside)
}

function refusal(message: string): NodeError {
  return new NodeError({ code: 'bad-input', field: 'path', message: `cannot share: ${message}` })
}
