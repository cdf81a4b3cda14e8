/**
 * Queries as people write them: `beach "summer tour" -live mime:audio ext:flac size:>10MB newer:7d cid:bafy…`.
 *
 * Words and phrases must all be there. A filter that is repeated asks for any of its values, except `size` and
 * `newer`, which narrow. A colon after anything that is not a filter's name is just punctuation.
 */
import { CID } from 'multiformats/cid'
import type { Entry } from '../wire/entry.ts'
import { MAX_QUERY_TEXT_BYTES, MAX_QUERY_WORDS } from '../wire/limits.ts'
import { QueryError } from './errors.ts'
import { runsOf, wordsOf } from './words.ts'

export interface ParsedQuery {
  /** As it was written: what goes to other nodes. */
  text: string
  /** Distinct words that must all be in the path; those of phrases, too. */
  words: string[]
  /** Words that must follow one another in the path. */
  phrases: string[][]
  /** Words, or sequences of words, that must not be in the path. */
  excluded: string[][]
  /** Media types, `video` or `video/mp4`, in lower case. Empty: any. */
  mimes: string[]
  /** Endings of the name without the leading dot, in lower case. Empty: any. */
  exts: string[]
  /** Cids as text, version 1 in base32. Empty: any. */
  cids: string[]
  /** Bytes, both ends included. */
  minSize: number
  maxSize: number
  /** ms since the epoch; entries modified before it do not match. */
  newerThan: number
}

const TERM = /(-?)"([^"]*)"?|\S+/g
const CURLY_QUOTES = /[“”„«»]/g
const FILTER = /^(-?)(mime|ext|size|newer|cid):(.*)$/is
const EXAMPLES = {
  mime: 'mime:video',
  ext: 'ext:pdf',
  size: 'size:>10MB',
  newer: 'newer:7d',
  cid: 'cid:bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'
} as const
type Filter = keyof typeof EXAMPLES

const UNIT_BYTES: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1e3,
  kb: 1e3,
  m: 1e6,
  mb: 1e6,
  g: 1e9,
  gb: 1e9,
  t: 1e12,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40
}
const UNIT_MS: Readonly<Record<string, number>> = {
  '': 1e3,
  s: 1e3,
  m: 60e3,
  h: 3_600e3,
  d: 86_400e3,
  w: 7 * 86_400e3,
  y: 365 * 86_400e3
}

/**
 * Reads a query. `now`: ms since the epoch, from which `newer:` counts back.
 *
 * @throws QueryError
 */
export function parseQuery(text: string, now: number): ParsedQuery {
  const bytes = Buffer.byteLength(text)
  if (bytes > MAX_QUERY_TEXT_BYTES)
    throw new QueryError({ code: 'too-long', bytes, limit: MAX_QUERY_TEXT_BYTES })

  const query: ParsedQuery = {
    text,
    words: [],
    phrases: [],
    excluded: [],
    mimes: [],
    exts: [],
    cids: [],
    minSize: 0,
    maxSize: Infinity,
    newerThan: -Infinity
  }
  let filters = 0
  for (const [term, minus, quoted] of termsOf(text)) {
    const filter = quoted == null ? FILTER.exec(term) : null
    if (filter != null) {
      addFilter(query, filter, now)
      filters++
    } else {
      addWords(query, quoted ?? term, quoted == null ? term.startsWith('-') : minus === '-', quoted != null)
    }
  }
  const words = wordCount(text)
  if (words > MAX_QUERY_WORDS) throw new QueryError({ code: 'too-many-words', words, limit: MAX_QUERY_WORDS })
  if (query.words.length === 0 && filters === 0) throw new QueryError({ code: 'empty' })
  query.words = [...new Set(query.words)]
  return query
}

/** Words of a query, of which there may be MAX_QUERY_WORDS, whether or not its filters can be read. */
export function wordCount(text: string): number {
  let words = 0
  for (const [term, , quoted] of termsOf(text)) {
    if (quoted != null || !FILTER.test(term)) words += runsOf(quoted ?? term).length
  }
  return words
}

/** Whether `entry` is what `query` asks for. */
export function matches(query: ParsedQuery, entry: Entry): boolean {
  return matchesFilters(query, entry) && matchesWords(query, wordsOf(entry.path))
}

/** The part of `matches` that needs no words: cheap, so it goes first. */
export function matchesFilters(query: ParsedQuery, entry: Entry): boolean {
  return (
    entry.size >= query.minSize &&
    entry.size <= query.maxSize &&
    entry.modified >= query.newerThan &&
    (query.cids.length === 0 || query.cids.includes(entry.cid)) &&
    (query.exts.length === 0 || query.exts.some(ext => hasExt(entry.name, ext))) &&
    (query.mimes.length === 0 || query.mimes.some(mime => isMime(entry.mime, mime)))
  )
}

/** The part of `matches` that is about words. `words`: of the entry's path, in order. */
export function matchesWords(query: ParsedQuery, words: readonly string[]): boolean {
  return (
    query.words.every(word => words.includes(word)) &&
    query.phrases.every(phrase => hasSequence(words, phrase)) &&
    !query.excluded.some(phrase => hasSequence(words, phrase))
  )
}

/** Whether `sequence` stands in `words` without a gap. */
export function hasSequence(words: readonly string[], sequence: readonly string[]): boolean {
  for (
    let at = words.indexOf(sequence[0] as string);
    at >= 0;
    at = words.indexOf(sequence[0] as string, at + 1)
  ) {
    if (sequence.every((word, i) => words[at + i] === word)) return true
  }
  return false
}

function termsOf(text: string): Iterable<RegExpExecArray> {
  return text.replace(CURLY_QUOTES, '"').matchAll(TERM)
}

function hasExt(name: string, ext: string): boolean {
  return name.length > ext.length + 1 && name.toLowerCase().endsWith(`.${ext}`)
}

function isMime(mime: string, wanted: string): boolean {
  const lower = mime.toLowerCase()
  return lower === wanted || lower.startsWith(`${wanted}/`)
}

function addWords(query: ParsedQuery, text: string, excluded: boolean, phrase: boolean): void {
  const words = wordsOf(text)
  if (words.length === 0) return
  if (excluded) query.excluded.push(words)
  else {
    query.words.push(...words)
    if (phrase && words.length > 1) query.phrases.push(words)
  }
}

function addFilter(query: ParsedQuery, [term, minus, name, value]: RegExpExecArray, now: number): void {
  const field = (name as string).toLowerCase() as Filter
  const given = (value as string).trim()
  const read = minus === '' && given !== '' && READERS[field](query, given, now)
  if (!read)
    throw new QueryError({ code: 'bad-filter', field, value: term as string, example: EXAMPLES[field] })
}

/** Each reads one filter into the query, and says whether it could. */
const READERS: Readonly<Record<Filter, (query: ParsedQuery, value: string, now: number) => boolean>> = {
  mime(query, value) {
    const mime = /^([a-z0-9][\w.+-]*)(?:\/(?:\*|([\w.+-]+))?)?$/i.exec(value)
    if (mime == null) return false
    query.mimes.push((mime[2] == null ? (mime[1] as string) : `${mime[1]}/${mime[2]}`).toLowerCase())
    return true
  },
  ext(query, value) {
    const ext = value.replace(/^\.+/, '').normalize('NFC').toLowerCase()
    if (ext === '' || ext.includes('/')) return false
    query.exts.push(ext)
    return true
  },
  size(query, value) {
    const size = /^([<>])(=?)(\d+(?:\.\d+)?)([a-z]*)$/i.exec(value)
    const unit = UNIT_BYTES[(size?.[4] ?? '-').toLowerCase()]
    if (size == null || unit == null) return false
    const bytes = Number(size[3]) * unit
    if (size[1] === '>')
      query.minSize = Math.max(query.minSize, size[2] === '=' ? Math.ceil(bytes) : Math.floor(bytes) + 1)
    else query.maxSize = Math.min(query.maxSize, size[2] === '=' ? Math.floor(bytes) : Math.ceil(bytes) - 1)
    return true
  },
  newer(query, value, now) {
    const age = /^(\d+(?:\.\d+)?)([a-z]*)$/i.exec(value)
    const unit = UNIT_MS[(age?.[2] ?? '-').toLowerCase()]
    if (age == null || unit == null) return false
    query.newerThan = Math.max(query.newerThan, now - Number(age[1]) * unit)
    return true
  },
  cid(query, value) {
    try {
      query.cids.push(CID.parse(value).toV1().toString())
      return true
    } catch {
      // multiformats throws a different error for each thing that can be wrong; the user needs only one.
      return false
    }
  }
}
