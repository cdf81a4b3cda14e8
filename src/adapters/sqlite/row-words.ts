/**
 * Words of entries and of queries as the full-text index has them.
 */
import { type ParsedQuery, wordsOf } from '../../catalog/index.ts'
import type { Entry } from '../../wire/entry.ts'

const MIME = /^[\w.+-]+(\/[\w.+-]+)*$/

/** What the index keeps of an entry. */
export function rowWords({ path, mime }: Entry, provider: number): string {
  return [...new Set(wordsOf(path)), ...mimeWords(mime), providerWord(provider)].join(' ')
}

/**
 * A query in the language of FTS5; undefined when it names nothing that the index knows. What it finds may match, and all that
 * matches is found by it.
 */
export function matchText(query: ParsedQuery, provider?: number): string | undefined {
  const terms = query.words.map(quoted)
  addChoice(
    terms,
    // An ending is also a word, or words, of the path.
    query.exts.map(ext => wordsOf(ext))
  )
  addChoice(
    terms,
    query.mimes.map(mime => [`@${mime}`])
  )
  if (provider !== undefined) terms.push(quoted(providerWord(provider)))
  if (terms.length === 0) return undefined
  const excluded = query.excluded.filter(words => words.length === 1).map(([word]) => quoted(word as string))
  return excluded.reduce((text, word) => `(${text} NOT ${word})`, `(${terms.join(' AND ')})`)
}

/** One of several sets of words must be there. A set without words is met by everything. */
function addChoice(terms: string[], choices: string[][]): void {
  if (choices.length === 0 || choices.some(words => words.length === 0)) return
  terms.push(`(${choices.map(words => `(${words.map(quoted).join(' AND ')})`).join(' OR ')})`)
}

function mimeWords(mime: string): string[] {
  const parts = mime.toLowerCase().split('/')
  const prefixes = parts.map((_, i) => parts.slice(0, i + 1).join('/'))
  return prefixes.filter(prefix => MIME.test(prefix)).map(prefix => `@${prefix}`)
}

function providerWord(provider: number): string {
  return `@@${provider}`
}

/** No word contains a quote. */
function quoted(word: string): string {
  return `"${word}"`
}
