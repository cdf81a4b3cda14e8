import assert from 'node:assert/strict'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import {
  type CatalogLinks,
  type CatalogServer,
  HeadOpener,
  KnownCatalogue,
  MemoryEntryStore
} from '../../../src/catalog/index.ts'
import type { KnownCatalogueInit } from '../../../src/catalog/known-catalogue.ts'
import { CatalogAnswers } from '../../../src/node/catalog-answers.ts'
import { CatalogPulls } from '../../../src/node/catalog-pulls.ts'
import { eventually } from '../../../src/testnet/eventually.ts'
import type { CatalogMessage } from '../../../src/wire/catalog-message.ts'
import { entries, fakeSeal, ownCatalogue, peer, publishAll } from '../catalog/fixtures.ts'

const NOW = 1_750_000_000_000
const clock = { now: () => NOW }
const [SELF, ANA, BOB] = [peer('self'), peer('ana'), peer('bob')]

type Answering = (request: CatalogMessage) => AsyncIterable<CatalogMessage>

/** One node that pulls what ana offers; `answering` says what each teller answers. */
async function puller(
  count: number,
  answering: (honest: Answering) => Record<string, Answering>,
  limits: KnownCatalogueInit['limits'] = {}
) {
  let now = NOW
  const clock = { now: () => now }
  const own = ownCatalogue('ana')
  own.change(entries(count), [])
  const { signed } = await publishAll(own, NOW)

  const store = new MemoryEntryStore()
  const known = new KnownCatalogue({ self: SELF, store, now: NOW, limits })
  const answers = new CatalogAnswers({ self: ANA, own, known, clock })
  const tellers = answering(request => answers.answer(SELF, request, new AbortController().signal))
  const links: CatalogLinks = {
    neighbours: () => Object.keys(tellers),
    push: async () => {},
    request: (to, message) => (tellers[to] as Answering)(message),
    serve: (_server: CatalogServer | undefined) => {}
  }
  const changed: string[] = []
  const errors: unknown[] = []
  const pulls = new CatalogPulls({
    known,
    opener: new HeadOpener(fakeSeal(SELF), NOW),
    links,
    clock,
    onChange: provider => changed.push(provider),
    onError: error => errors.push(error)
  })
  // The last one that tells is the first one that is asked.
  for (const teller of Object.keys(tellers).reverse()) known.onHead(signed, 1, teller, NOW)
  const stopping = new AbortController()
  pulls.start(stopping.signal)
  return {
    own,
    store,
    known,
    pulls,
    changed,
    errors,
    later: (ms: number) => {
      now += ms
    },
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await pulls.stop()
    }
  }
}

async function* give(...messages: CatalogMessage[]): AsyncGenerator<CatalogMessage> {
  yield* messages
}

/** Breaks before its first answer. */
async function* broken(): AsyncGenerator<CatalogMessage> {
  yield await Promise.reject(new Error('the stream was reset'))
}

describe('CatalogPulls', () => {
  const tellers: Array<{ name: string; bad: (honest: Answering) => Answering }> = [
    { name: 'does not have the pages', bad: () => () => give({ type: 'unknown' }) },
    { name: 'breaks off', bad: () => () => broken() },
    { name: 'ends without a word', bad: () => () => give() },
    {
      name: 'lists other pages',
      bad: honest =>
        async function* lying(request) {
          for await (const answer of honest(request)) {
            yield answer.type === 'page-list' ? { ...answer, hashes: ['00'.repeat(32)] } : answer
          }
        }
    },
    {
      name: 'sends a page that nobody asked for',
      bad: honest => request =>
        request.type === 'get-pages' ? give({ type: 'page', bytes: Uint8Array.of(1) }) : honest(request)
    },
    {
      name: 'ends in the middle of the pages',
      bad: honest =>
        async function* short(request) {
          for await (const answer of honest(request)) {
            yield answer
            if (answer.type === 'page') return
          }
        }
    },
    {
      name: 'has no page any more',
      bad: honest => request => (request.type === 'get-pages' ? give({ type: 'end' }) : honest(request))
    }
  ]
  for (const { name, bad } of tellers) {
    it(`asks another teller when one ${name}`, async () => {
      await using node = await puller(600, honest => ({ [BOB]: bad(honest), [ANA]: honest }))
      await eventually(() => assert.equal(node.store.count(ANA), 600), { within: 2_000 })
      await eventually(() => assert.deepEqual(node.changed, [ANA]), { within: 2_000 })
      assert.equal(node.known.isComplete(), true)
      assert.equal(node.pulls.counts.get('teller-failed'), 1)
      assert.deepEqual(node.errors, [])
    })
  }

  it('pauses when all tellers failed, and goes on at once when somebody else tells', async () => {
    await using node = await puller(3, () => ({ [BOB]: () => broken() }))
    await eventually(() => node.pulls.counts.get('failed') === 1, { within: 2_000 })
    assert.equal(node.store.count(), 0)
    node.pulls.wake()
    node.pulls.wake(ANA)
    await eventually(() => node.pulls.counts.get('failed') === 2, { within: 2_000 })
  })

  it('does not try again at each head of a provider that has too much @slow', async () => {
    await using node = await puller(900, honest => ({ [ANA]: honest }), { maxEntries: 2_000 })
    await eventually(() => node.pulls.counts.get('partial') === 1, { within: 2_000 })
    node.own.change(entries(1, 'new'), [])
    const { signed } = await publishAll(node.own, NOW + 1)
    node.known.onHead(signed, 0, ANA, NOW)
    node.pulls.wake(ANA)
    await setTimeout(200)
    assert.equal(node.pulls.counts.get('partial'), 1)
    node.later(60_000)
    node.pulls.wake()
    await eventually(() => node.pulls.counts.get('partial') === 2, { within: 2_000 })
  })

  it('takes a later head that a teller has, with its pages', async () => {
    await using node = await puller(3, honest => ({ [ANA]: honest }))
    node.own.change(entries(5), [])
    await publishAll(node.own, NOW + 1)
    await eventually(() => assert.equal(node.store.count(ANA), 5), { within: 2_000 })
    assert.equal(node.known.head(ANA)?.head.seq, NOW + 1)
  })

  it('leaves what is wanted when it is stopped', async () => {
    const node = await puller(3, honest => ({ [ANA]: honest }))
    await node[Symbol.asyncDispose]()
    node.pulls.wake()
    assert.equal(node.store.count(), 0)
  })
})

describe('CatalogPulls of many providers', () => {
  it('asks different neighbours for different ones, and none for more than a few', async () => {
    const known = new KnownCatalogue({ self: SELF, store: new MemoryEntryStore(), now: NOW })
    const neighbours = [peer('n1'), peer('n2'), peer('n3')]
    for (let i = 0; i < 20; i++) {
      const own = ownCatalogue(`provider ${i}`)
      own.change(entries(1), [])
      const { signed } = await publishAll(own, NOW)
      for (const neighbour of neighbours) known.onHead(signed, 1, neighbour, NOW)
    }
    const asked: Array<{ to: string; provider: string }> = []
    const pulls = new CatalogPulls({
      known,
      opener: new HeadOpener(fakeSeal(SELF), NOW),
      links: {
        neighbours: () => neighbours,
        push: async () => {},
        request: async function* silent(to, message, signal) {
          asked.push({ to, provider: 'provider' in message ? message.provider : '' })
          await once(signal, 'abort')
          yield { type: 'end' }
        },
        serve: () => {}
      },
      clock: { now: () => NOW },
      onChange: () => {},
      onError: error => assert.fail(String(error))
    })
    const stopping = new AbortController()
    pulls.start(stopping.signal)
    await eventually(() => assert.equal(asked.length, 12), { within: 2_000 })
    await setTimeout(200)
    stopping.abort()
    await pulls.stop()
    assert.equal(new Set(asked.map(({ provider }) => provider)).size, 12)
    for (const neighbour of neighbours) assert.equal(asked.filter(({ to }) => to === neighbour).length, 4)
  })
})

describe('CatalogAnswers', () => {
  it('holds pages back when a peer took its burst @slow', async () => {
    let now = NOW
    const own = ownCatalogue('ana')
    own.change(entries(256), [])
    await publishAll(own, NOW)
    const known = new KnownCatalogue({ self: ANA, store: new MemoryEntryStore(), now: NOW })
    const answers = new CatalogAnswers({ self: ANA, own, known, clock: { now: () => now } })
    const request: CatalogMessage = { type: 'get-pages', provider: ANA, hashes: own.pageList()?.hashes ?? [] }
    const stopping = new AbortController()
    const take = async (from: string) => {
      const { value } = await answers.answer(from, request, stopping.signal).next()
      return value
    }
    const size = own.pageBytes(request.hashes[0] as string)?.length ?? 0
    const burst = Math.floor((8 * 1024 * 1024) / size)
    for (let i = 0; i < burst; i++) assert.equal((await take(BOB)).type, 'page')

    const held = take(BOB)
    assert.equal((await take(SELF)).type, 'page')
    assert.equal(answers.counts.get('pages'), burst + 1)
    now += 1_000
    const waiting = take(BOB)
    stopping.abort()
    await assert.rejects(Promise.all([held, waiting]), { name: 'AbortError' })
  })

  it('answers what is no request with unknown', async () => {
    const known = new KnownCatalogue({ self: ANA, store: new MemoryEntryStore(), now: NOW })
    const own = ownCatalogue('ana')
    const answers = new CatalogAnswers({ self: ANA, own, known, clock })
    const signal = new AbortController().signal
    for (const request of [{ type: 'end' }, { type: 'get-page-list', provider: BOB }] as CatalogMessage[]) {
      assert.deepEqual((await answers.answer(SELF, request, signal).next()).value, { type: 'unknown' })
    }
  })
})
