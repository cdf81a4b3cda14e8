/**
 * Everything about a virtual network that searches do not change: its links, who shares what, who cannot be trusted, how
 * long messages take. Equal options give equal worlds.
 */
import type { PeerKey, Random } from '../base/ports.ts'
import { seededRandom } from '../base/random.ts'
import { bytesOf } from '../catalog/index.ts'
import type { Entry } from '../wire/entry.ts'
import { mixed, normal, unit } from './chance.ts'
import { Churn } from './churn.ts'
import { Contacts } from './contacts.ts'
import { KnownProviders } from './known-providers.ts'
import { Library } from './library.ts'
import { Names } from './names.ts'
import { Places } from './places.ts'
import { Records } from './records.ts'
import { buildTopology, type Graph, type TopologyName } from './topology.ts'

export interface WorldOptions {
  nodes: number
  seed: number
  topology: TopologyName
  /** Copies that a node shares, on average. */
  filesPerNode: number
  /** Mean time that a node stays, ms; Infinity: all stay. */
  sessionMs: number
  /** Part of the nodes that take everything and answer nothing. */
  droppers: number
  /** Part of the nodes that answer every query with inventions. */
  spammers: number
  /** The spammers are one gang: all invent the same, and name one another as providers. */
  gang: boolean
}

export const WORLD_DEFAULTS: Readonly<WorldOptions> = {
  nodes: 10_000,
  seed: 1,
  topology: 'random',
  filesPerNode: 30,
  sessionMs: Number.POSITIVE_INFINITY,
  droppers: 0,
  spammers: 0,
  gang: false
}

/** What the index is made of. */
export interface IndexWorld {
  places: Places
  churn: Churn
  contacts: Contacts
  records: Records
}

export type Character = 'honest' | 'dropper' | 'spammer'

/** One way, between home connections: log-normal with a median of 38 ms. */
const MIN_LATENCY_MS = 3
const MEDIAN_ABOVE_MIN_MS = 35
const LATENCY_SPREAD = 0.6

/** Inventions in one answer of a spammer. */
const FAKES = 5

/** What a seed is mixed with, so that one part of the world says nothing about another. */
const SALT = {
  topology: 1,
  library: 2,
  latency: 3,
  character: 4,
  catalogue: 5,
  queries: 6,
  engines: 7,
  index: 8,
  churn: 9,
  decoys: 10
}

export class World {
  readonly options: WorldOptions
  readonly graph: Graph
  readonly library: Library
  readonly names: Names
  readonly known: KnownProviders
  #index: IndexWorld | undefined

  constructor(given: Partial<WorldOptions> = {}, graph?: Graph) {
    this.options = { ...WORLD_DEFAULTS, ...given }
    const { nodes, filesPerNode, topology } = this.options
    this.graph = graph ?? buildTopology(topology, nodes, this.#random('topology'))
    this.library = new Library({ nodes, filesPerNode, random: this.#random('library') })
    this.names = new Names(this.options.seed)
    this.known = new KnownProviders({
      graph: this.graph,
      seed: this.saltedSeed('catalogue'),
      entriesOf: node => this.library.filesOf(node).length,
      bytesPerEntry: bytesOf([this.names.entryOf(0, this.library.wordsOf(0))])
    })
  }

  /** Made when it is first needed: floods do without. */
  get index(): IndexWorld {
    if (this.#index === undefined) {
      const { nodes, sessionMs } = this.options
      const churn = new Churn({ nodes, sessionMs, seed: this.saltedSeed('churn') })
      const places = new Places(nodes + churn.departed, node => this.names.peerBytes(node))
      const contacts = new Contacts({ places, churn, seed: this.saltedSeed('index') })
      this.#index = { churn, places, contacts, records: new Records({ world: this, places, churn }) }
    }
    return this.#index
  }

  /** Entries with a word that a node knows; more than `most` are not counted. */
  frequencyAt(node: number, word: number, most: number): number {
    let count = 0
    for (const file of this.library.filesWith(word)) {
      for (const holder of this.library.holdersOf(file)) {
        if (this.known.isKnown(node, holder)) count++
        if (count === most) return count
      }
    }
    return count
  }

  /** A node as it is named in hits. */
  providerOf(node: number): { peer: PeerKey; nickname: string } {
    return { peer: this.names.peerOf(node), nickname: nicknameOf(node) }
  }

  /** What a spammer answers to a query for `words`: files that it says it has, and that nobody has. */
  fakesOf(
    spammer: number,
    words: readonly number[]
  ): Array<{ entry: Entry; providers: [{ peer: PeerKey; nickname: string }] }> {
    return Array.from({ length: FAKES }, (_, i) => ({
      entry: this.names.fakeOf(this.options.gang ? 0 : spammer, i, words),
      providers: [this.providerOf(this.options.gang ? this.#accompliceOf(spammer, i) : spammer)]
    }))
  }

  /** Forgets what was worked out for a query. */
  clear(): void {
    this.known.clear()
    this.#index?.records.clear()
  }

  /** ms that a message takes from one node to another, the same in both directions. */
  latencyMs(a: number, b: number): number {
    const spread = normal(this.saltedSeed('latency'), Math.min(a, b), Math.max(a, b))
    return MIN_LATENCY_MS + MEDIAN_ABOVE_MIN_MS * Math.exp(LATENCY_SPREAD * spread)
  }

  characterOf(node: number): Character {
    const { droppers, spammers } = this.options
    if (droppers + spammers === 0) return 'honest'
    const place = unit(this.saltedSeed('character'), node, 0)
    if (place < droppers) return 'dropper'
    return place < droppers + spammers ? 'spammer' : 'honest'
  }

  isHonest(node: number): boolean {
    return this.characterOf(node) === 'honest'
  }

  #accompliceOf(spammer: number, i: number): number {
    const { nodes } = this.options
    let node = mixed(this.saltedSeed('character'), spammer, i) % nodes
    while (this.characterOf(node) !== 'spammer') node = (node + 1) % nodes
    return node
  }

  saltedSeed(part: keyof typeof SALT): number {
    return Math.imul(this.options.seed, 0x01000193) ^ Math.imul(SALT[part], 0x9e3779b1)
  }

  #random(part: keyof typeof SALT): Random {
    return seededRandom(this.saltedSeed(part))
  }
}

export function nicknameOf(node: number): string {
  return `n${node}`
}
