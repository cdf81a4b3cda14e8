import assert from 'node:assert/strict'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { ANNOUNCE_TOPIC } from '../../src/adapters/libp2p/announce-topic.ts'
import { CATALOG_PROTOCOL } from '../../src/adapters/libp2p/catalog-exchange.ts'
import { EnvelopeSeal } from '../../src/adapters/libp2p/envelope.ts'
import { FrameStream } from '../../src/adapters/libp2p/streams.ts'
import { eventually } from '../../src/testnet/eventually.ts'
import { encodeAnnouncement } from '../../src/wire/announcement.ts'
import { encodeHead, type Head } from '../../src/wire/head.ts'
import { pagesRoot } from '../../src/wire/page.ts'
import { entries, entry } from '../unit/catalog/fixtures.ts'
import { connect, hearEachOther, startBareHost, startCatalogNode } from './catalog-hosts.ts'

describe('catalogues of real nodes', () => {
  it('have a shared file within a second, lose it within a second, and everything at goodbye', async () => {
    await using ana = await startCatalogNode('ana')
    await using bob = await startCatalogNode('bob')
    await connect(ana, bob)
    await eventually(() => hearEachOther(ana, bob), { within: 5_000 })

    ana.sync.change([entry('docs/red apple.txt'), entry('docs/pear.txt')], [])
    await eventually(() => assert.deepEqual(bob.find('apple'), [`${ana.id}/docs/red apple.txt`]), {
      within: 1_000
    })
    ana.sync.change([], [entry('docs/red apple.txt')])
    await eventually(() => assert.deepEqual(bob.find('apple'), []), { within: 1_000 })
    assert.deepEqual(bob.find('pear'), [`${ana.id}/docs/pear.txt`])
    await ana.sync.leave()
    await eventually(() => assert.deepEqual(bob.find('pear'), []), { within: 1_000 })
    assert.equal(bob.sync.stats()['delta-applied'], 1)
  })

  it('bring a late joiner everything within 5 s, also what is two links away', async () => {
    await using ana = await startCatalogNode('ana')
    await using bob = await startCatalogNode('bob')
    await using cleo = await startCatalogNode('cleo')
    await connect(ana, bob)
    ana.sync.change(entries(2_000, 'ana/file'), [])
    bob.sync.change(entries(300, 'bob/file'), [])
    await eventually(() => assert.equal(bob.store.count(), 2_300), { within: 5_000 })

    await connect(cleo, bob)
    const start = performance.now()
    await eventually(() => assert.equal(cleo.store.count(), 2_300), { within: 5_000 })
    const tookMs = performance.now() - start
    assert.ok(tookMs < 5_000)
    assert.equal(cleo.sync.status().complete, true)
    assert.equal(cleo.sync.nickname(ana.id), 'ana')
    assert.equal(cleo.find('999').length, 1)

    const gone = entry('ana/file 999.txt')
    ana.sync.change([], [gone])
    await eventually(() => assert.deepEqual(cleo.find('999'), []), { within: 2_000 })
    await eventually(
      () => assert.deepEqual(bob.store.pagesOf(ana.id).sort(), cleo.store.pagesOf(ana.id).sort()),
      {
        within: 5_000
      }
    )
  })

  it('can be browsed page by page', async () => {
    await using ana = await startCatalogNode('ana')
    await using bob = await startCatalogNode('bob')
    const all = entries(600, 'ana/file')
    ana.sync.change(all, [])
    await connect(bob, ana)
    const signal = AbortSignal.timeout(5_000)
    await eventually(() => ana.sync.stats().published === 1, { within: 2_000 })
    const seen: string[] = []
    for await (const { path } of bob.sync.browse(ana.id, { signal })) seen.push(path)
    assert.deepEqual(seen.sort(), all.map(({ path }) => path).sort())
  })

  it('tell who browses a peer that is not connected', async () => {
    await using bob = await startCatalogNode('bob')
    const peer = peerIdFromPrivateKey(await generateKeyPair('Ed25519')).toString()
    const browsing = bob.sync.browse(peer, { signal: AbortSignal.timeout(5_000) })[Symbol.asyncIterator]()
    await assert.rejects(browsing.next(), { name: 'NodeError', message: `${peer} cannot be reached` })
  })

  it('refuse what a hostile host announces, and still learn from others', async () => {
    await using bob = await startCatalogNode('bob')
    await using ana = await startCatalogNode('ana')
    const key = await generateKeyPair('Ed25519')
    const evil = await startBareHost(key)
    await evil.dial(bob.host.getMultiaddrs())
    evil.services.pubsub.subscribe(ANNOUNCE_TOPIC)
    await eventually(() => evil.services.pubsub.getSubscribers(ANNOUNCE_TOPIC).length === 1, {
      within: 5_000
    })

    const own: Head = {
      provider: evil.peerId.toString(),
      nickname: 'evil',
      seq: Date.now(),
      ttlS: 600,
      files: 0,
      bytes: 0,
      pledgeFree: 0,
      pageCount: 0,
      pagesRoot: pagesRoot([])
    }
    const announce = async (head: Head): Promise<void> => {
      const envelope = await new EnvelopeSeal(key).seal(encodeHead(head))
      await evil.services.pubsub.publish(
        ANNOUNCE_TOPIC,
        encodeAnnouncement({ head: envelope, baseSeq: 0, added: [], removed: [] })
      )
    }
    await evil.services.pubsub.publish(ANNOUNCE_TOPIC, new Uint8Array([1, 2, 3]))
    await evil.services.pubsub.publish(ANNOUNCE_TOPIC, new Uint8Array(64 * 1024 + 1))
    await announce({ ...own, provider: ana.id })
    await announce({ ...own, seq: Date.now() + 3_600_000 })
    await announce(own)
    await eventually(() => bob.sync.nickname(own.provider) === 'evil', { within: 2_000 })
    await announce({ ...own, seq: own.seq - 1 })
    await eventually(
      () => {
        const stats = bob.sync.stats()
        assert.equal(stats['announcement-malformed'], 1)
        assert.equal(stats['announcement-not-the-provider'], 1)
        assert.equal(stats['head-future-seq'], 1)
        assert.equal(stats['head-old-seq'], 1)
      },
      { within: 2_000 }
    )

    await connect(ana, bob)
    ana.sync.change([entry('apple')], [])
    await eventually(() => assert.equal(bob.find('apple').length, 1), { within: 2_000 })
    await evil.stop()
  })

  it('strike a host that sends garbage, and one whose frame is too long', async () => {
    await using bob = await startCatalogNode('bob')
    const evil = await startBareHost(await generateKeyPair('Ed25519'))
    const frames: Uint8Array[] = [new Uint8Array([9, 9, 9]), new Uint8Array(256 * 1024 + 1)]
    for (const [i, bytes] of frames.entries()) {
      const stream = await evil.dialProtocol(bob.host.getMultiaddrs(), CATALOG_PROTOCOL)
      const sending = new FrameStream(stream, { maxFrameBytes: 1_024 })
      await assert.rejects(async () => {
        await sending.write(bytes)
        await sending.read({ timeoutMs: 2_000 })
      })
      await eventually(() => assert.equal(bob.strikes.length, i + 1), { within: 2_000 })
    }
    await evil.stop()
  })
})
