/**
 * Search links with peers that break every rule of them.
 */
import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { peerIdFromString } from '@libp2p/peer-id'
import { eventually, type SearchOutcome } from '../../src/testnet/index.ts'
import * as pb from '../../src/wire/generated/search.js'
import {
  decodeSearchMessage,
  encodeSearchMessage,
  queryId,
  type SearchMessage
} from '../../src/wire/search-message.ts'
import { HostileProvider, pageOf, rawEntry } from '../support/hostile-catalogue.ts'
import { frameOf, garbage, type HostileHost, type RawStream } from '../support/hostile-host.ts'
import { CATALOG, FILE, SEARCH, Siege } from './siege.ts'

const HELLO = encodeSearchMessage({ type: 'hello', nickname: 'mallory' })
const text = (value: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(value)

let nonces = 0
/** A nonce that no other query has. */
function nonce(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(16)
  new DataView(bytes.buffer).setUint32(0, ++nonces)
  return bytes
}

function query(given: Partial<pb.Query> = {}): Uint8Array {
  const fields = {
    nonce: nonce(),
    text: text('besieged'),
    ttl: 1,
    hops: 0,
    budget: 0,
    ownOnly: false,
    report: false,
    trace: false
  }
  return pb.SearchMessage.encode({ query: { ...fields, ...given } })
}

function hit(path: string, providers = 1, number = 0): pb.Hit {
  const peer = Uint8Array.from([0x12, 0x20, ...garbage(32)])
  const cid = Uint8Array.from([0x01, 0x55, 0x12, 0x20, ...garbage(30), number >> 8, number & 0xff])
  return {
    entry: { cid, path: text(path), size: 1, mime: text(''), modified: 1 },
    providers: Array.from({ length: providers }, () => ({ peer, nickname: text('m'), how: 1 }))
  }
}

/** `id`: hex. */
function hitsFrame(hits: pb.Hit[], id = '00'.repeat(16)): Uint8Array {
  return pb.SearchMessage.encode({ hits: { id: Uint8Array.from(Buffer.from(id, 'hex')), hits } })
}

/** What comes first on a stream, and is no hello. */
const NO_HELLO: Array<{ name: string; bytes: () => Uint8Array }> = [
  { name: 'a query instead of hello', bytes: () => frameOf(query()) },
  {
    name: 'welcome instead of hello',
    bytes: () => frameOf(encodeSearchMessage({ type: 'welcome', nickname: 'm' }))
  },
  { name: 'garbage instead of protobuf', bytes: () => frameOf(garbage(500)) },
  { name: 'an empty frame', bytes: () => frameOf(new Uint8Array()) },
  { name: 'a frame over 64 KiB', bytes: () => frameOf(new Uint8Array(65_537)) },
  { name: 'the promise of a frame of 256 MiB', bytes: () => frameOf(new Uint8Array(), 2 ** 28 - 1) },
  { name: 'a length that never ends', bytes: () => new Uint8Array(100).fill(0xff) },
  {
    name: 'a nickname of 65 bytes',
    bytes: () => frameOf(pb.SearchMessage.encode({ hello: { nickname: new Uint8Array(65).fill(0x61) } }))
  },
  {
    name: 'a nickname that is not UTF-8',
    bytes: () => frameOf(pb.SearchMessage.encode({ hello: { nickname: Uint8Array.from([0xc3, 0x28]) } }))
  }
]

/** What a neighbour may not send. Each ends the link and is a strike. */
const MALFORMED: Array<{ name: string; bytes: () => Uint8Array }> = [
  { name: 'garbage', bytes: () => frameOf(garbage(500)) },
  { name: 'a frame over 64 KiB', bytes: () => frameOf(new Uint8Array(65_537)) },
  { name: 'a length that never ends', bytes: () => new Uint8Array(100).fill(0x80) },
  { name: 'a second hello', bytes: () => frameOf(HELLO) },
  { name: 'no known message', bytes: () => frameOf(Uint8Array.from([0xfa, 0x01, 0x00])) },
  { name: 'ttl 0', bytes: () => frameOf(query({ ttl: 0 })) },
  { name: 'ttl 8', bytes: () => frameOf(query({ ttl: 8 })) },
  { name: 'ttl and hops of 9 together', bytes: () => frameOf(query({ ttl: 5, hops: 4 })) },
  { name: 'a budget of 4,097', bytes: () => frameOf(query({ ttl: 2, budget: 4_097 })) },
  { name: 'a nonce of 15 bytes', bytes: () => frameOf(query({ nonce: new Uint8Array(15) })) },
  { name: 'no text', bytes: () => frameOf(query({ text: text('') })) },
  { name: 'a text of 129 bytes', bytes: () => frameOf(query({ text: text(`${'é'.repeat(64)}x`) })) },
  {
    name: 'a text that is not UTF-8',
    bytes: () => frameOf(query({ text: Uint8Array.from([0x61, 0xff, 0xfe]) }))
  },
  {
    name: '51 hits in one frame',
    bytes: () => frameOf(hitsFrame(Array.from({ length: 51 }, () => hit('a/b'))))
  },
  { name: 'a hit without an entry', bytes: () => frameOf(hitsFrame([{ providers: hit('a').providers }])) },
  { name: 'a hit without a provider', bytes: () => frameOf(hitsFrame([hit('a/b', 0)])) },
  { name: 'a hit with 9 providers', bytes: () => frameOf(hitsFrame([hit('a/b', 9)])) },
  { name: 'a hit with the path ../../etc/x', bytes: () => frameOf(hitsFrame([hit('../../etc/x')])) },
  { name: 'a hit with an absolute path', bytes: () => frameOf(hitsFrame([hit('/etc/passwd')])) },
  { name: 'a hit with NUL in its path', bytes: () => frameOf(hitsFrame([hit('a\0b')])) },
  { name: 'a hit 33 folders deep', bytes: () => frameOf(hitsFrame([hit(Array(33).fill('a').join('/'))])) },
  { name: 'a hit with a name of 256 bytes', bytes: () => frameOf(hitsFrame([hit('x'.repeat(256))])) }
]

/** What a search tells that it dropped while it asked the neighbours. */
const droppedBy = ({ done }: SearchOutcome) =>
  done.stages.find(({ stage }) => stage === 'neighbours')?.droppedHits

describe('a search link with a hostile peer', () => {
  let siege: Siege
  before(async () => {
    siege = await Siege.start()
  })
  after(async () => await siege[Symbol.asyncDispose]())
  afterEach(async () => await siege.lift())

  for (const { name, bytes } of NO_HELLO) {
    it(`does not begin with ${name}, which is a strike`, async () => {
      const host = await siege.attacker()
      const stream = await host.open(SEARCH)
      await siege.counted('links', { 'strike-malformed': 1 }, async () => stream.send(bytes()))
      assert.equal(await stream.ended, 'reset')
      assert.equal(await siege.isNeighbour(host), false)
    })
  }

  for (const { name, bytes } of MALFORMED) {
    it(`ends with a strike after ${name}`, async () => {
      const { host, link } = await siege.neighbour()
      await siege.counted('links', { 'strike-malformed': 1, 'link-malformed': 1 }, async () =>
        link.send(bytes())
      )
      assert.equal(await link.ended, 'reset')
      assert.equal(await siege.isNeighbour(host), false)
    })
  }

  it('drops a query of nine words, passes it to nobody, and counts a strike', async () => {
    const { link } = await siege.neighbour()
    const before = await siege.counts('search', siege.honest)
    await siege.counted('links', { 'strike-malformed': 1 }, async () =>
      siege.counted('search', { 'too-many-words': 1 }, async () =>
        link.sendFrame(query({ text: text('a b c d e f g h i'), ttl: 7, budget: 100 }))
      )
    )
    assert.deepEqual(await siege.counts('search', siege.honest), before)
  })

  it('answers what cannot be read with nothing, which is no strike', async () => {
    const { host, link } = await siege.neighbour()
    await siege.counted('search', { 'query-unreadable': 1 }, async () =>
      link.sendFrame(query({ text: text('size:huge') }))
    )
    assert.ok(await siege.isNeighbour(host))
  })

  it('drops hits, reports and cancels that nobody asked for', async () => {
    const { host, link } = await siege.neighbour()
    const id = 'ab'.repeat(16)
    const nothing = { nodes: 1, queries: 0, answers: 1, bytes: 1, duplicates: 0, truncated: false }
    await siege.counted(
      'search',
      { 'unknown-query': 1, 'unasked-report': 1, 'unasked-cancel': 1 },
      async () => {
        link.sendFrame(hitsFrame([hit('made/up')]))
        link.sendFrame(encodeSearchMessage({ type: 'report', id, ...nothing }))
        link.sendFrame(encodeSearchMessage({ type: 'cancel', id }))
      }
    )
    assert.ok(await siege.isNeighbour(host))
    assert.deepEqual((await siege.node.search({ text: 'made', ttl: 1, timeoutMs: 2_000 })).hits, [])
  })

  it('drops hits for a query that was asked of somebody else', async () => {
    const { link } = await siege.neighbour()
    const other = await siege.neighbour()
    // With ttl 1 it goes to nobody else.
    const asked = nonce()
    other.link.sendFrame(query({ nonce: asked }))
    await siege.counted('search', { 'unasked-hits': 1 }, async () => {
      await nextOf(other.link, 'hits')
      link.sendFrame(hitsFrame([hit('made/up')], queryId(asked, 'besieged')))
    })
  })

  it('takes 200 hits of a neighbour, and no more', async () => {
    const { link } = await siege.neighbour()
    const outcome = siege.node.search({ text: 'flood', limit: 1_000 })
    const { id } = await nextOf(link, 'query')
    await siege.counted('search', { 'hit-limit': 50 }, async () => {
      for (let frame = 0; frame < 5; frame++) {
        link.sendFrame(
          hitsFrame(
            Array.from({ length: 50 }, (_, i) => hit(`flood/${frame}-${i}`, 1, frame * 50 + i)),
            id
          )
        )
      }
    })
    assert.equal((await outcome).hits.length, 200)
    assert.deepEqual(droppedBy(await outcome), { 'hit-limit': 50 })
  })

  it('takes 64 KiB of hits of a neighbour, and no more', async () => {
    const { link } = await siege.neighbour()
    const outcome = siege.node.search({ text: 'flood', limit: 1_000 })
    const { id } = await nextOf(link, 'query')
    const long = `${'x'.repeat(250)}/`.repeat(15)
    await siege.counted('search', { 'hit-limit': 15 }, async () => {
      for (const frame of [0, 1])
        link.sendFrame(
          hitsFrame(
            Array.from({ length: 15 }, (_, i) => hit(`${long}flood ${frame} ${i}`, 1, frame * 50 + i)),
            id
          )
        )
    })
    assert.equal((await outcome).hits.length, 15)
    assert.deepEqual(droppedBy(await outcome), { 'hit-limit': 15 })
  })

  it('shows no hit that does not fit the query, and none that names this node', async () => {
    const { link } = await siege.neighbour()
    const outcome = siege.node.search({ text: 'rare', ttl: 1 })
    const { id } = await nextOf(link, 'query')
    const self = peerIdFromString(siege.node.peerId).toMultihash().bytes
    await siege.counted('search', { 'hit-not-matching': 1 }, async () => {
      link.sendFrame(
        hitsFrame(
          [
            hit('casino/buy.exe'),
            {
              ...hit('rare/mine', 1, 1),
              providers: [{ peer: self as Uint8Array<ArrayBuffer>, nickname: text('x'), how: 1 }]
            }
          ],
          id
        )
      )
    })
    assert.deepEqual((await outcome).hits, [])
    assert.deepEqual(droppedBy(await outcome), { 'not-matching': 1, own: 1 })
  })

  it('believes one report of a neighbour, and no more nodes than its budget can reach', async () => {
    const { link } = await siege.neighbour()
    const outcome = siege.node.search({ text: 'nowhere', wide: true })
    let asked = await nextOf(link, 'query')
    while (!asked.report) asked = await nextOf(link, 'query')
    const most = 2 ** 32 - 1
    const lie = { nodes: most, queries: most, answers: 1, bytes: 1, duplicates: most, truncated: false }
    await siege.counted('search', { 'unasked-report': 1 }, async () => {
      link.sendFrame(encodeSearchMessage({ type: 'report', id: asked.id, ...lie }))
      link.sendFrame(encodeSearchMessage({ type: 'report', id: asked.id, ...lie }))
    })
    const flood = (await outcome).done.stages.find(({ stage }) => stage === 'flood')
    assert.ok(flood !== undefined && (flood.nodes ?? 0) <= 512, JSON.stringify(flood))
    assert.ok(flood.messages <= 1_024, JSON.stringify(flood))
  })

  it('answers a query once, however often it is replayed', async () => {
    const { host, link } = await siege.neighbour()
    const again = query()
    await siege.counted('search', { duplicate: 499, 'query-answered': 1 }, async () => {
      for (let i = 0; i < 500; i++) link.sendFrame(again)
    })
    assert.ok(await siege.isNeighbour(host))
  })

  it('drops queries over the rate, answers the honest neighbour meanwhile, and strikes only far above it', async () => {
    const { host, link } = await siege.neighbour()
    const before = await siege.counts('links')
    const wasDropped = (await siege.counts('search'))['over-rate'] ?? 0
    for (let i = 0; i < 6_000; i++) link.sendFrame(query({ text: text('nothing') }))
    await siege.unharmed()
    await eventually(async () => ((await siege.counts('search'))['over-rate'] ?? 0) > wasDropped, {
      within: 10_000
    })
    assert.deepEqual((await siege.counts('links'))['strike-flooding'] ?? 0, before['strike-flooding'] ?? 0)
    assert.ok(await siege.isNeighbour(host))
    // 41 x 513 is just above four times 512/s for 10 s.
    await siege.counted('links', { 'strike-flooding': 1 }, async () => {
      for (let i = 0; i < 41; i++) link.sendFrame(query({ ttl: 7, budget: 512 }))
    })
    assert.ok(await siege.isNeighbour(host))
  })

  it('leaves queries unanswered that would take all its time, and none of the honest neighbour', async () => {
    const { host, link } = await siege.neighbour()
    const provider = await HostileProvider.on(host)
    const pages = Array.from({ length: 24 }, (_, page) =>
      pageOf(Array.from({ length: 256 }, (_, i) => rawEntry(`common alpha beta ${page} ${i}.txt`)))
    )
    await provider.push([(await provider.state(pages)).envelope])
    await eventually(async () => (await siege.node.status()).catalogue.entries > 6_000, { within: 10_000 })
    const before = (await siege.counts('search'))['no-time'] ?? 0
    // Each looks at 5,000 entries and finds nothing.
    for (let i = 0; i < 500; i++) link.sendFrame(query({ text: text('"beta alpha"') }))
    await siege.unharmed()
    await eventually(async () => ((await siege.counts('search'))['no-time'] ?? 0) > before + 100, {
      within: 10_000
    })
    assert.ok(await siege.isNeighbour(host))
    await provider.withdraw()
  })

  it('answers a few pings of many', async () => {
    const { host, link } = await siege.neighbour()
    for (let i = 0; i < 2_000; i++) link.sendFrame(encodeSearchMessage({ type: 'ping', nonce: i }))
    link.sendFrame(query())
    let pongs = 0
    for (let seen = await next(link); seen.type !== 'hits'; seen = await next(link))
      if (seen.type === 'pong') pongs++
    assert.ok(pongs > 0 && pongs <= 15, `${pongs} pongs`)
    assert.ok(await siege.isNeighbour(host))
  })

  it('keeps four streams of a connection that say no hello, and resets the next', async () => {
    const host = await siege.attacker()
    const connection = host.host.getConnections()[0]
    const streams = []
    for (let i = 0; i < 8; i++) streams.push(await host.open(SEARCH, connection))
    const ends = await Promise.race([Promise.all(streams.slice(4).map(({ ended }) => ended)), sleep(5_000)])
    assert.deepEqual(ends, ['reset', 'reset', 'reset', 'reset'])
  })

  it('ends when the neighbour asks and asks and never reads', async () => {
    // Long paths: few hits fill an answer of 64 KiB, and take little time to find.
    const folder = join(siege.node.folder, 'deep', ...Array(3).fill('x'.repeat(240)))
    await mkdir(folder, { recursive: true })
    for (let i = 0; i < 80; i++) await writeFile(join(folder, `${'y'.repeat(120)} ${i}.txt`), `${i}`)
    const share = await siege.node.share(join(siege.node.folder, 'deep'))
    await eventually(async () => (await siege.node.status()).catalogue.entries >= 82, { within: 10_000 })
    const { host, link } = await siege.neighbour()
    link.stopReading()
    await siege.counted('links', { 'link-stalled': 1 }, async () => {
      for (let i = 0; i < 200; i++) link.sendFrame(query({ text: text('txt') }))
    })
    assert.equal(await siege.isNeighbour(host), false)
    await siege.node.unshare(share.id)
  })
})

describe('a node and peers that it has no use for', () => {
  let siege: Siege
  let laterMs = 0
  before(async () => {
    siege = await Siege.start({ clock: { now: () => Date.now() + laterMs } })
  })
  after(async () => await siege[Symbol.asyncDispose]())
  afterEach(async () => await siege.lift())

  it('closes the door for ten minutes at the third strike, whatever the protocol', async () => {
    const host = await siege.attacker()
    await siege.counted('links', { 'strike-malformed': 3 }, async () => {
      for (let i = 0; i < 3; i++) {
        const link = await siege.link(host)
        link.sendFrame(garbage(100))
        await link.ended
      }
    })
    await eventually(() => !host.isConnected(), { within: 5_000, what: 'the end of the connection' })
    await assert.rejects(async () => {
      await host.connect(siege.node.address)
      await Promise.race([(await host.open(CATALOG)).ended, sleep(2_000)])
      assert.equal(host.isConnected(), true)
    })
    laterMs += 10 * 60_000
    await siege.link(await reconnected(host, siege))
    assert.ok(await siege.isNeighbour(host))
  })

  it('cuts off a neighbour at its third flood, and goes on with the honest one', async () => {
    const { host, link } = await siege.neighbour()
    await siege.counted('links', { 'strike-flooding': 3 }, async () => {
      // 40 x 513 is just above four times 512/s for 10 s.
      for (let i = 0; i < 3 * 40; i++) link.sendFrame(query({ ttl: 7, budget: 512 }))
    })
    await eventually(() => !host.isConnected(), { within: 5_000, what: 'the end of the connection' })
    await siege.unharmed()
  })

  it('counts the strikes of all protocols together', async () => {
    const host = await siege.attacker()
    for (const protocol of [SEARCH, CATALOG, FILE]) {
      const stream = await host.open(protocol)
      stream.sendFrame(garbage(100))
      await stream.ended
    }
    await eventually(() => !host.isConnected(), { within: 5_000, what: 'the end of the connection' })
  })

  it('refuses the 33rd neighbour, names others to it, and takes it when somebody left', async () => {
    const crowd = []
    for (let i = 0; i < 31; i++) crowd.push(await siege.neighbour())
    assert.equal((await siege.node.status()).neighbours, 32)
    const late = await siege.attacker()
    const link = await late.open(SEARCH)
    await siege.counted('links', { 'refused-full': 1 }, async () => link.sendFrame(HELLO))
    const refused = await nextOf(link, 'refused')
    assert.equal(refused.reason, 'full')
    assert.deepEqual(refused.addresses, [siege.honest.address])
    assert.equal(await link.ended, 'closed')
    crowd[0]?.link.reset()
    await eventually(async () => (await siege.node.status()).neighbours === 31, { within: 5_000 })
    await siege.link(late)
  })
})

/** The next message on a link. */
async function next(link: RawStream): Promise<SearchMessage> {
  const bytes = await link.frame()
  assert.ok(bytes !== undefined, 'the link has ended')
  return decodeSearchMessage(bytes)
}

type MessageOf<Type> = Extract<SearchMessage, { type: Type }>

/** The next message of one kind; others are skipped. */
async function nextOf<Type extends SearchMessage['type']>(
  link: RawStream,
  type: Type
): Promise<MessageOf<Type>> {
  for (;;) {
    const message = await next(link)
    if (message.type === type) return message as MessageOf<Type>
  }
}

/** Connects again as soon as that is allowed. */
async function reconnected(host: HostileHost, siege: Siege): Promise<HostileHost> {
  await eventually(
    async () => {
      await host.connect(siege.node.address)
      await (await host.open(CATALOG)).close()
    },
    { within: 5_000, what: 'another connection' }
  )
  return host
}
