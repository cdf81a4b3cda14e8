import assert from 'node:assert/strict'
import { seededRandom } from '../../../src/base/random.ts'
import { MemoryEntryStore, matches, parseQuery } from '../../../src/catalog/index.ts'
import { SearchDecoys } from '../../../src/node/search-decoys.ts'
import { type SearchAction, SearchEngine } from '../../../src/search/index.ts'
import type { Entry } from '../../../src/wire/entry.ts'
import { peerId } from '../search/virtual-network.ts'
import { cidOf } from '../wire/samples.ts'

const [ANN, BOB] = [peerId(1), peerId(2)]
const QUERY = parseQuery('linux kernel', 0)

function entry(name: string, number = 0): Entry {
  const cid = cidOf(new Uint8Array(32).fill(number))
  return { cid, name, path: `share/${name}`, size: 1, mime: 'text/plain', modified: 0 }
}

/** A node that knows these names and has two neighbours; servers answer with `told`. */
function decoysOf({
  names = ['holiday beach.jpg', 'quiet evening.mp3', 'zebra quantum.pdf'],
  told = [] as Entry[]
} = {}) {
  let now = 1_000
  const store = new MemoryEntryStore()
  store.putPage(peerId(9), 'page', names.map(entry))
  const read: string[] = []
  const sent: Array<{ to: string; text: string }> = []
  const actions: SearchAction<string>[] = []
  const engine = new SearchEngine<string>(
    { answer: () => [], sizeOf: () => 50, random: seededRandom(1) },
    now
  )
  for (const peer of [ANN, BOB]) engine.addNeighbour(peer, now)
  const decoys = new SearchDecoys({
    store: {
      search: (query, limit) => {
        read.push(query.text)
        return store.search(query, limit)
      }
    },
    engine,
    index: {
      ask: async (peer, { text }, { onSent }) => {
        sent.push({ to: peer, text })
        onSent(70)
        if (peer === BOB) throw new Error('gone')
        return { hits: told.map(each => ({ entry: each, providers: [] })), bytes: 90 }
      }
    },
    neighbours: () => [ANN, BOB],
    perform: some => void actions.push(...some),
    clock: { now: () => now },
    random: seededRandom(7)
  })
  const ended = new AbortController()
  const outcomes: Array<{ hits: number | null; bytes: number }> = []
  let bytesSent = 0
  const send = (peer: string, stage: 'neighbours' | 'index', about: Entry[] = []) =>
    decoys.send({ peer, stage }, QUERY, {
      told: about,
      signal: ended.signal,
      onSent: bytes => {
        bytesSent += bytes
      },
      onAnswered: (hits, bytes) => void outcomes.push({ hits, bytes })
    })
  const asked = () =>
    actions.flatMap(action => (action.kind === 'send' && action.message.type === 'query' ? [action] : []))
  return {
    decoys,
    send,
    sent,
    read,
    outcomes,
    asked,
    ended,
    get bytesSent() {
      return bytesSent
    },
    pass: (ms: number) => {
      now += ms
    }
  }
}

describe('SearchDecoys', () => {
  it('ask a server for what no name that is known has', async () => {
    const { send, sent, outcomes } = decoysOf()
    await send(ANN, 'index')
    assert.deepEqual(outcomes, [{ hits: 0, bytes: 90 }])
    const [{ text = '' } = {}] = sent
    assert.ok(parseQuery(text, 0).words.length >= 2)
    assert.ok(!text.includes('linux'))
  })

  it('count only the hits that fit', async () => {
    const all = entry('holiday beach quiet evening zebra quantum.iso')
    const liar = decoysOf({ told: [all, entry('casino.exe')] })
    await liar.send(ANN, 'index')
    assert.deepEqual(liar.outcomes, [{ hits: 1, bytes: 90 }])
  })

  it('say so when a server does not answer, or nothing is known to ask for', async () => {
    const silent = decoysOf()
    await silent.send(BOB, 'index')
    assert.deepEqual([silent.outcomes, silent.bytesSent], [[{ hits: null, bytes: 0 }], 70])
    const newcomer = decoysOf({ names: [] })
    await newcomer.send(ANN, 'index', [entry('linux kernel.iso')])
    assert.deepEqual([newcomer.outcomes, newcomer.sent], [[{ hits: null, bytes: 0 }], []])
  })

  it('never speak of what was told in this search', async () => {
    const about = [
      entry('holiday zebra quiet.txt'),
      entry('linux holiday.txt'),
      entry('beach quantum evening.txt')
    ]
    const { send, sent } = decoysOf()
    for (let i = 0; i < 40; i++) await send(peerId(100 + i), 'index', about)
    assert.ok(sent.length > 0)
    for (const { text } of sent) assert.ok(!about.some(each => matches(parseQuery(text, 0), each)), text)
  })

  it('never speak of a file that is known, though its words are in names that seem unrelated', async () => {
    const known = ['holiday.jpg', 'zebra.pdf', 'quiet.mp3', 'blue.iso', 'zebra holiday quiet linux.txt']
    const { send, sent } = decoysOf({ names: known })
    for (let i = 0; i < 60; i++) await send(peerId(100 + i), 'index')
    assert.ok(sent.length > 0)
    for (const { text } of sent) {
      assert.ok(!known.some(name => matches(parseQuery(text, 0), entry(name))), text)
    }
  })

  it('are another one the second time', async () => {
    const { send, sent } = decoysOf({ names: ['holiday.jpg', 'zebra.pdf'] })
    for (let i = 0; i < 20; i++) await send(ANN, 'index')
    for (let i = 1; i < sent.length; i++) assert.notEqual(sent[i]?.text, sent[i - 1]?.text)
    assert.equal(sent.length, 20)
  })

  it('ask one neighbour as a probe would, and nobody else', async () => {
    const { decoys, send, asked, outcomes } = decoysOf()
    await send(ANN, 'neighbours')
    const [query] = asked()
    assert.ok(asked().length === 1 && query?.message.type === 'query')
    const { ttl, hops, budget, ownOnly, report, id, text } = query.message
    assert.deepEqual([query.to, ttl, hops, budget, ownOnly, report], [ANN, 1, 0, 0, false, false])
    assert.deepEqual(outcomes, [], 'its silence is an answer')
    assert.equal(decoys.onHits('of another query', [], 10), false)
    assert.equal(decoys.onHits(id, [{ entry: entry(`${text}.iso`), providers: [] }], 80), true)
    assert.equal(decoys.onHits(id, [{ entry: entry('casino.exe'), providers: [] }], 60), true)
    assert.deepEqual(outcomes, [
      { hits: 1, bytes: 80 },
      { hits: 0, bytes: 60 }
    ])
  })

  it('are forgotten when the search is over', async () => {
    const { decoys, send, asked, ended, outcomes } = decoysOf()
    await send(ANN, 'neighbours')
    ended.abort()
    const [query] = asked()
    assert.ok(query?.message.type === 'query')
    assert.equal(decoys.onHits(query.message.id, [], 80), false)
    assert.deepEqual(outcomes, [])
  })

  it('are not sent to a neighbour that has left', async () => {
    const { send, asked, outcomes } = decoysOf()
    await send(peerId(3), 'neighbours')
    assert.deepEqual([asked(), outcomes], [[], [{ hits: null, bytes: 0 }]])
  })

  it('are open in a bounded number', async () => {
    const { send, asked, outcomes } = decoysOf()
    for (let i = 0; i < 100; i++) await send(ANN, 'neighbours')
    assert.deepEqual([asked().length, outcomes.length], [64, 36])
  })

  it('read the names that are known only now and then, once they are many', async () => {
    const names = Array.from({ length: 300 }, (_, i) => `name${i}.txt`)
    const { send, read, pass } = decoysOf({ names })
    const readings = () => read.filter(text => text.startsWith('size:')).length
    for (let i = 0; i < 5; i++) await send(ANN, 'index')
    assert.equal(readings(), 1)
    pass(10 * 60_000)
    await send(ANN, 'index')
    assert.equal(readings(), 2)
  })
})
