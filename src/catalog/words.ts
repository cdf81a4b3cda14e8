/**
 * Words: what a name, a path or a query is cut into, so that `Ärger_01.MP3` is found by `arger 01`.
 *
 * NFKC, lower case, accents folded, split at everything that is neither letter nor digit. Chinese, Japanese and
 * Korean are written without spaces between words, so a run of them becomes its pairs of neighbouring characters.
 */

/** The long-vowel sign and the voicing marks of kana are of no script by themselves. */
const CJK = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\u30fc\\u3099\\u309a'
const RUN = new RegExp(`[${CJK}]+|(?:(?![${CJK}])[\\p{L}\\p{N}\\p{M}])+`, 'gu')
const STARTS_CJK = new RegExp(`^[${CJK}]`, 'u')
/** Most names are ASCII, and for them all the folding below does nothing. */
const ONLY_ASCII = /^[\x20-\x7e]*$/
const ASCII_RUN = /[a-z0-9]+/g

/**
 * Accents of Latin, Greek and Cyrillic, points of Hebrew and Arabic. Not all of \p{M}: in Indic scripts marks are
 * vowels, in Japanese they tell consonants apart.
 */
const ACCENTS = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670]/gu

/** Letters that people type in another way and that Unicode does not decompose. */
const FOLDED: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
  ς: 'σ'
}
const FOLDED_LETTER = new RegExp(`[${Object.keys(FOLDED).join('')}]`, 'gu')

/** The words of `text` in their order, repeated ones included. */
export function wordsOf(text: string): string[] {
  if (ONLY_ASCII.test(text)) return asciiRuns(text)
  return runsOf(text).flatMap(run => (STARTS_CJK.test(run) ? pairs(run) : run))
}

/** Like `wordsOf`, but a run of Chinese, Japanese or Korean stays whole: what a person would count as words. */
export function runsOf(text: string): string[] {
  return ONLY_ASCII.test(text) ? asciiRuns(text) : (fold(text).match(RUN) ?? [])
}

function asciiRuns(text: string): string[] {
  return text.toLowerCase().match(ASCII_RUN) ?? []
}

function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    .replace(ACCENTS, '')
    .normalize('NFC')
    .replace(FOLDED_LETTER, letter => FOLDED[letter] as string)
}

function pairs(run: string): string[] {
  const characters = [...run]
  if (characters.length === 1) return characters
  return characters.slice(1).map((character, i) => `${characters[i]}${character}`)
}
