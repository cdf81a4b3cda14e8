/**
 * Which hit a person most likely means, by text alone. Who has it and whether that is confirmed is not known here.
 */
import type { Entry } from '../wire/entry.ts'
import { hasSequence, type ParsedQuery } from './query-text.ts'
import { wordsOf } from './words.ts'

/** Weights are guesses that keep the order: name before path, words in order before scattered, short before long. */
const WORD_IN_NAME = 4
const WORD_IN_PATH = 1
const ALL_IN_NAME = 6
const IN_ORDER = 3
/** Taken off for each further word of the name; at most this many words count. */
const EXTRA_WORD = 0.25
const MAX_EXTRA_WORDS = 20

/** The hits, best first; equal ones keep their order. The given array stays as it is. */
export function rank<H extends { entry: Entry }>(query: ParsedQuery, hits: readonly H[]): H[] {
  return hits
    .map(hit => ({ hit, score: textScore(query, hit.entry) }))
    .sort((a, b) => b.score - a.score)
    .map(({ hit }) => hit)
}

/** How well the text of an entry fits; higher is better, only the order means something. */
export function textScore(query: ParsedQuery, entry: Entry): number {
  const name = wordsOf(entry.name)
  const elsewhere = query.words.filter(word => !name.includes(word))
  const inName = query.words.length - elsewhere.length
  // The path ends with the name, so mostly there is nothing left to look for in it.
  const path = elsewhere.length > 0 ? wordsOf(entry.path) : []
  const inPathOnly = elsewhere.filter(word => path.includes(word)).length
  const extra = Math.min(MAX_EXTRA_WORDS, name.length - inName)
  let score = inName * WORD_IN_NAME + inPathOnly * WORD_IN_PATH - extra * EXTRA_WORD
  if (query.words.length > 0 && inName === query.words.length) {
    score += ALL_IN_NAME
    if (hasSequence(name, query.words)) score += IN_ORDER
  }
  return score
}
