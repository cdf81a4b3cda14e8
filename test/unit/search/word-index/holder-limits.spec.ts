import assert from 'node:assert/strict'
import { matches, parseQuery } from '../../../../src/catalog/index.ts'
import {
  FIND_RATE,
  type HolderLimits,
  IndexHolder,
  MAX_FOUND,
  MAX_FULL_KEYS,
  MAX_RATED_PEERS,
  MAX_RECORD_BYTES,
  MAX_RECORDS,
  MAX_RECORDS_PER_KEY,
  MAX_RECORDS_PER_PROVIDER,
  MemoryRecordStore,
  STORE_RATE
} from '../../../../src/search/word-index/index.ts'
import type { Entry } from '../../../../src/wire/entry.ts'
import type { StoreVerdict } from '../../../../src/wire/index-message.ts'

const HOUR = 60 * 60_000
const ANY_RATE = { perSecond: 1e9, burst: 1e9 }

/** `count` different files; `bytes`: what each takes in memory, without what is around it. */
function files(count: number, prefix: string, bytes = 100): Entry[] {
  return Array.from({ length: count }, (_, i) => {
    const name = `blue ${prefix} ${i}.txt`
    return { cid: `cid of ${name}`, name, path: name, size: bytes, mime: 'text/plain', modified: 0 }
  })
}

/** With the limits of a node, except that it stores as fast as it is told. */
function newHolder(given: Partial<HolderLimits> = { storeRate: ANY_RATE }) {
  const holder = new IndexHolder<string, string, Entry>({
    store: new MemoryRecordStore({
      idOf: ({ cid }) => cid,
      cidOf: ({ cid }) => cid,
      sizeOf: ({ size }) => size,
      matches
    }),
    limits: given,
    rankOf: () => 0
  })
  /** How many got each verdict. */
  const put = (from: string, items: Entry[], key = 'k'): Partial<Record<StoreVerdict, number>> => {
    const verdicts = holder.put({ from, key, items, lifeMs: HOUR }, 0)
    assert.ok(verdicts !== 'over-rate')
    const counts: Partial<Record<StoreVerdict, number>> = {}
    for (const verdict of verdicts) counts[verdict] = (counts[verdict] ?? 0) + 1
    return counts
  }
  const find = (from = 'asker', now = 0, limit?: number) => {
    const query = parseQuery('blue', now)
    return holder.find({ from, key: 'k', query, ...(limit === undefined ? {} : { limit }) }, now)
  }
  return { holder, put, find }
}

describe('IndexHolder: what it keeps at most', () => {
  it('is 2,000 records of one provider, under whatever words', () => {
    const { holder, put } = newHolder()
    assert.deepEqual(put('ann', files(MAX_RECORDS_PER_PROVIDER - 1, 'a')), { stored: 1_999 })
    assert.deepEqual(put('ann', files(3, 'b'), 'other'), { stored: 1, refused: 2 })
    assert.deepEqual(put('bob', files(3, 'b')), { stored: 3 })
    assert.equal(holder.drops.get('full-provider'), 2)
  })

  it('is 5,000 records of one word, and others of other words', () => {
    const { holder, put } = newHolder()
    for (const from of ['ann', 'bob']) assert.deepEqual(put(from, files(2_000, from)), { stored: 2_000 })
    assert.deepEqual(put('cleo', files(1_001, 'c')), { stored: 1_000, full: 1 })
    assert.equal(holder.recordsAt('k').length, MAX_RECORDS_PER_KEY)
    assert.deepEqual(put('cleo', files(1, 'c'), 'other'), { stored: 1 })
    assert.equal(holder.drops.get('full-word'), 1)
  })

  it('is 50,000 records in all, of which one makes room that is taken back', () => {
    const { holder, put } = newHolder()
    const part = files(1_000, 'a')
    for (let i = 0; i < MAX_RECORDS / 1_000; i++)
      assert.deepEqual(put(`p${Math.floor(i / 2)}`, part, `k${i}`), { stored: 1_000 })
    assert.deepEqual(put('late', files(2, 'late')), { full: 2 })
    assert.equal(holder.withdraw({ from: 'p0', key: 'k0', items: part.slice(0, 1) }, 0), 1)
    assert.deepEqual(put('late', files(2, 'late')), { stored: 1, full: 1 })
    assert.equal(holder.sizes.count, MAX_RECORDS)
    assert.equal(holder.drops.get('full-store'), 3)
  })

  it('is 15 MB, and one record that begins below', () => {
    const { holder, put } = newHolder()
    const bytes = 10_000
    const { stored = 0, full = 0 } = put('ann', files(1_600, 'large', bytes))
    assert.equal(stored + full, 1_600)
    const { sizes } = holder
    assert.ok(sizes.bytes >= MAX_RECORD_BYTES && sizes.bytes < MAX_RECORD_BYTES + 2 * bytes, `${sizes.bytes}`)
    assert.equal(sizes.count, stored)
    assert.ok(sizes.bytes > stored * bytes, 'what is around a record counts, too')
  })
})

describe('IndexHolder: what it says at most', () => {
  it('is 200 files in one answer, which is full', () => {
    const { put, find } = newHolder()
    put('ann', files(MAX_FOUND - 1, 'a'))
    const few = find()
    assert.ok(few !== 'over-rate')
    assert.deepEqual([few.hits.length, few.full], [199, false])
    put('bob', files(50, 'b'))
    const many = find()
    assert.ok(many !== 'over-rate')
    assert.deepEqual([many.hits.length, many.full], [MAX_FOUND, true])
  })

  it('is that a word is full until it has lost more than a tenth of its records', () => {
    const { holder, put, find } = newHolder({ perKey: 10 })
    const items = files(11, 'a')
    const isFull = (): boolean => {
      const found = find()
      return found !== 'over-rate' && found.full
    }
    put('ann', items)
    assert.ok(isFull())
    holder.withdraw({ from: 'ann', key: 'k', items: items.slice(0, 1) }, 0)
    assert.ok(isFull(), 'of nine')
    holder.withdraw({ from: 'ann', key: 'k', items: items.slice(1, 2) }, 0)
    assert.ok(!isFull(), 'of eight')
  })

  it('is that a word of which something had no place in the whole is full until there is some again', () => {
    const { holder, put, find } = newHolder({ records: 20 })
    const items = files(20, 'a')
    put('ann', items, 'other')
    assert.deepEqual([put('bob', files(1, 'b')), find()], [{ full: 1 }, { hits: [], full: true }])
    holder.withdraw({ from: 'ann', key: 'other', items: items.slice(0, 2) }, 0)
    assert.deepEqual(find(), { hits: [], full: true }, 'of 18')
    holder.withdraw({ from: 'ann', key: 'other', items: items.slice(2, 3) }, 0)
    assert.deepEqual(find(), { hits: [], full: false }, 'of 17')
  })

  it('is the last 4,096 words that something was refused of', () => {
    const { put, find } = newHolder({ records: 1 })
    put('ann', files(1, 'a'), 'other')
    put('ann', files(1, 'b'))
    for (let i = 1; i < MAX_FULL_KEYS; i++) put(`p${i}`, files(1, 'c'), `k${i}`)
    assert.deepEqual(find(), { hits: [], full: true })
    put('ann', files(1, 'c'), `k${MAX_FULL_KEYS}`)
    assert.deepEqual(find(), { hits: [], full: false })
  })

  it('is not said again when the records are over', () => {
    const { holder, put, find } = newHolder({ perKey: 10 })
    put('ann', files(11, 'a'))
    holder.expire(HOUR)
    assert.deepEqual(find(), { hits: [], full: false })
  })
})

describe('IndexHolder: rates', () => {
  it('counts every record that came over the rate, one for a request without any', () => {
    const { holder } = newHolder({})
    const put = (count: number) =>
      holder.put({ from: 'ann', key: 'k', items: files(count, 'a'), lifeMs: 1 }, 0)
    put(STORE_RATE.burst)
    assert.equal(put(7), 'over-rate')
    assert.equal(holder.drops.get('store-over-rate'), 7)
    assert.equal(holder.withdraw({ from: 'ann' }, 0), 'over-rate')
    assert.equal(holder.takeOver({ from: 'ann', key: 'k', records: [] }, 0), 'over-rate')
    assert.equal(holder.drops.get('store-over-rate'), 9)
  })

  it('are remembered of 4,096 peers: the one that was silent longest begins anew', () => {
    const { find } = newHolder()
    for (const peer of ['ann', 'bob']) for (let i = 0; i < FIND_RATE.burst; i++) find(peer, 0, 0)
    for (let i = 0; i < MAX_RATED_PEERS - 2; i++) find(`peer ${i}`, 0, 0)
    // Ann asks again, and so Bob is the one that makes room for the next one.
    assert.equal(find('ann', 0, 0), 'over-rate')
    find('one more', 0, 0)
    assert.equal(find('ann', 0, 0), 'over-rate')
    assert.notEqual(find('bob', 0, 0), 'over-rate')
  })
})
