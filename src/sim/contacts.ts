/**
 * Which servers of the index a node knows: its table as it is when the node has been there for a while. A bucket with few
 * servers holds all of them, a larger one any 64. A test compares with the node's own table.
 */
import { BUCKET_PEERS } from '../search/word-index/index.ts'
import { mixed } from './chance.ts'
import type { Churn } from './churn.ts'
import { type Places, PREFIX_BITS, sharedBits } from './places.ts'

export class Contacts {
  readonly #places: Places
  readonly #churn: Churn
  readonly #seed: number

  constructor(options: { places: Places; churn: Churn; seed: number }) {
    this.#places = options.places
    this.#churn = options.churn
    this.#seed = options.seed
  }

  /** The `count` nearest to a key that `node` knows, nearest first. */
  nearest(node: number, key: number, count: number): number[] {
    const own = this.#places.prefixOf(node)
    const shared = sharedBits(own, this.#places.keyPrefix(key))
    // Servers that share a bit more with the key than the node does are nearer than all others; then come those that share
    // as much, in whatever bucket; then bucket after bucket those that share less.
    const found = this.bucket(node, shared)
    if (found.length < count) {
      for (let bits = shared + 1; bits < PREFIX_BITS; bits++) found.push(...this.bucket(node, bits))
    }
    for (let bits = shared - 1; bits >= 0 && found.length < count; bits--)
      found.push(...this.bucket(node, bits))
    return found.sort((a, b) => this.#places.compare(key, a, b)).slice(0, count)
  }

  /** Servers that `node` knows among those that share exactly `bits` leading bits with it. */
  bucket(node: number, bits: number): number[] {
    const own = this.#places.prefixOf(node)
    const flipped = (own ^ (1 << (PREFIX_BITS - 1 - bits))) >>> 0
    const members = this.#places.within(flipped, bits + 1)
    if (members.length <= BUCKET_PEERS) return [...members].filter(peer => this.#churn.remembers(node, peer))
    const picked = new Set<number>()
    for (let i = 0; picked.size < BUCKET_PEERS && i < 4 * BUCKET_PEERS; i++) {
      const peer = members[mixed(this.#seed, node * PREFIX_BITS + bits, i) % members.length] as number
      if (this.#churn.remembers(node, peer)) picked.add(peer)
    }
    return [...picked]
  }
}
