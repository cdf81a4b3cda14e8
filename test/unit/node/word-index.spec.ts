import assert from 'node:assert/strict'
import { parseQuery } from '../../../src/catalog/index.ts'
import type { WordIndex } from '../../../src/node/word-index.ts'
import { wordKey } from '../../../src/search/word-index/index.ts'
import { eventually } from '../../../src/testnet/eventually.ts'
import type { IndexMessage } from '../../../src/wire/index-message.ts'
import { peerId } from '../search/virtual-network.ts'
import { entry, Village, type VillageLinks } from './village.ts'

describe('WordIndex', () => {
  it('publishes the words of its files to five holders, and looks them up', async () => {
    const village = await Village.of(12)
    village.share(0, entry('blue whale.txt'))
    await village.pass(5_000)
    // Two words of the name and one of the share, at five holders each.
    assert.equal(village.sum(), 15)
    const { names, holders, sent } = await village.lookUp(7, 'whale')
    assert.deepEqual(names, ['blue whale.txt'])
    assert.ok(holders >= 3 && sent <= 6, `${holders} holders, ${sent} requests`)
  })

  it('publishes nothing, and looks nothing up, where everybody knows everything', async () => {
    const village = await Village.of(4)
    village.facts.providers = 3
    village.share(0, entry('blue whale.txt'))
    await village.pass(5_000)
    assert.equal(village.sum(), 0)
    const [node] = village.nodes as [WordIndex]
    const query = parseQuery('whale', 0)
    assert.equal(node.canLookUp(query, false), false)
    assert.equal(node.canLookUp(query, true), true)
    village.facts.providers = 200
    await village.pass(5_000)
    assert.ok(village.sum() > 0)
    assert.equal(node.canLookUp(query, false), true)
  })

  it('publishes when the catalogue stays incomplete, not while pages are on their way', async () => {
    const village = await Village.of(4)
    Object.assign(village.facts, { providers: 3, complete: false })
    village.share(0, entry('blue whale.txt'))
    await village.pass(20_000)
    village.facts.complete = true
    await village.pass(5_000)
    village.facts.complete = false
    await village.pass(20_000)
    assert.equal(village.sum(), 0)
    await village.pass(20_000)
    assert.ok(village.sum() > 0)
  })

  it('has nothing to look up for stop words, and nobody to ask when it is alone', async () => {
    const village = await Village.of(2)
    assert.equal(village.nodes[0]?.canLookUp(parseQuery('the of mp3', 0), true), false)
    const alone = await Village.of(1)
    assert.equal(alone.nodes[0]?.canLookUp(parseQuery('whale', 0), true), false)
  })

  it('stores at sixteen holders at a time: each may have to be dialled @slow', async () => {
    const village = await Village.of(12)
    village.share(0, ...Array.from({ length: 40 }, (_, i) => entry(`word${i}.txt`, i)))
    await village.pass(20_000)
    assert.equal(village.storing.most, 16)
    // The word of each name and that of the share.
    assert.equal(village.nodes[0]?.stats()['stored-words'], 41 * 5)
  })

  it('tells one holder no more at once than it takes, and the rest as it takes more', async () => {
    const village = await Village.of(2)
    // 1,000 records for the only other node, of which it takes 500 at once and 20 a second.
    const words = 'red green blue black white brown pink grey violet'
    village.share(0, ...Array.from({ length: 100 }, (_, i) => entry(`w${i} ${words}.txt`, i)))
    await village.pass(25_000)
    const early = village.records(1)
    assert.ok(early >= 400 && early < 850, `${early} records`)
    await village.pass(60_000)
    assert.ok(village.records(1) > 1_000, `${village.records(1)} records`)
    assert.equal(village.nodes[0]?.stats()['store-declined'] ?? 0, 0)
    assert.equal(village.nodes[1]?.stats()['store-over-rate'] ?? 0, 0)
  })

  it('keeps the hits of an answer whose addresses it cannot keep', async () => {
    const village = await Village.of(7)
    village.share(0, entry('blue whale.txt'))
    await village.pass(5_000)
    const links = village.links[5] as VillageLinks
    links.introduce = async () => await Promise.reject(new Error('no such address'))
    assert.deepEqual((await village.lookUp(5, 'whale')).names, ['blue whale.txt'])
  })

  it('answers for itself, too, when it is asked for a word of its own', async () => {
    const village = await Village.of(3)
    village.share(1, entry('blue whale.txt'))
    assert.deepEqual((await village.lookUp(0, 'whale')).names, ['blue whale.txt'])
    assert.equal(village.sum(), 0)
  })

  it('says its words again before its records are over @slow', async () => {
    const village = await Village.of(7)
    village.share(0, entry('blue whale.txt'))
    await village.pass(3 * 60 * 60_000)
    assert.equal(village.sum(), 15)
    assert.deepEqual((await village.lookUp(6, 'whale')).names, ['blue whale.txt'])
  })

  it('loses the records of a provider that does not say them again', async () => {
    const village = await Village.of(7)
    village.share(0, entry('blue whale.txt'))
    await village.pass(5_000)
    await village.nodes[0]?.stop()
    await village.pass(2 * 60 * 60_000 + 120_000)
    assert.equal(village.sum(), 0)
  })

  it('finds what it should when two of five holders are gone', async () => {
    const village = await Village.of(12)
    village.share(0, entry('blue whale.txt'))
    await village.pass(5_000)
    const holders = village.nodes.flatMap((_, i) => (village.records(i) > 0 ? [i] : []))
    for (const i of holders.slice(0, 2)) (village.links[i] as VillageLinks).isDead = true
    const asker = village.nodes.findIndex((_, i) => i > 0 && !holders.slice(0, 2).includes(i))
    assert.deepEqual((await village.lookUp(asker, 'whale')).names, ['blue whale.txt'])
  })

  it('takes back what it shares no more', async () => {
    const village = await Village.of(7)
    village.share(0, entry('blue whale.txt'))
    await village.pass(5_000)
    village.nodes[0]?.change([], [entry('blue whale.txt')])
    await village.pass(5_000)
    assert.equal(village.sum(), 0)
  })

  it('takes everything back when it leaves', async () => {
    const village = await Village.of(7)
    village.share(0, entry('blue whale.txt'))
    village.share(1, entry('blue sky.txt', 1))
    await village.pass(5_000)
    await village.nodes[0]?.leave()
    village.stores[0]?.dropProvider(peerId(0))
    assert.equal(village.sum(), 15)
    assert.deepEqual((await village.lookUp(5, 'blue')).names, ['blue sky.txt'])
  })

  it('gives a newcomer the records that belong to it, once', async () => {
    const village = await Village.of(6)
    village.share(0, ...Array.from({ length: 10 }, (_, i) => entry(`word${i}.txt`, i)))
    await village.pass(10_000)
    const newcomer = await village.add()
    await village.pass(2_000)
    // It is one of five holders among seven servers without the provider: of most words.
    await eventually(() => assert.ok(village.records(newcomer) >= 4), { within: 5_000 })
    const handed = (): number =>
      village.requests.reduce(
        (sum, message) => sum + (message.type === 'hand-over' ? message.records.length : 0),
        0
      )
    // Each record came once, however many holders gave.
    assert.ok(handed() > 0 && handed() <= village.records(newcomer), `${handed()} handed over`)
    // It comes again a moment later, as those do that lost a connection.
    for (const other of village.links) other.meet(newcomer)
    const before = handed()
    await village.pass(2_000)
    assert.equal(handed(), before)
  })

  it('gives a server that was only named before what is its own when it comes', async () => {
    const village = await Village.of(6)
    village.share(0, ...Array.from({ length: 10 }, (_, i) => entry(`word${i}.txt`, i)))
    await village.pass(10_000)
    const newcomer = await village.add({ isNamedOnly: true })
    for (const node of [1, 2, 3, 4, 5]) await village.lookUp(node, `word${node}`)
    await village.pass(2_000)
    assert.equal(village.records(newcomer), 0)
    for (const other of village.links) {
      other.meet(newcomer)
      village.links[newcomer]?.meet(other.number)
    }
    await village.pass(2_000)
    await eventually(() => assert.ok(village.records(newcomer) >= 4), { within: 5_000 })
  })

  it('takes records from nobody who is no server', async () => {
    const village = await Village.of(6)
    const record = { entry: entry('word.txt'), peer: peerId(3), nickname: '', lifeS: 600 }
    const message: IndexMessage = {
      type: 'hand-over',
      key: wordKey(['word']),
      records: [record],
      providers: []
    }
    const giver = village.links[2] as VillageLinks
    const hand = async (): Promise<IndexMessage> =>
      (await giver.request(peerId(1), message, { signal: AbortSignal.timeout(1_000) })).message
    assert.deepEqual(await hand(), { type: 'taken', records: 1 })
    village.links[1]?.meet(2, false)
    message.records[0] = { ...record, entry: entry('word 2.txt', 2) }
    assert.deepEqual(await hand(), { type: 'taken', records: 0 })
    assert.equal(village.nodes[1]?.stats()['hand-over-stranger'], 1)
  })

  it('gives its records on before it becomes a client, and then keeps none', async () => {
    const village = await Village.of(9)
    village.share(0, entry('blue whale.txt'))
    await village.pass(5_000)
    const holder = village.nodes.findIndex((_, i) => i > 0 && village.records(i) > 0)
    const had = village.records(holder)
    await village.nodes[holder]?.setRole('client')
    await village.pass(1_000)
    assert.equal(village.records(holder), 0)
    assert.equal(village.sum(), 15, `${had} records had to go somewhere`)
    assert.equal(village.links[holder]?.server, undefined)
    assert.deepEqual((await village.lookUp(holder, 'whale')).names, ['blue whale.txt'])
  })

  it('is not asked in searches of who takes it for a liar, whoever names it', async () => {
    const village = await Village.of(9)
    village.share(0, entry('blue whale.txt'))
    await village.pass(5_000)
    const askedFor = async (liars: readonly string[]): Promise<string[]> => {
      const before = village.asked.length
      assert.deepEqual((await village.lookUp(1, 'whale', liars)).names, ['blue whale.txt'])
      return village.asked.slice(before)
    }
    const liars = (await askedFor([])).slice(0, 2)
    assert.equal(liars.length, 2)
    for (const peer of await askedFor(liars)) assert.ok(!liars.includes(peer))
  })

  it('is not asked any more by who has heard that it is a client', async () => {
    const village = await Village.of(3)
    await village.nodes[1]?.setRole('client')
    await village.nodes[2]?.setRole('client')
    const { holders } = await village.lookUp(0, 'whale')
    assert.equal(holders, 0)
    const asked = village.requests.length
    await village.lookUp(0, 'whale')
    await village.lookUp(0, 'whale')
    assert.ok(village.requests.length - asked <= 2)
    assert.equal(village.nodes[0]?.canLookUp(parseQuery('whale', 0), true), false)
  })
})
