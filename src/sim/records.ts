/**
 * Which records a server of the index keeps when everybody has published for a while: worked out for the keys of one query
 * instead of being stored for all.
 *
 * A provider said a word again some time ago, to the servers that were nearest to it then, and before that to those that were
 * nearest at that time. Those of them that left since took their copy with them; those that came since have none, whether or
 * not they are nearer. That holders hand records over to nearer newcomers is left out, so the real index keeps a little more.
 */
import type { ParsedQuery } from '../catalog/index.ts'
import {
  type FoundItem,
  HOLDER_LIMITS,
  HOLDERS_PER_KEY,
  IndexHolder,
  RECORD_LIFE_REFRESHES,
  type RecordStore
} from '../search/word-index/index.ts'
import { unit } from './chance.ts'
import type { Churn } from './churn.ts'
import type { Matches } from './matches.ts'
import type { Places } from './places.ts'
import { Published } from './published.ts'
import type { World } from './world.ts'

/** Servers around a key that may have been its holders. */
const NEAR_SERVERS = 4 * HOLDERS_PER_KEY

interface KeyFacts {
  words: readonly number[]
  /** Servers that are there now, nearest first. */
  near: number[]
  /** Records that were offered; each holder takes a part of them when they are too many. */
  offered: number
}

export class Records {
  readonly #world: World
  readonly #places: Places
  readonly #churn: Churn
  readonly #published: Published
  readonly #facts = new Map<number, KeyFacts>()
  /** By key and provider. */
  readonly #holders = new Map<string, ReadonlySet<number>>()

  constructor(options: { world: World; places: Places; churn: Churn }) {
    this.#world = options.world
    this.#places = options.places
    this.#churn = options.churn
    this.#published = new Published(options.world.library)
  }

  /** Forgets what was worked out for the keys of a query. */
  clear(): void {
    this.#facts.clear()
    this.#holders.clear()
  }

  /** A node's own rules over what it keeps of the matches of a query. */
  holderAt(node: number, matches: Matches, keyWords: readonly number[]): IndexHolder<number, number, number> {
    const key = this.#places.keyOf(keyWords)
    const facts = this.#factsOf(key, keyWords)
    const holder = new IndexHolder<number, number, number>({
      store: this.#storeOf(node, key, facts, matches),
      rankOf: () => 0
    })
    // Of a word with too many records somebody is always turned away.
    if (facts.offered > HOLDER_LIMITS.perKey) holder.put({ from: node, key, items: [-1], lifeMs: 0 }, 0)
    return holder
  }

  #storeOf(
    node: number,
    key: number,
    facts: KeyFacts,
    matches: Matches
  ): RecordStore<number, number, number> {
    return {
      count: 0,
      bytes: 0,
      countAt: () => Math.min(facts.offered, HOLDER_LIMITS.perKey),
      countOf: () => 0,
      providersAt: () => 0,
      has: () => false,
      put: () => undefined,
      remove: () => 0,
      expire: () => 0,
      keys: () => [key],
      recordsAt: () => [],
      find: (_key: number, _query: ParsedQuery, limit: number): FoundItem<number, number>[] => {
        const found: FoundItem<number, number>[] = []
        for (const file of matches.files) {
          const providers = this.#providersAt(node, key, facts, file)
          if (providers.length > 0) found.push({ item: file, providers })
          if (found.length === limit) break
        }
        return found
      }
    }
  }

  /** Providers of a file whose record is at `node`. */
  #providersAt(node: number, key: number, facts: KeyFacts, file: number): number[] {
    const providers: number[] = []
    const holders = this.#world.library.holdersOf(file)
    // With many providers it is not always the same ones that came first.
    const first = Math.floor(unit(this.#seed, key, file) * holders.length)
    for (let i = 0; i < holders.length && providers.length < HOLDER_LIMITS.providersPerCid; i++) {
      const provider = holders[(first + i) % holders.length] as number
      if (this.#isOffered(provider, key, facts, file) && this.#holdersOf(key, facts, provider).has(node)) {
        providers.push(provider)
      }
    }
    return providers
  }

  #isOffered(provider: number, key: number, { words, offered }: KeyFacts, file: number): boolean {
    if (!words.every(word => this.#published.has(provider, word, file))) return false
    if (words.length === 1) return this.#isTaken(provider, key, offered, file)
    // Under a pair of words lies what had no place under either of them.
    return words.every(word => this.#wasRefused(provider, word))
  }

  #isTaken(provider: number, key: number, offered: number, file: number): boolean {
    return unit(this.#seed ^ file, key, provider) * offered < HOLDER_LIMITS.perKey
  }

  /** Whether some file of a provider had no place under a word: then it says all that have it under pairs. */
  #wasRefused(provider: number, word: number): boolean {
    const key = this.#places.keyOf([word])
    const { offered } = this.#factsOf(key, [word])
    const { library } = this.#world
    return library
      .filesOf(provider)
      .some(file => library.wordsOf(file).includes(word) && !this.#isTaken(provider, key, offered, file))
  }

  /** Servers that have what a provider published under a key. */
  #holdersOf(key: number, { near }: KeyFacts, provider: number): ReadonlySet<number> {
    const name = `${key} ${provider}`
    let holders = this.#holders.get(name)
    if (holders === undefined) {
      holders = new Set(this.#survivors(key, near, provider))
      this.#holders.set(name, holders)
    }
    return holders
  }

  /** Holders of the last times that it was said: also those that newcomers took the place of keep it until its time is over. */
  *#survivors(key: number, near: readonly number[], provider: number): Generator<number> {
    const lastMs = this.#churn.publishedAgoMs(provider, key)
    for (let times = 0; times < RECORD_LIFE_REFRESHES; times++) {
      const agoMs = lastMs + times * this.#churn.refreshMs
      if (agoMs > this.#churn.ageMs(provider)) return
      yield* this.#survivorsSince(agoMs, times, key, near, provider)
    }
  }

  *#survivorsSince(
    agoMs: number,
    times: number,
    key: number,
    near: readonly number[],
    provider: number
  ): Generator<number> {
    const wereThere = near.filter(server => server !== provider && this.#churn.ageMs(server) >= agoMs)
    let next = 0
    for (let place = 0; place < HOLDERS_PER_KEY; place++) {
      const chance = unit(this.#seed ^ (times * HOLDERS_PER_KEY + place + 1), key, provider)
      if (this.#churn.hasLeftSince(agoMs, chance)) continue
      const holder = wereThere[next++]
      if (holder !== undefined) yield holder
    }
  }

  #factsOf(key: number, words: readonly number[]): KeyFacts {
    let facts = this.#facts.get(key)
    if (facts === undefined) {
      facts = {
        words,
        near: this.#near(key),
        offered: words.length === 1 ? this.#offered(words[0] as number) : 0
      }
      this.#facts.set(key, facts)
    }
    return facts
  }

  #offered(word: number): number {
    const { library } = this.#world
    let offered = 0
    for (const file of library.filesWith(word)) {
      offered += Math.min(HOLDER_LIMITS.providersPerCid, library.holdersOf(file).length)
    }
    return offered
  }

  #near(key: number): number[] {
    for (let bits = 24; ; bits--) {
      const members = this.#places.within(this.#places.keyPrefix(key), bits)
      const alive = [...members].filter(node => this.#churn.isAlive(node))
      if (alive.length < NEAR_SERVERS && bits > 0) continue
      return alive.sort((a, b) => this.#places.compare(key, a, b)).slice(0, NEAR_SERVERS)
    }
  }

  get #seed(): number {
    return this.#world.saltedSeed('index')
  }
}
