/**
 * Small files that are asked for in one turn of the event loop go into one request: it costs both sides little more than one
 * of them.
 */
import type { BlockAnswer } from '../../node/download-ports.ts'
import { BLOCK_BYTES, MAX_BLOCKS_PER_REQUEST } from '../../wire/limits.ts'

interface LeafRequest {
  root: string
  /** Bytes that it probably has. */
  expected: number
  resolve(answer: BlockAnswer): void
  reject(error: unknown): void
}

export class LeafRequests {
  readonly #send: (roots: string[], bytes: number, signal: AbortSignal) => Promise<BlockAnswer[]>
  /** Those with one signal end together. */
  readonly #waiting = new Map<AbortSignal, LeafRequest[]>()

  /** @param send - sends one request. It resolves with an answer for each root */
  constructor(send: (roots: string[], bytes: number, signal: AbortSignal) => Promise<BlockAnswer[]>) {
    this.#send = send
  }

  /** @param expected - bytes of the file; 0: unknown */
  ask(root: string, expected: number, signal: AbortSignal): Promise<BlockAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.size === 0) setImmediate(() => this.#flush())
      const request = { root, expected: Math.min(expected || BLOCK_BYTES, BLOCK_BYTES), resolve, reject }
      const others = this.#waiting.get(signal)
      if (others === undefined) this.#waiting.set(signal, [request])
      else others.push(request)
    })
  }

  #flush(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const [signal, requests] of waiting)
      for (const batch of batchesOf(requests)) void this.#ask(batch, signal)
  }

  async #ask(batch: readonly LeafRequest[], signal: AbortSignal): Promise<void> {
    try {
      const bytes = batch.reduce((sum, { expected }) => sum + expected, 0)
      const answers = await this.#send(
        batch.map(({ root }) => root),
        bytes,
        signal
      )
      for (const [i, { resolve }] of batch.entries()) resolve(answers[i] as BlockAnswer)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
}

/** At most a block's bytes together, so that two find room on a stream. */
function batchesOf(requests: readonly LeafRequest[]): LeafRequest[][] {
  const batches: LeafRequest[][] = []
  let batch: LeafRequest[] = []
  let bytes = 0
  for (const request of requests) {
    if (batch.length === MAX_BLOCKS_PER_REQUEST || bytes + request.expected > BLOCK_BYTES) batch = []
    if (batch.length === 0) {
      batches.push(batch)
      bytes = 0
    }
    batch.push(request)
    bytes += request.expected
  }
  return batches
}
