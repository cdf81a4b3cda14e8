import assert from 'node:assert/strict'
import {
  type CatalogLinks,
  HeadOpener,
  KnownCatalogue,
  MemoryEntryStore,
  type OwnCatalogue
} from '../../../src/catalog/index.ts'
import { browse } from '../../../src/node/browse.ts'
import { CatalogAnswers } from '../../../src/node/catalog-answers.ts'
import type { CatalogMessage } from '../../../src/wire/catalog-message.ts'
import { pageHash } from '../../../src/wire/page.ts'
import { entries, entry, fakeSeal, ownCatalogue, peer, publishAll } from '../catalog/fixtures.ts'

const NOW = 1_750_000_000_000
const [SELF, ANA] = [peer('self'), peer('ana')]

/** What ana offers, as its catalogue answers it; `lose` makes it forget pages that are not in its list. */
async function offering(count: number) {
  let now = NOW
  const own = ownCatalogue('ana')
  own.change(entries(count, 'ana'), [])
  await publishAll(own, now)
  const known = new KnownCatalogue({ self: ANA, store: new MemoryEntryStore(), now })
  const answers = new CatalogAnswers({ self: ANA, own, known, clock: { now: () => now } })
  const requests: CatalogMessage['type'][] = []
  const links: CatalogLinks = {
    neighbours: () => [ANA],
    push: async () => {},
    request: (_to, message, signal) => {
      requests.push(message.type)
      return answers.answer(SELF, message, signal)
    },
    serve: () => {}
  }
  const change = async (...[added, removed]: Parameters<OwnCatalogue['change']>): Promise<void> => {
    own.change(added, removed)
    // Pages of the head before the last one are given up when they are a minute old.
    for (let i = 0; i < 3; i++) {
      now += 60_000
      await publishAll(own, now)
    }
  }
  return { own, links, requests, change }
}

function browsing(links: CatalogLinks): AsyncGenerator<{ path: string }> {
  const opener = new HeadOpener(fakeSeal(SELF), NOW)
  return browse(ANA, { links, opener, clock: { now: () => NOW } }, AbortSignal.timeout(5_000))
}

const paths = (count: number): string[] => entries(count, 'ana').map(({ path }) => path)

describe('browse', () => {
  it('lists all pages of a peer @slow', async () => {
    const { links } = await offering(3_000)
    const seen = await Array.fromAsync(browsing(links), ({ path }) => path)
    assert.deepEqual(seen.sort(), paths(3_000).sort())
  })

  it('goes on behind what it read when the peer changes everywhere meanwhile @slow', async () => {
    const { links, requests, change } = await offering(6_000)
    const seen: string[] = []
    let changes = 0
    for await (const { path } of browsing(links)) {
      seen.push(path)
      if (seen.length % 2_000 === 0 && changes++ < 2)
        await change(
          entries(400, `new ${changes}`),
          [...entries(6_000, 'ana')].filter((_, i) => i % 500 === changes)
        )
    }
    assert.equal(new Set(seen).size, seen.length)
    const stayed = entries(6_000, 'ana').filter((_, i) => i % 500 !== 1 && i % 500 !== 2)
    const told = new Set(seen)
    const missing = stayed.filter(({ path }) => !told.has(path))
    assert.deepEqual(missing, [])
    assert.ok(requests.filter(type => type === 'get-page-list').length > 1)
  })

  it('ends when a peer never has the pages that it lists', async () => {
    const { links, requests } = await offering(600)
    const honest = links.request
    links.request = async function* (to, message, signal) {
      for await (const answer of honest(to, message, signal)) if (answer.type !== 'page') yield answer
    }
    await assert.rejects(Array.fromAsync(browsing(links)), /did not send all pages/)
    assert.equal(requests.filter(type => type === 'get-page-list').length, 20)
  })

  it('takes no page that the list does not name', async () => {
    const { links, own } = await offering(3)
    const honest = links.request
    const other = ownCatalogue('ana')
    other.change([entry('forged')], [])
    await publishAll(other, NOW)
    const forged = other.pageBytes(other.pageList()?.hashes[0] as string) as Uint8Array
    assert.notEqual(pageHash(forged), own.pageList()?.hashes[0])
    links.request = async function* (to, message, signal) {
      for await (const answer of honest(to, message, signal))
        yield answer.type === 'page' ? { ...answer, bytes: forged } : answer
    }
    await assert.rejects(Array.fromAsync(browsing(links)), /did not send all pages/)
  })
})
