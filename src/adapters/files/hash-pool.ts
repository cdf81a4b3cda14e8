/**
 * Hashing on all cores, off the main thread.
 *
 * A large file is cut into ranges, which several workers hash at once; small files travel many in one message. Workers
 * are started when there is work and end when there was none for a while.
 */
import { availableParallelism } from 'node:os'
import { blockCount, ContentError } from '../../content/index.ts'
import { NodeError } from '../../node/errors.ts'
import type { FileFacts, FileHasher } from '../../node/share-ports.ts'
import { BLOCK_BYTES, HASH_BYTES } from '../../wire/limits.ts'
import { AnsweringThread, workerScript } from './answering-thread.ts'
import { meaning } from './disk-error.ts'

/** Blocks of one unit: some 50 ms of work, which is how long a cancelled one goes on. */
const UNIT_BLOCKS = 64
/** Units and blocks of one message: enough to make its cost small beside the work. */
const MAX_BATCH_UNITS = 64
const MAX_BATCH_BLOCKS = UNIT_BLOCKS
/** A worker without work ends after this, ms. */
const IDLE_MS = 3_000
const STOPS = new Error('the node stops')

/** A range of blocks of a file in one state. */
export interface HashUnit {
  file: FileFacts
  firstBlock: number
  blocks: number
}

export type HashAnswer =
  | { kind: 'hashed'; digests: Uint8Array }
  | { kind: 'changed' | 'vanished' }
  | { kind: 'failed'; code: string }

interface Task {
  unit: HashUnit
  /** A file that failed, or is not wanted any more: the rest of its units need not be hashed. */
  isDead(): boolean
  resolve(answer: HashAnswer): void
}

type Thread = AnsweringThread<HashUnit[], HashAnswer[]>

export interface HashPoolOptions {
  /** At most so many workers. */
  threads?: number
}

export class HashPool implements FileHasher {
  readonly #maxThreads: number
  readonly #threads = new Set<Thread>()
  readonly #waiting = new WeakMap<AbortSignal, Set<(reason: unknown) => void>>()
  #queue: Task[] = []
  #bytesHashed = 0
  #stopped = false
  #paused = false

  constructor(options: HashPoolOptions = {}) {
    this.#maxThreads = options.threads ?? availableParallelism()
  }

  /** Bytes read and hashed since the start. */
  get bytesHashed(): number {
    return this.#bytesHashed
  }

  /** Workers that are running. */
  get threads(): number {
    return this.#threads.size
  }

  async hash(
    file: FileFacts,
    options: { signal: AbortSignal; onProgress?: (bytes: number) => void }
  ): Promise<Uint8Array> {
    options.signal.throwIfAborted()
    const { promise: aborted, reject: abort } = Promise.withResolvers<never>()
    const waiting = this.#waitingFor(options.signal)
    waiting.add(abort)
    const work = { dead: false }
    try {
      return await Promise.race([this.#hashUnits(file, work, options.onProgress), aborted])
    } finally {
      work.dead = true
      waiting.delete(abort)
    }
  }

  /** Units that are being hashed are finished: some 50 ms. */
  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#dispatch()
  }

  /** Ends all workers. What is in flight fails. */
  async stop(): Promise<void> {
    this.#stopped = true
    for (const task of this.#queue.splice(0)) task.resolve({ kind: 'failed', code: STOPS.message })
    await Promise.all([...this.#threads].map(thread => thread.stop(STOPS)))
  }

  /** Those to tell of an abort. A listener for each of the files of a share would make every one as dear as all before it. */
  #waitingFor(signal: AbortSignal): Set<(reason: unknown) => void> {
    const known = this.#waiting.get(signal)
    if (known !== undefined) return known
    const waiting = new Set<(reason: unknown) => void>()
    this.#waiting.set(signal, waiting)
    signal.addEventListener('abort', () => {
      for (const abort of waiting) abort(signal.reason)
    })
    return waiting
  }

  async #hashUnits(
    file: FileFacts,
    work: { dead: boolean },
    onProgress?: (bytes: number) => void
  ): Promise<Uint8Array> {
    const digests = new Uint8Array(blockCount(file.size) * HASH_BYTES)
    const take = async (unit: HashUnit): Promise<void> => {
      const answer = await this.#submit(unit, () => work.dead)
      if (answer.kind !== 'hashed') {
        work.dead = true
        throw answerError(file, answer)
      }
      digests.set(answer.digests, unit.firstBlock * HASH_BYTES)
      const bytes = Math.min(unit.blocks * BLOCK_BYTES, file.size - unit.firstBlock * BLOCK_BYTES)
      this.#bytesHashed += bytes
      if (!work.dead) onProgress?.(bytes)
    }
    // Few at a time, so that a small file that comes later does not wait for all of a large one.
    const units = unitsOf(file)
    const takeNext = async (): Promise<void> => {
      for (let unit = units.next(); !unit.done; unit = units.next()) await take(unit.value)
    }
    const width = file.size > UNIT_BLOCKS * BLOCK_BYTES ? 2 * this.#maxThreads : 1
    await Promise.all(Array.from({ length: width }, takeNext))
    return digests
  }

  #submit(unit: HashUnit, isDead: () => boolean): Promise<HashAnswer> {
    if (this.#stopped) return Promise.resolve({ kind: 'failed', code: STOPS.message })
    return new Promise(resolve => {
      this.#queue.push({ unit, isDead, resolve })
      // All that is submitted in this turn of the event loop goes out together.
      if (this.#queue.length === 1) setImmediate(() => this.#dispatch())
      else if (this.#queue.length >= MAX_BATCH_UNITS * this.#maxThreads) this.#dispatch()
    })
  }

  #dispatch(): void {
    while (this.#queue.length > 0 && !this.#stopped && !this.#paused) {
      const thread = this.#idleThread()
      if (thread == null) return
      const batch = this.#takeBatch()
      if (batch.length === 0) return
      void this.#hashBatch(thread, batch)
    }
  }

  async #hashBatch(thread: Thread, batch: readonly Task[]): Promise<void> {
    const answers = await thread
      .ask(batch.map(({ unit }) => unit))
      .catch((error: Error) => batch.map((): HashAnswer => ({ kind: 'failed', code: error.message })))
    for (const [i, task] of batch.entries()) task.resolve(answers[i] as HashAnswer)
    this.#dispatch()
  }

  #idleThread(): Thread | undefined {
    for (const thread of this.#threads) if (thread.open === 0) return thread
    return this.#threads.size < this.#maxThreads ? this.#startThread() : undefined
  }

  /** The next units, few enough that the other workers get some, too. */
  #takeBatch(): Task[] {
    const fairShare = Math.max(1, Math.ceil(this.#queue.length / this.#maxThreads))
    const batch: Task[] = []
    let blocks = 0
    let taken = 0
    for (const task of this.#queue) {
      const full = batch.length >= Math.min(fairShare, MAX_BATCH_UNITS)
      if (full || (batch.length > 0 && blocks + task.unit.blocks > MAX_BATCH_BLOCKS)) break
      taken++
      // Nobody waits for the answer; it only has to end.
      if (task.isDead()) task.resolve({ kind: 'failed', code: 'cancelled' })
      else blocks += batch.push(task) && task.unit.blocks
    }
    this.#queue = this.#queue.slice(taken)
    return batch
  }

  #startThread(): Thread {
    const thread: Thread = new AnsweringThread(workerScript('hash-worker', import.meta), {
      idleMs: IDLE_MS,
      onEnd: () => this.#threads.delete(thread)
    })
    this.#threads.add(thread)
    return thread
  }
}

function* unitsOf(file: FileFacts): Generator<HashUnit> {
  const blocks = blockCount(file.size)
  for (let firstBlock = 0; firstBlock < blocks; firstBlock += UNIT_BLOCKS) {
    yield { file, firstBlock, blocks: Math.min(UNIT_BLOCKS, blocks - firstBlock) }
  }
}

function answerError(file: FileFacts, answer: Exclude<HashAnswer, { kind: 'hashed' }>): Error {
  if (answer.kind !== 'failed') return new ContentError({ code: answer.kind, name: file.absolute })
  const cause = Object.assign(new Error(answer.code), { code: answer.code })
  return new NodeError(
    { code: 'disk', message: `cannot read ${file.absolute}: ${meaning(cause)}` },
    { cause }
  )
}
