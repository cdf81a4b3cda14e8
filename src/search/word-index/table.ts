/**
 * Servers of the index that this node knows: many of its own neighbourhood in the key space, some of every other part, so
 * that each answer leads a walk at least one bit nearer.
 */
import { BUCKET_PEERS, MAX_FAILURES, MAX_SUSPECTS } from './constants.ts'
import type { IndexSpace } from './ports.ts'

export interface TableOptions<Peer, Key> {
  self: Peer
  space: IndexSpace<Peer, Key>
  /** Leading bits that a peer's place has in common with ours. */
  sharedBits(peer: Peer): number
}

interface Known {
  /** It spoke with us; others are only named by somebody. */
  isProven: boolean
  failures: number
}

export class ServerTable<Peer extends string | number, Key> {
  readonly #options: TableOptions<Peer, Key>
  readonly #buckets = new Map<number, Map<Peer, Known>>()
  /** Those that failed and were forgotten: others go on naming them for a while. The oldest makes room. */
  readonly #suspects = new Set<Peer>()

  constructor(options: TableOptions<Peer, Key>) {
    this.#options = options
  }

  get size(): number {
    let size = 0
    for (const bucket of this.#buckets.values()) size += bucket.size
    return size
  }

  has(peer: Peer): boolean {
    return this.#buckets.get(this.#options.sharedBits(peer))?.has(peer) === true
  }

  /** It spoke with us as a server. */
  isProven(peer: Peer): boolean {
    return this.#buckets.get(this.#options.sharedBits(peer))?.get(peer)?.isProven === true
  }

  *peers(): Generator<Peer> {
    for (const bucket of this.#buckets.values()) yield* bucket.keys()
  }

  /** A server: one that spoke with us, or that somebody named. Those known for long stay, as they mostly do. */
  add(peer: Peer, { isProven }: { isProven: boolean }): void {
    const { self, sharedBits } = this.#options
    if (peer === self) return
    if (isProven) this.#suspects.delete(peer)
    else if (this.#suspects.has(peer)) return
    const bits = sharedBits(peer)
    const bucket = this.#buckets.get(bits) ?? new Map<Peer, Known>()
    this.#buckets.set(bits, bucket)
    const known = bucket.get(peer)
    if (known !== undefined) {
      if (isProven) bucket.set(peer, { isProven, failures: 0 })
    } else if (bucket.size < BUCKET_PEERS || (isProven && makeRoom(bucket))) {
      bucket.set(peer, { isProven, failures: 0 })
    }
  }

  remove(peer: Peer): void {
    const bits = this.#options.sharedBits(peer)
    const bucket = this.#buckets.get(bits)
    bucket?.delete(peer)
    if (bucket?.size === 0) this.#buckets.delete(bits)
  }

  /** It did not answer. One that was only named is forgotten at once. */
  onFailed(peer: Peer): void {
    const known = this.#buckets.get(this.#options.sharedBits(peer))?.get(peer)
    if (known !== undefined) known.failures++
    if (known?.isProven === true && known.failures < MAX_FAILURES) return
    this.remove(peer)
    this.#suspects.add(peer)
    if (this.#suspects.size > MAX_SUSPECTS) this.#suspects.delete(this.#suspects.keys().next().value as Peer)
  }

  /** It failed lately and has not spoken since: not worth asking because somebody names it. */
  isSuspect(peer: Peer): boolean {
    return this.#suspects.has(peer)
  }

  /** The `count` nearest to a key, nearest first. */
  nearest(key: Key, count: number): Peer[] {
    const { compare } = this.#options.space
    const nearest: Peer[] = []
    for (const peer of this.peers()) {
      const farthest = nearest[count - 1]
      if (farthest !== undefined && compare.call(this.#options.space, key, peer, farthest) >= 0) continue
      let at = Math.min(nearest.length, count - 1)
      for (; at > 0 && this.#options.space.compare(key, peer, nearest[at - 1] as Peer) < 0; at--)
        nearest[at] = nearest[at - 1] as Peer
      nearest[at] = peer
    }
    return nearest
  }
}

/** Takes out one that never spoke with us, or that did not answer the last time. */
function makeRoom<Peer>(bucket: Map<Peer, Known>): boolean {
  for (const [peer, { isProven, failures }] of bucket) {
    if (isProven && failures === 0) continue
    bucket.delete(peer)
    return true
  }
  return false
}
