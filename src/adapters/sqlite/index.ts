/**
 * The catalogue's entries in a SQLite database.
 */
export { SqliteEntryStore, type SqliteEntryStoreOptions } from './entry-store.ts'
