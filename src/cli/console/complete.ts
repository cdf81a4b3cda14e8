/**
 * What Tab offers: words of the menu, paths, rows of the last search, names of numbers.
 */
import { readdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { safe } from '../render/safe-text.ts'
import { begunBy, type Needed, parseLine, pathOf, TAKES, type Vocabulary } from './menu.ts'

/** More do not fit a screen. */
const MAX_OFFERS = 100

/** What may stand there, and the end of the line that each of them would replace. */
export type Offers = [offers: string[], replaced: string]

export interface Known {
  cwd: string
  home: string
  /** Of the last search. */
  rows: readonly number[]
  /** Of numbers. Asked for only when they are wanted. */
  names(): Promise<readonly string[]>
}

/** @param needed - the line is the answer to a question for this; else it is a command */
export async function offersFor(
  line: string,
  needed: Needed | undefined,
  vocabularies: readonly Vocabulary[],
  known: Known
): Promise<Offers> {
  if (needed !== undefined) return await offersOf(needed, line.trimStart(), known)
  const [, word = '', gap = '', rest = ''] = /^\s*(\S*)(\s*)([\s\S]*)$/.exec(line) ?? []
  if (gap === '' || word === '') return [wordOffers(word, vocabularies[0] as Vocabulary), word]
  const choice = parseLine(word, vocabularies)
  return choice.kind === 'command' ? await offersOf(TAKES[choice.command], rest, known) : [[], rest]
}

function wordOffers(start: string, vocabulary: Vocabulary): string[] {
  return begunBy(start, vocabulary).map(({ command, word }) =>
    TAKES[command] === undefined ? word : `${word} `
  )
}

async function offersOf(takes: Needed | 'names' | undefined, rest: string, known: Known): Promise<Offers> {
  const last = /\S*$/.exec(rest)?.[0] ?? ''
  switch (takes) {
    case 'path':
      return await pathOffers(rest, known)
    case 'row':
      return [known.rows.map(String).filter(row => row.startsWith(rest)), rest]
    case 'names':
      return [offered(await known.names()).filter(name => name.startsWith(last)), last]
    default:
      return [[], last]
  }
}

async function pathOffers(text: string, { cwd, home }: Known): Promise<Offers> {
  const [, folder = '', start = ''] = /^["']?(.*\/)?([^/]*)$/s.exec(text) ?? []
  try {
    const entries = await readdir(resolve(cwd, pathOf(folder, home)), { withFileTypes: true })
    const names = entries
      .filter(({ name }) => name.startsWith(start) && name.startsWith('.') === start.startsWith('.'))
      .map(entry => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    return [offered(names.sort()), start]
  } catch {
    // No such folder, or not for us: nothing to offer.
    return [[], start]
  }
}

/** Names that a terminal shows as they are; what must be escaped cannot be put into a line. */
function offered(names: readonly string[]): string[] {
  return [...new Set(names)].filter(name => safe(name) === name).slice(0, MAX_OFFERS)
}
