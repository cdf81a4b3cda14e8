/**
 * What commander cannot know about our command line: `start` may be left out, and what begins with one dash in a
 * search is an exclusion, and a negative number a value.
 */

/** Flags of every command that take a value. */
const COMMON_VALUE_FLAGS = new Set(['--data'])
const COMMON_FLAGS = new Set([...COMMON_VALUE_FLAGS, '--json', '--quiet', '--verbose'])
const SEARCH_VALUE_FLAGS = new Set([
  ...COMMON_VALUE_FLAGS,
  '--ttl',
  '--strategy',
  '--limit',
  '--timeout',
  '--svg'
])
const VALUE_VALUE_FLAGS = new Set([...COMMON_VALUE_FLAGS, '--as'])
const ABOUT = new Set(['-h', '--help', '-V', '--version'])

/**
 * The arguments as commander wants them. No command, or a flag that is not common where the command should stand, means
 * `start`.
 */
export function normaliseArgv(argv: readonly string[]): string[] {
  const at = commandIndex(argv)
  const word = argv[at]
  if (word === undefined || (word.startsWith('--') && !ABOUT.has(word)))
    return [...argv.slice(0, at), 'start', ...argv.slice(at)]
  if (word === 'value' && /^(add|rm)$/.test(argv[at + 1] ?? '')) {
    return [...argv.slice(0, at + 2), ...flagsFirst(argv.slice(at + 2), VALUE_VALUE_FLAGS, isNumberOrWord)]
  }
  const words = word === 'search' ? at + 1 : word === 'want' && argv[at + 1] === 'add' ? at + 2 : undefined
  if (words === undefined) return [...argv]
  return [...argv.slice(0, words), ...flagsFirst(argv.slice(words), SEARCH_VALUE_FLAGS, isSearchWord)]
}

/** Says whether `--json` is there, for errors that come before the flags are read. */
export function asksForJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  return argv.slice(0, end === -1 ? argv.length : end).includes('--json')
}

/**
 * The text of a query. A single argument is the query as it was written. Of several, one with spaces was quoted in the
 * shell and is a phrase.
 */
export function queryText(words: readonly string[]): string {
  if (words.length === 1) return (words[0] as string).trim()
  return words.map(word => (/\s/.test(word) && !word.includes('"') ? quoted(word.trim()) : word)).join(' ')
}

function quoted(word: string): string {
  return word.startsWith('-') ? `-"${word.slice(1).trim()}"` : `"${word}"`
}

function commandIndex(argv: readonly string[]): number {
  let i = 0
  while (i < argv.length) {
    const arg = argv[i] as string
    const flag = arg.split('=')[0] as string
    if (!COMMON_FLAGS.has(flag)) break
    i += COMMON_VALUE_FLAGS.has(flag) && !arg.includes('=') ? 2 : 1
  }
  return Math.min(i, argv.length)
}

function isSearchWord(arg: string): boolean {
  return !arg.startsWith('--')
}

function isNumberOrWord(arg: string): boolean {
  return !arg.startsWith('-') || /^-[\d.]/.test(arg)
}

/** Flags first, then the words behind `--`, where a dash means nothing to commander. */
function flagsFirst(
  args: readonly string[],
  valueFlags: ReadonlySet<string>,
  isWord: (arg: string) => boolean
): string[] {
  const flags: string[] = []
  const words: string[] = []
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string
    if (arg === '--') {
      words.push(...args.slice(i + 1))
      break
    }
    if (isWord(arg)) {
      words.push(arg)
      continue
    }
    flags.push(arg)
    const value = args[i + 1]
    if (valueFlags.has(arg) && value !== undefined) {
      flags.push(value)
      i++
    }
  }
  return words.length === 0 ? flags : [...flags, '--', ...words]
}
