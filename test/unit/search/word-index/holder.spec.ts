import assert from 'node:assert/strict'
import fc from 'fast-check'
import { matches, parseQuery } from '../../../../src/catalog/index.ts'
import {
  type HolderLimits,
  IndexHolder,
  MAX_HAND_OVER_RANK,
  MAX_HOLDER_RANK,
  MemoryRecordStore
} from '../../../../src/search/word-index/index.ts'
import type { Entry } from '../../../../src/wire/entry.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

function entry(name: string, cid = `cid of ${name}`): Entry {
  return { cid, name, path: `share/${name}`, size: 100, mime: 'text/plain', modified: 0 }
}

const many = (count: number, prefix = 'blue'): Entry[] =>
  Array.from({ length: count }, (_, i) => entry(`${prefix} ${i}.txt`))

function newStore(): MemoryRecordStore<string, string, Entry> {
  return new MemoryRecordStore({
    idOf: ({ cid, path }) => `${cid} ${path}`,
    cidOf: ({ cid }) => cid,
    sizeOf: ({ path }) => path.length,
    matches
  })
}

/** `ranks`: known servers nearer to a key than a peer, or than the holder itself. */
function newHolder(given: Partial<HolderLimits> = {}, ranks: Record<string, number> = {}) {
  const store = newStore()
  const flooders: string[] = []
  const holder = new IndexHolder({
    store,
    handed: newStore(),
    limits: given,
    rankOf: (_key, peer) => ranks[peer ?? 'self'] ?? 0,
    onFlood: peer => flooders.push(peer)
  })
  const put = (from: string, items: Entry[], { key = 'k', lifeMs = HOUR, now = 0 } = {}) =>
    holder.put({ from, key, items, lifeMs }, now)
  const find = (text: string, { key = 'k', from = 'asker', now = 0 } = {}) => {
    const found = holder.find({ from, key, query: parseQuery(text, now) }, now)
    assert.ok(found !== 'over-rate')
    return found
  }
  return { store, holder, flooders, put, find }
}

describe('IndexHolder', () => {
  it('tells the records that fit the whole query, each cid once with its providers', () => {
    const { put, find } = newHolder()
    put('ann', [entry('blue whale.txt'), entry('blue sky.txt')])
    put('bob', [entry('blue whale song.txt', 'cid of blue whale.txt')])
    assert.deepEqual(
      find('blue whale').hits.map(({ item, providers }) => [item.cid, providers.sort()]),
      [['cid of blue whale.txt', ['ann', 'bob']]]
    )
    assert.deepEqual(find('green').hits, [])
    assert.deepEqual(find('blue', { key: 'other' }).hits, [])
    assert.equal(find('blue -sky size:<1kB').hits.length, 1)
  })

  it('keeps eight providers of a cid, and says enough to the ninth', () => {
    const { put, find, holder } = newHolder()
    for (let i = 0; i < 8; i++) assert.deepEqual(put(`p${i}`, [entry('blue.txt')]), ['stored'])
    assert.deepEqual(put('p8', [entry('blue.txt')]), ['enough'])
    assert.deepEqual(put('p3', [entry('blue.txt')]), ['stored'])
    assert.equal(find('blue').hits[0]?.providers.length, 8)
    assert.equal(holder.drops.get('enough'), 1)
  })

  const limits: Array<{ name: string; limits: Partial<HolderLimits>; drop: 'full-word' | 'full-store' }> = [
    { name: 'words', limits: { perKey: 3 }, drop: 'full-word' },
    { name: 'records', limits: { records: 3 }, drop: 'full-store' },
    { name: 'bytes', limits: { bytes: 600 }, drop: 'full-store' }
  ]
  for (const { name, limits: given, drop } of limits) {
    it(`is full when there is no more room for ${name}, and still renews`, () => {
      const { put, holder, store } = newHolder(given)
      assert.deepEqual(put('ann', many(4)), ['stored', 'stored', 'stored', 'full'])
      assert.deepEqual(put('ann', many(3), { now: 1_000 }), ['stored', 'stored', 'stored'])
      assert.equal(store.count, 3)
      assert.equal(holder.drops.get(drop), 1)
    })
  }

  it('says with its answers that a word is full, until it has room again', () => {
    const { put, find, holder } = newHolder({ perKey: 10 })
    put('ann', many(8))
    assert.equal(find('blue').full, false)
    put('bob', many(3, 'blue sky'))
    assert.equal(find('blue').full, true)
    holder.withdraw({ from: 'bob' }, 0)
    assert.equal(find('blue').full, false)
  })

  it('lets one provider have its part only', () => {
    const { put, holder } = newHolder({ perProvider: 2 })
    put('ann', [entry('a.txt')], { key: 'other' })
    assert.deepEqual(put('ann', many(2)), ['stored', 'refused'])
    assert.deepEqual(put('bob', many(1)), ['stored'])
    assert.equal(holder.drops.get('full-provider'), 1)
  })

  it('refuses records for which many servers are nearer', () => {
    const { put, store, holder } = newHolder({}, { self: MAX_HOLDER_RANK })
    assert.deepEqual(put('ann', many(2)), ['refused', 'refused'])
    assert.equal(store.count, 0)
    assert.equal(holder.drops.get('far'), 2)
  })

  it('forgets a record when its life is over, after two hours at most', () => {
    const { put, holder, store } = newHolder()
    put('ann', many(1), { lifeMs: 20 * MINUTE })
    put('bob', many(1, 'sky'), { lifeMs: 50 * HOUR })
    assert.equal(holder.expire(20 * MINUTE), 1)
    assert.equal(holder.expire(2 * HOUR - 1), 0)
    assert.equal(holder.expire(2 * HOUR), 1)
    assert.deepEqual([store.count, store.bytes], [0, 0])
  })

  it('keeps a record that is renewed', () => {
    const { put, holder } = newHolder()
    put('ann', many(1), { lifeMs: 20 * MINUTE })
    put('ann', many(1), { lifeMs: 20 * MINUTE, now: 10 * MINUTE })
    assert.equal(holder.expire(29 * MINUTE), 0)
  })

  it('removes what its provider takes back, and nothing of others', () => {
    const { put, holder, store } = newHolder()
    put('ann', many(3))
    put('ann', many(1), { key: 'other' })
    put('bob', many(3))
    assert.equal(holder.withdraw({ from: 'ann', key: 'k', items: many(1) }, 0), 1)
    assert.equal(holder.withdraw({ from: 'ann', key: 'k' }, 0), 2)
    assert.equal(holder.withdraw({ from: 'ann' }, 0), 1)
    assert.equal(holder.withdraw({ from: 'mallory' }, 0), 0)
    assert.equal(store.countOf('bob'), 3)
  })

  it('answers 60 finds at once and 10 a second of one peer', () => {
    const { holder } = newHolder()
    const query = parseQuery('blue', 0)
    const answered = (now: number) =>
      Array.from({ length: 100 }, () => holder.find({ from: 'ann', key: 'k', query }, now)).filter(
        found => found !== 'over-rate'
      ).length
    assert.equal(answered(0), 60)
    assert.equal(answered(1_000), 10)
    assert.notEqual(holder.find({ from: 'bob', key: 'k', query }, 0), 'over-rate')
    assert.equal(holder.drops.get('find-over-rate'), 130)
  })

  it('takes 500 records at once and 20 a second of one peer', () => {
    const { put } = newHolder()
    for (let i = 0; i < 10; i++) assert.notEqual(put('ann', many(50, `${i}`)), 'over-rate')
    assert.equal(put('ann', many(1)), 'over-rate')
    assert.equal(put('ann', many(21), { now: 1_000 }), 'over-rate')
    assert.notEqual(put('ann', many(20), { now: 1_000 }), 'over-rate')
  })

  it('says who asks or stores four times as much as it may for ten seconds, and nobody who only comes in bursts', () => {
    const { put, find, holder, flooders } = newHolder()
    for (let i = 0; i < 560; i += 20) put('honest', many(20, `${i}`))
    for (let i = 0; i < 400; i++) holder.find({ from: 'honest', key: 'k' }, i)
    assert.deepEqual(flooders, [])
    for (let i = 0; i < 401; i++) holder.find({ from: 'asker', key: 'k' }, i)
    assert.deepEqual(flooders, ['asker'])
    for (let i = 0; i < 41; i++) put('storer', many(20))
    assert.deepEqual(flooders, ['asker', 'storer'])
    assert.deepEqual(find('blue', { from: 'other' }).hits.length > 0, true)
  })

  it('refuses what has not the word that it is stored under', () => {
    const { holder } = newHolder()
    const put = {
      from: 'ann',
      key: 'k',
      items: many(3),
      lifeMs: HOUR,
      belongs: (e: Entry) => !e.name.includes('1')
    }
    assert.deepEqual(holder.put(put, 0), ['stored', 'refused', 'stored'])
    assert.equal(holder.drops.get('other-word'), 1)
  })

  it('charges for taking back, so that nobody makes it work for nothing', () => {
    const { holder } = newHolder()
    const taken = Array.from({ length: 600 }, () => holder.withdraw({ from: 'ann' }, 0))
    assert.equal(taken.filter(records => records === 'over-rate').length, 100)
  })

  describe('handing over', () => {
    const records = (provider: string, items: Entry[], expiresAt = HOUR) =>
      items.map(item => ({ provider, item, expiresAt }))

    it('gives all records of a key, also those that were handed over', () => {
      const { put, holder } = newHolder()
      put('ann', many(2))
      put('bob', many(1), { key: 'other' })
      holder.takeOver({ from: 'near', key: 'third', records: records('cleo', many(1)) }, 0)
      assert.deepEqual(holder.keys(), ['k', 'other', 'third'])
      assert.deepEqual(holder.recordsAt('k'), records('ann', many(2)))
      assert.deepEqual(holder.recordsAt('third'), records('cleo', many(1)))
    })

    it('never keeps a provider from saying something itself', () => {
      const limits = { perKey: 4, perProvider: 4, records: 6, providersPerCid: 2 }
      const { put, find, holder } = newHolder(limits)
      const junk = many(9, 'junk')
      assert.equal(holder.takeOver({ from: 'liar', key: 'k', records: records('ann', junk) }, 0), 4)
      holder.takeOver(
        { from: 'liar', key: 'l', records: ['x', 'y'].flatMap(p => records(p, [entry('blue.txt')])) },
        0
      )
      assert.deepEqual(holder.sizes, { count: 6, bytes: holder.sizes.bytes, handed: 6 })
      assert.deepEqual(put('ann', many(4)), ['stored', 'stored', 'stored', 'stored'])
      assert.deepEqual(put('ann', [entry('blue.txt')], { key: 'l' }), ['refused'])
      assert.deepEqual(put('bob', [entry('blue.txt')], { key: 'l' }), ['stored'])
      assert.deepEqual(
        find('blue')
          .hits.map(({ item }) => item.name)
          .sort(),
        many(4).map(({ name }) => name)
      )
      assert.ok(holder.sizes.count <= 6)
    })

    it('is told after what providers said', () => {
      const { put, find, holder } = newHolder()
      holder.takeOver({ from: 'liar', key: 'k', records: records('ann', many(3, 'blue fake')) }, 0)
      put('bob', many(1))
      assert.deepEqual(
        find('blue').hits.map(({ providers }) => providers[0]),
        ['bob', 'ann', 'ann', 'ann']
      )
      assert.equal(holder.withdraw({ from: 'ann' }, 0), 3)
      assert.equal(holder.hasOf('ann'), false)
    })

    it('becomes what a provider said when it says it', () => {
      const { put, holder } = newHolder()
      holder.takeOver({ from: 'near', key: 'k', records: records('ann', many(2)) }, 0)
      put('ann', many(2))
      assert.deepEqual([holder.sizes.count, holder.sizes.handed], [2, 0])
      holder.clear()
      assert.deepEqual([holder.sizes.count, holder.keys()], [0, []])
    })

    it('takes records of others from a peer that is near their key', () => {
      const { holder, find } = newHolder({}, { near: MAX_HAND_OVER_RANK - 1 })
      assert.equal(holder.takeOver({ from: 'near', key: 'k', records: records('ann', many(2)) }, 0), 2)
      assert.deepEqual(find('blue').hits[0]?.providers, ['ann'])
    })

    it('refuses them from a peer that is not: a store for somebody else', () => {
      const { holder } = newHolder({}, { far: MAX_HAND_OVER_RANK })
      assert.equal(holder.takeOver({ from: 'far', key: 'k', records: records('ann', many(2)) }, 0), 0)
      assert.equal(holder.sizes.count, 0)
      assert.equal(holder.drops.get('hand-over-far'), 2)
    })

    it('never shortens what a provider said itself', () => {
      const { holder, put } = newHolder()
      put('ann', many(1), { lifeMs: HOUR })
      assert.equal(holder.takeOver({ from: 'bob', key: 'k', records: records('ann', many(1), MINUTE) }, 0), 0)
      assert.equal(holder.expire(2 * MINUTE), 0)
    })

    it('takes nothing that is over, and nothing for longer than two hours', () => {
      const { holder } = newHolder()
      assert.equal(holder.takeOver({ from: 'a', key: 'k', records: records('ann', many(1), 5) }, 5), 0)
      assert.equal(holder.takeOver({ from: 'a', key: 'k', records: records('ann', many(1), 9 * HOUR) }, 0), 1)
      assert.equal(holder.expire(2 * HOUR), 1)
    })
  })
})

describe('MemoryRecordStore', () => {
  type Step = { kind: 'put' | 'remove'; provider: string; key: string; name: number; lifeMs: number }
  const step: fc.Arbitrary<Step> = fc.record({
    kind: fc.constantFrom('put' as const, 'put' as const, 'remove' as const),
    provider: fc.constantFrom('a', 'b', 'c'),
    key: fc.constantFrom('k', 'l'),
    name: fc.nat({ max: 5 }),
    lifeMs: fc.nat({ max: 100 })
  })

  it('counts what it holds, whatever came and went', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat({ max: 120 }), (steps, end) => {
        const store = newStore()
        const model = new Map<string, Step>()
        for (const given of steps) {
          const { kind, provider, key, name, lifeMs } = given
          const item = entry(`blue ${name}.txt`)
          if (kind === 'put') store.put(key, { provider, item, expiresAt: lifeMs })
          else store.remove(provider, key, [item])
          if (kind === 'put') model.set(`${provider} ${key} ${name}`, given)
          else model.delete(`${provider} ${key} ${name}`)
        }
        store.expire(end)
        const left = [...model.values()].filter(({ lifeMs }) => lifeMs > end)
        assert.equal(store.count, left.length)
        for (const provider of ['a', 'b', 'c']) {
          assert.equal(store.countOf(provider), left.filter(given => given.provider === provider).length)
        }
        for (const key of ['k', 'l']) {
          assert.equal(store.countAt(key), left.filter(given => given.key === key).length)
          const cids = new Set(left.filter(given => given.key === key).map(({ name }) => name))
          assert.equal(store.find(key, parseQuery('blue', 0), 100).length, cids.size)
        }
        for (const provider of ['a', 'b', 'c']) store.remove(provider)
        assert.deepEqual([store.count, store.bytes, [...store.keys()]], [0, 0, []])
      }),
      { numRuns: 300 }
    )
  })

  it('tells those renewed last first, and no more than it is asked for', () => {
    const store = newStore()
    for (const item of many(5)) store.put('k', { provider: 'ann', item, expiresAt: 1 })
    store.put('k', { provider: 'ann', item: many(1)[0] as Entry, expiresAt: 2 })
    const found = store.find('k', parseQuery('blue', 0), 2).map(({ item }) => item.name)
    assert.deepEqual(found, ['blue 0.txt', 'blue 4.txt'])
  })
})
