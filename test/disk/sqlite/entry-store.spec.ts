import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openDatabase } from '../../../src/adapters/sqlite/database.ts'
import { SqliteEntryStore, type SqliteEntryStoreOptions } from '../../../src/adapters/sqlite/index.ts'
import { Tidy } from '../../../src/adapters/sqlite/tidy.ts'
import { parseQuery } from '../../../src/catalog/query-text.ts'
import { eventually } from '../../../src/testnet/eventually.ts'
import { entries, entry } from '../../unit/catalog/fixtures.ts'

const NOW = 1_750_000_000_000

describe('SqliteEntryStore', () => {
  let folder: string
  let path: string
  let stores: SqliteEntryStore[]

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'p2pnode-sqlite-'))
    path = join(folder, 'catalogue.db')
    stores = []
  })

  afterEach(async () => {
    for (const store of stores) await store.close()
    rmSync(folder, { recursive: true, force: true })
  })

  function open(options: SqliteEntryStoreOptions = {}): SqliteEntryStore {
    const store = new SqliteEntryStore(path, { tidy: false, ...options })
    stores.push(store)
    return store
  }

  const find = (store: SqliteEntryStore, text: string): string[] =>
    store.search(parseQuery(text, NOW), 9_000).map(offer => offer.entry.path)

  const rows = (sql: string): number => {
    const database = new DatabaseSync(path)
    const row = database.prepare(sql).get() as { n: number }
    database.close()
    return row.n
  }

  it('has everything again when it is opened again', async () => {
    const first = open()
    const page = [entry('red apple'), entry('green pear', { mime: 'video/mp4', size: 2 ** 40 })]
    first.putPage('ana', '01', page)
    const facts = first.facts('ana')
    await first.close()
    const again = open()
    assert.deepEqual(again.page('ana', '01'), page)
    assert.deepEqual(again.facts('ana'), facts)
    assert.deepEqual(find(again, 'pear mime:video'), ['green pear'])
    assert.equal(again.count('ana'), 2)
  })

  it('brings a database of the first version up to date, with all that is in it', async () => {
    const first = open()
    first.putPage('ana', '01', [entry('red apple'), entry('green pear')])
    await first.close()
    const database = new DatabaseSync(path)
    database.exec(
      'drop index entry_by_entry; create index entry_by_cid on entry (cid); pragma user_version = 1'
    )
    database.close()
    const again = open()
    assert.equal(again.locate('ana', entry('red apple')), '01')
    assert.equal(again.byCid(entry('green pear').cid).length, 1)
    assert.equal(rows("select count(*) as n from sqlite_schema where name = 'entry_by_entry'"), 1)
    assert.equal(rows('select user_version as n from pragma_user_version'), 2)
  })

  it('finds each of many entries with the same content', () => {
    const store = open()
    const all = entries(3_000).map(each => ({ ...each, cid: entry('empty').cid }))
    for (let at = 0; at < all.length; at += 250) store.putPage('ana', `${at}`, all.slice(at, at + 250))
    for (const at of [0, 1_234, 2_999])
      assert.equal(store.locate('ana', all[at] as (typeof all)[0]), `${at - (at % 250)}`)
  })

  it('counts an entry once after a start that is listed in the page it came from, too', async () => {
    const first = open()
    const page = entries(3, 'apple')
    first.putPage('ana', 'waiting 1', page)
    first.putPage('ana', '01', page.slice(1))
    assert.equal(first.count('ana'), 3)
    await first.close()
    const again = open()
    assert.equal(again.count('ana'), 3)
    again.dropPage('ana', 'waiting 1')
    assert.equal(again.count('ana'), 2)
  })

  it('has nothing again when it is not durable', async () => {
    const first = open({ durable: false })
    first.putPage('ana', '01', [entry('apple')])
    await first.close()
    assert.equal(existsSync(path), false)
    assert.equal(open({ durable: false }).count(), 0)
  })

  it('deletes entries of dropped pages later, and never one that moved to another page', () => {
    const store = open()
    const moves = entry('moving apple')
    store.putPage('ana', '01', [...entries(200, 'apple'), moves])
    store.putPage('ana', '02', [moves])
    store.dropPage('ana', '01')
    assert.equal(rows('select count(*) as n from entry'), 201)
    const database = openDatabase(path, { durable: true })
    const swept: number[] = []
    const tidy = new Tidy(database, page => swept.push(page))
    while (tidy.sweep() || tidy.merge()) {
      // One slice after the other.
    }
    tidy.checkpoint()
    database.close()
    assert.deepEqual(swept, [1])
    assert.equal(rows('select count(*) as n from entry'), 1)
    assert.deepEqual(find(store, 'apple'), ['moving apple'])
  })

  it('is tidied up by a thread of its own', async () => {
    const store = open({ tidy: true })
    store.putPage('ana', '01', entries(300, 'apple'))
    store.dropPage('ana', '01')
    const isEmpty = async (): Promise<boolean> => rows('select count(*) as n from entry') === 0
    await eventually(isEmpty, { within: 15_000, what: 'entries of the dropped page are deleted' })
  })

  it('sets a damaged file aside, says where, and begins anew', () => {
    writeFileSync(path, 'this is no database '.repeat(500))
    const told: string[] = []
    const store = open({ onCorrupt: aside => told.push(aside) })
    store.putPage('ana', '01', [entry('apple')])
    assert.deepEqual(find(store, 'apple'), ['apple'])
    assert.deepEqual(told, [`${path}.corrupt-1`])
    assert.ok(existsSync(`${path}.corrupt-1`))
  })

  it('sets tables aside that are not its own', () => {
    const database = new DatabaseSync(path)
    database.exec('create table entry (x); pragma user_version = 1')
    database.close()
    const told: string[] = []
    const store = open({ onCorrupt: aside => told.push(aside) })
    assert.equal(store.count(), 0)
    assert.deepEqual(told, [`${path}.corrupt-1`])
  })

  it('keeps in memory what the disk does not take, finds it all the same, and drops it, too', () => {
    const troubles: unknown[] = []
    const store = open({ onTrouble: error => troubles.push(error) })
    const apple = entry('red apple')
    store.putPage('ana', '01', [apple, entry('old apple')])
    const blocker = lock()
    store.batch(() => {
      store.putPage('ana', '02', [entry('new apple')])
      store.dropPage('ana', '01')
    })
    assert.equal(troubles.length, 1)
    assert.deepEqual(find(store, 'apple'), ['new apple'])
    assert.deepEqual([store.count(), store.pagesOf('ana')], [1, ['02']])
    store.dropPage('ana', '02')
    assert.equal(store.count(), 0)
    assert.equal(troubles.length, 1)
    blocker.close()
    assert.equal(store.pagesOf('ana').length, 0)
  })

  it('writes at the end what the disk did not take before', async () => {
    const store = open()
    const blocker = lock()
    store.putPage('ana', '01', [entry('red apple')])
    blocker.close()
    assert.deepEqual(find(store, 'apple'), ['red apple'])
    await store.close()
    assert.deepEqual(find(open(), 'apple'), ['red apple'])
  })

  /** No one else can write while this is open, which the store cannot tell from a disk that takes nothing. */
  function lock(): DatabaseSync {
    const blocker = new DatabaseSync(path)
    blocker.exec('begin immediate')
    return blocker
  }
})
