/**
 * Everything the console says, in each language. Both are of one type: a sentence that one of them lacks does not compile.
 *
 * What these functions give may hold names of others; it is made safe where it is printed. Messages of the node itself
 * are English, and stand behind a translated reason.
 */
import type { Download, Peer, SearchEvent } from '../../node/api.ts'
import type { HitWords } from '../commands/search.ts'
import type { AnswerWords } from '../commands/values.ts'
import { parseChoice } from '../values.ts'
import { ENGLISH } from './english.ts'
import type { Needed, Vocabulary } from './menu.ts'
import { SPANISH } from './spanish.ts'

export interface Texts {
  commands: Vocabulary
  /** Words before the name of numbers, without accents. */
  as: readonly string[]
  prompt: string
  /** Prompts for what a command needs. */
  needs: Readonly<Record<Needed, string>>
  greeting(node: string, peers: number): string
  howTo: string
  tab: string
  /** How Tab works where keys come a line at a time. */
  tabTyped: string
  unknown(word: string): string
  ambiguous(word: string, words: readonly string[]): string
  takesNothing(word: string): string
  nothingDone: string
  failure(code: string, message: string): string
  nodeGone: string

  notANumber(text: string): string
  tooManyDigits(limit: number): string
  noNumbers: string
  added(values: number): string
  noValues: string
  none: string
  answer: AnswerWords

  shared(path: string, files: number, bytes: number): string
  hashing(files: number): string
  notShared(path: string, message: string): string
  /** So many more files are not. */
  andNotShared(files: number): string
  /** Enter gives back the prompt while something goes on. */
  enterLeaves: string
  goesOn: string

  hit: HitWords
  found(done: Extract<SearchEvent, { type: 'done' }>): string
  progress(download: Download): string
  fetched(path: string): string
  noDownloads: string
  states: Readonly<Record<Download['state'], string>>

  noPeers: string
  neighbour: string
  contact: string
  paths: Readonly<Record<Peer['path'], string>>

  /** Headings and names of facts. */
  labels: Readonly<Record<Label, string>>
  peers(all: number, neighbours: number): string
  reachable: Readonly<Record<'lan' | 'public', string>>
  shares(shares: number, files: number, bytes: number, pending: number): string
  catalogue(files: number, peers: number, complete: boolean): string
  upFor(time: string): string
}

export type Label =
  | 'name'
  | 'value'
  | 'peer'
  | 'role'
  | 'path'
  | 'time'
  | 'address'
  | 'state'
  | 'done'
  | 'size'
  | 'where'
  | 'node'
  | 'peers'
  | 'reachable'
  | 'shares'
  | 'catalogue'
  | 'data'
  | 'downloads'
  | 'warning'

export const LANGUAGES = ['en', 'es'] as const
export type Language = (typeof LANGUAGES)[number]

export const TEXTS: Readonly<Record<Language, Texts>> = { en: ENGLISH, es: SPANISH }

/**
 * The language that was asked for, else that of the locale as POSIX reads it (Base Definitions, 8.2), else English.
 *
 * @throws CliError for a language that there is not
 */
export function languageOf(
  asked: string | undefined,
  env: Readonly<Record<string, string | undefined>>
): Language {
  if (asked !== undefined) return parseChoice('--lang', asked, LANGUAGES)
  if (env.P2PNODE_LANG) return parseChoice('P2PNODE_LANG', env.P2PNODE_LANG, LANGUAGES)
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || ''
  return /^(es|spanish)([_.@-]|$)/i.test(locale) ? 'es' : 'en'
}
