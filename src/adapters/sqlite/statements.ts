/**
 * The statements of the entry store, and its rows as domain objects.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Entry } from '../../wire/entry.ts'
import { cidFromBytes } from '../../wire/ids.ts'

/** id, page, cid, path, size, mime, modified. An array: a row as an object takes twice the time. */
export type EntryRow = [number, number, Uint8Array, string, number, string, number]

const ENTRY = 'e.id, e.page, e.cid, e.path, e.size, e.mime, e.modified'
const FITS = 'e.size between ? and ? and e.modified >= ?'

export type Statements = ReturnType<typeof prepareStatements>

export function prepareStatements(database: DatabaseSync) {
  const prepare = (sql: string): StatementSync => database.prepare(sql)
  const rows = (sql: string): StatementSync => {
    const statement = database.prepare(sql)
    statement.setReturnArrays(true)
    return statement
  }
  return {
    pages: prepare(
      'select p.id, v.peer, p.hash, p.count, p.bytes, p.first_key from page p join provider v on v.id = p.provider where p.gone = 0'
    ),
    allEntries: prepare('select count(*) as n from entry'),
    entriesByPage: rows('select page, count(*) from entry group by page'),
    goneEntries: prepare('select coalesce(sum(count), 0) as n from page where gone = 1'),
    providers: prepare('select id, peer from provider'),
    lastEntry: prepare('select coalesce(max(id), 0) as n from entry'),
    lastPage: prepare('select coalesce(max(id), 0) as n from page'),
    addProvider: prepare('insert into provider (peer) values (?)'),
    addPage: prepare(
      'insert into page (id, provider, hash, count, bytes, first_key, entries) values (?, ?, ?, ?, ?, ?, ?)'
    ),
    dropPage: prepare('update page set gone = 1 where id = ?'),
    deletePage: prepare('delete from page where id = ?'),
    entriesOf: prepare('select entries from page where id = ?'),
    addEntry: prepare('insert into entry values (?, ?, ?, ?, ?, ?, ?)'),
    addWords: prepare('insert into entry_words (rowid, words) values (?, ?)'),
    pagesOf: rows('select e.id, e.page from json_each(?) n cross join entry e on e.id = n.value'),
    moveEntries: prepare('update entry set page = ? where id in (select value from json_each(?))'),
    // All of a page at once: a third cheaper than one by one. In the order of the numbers given.
    entries: rows(`select ${ENTRY} from json_each(?) n cross join entry e on e.id = n.value order by n.key`),
    byCid: rows(`select ${ENTRY} from entry e where e.cid = ? limit ?`),
    byEntry: rows(`select ${ENTRY} from entry e where e.cid = ? and e.path = ? order by e.id desc`),
    byWords: rows(
      `select ${ENTRY} from (select rowid as id from entry_words where entry_words match ? order by rowid desc limit ?) c
       join entry e on e.id = c.id where ${FITS} limit ?`
    ),
    newest: rows(
      `select ${ENTRY} from (select id from entry order by id desc limit ?) c join entry e on e.id = c.id where ${FITS} limit ?`
    )
  }
}

export function entryOf([, , cid, path, size, mime, modified]: EntryRow): Entry {
  return {
    cid: cidFromBytes(cid),
    name: path.slice(path.lastIndexOf('/') + 1),
    path,
    size,
    mime,
    modified
  }
}
