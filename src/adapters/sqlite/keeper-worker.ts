/**
 * Worker thread: keeps databases tidy beside the threads that use them, a slice of each in turn.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort } from 'node:worker_threads'
import { isDiskTrouble, openDatabase } from './database.ts'
import { Tidy } from './tidy.ts'

export type ToKeeper =
  /** There is something to do. */
  { kind: 'tidy'; path: string; durable: boolean } | { kind: 'close'; path: string } | { kind: 'end' }

export type FromKeeper =
  | { kind: 'swept'; path: string; page: number }
  | { kind: 'closed'; path: string }
  | { kind: 'idle' }

/** Between two slices, ms: the other thread may be waiting for its turn to write. */
const PAUSE_MS = 3
/** After trouble with the disk, ms. */
const RETRY_MS = 5_000
/** Slices between two checkpoints while there is much to do. */
const SLICES_PER_CHECKPOINT = 100

interface Kept {
  path: string
  tidy: Tidy
  slices: number
  close(): void
}

const open = new Map<string, Kept>()
/** Those with something to do, in turn. */
const waiting = new Set<Kept>()
let busy = false

parentPort?.on('message', (message: ToKeeper) => {
  if (message.kind === 'tidy') {
    const kept = open.get(message.path) ?? openKept(message.path, message.durable)
    if (kept !== undefined) waiting.add(kept)
    if (!busy) void work()
  } else if (message.kind === 'close') {
    letGo(message.path)
    tell({ kind: 'closed', path: message.path })
  } else {
    for (const path of open.keys()) letGo(path)
    parentPort?.close()
  }
})

function tell(message: FromKeeper): void {
  parentPort?.postMessage(message)
}

/** Undefined for one that cannot be opened now. Damage is for the other thread to find: it knows what to do about it. */
function openKept(path: string, durable: boolean): Kept | undefined {
  try {
    const database = openDatabase(path, { durable })
    const tidy = new Tidy(database, page => tell({ kind: 'swept', path, page }))
    const kept = { path, tidy, slices: 0, close: () => database.close() }
    open.set(path, kept)
    return kept
  } catch {
    return undefined
  }
}

function letGo(path: string): void {
  const kept = open.get(path)
  if (kept === undefined) return
  open.delete(path)
  waiting.delete(kept)
  try {
    // Or whoever closes the file last does it, on its own thread.
    kept.tidy.checkpoint()
  } catch {
    // Then it stays in the log, which is read as well.
  }
  kept.close()
}

async function work(): Promise<void> {
  busy = true
  for (let [kept] = waiting; kept !== undefined; [kept] = waiting) {
    waiting.delete(kept)
    try {
      if (slice(kept)) waiting.add(kept)
      await sleep(PAUSE_MS)
    } catch (error) {
      if (!isDiskTrouble(error)) letGo(kept.path)
      else {
        await sleep(RETRY_MS, undefined, { ref: false })
        if (open.has(kept.path)) waiting.add(kept)
      }
    }
  }
  busy = false
  tell({ kind: 'idle' })
}

/** False when all is tidy. */
function slice(kept: Kept): boolean {
  const more = kept.tidy.sweep() || kept.tidy.merge()
  if (!more || ++kept.slices % SLICES_PER_CHECKPOINT === 0) kept.tidy.checkpoint()
  return more
}
