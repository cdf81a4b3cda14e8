import assert from 'node:assert/strict'
import { MemoryEntryStore } from '../../../src/catalog/memory-store.ts'
import { OwnCatalogue, RETIRED_PAGE_MS } from '../../../src/catalog/own-catalogue.ts'
import { parseQuery } from '../../../src/catalog/query-text.ts'
import { decodeAnnouncement } from '../../../src/wire/announcement.ts'
import { MAX_ANNOUNCEMENT_BYTES } from '../../../src/wire/limits.ts'
import { decodePage, pageHash, pagesRoot } from '../../../src/wire/page.ts'
import { entries, entry, fakeSeal, peer, publishAll } from './fixtures.ts'

const NOW = 1_750_000_000_000

function own(lastSeq = 0) {
  const store = new MemoryEntryStore()
  const self = peer('ana')
  const catalogue = new OwnCatalogue({
    self,
    nickname: 'ana',
    store,
    seal: fakeSeal(self),
    ttlS: 60,
    lastSeq
  })
  return { store, self, catalogue }
}

describe('OwnCatalogue', () => {
  it('finds an entry before anything is published', () => {
    const { store, catalogue } = own()
    catalogue.change([entry('red apple')], [])
    assert.equal(store.search(parseQuery('apple', NOW), 9).length, 1)
    assert.equal(catalogue.dirty, true)
    assert.equal(catalogue.pageList(), undefined)
  })

  it('has a few entries in pages at once, wherever in the order they are @slow', () => {
    const { store, self, catalogue } = own()
    catalogue.change(entries(2_000), [])
    while (catalogue.settle()) {
      // Until all are in pages.
    }
    for (let i = 0; i < 16; i++) {
      catalogue.change(entries(1 + (i % 4), `share/few ${i}`), entries(1, 'share/file', i))
      const inPages = store.pagesOf(self).flatMap(hash => store.page(self, hash) ?? [])
      assert.equal(inPages.length, catalogue.files)
      assert.equal(inPages.filter(({ path }) => path.startsWith(`share/few ${i} `)).length, 1 + (i % 4))
      assert.ok(!inPages.some(({ path }) => path === `share/file ${i}.txt`))
    }
  })

  it('publishes a head of its pages, and can give them', async () => {
    const { catalogue } = own()
    catalogue.change(entries(300), [])
    const { signed } = await publishAll(catalogue, NOW)
    const list = catalogue.pageList()
    assert.deepEqual([signed.head.files, signed.head.bytes, signed.head.seq], [300, 300_000, NOW])
    assert.equal(catalogue.dirty, false)
    assert.deepEqual(list?.envelope, signed.envelope)
    assert.deepEqual(pagesRoot(list?.hashes ?? []), signed.head.pagesRoot)
    for (const hash of list?.hashes ?? []) {
      const bytes = catalogue.pageBytes(hash) as Uint8Array
      assert.equal(pageHash(bytes), hash)
      assert.ok(decodePage(bytes).length > 0)
    }
  })

  it('says in the announcement what changed since the last head', async () => {
    const { catalogue } = own()
    catalogue.change(entries(3), [])
    const first = await publishAll(catalogue, NOW)
    assert.equal(decodeAnnouncement(first.announcement).baseSeq, 0)

    catalogue.change([entry('new'), entry('short-lived')], entries(1))
    catalogue.change([], [entry('short-lived')])
    const { announcement } = await publishAll(catalogue, NOW + 5)
    const { baseSeq, added, removed } = decodeAnnouncement(announcement)
    assert.equal(baseSeq, NOW)
    assert.deepEqual(added, [entry('new')])
    assert.deepEqual(removed.map(({ path }) => path).sort(), ['share/file 0.txt', 'short-lived'])
  })

  it('announces the head alone when the delta is too long for the topic', async () => {
    const { catalogue } = own()
    await publishAll(catalogue, NOW)
    catalogue.change(entries(1_500, 'x'.repeat(100)), [])
    const { announcement } = await publishAll(catalogue, NOW + 1)
    assert.ok(announcement.length <= MAX_ANNOUNCEMENT_BYTES)
    const { baseSeq, added } = decodeAnnouncement(announcement)
    assert.deepEqual([baseSeq, added], [0, []])
  })

  it('counts up when the clock stands still or goes back', async () => {
    const { catalogue } = own(NOW + 100)
    const seqs: number[] = []
    for (const now of [NOW, NOW, NOW - 1_000]) seqs.push((await publishAll(catalogue, now)).signed.head.seq)
    assert.deepEqual(seqs, [NOW + 101, NOW + 102, NOW + 103])
  })

  it('refreshes with an empty delta', async () => {
    const { catalogue } = own()
    catalogue.change(entries(2), [])
    await publishAll(catalogue, NOW)
    const { announcement, signed } = await catalogue.publish(NOW + 1)
    const { baseSeq, added, removed } = decodeAnnouncement(announcement)
    assert.deepEqual([baseSeq, added, removed], [NOW, [], []])
    assert.equal(signed.head.seq, NOW + 1)
  })

  it('says goodbye with a head without files', async () => {
    const { catalogue } = own()
    catalogue.change(entries(2), [])
    await publishAll(catalogue, NOW)
    const { signed, announcement } = await catalogue.goodbye(NOW + 1)
    assert.deepEqual([signed.head.files, signed.head.pageCount], [0, 0])
    assert.equal(decodeAnnouncement(announcement).baseSeq, 0)
    assert.deepEqual(catalogue.pageList()?.hashes, [])
    assert.equal(catalogue.files, 2)
  })

  it('keeps the pages of the last head for a minute after the next one', async () => {
    const { catalogue } = own()
    catalogue.change(entries(2), [])
    await publishAll(catalogue, NOW)
    const hash = catalogue.pageList()?.hashes[0] as string
    catalogue.change([entry('new')], [])
    assert.ok(catalogue.pageBytes(hash))
    await publishAll(catalogue, NOW + 1)
    assert.ok(catalogue.pageBytes(hash))
    await catalogue.publish(NOW + RETIRED_PAGE_MS)
    assert.ok(catalogue.pageBytes(hash))
    await catalogue.publish(NOW + 1 + RETIRED_PAGE_MS)
    assert.equal(catalogue.pageBytes(hash), undefined)
  })

  it('puts what changes while a head is signed into the next one', async () => {
    const { catalogue } = own()
    await publishAll(catalogue, NOW)
    catalogue.change([entry('a')], [])
    const publishing = publishAll(catalogue, NOW + 1)
    await Promise.resolve()
    catalogue.change([entry('b')], [])
    const first = decodeAnnouncement((await publishing).announcement)
    assert.equal(catalogue.dirty, true)
    const second = decodeAnnouncement((await publishAll(catalogue, NOW + 2)).announcement)
    assert.deepEqual([first.added, second.added], [[entry('a')], [entry('b')]])
  })

  it('leaves out entries that others would refuse, and takes the rest', () => {
    const { catalogue } = own()
    const long = entry(`${'x'.repeat(250)}/`.repeat(4).concat('y'))
    const bad = entry('../up')
    const refused = catalogue.change([entry('good'), bad, long], [])
    assert.deepEqual(refused.map(r => [r.entry.path, r.reason]).sort(), [
      ['../up', 'malformed'],
      [long.path, 'too-long']
    ])
    assert.deepEqual([...catalogue.entries()], [entry('good')])
  })

  it('tries again with everything when signing failed', async () => {
    const store = new MemoryEntryStore()
    const self = peer('ana')
    const seal = fakeSeal(self)
    let fails = true
    const flaky = {
      ...seal,
      seal: async (p: Uint8Array) => (fails ? Promise.reject(new Error('no')) : seal.seal(p))
    }
    const catalogue = new OwnCatalogue({ self, nickname: 'a', store, seal: flaky, ttlS: 60, lastSeq: 0 })
    catalogue.change([entry('a')], [])
    await assert.rejects(publishAll(catalogue, NOW))
    assert.equal(catalogue.dirty, true)
    fails = false
    assert.equal((await publishAll(catalogue, NOW + 1)).signed.head.files, 1)
  })
})

describe('OwnCatalogue with many changes', () => {
  it('finds entries before they are settled into pages, and lists them once', () => {
    const { store, catalogue } = own()
    catalogue.change(entries(3_000), [])
    assert.equal(store.count(), 3_000)
    assert.equal([...catalogue.entries()].length, 3_000)
    assert.equal(catalogue.files, 0)
    assert.equal(catalogue.wide, true)
    let steps = 1
    while (catalogue.settle()) steps++
    assert.ok(steps > 2)
    assert.deepEqual([store.count(), catalogue.files, [...catalogue.entries()].length], [3_000, 3_000, 3_000])
    assert.deepEqual(
      store.pagesOf(peer('ana')).filter(hash => !/^[0-9a-f]{64}$/.test(hash)),
      []
    )
  })

  it('ends a round of settling though more comes in meanwhile @slow', async () => {
    const { store, catalogue } = own()
    catalogue.change(entries(1_000), [])
    let added = 1_000
    let steps = 1
    for (; steps < 200 && catalogue.settle(); steps++) {
      catalogue.change(entries(250, 'share/file', added), [])
      added += 250
    }
    assert.ok(steps < 200, 'it would go on for ever')
    assert.ok(catalogue.files >= 1_000 && catalogue.files < added)
    const { signed } = await catalogue.publish(NOW)
    assert.equal(signed.head.files, catalogue.files)
    assert.deepEqual([catalogue.dirty, store.count()], [true, added])
    assert.equal((await publishAll(catalogue, NOW + 1)).signed.head.files, added)
    assert.equal(catalogue.dirty, false)
  })

  it('has the pages of one change when it came in many @slow', async () => {
    const [all, parts] = [own().catalogue, own().catalogue]
    all.change(entries(2_000), [])
    for (let i = 0; i < 2_000; i += 250) {
      parts.change([...entries(250, 'share/file', i), entry(`gone ${i}`)], [])
      if (i % 500 === 0) parts.settle()
    }
    parts.change(
      [],
      Array.from({ length: 8 }, (_, i) => entry(`gone ${i * 250}`))
    )
    await publishAll(all, NOW)
    await publishAll(parts, NOW)
    assert.deepEqual(parts.pageList()?.hashes, all.pageList()?.hashes)
  })

  it('forgets an entry that was removed while it waited', async () => {
    const { store, catalogue } = own()
    catalogue.change(entries(100), [])
    catalogue.change([], entries(50))
    await publishAll(catalogue, NOW)
    assert.deepEqual([store.count(), catalogue.files], [50, 50])
  })
})

describe('OwnCatalogue after a restart', () => {
  const again = (store: MemoryEntryStore, lastSeq = NOW) =>
    new OwnCatalogue({
      self: peer('ana'),
      nickname: 'ana',
      store,
      seal: fakeSeal(peer('ana')),
      ttlS: 60,
      lastSeq
    })

  async function filled(count: number) {
    const { store, catalogue } = own()
    catalogue.change(entries(count), [])
    await publishAll(catalogue, NOW)
    return { store, pages: catalogue.pageList()?.hashes }
  }

  it('publishes the pages that the store kept, without being told any entry', async () => {
    const { store, pages } = await filled(1_000)
    const catalogue = again(store)
    assert.deepEqual([catalogue.files, [...catalogue.entries()].length], [1_000, 1_000])
    const { signed } = await publishAll(catalogue, NOW + 1)
    assert.deepEqual([signed.head.files, signed.head.bytes], [1_000, 1_000_000])
    assert.deepEqual(catalogue.pageList()?.hashes, pages)
  })

  it('takes entries that it has for no change', async () => {
    const { store, pages } = await filled(1_000)
    const catalogue = again(store)
    await publishAll(catalogue, NOW + 1)
    catalogue.change(entries(1_000), [])
    assert.equal(catalogue.dirty, false)
    catalogue.change([entry('new')], [])
    catalogue.change([], [entry('new')])
    await publishAll(catalogue, NOW + 2)
    assert.deepEqual(catalogue.pageList()?.hashes, pages)
    assert.equal(store.count(), 1_000)
  })

  it('takes an entry again that was removed a moment ago', async () => {
    const { store, pages } = await filled(300)
    const catalogue = again(store)
    catalogue.change([], entries(20))
    catalogue.change(entries(20), [])
    catalogue.change(entries(5), entries(5))
    await publishAll(catalogue, NOW + 1)
    assert.deepEqual(catalogue.pageList()?.hashes, pages)
  })

  it('finds out which entries are no more, also while pages change', async () => {
    const { store } = await filled(1_000)
    const catalogue = again(store)
    const gone = new Set(entries(100, 'share/file', 400).map(({ path }) => path))
    for (const keys of catalogue.outdated(({ path }) => gone.has(path))) {
      catalogue.change([], keys)
      catalogue.settle()
    }
    await publishAll(catalogue, NOW + 1)
    assert.equal(catalogue.files, 900)
    assert.ok([...catalogue.entries()].every(({ path }) => !gone.has(path)))
  })

  it('forgets what was still waiting for a page, unless it comes again', async () => {
    const { store, catalogue } = own()
    catalogue.change(entries(500), [])
    const restarted = again(store)
    assert.equal(store.count(), 500)
    restarted.change(entries(100), [])
    await publishAll(restarted, NOW + 1)
    assert.deepEqual([restarted.files, store.count()], [100, 100])
  })

  it('begins without entries when the store lost them', async () => {
    const { store, pages } = await filled(300)
    const catalogue = again(store)
    store.dropProvider(peer('ana'))
    catalogue.reset()
    assert.equal(catalogue.dirty, true)
    catalogue.change(entries(300), [])
    await publishAll(catalogue, NOW + 1)
    assert.deepEqual(catalogue.pageList()?.hashes, pages)
  })
})
