/**
 * A SQLite file: opened, brought up to date by numbered migrations, and set aside when it is damaged.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const MIGRATIONS = join(import.meta.dirname, 'migrations')
/** The keeper writes in slices of a few ms; who comes between waits for one. */
const BUSY_MS = 500
/** Beside the file, which is named without them. */
const SUFFIXES = ['-wal', '-shm']

export interface OpenOptions {
  /** Survive a power cut. False for what is begun anew at every start. */
  durable: boolean
}

/** Opens the file, or makes it. */
export function openDatabase(path: string, { durable }: OpenOptions): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true })
  const database = new DatabaseSync(path, { timeout: BUSY_MS })
  try {
    database.exec(`
      pragma journal_mode = wal;
      pragma synchronous = ${durable ? 'normal' : 'off'};
      pragma wal_autocheckpoint = 0;
      pragma cache_size = -8000;
    `)
    migrate(database)
  } catch (error) {
    database.close()
    throw error
  }
  return database
}

/** Brings the schema up to date; `user_version` is the number of the last migration. */
function migrate(database: DatabaseSync): void {
  const version = database.prepare('pragma user_version').get()?.user_version as number
  const names = readdirSync(MIGRATIONS).filter(name => name.endsWith('.sql'))
  for (const name of names.sort()) {
    const number = Number.parseInt(name, 10)
    if (number <= version) continue
    const sql = readFileSync(join(MIGRATIONS, name), 'utf8')
    database.exec(`begin; ${sql}; pragma user_version = ${number}; commit`)
  }
}

/** Moves a damaged file out of the way, to the first free `<path>.corrupt-<n>`, and says where it is. */
export function setAside(path: string): string {
  for (let number = 1; ; number++) {
    const aside = `${path}.corrupt-${number}`
    if (existsSync(aside)) continue
    if (existsSync(path)) renameSync(path, aside)
    for (const suffix of SUFFIXES) rmSync(path + suffix, { force: true })
    return aside
  }
}

/** Deletes the file, if there is one. */
export function deleteDatabase(path: string): void {
  for (const suffix of ['', ...SUFFIXES]) rmSync(path + suffix, { force: true })
}

/** While opening also SQLITE_ERROR: tables that are not ours. */
export function isUnusable(error: unknown): boolean {
  return isDamage(error) || codeOf(error) === 1
}

/** SQLITE_CORRUPT, SQLITE_NOTADB. */
export function isDamage(error: unknown): boolean {
  return [11, 26].includes(codeOf(error))
}

/** The disk is full or read-only, or failed, or somebody holds the file: what may be over later. */
export function isDiskTrouble(error: unknown): boolean {
  // SQLITE_BUSY, _LOCKED, _READONLY, _IOERR, _FULL, _CANTOPEN
  return [5, 6, 8, 10, 13, 14].includes(codeOf(error))
}

function codeOf(error: unknown): number {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined
  return typeof code === 'number' ? code & 0xff : -1
}
