/**
 * What commander cannot know about our command line: `start` may be left out, and what begins with one dash in a
 * search is an exclusion.
 */

/** Flags of every command that take a value. */
const COMMON_VALUE_FLAGS = new Set(['--data'])
const COMMON_FLAGS = new Set([...COMMON_VALUE_FLAGS, '--json', '--quiet', '--verbose'])
const SEARCH_VALUE_FLAGS = new Set([...COMMON_VALUE_FLAGS, '--ttl', '--strategy', '--limit', '--timeout'])
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
  if (word !== 'search') return [...argv]
  return [...argv.slice(0, at + 1), ...searchArgv(argv.slice(at + 1))]
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

/** Flags first, then the words behind `--`, where a dash means nothing to commander. */
function searchArgv(args: readonly string[]): string[] {
  const flags: string[] = []
  const words: string[] = []
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string
    if (arg === '--') {
      words.push(...args.slice(i + 1))
      break
    }
    if (!arg.startsWith('--')) {
      words.push(arg)
      continue
    }
    flags.push(arg)
    const value = args[i + 1]
    if (SEARCH_VALUE_FLAGS.has(arg) && value !== undefined) {
      flags.push(value)
      i++
    }
  }
  return words.length === 0 ? flags : [...flags, '--', ...words]
}
