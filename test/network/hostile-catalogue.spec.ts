/**
 * Heads, pages and announcements of peers that lie, and the catalogue exchange under attack.
 */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey, peerIdFromString } from '@libp2p/peer-id'
import { RecordEnvelope } from '@libp2p/peer-record'
import { eventually } from '../../src/testnet/index.ts'
import { decodeCatalogMessage, encodeCatalogMessage } from '../../src/wire/catalog-message.ts'
import * as pb from '../../src/wire/generated/catalog.js'
import { decodeHead } from '../../src/wire/head.ts'
import {
  type Answer,
  type Bytes,
  HostileProvider,
  pageOf,
  rawEntry,
  type Spoiled,
  sha256,
  utf8
} from '../support/hostile-catalogue.ts'
import { frameOf, garbage } from '../support/hostile-host.ts'
import { CATALOG, type Counts, Siege, TOPIC } from './siege.ts'

const PAGE = pageOf([rawEntry('bait/one.txt'), rawEntry('bait/two.txt')])
const MINUTE_MS = 60_000

/** uint64 fields of -1, as proto3 writes a negative int64. */
const MINUS_ONE = Uint8Array.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01])

/** An entry with a size that no number of ours can be. */
function entryOfSize(size: Uint8Array): Bytes {
  const { cid, path } = rawEntry('bait/size.bin')
  const fields = [Uint8Array.from([0x0a, cid.length]), cid, Uint8Array.from([0x12, path.length]), path]
  const entry = Buffer.concat([...fields, Uint8Array.from([0x18]), size])
  return Uint8Array.from(Buffer.concat([Uint8Array.from([0x0a, entry.length]), entry]))
}

/** Announcements that nobody may learn from: what is spoiled, and what the node counts. */
const REFUSED: Array<{
  name: string
  counts: Counts
  say: (provider: HostileProvider, siege: Siege) => Promise<unknown>
}> = [
  {
    name: 'garbage',
    counts: { 'announcement-malformed': 1 },
    say: ({ host }) => host.publish(TOPIC, garbage(1_000))
  },
  {
    name: 'more than 64 KiB',
    counts: { 'announcement-too-long': 1 },
    say: async provider => provider.host.publish(TOPIC, new Uint8Array(65_537))
  },
  {
    name: 'a head signed by another key',
    counts: { 'announcement-not-the-provider': 1 },
    say: async provider =>
      provider.announce(await provider.state([PAGE], { key: await generateKeyPair('Ed25519') }))
  },
  {
    name: 'a head in the name of the honest neighbour',
    counts: { 'announcement-not-the-provider': 1 },
    say: async (provider, { honest }) =>
      provider.announce(await provider.state([], { provider: multihash(honest.peerId) }))
  },
  {
    name: 'a signature that does not fit',
    counts: { 'announcement-bad-signature': 1 },
    async say(provider) {
      const statement = await provider.state([PAGE])
      statement.envelope[statement.envelope.length - 1]! ^= 1
      await provider.announce(statement)
    }
  },
  {
    name: 'a signature for another purpose',
    counts: { 'announcement-bad-signature': 1 },
    say: async provider => provider.announce(await provider.state([PAGE], { domain: 'libp2p-peer-record' }))
  },
  {
    name: 'a seq 11 minutes ahead',
    counts: { 'head-future-seq': 1 },
    say: async provider =>
      provider.announce(await provider.state([PAGE], { seq: Date.now() + 11 * MINUTE_MS }))
  },
  {
    name: 'a seq of 2^53',
    counts: { 'announcement-bad-head': 1 },
    async say(provider) {
      const { head } = await provider.state([PAGE])
      const tooMuch = Uint8Array.from([0x18, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10])
      const payload = Buffer.concat([pb.Head.encode({ ...head, seq: 0 }), tooMuch])
      const envelope = Uint8Array.from(
        await provider.host.seal(payload, { domain: 'p2pnode-head', type: '/p2pnode/head/1' })
      )
      await provider.announce({ ...provider.statement!, envelope })
    }
  },
  {
    name: 'a ttl of 0',
    counts: { 'head-bad-ttl': 1 },
    say: async provider => provider.announce(await provider.state([PAGE], { ttlS: 0 }))
  },
  {
    name: 'a ttl of more than 24 hours',
    counts: { 'announcement-bad-head': 1 },
    say: async provider => provider.announce(await provider.state([PAGE], { ttlS: 86_401 }))
  },
  {
    name: '8,001 pages',
    counts: { 'announcement-bad-head': 1 },
    say: async provider => provider.announce(await provider.state([PAGE], { pageCount: 8_001 }))
  },
  {
    name: 'an envelope of 3 KiB',
    counts: { 'announcement-malformed': 1 },
    async say(provider) {
      const statement = await provider.state([PAGE])
      await provider.announce({ ...statement, envelope: Uint8Array.from(garbage(3_000)) })
    }
  },
  {
    name: 'changes without what they change',
    counts: { 'announcement-malformed': 1 },
    say: async provider =>
      provider.announce(await provider.state([PAGE]), { added: [rawEntry('bait/one.txt')] })
  },
  {
    name: '1,601 changes',
    counts: { 'announcement-malformed': 1 },
    async say(provider) {
      const cid = Uint8Array.from([0x01, 0x55, 0x00, 0x01, 0x07])
      const added = Array.from({ length: 1_601 }, (_, i) => rawEntry(`b/${i}`, { cid, size: 0, modified: 0 }))
      await provider.announce(await provider.state([PAGE]), { baseSeq: 1, added })
    }
  },
  {
    name: 'a changed entry with the path ../x',
    counts: { 'announcement-malformed': 1 },
    say: async provider =>
      provider.announce(await provider.state([PAGE]), { baseSeq: 1, added: [rawEntry('../x')] })
  }
]

/** Answers to those who pull the pages of a head that is right: what is spoiled, and what the node counts. */
const BAD_PAGES: Array<{
  name: string
  counts: Counts
  strikes?: number
  pages?: Bytes[]
  spoiled?: Spoiled
  onList?: Answer
  onPages?: Answer
}> = [
  {
    name: 'a page list that does not hash to what was signed',
    counts: { 'page-list-wrong-root': 1 },
    spoiled: { pagesRoot: sha256(utf8('something else')) }
  },
  {
    name: 'a page list that is longer than the head says',
    counts: { 'page-list-wrong-root': 1 },
    spoiled: { pageCount: 1, hashes: new Uint8Array(64) }
  },
  {
    name: 'a page list of 8,001 pages',
    counts: { 'pull-failed': 1 },
    strikes: 1,
    onList: (stream, { envelope }) =>
      void stream.sendFrame(
        pb.CatalogMessage.encode({ pageList: { envelope, hashes: new Uint8Array(8_001 * 32) } })
      )
  },
  {
    name: 'a page list under the head of somebody else',
    counts: { 'pull-failed': 1 },
    async onList(stream, { hashes, head, pages }) {
      const other = {
        ...head,
        provider: multihash(peerIdFromPrivateKey(await generateKeyPair('Ed25519')).toString())
      }
      stream.sendFrame(
        pb.CatalogMessage.encode({
          pageList: { envelope: pb.Head.encode({ ...other, files: pages.length }), hashes }
        })
      )
    }
  },
  {
    name: 'a page that nobody listed',
    counts: { 'page-unasked': 1 },
    onPages: stream =>
      void stream.sendFrame(pb.CatalogMessage.encode({ page: { encoded: pageOf([rawEntry('bait/other')]) } }))
  },
  {
    name: 'a page with one bit wrong',
    counts: { 'page-unasked': 1 },
    onPages(stream, { pages }) {
      const encoded = Uint8Array.from(pages[0]!)
      encoded[encoded.length - 1]! ^= 1
      stream.sendFrame(pb.CatalogMessage.encode({ page: { encoded } }))
    }
  },
  {
    name: 'a page list instead of pages',
    counts: { 'pull-failed': 1 },
    onPages: (stream, { envelope, hashes }) =>
      void stream.sendFrame(pb.CatalogMessage.encode({ pageList: { envelope, hashes } }))
  },
  {
    name: 'an end without pages',
    counts: { 'pull-failed': 1 },
    onPages: stream => void stream.sendFrame(encodeCatalogMessage({ type: 'end' }))
  },
  {
    name: 'half a page and then nothing',
    counts: { 'pull-failed': 1 },
    onPages(stream, { pages }) {
      const whole = frameOf(pb.CatalogMessage.encode({ page: { encoded: pages[0]! } }))
      stream.send(whole.subarray(0, whole.length / 2))
    }
  },
  {
    name: 'half a page and a reset',
    counts: { 'pull-failed': 1 },
    onPages(stream, { pages }) {
      const whole = frameOf(pb.CatalogMessage.encode({ page: { encoded: pages[0]! } }))
      stream.send(whole.subarray(0, whole.length / 2))
      stream.reset()
    }
  },
  {
    name: 'garbage for pages',
    counts: { 'pull-failed': 1 },
    strikes: 1,
    onPages: stream => void stream.sendFrame(garbage(500))
  },
  {
    name: 'a frame over 256 KiB for pages',
    counts: { 'pull-failed': 1 },
    strikes: 1,
    onPages: stream => void stream.sendFrame(new Uint8Array(262_145))
  },
  {
    name: 'a page of 257 entries',
    counts: { 'page-malformed': 1 },
    pages: [pageOf(Array.from({ length: 257 }, (_, i) => rawEntry(`bait/${i}`)))]
  },
  { name: 'a page without entries', counts: { 'pull-failed': 1 }, strikes: 1, pages: [new Uint8Array()] },
  {
    name: 'a page in the wrong order',
    counts: { 'page-malformed': 1 },
    pages: [Uint8Array.from(pb.Page.encode({ entries: pb.Page.decode(PAGE).entries.reverse() }))]
  },
  {
    name: 'a page with the same entry twice',
    counts: { 'page-malformed': 1 },
    pages: [pageOf([rawEntry('bait/one.txt'), rawEntry('bait/one.txt')])]
  },
  {
    name: 'a page with a field that nobody knows',
    counts: { 'page-malformed': 1 },
    pages: [Uint8Array.from([...PAGE, 0x7a, 0x01, 0x00])]
  },
  { name: 'a page of garbage', counts: { 'page-malformed': 1 }, pages: [Uint8Array.from(garbage(400))] },
  { name: 'an entry of -1 bytes', counts: { 'page-malformed': 1 }, pages: [entryOfSize(MINUS_ONE)] },
  {
    name: 'an entry of 2^53 bytes',
    counts: { 'page-malformed': 1 },
    pages: [entryOfSize(Uint8Array.from([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10]))]
  },
  ...[
    ['../x', '../x'],
    ['a/../../etc/x', 'a path with .. inside'],
    ['/etc/passwd', 'an absolute path'],
    ['a//b', 'an empty part'],
    ['./a', 'the path ./a'],
    ['', 'no path'],
    ['a\0b', 'NUL in a path'],
    [Array(33).fill('a').join('/'), 'a path 33 deep'],
    [`bait/${'x'.repeat(256)}`, 'a name of 256 bytes'],
    [`bait/${'é'.repeat(128)}`, 'a name of 128 letters that take 256 bytes']
  ].map(([path, name]) => ({
    name: `an entry with ${name}`,
    counts: { 'page-malformed': 1 },
    pages: [pageOf([rawEntry(path as string)])]
  })),
  {
    name: 'an entry whose path is not UTF-8',
    counts: { 'page-malformed': 1 },
    pages: [pageOf([rawEntry(Uint8Array.from([0x61, 0xff]))])]
  },
  {
    name: 'an entry whose cid is none',
    counts: { 'page-malformed': 1 },
    pages: [pageOf([rawEntry('bait/x', { cid: Uint8Array.from(garbage(36)) })])]
  },
  {
    name: 'an entry whose type breaks HTTP headers',
    counts: { 'page-malformed': 1 },
    pages: [pageOf([rawEntry('bait/x', { mime: utf8('text/html\r\nSet-Cookie: x') })])]
  }
]

/** What comes first on a stream of the exchange. */
const BAD_REQUESTS: Array<{
  name: string
  bytes: () => Uint8Array
  strikes: number
  end: 'reset' | 'closed'
}> = [
  { name: 'garbage', bytes: () => frameOf(garbage(300)), strikes: 1, end: 'reset' },
  { name: 'a frame over 256 KiB', bytes: () => frameOf(new Uint8Array(262_145)), strikes: 1, end: 'reset' },
  {
    name: 'the promise of a frame of 256 MiB',
    bytes: () => frameOf(new Uint8Array(), 2 ** 28 - 1),
    strikes: 1,
    end: 'reset'
  },
  { name: 'a length that never ends', bytes: () => new Uint8Array(50).fill(0xff), strikes: 1, end: 'reset' },
  {
    name: 'no known message',
    bytes: () => frameOf(Uint8Array.from([0xfa, 0x01, 0x00])),
    strikes: 1,
    end: 'reset'
  },
  {
    name: '101 heads',
    bytes: () => {
      const heads = Array.from({ length: 101 }, () => ({ envelope: Uint8Array.from([1]), hops: 0 }))
      return frameOf(pb.CatalogMessage.encode({ heads: { heads } }))
    },
    strikes: 1,
    end: 'reset'
  },
  {
    name: 'a head from 8 hops away',
    bytes: () =>
      frameOf(pb.CatalogMessage.encode({ heads: { heads: [{ envelope: Uint8Array.from([1]), hops: 8 }] } })),
    strikes: 1,
    end: 'reset'
  },
  {
    name: 'a request for somebody who is no peer',
    bytes: () => frameOf(pb.CatalogMessage.encode({ getPageList: { provider: Uint8Array.from([1, 2, 3]) } })),
    strikes: 1,
    end: 'reset'
  },
  {
    name: 'a request for 8,001 pages',
    bytes: () =>
      frameOf(
        pb.CatalogMessage.encode({
          getPages: { provider: multihash(STRANGER), hashes: new Uint8Array(8_001 * 32) }
        })
      ),
    strikes: 1,
    end: 'reset'
  },
  {
    name: 'a page that nobody asked for',
    bytes: () => frameOf(pb.CatalogMessage.encode({ page: { encoded: PAGE } })),
    strikes: 0,
    end: 'closed'
  },
  {
    name: 'a request for a provider that nobody knows',
    bytes: () => frameOf(pb.CatalogMessage.encode({ getPageList: { provider: multihash(STRANGER) } })),
    strikes: 0,
    end: 'closed'
  }
]

const STRANGER = '12D3KooWSahP5pFRCEfaziPEba7urXGeif6T1y8jmodzdFUvzBHj'

describe('the catalogue and hostile providers', () => {
  let siege: Siege
  before(async () => {
    siege = await Siege.start()
  })
  after(async () => await siege[Symbol.asyncDispose]())
  afterEach(async () => {
    await eventually(knowsNothingElse, { within: 10_000 })
    await siege.lift()
  })

  async function provider(): Promise<HostileProvider> {
    return await HostileProvider.on(await siege.attacker())
  }

  /** Only what the two real nodes share is known. */
  async function knowsNothingElse(): Promise<void> {
    assert.equal((await siege.node.status()).catalogue.entries, 2)
    assert.equal((await siege.honest.status()).catalogue.entries, 2)
  }

  for (const { name, counts, say } of REFUSED) {
    it(`refuses an announcement with ${name}, and tells nobody`, async () => {
      const hostile = await provider()
      const heads = (await siege.counts('catalogue')).heads
      await siege.counted('catalogue', counts, () => say(hostile, siege))
      assert.equal((await siege.counts('catalogue')).heads, heads)
      await knowsNothingElse()
      // What is refused is not passed on: the only way to the honest neighbour is through the node.
      const heard = Object.keys(await siege.counts('catalogue', siege.honest))
      assert.deepEqual(
        heard.filter(key => key.startsWith('announcement-')),
        []
      )
    })
  }

  for (const { name, counts, strikes = 0, pages = [PAGE], spoiled, ...answers } of BAD_PAGES) {
    it(`takes nothing from a provider with ${name}`, async () => {
      const hostile = await provider()
      const { envelope } = await hostile.state(pages, spoiled)
      Object.assign(hostile, answers)
      const struck = await siege.counts('links')
      await siege.counted('catalogue', counts, () => hostile.push([envelope]))
      assert.equal(
        ((await siege.counts('links'))['strike-malformed'] ?? 0) - (struck['strike-malformed'] ?? 0),
        strikes
      )
      await knowsNothingElse()
      await hostile.withdraw()
    })
  }

  for (const { name, bytes, strikes, end } of BAD_REQUESTS) {
    it(`${strikes > 0 ? 'resets a stream, with a strike, for' : 'answers "unknown" to'} ${name}`, async () => {
      const host = await siege.attacker()
      const stream = await host.open(CATALOG)
      await siege.counted('links', { 'strike-malformed': strikes }, async () => {
        stream.send(bytes())
        await stream.close()
        assert.equal(await stream.ended, end)
      })
      if (end === 'closed')
        assert.deepEqual(decodeCatalogMessage((await stream.frame())!), { type: 'unknown' })
    })
  }

  it('does not bring back what a provider has replaced', async () => {
    const hostile = await provider()
    const old = await hostile.state([PAGE])
    await hostile.announce(old)
    await eventually(async () => (await siege.node.status()).catalogue.entries === 4, { within: 5_000 })
    await hostile.withdraw()
    assert.equal((await siege.node.status()).catalogue.entries, 2)
    const again = {
      ...old,
      envelope: await sealed(hostile, pb.Head.encode({ ...old.head, nickname: utf8('again') }))
    }
    await siege.counted('catalogue', { 'head-old-seq': 2 }, async () => {
      await hostile.announce(again)
      await hostile.push([again.envelope])
    })
    await knowsNothingElse()
  })

  it('takes the first of two statements under one number', async () => {
    const hostile = await provider()
    const first = await hostile.state([PAGE])
    await hostile.push([first.envelope])
    await eventually(async () => (await siege.node.status()).catalogue.entries === 4, { within: 5_000 })
    const other = pageOf([rawEntry('bait/other.txt')])
    const second = await hostile.state([other], { seq: first.head.seq })
    await siege.counted('catalogue', { 'head-old-seq': 1 }, () => hostile.push([second.envelope]))
    assert.equal((await siege.node.status()).catalogue.entries, 4)
    await hostile.withdraw()
  })

  it('pulls the truth when the changes that are told do not lead to it', async () => {
    const hostile = await provider()
    const base = await hostile.state([PAGE])
    await hostile.push([base.envelope])
    await eventually(async () => (await siege.node.status()).catalogue.entries === 4, { within: 5_000 })
    const truth = await hostile.state([pageOf([rawEntry('bait/three.txt')])])
    await siege.counted('catalogue', { 'delta-misfit': 1 }, () =>
      hostile.announce(truth, { baseSeq: base.head.seq, added: [rawEntry('bait/lie.txt')] })
    )
    await eventually(async () => (await siege.node.status()).catalogue.entries === 3, { within: 5_000 })
    assert.equal((await siege.node.search({ text: 'lie', ttl: 1 })).hits.length, 0)
    assert.equal((await siege.node.search({ text: 'three', ttl: 1 })).hits.length, 1)
    await hostile.withdraw()
  })

  it('lets nobody change what the node says itself', async () => {
    const hostile = await provider()
    const old = await ownHead(hostile, siege.node.peerId)
    const more = join(siege.node.folder, 'more.txt')
    await writeFile(more, 'more')
    await siege.node.share(more)
    await eventually(async () => (await siege.honest.status()).catalogue.entries === 3, { within: 10_000 })
    const current = await ownHead(hostile, siege.node.peerId)
    assert.ok(current.seq > old.seq)
    await siege.counted('catalogue', { 'head-own': 2 }, async () => {
      await hostile.push([old.envelope, current.envelope])
    })
    assert.deepEqual(await ownHead(hostile, siege.node.peerId), current)
    assert.equal((await siege.node.status()).catalogue.entries, 3)
    await siege.node.unshare(more)
    await eventually(async () => (await siege.honest.status()).catalogue.entries === 2, { within: 10_000 })
  })

  it('keeps what the honest neighbour says when others replay its old heads', async () => {
    const hostile = await provider()
    const old = await ownHead(hostile, siege.honest.peerId)
    const more = join(siege.honest.folder, 'more.txt')
    await writeFile(more, 'more')
    await siege.honest.share(more)
    await eventually(async () => (await siege.node.status()).catalogue.entries === 3, { within: 10_000 })
    await siege.counted('catalogue', { 'head-old-seq': 1 }, () => hostile.push([old.envelope]))
    assert.equal((await siege.node.status()).catalogue.entries, 3)
    await siege.honest.unshare(more)
    await eventually(async () => (await siege.node.status()).catalogue.entries === 2, { within: 10_000 })
  })

  it('keeps one head and one set of entries of a provider that announces for ever', async () => {
    const hostile = await provider()
    const before = await siege.counts('catalogue')
    await siege.counted('catalogue', { heads: 1 }, async () => {
      for (let i = 0; i < 700; i++) {
        const added = [rawEntry(`bait/${'x'.repeat(200)}${i}`)]
        await hostile.announce(await hostile.state([pageOf(added)]), { baseSeq: 1, added })
      }
    })
    await siege.unharmed()
    const grown = (key: string, now: Counts): number => (now[key] ?? 0) - (before[key] ?? 0)
    await eventually(async () => grown('announcement-over-rate', await siege.counts('catalogue')) > 50, {
      within: 10_000
    })
    const now = await siege.counts('catalogue')
    assert.equal(grown('heads', now), 1)
    assert.ok(grown('entries', now) <= 1)
    // Only so much goes on to others.
    assert.ok(
      grown('announcement-over-budget', now) + grown('announcement-over-neighbour-share', now) > 0,
      JSON.stringify(now)
    )
    await hostile.withdraw()
  })

  it('pulls from others while many providers keep it waiting', async () => {
    const host = await siege.attacker()
    const stalling = await HostileProvider.on(host)
    stalling.onList = () => new Promise(() => {})
    const crowd = []
    for (let i = 0; i < 40; i++) {
      const key = await generateKeyPair('Ed25519')
      const head = { provider: multihash(peerIdFromPrivateKey(key).toString()), key }
      crowd.push((await stalling.state([PAGE], head)).envelope)
    }
    await stalling.push(crowd, 0)
    await eventually(() => stalling.asked > 0, { within: 5_000 })
    const honest = await provider()
    const { envelope } = await honest.state([pageOf([rawEntry('fine/one.txt')])])
    const start = performance.now()
    await honest.push([envelope])
    await eventually(async () => (await siege.node.search({ text: 'fine', ttl: 1 })).hits.length === 1, {
      within: 10_000
    })
    assert.ok(performance.now() - start < 5_000)
    await honest.withdraw()
  })

  it('holds no more than one page for a peer that pulls and never reads', async () => {
    const host = await siege.attacker()
    const streams = []
    const { hashes } = await ownHead(await HostileProvider.on(host), siege.node.peerId)
    for (let i = 0; i < 32; i++) {
      const stream = await host.open(CATALOG)
      stream.stopReading()
      stream.sendFrame(
        pb.CatalogMessage.encode({ getPages: { provider: multihash(siege.node.peerId), hashes } })
      )
      streams.push(stream)
    }
    await siege.unharmed()
    const extra = await host.open(CATALOG)
    assert.equal(await extra.ended, 'reset')
    for (const stream of streams) stream.reset()
    await eventually(
      async () => {
        const one = await host.open(CATALOG)
        one.sendFrame(
          pb.CatalogMessage.encode({ getPages: { provider: multihash(siege.node.peerId), hashes } })
        )
        await one.close()
        assert.equal(decodeCatalogMessage((await one.frame())!).type, 'page')
      },
      { within: 5_000 }
    )
  })
})

/** An envelope of this host around anything. */
async function sealed({ host }: HostileProvider, payload: Uint8Array): Promise<Bytes> {
  return Uint8Array.from(await host.seal(payload, { domain: 'p2pnode-head', type: '/p2pnode/head/1' }))
}

/** What the node says when it is asked for the pages of a provider. */
async function ownHead(
  { host }: HostileProvider,
  provider: string
): Promise<{ seq: number; envelope: Bytes; hashes: Bytes }> {
  const stream = await host.open(CATALOG)
  stream.sendFrame(pb.CatalogMessage.encode({ getPageList: { provider: multihash(provider) } }))
  await stream.close()
  const { pageList } = pb.CatalogMessage.decode((await stream.frame())!)
  assert.ok(pageList !== undefined)
  const { payload } = await RecordEnvelope.openAndCertify(pageList.envelope, 'p2pnode-head')
  const { envelope, hashes } = pageList
  return {
    seq: decodeHead(payload).seq,
    envelope: Uint8Array.from(envelope),
    hashes: Uint8Array.from(hashes)
  }
}

function multihash(peer: string): Bytes {
  return Uint8Array.from(peerIdFromString(peer).toMultihash().bytes)
}
