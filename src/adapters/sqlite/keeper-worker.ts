/**
 * Worker thread: keeps one database tidy beside the thread that uses it. Every message says that there is something to do.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { isDiskTrouble, openDatabase } from './database.ts'
import { Tidy } from './tidy.ts'

/** Between two slices, ms: the other thread may be waiting for its turn to write. */
const PAUSE_MS = 3
/** After trouble with the disk, ms. */
const RETRY_MS = 5_000
/** Slices between two checkpoints while there is much to do. */
const SLICES_PER_CHECKPOINT = 100

const { path, durable } = workerData as { path: string; durable: boolean }
const database = openDatabase(path, { durable })
const tidy = new Tidy(database, page => parentPort?.postMessage({ swept: page }))
let asked = false
let busy = false
let closed = false

parentPort?.on('message', (message: 'work' | 'close') => {
  if (message === 'close') closed = true
  else asked = true
  if (!busy) void work()
})

async function work(): Promise<void> {
  busy = true
  while (asked && !closed) {
    asked = false
    try {
      await workOnce()
    } catch (error) {
      // Damage is for the other thread to find: it knows what to do about it.
      if (!isDiskTrouble(error)) break
      await sleep(RETRY_MS, undefined, { ref: false })
      asked = true
    }
  }
  busy = false
  if (!closed) {
    parentPort?.postMessage('idle')
    return
  }
  database.close()
  parentPort?.close()
}

async function workOnce(): Promise<void> {
  let slices = 0
  while (!closed && (tidy.sweep() || tidy.merge())) {
    if (++slices % SLICES_PER_CHECKPOINT === 0) tidy.checkpoint()
    await sleep(PAUSE_MS)
  }
  if (!closed) tidy.checkpoint()
}
