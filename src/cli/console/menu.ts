/**
 * What the console can be told, and how a typed line is understood: a number of the menu, a word of either language, or
 * the beginning of a word of the user's own.
 */

/** In the order of the menu. Numbers count from 1; the last one, `quit`, is 0. */
export const COMMANDS = [
  'add',
  'values',
  'sum',
  'count',
  'mean',
  'min',
  'max',
  'share',
  'search',
  'get',
  'peers',
  'downloads',
  'status',
  'help',
  'quit'
] as const

export type CommandId = (typeof COMMANDS)[number]

/** What stands behind a command: asked for when it is left out. */
export type Needed = 'numbers' | 'path' | 'words' | 'row'

/** What may stand behind a command, for completion; a command that is not here stands alone. */
export const TAKES: Readonly<Partial<Record<CommandId, Needed | 'names'>>> = {
  add: 'numbers',
  sum: 'names',
  count: 'names',
  mean: 'names',
  min: 'names',
  max: 'names',
  share: 'path',
  search: 'words',
  get: 'row'
}

/** A command in one language. */
export interface CommandWords {
  /** The one that the menu shows. */
  word: string
  also: readonly string[]
  /** What stands behind it, as the menu shows it. */
  takes: string
  about: string
}

export type Vocabulary = Readonly<Record<CommandId, CommandWords>>

export type Choice =
  | { kind: 'nothing' }
  | { kind: 'command'; command: CommandId; rest: string }
  | { kind: 'ambiguous'; word: string; words: string[] }
  | { kind: 'unknown'; word: string }

/** @param vocabularies - the user's own language first; of the others only whole words count */
export function parseLine(line: string, vocabularies: readonly Vocabulary[]): Choice {
  const [, word = '', rest = ''] = /^(\S*)\s*([\s\S]*)$/.exec(line.trim()) ?? []
  if (word === '') return { kind: 'nothing' }
  const whole = byNumber(word) ?? byWord(word, vocabularies)
  if (whole !== undefined) return { kind: 'command', command: whole, rest }
  const begun = begunBy(word, vocabularies[0] as Vocabulary)
  if (begun.length === 0) return { kind: 'unknown', word }
  const [{ command }] = begun as [Begun]
  if (begun.length === 1) return { kind: 'command', command, rest }
  return { kind: 'ambiguous', word, words: begun.map(({ word }) => word) }
}

/** The number of a command in the menu. */
export function numberOf(command: CommandId): number {
  return command === 'quit' ? 0 : COMMANDS.indexOf(command) + 1
}

interface Begun {
  command: CommandId
  /** The one that begins so. */
  word: string
}

/** Commands of which a word begins with `start`, with that word. */
export function begunBy(start: string, vocabulary: Vocabulary): Begun[] {
  const folded = fold(start)
  return COMMANDS.flatMap(command => {
    const word = wordsOf(vocabulary[command]).find(word => fold(word).startsWith(folded))
    return word === undefined ? [] : [{ command, word }]
  })
}

export function wordsOf({ word, also }: CommandWords): string[] {
  return [word, ...also]
}

/** Lower case and without accents: what some keyboards cannot write. */
export function fold(word: string): string {
  return word.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}

/** Words parted by spaces; quotes hold together what has spaces inside. */
export function partsOf(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'|\S+/g)].map(
    ([all, double, single]) => double ?? single ?? all
  )
}

/** A path as people write or drop it: perhaps in quotes, perhaps with `~` for the home folder. */
export function pathOf(text: string, home: string): string {
  const [, , quoted] = /^(["'])(.*)\1$/s.exec(text) ?? []
  return (quoted ?? text).replace(/^~(?=\/|$)/, () => home)
}

/** Numbers and, behind the word for `as`, what they are called: `12 -3.5 as rain`. */
export function numbersOf(text: string, as: readonly string[]): { values: string[]; name?: string } {
  const parts = partsOf(text)
  const at = parts.findIndex(part => part === '--as' || as.includes(fold(part)))
  return at === -1 ? { values: parts } : { values: parts.slice(0, at), name: parts.slice(at + 1).join(' ') }
}

function byNumber(word: string): CommandId | undefined {
  return /^\d+$/.test(word) ? COMMANDS.find(command => numberOf(command) === Number(word)) : undefined
}

function byWord(word: string, vocabularies: readonly Vocabulary[]): CommandId | undefined {
  const folded = fold(word)
  for (const vocabulary of vocabularies) {
    const found = COMMANDS.find(id => wordsOf(vocabulary[id]).some(other => fold(other) === folded))
    if (found !== undefined) return found
  }
  return undefined
}
