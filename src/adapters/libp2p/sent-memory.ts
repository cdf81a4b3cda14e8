/**
 * Memory for the blocks of one stream, used again when the client must have received what was in it.
 *
 * The library never tells when it has let go of a buffer, and a fresh MiB for every block is more than half of what
 * serving costs: most of it goes into collecting garbage. But the protocol tells (../../wire/SPEC.md, 5): who asks for
 * more has received all that it asked for before but MAX_STREAM_BYTES. A block on its way when it was cancelled may be
 * skipped by the client, so its memory is not used again. A client that breaks the rule gets bytes of other blocks that
 * it was sent itself: nobody else's memory is ever in here.
 */
import {
  BLOCK_BYTES,
  MAX_BLOCKS_PER_REQUEST,
  MAX_REQUESTS_PER_STREAM,
  MAX_STREAM_BYTES
} from '../../wire/limits.ts'

/** Smaller blocks are cheap to make, and with them many would be on their way at once. */
const MIN_POOLED_BYTES = BLOCK_BYTES / 2
/** Blocks that may not be received yet, whatever their length. */
const MAX_OPEN_BLOCKS = MAX_REQUESTS_PER_STREAM * MAX_BLOCKS_PER_REQUEST

/** A block that was asked for. */
export interface AskedBlock {
  /** Of the request. */
  readonly id: number
  readonly bytes: number
  memory: Buffer | undefined
  isCancelled: boolean
}

export class SentMemory {
  readonly #roomBytes: number
  #asked: AskedBlock[] = []
  #free: Buffer[] = []
  /** Blocks of the list that have memory of ours. */
  #lent = 0

  /** @param roomBytes - room in front of each block */
  constructor(roomBytes: number) {
    this.#roomBytes = roomBytes
  }

  /** Request `id` asks for blocks of these lengths; answers go out in this order. */
  ask(id: number, lengths: readonly number[]): AskedBlock[] {
    const blocks = lengths.map((bytes): AskedBlock => ({ id, bytes, memory: undefined, isCancelled: false }))
    this.#asked.push(...blocks)
    this.#takeBack()
    return blocks
  }

  /** Memory for a block: the room, then as many bytes as it has. */
  memoryFor(block: AskedBlock): Buffer {
    const length = this.#roomBytes + block.bytes
    if (block.bytes < MIN_POOLED_BYTES || block.isCancelled) return Buffer.allocUnsafeSlow(length)
    block.memory = this.#free.pop() ?? Buffer.allocUnsafeSlow(this.#roomBytes + BLOCK_BYTES)
    this.#lent++
    return block.memory.subarray(0, length)
  }

  /** Also of a request that is answered already: its last block may still be on its way. */
  cancel(id: number): void {
    for (const block of this.#asked) {
      if (block.id !== id) continue
      block.isCancelled = true
      if (block.memory !== undefined) this.#lent--
      block.memory = undefined
    }
  }

  /** Gives up what is not in use. */
  clear(): void {
    this.#free = []
  }

  /** What is not received yet is among the last MAX_STREAM_BYTES that are not cancelled. */
  #takeBack(): void {
    let at = this.#asked.length
    for (let bytes = 0; this.#lent > 0 && at > 0 && bytes <= MAX_STREAM_BYTES; ) {
      const block = this.#asked[--at] as AskedBlock
      if (!block.isCancelled) bytes += block.bytes
      // The first one that does not fit any more is received, and all before it.
      if (bytes > MAX_STREAM_BYTES) this.#receive(at + 1)
    }
    if (this.#asked.length > MAX_OPEN_BLOCKS) this.#receive(this.#asked.length - MAX_OPEN_BLOCKS)
  }

  #receive(count: number): void {
    for (const { memory } of this.#asked.splice(0, count)) {
      if (memory === undefined) continue
      this.#lent--
      this.#free.push(memory)
    }
  }
}
