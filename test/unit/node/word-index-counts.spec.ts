import assert from 'node:assert/strict'
import { MAX_ANSWER_CHARGE_MS, NEIGHBOUR_ANSWER_TIME } from '../../../src/node/answer-time.ts'
import { wordKey } from '../../../src/search/word-index/index.ts'
import type { IndexMessage } from '../../../src/wire/index-message.ts'
import { peerId } from '../search/virtual-network.ts'
import { entry, Village, type VillageLinks } from './village.ts'

const REFRESH_MS = 30 * 60_000

const count = (village: Village, node: number, name: string): number =>
  village.nodes[node]?.stats()[name] ?? 0
const sum = (village: Village, name: string): number =>
  village.nodes.reduce((total, _, node) => total + count(village, node, name), 0)
const linksOf = (village: Village, node: number): VillageLinks => village.links[node] as VillageLinks

async function request(
  village: Village,
  from: number,
  to: number,
  message: IndexMessage
): Promise<IndexMessage> {
  const reply = await linksOf(village, from).request(peerId(to), message, {
    signal: AbortSignal.timeout(1_000)
  })
  return reply.message
}

/** Of a village with one file of three words, each at five holders: a holder, and whoever comes after it. */
async function shared(): Promise<Village> {
  const village = await Village.of(9)
  village.share(0, entry('blue whale.txt'))
  await village.pass(5_000)
  assert.equal(village.sum(), 15)
  return village
}

const holdersIn = (village: Village): number[] =>
  village.nodes.flatMap((_, node) => (village.records(node) > 0 ? [node] : []))

describe('WordIndex: what it counts', () => {
  it('is each word that it looked holders for, told, and took back, on both sides', async () => {
    const village = await shared()
    const provider = (name: string): number => count(village, 0, name)
    assert.deepEqual(
      ['locates', 'stored-words', 'stored-records', 'sent-withdraws'].map(provider),
      [3, 15, 15, 0]
    )
    assert.deepEqual([sum(village, 'stores'), sum(village, 'withdraws')], [15, 0])
    village.stores[0]?.dropProvider(peerId(0))
    village.nodes[0]?.change([], [entry('blue whale.txt')])
    await village.pass(5_000)
    assert.deepEqual(['stored-words', 'sent-withdraws'].map(provider), [15, 15])
    assert.equal(sum(village, 'withdraws'), 15)
    assert.equal(village.sum(), 0)
  })

  it('is each find that was answered', async () => {
    const village = await shared()
    const before = sum(village, 'finds')
    const { sent } = await village.lookUp(7, 'whale')
    assert.ok(sent > 0)
    assert.equal(sum(village, 'finds') - before, sent)
  })

  it('is each store that failed, after which another server becomes the holder', async () => {
    const village = await shared()
    const [gone] = holdersIn(village) as [number]
    linksOf(village, gone).isDead = true
    const lost = village.records(gone)
    await village.pass(REFRESH_MS + 60_000)
    assert.equal(count(village, 0, 'store-failed'), lost)
    assert.equal(village.sum() - village.records(gone), 15)
  })

  it('is each query that cannot be read, which is answered with nearer servers only', async () => {
    const village = await shared()
    const [holder] = holdersIn(village).filter(node => node > 1) as [number]
    const text = 'whale size:>huge'
    const answer = await request(village, 1, holder, { type: 'find', key: wordKey(['whale']), text })
    assert.ok(answer.type === 'found')
    assert.deepEqual(answer.hits, [])
    assert.ok(answer.closer.length > 0)
    assert.equal(count(village, holder, 'unreadable'), 1)
  })

  it('is each find of a peer that used up its time: declined, and others are answered', async () => {
    const village = await shared()
    const find = (text: string): IndexMessage => ({ type: 'find', key: wordKey(['whale']), text })
    const time = village.answerTimes[2]
    for (let ms = 0; ms <= NEIGHBOUR_ANSWER_TIME.burst; ms += MAX_ANSWER_CHARGE_MS)
      time?.spent(peerId(1), MAX_ANSWER_CHARGE_MS, village.now)
    assert.deepEqual(await request(village, 1, 2, find('whale')), { type: 'declined', reason: 'over-rate' })
    assert.equal(count(village, 2, 'no-time'), 1)
    // Naming servers takes no time, and nobody pays for another.
    assert.equal((await request(village, 1, 2, find(''))).type, 'found')
    assert.equal((await request(village, 3, 2, find('whale'))).type, 'found')
    village.now += 1_000
    assert.equal((await request(village, 1, 2, find('whale'))).type, 'found')
    assert.equal(count(village, 2, 'no-time'), 1)
  })

  it('is each record that it gave on, and each message for which nobody was there', async () => {
    const village = await shared()
    const [first, second] = holdersIn(village) as [number, number]
    const had = village.records(first)
    await village.nodes[first]?.setRole('client')
    assert.deepEqual(
      ['handed-over', 'hand-over-failed'].map(name => count(village, first, name)),
      [had, 0]
    )
    assert.equal(village.sum(), 15)
    const taken = village.nodes.reduce((total, _, node) => total + count(village, node, 'handed-records'), 0)
    assert.equal(taken, had)
    assert.ok(sum(village, 'hand-overs') > 0)

    for (const other of village.links) if (other.number !== second) other.isDead = true
    await village.nodes[second]?.setRole('client')
    assert.equal(count(village, second, 'handed-over'), 0)
    assert.ok(count(village, second, 'hand-over-failed') > 0)
    assert.equal(village.records(second), 0)
  })
})
