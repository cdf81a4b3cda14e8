/**
 * Remembers what files were hashed to, so that a restart or a rename hashes nothing again. A SQLite database of its
 * own: it can be thrown away, and is when it is damaged.
 */
import { mkdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { parseCid } from '../../content/index.ts'
import type { FileFacts, HashCache, HashedFile } from '../../node/share-ports.ts'
import { BLOCK_BYTES } from '../../wire/limits.ts'
import { setAside } from './atomic-write.ts'

/** How long files that are not shared any more are remembered. */
const KEEP_FORGOTTEN_MS = 24 * 60 * 60_000

/**
 * `stamp` is size, mtime (ns) and inode: the state of the content, wherever the file is called what. As text, because
 * inodes of 64 bits do not fit SQLite's integers. `digests`: of files with more than one block; the cid of the others
 * says it. `gone_at`: when the file was last shared, ms; null while it is.
 */
const SCHEMA = `
  pragma journal_mode = wal;
  pragma synchronous = normal;
  create table if not exists file (
    path text primary key, stamp text not null, root text not null, digests blob, gone_at integer
  ) strict, without rowid;
  create index if not exists file_by_stamp on file (stamp);
  create index if not exists file_by_gone on file (gone_at) where gone_at is not null;
`

interface Statements {
  byPath: StatementSync
  byStamp: StatementSync
  digests: StatementSync
  put: StatementSync
  copy: StatementSync
  forget: StatementSync
  revive: StatementSync
  prune: StatementSync
}

export interface HashCacheOptions {
  /** Told where a damaged database was moved. */
  onCorrupt?: (path: string, error: unknown) => void
}

export class SqliteHashCache implements HashCache {
  readonly #path: string
  readonly #options: HashCacheOptions
  #database: DatabaseSync | undefined
  #prepared: Statements | undefined

  /** @param path - `<data>/hashes.db`. Opened on first use */
  constructor(path: string, options: HashCacheOptions = {}) {
    this.#path = path
    this.#options = options
  }

  find(file: FileFacts): string | undefined {
    return this.#try(sql => {
      const stamp = stampOf(file)
      const own = sql.byPath.get(file.absolute)
      if (own?.stamp === stamp) {
        if (own.gone_at != null) tryWrite(() => sql.revive.run(file.absolute))
        return own.root as string
      }
      const moved = sql.byStamp.get(stamp)
      if (moved == null) return undefined
      tryWrite(() => sql.copy.run(file.absolute, moved.path as string))
      return moved.root as string
    })
  }

  digests(file: FileFacts): Uint8Array | undefined {
    return this.#try(sql => {
      const row = sql.digests.get(stampOf(file), file.absolute)
      if (row == null) return undefined
      return file.size <= BLOCK_BYTES ? parseCid(row.root as string).digest : (row.digests as Uint8Array)
    })
  }

  put(files: readonly HashedFile[]): void {
    this.#inTransaction(sql => {
      for (const { file, root, digests } of files) {
        sql.put.run(file.absolute, stampOf(file), root, file.size <= BLOCK_BYTES ? null : digests)
      }
    })
  }

  forget(absolute: readonly string[], now: number): void {
    this.#inTransaction(sql => {
      for (const path of absolute) sql.forget.run(now, path)
      sql.prune.run(now - KEEP_FORGOTTEN_MS)
    })
  }

  /** Opened again when it is used again. */
  close(): void {
    this.#prepared = undefined
    this.#database?.close()
    this.#database = undefined
  }

  #inTransaction(run: (sql: Statements) => void): void {
    this.#try(sql => {
      const database = this.#database as DatabaseSync
      database.exec('begin immediate')
      try {
        run(sql)
        database.exec('commit')
      } catch (error) {
        if (database.isTransaction) database.exec('rollback')
        throw error
      }
    })
  }

  /** Runs on the open database; if that turns out to be damaged, once more on a new one. */
  #try<Result>(run: (sql: Statements) => Result): Result {
    try {
      return run(this.#open())
    } catch (error) {
      if (!isDamage(error)) throw error
      this.#beginAnew(error)
      return run(this.#open())
    }
  }

  #open(): Statements {
    if (this.#prepared != null) return this.#prepared
    mkdirSync(dirname(this.#path), { recursive: true })
    const database = new DatabaseSync(this.#path)
    this.#database = database
    database.exec(SCHEMA)
    this.#prepared = {
      byPath: database.prepare('select stamp, root, gone_at from file where path = ?'),
      byStamp: database.prepare('select path, root from file where stamp = ? limit 1'),
      // Also under an earlier name: a full disk may have kept the new one from being written.
      digests: database.prepare(
        'select root, digests from file where stamp = ? order by path = ? desc limit 1'
      ),
      put: database.prepare('insert or replace into file values (?, ?, ?, ?, null)'),
      copy: database.prepare(
        'insert or replace into file select ?, stamp, root, digests, null from file where path = ?'
      ),
      forget: database.prepare('update file set gone_at = ? where path = ?'),
      revive: database.prepare('update file set gone_at = null where path = ?'),
      prune: database.prepare('delete from file where gone_at < ?')
    }
    return this.#prepared
  }

  #beginAnew(error: unknown): void {
    this.close()
    const aside = setAside(this.#path)
    for (const suffix of ['-wal', '-shm']) rmSync(this.#path + suffix, { force: true })
    this.#options.onCorrupt?.(aside, error)
  }
}

/** What is known can be said though it cannot be noted, as on a full disk: it is found again in the same way. */
function tryWrite(write: () => void): void {
  try {
    write()
  } catch (error) {
    if (isDamage(error)) throw error
  }
}

function stampOf(file: FileFacts): string {
  return `${file.size}-${file.mtimeNs}-${file.inode}`
}

/** SQLITE_CORRUPT, SQLITE_NOTADB, or a table that is not ours (SQLITE_ERROR while preparing). */
function isDamage(error: unknown): boolean {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined
  return typeof code === 'number' && [1, 11, 26].includes(code & 0xff)
}
