/**
 * Keeps up with one share: scans it, watches it, has its files hashed, and reports what comes and goes.
 *
 *   scanning ──all hashed──▶ ready ──change──▶ scanning
 *       └────────root missing──┴──▶ paused ──root back──▶ scanning
 */
import { relative, sep } from 'node:path'
import type { PeerKey } from '../base/ports.ts'
import type { RefusedEntry } from '../catalog/index.ts'
import { buildManifest } from '../content/index.ts'
import type { ServedFile } from '../swarm/index.ts'
import type { Entry } from '../wire/entry.ts'
import type { Share } from './api.ts'
import { HashMeter } from './hash-meter.ts'
import { type HashOutcome, type HashQueue, isSameState } from './hash-queue.ts'
import { isUnderAny, type KnownFile, ShareFiles } from './share-files.ts'
import { ShareFolder } from './share-folder.ts'
import type { SharedEntry, ShareOutbox } from './share-outbox.ts'
import type {
  FileFacts,
  FoundError,
  FoundFile,
  RootFacts,
  SavedShare,
  ShareScanner,
  ShareWatcher
} from './share-ports.ts'
import { ShareRoot } from './share-root.ts'
import { ShareWatching } from './share-watching.ts'

/** How often everything is looked at while the system does not tell of all changes, ms. */
const POLL_MS = 60_000
/** Why peers would not take an entry, for people. */
const REFUSALS: Readonly<Record<RefusedEntry['reason'], string>> = {
  'too-long': 'it is not announced: its path is too long',
  'too-many': 'it is not announced: a node offers no more than a million',
  malformed: 'it is not announced: peers would not take its name'
}
/** Media type of an entry that is a folder. */
export const FOLDER_MIME = 'inode/directory'

export interface TrackerPorts {
  scanner: ShareScanner
  watcher: ShareWatcher
  queue: HashQueue
  outbox: ShareOutbox
  allowed(asker: PeerKey): boolean
  mimeOf(name: string): string
  now(): number
  /** The file that was the share was deleted. */
  onDeleted(): void
  onError(error: unknown): void
  /** `saved` changed. */
  onSaved(): void
}

export class ShareTracker {
  readonly saved: SavedShare
  readonly #ports: TrackerPorts
  readonly #files: ShareFiles
  readonly #only: ReadonlySet<string> | undefined
  readonly #abort = new AbortController()
  readonly #folder: ShareFolder
  /** The entry of the folder itself, as it was announced. */
  #folderEntry: Entry | undefined
  #meter: HashMeter | undefined
  readonly #root: ShareRoot
  readonly #watching: ShareWatching
  #scan = 0
  #scannedAt = 0
  /** What to look at next: paths inside, or everything. */
  #dirty = new Set<string>()
  #allDirty = false
  #running: Promise<void> | undefined
  #onIdle: Array<() => void> = []

  constructor(saved: SavedShare, ports: TrackerPorts) {
    this.saved = saved
    this.#ports = ports
    this.#root = new ShareRoot(saved, ports)
    this.#folder = new ShareFolder(cid => this.#onFolder(cid), ports.onError)
    this.#watching = new ShareWatching(ports.watcher, inside => this.changed(inside))
    this.#only = saved.only === undefined ? undefined : new Set(saved.only)
    this.#files = new ShareFiles(saved, name => ports.mimeOf(name))
  }

  /** Real path, once the root was found. */
  get real(): string {
    return this.#root.real
  }

  view(): Share {
    const view = this.#files.view(this.#state())
    const { warning } = this.#watching
    if (warning != null) view.errors.push({ path: '', message: warning })
    view.cid ??= this.#folder.cid ?? null
    if (view.pending > 0) view.progress = this.#progress(view)
    return view
  }

  /** Entries of the files, and last of the folder, when it is one. */
  entries(): Entry[] {
    const files = [...this.#files.values()].flatMap(({ entry }) => entry ?? [])
    return this.#folderEntry == null ? files : [...files, this.#folderEntry]
  }

  /** The share as one thing, once it is announced. */
  get rootEntry(): Entry | undefined {
    return this.#files.get('')?.entry ?? this.#folderEntry
  }

  /** Folders in the share, itself first, then level by level. */
  *folders(): Generator<{ cid: string; depth: number }, void> {
    if (this.#folderEntry != null) yield* this.#folder.folders()
  }

  /** A folder in the share, for those who may see the share. */
  findFolder(cid: string, asker: PeerKey): ServedFile | undefined {
    return this.#ports.allowed(asker) ? this.#folder.find(cid) : undefined
  }

  /** What lies at a path inside, as far as it is hashed. */
  at(path: string): Pick<Entry, 'cid' | 'name' | 'size'> | undefined {
    const entry = this.#files.get(path.normalize('NFC'))?.entry
    if (entry != null) return entry
    const cid = this.#folder.cidAt(path.normalize('NFC'))
    if (cid == null) return undefined
    const name = path === '' ? this.saved.name : path.slice(path.lastIndexOf('/') + 1)
    return { cid, name, size: this.#files.bytesBelow(path.normalize('NFC')) }
  }

  /** Hashing was paused, or goes on. */
  onPause(): void {
    if (this.#files.pending > 0) this.#touched()
  }

  /** Something changed: at these paths inside, or anywhere. */
  changed(inside?: readonly string[]): void {
    if (this.#abort.signal.aborted) return
    if (inside == null) this.#allDirty = true
    else for (const path of inside) this.#dirty.add(path)
    this.#running ??= this.#run()
  }

  /** Resolves when all that is known to have changed is scanned and hashed, or when the share ends. */
  async idle(): Promise<void> {
    while (!this.#isIdle()) await new Promise<void>(resolve => this.#onIdle.push(resolve))
  }

  /** A look now and then: at the root, and everywhere when the last look was long ago. */
  async check(rescanMs: number): Promise<void> {
    const now = this.#ports.now()
    if (this.#root.isGraceOver) this.#removeAll()
    const pauseMs = this.#watching.warning == null ? rescanMs : Math.min(rescanMs, POLL_MS)
    // A clock that was set back would hold the next look up for as long.
    if (Math.abs(now - this.#scannedAt) >= pauseMs) this.changed()
    else if (await this.#root.hasChanged()) this.changed([])
  }

  /** Ends the work; what was reported stays so. */
  async close(): Promise<void> {
    this.#abort.abort(new Error('the share is closed'))
    this.#folder.close()
    this.#wakeIdle()
    await this.#running
    await this.#watching.close()
  }

  /** Ends the work and takes everything back. */
  async remove(): Promise<void> {
    await this.close()
    this.#removeAll()
    this.#ports.outbox.drop(this.saved.id)
  }

  /** What it has is what there is: all was looked at and hashed, or has been away for too long. */
  get isKnown(): boolean {
    if (this.#root.isMissing) return this.#root.isGraceOver
    return this.#scan > 0 && this.#files.pending === 0 && this.#isIdle()
  }

  #state(): Share['state'] {
    if (this.#root.isMissing) return 'paused'
    if (this.#ports.queue.isPaused && this.#files.pending > 0) return 'paused'
    return this.#isIdle() && this.#scan > 0 ? 'ready' : 'scanning'
  }

  #isIdle(): boolean {
    if (this.#abort.signal.aborted) return true
    if (this.#running != null) return false
    if (this.#root.isMissing) return true
    if (this.#files.pending > 0) return this.#ports.queue.isPaused
    return this.#root.kind !== 'folder' || this.#folder.isCurrent
  }

  #progress({ files, bytes, hashed }: Share): Share['progress'] {
    const now = this.#ports.now()
    const done = { files: hashed, bytes: this.#files.hashedBytes }
    return (this.#meter ?? new HashMeter(now)).progress({ files, bytes }, done, now)
  }

  #wakeIdle(): void {
    for (const wake of this.#onIdle.splice(0)) wake()
  }

  #touched(): void {
    this.#ports.outbox.update(this.saved.id, () => this.view())
    if (this.#files.pending > 0) this.#folder.unsettle()
    else {
      this.#meter = undefined
      if (this.#root.kind === 'folder' && !this.#root.isMissing && this.#running == null)
        this.#folder.settle()
    }
    if (this.#isIdle()) this.#wakeIdle()
  }

  /** The folder as one thing is complete, or another one than before. */
  #onFolder(cid: string): void {
    const before = this.#folderEntry
    const { name } = this.saved
    const size = this.#files.bytes
    const modified = this.#files.newest()
    const isSame = before?.cid === cid && before.modified === modified
    if (!isSame || this.#files.size === 0) {
      this.#withdrawFolder()
      if (this.#files.size > 0) {
        this.#folderEntry = { cid, name, path: name, size, mime: FOLDER_MIME, modified }
        this.#ports.outbox.add(this.#shared(this.#folderEntry, undefined))
      }
    }
    this.#touched()
    // Who has the cid of a folder asks for its files next: they are served before it is told.
    this.#ports.outbox.flush()
  }

  #withdrawFolder(): void {
    if (this.#folderEntry == null) return
    this.#ports.outbox.remove(this.#shared(this.#folderEntry, undefined))
    this.#folderEntry = undefined
  }

  async #run(): Promise<void> {
    // Let those who call in this turn of the event loop all be served by one look.
    await Promise.resolve()
    let looks = 0
    while (looks++ === 0 || this.#allDirty || this.#dirty.size > 0) {
      const paths = this.#allDirty ? undefined : this.#dirty
      this.#dirty = new Set()
      this.#allDirty = false
      try {
        await this.#update(paths)
      } catch (error) {
        if (this.#abort.signal.aborted) break
        this.#files.addError({ path: '', message: error instanceof Error ? error.message : String(error) })
        break
      }
    }
    this.#running = undefined
    if (!this.#abort.signal.aborted) this.#touched()
  }

  async #update(paths: Set<string> | undefined): Promise<void> {
    const root = await this.#root.inspect()
    if (typeof root === 'string') return await this.#onMissing(root)
    const isSame = this.#root.isSame(root)
    if (isSame && paths?.size === 0) return
    if (isSame && paths != null && root.kind === 'folder') return await this.#scanPaths(root, paths)
    await this.#scanAll(root, isSame)
  }

  /** A folder may be a drive that is away; a file that its folder has lost was deleted. */
  async #onMissing(how: 'missing' | 'unreadable' | 'special'): Promise<void> {
    if (this.#root.onMissing()) {
      this.#files.clearErrors()
      this.#files.addError({ path: '', message: how === 'missing' ? 'it is not there' : 'it cannot be read' })
      this.#touched()
    }
    if (this.#root.isGraceOver) this.#removeAll()
    if (how !== 'missing' || !(await this.#root.isDeleted())) return
    this.#removeAll()
    if (this.saved.kind === 'download') this.#ports.onDeleted()
  }

  async #scanAll(root: RootFacts, isSame: boolean): Promise<void> {
    // Where only some folders are watched, there may be more watches by now.
    if (!isSame || !this.#watching.isOn || this.#watching.warning != null)
      await this.#watching.turnTo(root.real)
    const scan = ++this.#scan
    this.#scannedAt = this.#ports.now()
    let isEmpty = true
    let cleared = false
    for await (const found of this.#ports.scanner.scan(root.real, { signal: this.#abort.signal })) {
      if (!cleared) this.#files.clearErrors()
      cleared = true
      isEmpty = false
      this.#take(found, scan)
    }
    if (isEmpty && root.kind === 'folder' && this.#root.isMountPoint(root))
      return await this.#onMissing('missing')
    if (!cleared) this.#files.clearErrors()
    await this.#root.onFound(root, this.#files.size > 0)
    for (const known of [...this.#files.values()]) if (known.scan !== scan) this.#remove(known)
    this.#touched()
  }

  async #scanPaths(root: RootFacts, paths: Set<string>): Promise<void> {
    const scan = ++this.#scan
    const changed = new Set([...paths].map(path => path.normalize('NFC')))
    const links = this.#files.linksTo(changed)
    const scope = new Set([...changed, ...links])
    this.#files.clearErrors(scope)
    for (const inside of new Set([...paths, ...links])) {
      const options = { signal: this.#abort.signal, inside }
      for await (const found of this.#ports.scanner.scan(root.real, options)) this.#take(found, scan)
    }
    for (const known of this.#knownAt(scope)) if (known.scan !== scan) this.#remove(known)
    this.#touched()
  }

  /** Known files at and below some paths. All are gone through only when one of the paths may have been a folder. */
  #knownAt(paths: Set<string>): KnownFile[] {
    const direct = [...paths].map(path => this.#files.get(path))
    if (!direct.includes(undefined)) return direct.filter(known => known != null)
    return [...this.#files.values()].filter(({ path }) => isUnderAny(path, paths))
  }

  #take(found: FoundFile | FoundError, scan: number): void {
    if (this.#only?.has(found.path) === false) return
    if (found.kind === 'error') {
      this.#files.addError(found)
      if (found.unsure != null)
        for (const known of this.#knownAt(new Set([found.unsure]))) this.#files.onSeen(known, scan)
      return
    }
    const known = this.#files.get(found.path)
    if (known != null) {
      const isPending = known.entry == null && !known.failed
      // It is hashed again when that is done, if it is another one by then.
      if (isPending) known.seen = found.file
      if (isPending || (!known.failed && isSameState(known.file, found.file))) {
        this.#files.onSeen(known, scan)
        return
      }
      this.#remove(known)
    }
    const place = found.path === '' ? '' : relative(this.real, found.file.absolute)
    const fresh = this.#files.add(found.path, place.replaceAll(sep, '/').normalize('NFC'), found.file, scan)
    const cid = this.#ports.outbox.recall(found.file)
    if (cid != null) this.#announce(fresh, found.file, cid)
    else this.#enqueue(fresh, found.file)
    this.#ports.outbox.update(this.saved.id, () => this.view())
  }

  #enqueue(known: KnownFile, file: FileFacts): void {
    const meter = this.#meter ?? new HashMeter(this.#ports.now())
    this.#meter = meter
    let told = 0
    const onProgress = (bytes: number): void => {
      told += bytes
      meter.add(bytes, this.#ports.now())
      this.#ports.outbox.update(this.saved.id, () => this.view())
    }
    const done = (outcome: HashOutcome): void => {
      meter.end(told, this.#ports.now())
      this.#onHashed(known, outcome)
    }
    this.#ports.queue.add({ file, signal: this.#abort.signal, done, onProgress })
  }

  #onHashed(known: KnownFile, outcome: HashOutcome): void {
    if (!this.#files.isCurrent(known)) return
    if (outcome.kind === 'hashed') {
      const { file, digests } = outcome
      const { seen } = known
      delete known.seen
      if (seen != null && !isSameState(seen, file)) {
        this.#enqueue(known, seen)
        return
      }
      const { root } = buildManifest(digests, file.size)
      this.#ports.outbox.remember({ file, root, digests })
      this.#announce(known, file, root)
    } else if (outcome.kind === 'vanished') this.#files.delete(known)
    else this.#files.onFailed(known, outcome.error)
    this.#touched()
  }

  #announce(known: KnownFile, file: FileFacts, cid: string): void {
    const entry = this.#files.onHashed(known, file, cid)
    if (entry == null) return
    const onRefused = (reason: RefusedEntry['reason']): void => {
      this.#files.onRefused(known, REFUSALS[reason])
      this.#touched()
    }
    this.#ports.outbox.add({ ...this.#shared(entry, file), onRefused })
    if (known.path !== '') this.#folder.set(known.path, entry)
  }

  #remove(known: KnownFile): void {
    this.#files.delete(known)
    if (known.entry == null) return
    this.#ports.outbox.remove(this.#shared(known.entry, known.file))
    if (known.path !== '') this.#folder.delete(known.path)
  }

  #removeAll(): void {
    for (const known of [...this.#files.values()]) this.#remove(known)
    this.#withdrawFolder()
    this.#touched()
  }

  #shared(entry: Entry, file: FileFacts | undefined): SharedEntry {
    return { entry, file, isPublic: this.saved.to === 'all', allowed: this.#ports.allowed }
  }
}
