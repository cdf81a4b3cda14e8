/**
 * The catalogue's database on a disk that is full: a real one.
 */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SqliteEntryStore } from '../../src/adapters/sqlite/index.ts'
import { parseQuery } from '../../src/catalog/index.ts'
import { entries, peer } from '../unit/catalog/fixtures.ts'
import { SmallDisk, whyNoDisks } from './torture-disk.ts'

const ANA = peer('ana')
const NOW = 1_750_000_000_000

describe('The catalogue on a full disk', () => {
  it('finds what it could not write, keeps what was written, and writes the rest when there is room', async function () {
    const why = await whyNoDisks()
    if (why !== undefined) {
      ;(this.test as { title: string }).title += ` [skipped: ${why}]`
      this.skip()
    }
    const folder = await mkdtemp(join(tmpdir(), 'p2pnode-test-'))
    try {
      await using disk = await SmallDisk.mount(folder, 0)
      const path = join(folder, 'catalog.db')
      const troubles: unknown[] = []
      const store = new SqliteEntryStore(path, { onTrouble: error => troubles.push(error) })
      store.putPage(ANA, 'before', entries(100, 'before'))
      await disk.fill()
      for (let page = 0; page < 40; page++) store.putPage(ANA, `page ${page}`, entries(100, `late${page}`))
      assert.match(String(troubles[0]), /full/)
      const found = (text: string): number => store.search(parseQuery(text, NOW), 10_000).length
      assert.equal(store.count(), 4_100)
      assert.equal(found('before'), 100)
      assert.equal(found('late39'), 100)

      await disk.heal()
      await store.close()
      const again = new SqliteEntryStore(path)
      assert.equal(again.count(), 4_100)
      assert.equal(again.page(ANA, 'page 39')?.length, 100)
      await again.close()
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})
