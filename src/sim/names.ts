/**
 * What virtual nodes, words and files are called: real PeerIds, cids and paths, made from their numbers when asked for.
 */
import { hash } from 'node:crypto'
import { base58btc } from 'multiformats/bases/base58'
import { CID } from 'multiformats/cid'
import * as Digest from 'multiformats/hashes/digest'
import type { PeerKey } from '../base/ports.ts'
import type { Entry } from '../wire/entry.ts'
import { mixed } from './chance.ts'

/** An Ed25519 key as PeerId: identity multihash of 36 bytes, of which the first four say what it is. */
const PEER_PREFIX = [0x00, 0x24, 0x08, 0x01, 0x12, 0x20]
const RAW_CODEC = 0x55
const SHA2_256 = 0x12
/** Three syllables are enough for every word of the library, and never a stop word. */
const CONSONANTS = 'bdfghklmnprstvwz'
const VOWELS = 'aeiou'
const SYLLABLES = CONSONANTS.length * VOWELS.length
const MIME = 'audio/mpeg'
/** Files are up to three years older than this, in ms since the epoch. */
const NEWEST = 1_700_000_000_000
const OLDEST_MS = 3 * 365 * 86_400_000
const MEAN_BYTES = 4_000_000

export class Names {
  readonly #seed: number
  readonly #peers = new Map<number, PeerKey>()
  readonly #nodes = new Map<PeerKey, number>()

  constructor(seed: number) {
    this.#seed = seed
  }

  /** Multihash of a node's PeerId. */
  peerBytes(node: number): Uint8Array {
    const key = hash('sha256', `${this.#seed} node ${node}`, 'buffer')
    return Uint8Array.from([...PEER_PREFIX, ...key])
  }

  peerOf(node: number): PeerKey {
    let peer = this.#peers.get(node)
    if (peer === undefined) {
      peer = base58btc.encode(this.peerBytes(node)).slice(1)
      this.#peers.set(node, peer)
      this.#nodes.set(peer, node)
    }
    return peer
  }

  /** Only of peers that were named before. */
  nodeOf(peer: PeerKey): number | undefined {
    return this.#nodes.get(peer)
  }

  /** @param words - of the file's name */
  entryOf(file: number, words: ArrayLike<number>): Entry {
    return this.#entry(`file ${file}`, words, file)
  }

  /** An entry that nobody has: what a liar answers. Its name fits a query for `words`. */
  fakeOf(liar: number, index: number, words: ArrayLike<number>): Entry {
    return this.#entry(`fake ${liar} ${index}`, words, mixed(this.#seed, liar, index))
  }

  #entry(content: string, words: ArrayLike<number>, number: number): Entry {
    const digest = hash('sha256', `${this.#seed} ${content}`, 'buffer')
    const name = Array.from(words, wordOf).join(' ')
    return {
      cid: CID.createV1(RAW_CODEC, Digest.create(SHA2_256, digest)).toString(),
      name,
      path: name,
      size: mixed(this.#seed, number, 1) % (2 * MEAN_BYTES),
      mime: MIME,
      modified: NEWEST - Math.floor((mixed(this.#seed, number, 2) / 2 ** 32) * OLDEST_MS)
    }
  }
}

/** The word with this number; all have six letters. */
export function wordOf(number: number): string {
  let rest = number
  let word = ''
  for (let i = 0; i < 3; i++) {
    const syllable = rest % SYLLABLES
    rest = Math.floor(rest / SYLLABLES)
    word += `${CONSONANTS[Math.floor(syllable / VOWELS.length)]}${VOWELS[syllable % VOWELS.length]}`
  }
  return word
}
