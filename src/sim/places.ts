/**
 * Where nodes and words lie in the key space of the index: the first 64 bits of the node's own keys, which tell any two of
 * a million apart. Nodes that left are there, too, since others still remember them.
 */
import { hash } from 'node:crypto'
import type { IndexSpace, KeyWords } from '../search/word-index/index.ts'
import { wordKey } from '../search/word-index/index.ts'
import { wordOf } from './names.ts'

/** Prefixes are as long as one number; a million nodes share 20 bits with their nearest ones. */
export const PREFIX_BITS = 32

export class Places implements IndexSpace<number, number> {
  readonly #high: Uint32Array
  readonly #low: Uint32Array
  /** Nodes by place, and the high halves of their places in that order. */
  readonly #order: Uint32Array
  readonly #sorted: Uint32Array
  /** Keys by number: high half, low half. */
  readonly #keys: number[] = []
  readonly #keyNumbers = new Map<string, number>()

  /** @param idOf - multihash of a node's PeerId */
  constructor(nodes: number, idOf: (node: number) => Uint8Array) {
    this.#high = new Uint32Array(nodes)
    this.#low = new Uint32Array(nodes)
    for (let node = 0; node < nodes; node++) {
      const place = hash('sha256', idOf(node), 'buffer')
      this.#high[node] = place.readUInt32BE(0)
      this.#low[node] = place.readUInt32BE(4)
    }
    this.#order = Uint32Array.from({ length: nodes }, (_, node) => node)
    this.#order.sort((a, b) => this.#high[a]! - this.#high[b]! || this.#low[a]! - this.#low[b]!)
    this.#sorted = this.#order.map(node => this.#high[node] as number)
  }

  /** Number of the key of one word, or of a pair. */
  keyOf(words: readonly number[]): number {
    const texts: KeyWords = words.map(wordOf)
    const name = [...texts].sort().join(' ')
    let key = this.#keyNumbers.get(name)
    if (key === undefined) {
      const digest = Buffer.from(wordKey(texts), 'hex')
      key = this.#keys.push(digest.readUInt32BE(0), digest.readUInt32BE(4)) - 2
      this.#keyNumbers.set(name, key)
    }
    return key
  }

  compare(key: number, a: number, b: number): number {
    const high = this.#keys[key] as number
    const far = ((this.#high[a]! ^ high) >>> 0) - ((this.#high[b]! ^ high) >>> 0)
    if (far !== 0) return far
    const low = this.#keys[key + 1] as number
    return ((this.#low[a]! ^ low) >>> 0) - ((this.#low[b]! ^ low) >>> 0)
  }

  /** Leading bits of a key. */
  keyPrefix(key: number): number {
    return this.#keys[key] as number
  }

  prefixOf(node: number): number {
    return this.#high[node] as number
  }

  /** Nodes whose places begin with the first `bits` bits of `prefix`. */
  within(prefix: number, bits: number): Uint32Array {
    if (bits === 0) return this.#order
    const shift = PREFIX_BITS - bits
    const from = (prefix >>> shift) * 2 ** shift
    return this.#order.subarray(this.#firstFrom(from), this.#firstFrom(from + 2 ** shift))
  }

  #firstFrom(place: number): number {
    let low = 0
    let high = this.#sorted.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#sorted[middle] as number) < place) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Leading bits that two prefixes have in common. */
export function sharedBits(a: number, b: number): number {
  return Math.clz32(a ^ b)
}
