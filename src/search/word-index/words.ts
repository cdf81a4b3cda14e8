/**
 * Words by which a file is put into the index, and by which a query looks it up.
 */
import { type ParsedQuery, wordsOf } from '../../catalog/index.ts'
import { MAX_QUERY_TEXT_BYTES } from '../../wire/limits.ts'

/** Words of more bytes are never asked for. */
const MAX_WORD_BYTES = MAX_QUERY_TEXT_BYTES
const MIN_WORD_CHARACTERS = 2

/**
 * Words that tell nothing about a file: the small words of some languages, and the endings that most names have. As
 * `wordsOf` gives them: without accents.
 */
const STOP_WORDS = new Set(
  `a an and are as at be by for from in is it of on or the to with
  al con de del el en la las los por que se su un una y
  da do dos das e em na no o os para um uma
  das den der die ein eine im ist mit und von zu
  au aux des du et le les par pour sur un une
  di gli il lo nel per
  avi doc docx flac gif htm html iso jpeg jpg json m4a mkv mov mp3 mp4 mpeg mpg ogg pdf png svg tar gz txt wav webm webp xls xlsx xml zip`
    .split(/\s+/)
    .filter(word => word !== '')
)

/** How many entries have a word, as far as this node knows. */
export type WordFrequency = (word: string) => number

/** Whether a word is worth a place in the index. */
export function isIndexWord(word: string): boolean {
  if (STOP_WORDS.has(word) || Buffer.byteLength(word) > MAX_WORD_BYTES) return false
  // A word of two UTF-16 units may be one character.
  return word.length > MIN_WORD_CHARACTERS || [...word].length >= MIN_WORD_CHARACTERS
}

/** Distinct words of a path, in the order in which they come. */
export function indexWords(path: string): string[] {
  return [...new Set(wordsOf(path))].filter(isIndexWord)
}

/** Words by which a query can be looked up, rarest first. None: it consists of stop words and filters. */
export function lookupWords(query: ParsedQuery, frequency: WordFrequency): string[] {
  return rarestFirst(query.words.filter(isIndexWord), frequency)
}

/** Of words equally frequent the longer one comes first, which mostly is the rarer one elsewhere. */
export function rarestFirst(words: readonly string[], frequency: WordFrequency): string[] {
  if (words.length < 2) return [...words]
  const counted = words.map(word => ({ word, count: frequency(word) }))
  counted.sort((a, b) => a.count - b.count || b.word.length - a.word.length || (a.word < b.word ? -1 : 1))
  return counted.map(({ word }) => word)
}
