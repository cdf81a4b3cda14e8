/**
 * Walks shares: what is in them, as far as it is to be shared.
 */
import { isUtf8 } from 'node:buffer'
import type { Dirent } from 'node:fs'
import { access, constants, lstat, readdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path'
import type {
  FileFacts,
  FoundError,
  FoundFile,
  Ignored,
  RootFacts,
  ShareScanner
} from '../../node/share-ports.ts'
import { MAX_NAME_BYTES, MAX_PATH_BYTES, MAX_PATH_DEPTH } from '../../wire/limits.ts'
import { isMissing, isPassing, meaning } from './disk-error.ts'
import { factsOf } from './file-facts.ts'
import { IgnoreRules } from './ignore-rules.ts'

/** Files looked at at once: more than the four threads that do it wait in their queue only. */
const CONCURRENT_STATS = 32
/** Room for the share's name, which is the first part of every path. */
const MAX_INSIDE_BYTES = MAX_PATH_BYTES - MAX_NAME_BYTES - 1
const MAX_INSIDE_DEPTH = MAX_PATH_DEPTH - 1

type Found = FoundFile | FoundError
type Looked = Found | Ignored

export class Scanner implements ShareScanner {
  async inspect(path: string): Promise<RootFacts | 'missing' | 'unreadable' | 'special'> {
    try {
      const real = await realpath(path)
      const stats = await stat(real, { bigint: true })
      if (!stats.isFile() && !stats.isDirectory()) return 'special'
      await access(real, stats.isFile() ? constants.R_OK : constants.R_OK | constants.X_OK)
      return { kind: stats.isFile() ? 'file' : 'folder', real, inode: stats.ino }
    } catch (error) {
      return isMissing(error) ? 'missing' : 'unreadable'
    }
  }

  async facts(absolute: string): Promise<FileFacts | undefined> {
    try {
      const stats = await stat(absolute, { bigint: true })
      return stats.isFile() ? factsOf(absolute, stats) : undefined
    } catch {
      // Gone or not readable any more: the caller looks again when something changes.
      return undefined
    }
  }

  async *scan(root: string, options: { signal: AbortSignal; inside?: string }): AsyncGenerator<Found> {
    for await (const found of this.#walk(root, options)) if (found.kind !== 'ignored') yield found
  }

  preview(root: string, options: { signal: AbortSignal }): AsyncGenerator<Looked> {
    return this.#walk(root, options)
  }

  async *#walk(root: string, options: { signal: AbortSignal; inside?: string }): AsyncGenerator<Looked> {
    const stats = await lstat(root).catch(() => undefined)
    if (stats == null) return
    if (!stats.isDirectory()) {
      const file = await this.facts(root)
      if (file != null) yield { kind: 'file', path: '', file }
      return
    }
    let rules: IgnoreRules
    try {
      rules = await IgnoreRules.load(root)
    } catch (error) {
      const message = `nothing is shared while ${meaning(error)}`
      yield { kind: 'error', path: '.p2pignore', message, ...(isPassing(error) ? { unsure: '' } : {}) }
      return
    }
    yield* new Walk(root, rules, options.signal).from(options.inside ?? '')
  }
}

/** One walk through a share that is a folder. */
class Walk {
  readonly #root: string
  readonly #rules: IgnoreRules
  readonly #signal: AbortSignal
  /** Real paths of folders entered through a symlink: each only once, so that a walk ends. */
  readonly #linked = new Set<string>()

  constructor(root: string, rules: IgnoreRules, signal: AbortSignal) {
    this.#root = root
    this.#rules = rules
    this.#signal = signal
  }

  /** What is at and below a path inside. `..` and the like lead nowhere. */
  async *from(inside: string): AsyncGenerator<Looked> {
    if (inside === '') return yield* this.#folder('', this.#root)
    const absolute = join(this.#root, ...inside.split('/'))
    const folder = await realpath(dirname(absolute)).catch(() => undefined)
    if (folder == null || insideOf(this.#root, folder) == null) return
    const above = insideOf(this.#root, dirname(absolute))
    if (above != null) yield* this.#entries(above.normalize('NFC'), folder, [basename(absolute)])
  }

  async *#folder(inside: string, absolute: string): AsyncGenerator<Looked> {
    let names: string[]
    try {
      const entries = await readdir(absolute, { encoding: 'buffer', withFileTypes: true })
      for (const entry of entries) if (!isUtf8(entry.name)) yield badName(inside, entry)
      names = entries.filter(entry => isUtf8(entry.name)).map(entry => entry.name.toString())
    } catch (error) {
      if (!isMissing(error)) yield errorAt(inside, error)
      return
    }
    yield* this.#entries(inside, absolute, names.sort())
  }

  /** @param folder - real path of the folder that `names` are in */
  async *#entries(inside: string, folder: string, names: string[]): AsyncGenerator<Looked> {
    const seen = new Set<string>()
    for (let i = 0; i < names.length; i += CONCURRENT_STATS) {
      this.#signal.throwIfAborted()
      const some = names.slice(i, i + CONCURRENT_STATS)
      const looked = await Promise.all(some.map(name => this.#look(inside, folder, name)))
      for (const found of looked) {
        if (found == null) continue
        if (found.kind !== 'error' && found.kind !== 'ignored' && seen.has(found.path)) {
          yield {
            kind: 'error',
            path: found.path,
            message: 'another one has the same name in another spelling'
          }
          continue
        }
        seen.add(found.path)
        if (found.kind === 'folder') yield* this.#folder(found.path, found.absolute)
        else yield found
      }
    }
  }

  /** One name in a folder; undefined when it is to be passed over in silence. */
  async #look(
    inside: string,
    folder: string,
    name: string
  ): Promise<Looked | { kind: 'folder'; path: string; absolute: string } | undefined> {
    const path = inside === '' ? name.normalize('NFC') : `${inside}/${name.normalize('NFC')}`
    const absolute = join(folder, name)
    try {
      const stats = await lstat(absolute, { bigint: true })
      const reason = this.#rules.why(path, stats.isDirectory())
      if (reason != null) return { kind: 'ignored', path, reason }
      const flaw = pathFlaw(path)
      if (flaw != null) return { kind: 'error', path: path.slice(0, MAX_INSIDE_BYTES), message: flaw }
      if (stats.isSymbolicLink()) return await this.#follow(path, absolute)
      if (stats.isDirectory()) return { kind: 'folder', path, absolute }
      if (!stats.isFile()) return { kind: 'error', path, message: 'neither a file nor a folder' }
      return { kind: 'file', path, file: factsOf(absolute, stats) }
    } catch (error) {
      return isMissing(error) ? undefined : errorAt(path, error)
    }
  }

  /** A link counts under its own name, if what it leads to is in the share and may be shared there, too. */
  async #follow(
    path: string,
    link: string
  ): Promise<Found | { kind: 'folder'; path: string; absolute: string } | undefined> {
    const real = await realpath(link)
    const target = insideOf(this.#root, real)
    if (target == null || target === '') {
      return { kind: 'error', path, message: 'a link that leaves the share is not followed' }
    }
    const stats = await stat(real, { bigint: true })
    if (this.#rules.ignores(target, stats.isDirectory())) return undefined
    if (stats.isFile()) return { kind: 'file', path, file: factsOf(real, stats) }
    if (!stats.isDirectory()) return { kind: 'error', path, message: 'neither a file nor a folder' }
    if (this.#linked.has(real) || link.startsWith(real + sep)) return undefined
    this.#linked.add(real)
    return { kind: 'folder', path, absolute: real }
  }
}

/** Path inside `root`, parts joined with `/`; undefined when `absolute` is not in there. */
function insideOf(root: string, absolute: string): string | undefined {
  const inside = relative(root, absolute)
  if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return undefined
  return inside.split(sep).join('/')
}

function errorAt(path: string, error: unknown): FoundError {
  return { kind: 'error', path, message: meaning(error), ...(isPassing(error) ? { unsure: path } : {}) }
}

function pathFlaw(path: string): string | undefined {
  if (Buffer.byteLength(path.slice(path.lastIndexOf('/') + 1)) > MAX_NAME_BYTES)
    return `its name is longer than ${MAX_NAME_BYTES} bytes`
  if (Buffer.byteLength(path) > MAX_INSIDE_BYTES) return `its path is longer than ${MAX_INSIDE_BYTES} bytes`
  if (path.split('/').length > MAX_INSIDE_DEPTH) return `more than ${MAX_INSIDE_DEPTH} folders deep`
  return undefined
}

function badName(inside: string, entry: Dirent<Buffer>): FoundError {
  const shown = entry.name.toString('latin1')
  return {
    kind: 'error',
    path: inside === '' ? shown : `${inside}/${shown}`,
    message: 'its name is not valid UTF-8'
  }
}
