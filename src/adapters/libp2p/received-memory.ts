/**
 * Memory for blocks that come in, used again when they are on the disk.
 *
 * Bytes come in pieces of 16 KiB, each in memory of its own. Kept until they are written they outlive the young generation, and
 * V8 looked through the whole heap for every 16 MiB of them: a third of what receiving cost. Copied as they come they die young.
 */
import { setFlagsFromString } from 'node:v8'
import { BLOCK_BYTES } from '../../wire/limits.ts'

/** Smaller blocks are few bytes, and would each take a whole one. */
const MIN_POOLED_BYTES = BLOCK_BYTES / 2
/** Blocks kept for the next ones: about what is being hashed and written at a time. */
const MAX_FREE = 8

/**
 * Has V8 take back the pieces of blocks soon after they were used. For a whole process, before its heap has grown.
 *
 * They lie outside of V8's heap, so its young generation fills slowly, and while it does, up to 100 MiB of them stay that nobody
 * needs any more. Kept small, and swept when it is an eighth full, it leaves 20 MiB, and the caches of the processor hold
 * what is used again. The few that grow old in it stay until V8 looks through everything.
 */
export function sweepPiecesSoon(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--minor-gc-task-trigger=12')
}

export interface Lent {
  bytes: Uint8Array
  /** Nobody looks at the bytes any more. Safe to call twice. */
  giveBack(): void
}

export class ReceivedMemory {
  readonly #free: Uint8Array[] = []

  /** Undefined for a block so small that its pieces may stay as they are. */
  lend(length: number): Lent | undefined {
    if (length < MIN_POOLED_BYTES || length > BLOCK_BYTES) return undefined
    const whole = this.#free.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES)
    let isLent = true
    return {
      bytes: whole.subarray(0, length),
      giveBack: () => {
        if (isLent && this.#free.length < MAX_FREE) this.#free.push(whole)
        isLent = false
      }
    }
  }
}
