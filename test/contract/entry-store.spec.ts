/**
 * What every place for entries keeps to.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { SqliteEntryStore } from '../../src/adapters/sqlite/index.ts'
import { MemoryEntryStore } from '../../src/catalog/memory-store.ts'
import type { EntryStore, Offer } from '../../src/catalog/ports.ts'
import { matches, parseQuery } from '../../src/catalog/query-text.ts'
import { SplitEntryStore } from '../../src/catalog/split-store.ts'
import type { Entry } from '../../src/wire/entry.ts'
import { pageKey } from '../../src/wire/page.ts'
import { cidOf, entry } from '../unit/catalog/fixtures.ts'

const NOW = 1_750_000_000_000

/** `open` gives an empty store. */
export function entryStoreContract(
  name: string,
  open: () => EntryStore,
  close = async (): Promise<void> => {}
): void {
  describe(`${name} as an EntryStore`, () => {
    afterEach(close)

    const find = (store: EntryStore, text: string, limit = 100): string[] =>
      store.search(parseQuery(text, NOW), limit).map(offer => `${offer.provider}:${offer.entry.path}`)

    it('finds an entry as soon as its page is put, and no more once it is dropped', () => {
      const store = open()
      store.putPage('ana', '01', [entry('docs/red apple.txt'), entry('docs/green pear.txt')])
      assert.deepEqual(find(store, 'apple'), ['ana:docs/red apple.txt'])
      store.dropPage('ana', '01')
      assert.deepEqual(find(store, 'apple'), [])
      assert.equal(store.count(), 0)
    })

    it('keeps the same page of two providers apart', () => {
      const store = open()
      store.putPage('ana', '01', [entry('apple')])
      store.putPage('bob', '01', [entry('apple')])
      store.dropPage('ana', '01')
      assert.deepEqual(find(store, 'apple'), ['bob:apple'])
      assert.deepEqual(store.pagesOf('ana'), [])
      assert.deepEqual(store.pagesOf('bob'), ['01'])
    })

    it('puts a page again without doubling its entries', () => {
      const store = open()
      store.putPage('ana', '01', [entry('apple')])
      store.putPage('ana', '01', [entry('apple')])
      assert.deepEqual(find(store, 'apple'), ['ana:apple'])
      assert.equal(store.count('ana'), 1)
    })

    it('gives a page back as it was put', () => {
      const store = open()
      const page = [entry('b', { mime: 'video/mp4' }), entry('x/a', { size: 0 })]
      store.putPage('ana', '01', page)
      assert.deepEqual(store.page('ana', '01'), page)
      assert.equal(store.page('ana', '02'), undefined)
      assert.equal(store.page('bob', '01'), undefined)
    })

    it('drops all pages of a provider and nothing else', () => {
      const store = open()
      store.putPage('ana', '01', [entry('apple 1')])
      store.putPage('ana', '02', [entry('apple 2')])
      store.putPage('bob', '03', [entry('apple 3')])
      store.dropProvider('ana')
      assert.deepEqual(find(store, 'apple'), ['bob:apple 3'])
      assert.deepEqual([store.count('ana'), store.count('bob'), store.count()], [0, 1, 1])
    })

    it('takes pages that are not there for dropped', () => {
      const store = open()
      store.dropPage('ana', '01')
      store.dropProvider('ana')
      assert.equal(store.count(), 0)
    })

    it('gives the newest first, at most as many as asked for', () => {
      const store = open()
      store.putPage('ana', '01', [
        entry('apple 1', { modified: 100 }),
        entry('apple 2', { modified: 300 }),
        entry('apple 3', { modified: 200 })
      ])
      assert.deepEqual(find(store, 'apple', 2), ['ana:apple 2', 'ana:apple 3'])
    })

    it('finds every provider of a cid', () => {
      const store = open()
      const cid = cidOf('same')
      store.putPage('ana', '01', [entry('a', { cid }), entry('other')])
      store.putPage('bob', '02', [entry('b', { cid }), entry('c', { cid })])
      const offers = store.byCid(cid).map(offer => `${offer.provider}:${offer.entry.path}`)
      assert.deepEqual(offers.sort(), ['ana:a', 'bob:b', 'bob:c'])
      assert.deepEqual(store.byCid(cidOf('unknown')), [])
    })

    it('answers filters without words', () => {
      const store = open()
      store.putPage('ana', '01', [entry('a.pdf', { size: 5 }), entry('b.tar.gz', { size: 50 })])
      assert.deepEqual(find(store, 'ext:pdf'), ['ana:a.pdf'])
      assert.deepEqual(find(store, 'ext:tar.gz'), ['ana:b.tar.gz'])
      assert.deepEqual(find(store, 'size:>10'), ['ana:b.tar.gz'])
      assert.deepEqual(find(store, `cid:${cidOf('a.pdf')}`), ['ana:a.pdf'])
    })

    it('finds an entry once that moves to another page, and keeps it when the first page goes', () => {
      const store = open()
      const [stays, moves] = [entry('red apple'), entry('green apple')]
      store.putPage('ana', '01', [stays, moves])
      store.putPage('ana', '02', [moves, entry('apple tree')])
      assert.deepEqual(find(store, 'green'), ['ana:green apple'])
      assert.equal(store.count('ana'), 3)
      assert.deepEqual(store.page('ana', '01'), [stays, moves])
      store.dropPage('ana', '01')
      assert.deepEqual(find(store, 'apple').sort(), ['ana:apple tree', 'ana:green apple'])
      assert.deepEqual([store.count('ana'), store.count()], [2, 2])
    })

    it('takes entries that a page gave for those of that page', () => {
      const store = open()
      store.putPage('ana', '01', [entry('red apple'), entry('green apple')])
      store.putPage('ana', '02', (store.page('ana', '01') as Entry[]).slice(1))
      assert.equal(store.count('ana'), 2)
      store.dropPage('ana', '01')
      assert.deepEqual(find(store, 'apple'), ['ana:green apple'])
    })

    it('keeps what a page has again when it is put again', () => {
      const store = open()
      const [a, b, c] = [entry('apple a'), entry('apple b'), entry('apple c')]
      store.putPage('ana', '01', [a, b])
      store.putPage('ana', '01', [b, c])
      assert.deepEqual(find(store, 'apple').sort(), ['ana:apple b', 'ana:apple c'])
      assert.equal(store.count(), 2)
    })

    it('finds only entries of one provider when asked to, and does not lose them behind newer ones of others', () => {
      const store = open()
      store.putPage('ana', '01', [entry('apple of ana', { modified: 1 })])
      for (let page = 0; page < 10; page++) {
        const many = Array.from({ length: 256 }, (_, i) => entry(`apple ${page} ${i}`, { modified: 5 }))
        store.putPage('bob', `${page}`, many)
      }
      const query = parseQuery('apple', NOW)
      assert.deepEqual(
        store.search(query, 10, 'ana').map(({ entry }) => entry.path),
        ['apple of ana']
      )
      assert.deepEqual(store.search(query, 10, 'cho'), [])
    })

    it('tells about pages without their entries', () => {
      const store = open()
      const [a, b] = [entry('a', { size: 5 }), entry('b', { size: 7 })]
      store.putPage('ana', '01', [a, b])
      assert.deepEqual(store.facts('ana'), [{ hash: '01', count: 2, bytes: 12, firstKey: pageKey(a) }])
      assert.deepEqual(store.facts('bob'), [])
      assert.deepEqual([store.hasPage('ana', '01'), store.hasPage('ana', '02')], [true, false])
    })

    it('tells in which page an equal entry is', () => {
      const store = open()
      const apple = entry('apple')
      store.putPage('ana', '01', [entry('pear'), apple])
      assert.equal(store.locate('ana', { ...apple }), '01')
      assert.equal(store.locate('bob', apple), undefined)
      assert.equal(store.locate('ana', { ...apple, modified: 3 }), undefined)
      store.dropPage('ana', '01')
      assert.equal(store.locate('ana', apple), undefined)
    })

    it('does in a batch what it does without', () => {
      const store = open()
      const apple = entry('apple')
      const result = store.batch(() => {
        store.putPage('ana', '01', [apple])
        store.putPage('ana', '02', [apple])
        store.dropPage('ana', '01')
        return find(store, 'apple')
      })
      assert.deepEqual(result, ['ana:apple'])
      assert.equal(store.count(), 1)
    })

    it('narrows by media type', () => {
      const store = open()
      const film = entry('apple film', { mime: 'video/mp4' })
      store.putPage('ana', '01', [entry('apple text'), film, entry('apple odd', { mime: 'a b; c="d"' })])
      for (const text of ['mime:video', 'apple mime:video/mp4', 'mime:image mime:video/*'])
        assert.deepEqual(find(store, text), ['ana:apple film'], text)
    })

    it('finds what the grammar says, whatever comes and goes @slow', () => {
      const word = fc.constantFrom('red', 'green', 'Äpple', '東京塔', 'x_y')
      const path = fc.array(word, { minLength: 1, maxLength: 4 }).map(words => words.join(' '))
      const step = fc.record({
        provider: fc.constantFrom('ana', 'bob'),
        hash: fc.constantFrom('01', '02', '03'),
        paths: fc.option(fc.uniqueArray(path, { minLength: 1, maxLength: 4 }))
      })
      const text = fc.constantFrom(
        'red',
        'green red',
        '"red green"',
        'apple -red',
        '東京',
        'y size:<12',
        'red mime:text',
        '東京 -red -green',
        'size:>14 mime:video',
        'red ext:txt',
        '"東京塔 red"'
      )
      fc.assert(
        fc.property(fc.array(step, { maxLength: 20 }), text, (steps, text) => {
          const store = open()
          const model = new Map<string, { provider: string; entries: Entry[] }>()
          for (const { provider, hash, paths } of steps) {
            // Pages of one provider have nothing in common.
            const entries = (paths ?? []).map(path => entry(`${hash} ${path}`, { size: path.length }))
            if (paths == null) store.dropPage(provider, hash)
            else store.putPage(provider, hash, entries)
            model.set(`${provider} ${hash}`, { provider, entries })
          }
          const query = parseQuery(text, NOW)
          const all: Offer[] = [...model.values()].flatMap(({ provider, entries }) =>
            entries.map(entry => ({ provider, entry }))
          )
          const expected = all.filter(({ entry }) => matches(query, entry))
          assert.deepEqual(
            find(store, text).sort(),
            expected.map(o => `${o.provider}:${o.entry.path}`).sort()
          )
          assert.equal(store.count(), all.length)
        }),
        { numRuns: 200 }
      )
    })
  })
}

entryStoreContract('MemoryEntryStore', () => new MemoryEntryStore())
entryStoreContract(
  'SplitEntryStore',
  () => new SplitEntryStore({ self: 'ana', own: new MemoryEntryStore(), others: new MemoryEntryStore() })
)

const opened: SqliteEntryStore[] = []
let folder: string | undefined
entryStoreContract(
  'SqliteEntryStore',
  () => {
    folder ??= mkdtempSync(join(tmpdir(), 'p2pnode-store-'))
    const store = new SqliteEntryStore(join(folder, `${opened.length}.db`), { durable: false, tidy: false })
    opened.push(store)
    return store
  },
  async () => {
    for (const store of opened.splice(0)) await store.close()
    if (folder !== undefined) rmSync(folder, { recursive: true })
    folder = undefined
  }
)
