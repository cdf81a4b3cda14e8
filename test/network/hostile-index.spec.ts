/**
 * The word index with peers that break every rule of it, on either side.
 */
import assert from 'node:assert/strict'
import { wordKey, XorSpace } from '../../src/search/word-index/index.ts'
import { eventually } from '../../src/testnet/index.ts'
import * as pb from '../../src/wire/generated/index.js'
import {
  decodeIndexMessage,
  encodeIndexMessage,
  type IndexHit,
  type IndexMessage
} from '../../src/wire/index-message.ts'
import { frameOf, garbage, type HostileHost, type RawStream } from '../support/hostile-host.ts'
import { entries, peerOf } from '../unit/wire/samples.ts'
import { Siege } from './siege.ts'

const INDEX = '/p2pnode/index/1.0.0'
const KEY = wordKey(['music'])
const WITHIN = { within: 10_000 }

/** What no request may be. Each is a strike. */
const MALFORMED: Array<{ name: string; bytes: () => Uint8Array }> = [
  { name: 'garbage', bytes: () => frameOf(garbage(500)) },
  { name: 'an empty frame', bytes: () => frameOf(new Uint8Array()) },
  { name: 'a frame over 64 KiB', bytes: () => frameOf(new Uint8Array(65_537)) },
  { name: 'a length that never ends', bytes: () => new Uint8Array(100).fill(0xff) },
  { name: 'an answer in place of a request', bytes: () => message({ type: 'taken', records: 1 }) },
  {
    name: 'a key of 31 bytes',
    bytes: () =>
      frameOf(pb.IndexMessage.encode({ find: { key: new Uint8Array(31), text: new Uint8Array() } }))
  },
  {
    name: 'a query of 129 bytes',
    bytes: () =>
      frameOf(
        pb.IndexMessage.encode({ find: { key: new Uint8Array(32), text: new Uint8Array(129).fill(0x61) } })
      )
  },
  {
    name: 'a store without a word',
    bytes: () =>
      frameOf(
        pb.IndexMessage.encode({
          store: { words: [], entries: [], lifeS: 60, nickname: new Uint8Array(), addresses: [] }
        })
      )
  }
]

function message(given: IndexMessage): Uint8Array {
  return frameOf(encodeIndexMessage(given))
}

/** Sends a request as a real peer would, and reads the answer. */
async function ask(host: HostileHost, request: IndexMessage): Promise<IndexMessage> {
  const stream = await host.open(INDEX)
  stream.send(message(request))
  await stream.close()
  const answer = await stream.frame()
  assert.ok(answer !== undefined, 'no answer')
  return decodeIndexMessage(answer)
}

function hitsOf(count: number, word: string): IndexHit[] {
  return entries(count).map((entry, i) => ({
    entry: { ...entry, name: `${word} ${i}.txt`, path: `lies/${word} ${i}.txt` },
    providers: [{ peer: peerOf(new Uint8Array(32).fill(i + 1)), nickname: 'm' }]
  }))
}

describe('the word index with a hostile peer', () => {
  let siege: Siege
  before(async () => {
    siege = await Siege.start({ smallNetwork: 0 })
  })
  after(async () => await siege[Symbol.asyncDispose]())
  afterEach(async () => await siege.lift())

  /** A hostile server that the node knows as one. */
  async function server(behave: (stream: RawStream) => Promise<void>): Promise<HostileHost> {
    const { servers = 0 } = await siege.counts('index')
    const host = await siege.stranger()
    await host.serve(INDEX, behave)
    await host.connect(siege.node.address)
    const isKnown = async () => ((await siege.counts('index')).servers ?? 0) > servers
    await eventually(isKnown, { ...WITHIN, what: 'a further server' })
    return host
  }

  /** Answers every find with the same, and keeps nothing. */
  const answering = (answer: () => Uint8Array) =>
    server(async stream => {
      await stream.frame()
      stream.send(answer())
      await stream.close()
    })

  for (const { name, bytes } of MALFORMED) {
    it(`resets a stream with ${name}, which is a strike`, async () => {
      const host = await siege.attacker()
      const stream = await host.open(INDEX)
      await siege.counted('links', { 'strike-malformed': 1 }, async () => stream.send(bytes()))
      assert.equal(await stream.ended, 'reset')
    })
  }

  it('answers the sixtieth find of a second, and declines the rest, which is no strike', async () => {
    const host = await siege.attacker()
    const answers: IndexMessage[] = []
    for (let i = 0; i < 100; i++) answers.push(await ask(host, { type: 'find', key: KEY, text: '' }))
    const declined = answers.filter(({ type }) => type === 'declined').length
    assert.ok(declined > 0 && declined <= 40, `${declined} declined`)
    assert.ok(answers.slice(0, 60).every(({ type }) => type === 'found'))
  })

  it('keeps nothing under a word that the file does not have', async () => {
    const host = await siege.attacker()
    const store = { type: 'store' as const, lifeS: 60, nickname: 'm', addresses: [] }
    const answer = await ask(host, { ...store, words: ['money'], entries: entries(2) })
    assert.ok(answer.type === 'stored')
    assert.deepEqual(answer.verdicts, ['refused', 'refused'])
    const honest = await ask(host, { ...store, words: ['music'], entries: entries(2) })
    assert.deepEqual(honest.type === 'stored' && honest.verdicts, ['stored', 'stored'])
    const taken = await ask(host, { type: 'withdraw', words: [], entries: [] })
    assert.deepEqual(taken, { type: 'taken', records: 2 })
  })

  it('refuses to store for somebody else, unless the sender is a holder of that key itself', async () => {
    const hosts: HostileHost[] = []
    for (let i = 0; i < 12; i++) hosts.push(await answering(() => message({ type: 'taken', records: 0 })))
    const [thief] = hosts as [HostileHost]
    const others = hosts.slice(1).map(({ peerId }) => peerId)
    const space = new XorSpace(siege.node.peerId)
    const rank = (key: string) => others.filter(peer => space.compare(key, peer, thief.peerId) < 0).length
    const keys = Array.from({ length: 500 }, (_, i) => wordKey([`word${i}`]))
    const far = keys.find(key => rank(key) === others.length) as string
    const near = keys.find(key => rank(key) === 0) as string
    const records = entries(3).map(entry => ({
      entry,
      peer: peerOf(new Uint8Array(32).fill(9)),
      nickname: 'victim',
      lifeS: 60
    }))
    const handOver = { type: 'hand-over' as const, records, providers: [] }
    assert.deepEqual(await ask(thief, { ...handOver, key: far }), { type: 'taken', records: 0 })
    assert.equal((await siege.counts('index'))['hand-over-far'], 3)
    assert.deepEqual(await ask(thief, { ...handOver, key: near }), { type: 'taken', records: 3 })
  })

  it('does not show what a lying holder invents beside the query', async () => {
    const lies = [...hitsOf(3, 'casino'), ...hitsOf(2, 'quagga')]
    await answering(() => message({ type: 'found', hits: lies, full: false, closer: [], providers: [] }))
    const { hits } = await siege.node.search({ text: 'quagga', strategy: 'index' })
    assert.equal(hits.length, 2)
    assert.ok(
      hits.every(({ name, providers }) => name.includes('quagga') && providers.every(p => !p.confirmed))
    )
    assert.equal((await siege.counts('search'))['index-hit-not-matching'], 3)
  })

  it('finds the honest file while one holder floods it with lies', async () => {
    await answering(() =>
      message({ type: 'found', hits: hitsOf(60, 'honest'), full: false, closer: [], providers: [] })
    )
    const { hits } = await siege.node.search({ text: 'honest', strategy: 'index', limit: 100 })
    assert.ok(hits.some(({ name }) => name === 'honest.bin'))
    assert.ok(hits.length > 5)
  })

  it('ends a search that a silent holder would hold up', async () => {
    await server(async stream => void (await stream.ended))
    const start = performance.now()
    await siege.node.search({ text: 'nowhere', strategy: 'index' })
    assert.ok(performance.now() - start < 9_000)
  })

  const answers: Array<{ name: string; bytes: () => Uint8Array }> = [
    { name: 'garbage', bytes: () => frameOf(garbage(300)) },
    { name: 'a frame over 64 KiB', bytes: () => frameOf(new Uint8Array(), 65_537) },
    {
      name: 'nine nearer servers',
      bytes: () => {
        const contact = { peer: Uint8Array.from([0x12, 0x20, ...garbage(32)]), addresses: [] }
        const found = { hits: [], full: false, closer: Array(9).fill(contact), providers: [] }
        return frameOf(pb.IndexMessage.encode({ found }))
      }
    }
  ]
  for (const { name, bytes } of answers) {
    it(`strikes a holder that answers with ${name}, and ends without it`, async () => {
      const strikes = async () => (await siege.counts('links'))['strike-malformed'] ?? 0
      const before = await strikes()
      await answering(bytes)
      await siege.node.search({ text: 'elsewhere', strategy: 'index' })
      // It may have been told of records, too, and answered that in the same way.
      await eventually(async () => (await strikes()) > before, { ...WITHIN, what: 'a strike' })
    })
  }

  it('is not led to servers that it may not dial', async () => {
    const invented = Array.from({ length: 8 }, (_, i) => ({
      peer: peerOf(new Uint8Array(32).fill(100 + i)),
      addresses: ['/ip4/127.0.0.1/tcp/9']
    }))
    await answering(() =>
      message({ type: 'found', hits: [], full: true, closer: invented, providers: invented })
    )
    await siege.node.search({ text: 'led astray', strategy: 'index' })
    assert.equal((await siege.counts('index-streams')).dials ?? 0, 0)
  })
})
