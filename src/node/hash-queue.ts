/**
 * Files waiting to be hashed: those just written wait until they hold still, some are hashed at once, and one that
 * changes meanwhile waits again.
 */
import type { Clock } from '../base/ports.ts'
import { ContentError } from '../content/index.ts'
import type { FileFacts, FileHasher, ShareScanner } from './share-ports.ts'

/** A file is done when its size and time hold still for so long, ms. */
const STILL_MS = 200
/** Only for those written within so long, ms: what is older was complete when we came. */
const RECENT_MS = 2_000
/** How often the waiting ones are looked at, ms, and how many at once. */
const LOOK_MS = 100
const CONCURRENT_LOOKS = 32
/** Files given to the hasher at once: enough to fill its batches. */
const MAX_HASHING = 256

export type HashOutcome =
  | { kind: 'hashed'; file: FileFacts; digests: Uint8Array }
  | { kind: 'vanished' }
  | { kind: 'failed'; error: unknown }

export interface HashJob {
  /** The state it had when it was last looked at. */
  file: FileFacts
  /** When it aborts, `done` is not called any more. */
  signal: AbortSignal
  done(outcome: HashOutcome): void
  /** Bytes hashed since it was told last. */
  onProgress(bytes: number): void
}

export interface HashQueuePorts {
  scanner: Pick<ShareScanner, 'facts'>
  hasher: FileHasher
  clock: Clock
  /** Told what should not have happened; the queue goes on. */
  onError?(error: unknown): void
}

export class HashQueue {
  readonly #ports: HashQueuePorts
  /** Not still yet, with the time of the last look at which they had changed: of a clock that nobody sets. */
  readonly #moving = new Map<HashJob, number>()
  #ready: HashJob[] = []
  /** Where the ones begin that are not taken. */
  #at = 0
  #hashing = 0
  #timer: NodeJS.Timeout | undefined
  #looking = false
  #paused = false

  constructor(ports: HashQueuePorts) {
    this.#ports = ports
  }

  add(job: HashJob): void {
    const ageMs = this.#ports.clock.now() - Number(job.file.mtimeNs / 1_000_000n)
    if (Math.abs(ageMs) < RECENT_MS) this.#wait(job)
    else this.#makeReady(job)
  }

  get isPaused(): boolean {
    return this.#paused
  }

  /** What is being hashed stops within some 50 ms and keeps what it has. Files are still looked at. */
  pause(): void {
    this.#paused = true
    this.#ports.hasher.pause()
  }

  resume(): void {
    this.#paused = false
    this.#ports.hasher.resume()
    this.#pump()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#moving.clear()
    this.#ready = []
    this.#at = 0
  }

  #wait(job: HashJob): void {
    this.#moving.set(job, performance.now())
    this.#timer ??= setInterval(() => this.#tell(this.#look()), LOOK_MS)
  }

  async #look(): Promise<void> {
    if (this.#looking) return
    this.#looking = true
    try {
      await this.#lookAtAll()
    } finally {
      this.#looking = false
    }
    if (this.#moving.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  async #lookAtAll(): Promise<void> {
    const before = performance.now() - STILL_MS
    const due = [...this.#moving].filter(([, since]) => since <= before).map(([job]) => job)
    for (let i = 0; i < due.length; i += CONCURRENT_LOOKS) {
      await Promise.all(due.slice(i, i + CONCURRENT_LOOKS).map(job => this.#lookAt(job)))
    }
  }

  async #lookAt(job: HashJob): Promise<void> {
    const now = await this.#ports.scanner.facts(job.file.absolute)
    if (!this.#moving.delete(job) || job.signal.aborted) return
    if (now == null) return job.done({ kind: 'vanished' })
    const isStill = isSameState(now, job.file)
    job.file = now
    if (isStill) this.#makeReady(job)
    else this.#wait(job)
  }

  #makeReady(job: HashJob): void {
    this.#ready.push(job)
    this.#pump()
  }

  #pump(): void {
    if (this.#paused) return
    while (this.#hashing < MAX_HASHING && this.#at < this.#ready.length) {
      const job = this.#ready[this.#at++] as HashJob
      if (job.signal.aborted) continue
      this.#hashing++
      this.#tell(this.#hash(job))
    }
    // Seldom, because it copies all that wait: once for each file it took most of the time of a large share.
    if (this.#at < this.#ready.length / 2) return
    this.#ready = this.#ready.slice(this.#at)
    this.#at = 0
  }

  async #hash(job: HashJob): Promise<void> {
    const outcome = await this.#tryHash(job)
    this.#hashing--
    this.#pump()
    if (job.signal.aborted) return
    if (outcome !== 'changed') return job.done(outcome)
    const now = await this.#ports.scanner.facts(job.file.absolute)
    if (job.signal.aborted) return
    if (now == null) return job.done({ kind: 'vanished' })
    job.file = now
    this.#wait(job)
  }

  #tell(work: Promise<void>): void {
    work.catch(error => this.#ports.onError?.(error))
  }

  async #tryHash({ file, signal, onProgress }: HashJob): Promise<HashOutcome | 'changed'> {
    try {
      return { kind: 'hashed', file, digests: await this.#ports.hasher.hash(file, { signal, onProgress }) }
    } catch (error) {
      const code = error instanceof ContentError ? error.fault.code : undefined
      if (code === 'changed') return 'changed'
      return code === 'vanished' ? { kind: 'vanished' } : { kind: 'failed', error }
    }
  }
}

export function isSameState(a: FileFacts, b: FileFacts): boolean {
  return a.size === b.size && a.mtimeNs === b.mtimeNs && a.inode === b.inode && a.absolute === b.absolute
}
