import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import {
  type HeadVerdict,
  KnownCatalogue,
  type KnownCatalogueInit
} from '../../../src/catalog/known-catalogue.ts'
import { MemoryEntryStore } from '../../../src/catalog/memory-store.ts'
import type { OwnCatalogue, Published } from '../../../src/catalog/own-catalogue.ts'
import { decodeAnnouncement } from '../../../src/wire/announcement.ts'
import type { Head } from '../../../src/wire/head.ts'
import { MAX_CLOCK_AHEAD_MS, MAX_HEAD_HOPS, MAX_HEAD_TTL_S, MAX_PAGES } from '../../../src/wire/limits.ts'
import { pagesRoot } from '../../../src/wire/page.ts'
import { entries, entry, ownCatalogue, peer, publishAll } from './fixtures.ts'

const NOW = 1_750_000_000_000
const TTL_S = 5_400
const SELF = peer('self')
const NEIGHBOUR = peer('neighbour')

/** A later head of a provider that was known, with nothing to pull. */
const ANA_AGAIN = { kind: 'learned', provider: peer('ana'), complete: true, isNew: false }

function known(limits: KnownCatalogueInit['limits'] = {}) {
  const store = new MemoryEntryStore()
  return { store, catalogue: new KnownCatalogue({ self: SELF, store, now: NOW, limits }) }
}

const provider = (name: string, ttlS = TTL_S): OwnCatalogue => ownCatalogue(name, ttlS)

/** Pulls what is wanted of one provider from itself; returns how many pages that took. */
function pull(to: KnownCatalogue, of: OwnCatalogue): number {
  const head = of.current?.head
  if (head == null) return 0
  const verdict = to.onPageList(head.provider, head.seq, of.pageList()?.hashes ?? [])
  if (verdict.kind !== 'pull') return 0
  for (const hash of verdict.missing) to.onPage(head.provider, of.pageBytes(hash) as Uint8Array)
  return verdict.missing.length
}

async function offered(name: string, count: number): Promise<OwnCatalogue> {
  const own = provider(name)
  own.change(entries(count, name), [])
  await publishAll(own, NOW)
  return own
}

function announce(to: KnownCatalogue, { signed, announcement }: Published, now = NOW): HeadVerdict {
  return to.onAnnouncement(signed, decodeAnnouncement(announcement), NEIGHBOUR, now)
}

describe('KnownCatalogue', () => {
  it('wants the pages of a new head, and has its entries once they came', async () => {
    const { store, catalogue } = known()
    const ana = await offered('ana', 600)
    const signed = ana.current as Published['signed']
    assert.equal(catalogue.onHead(signed, 0, peer('ana'), NOW).kind, 'learned')
    assert.deepEqual(catalogue.wanted(9), [
      { provider: peer('ana'), seq: NOW, pages: undefined, tellers: [peer('ana')] }
    ])
    assert.equal(catalogue.isComplete(), false)
    assert.ok(pull(catalogue, ana) > 1)
    assert.equal(store.count(peer('ana')), 600)
    assert.equal(catalogue.isComplete(), true)
    assert.deepEqual(catalogue.wanted(9), [])
  })

  it('serves the pages of others byte for byte', async () => {
    const { catalogue } = known()
    const ana = await offered('ana', 600)
    catalogue.onHead(ana.current as Published['signed'], 0, peer('ana'), NOW)
    assert.equal(catalogue.pageList(peer('ana')), undefined)
    pull(catalogue, ana)
    const list = catalogue.pageList(peer('ana'))
    assert.deepEqual(list, ana.pageList())
    for (const hash of list?.hashes ?? []) {
      assert.deepEqual(catalogue.pageBytes(peer('ana'), hash), ana.pageBytes(hash))
    }
  })

  it('applies a delta without pulling anything', async () => {
    const { store, catalogue } = known()
    const ana = await offered('ana', 600)
    catalogue.onHead(ana.current as Published['signed'], 0, peer('ana'), NOW)
    pull(catalogue, ana)
    ana.change([entry('new')], entries(2, 'ana'))
    const verdict = announce(catalogue, await publishAll(ana, NOW + 1))
    assert.deepEqual(verdict, { ...ANA_AGAIN, changed: true })
    assert.equal(store.count(peer('ana')), 599)
    assert.deepEqual(catalogue.pageList(peer('ana')), ana.pageList())
  })

  it('applies a delta whose head was pushed before it', async () => {
    const { store, catalogue } = known()
    const ana = await offered('ana', 3)
    catalogue.onHead(ana.current as Published['signed'], 0, peer('ana'), NOW)
    pull(catalogue, ana)
    ana.change([entry('new')], [])
    const published = await publishAll(ana, NOW + 1)
    catalogue.onHead(published.signed, 0, peer('ana'), NOW + 1)
    const verdict = announce(catalogue, published)
    const { provider } = published.signed.head
    assert.deepEqual(verdict, { kind: 'known', provider, changed: true, complete: true, newTeller: true })
    assert.equal(store.count(peer('ana')), 4)
  })

  it('pulls only the pages that differ when it missed a delta', async () => {
    const { store, catalogue } = known()
    const ana = await offered('ana', 2_000)
    catalogue.onHead(ana.current as Published['signed'], 0, peer('ana'), NOW)
    pull(catalogue, ana)
    ana.change([entry('missed')], [])
    await publishAll(ana, NOW + 1)
    ana.change([], [entry('missed')])
    ana.change([entry('new')], [])
    const verdict = announce(catalogue, await publishAll(ana, NOW + 2))
    assert.deepEqual([verdict.kind, catalogue.isComplete()], ['learned', false])
    assert.equal(store.count(peer('ana')), 2_000)
    assert.ok(pull(catalogue, ana) <= 2)
    assert.equal(store.count(peer('ana')), 2_001)
  })

  it('does not take a delta that leads to other pages than the head says', async () => {
    const { store, catalogue } = known()
    const ana = await offered('ana', 3)
    catalogue.onHead(ana.current as Published['signed'], 0, peer('ana'), NOW)
    pull(catalogue, ana)
    ana.change([entry('new')], [])
    const { signed, announcement } = await publishAll(ana, NOW + 1)
    const forged = { ...decodeAnnouncement(announcement), added: [entry('forged')] }
    assert.equal(catalogue.onAnnouncement(signed, forged, NEIGHBOUR, NOW).kind, 'learned')
    assert.equal(catalogue.isComplete(), false)
    assert.equal(store.count(), 3)
    assert.equal(catalogue.stats().counts['delta-misfit'], 1)
  })

  it('keeps everything on a refresh', async () => {
    const { catalogue } = known()
    const ana = await offered('ana', 3)
    catalogue.onHead(ana.current as Published['signed'], 0, peer('ana'), NOW)
    pull(catalogue, ana)
    const { signed } = await ana.publish(NOW + 1)
    const verdict = catalogue.onHead(signed, 0, peer('ana'), NOW + 1)
    assert.deepEqual(verdict, { ...ANA_AGAIN, changed: false })
  })

  it('drops the entries at goodbye and does not take an older head back, even after it forgot the goodbye', async () => {
    const { store, catalogue } = known()
    const ana = await offered('ana', 3)
    const old = ana.current as Published['signed']
    catalogue.onHead(old, 0, peer('ana'), NOW)
    pull(catalogue, ana)
    const verdict = announce(catalogue, await ana.goodbye(NOW + 1))
    assert.deepEqual(verdict, { ...ANA_AGAIN, changed: true })
    assert.equal(store.count(), 0)
    assert.deepEqual(catalogue.onHead(old, 0, peer('ana'), NOW), { kind: 'refused', reason: 'old-seq' })
    catalogue.expire(NOW + 2 * TTL_S * 1_000)
    assert.equal(catalogue.stats().heads, 0)
    assert.deepEqual(catalogue.onHead(old, 0, peer('ana'), NOW), { kind: 'refused', reason: 'old-seq' })
  })

  it('forgets a provider whose head was not renewed in time', async () => {
    const { store, catalogue } = known()
    const ana = await offered('ana', 3)
    catalogue.onHead(ana.current as Published['signed'], 0, peer('ana'), NOW)
    pull(catalogue, ana)
    assert.deepEqual(catalogue.expire(NOW + TTL_S * 1_000 - 1), [])
    assert.deepEqual(catalogue.expire(NOW + TTL_S * 1_000), [peer('ana')])
    assert.equal(store.count(), 0)
  })

  it('does not take providers for gone when the clock was set ahead, and back', async () => {
    const { store, catalogue } = known()
    const ana = await offered('ana', 3)
    catalogue.onHead(ana.current as Published['signed'], 0, peer('ana'), NOW)
    pull(catalogue, ana)
    const lifeMs = TTL_S * 1_000
    catalogue.onClockStep(10 * lifeMs)
    assert.deepEqual(catalogue.expire(NOW + 11 * lifeMs - 1), [])
    // It may be old by now, so no newcomer is told.
    assert.deepEqual(catalogue.notices(peer('bob'), 0, NOW + 10 * lifeMs).heads, [])
    catalogue.onClockStep(-10 * lifeMs)
    assert.deepEqual(catalogue.expire(NOW + lifeMs - 1), [])
    assert.equal(store.count(), 3)
    assert.deepEqual(catalogue.expire(NOW + lifeMs), [peer('ana')])
  })

  it('holds a clock for right when somebody made a head of late', async () => {
    const { catalogue } = known()
    assert.equal(catalogue.confirmsClock(NOW), false)
    catalogue.onHead((await offered('ana', 3)).current as Published['signed'], 0, peer('ana'), NOW)
    assert.equal(catalogue.confirmsClock(NOW + 1_000), true)
    assert.equal(catalogue.confirmsClock(NOW + MAX_HEAD_TTL_S * 1_000), false)
  })

  it('wants everything again when the store lost it', async () => {
    const { store, catalogue } = known()
    const [ana, eve] = [await offered('ana', 600), await offered('eve', 0)]
    for (const own of [ana, eve]) {
      const signed = own.current as Published['signed']
      catalogue.onHead(signed, 0, signed.head.provider, NOW)
      pull(catalogue, own)
    }
    for (const provider of [peer('ana'), peer('eve')]) store.dropProvider(provider)
    catalogue.reset()
    assert.deepEqual(
      catalogue.wanted(9).map(({ provider }) => provider),
      [peer('ana')]
    )
    assert.equal(catalogue.stats().entries, 0)
    pull(catalogue, ana)
    assert.deepEqual([store.count(), catalogue.isComplete()], [600, true])
  })

  describe('refuses', () => {
    const cases: Array<{
      name: string
      reason: string
      hops?: number
      seq?: number
      self?: string
      ttlS?: number
    }> = [
      { name: 'its own head', reason: 'own', self: 'self' },
      { name: 'a head of the future', reason: 'future-seq', seq: NOW + MAX_CLOCK_AHEAD_MS + 1 },
      { name: 'a head that never lived', reason: 'bad-ttl', ttlS: 0 },
      { name: 'a head from too far', reason: 'too-far', hops: MAX_HEAD_HOPS }
    ]
    for (const { name, reason, hops = 0, seq = NOW, self = 'ana', ttlS = TTL_S } of cases) {
      it(name, async () => {
        const { catalogue } = known()
        const { signed } = await publishAll(provider(self, ttlS), seq)
        assert.deepEqual(catalogue.onHead(signed, hops, NEIGHBOUR, NOW), { kind: 'refused', reason })
        assert.equal(catalogue.stats().counts[`head-${reason}`], 1)
      })
    }

    it('a second statement under the number of the first', async () => {
      const { catalogue } = known()
      const ana = provider('ana')
      const other = provider('ana')
      other.change([entry('x')], [])
      catalogue.onHead((await publishAll(ana, NOW)).signed, 0, peer('ana'), NOW)
      const verdict = catalogue.onHead((await publishAll(other, NOW)).signed, 0, peer('ana'), NOW)
      assert.deepEqual(verdict, { kind: 'refused', reason: 'old-seq' })
    })

    it('more providers from one neighbour than a quarter of the table', async () => {
      const { catalogue } = known({ maxHeads: 8 })
      const reasons: string[] = []
      for (const name of ['a', 'b', 'c']) {
        const verdict = catalogue.onHead((await publishAll(provider(name), NOW)).signed, 1, NEIGHBOUR, NOW)
        reasons.push(verdict.kind === 'refused' ? verdict.reason : verdict.kind)
      }
      assert.deepEqual(reasons, ['learned', 'learned', 'teller-share'])
    })

    it('a farther provider when the table is full, and lets a nearer one take the place of the farthest', async () => {
      const { catalogue } = known({ maxHeads: 4 })
      const tell = async (name: string, hops: number) =>
        catalogue.onHead((await publishAll(provider(name), NOW)).signed, hops, peer(`teller of ${name}`), NOW)
          .kind
      for (const [i, name] of ['a', 'b', 'c', 'd'].entries()) await tell(name, i + 1)
      assert.equal(await tell('e', 4), 'refused')
      assert.equal(await tell('f', 1), 'learned')
      assert.deepEqual([catalogue.head(peer('d')), catalogue.stats().heads], [undefined, 4])
    })

    it('a page list that is not what the head says, and pages that nobody asked for', async () => {
      const { store, catalogue } = known()
      const ana = await offered('ana', 3)
      const [hash] = ana.pageList()?.hashes ?? []
      const page = ana.pageBytes(hash as string) as Uint8Array
      catalogue.onHead(ana.current as Published['signed'], 0, peer('ana'), NOW)
      assert.deepEqual(catalogue.onPage(peer('ana'), page), { kind: 'reject', reason: 'unasked' })
      const wrong = catalogue.onPageList(peer('ana'), NOW, ['00'.repeat(32)])
      assert.deepEqual(wrong, { kind: 'reject', reason: 'wrong-root' })
      const other = catalogue.onPageList(peer('ana'), NOW - 1, [hash as string])
      assert.deepEqual(other, { kind: 'reject', reason: 'other-head' })
      assert.equal(store.count(), 0)
    })
  })

  describe('notices', () => {
    it('tells each head once, with its distance, and not to those who told it or made it', async () => {
      const { catalogue } = known()
      const { signed } = await publishAll(provider('ana'), NOW)
      catalogue.onHead(signed, 1, NEIGHBOUR, NOW)
      const first = catalogue.notices(peer('bob'), 0, NOW)
      assert.deepEqual(first.heads, [{ envelope: signed.envelope, hops: 2 }])
      assert.deepEqual(catalogue.notices(peer('bob'), first.version, NOW).heads, [])
      assert.deepEqual(catalogue.notices(NEIGHBOUR, 0, NOW).heads, [])
      assert.deepEqual(catalogue.notices(peer('ana'), 0, NOW).heads, [])
    })

    it('tells a head again when it turns out to be nearer', async () => {
      const { catalogue } = known()
      const { signed } = await publishAll(provider('ana'), NOW)
      catalogue.onHead(signed, 3, NEIGHBOUR, NOW)
      const { version } = catalogue.notices(peer('bob'), 0, NOW)
      catalogue.onHead(signed, 0, peer('ana'), NOW)
      assert.deepEqual(catalogue.notices(peer('bob'), version, NOW).heads, [
        { envelope: signed.envelope, hops: 1 }
      ])
    })

    it('tells a head only when its pages can be had here, and asks nobody who merely passed it on', async () => {
      const { catalogue } = known()
      const ana = provider('ana')
      ana.change(entries(3, 'ana'), [])
      const version = catalogue.notices(peer('bob'), 0, NOW).version
      const published = await publishAll(ana, NOW + 1)
      announce(catalogue, published)
      assert.deepEqual(catalogue.wanted(9)[0]?.tellers, [])
      catalogue.onHead(published.signed, 1, NEIGHBOUR, NOW + 1)
      assert.deepEqual(catalogue.wanted(9)[0]?.tellers, [NEIGHBOUR])
      const before = catalogue.notices(peer('bob'), version, NOW + 1)
      assert.deepEqual(before.heads, [])
      pull(catalogue, ana)
      const { heads } = catalogue.notices(peer('bob'), before.version, NOW + 1)
      assert.deepEqual(heads, [{ envelope: published.signed.envelope, hops: 2 }])
    })

    it('asks who passed changes on when they do not fit what is here', async () => {
      const { catalogue } = known()
      const ana = await offered('ana', 3)
      ana.change([entry('late')], [])
      announce(catalogue, await publishAll(ana, NOW + 1), NOW + 1)
      assert.deepEqual(catalogue.wanted(9)[0]?.tellers, [NEIGHBOUR])
    })

    it('tells what the topic took on only those who are outside of it, until it changes again', async () => {
      const { catalogue } = known()
      const ana = provider('ana')
      catalogue.onHead((await publishAll(ana, NOW)).signed, 1, NEIGHBOUR, NOW)
      const { version } = catalogue.notices(peer('bob'), 0, NOW, true)
      catalogue.onHead((await publishAll(ana, NOW + 1)).signed, 1, NEIGHBOUR, NOW)
      catalogue.onForwarded(peer('ana'))
      assert.deepEqual(catalogue.notices(peer('bob'), version, NOW, true).heads, [])
      assert.equal(catalogue.notices(peer('bob'), version, NOW, false).heads.length, 1)
      catalogue.onHead((await publishAll(ana, NOW + 2)).signed, 1, NEIGHBOUR, NOW)
      assert.equal(catalogue.notices(peer('bob'), version, NOW, true).heads.length, 1)
    })

    it('tells once how far away a provider is, and again when it is nearer, also when the topic took it on', async () => {
      const { catalogue } = known()
      const ana = provider('ana')
      let version = 0
      const told = async (hops: number): Promise<number[]> => {
        catalogue.onHead((await publishAll(ana, NOW)).signed, hops, NEIGHBOUR, NOW)
        catalogue.onForwarded(peer('ana'))
        const notices = catalogue.notices(peer('bob'), version, NOW, true)
        version = notices.version
        return notices.heads.map(head => head.hops)
      }
      assert.deepEqual(await told(3), [4])
      assert.deepEqual(await told(3), [])
      assert.deepEqual(await told(1), [2])
      assert.deepEqual(await told(1), [])
    })

    it('does not tell what only the topic said, nor what is in the second half of its life', async () => {
      const { catalogue } = known()
      const published = await publishAll(provider('ana'), NOW)
      announce(catalogue, published)
      assert.deepEqual(catalogue.notices(peer('bob'), 0, NOW).heads, [])
      catalogue.onHead(published.signed, 0, peer('ana'), NOW)
      assert.equal(catalogue.notices(peer('bob'), 0, NOW).heads.length, 1)
      assert.deepEqual(catalogue.notices(peer('bob'), 0, NOW + (TTL_S * 1_000) / 2).heads, [])
    })
  })

  describe('with a full cache', () => {
    it('keeps a quarter of the cache of one provider and calls it incomplete', async () => {
      const { store, catalogue } = known({ maxEntries: 2_000 })
      const ana = await offered('ana', 900)
      catalogue.onHead(ana.current as Published['signed'], 0, peer('ana'), NOW)
      pull(catalogue, ana)
      assert.ok(store.count() <= 500 && store.count() > 0)
      assert.equal(catalogue.isComplete(), false)
      assert.deepEqual(catalogue.wanted(9), [])
    })

    it('wants far providers only while it is less than half full', async () => {
      const { catalogue } = known({ maxEntries: 1_600 })
      for (const name of ['a', 'b']) {
        const own = await offered(name, 400)
        catalogue.onHead(own.current as Published['signed'], 0, peer(name), NOW)
        pull(catalogue, own)
      }
      const tell = async (name: string, hops: number) =>
        catalogue.onHead(
          (await offered(name, 1)).current as Published['signed'],
          hops,
          peer(`t ${name}`),
          NOW
        )
      await tell('near', 1)
      await tell('far', 2)
      assert.deepEqual(
        catalogue.wanted(9).map(({ provider }) => provider),
        [peer('near')]
      )
    })

    it('lets the farthest make room, and stops at a provider that is the farthest itself', async () => {
      const { store, catalogue } = known({ maxEntries: 800 })
      const add = async (name: string, hops: number) => {
        const own = await offered(name, 190)
        catalogue.onHead(own.current as Published['signed'], hops, peer(`teller of ${name}`), NOW)
        pull(catalogue, own)
      }
      for (const [name, hops] of [
        ['a', 1],
        ['b', 5],
        ['c', 1],
        ['d', 1]
      ] as const)
        await add(name, hops)
      assert.equal(store.count(), 760)
      await add('e', 2)
      assert.deepEqual([store.count(peer('b')), store.count(peer('e'))], [0, 190])
      await add('f', 4)
      assert.deepEqual([store.count(peer('f')), store.count()], [0, 760])
    })

    it('has no room for lists whose pages never come, and takes pages in their place @slow', async () => {
      const { store, catalogue } = known({ maxBytes: 4_000_000 })
      const list = (name: string) => {
        const hashes = Array.from({ length: MAX_PAGES }, (_, i) =>
          createHash('sha256').update(`${name} ${i}`).digest('hex')
        )
        const head: Head = {
          provider: peer(name),
          nickname: '',
          seq: NOW,
          ttlS: TTL_S,
          files: MAX_PAGES,
          bytes: 0,
          pledgeFree: 0,
          pageCount: MAX_PAGES,
          pagesRoot: pagesRoot(hashes)
        }
        catalogue.onHead({ head, envelope: new Uint8Array(330) }, 3, peer('teller'), NOW)
        return catalogue.onPageList(head.provider, NOW, hashes)
      }
      const kinds = Array.from({ length: 8 }, (_, i) => list(`empty ${i}`).kind)
      assert.equal(kinds.filter(kind => kind === 'pull').length > 0, true)
      assert.ok(catalogue.stats().partial >= 4)
      const ana = await offered('ana', 900)
      catalogue.onHead(ana.current as Published['signed'], 0, peer('ana'), NOW)
      pull(catalogue, ana)
      assert.equal(store.count(peer('ana')), 900)
    })

    it('counts what it holds whatever comes and goes @slow', async () => {
      const step = fc.record({
        who: fc.constantFrom('a', 'b', 'c', 'd'),
        from: fc.nat(300),
        count: fc.integer({ min: 1, max: 300 }),
        add: fc.boolean(),
        how: fc.constantFrom('delta', 'push', 'goodbye', 'page list only', 'drop')
      })
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 12 }), async steps => {
          const { store, catalogue } = known({ maxEntries: 700 })
          const owns = new Map(['a', 'b', 'c', 'd'].map(name => [name, provider(name)]))
          let now = NOW
          for (const { who, from, count, add, how } of steps) {
            const own = owns.get(who) as OwnCatalogue
            const some = entries(count, who, from)
            own.change(add ? some : [], add ? [] : some)
            const published = await (how === 'goodbye' ? own.goodbye(++now) : publishAll(own, ++now))
            if (how === 'delta') announce(catalogue, published, now)
            else catalogue.onHead(published.signed, how === 'drop' ? 1 : 0, peer(who), now)
            if (how === 'push') pull(catalogue, own)
            if (how === 'page list only') catalogue.onPageList(peer(who), now, own.pageList()?.hashes ?? [])
            if (how === 'drop') catalogue.drop(peer(who), now)

            assert.ok(store.count() <= 700)
            assert.equal(catalogue.stats().entries, store.count())
            const list = catalogue.pageList(peer(who))
            if (list != null) {
              assert.deepEqual(list, own.pageList())
              assert.deepEqual(store.pagesOf(peer(who)).sort(), [...list.hashes].sort())
            }
          }
        }),
        { numRuns: 40 }
      )
    })
  })
})
