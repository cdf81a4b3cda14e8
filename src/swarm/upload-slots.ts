/**
 * Who is served blocks now, and who waits: a fixed number of slots and one fair queue.
 *
 * A peer that asks without a slot is told its place and asks again later; the first in the queue takes the slot
 * that falls free. While others wait, a slot is given back after its turn, and as soon as its peer has all that it
 * asked for: neither a long download holds up a short one, nor one that has ended.
 */
import type { PeerKey } from '../base/ports.ts'
import {
  MAX_UPLOAD_QUEUE,
  QUEUE_IDLE_MS,
  SLOT_IDLE_MS,
  SLOT_REST_MS,
  SLOT_TURN_MS,
  UPLOAD_SLOTS
} from './constants.ts'

export type SlotAnswer =
  | { kind: 'go' }
  /** `position`: from 1; undefined when even the queue is full. */
  | { kind: 'busy'; position: number | undefined }

export class UploadSlots {
  readonly #slots: number
  readonly #active = new Map<PeerKey, { since: number; askedAt: number }>()
  /** In the order of arrival; the value is the time of the last question. */
  readonly #queue = new Map<PeerKey, number>()
  /** Streams of a peer on which blocks are still to go out. */
  readonly #working = new Map<PeerKey, number>()

  constructor(slots = UPLOAD_SLOTS) {
    this.#slots = slots
  }

  get active(): number {
    return this.#active.size
  }

  get waiting(): number {
    return this.#queue.size
  }

  /** Those who wait, in their order. */
  queue(now: number): PeerKey[] {
    this.#expire(now)
    return [...this.#queue.keys()]
  }

  /** May `peer` be sent blocks? Asking keeps its slot or its place in the queue. */
  ask(peer: PeerKey, now: number): SlotAnswer {
    this.#expire(now)
    const slot = this.#active.get(peer)
    if (slot !== undefined) {
      const turnIsOver = this.#queue.size > 0 && now - slot.since > SLOT_TURN_MS
      if (!turnIsOver) {
        slot.askedAt = now
        return { kind: 'go' }
      }
      this.#active.delete(peer)
    } else if (this.#makeRoom(this.#position(peer), now)) {
      this.#queue.delete(peer)
      this.#active.set(peer, { since: now, askedAt: now })
      return { kind: 'go' }
    }
    if (!this.#queue.has(peer) && this.#queue.size >= MAX_UPLOAD_QUEUE)
      return { kind: 'busy', position: undefined }
    this.#queue.set(peer, now)
    return { kind: 'busy', position: this.#position(peer) }
  }

  /** A block goes out: the slot is in use, however long the line takes for it. */
  touch(peer: PeerKey, now: number): void {
    const slot = this.#active.get(peer)
    if (slot !== undefined) slot.askedAt = now
  }

  /** A stream of the peer has got blocks to send, or has sent the last of them. */
  work(peer: PeerKey, change: 'begins' | 'ends', now: number): void {
    const streams = (this.#working.get(peer) ?? 0) + (change === 'begins' ? 1 : -1)
    if (streams > 0) this.#working.set(peer, streams)
    else this.#working.delete(peer)
    this.touch(peer, now)
  }

  /** The peer's last stream ended. */
  leave(peer: PeerKey): void {
    this.#active.delete(peer)
    this.#queue.delete(peer)
  }

  /** Is there a slot for the one in this place? One that rests is taken from its peer, the longest resting first. */
  #makeRoom(position: number, now: number): boolean {
    const resting = [...this.#active]
      .filter(([peer, { askedAt }]) => !this.#working.has(peer) && now - askedAt > SLOT_REST_MS)
      .sort(([, a], [, b]) => a.askedAt - b.askedAt)
    const free = this.#slots - this.#active.size
    if (position > free + resting.length) return false
    if (free <= 0) for (const [peer] of resting.slice(0, 1)) this.#active.delete(peer)
    return true
  }

  /** Place in the queue from 1, where the peer is or would be. */
  #position(peer: PeerKey): number {
    let position = 1
    for (const waiting of this.#queue.keys()) {
      if (waiting === peer) return position
      position++
    }
    return position
  }

  #expire(now: number): void {
    for (const [peer, { askedAt }] of this.#active)
      if (now - askedAt > SLOT_IDLE_MS) this.#active.delete(peer)
    for (const [peer, askedAt] of this.#queue) if (now - askedAt > QUEUE_IDLE_MS) this.#queue.delete(peer)
  }
}
