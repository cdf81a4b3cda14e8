/**
 * The word index among real nodes: a long line, whose end neither catalogue nor flood of the other end reaches.
 */
import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually, type TestNode, Testnet } from '../../src/testnet/index.ts'

const NODES = 14
/** For words to be published, and to be found, ms. */
const PATIENCE_MS = 40_000

/** A name in each of ten scripts, and what somebody would type to find it. */
const NAMES: Array<[name: string, typed: string]> = [
  ['Ärger im Büro.txt', 'buro'],
  ['Αθήνα χάρτης.txt', 'αθηνα'],
  ['Ёлка зимой.txt', 'елка'],
  ['كتاب قديم.txt', 'كتاب'],
  ['שָׁלוֹם עולם.txt', 'שלום'],
  ['हिन्दी गाना.txt', 'हिन्दी'],
  ['ภาษาไทย.txt', 'ภาษาไทย'],
  ['საქართველო.txt', 'საქართველო'],
  ['東京の地図.txt', '東京'],
  ['한국어 노래.txt', '한국']
]
/** With a second word a query of 128 bytes. */
const LONG_WORD = 'w'.repeat(123)

describe('the word index of real nodes', function () {
  this.timeout(120_000)
  let net: Testnet
  const far = (): TestNode => net.node(NODES - 1)

  before(async () => {
    // No room for links but those of the line: also its ends have met when the index has dialled.
    const node = { dial: true, maxNeighbours: 1, smallNetwork: 0, reshare: false }
    net = await Testnet.start({ nodes: 1, node }, async started => {
      const folder = join(started.node(0).folder, 'things')
      await mkdir(folder)
      await writeFile(join(folder, 'zanzibar holiday.txt'), 'sunny')
      await writeFile(join(folder, `${LONG_WORD} blue.txt`), 'long')
      for (const [name] of NAMES) await writeFile(join(folder, name), name)
      await started.node(0).share(folder)
      for (let i = 1; i < NODES; i++) {
        await started.add([i - 1], { maxNeighbours: i < NODES - 1 ? 2 : 1 })
      }
    })
  })
  after(async () => await net[Symbol.asyncDispose]())

  /** Looks up in the index alone until something is found. */
  const found = (text: string, at: TestNode = far()) =>
    eventually(
      async () => {
        const { hits, done } = await at.search({ text, strategy: 'index' })
        const [hit] = hits
        assert.ok(hit !== undefined, `nothing is found for ${text}`)
        return { hit, done }
      },
      { within: PATIENCE_MS, what: `${text} in the index` }
    )

  it('finds a file by one word for a node that has no neighbours and heard no head', async () => {
    // When the words are published, so is the head, and nobody tells of it again.
    await found('zanzibar')
    const lonely = await net.add([NODES - 1], { maxNeighbours: 0 })
    await found('zanzibar', lonely)
    // A holder has 300 ms to answer, and all nodes share one thread here.
    const { hits, done } = await eventually(
      async () => {
        const result = await lonely.search('zanzibar')
        assert.equal(result.hits.length, 1)
        return result
      },
      { within: PATIENCE_MS, what: 'zanzibar is found by any means' }
    )
    assert.equal((await lonely.status()).catalogue.entries, 0)
    assert.deepEqual(
      hits.map(({ name, providers }) => [name, providers.map(({ how }) => how)]),
      [['zanzibar holiday.txt', ['index']]]
    )
    // The holders only said so; the provider was asked itself.
    assert.deepEqual(
      hits[0]?.providers.map(({ peerId, nickname, confirmed }) => [peerId, nickname, confirmed]),
      [[net.node(0).peerId, 'node0', true]]
    )
    assert.equal(
      done.stages.some(({ stage }) => stage === 'flood'),
      false
    )
    const index = done.stages.find(({ stage }) => stage === 'index')
    // It may have become a holder of the word, and then asks nobody.
    const isHolder = ((await lonely.stats()).index?.records ?? 0) > 0
    if (hits[0]?.stage !== 'index') assert.ok(isHolder)
    else assert.ok(index !== undefined && index.messages >= 4 && index.bytes > 0 && index.hits === 1)
  })

  it('tells where the provider is, so that the file can be fetched', async () => {
    const { hit } = await found('holiday zanzibar')
    const { path } = await far().get({ target: hit.cid })
    assert.equal(await readFile(path, 'utf8'), 'sunny')
  })

  it('finds who has what a link names, though neither it nor a neighbour knows the cid', async () => {
    const { hit } = await found('zanzibar')
    const lonely = await net.add([NODES - 1], { maxNeighbours: 0 })
    // It knows servers of the index then, and nothing of the file.
    await found('blue', lonely)
    const { path } = await lonely.get({ target: `p2p:${hit.cid}?name=zanzibar%20holiday.txt` })
    assert.equal(await readFile(path, 'utf8'), 'sunny')
  })

  it('finds names in ten scripts', async () => {
    for (const [name, typed] of NAMES) {
      const { hit } = await found(typed)
      assert.equal(hit.name, name.normalize('NFC'))
    }
  })

  it('filters by the whole query', async () => {
    assert.equal((await far().search({ text: 'zanzibar ext:pdf', strategy: 'index' })).hits.length, 0)
    assert.equal((await far().search({ text: 'zanzibar winter', strategy: 'index' })).hits.length, 0)
    assert.equal((await found('zanzibar ext:txt size:<1kB')).hit.name, 'zanzibar holiday.txt')
  })

  it('finds by a query of 128 bytes, and refuses one of 129', async () => {
    const { hit } = await found(`${LONG_WORD} blue`)
    assert.equal(hit.name, `${LONG_WORD} blue.txt`)
    await assert.rejects(far().search({ text: `${LONG_WORD}w blue` }), /128/)
  })

  it('is believed when holders have nothing: no flood follows', async () => {
    const { hits, done } = await far().search('unheard-of')
    assert.deepEqual(hits, [])
    assert.deepEqual(
      done.stages.map(({ stage }) => stage),
      ['catalogue', 'neighbours', 'index']
    )
  })

  it('is not asked for stop words only', async () => {
    const { done } = await far().search({ text: 'the of txt', strategy: 'index' })
    assert.deepEqual(
      done.stages.map(({ stage }) => stage),
      ['catalogue']
    )
  })

  it('finds what it found when holders have died without a word', async () => {
    const holders: TestNode[] = []
    for (const node of net.nodes.slice(1, -1)) {
      if (((await node.stats()).index?.records ?? 0) > 0) holders.push(node)
    }
    assert.ok(holders.length >= 5, `${holders.length} holders`)
    await Promise.all(holders.slice(0, 2).map(node => node.kill()))
    assert.equal((await found('zanzibar')).hit.name, 'zanzibar holiday.txt')
  })

  it('forgets what is shared no more', async () => {
    const [share] = await net.node(0).shares()
    await net.node(0).unshare(share?.path ?? '')
    await eventually(
      async () => {
        const { hits } = await far().search({ text: 'zanzibar', strategy: 'index' })
        assert.deepEqual(hits, [])
      },
      { within: PATIENCE_MS, what: 'nothing in the index' }
    )
  })
})
