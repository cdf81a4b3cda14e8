/**
 * How a command ends: one table from what went wrong to its exit code.
 */

export const EXIT = {
  done: 0,
  unexpected: 1,
  usage: 2,
  nothingFound: 3,
  noSource: 4,
  badContent: 5,
  disk: 6,
  notRunning: 7,
  notAuthorised: 8,
  partlyDone: 9,
  interrupted: 130
} as const

/** Exit code of every error code, the node's and our own. A code that is not here is `unexpected`. */
const EXIT_BY_CODE: Readonly<Record<string, number>> = {
  usage: EXIT.usage,
  'bad-input': EXIT.usage,
  'not-found': EXIT.usage,
  conflict: EXIT.usage,
  'too-large': EXIT.usage,
  'no-source': EXIT.noSource,
  busy: EXIT.noSource,
  unreachable: EXIT.noSource,
  'bad-content': EXIT.badContent,
  disk: EXIT.disk,
  'not-running': EXIT.notRunning,
  stopping: EXIT.notRunning,
  'not-authorised': EXIT.notAuthorised,
  forbidden: EXIT.notAuthorised,
  interrupted: EXIT.interrupted
}

export function exitCodeOf(code: string): number {
  return EXIT_BY_CODE[code] ?? EXIT.unexpected
}
