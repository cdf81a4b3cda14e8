/**
 * The index stage of one search: drives the node's own lookup, and answers for the servers that it asks.
 */
import type { PeerKey } from '../base/ports.ts'
import type { ParsedQuery } from '../catalog/index.ts'
import { type Finding, indexFindingsOf } from '../search/index.ts'
import {
  Agreement,
  askTimeoutMs,
  IndexLookup,
  isIndexed,
  lookupKeys,
  lookupWords,
  MAX_COUNTED_FREQUENCY,
  MAX_WALK_CANDIDATES
} from '../search/word-index/index.ts'
import { findBytes, foundBytes } from './index-bytes.ts'
import type { Matches } from './matches.ts'
import { wordOf } from './names.ts'
import type { Requests } from './requests.ts'
import { type ServerAnswer, serverAnswer } from './server-answer.ts'
import type { VirtualNetwork } from './virtual-network.ts'
import type { World } from './world.ts'

export interface IndexStageOptions {
  world: World
  network: VirtualNetwork
  requests: Requests
  asker: number
  words: readonly number[]
  query: ParsedQuery
  matches: Matches
  /** Of the search as a whole. */
  hasEnough: () => boolean
  isLiar: (peer: PeerKey) => boolean
  isOver: () => boolean
  onSent: (bytes: number) => void
  onHits: (findings: Finding[], bytes: number) => void
  onDone: (holders: number) => void
}

/** As the node's shell has it: servers that a walk begins with. */
const KNOWN_SERVERS = MAX_WALK_CANDIDATES / 2

export class IndexStage {
  readonly #options: IndexStageOptions
  readonly #lookup: IndexLookup<number, number>
  readonly #wordsOfKey = new Map<number, readonly number[]>()
  readonly #agreement: Agreement<number>
  #hasEnded = false

  constructor(options: IndexStageOptions) {
    const { world, asker } = options
    const { places, contacts } = world.index
    this.#options = options
    this.#agreement = new Agreement(peer => options.isLiar(world.names.peerOf(peer)))
    const keys = lookupKeys(this.#rarestFirst(), words => {
      const key = places.keyOf(words)
      this.#wordsOfKey.set(key, words)
      return key
    })
    const known = [...new Set(keys.flatMap(key => contacts.nearest(asker, key, KNOWN_SERVERS)))]
    const timeoutMs = (peer: number): number => askTimeoutMs(options.requests.link(peer))
    this.#lookup = new IndexLookup({ keys, space: places, known, timeoutMs, groupOf: undefined })
  }

  /** Whether this network needs an index at all. */
  static isUsed(world: World, asker: number): boolean {
    const known = world.known.countOf(asker)
    return isIndexed({ complete: known === world.options.nodes - 1, peersKnown: known })
  }

  /** Call it at first, and now and then. */
  tick(): void {
    const { network, hasEnough, isOver, onDone } = this.#options
    if (this.#hasEnded || isOver()) return
    for (const { peer, key } of this.#lookup.next(network.now, hasEnough())) this.#ask(peer, key)
    if (!this.#lookup.isDone) return
    this.#hasEnded = true
    onDone(this.#lookup.holders)
  }

  /** Words of the query, as far as the asker knows. */
  #rarestFirst(): number[] {
    const { world, query, words, asker } = this.#options
    const numbers = new Map(words.map(word => [wordOf(word), word]))
    const frequency = (word: string): number =>
      world.frequencyAt(asker, numbers.get(word) as number, MAX_COUNTED_FREQUENCY)
    return lookupWords(query, frequency).map(word => numbers.get(word) as number)
  }

  #ask(peer: number, key: number): void {
    const { world, network, requests, asker, words, query, matches, onSent } = this.#options
    const bytes = findBytes(query.text)
    onSent(bytes)
    requests.send('find', peer, bytes, () => {
      const keyWords = this.#wordsOfKey.get(key) ?? []
      const answer = serverAnswer(world, {
        asker,
        peer,
        key,
        keyWords,
        words,
        query,
        matches,
        now: network.now
      })
      if (answer === undefined) return
      const size = foundBytes(answer)
      requests.answer('found', peer, size, () => this.#onFound(peer, key, answer, size))
    })
  }

  /** The answer has come back. */
  #onFound(peer: number, key: number, { hits, full, closer }: ServerAnswer, bytes: number): void {
    const { world, asker, query, onHits } = this.#options
    const { findings } = indexFindingsOf(hits, {
      self: world.names.peerOf(asker),
      query,
      from: world.names.peerOf(peer),
      nicknameOf: () => undefined
    })
    onHits(findings, bytes)
    const found = this.#agreement.note(
      peer,
      findings.map(({ entry }) => entry.cid)
    )
    this.#lookup.onAnswer(peer, key, { found, full, closer })
    this.tick()
  }
}
