/**
 * What of a folder is not shared: hidden, temporary and unfinished files, and what the owner's `.p2pignore` names.
 */
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import ignore, { type Ignore } from 'ignore'
import { isMissing } from './disk-error.ts'
import { READ_FLAGS } from './file-facts.ts'

/** At the root of a share, with the rules of .gitignore. */
export const IGNORE_FILE = '.p2pignore'

/** Ends of names, in lower case: editors, browsers, download and office programs at work. `.part` is also ours. */
const TEMPORARY_ENDS = [
  '~',
  '.tmp',
  '.temp',
  '.swp',
  '.swo',
  '.swx',
  '.crdownload',
  '.part',
  '.partial',
  '.!ut'
]
const MORE_TEMPORARY_ENDS = ['.!qb', '.aria2', '.bc!', '.download', '.opdownload', '.filepart', '.lock']
const ENDS = [...TEMPORARY_ENDS, ...MORE_TEMPORARY_ENDS]

/** Names, in lower case, that systems leave behind. Those with a dot are hidden anyway. */
const SYSTEM_NAMES = new Set([
  'thumbs.db',
  'ehthumbs.db',
  'desktop.ini',
  '$recycle.bin',
  'lost+found',
  'icon\r'
])
const SYSTEM_FOLDER = 'system volume information'

export class IgnoreRules {
  readonly #owners: Ignore

  constructor(text = '') {
    this.#owners = ignore({ ignorecase: process.platform !== 'linux', allowRelativePaths: true }).add(text)
  }

  /**
   * The rules of the share at `root`.
   *
   * @throws when its ignore file is there but cannot be read: sharing what it names would be worse than sharing nothing
   */
  static async load(root: string): Promise<IgnoreRules> {
    try {
      await using file = await open(join(root, IGNORE_FILE), READ_FLAGS)
      if (!(await file.stat()).isFile()) throw new Error('it is not a file')
      return new IgnoreRules(await file.readFile('utf8'))
    } catch (error) {
      if (isMissing(error)) return new IgnoreRules()
      throw error
    }
  }

  /** @param path - inside the share, parts joined with `/`; also ignored when a folder above is */
  ignores(path: string, isFolder: boolean): boolean {
    return this.why(path, isFolder) != null
  }

  /** Why `path` is ignored; undefined when it is not. */
  why(path: string, isFolder: boolean): string | undefined {
    for (const name of path.split('/')) {
      const reason = whyName(name)
      if (reason != null) return reason
    }
    return this.#owners.ignores(isFolder ? `${path}/` : path) ? `in ${IGNORE_FILE}` : undefined
  }
}

function whyName(name: string): string | undefined {
  const lower = name.toLowerCase()
  if (name.startsWith('.')) return 'hidden'
  if (SYSTEM_NAMES.has(lower) || lower === SYSTEM_FOLDER) return "the system's"
  return lower.startsWith('~$') || ENDS.some(end => lower.endsWith(end)) ? 'temporary' : undefined
}
