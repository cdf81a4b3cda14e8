/**
 * The blocks of one download: which are done, which are asked of whom, and which to ask for next.
 *
 *   missing ──ask──▶ asked ──receive──▶ held ──finish──▶ done
 *      ▲               │                  │
 *      └───release─────┴──────────────────┘
 */
import type { Bitset } from '../base/bitset.ts'
import type { PeerKey } from '../base/ports.ts'
import { PICK_CANDIDATES, PICK_STEPS } from './constants.ts'

const MISSING = 0
const IN_FLIGHT = 1
const DONE = 2

export interface InFlight {
  /** Who was asked and has not answered yet, with the time of asking. */
  askers: Map<PeerKey, number>
  /** The bytes are here and being checked. */
  held: boolean
}

/** Which blocks a source has. */
export type Have = 'all' | Bitset

export class BlockTable {
  readonly size: number
  readonly #status: Uint8Array
  readonly #inFlight = new Map<number, InFlight>()
  /** Partial sources that have each block, up to 255. Complete ones are the same for every block. */
  #copies: Uint8Array | undefined
  #missing: number
  #done = 0
  /** No block before this one is missing. */
  #firstMissing = 0

  constructor(size: number, done?: Bitset) {
    this.size = size
    this.#status = new Uint8Array(size)
    this.#missing = size
    if (done === undefined) return
    for (let i = 0; i < size; i++) {
      if (!done.has(i)) continue
      this.#status[i] = DONE
      this.#done++
      this.#missing--
    }
  }

  get done(): number {
    return this.#done
  }

  get missing(): number {
    return this.#missing
  }

  get inFlight(): ReadonlyMap<number, InFlight> {
    return this.#inFlight
  }

  isDone(block: number): boolean {
    return this.#status[block] === DONE
  }

  isMissing(block: number): boolean {
    return this.#status[block] === MISSING
  }

  ask(block: number, peer: PeerKey, now: number): void {
    const entry = this.#inFlight.get(block)
    if (entry !== undefined) {
      entry.askers.set(peer, now)
      return
    }
    this.#inFlight.set(block, { askers: new Map([[peer, now]]), held: false })
    this.#status[block] = IN_FLIGHT
    this.#missing--
  }

  /** The bytes came from `peer`; other askers are told apart by the caller. */
  receive(block: number, peer: PeerKey): void {
    const entry = this.#inFlight.get(block)
    if (entry === undefined) return
    entry.askers.delete(peer)
    entry.held = true
  }

  /** Takes one asker off; a block that nobody is asked for any more is missing again. */
  release(block: number, peer: PeerKey): void {
    const entry = this.#inFlight.get(block)
    if (entry === undefined) return
    entry.askers.delete(peer)
    if (!entry.held) this.#settle(block, entry)
  }

  /** The bytes that were held were wrong or could not be kept. */
  reject(block: number): void {
    const entry = this.#inFlight.get(block)
    if (entry === undefined) return
    entry.held = false
    this.#settle(block, entry)
  }

  /** Marks a block done and returns those who are still asked for it. */
  finish(block: number): PeerKey[] {
    if (this.#status[block] === DONE) return []
    const entry = this.#inFlight.get(block)
    this.#inFlight.delete(block)
    if (this.#status[block] === MISSING) this.#missing--
    this.#status[block] = DONE
    this.#done++
    return entry === undefined ? [] : [...entry.askers.keys()]
  }

  /** Counts a partial source in (`by` 1) or out (-1). Complete sources need not be counted. */
  countCopies(have: Have, by: 1 | -1): void {
    if (have === 'all') return
    this.#copies ??= new Uint8Array(this.size)
    const copies = this.#copies
    for (let i = 0; i < this.size; i++) {
      if (!have.has(i)) continue
      copies[i] = Math.min(255, Math.max(0, (copies[i] as number) + by))
    }
  }

  /**
   * The rarest missing block that a source has, searched from `start` on and around the end.
   *
   * Ties go to the first one found, so sources that start at random places stay apart and each reads its disk in
   * order. Looks at no more than PICK_STEPS blocks; `next` says where the following search should start.
   * Rarest first: Cohen, "Incentives Build Robustness in BitTorrent" (2003), on piece selection.
   */
  pickRarest(have: Have, start: number): { block: number | undefined; next: number } {
    const least = have === 'all' ? 0 : 1
    let best: number | undefined
    let bestCopies = Number.POSITIVE_INFINITY
    let candidates = 0
    let at = start
    let wrapped = false
    for (let steps = 0; steps < PICK_STEPS; steps++) {
      const found = this.#status.indexOf(MISSING, at)
      if (found < 0 || (wrapped && found >= start)) {
        if (wrapped || found >= 0) break
        wrapped = true
        at = 0
        continue
      }
      at = found + 1
      if (have !== 'all' && !have.has(found)) continue
      const copies = this.#copies?.[found] ?? 0
      if (copies < bestCopies) {
        best = found
        bestCopies = copies
      }
      if (bestCopies <= least || ++candidates >= PICK_CANDIDATES) break
    }
    return { block: best, next: best === undefined ? at : best + 1 }
  }

  /**
   * The first missing block that a source has, from `from` on.
   *
   * Looks at no more than PICK_STEPS blocks that it may lack; `next` says where the following search should start.
   */
  pickFirst(have: Have, from: number): { block: number | undefined; next: number } {
    const start = Math.max(from, this.#firstMissing)
    const found = this.#status.indexOf(MISSING, start)
    const first = found < 0 ? this.size : found
    if (start === this.#firstMissing) this.#firstMissing = first
    if (have === 'all') return { block: found < 0 ? undefined : found, next: from }
    const end = Math.min(this.size, first + PICK_STEPS)
    for (let block = first; block < end; block++)
      if (this.#status[block] === MISSING && have.has(block)) return { block, next: from }
    return { block: undefined, next: end }
  }

  #settle(block: number, entry: InFlight): void {
    if (entry.askers.size > 0) return
    this.#inFlight.delete(block)
    this.#status[block] = MISSING
    this.#missing++
    this.#firstMissing = Math.min(this.#firstMissing, block)
  }
}
