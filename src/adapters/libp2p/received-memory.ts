/**
 * Memory for blocks that come in, used again when they are on the disk.
 *
 * Bytes come in pieces of 16 KiB, each in memory of its own. Kept until they are written they outlive the young generation, and
 * V8 looked through the whole heap for every 16 MiB of them: a third of what receiving cost. Copied as they come they die young.
 */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { MAX_IN_FLIGHT_BLOCKS } from '../../swarm/constants.ts'
import { BLOCK_BYTES } from '../../wire/limits.ts'

/** Smaller blocks are few bytes, and would each take a whole one. */
const MIN_POOLED_BYTES = BLOCK_BYTES / 2
/** Blocks kept for the next ones: what a download has in hand when the disk makes it wait. */
const MAX_KEPT = MAX_IN_FLIGHT_BLOCKS
/** Bytes of V8's young generation after which it is swept: with each MiB in it come some 8 MiB of pieces. */
const SWEEP_AFTER_BYTES = 1024 * 1024
/** V8's default: how full the young generation is when it is swept, in percent. */
const USUAL_TRIGGER = 80
/** How often we look whether blocks come, and whether V8 made the young generation larger or smaller, ms. */
const LOOK_MS = 250

/** When the last block came, of all in this process, by performance.now(). */
let lentAt = Number.NEGATIVE_INFINITY

/**
 * Has V8 take back the pieces of blocks soon after they were used, while there are any. For a whole process, before its heap has
 * grown.
 *
 * They lie outside of V8's heap, so its young generation fills slowly, and while it does, up to 100 MiB of them stay that nobody
 * needs any more. Swept too often it leaves those that are in use, which grow old, and stay until V8 looks through everything.
 * V8 wants to know when as a part of what the young generation has room for, which a look through everything changes.
 */
export function sweepPiecesSoon(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
  // An observer of V8's sweeps would be told at once, and costs 3 KiB of memory for each.
  setInterval(setTrigger, LOOK_MS).unref()
}

function setTrigger(): void {
  const isReceiving = performance.now() - lentAt < 2 * LOOK_MS
  setFlagsFromString(`--minor-gc-task-trigger=${isReceiving ? triggerForPieces() : USUAL_TRIGGER}`)
}

function triggerForPieces(): number {
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')
  const room = (young?.space_used_size ?? 0) + (young?.space_available_size ?? 0)
  return Math.min(USUAL_TRIGGER, Math.ceil((100 * SWEEP_AFTER_BYTES) / room))
}

export interface Lent {
  bytes: Uint8Array
  /** Nobody looks at the bytes any more. Safe to call twice. */
  giveBack(): void
}

export class ReceivedMemory {
  readonly #kept: Uint8Array<ArrayBuffer>[] = []
  #isReceiving = false

  /** Undefined for a block so small that its pieces may stay as they are. */
  lend(length: number): Lent | undefined {
    if (length < MIN_POOLED_BYTES || length > BLOCK_BYTES) return undefined
    lentAt = performance.now()
    this.#isReceiving = true
    const whole = this.#kept.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES)
    let isLent = true
    return {
      bytes: whole.subarray(0, length),
      giveBack: () => {
        if (!isLent) return
        isLent = false
        if (this.#isReceiving && this.#kept.length < MAX_KEPT) this.#kept.push(whole)
        else free(whole)
      }
    }
  }

  /** Keeps none until something is lent again: nothing is being received. */
  clear(): void {
    this.#isReceiving = false
    for (const whole of this.#kept.splice(0)) free(whole)
  }
}

/** At once: what blocks lie in is old, and V8 would come to it late. */
function free(whole: Uint8Array<ArrayBuffer>): void {
  whole.buffer.transfer(0)
}
