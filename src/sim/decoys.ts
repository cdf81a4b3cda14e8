/**
 * The decoys of one search: their texts, from names that the asker knows, and what really fits them.
 */

import { seededRandom } from '../base/random.ts'
import { matches, type ParsedQuery, parseQuery, wordsOf } from '../catalog/index.ts'
import { decoyText } from '../search/index.ts'
import type { Entry } from '../wire/entry.ts'
import { mixed } from './chance.ts'
import { findBytes, foundBytes } from './index-bytes.ts'
import { Matches } from './matches.ts'
import { wordOf } from './names.ts'
import type { Requests } from './requests.ts'
import { serverAnswer } from './server-answer.ts'
import type { World } from './world.ts'

/** Files whose names are taken for the words: as many as the node takes. */
const NAMES = 256

export interface Decoy {
  text: string
  words: number[]
  query: ParsedQuery
  matches: Matches
}

export class Decoys {
  readonly #world: World
  readonly #asker: number
  readonly #queryWords: readonly number[]
  readonly #byText = new Map<string, Decoy>()
  /** Text of the last one to each deliverer. */
  readonly #last = new Map<number, string>()
  #files: number[] | undefined

  /** @param queryWords - of the true query */
  constructor(world: World, asker: number, queryWords: readonly number[]) {
    this.#world = world
    this.#asker = asker
    this.#queryWords = queryWords
  }

  /** Undefined: it was not drawn here. */
  of(text: string): Decoy | undefined {
    return this.#byText.get(text)
  }

  /** One for `peer`. Undefined: the asker knows too few names. `told`: what it must not fit; `now`: for `newer:`, which is not used. */
  draw(peer: number, told: Iterable<Entry>, now: number): Decoy | undefined {
    const { library } = this.#world
    this.#files ??= this.#knownFiles()
    const numbers = new Map<string, number>(this.#queryWords.map(word => [wordOf(word), word]))
    const names = this.#files.map(file => {
      const words = [...library.wordsOf(file)]
      for (const word of words) numbers.set(wordOf(word), word)
      return words.map(wordOf).join(' ')
    })
    const numbersOf = (text: string): number[] => wordsOf(text).map(word => numbers.get(word) as number)
    const text = decoyText({
      names,
      queryWords: this.#queryWords.map(wordOf),
      isKnown: drawn =>
        drawn === this.#last.get(peer) ||
        Iterator.from(told).some(entry => matches(parseQuery(drawn, now), entry)) ||
        this.#isKnown(numbersOf(drawn)),
      random: seededRandom(mixed(this.#world.saltedSeed('decoys'), this.#asker, this.#byText.size))
    })
    if (text === undefined) return undefined
    const words = numbersOf(text)
    const decoy = { text, words, query: parseQuery(text, now), matches: new Matches(this.#world, words) }
    this.#byText.set(text, decoy)
    this.#last.set(peer, text)
    return decoy
  }

  /** Asks a server of the index. `onAnswered`: with the hits that fit. */
  askServer(
    peer: number,
    { text, words, query, matches }: Decoy,
    requests: Requests,
    told: {
      now: () => number
      onSent: (bytes: number) => void
      onAnswered: (hits: number, bytes: number) => void
    }
  ): void {
    const key = this.#world.index.places.keyOf(words.slice(0, 1))
    const bytes = findBytes(text)
    told.onSent(bytes)
    requests.send('find', peer, bytes, () => {
      const question = { asker: this.#asker, peer, key, keyWords: words.slice(0, 1), words, query, matches }
      const answer = serverAnswer(this.#world, { ...question, now: told.now() })
      if (answer === undefined) return
      const size = foundBytes(answer)
      requests.answer('found', peer, size, () => told.onAnswered(answer.hits.length, size))
    })
  }

  /** Of the asker and its neighbours, who announced them. */
  #knownFiles(): number[] {
    const { graph, library } = this.#world
    const files: number[] = []
    for (const node of [this.#asker, ...graph.neighboursOf(this.#asker)]) files.push(...library.filesOf(node))
    return files.slice(0, NAMES)
  }

  #isKnown(words: readonly number[]): boolean {
    const { library, known } = this.#world
    return library
      .filesWithAll(words)
      .some(file => library.holdersOf(file).some(holder => known.isKnown(this.#asker, holder)))
  }
}
