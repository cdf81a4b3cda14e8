import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { JsonWantStore } from '../../src/adapters/files/index.ts'
import { seededRandom } from '../../src/base/random.ts'
import { MemoryEntryStore } from '../../src/catalog/index.ts'
import type { NodeEvent } from '../../src/node/api.ts'
import { MAX_FETCHES, RETRY_MS } from '../../src/node/want-fetches.ts'
import {
  MAX_MATCHES,
  MAX_WANTS,
  type SavedWant,
  type WantPorts,
  type WantStore,
  Wants
} from '../../src/node/wants.ts'
import type { Entry } from '../../src/wire/entry.ts'
import { anEntry } from '../support/fake-node.ts'
import { temporaryFolder } from './files/temporary.ts'

function entry(path: string, cid = `cid of ${path}`, given: Partial<Entry> = {}): Entry {
  return anEntry({ cid, path, name: path.split('/').at(-1)!, ...given })
}

class MemoryWantStore implements WantStore {
  saved: SavedWant[] = []
  async load() {
    return structuredClone(this.saved)
  }
  async save(wants: readonly SavedWant[]) {
    this.saved = structuredClone([...wants])
  }
}

async function start(store: WantStore = new MemoryWantStore(), given: Partial<WantPorts> = {}) {
  const catalogue = new MemoryEntryStore()
  const events: NodeEvent[] = []
  const fetched: string[] = []
  const clock = { time: 1_000_000_000_000 }
  const wants = new Wants({
    store,
    search: (query, limit) => catalogue.search(query, limit),
    self: 'me',
    clock: { now: () => clock.time },
    random: seededRandom(3),
    emit: event => events.push(event),
    fetch: async cid => void fetched.push(cid),
    ...given
  })
  await wants.start()
  return { wants, catalogue, events, fetched, clock }
}

describe('Wants', () => {
  it('are matched as entries come, once for each provider and cid', async () => {
    const { wants, events, fetched } = await start()
    const { id } = await wants.add('summer ext:flac')
    wants.onEntries('ann', [entry('music/Summer.flac'), entry('summer.mp3'), entry('winter.flac')])
    wants.onEntries('ann', [entry('music/Summer.flac')])
    wants.onEntries('bob', [entry('music/Summer.flac')])
    wants.onEntries('me', [entry('my summer.flac')])
    const [want] = wants.list()
    assert.deepEqual(
      want!.matches.map(({ peerId, name }) => [peerId, name]),
      [
        ['ann', 'Summer.flac'],
        ['bob', 'Summer.flac']
      ]
    )
    assert.deepEqual([want!.count, want!.id, events.length, fetched], [2, id, 2, []])
    assert.deepEqual(events[0]?.type === 'want:matched' && [events[0].id, events[0].match.peerId], [
      id,
      'ann'
    ])
    await wants.stop()
  })

  it('find what was known before, and what filters alone ask for', async () => {
    const { wants, catalogue } = await start()
    catalogue.putPage('ann', '00', [entry('old summer'), entry('other')])
    catalogue.putPage('me', '01', [entry('my summer')])
    assert.equal((await wants.add('summer')).count, 1)
    await wants.add('size:>1GB')
    wants.onEntries('bob', [entry('huge', 'c', { size: 2e9 }), entry('small', 'd', { size: 5 })])
    assert.deepEqual(
      wants.list()[1]!.matches.map(({ cid }) => cid),
      ['c']
    )
    await wants.stop()
  })

  it('fetch each cid once, also after a restart', async () => {
    const store = new MemoryWantStore()
    const first = await start(store)
    await first.wants.add('summer', { get: true })
    first.wants.onEntries('ann', [entry('summer', 'c')])
    first.wants.onEntries('bob', [entry('summer', 'c')])
    assert.deepEqual(first.fetched, ['c'])
    await setImmediate()
    await first.wants.stop()
    const second = await start(store)
    second.wants.onEntries('carl', [entry('summer', 'c'), entry('summer 2', 'd')])
    assert.deepEqual([second.fetched, second.wants.list()[0]!.count], [['d'], 4])
    await second.wants.stop()
  })

  it('fetch a few at a time, and the next when one is there', async () => {
    const done = new Map<string, () => void>()
    const fetch = (cid: string) => new Promise<void>(resolve => done.set(cid, resolve))
    const { wants } = await start(undefined, { fetch })
    await wants.add('word', { get: true })
    const many = Array.from({ length: 25_000 }, (_, i) => entry(`word ${i}`, `${i}`))
    wants.onEntries('ann', many)
    assert.equal(done.size, MAX_FETCHES)
    done.get('0')!()
    await setImmediate()
    assert.equal(done.size, MAX_FETCHES + 1)
    await wants.stop()
    done.get('1')!()
    await setImmediate()
    assert.equal(done.size, MAX_FETCHES + 1)
  })

  const later: Array<{ name: string; next(it: Awaited<ReturnType<typeof start>>): void; times: number }> = [
    { name: 'not at once', next: () => {}, times: 1 },
    {
      name: 'when somebody else has it',
      next: it => it.wants.onEntries('bob', [entry('word', 'c')]),
      times: 2
    },
    {
      name: 'after an hour',
      next: it => {
        it.clock.time += RETRY_MS
        it.wants.onEntries('ann', [entry('word 2', 'd')])
      },
      times: 2
    }
  ]
  for (const { name, next, times } of later) {
    it(`fetch again what failed, ${name}`, async () => {
      const tried: string[] = []
      const fetch = async (cid: string) => {
        tried.push(cid)
        throw new Error('nobody has it')
      }
      const it = await start(undefined, { fetch })
      await it.wants.add('word', { get: true })
      it.wants.onEntries('ann', [entry('word', 'c')])
      await setImmediate()
      next(it)
      assert.equal(tried.filter(cid => cid === 'c').length, times)
      await it.wants.stop()
    })
  }

  it('fetch after a restart what was not there before it', async () => {
    const store = new MemoryWantStore()
    const first = await start(store, { fetch: () => new Promise(() => {}) })
    await first.wants.add('summer', { get: true })
    first.wants.onEntries('ann', [entry('summer', 'c')])
    await first.wants.stop()
    const second = await start(store, { fetch: () => Promise.reject(new Error('nobody has it')) })
    await second.wants.stop()
    const third = await start(store)
    assert.deepEqual(third.fetched, ['c'])
    await setImmediate()
    await third.wants.stop()
    assert.deepEqual((await start(store)).fetched, [])
  })

  it('fetch nothing any more for a want that was removed', async () => {
    const tried: string[] = []
    const fetch = async (cid: string) => {
      tried.push(cid)
      throw new Error('nobody has it')
    }
    const { wants, clock } = await start(undefined, { fetch })
    const { id } = await wants.add('summer', { get: true })
    await wants.add('winter', { get: true })
    wants.onEntries('ann', [entry('summer', 'c')])
    await setImmediate()
    await wants.remove(id)
    clock.time += RETRY_MS
    wants.onEntries('ann', [entry('winter', 'd')])
    assert.deepEqual(tried, ['c', 'd'])
    await wants.stop()
  })

  it('are as they were when the list of them cannot be written', async () => {
    const store = new MemoryWantStore()
    const { wants } = await start(store)
    const summer = await wants.add('summer')
    store.save = () => Promise.reject(new Error('the disk is full'))
    await assert.rejects(wants.add('winter'), /the disk is full/)
    await assert.rejects(wants.remove(summer.id), /the disk is full/)
    wants.onEntries('ann', [entry('summer'), entry('winter')])
    assert.deepEqual(
      wants.list().map(({ text, count }) => [text, count]),
      [['summer', 1]]
    )
    await assert.rejects(wants.stop(), /the disk is full/)
  })

  it('count the age of a file from when it is seen', async () => {
    const { wants, clock } = await start()
    await wants.add('x newer:1d')
    const modified = clock.time
    clock.time += 2 * 24 * 60 * 60_000
    wants.onEntries('ann', [entry('x', 'c', { modified })])
    assert.equal(wants.list()[0]!.count, 0)
    await wants.stop()
  })

  it('are bounded, in number and in what they remember', async () => {
    const { wants } = await start()
    const many = Array.from({ length: MAX_MATCHES + 10 }, (_, i) => entry(`word ${i}`))
    await wants.add('word')
    wants.onEntries('ann', many)
    const [want] = wants.list()
    assert.deepEqual([want!.count, want!.matches[0]!.name], [MAX_MATCHES, 'word 10'])
    for (let i = 1; i < MAX_WANTS; i++) await wants.add(`query${i}`)
    await assert.rejects(wants.add('one more'), /256 wants already/)
    await wants.stop()
  })

  it('refuse a query without sense, one that is there, and the removal of none', async () => {
    const { wants } = await start()
    const { id } = await wants.add('summer')
    await assert.rejects(wants.add('size:big'), { name: 'NodeError' })
    await assert.rejects(wants.add('summer'), /wanted already/)
    await assert.rejects(wants.remove('nothing'), /no want nothing/)
    await wants.remove(id)
    wants.onEntries('ann', [entry('summer')])
    assert.deepEqual(wants.list(), [])
  })

  it('survive a restart in a file, and a damaged file costs only them', async () => {
    await using folder = await temporaryFolder()
    const { wants } = await start(new JsonWantStore(folder.join('wants.json')))
    await wants.add('summer', { get: true })
    wants.onEntries('ann', [entry('summer')])
    await wants.stop()
    const again = await start(new JsonWantStore(folder.join('wants.json')))
    assert.deepEqual(again.wants.list(), wants.list())
    await folder.write('wants.json', '{')
    assert.deepEqual((await start(new JsonWantStore(folder.join('wants.json')))).wants.list(), [])
  })
})
