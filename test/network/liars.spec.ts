/**
 * Real nodes among liars: peers that speak every protocol as they should, and have an answer to everything.
 */
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { CID } from 'multiformats/cid'
import * as Digest from 'multiformats/hashes/digest'
import { eventually } from '../../src/testnet/index.ts'
import type { Entry } from '../../src/wire/entry.ts'
import { decodeIndexMessage, encodeIndexMessage } from '../../src/wire/index-message.ts'
import { decodeSearchMessage, encodeSearchMessage } from '../../src/wire/search-message.ts'
import { frameOf, type HostileHost, type RawStream } from '../support/hostile-host.ts'
import { Siege } from './siege.ts'

const INDEX = '/p2pnode/index/1.0.0'
const WITHIN = { within: 10_000 }

let files = 0
/** Five files that fit whatever is asked for; others each time. */
function inventions(text: string): Entry[] {
  return Array.from({ length: 5 }, (_, i) => {
    const name = `${text} ${i}.iso`
    const cid = CID.createV1(0x55, Digest.create(0x12, hash('sha256', `${files++}`, 'buffer'))).toString()
    return { cid, name, path: name, size: 700_000_000, mime: '', modified: 1_700_000_000_000 }
  })
}

type Answers = (text: string) => Entry[]

/** Who has one file and tells of it when it is meant. */
const having = (word: string): Answers => {
  const [file] = inventions(word) as [Entry]
  return text => (text.split(' ').every(each => file.name.includes(each)) ? [file] : [])
}

/** Answers the queries on a link, and notes them. */
async function answerQueries(link: RawStream, from: HostileHost, answers: Answers, asked: string[]) {
  for (let bytes = await link.frame(); bytes !== undefined; bytes = await link.frame()) {
    const message = decodeSearchMessage(bytes)
    if (message.type !== 'query') continue
    asked.push(message.text)
    const hits = answers(message.text).map(entry => ({
      entry,
      providers: [{ peer: from.peerId, nickname: 'm', how: 'own' as const }]
    }))
    if (hits.length > 0) link.sendFrame(encodeSearchMessage({ type: 'hits', id: message.id, hits }))
  }
}

describe('a node among liars', () => {
  let siege: Siege
  before(async () => {
    siege = await Siege.start({ smallNetwork: 0 })
  })
  after(async () => await siege[Symbol.asyncDispose]())
  afterEach(async () => await siege.lift())

  async function neighbour(answers: Answers): Promise<string[]> {
    const { host, link } = await siege.neighbour()
    const asked: string[] = []
    void answerQueries(link, host, answers, asked).catch(() => {
      // The link went with the host.
    })
    return asked
  }

  async function holder(answers: Answers): Promise<string[]> {
    const { servers = 0 } = await siege.counts('index')
    const host = await siege.stranger()
    const asked: string[] = []
    await host.serve(INDEX, async stream => {
      const request = decodeIndexMessage((await stream.frame()) ?? new Uint8Array())
      if (request.type !== 'find') return
      asked.push(request.text)
      const hits = answers(request.text).map(entry => ({
        entry,
        providers: [{ peer: host.peerId, nickname: 'm' }]
      }))
      stream.send(
        frameOf(encodeIndexMessage({ type: 'found', hits, full: false, closer: [], providers: [] }))
      )
      await stream.close()
    })
    await host.connect(siege.node.address)
    const isKnown = async () => ((await siege.counts('index')).servers ?? 0) > servers
    await eventually(isKnown, { ...WITHIN, what: 'a further server' })
    return asked
  }

  for (const { who, begin, strategy, stage } of [
    { who: 'neighbour', begin: neighbour, strategy: 'auto' as const, stage: 'neighbours' },
    { who: 'holder', begin: holder, strategy: 'index' as const, stage: 'index' }
  ]) {
    it(`shows nothing of a ${who} that has an answer to everything, and asks it no more`, async () => {
      const asked = await begin(inventions)
      const { hits, done } = await siege.node.search({ text: 'unicorn', strategy, ttl: 1 })
      assert.deepEqual(hits, [])
      assert.equal(done.stages.find(each => each.stage === stage)?.decoys, 2)
      assert.deepEqual([new Set(asked).size, asked[0]], [3, 'unicorn'], 'one query and two decoys')
      assert.deepEqual((await siege.node.search({ text: 'dragon', strategy, ttl: 1 })).hits, [])
      assert.equal(asked.length, 3)
    })

    it(`shows what one ${who} alone has, when it has shown that it has not everything`, async () => {
      const asked = await begin(having('quagga'))
      const first = await siege.node.search({ text: 'quagga', strategy, ttl: 1 })
      assert.deepEqual(
        first.hits.map(({ name, stage: told }) => [name, told]),
        [['quagga 0.iso', stage]]
      )
      const second = await siege.node.search({ text: 'quagga iso', strategy, ttl: 1 })
      assert.equal(second.hits.length, 1)
      assert.equal(second.done.stages.find(each => each.stage === stage)?.decoys, undefined)
      assert.equal(asked.length, 3, 'two queries and one decoy')
    })
  }

  it('finds the honest file of a neighbour among the inventions of three others', async () => {
    for (let i = 0; i < 3; i++) await neighbour(inventions)
    await neighbour(having('okapi'))
    const before = (await siege.counts('search')).liar ?? 0
    const { hits } = await siege.node.search({ text: 'okapi', ttl: 1 })
    assert.deepEqual(
      hits.map(({ name }) => name),
      ['okapi 0.iso']
    )
    assert.equal(((await siege.counts('search')).liar ?? 0) - before, 15)
  })
})
