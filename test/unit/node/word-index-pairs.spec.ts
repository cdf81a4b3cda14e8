import assert from 'node:assert/strict'
import { wordKey } from '../../../src/search/word-index/index.ts'
import type { Entry } from '../../../src/wire/entry.ts'
import { peerId } from '../search/virtual-network.ts'
import { cidOf } from '../wire/samples.ts'
import { Village } from './village.ts'

/** Of one name, each with other content. */
function files(name: string, count: number, from = 0): Entry[] {
  return Array.from({ length: count }, (_, i) => {
    const digest = new Uint8Array(32)
    new DataView(digest.buffer).setUint32(0, from + i)
    return { cid: cidOf(digest), name, path: name, size: 10, mime: 'text/plain', modified: 0 }
  })
}

/** Eight servers that keep as much of some words as they may: 25 providers said 200 files each to all of them. */
async function fullVillage(...words: string[]): Promise<Village> {
  const village = await Village.of(8)
  // They are new to each other, but have nothing to give yet.
  await village.pass(2_000)
  for (const word of words) fill(village, word)
  return village
}

function fill(village: Village, word: string): void {
  for (let i = 0; i < 25; i++) {
    const entries = files(`${word}.txt`, 200, 200 * i)
    const store = {
      type: 'store' as const,
      words: [word],
      entries,
      lifeS: 3_600,
      nickname: '',
      addresses: []
    }
    for (const { server } of village.links) {
      const answer = server?.answer(peerId(100 + i), store)
      assert.ok(answer?.type === 'stored' && answer.verdicts.every(verdict => verdict === 'stored'))
    }
  }
}

describe('WordIndex: words that are full', () => {
  const TEXT = 'live concert size:>1kB'
  const rare: Entry = { ...(files('live concert.txt', 1, 9_999)[0] as Entry), size: 5_000 }
  const asked = (village: Village): string[] =>
    village.requests.flatMap(message => (message.type === 'find' && message.text !== '' ? [message.key] : []))

  it('are said, and looked up, in pairs @slow', async () => {
    const village = await fullVillage('live', 'concert')
    village.share(0, rare)
    await village.pass(20_000)
    const { 'full-words': full, 'published-pairs': pairs } = village.nodes[0]?.stats() ?? {}
    assert.deepEqual([full, pairs], [2, 1])
    // No holder of one word alone has it, and the provider is not asked.
    assert.equal(village.sum(), 8 * 10_000 + 5)
    const before = asked(village).length
    const { names, holders } = await village.lookUp(5, TEXT, [peerId(0)])
    assert.deepEqual(names, ['live concert.txt'])
    assert.ok(holders >= 3)
    const keys = new Set(asked(village).slice(before))
    assert.deepEqual(keys, new Set([['concert'], ['live'], ['live', 'concert']].map(wordKey)))
  })

  const oneFull = [
    { full: 'live', keys: [['concert']] },
    { full: 'concert', keys: [['concert'], ['live', 'concert'], ['live']] }
  ]
  for (const { full, keys } of oneFull) {
    it(`come in no pair with a word that has room: it is found by that, when '${full}' is the full one @slow`, async () => {
      const village = await fullVillage(full)
      village.share(0, rare)
      await village.pass(20_000)
      const { 'full-words': words, 'published-pairs': pairs } = village.nodes[0]?.stats() ?? {}
      assert.deepEqual([words, pairs], [1, 0])
      const before = asked(village).length
      const { names, holders } = await village.lookUp(5, TEXT, [peerId(0)])
      assert.deepEqual(names, ['live concert.txt'])
      assert.ok(holders >= 3)
      assert.deepEqual(new Set(asked(village).slice(before)), new Set(keys.map(wordKey)))
    })
  }

  it('take their pairs back, too, when the file is gone @slow', async () => {
    const village = await fullVillage('live', 'concert')
    village.share(0, rare)
    await village.pass(20_000)
    village.stores[0]?.dropProvider(peerId(0))
    village.nodes[0]?.change([], [rare])
    await village.pass(20_000)
    assert.equal(village.sum(), 8 * 10_000)
    assert.deepEqual((await village.lookUp(5, TEXT, [peerId(0)])).names, [])
  })
})
