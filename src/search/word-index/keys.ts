/**
 * Places in the key space of the index: 32 bytes, the distance of two is their XOR.
 */
import { hash } from 'node:crypto'
import type { PeerKey } from '../../base/ports.ts'
import { peerToBytes } from '../../wire/ids.ts'
import type { IndexSpace } from './ports.ts'

/** A key in hex. */
export type WordKey = string

/** Words of one key: one, or a pair. */
export type KeyWords = readonly string[]

/** Peers whose place is remembered; more than a node knows servers. */
const MAX_PLACES = 16_384
const KEY_BYTES = 32

/** Key of a word, or of a pair of words in either order. */
export function wordKey(words: KeyWords): WordKey {
  return hash('sha256', `p2pnode/1/${[...words].sort().join(' ')}`, 'hex')
}

/** Key at which a peer itself lies: as in Kademlia, sha2-256 of its multihash. */
export function peerPlace(peer: PeerKey): Uint8Array {
  return hash('sha256', peerToBytes(peer), 'buffer')
}

/** Distances between peers and keys of the daemon. */
export class XorSpace implements IndexSpace<PeerKey, WordKey> {
  readonly #self: Uint8Array
  readonly #places = new Map<PeerKey, Uint8Array>()
  #key: WordKey = ''
  #keyBytes: Uint8Array = new Uint8Array(KEY_BYTES)

  constructor(self: PeerKey) {
    this.#self = peerPlace(self)
  }

  /** This node's own place. */
  get selfKey(): WordKey {
    return Buffer.from(this.#self).toString('hex')
  }

  compare(key: WordKey, a: PeerKey, b: PeerKey): number {
    const target = this.#bytesOf(key)
    const [x, y] = [this.#placeOf(a), this.#placeOf(b)]
    for (let i = 0; i < KEY_BYTES; i++) {
      const at = target[i] as number
      const difference = ((x[i] as number) ^ at) - ((y[i] as number) ^ at)
      if (difference !== 0) return difference
    }
    return 0
  }

  /** Leading bits that a peer has in common with this node. */
  sharedBits(peer: PeerKey): number {
    const place = this.#placeOf(peer)
    for (let i = 0; i < KEY_BYTES; i++) {
      const difference = (place[i] as number) ^ (this.#self[i] as number)
      if (difference !== 0) return i * 8 + Math.clz32(difference) - 24
    }
    return KEY_BYTES * 8
  }

  #placeOf(peer: PeerKey): Uint8Array {
    const known = this.#places.get(peer)
    if (known !== undefined) return known
    if (this.#places.size >= MAX_PLACES) this.#places.clear()
    const place = peerPlace(peer)
    this.#places.set(peer, place)
    return place
  }

  #bytesOf(key: WordKey): Uint8Array {
    if (key !== this.#key) {
      this.#keyBytes = Buffer.from(key, 'hex')
      this.#key = key
    }
    return this.#keyBytes
  }
}
