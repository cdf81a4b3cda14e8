/**
 * Queries that nothing fits, and that nobody can tell from true ones: words of names that are known here, each of another
 * name, which nothing that is known has together.
 */
import type { Random } from '../base/ports.ts'
import { sample } from '../base/random.ts'
import { wordsOf } from '../catalog/index.ts'
import { MAX_QUERY_TEXT_BYTES } from '../wire/limits.ts'
import { isIndexWord } from './word-index/index.ts'

export interface DecoySource {
  /** Names of files that are known. */
  names: readonly string[]
  /** Words of the true query: where few names are known, they help out. */
  queryWords: readonly string[]
  /** Whether something that is known fits. */
  isKnown(text: string): boolean
  random: Random
}

/**
 * Two words that many names have are somewhere together in one name: of three with three names each none was in 4,000
 * searches of a simulated library, whose words are independent. Those of real names are not: see `draw`.
 */
const WORDS = 3
const MIN_WORDS = 2
const TRIES = 8

/** Undefined: too little is known here to make up something that does not exist. */
export function decoyText(source: DecoySource): string | undefined {
  for (let tries = 0; tries < TRIES; tries++) {
    const words = draw(source)
    const text = words.join(' ')
    const isUsable = words.length >= MIN_WORDS && Buffer.byteLength(text) <= MAX_QUERY_TEXT_BYTES
    if (isUsable && !source.isKnown(text)) return text
  }
  return undefined
}

/**
 * Of names that have no word in common with one another, nor with the query: words of one series, or one town, may well be
 * together in the name of a file that is not known here.
 */
function draw({ names, queryWords, random }: DecoySource): string[] {
  const words: string[] = []
  const related = new Set(queryWords)
  for (const name of sample(names, names.length, random)) {
    const own = wordsOf(name).filter(isIndexWord)
    const [word] = own.some(each => related.has(each)) ? [] : sample(own, 1, random)
    if (word === undefined) continue
    words.push(word)
    for (const each of own) related.add(each)
    if (words.length === WORDS) break
  }
  if (words.length >= MIN_WORDS) return words
  return [...words, ...sample(queryWords.filter(isIndexWord), WORDS - words.length, random)]
}
