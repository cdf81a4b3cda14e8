import assert from 'node:assert/strict'
import type { Libp2p } from '@libp2p/interface'
import { SEARCH_PROTOCOL } from '../../src/adapters/libp2p/search-links.ts'
import { FrameStream } from '../../src/adapters/libp2p/streams.ts'
import type { SearchEvent } from '../../src/node/api.ts'
import { eventually } from '../../src/testnet/eventually.ts'
import {
  decodeSearchMessage,
  encodeSearchMessage,
  type SearchMessage
} from '../../src/wire/search-message.ts'
import { type Edge, line, ring } from '../unit/search/virtual-network.ts'
import { connect, link, SearchNet, startBareHost, startSearchNode } from './search-hosts.ts'

const soon = () => AbortSignal.timeout(5_000)
const hits = (events: SearchEvent[]) => events.flatMap(event => (event.type === 'hit' ? [event] : []))
const done = (events: SearchEvent[]) => events.flatMap(event => (event.type === 'done' ? [event] : []))[0]

describe('searching over real links', () => {
  const floods: Array<{
    name: string
    nodes: number
    edges: Edge[]
    ttl: number
    copies: number
    reached: number
  }> = [
    { name: 'a line of 5', nodes: 5, edges: line(5), ttl: 7, copies: 4, reached: 4 },
    { name: 'a line of 5 with ttl 2', nodes: 5, edges: line(5), ttl: 2, copies: 2, reached: 2 },
    { name: 'a ring of 6', nodes: 6, edges: ring(6), ttl: 7, copies: 7, reached: 5 }
  ]
  for (const { name, nodes, edges, ttl, copies, reached } of floods) {
    it(`counts a classic flood exactly on ${name}, time after time`, async () => {
      await using net = await SearchNet.start(nodes, edges)
      net.nodes.forEach((node, i) => {
        if (i > 0) node.share(i)
      })
      for (let turn = 0; turn < 10; turn++) {
        const events = await net.node(0).search({ text: 'file', strategy: 'flood', ttl })
        assert.equal(hits(events).length, reached)
        const flood = done(events)?.stages.at(-1)
        const sent = net.takeSent()
        const queries = sent.filter(({ type }) => type === 'query').length
        assert.equal(queries, copies)
        assert.equal(flood?.messages, sent.length)
        assert.deepEqual([flood?.nodes, flood?.duplicates], [reached, copies - reached])
        assert.equal(done(events)?.truncated, false)
      }
    })
  }

  it('finds a file of a neighbour by a probe, confirmed and with its nickname', async () => {
    await using net = await SearchNet.start(2, line(2))
    net.node(1).share(3)
    const events = await net.node(0).search({ text: 'file 3' })
    const [hit] = hits(events)
    assert.deepEqual(hit?.providers, [
      { peerId: net.node(1).id, nickname: 'n1', how: 'known', confirmed: true }
    ])
    assert.equal(hit?.stage, 'neighbours')
  })

  it('goes round a node that is gone', async () => {
    await using net = await SearchNet.start(6, ring(6))
    net.node(3).share(3)
    await net.node(2).host.stop()
    await eventually(() => net.node(1).links.neighbours().length === 1, { within: 5_000 })
    const events = await net.node(0).search({ text: 'file 3', strategy: 'flood' })
    assert.equal(hits(events).length, 1)
  })
})

describe('links to neighbours', () => {
  it('measure their round trip at once and know the nickname of the other side', async () => {
    await using net = await SearchNet.start(2, line(2))
    const [ana, bob] = [net.node(0), net.node(1)]
    await eventually(() => ana.links.neighbours()[0]?.rttMs !== null, { within: 2_000 })
    await eventually(() => bob.links.neighbours()[0]?.rttMs !== null, { within: 2_000 })
    assert.equal(ana.links.nickname(bob.id), 'n1')
    assert.equal(bob.links.nickname(ana.id), 'n0')
  })

  it('become one when both sides open at once', async () => {
    for (let turn = 0; turn < 10; turn++) {
      await using ana = await startSearchNode('ana')
      await using bob = await startSearchNode('bob')
      const joins = { ana: 0, bob: 0 }
      ana.links.onJoin(() => joins.ana++)
      bob.links.onJoin(() => joins.bob++)
      await connect(ana, bob)
      await eventually(() => bob.host.getPeers().length === 1, { within: 2_000 })
      const answers = await Promise.all([ana.links.open(bob.id, soon()), bob.links.open(ana.id, soon())])
      assert.deepEqual(answers, ['neighbour', 'neighbour'])
      assert.deepEqual(joins, { ana: 1, bob: 1 })
      ana.share(1)
      assert.equal(hits(await bob.search({ text: 'file', strategy: 'flood' })).length, 1)
    }
  })

  it('are refused when there is no room, with others to try', async () => {
    const other = '/ip4/192.0.2.1/tcp/4801/p2p/12D3KooWGC6TvWhfapngX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5'
    await using full = await startSearchNode('full', {
      maxNeighbours: 1,
      referrals: () => [other, other, other, other]
    })
    await using ana = await startSearchNode('ana')
    await using bob = await startSearchNode('bob')
    await link(ana, full)
    await connect(bob, full)
    const answer = await bob.links.open(full.id, soon())
    assert.deepEqual(answer, { refused: 'full', addresses: [other, other, other] })
    assert.deepEqual(
      full.links.neighbours().map(({ peer }) => peer),
      [ana.id]
    )
  })

  it('are refused to the unwanted', async () => {
    await using shy = await startSearchNode('shy', { accepts: () => 'unwilling' })
    await using ana = await startSearchNode('ana')
    await connect(ana, shy)
    assert.deepEqual(await ana.links.open(shy.id, soon()), { refused: 'unwilling', addresses: [] })
  })

  it('end on both sides when one closes, and can be opened again', async () => {
    await using net = await SearchNet.start(2, line(2))
    const [ana, bob] = [net.node(0), net.node(1)]
    ana.links.close(bob.id)
    await eventually(() => bob.links.neighbours().length === 0, { within: 2_000 })
    await link(bob, ana)
    assert.equal(ana.links.neighbours().length, 1)
  })

  it('end when the other side is silent', async () => {
    await using ana = await startSearchNode('ana', { pingMs: 50, silenceMs: 200, tickMs: 20 })
    await using mute = await hostile()
    const frames = await mute.greet(ana.host)
    await eventually(() => ana.links.neighbours().length === 1, { within: 2_000 })
    await eventually(() => ana.links.neighbours().length === 0, { within: 2_000 })
    assert.equal(ana.links.drops.get('link-silent'), 1)
    frames.abort('done')
  })

  it('end with a strike for what is malformed, and after three the peer stays out', async () => {
    let now = 0
    await using ana = await startSearchNode('ana', { now: () => now })
    await using liar = await hostile()
    for (let strike = 0; strike < 3; strike++) {
      const frames = await liar.greet(ana.host)
      assert.equal((await liar.next(frames)).type, 'welcome')
      await frames.write(Uint8Array.of(0xff, 0xff, 0xff))
      await eventually(() => ana.links.neighbours().length === 0, { within: 2_000 })
    }
    assert.deepEqual(await liar.next(await liar.greet(ana.host)), {
      type: 'refused',
      reason: 'blocked',
      addresses: []
    })
    now = 10 * 60_000
    assert.equal((await liar.next(await liar.greet(ana.host))).type, 'welcome')
  })

  it('end when a frame is over the limit', async () => {
    await using ana = await startSearchNode('ana')
    await using liar = await hostile()
    const frames = await liar.greet(ana.host)
    await liar.next(frames)
    // The length alone, 1 MiB: nothing is read for it.
    await frames.writeRaw([Uint8Array.of(0x80, 0x80, 0x40)])
    await eventually(() => ana.links.drops.get('strike-malformed') === 1, { within: 2_000 })
  })

  it('do not queue without end for a neighbour that does not read', async () => {
    await using ana = await startSearchNode('ana')
    await using stuck = await hostile()
    const frames = await stuck.greet(ana.host)
    await stuck.next(frames)
    frames.stream.pause()
    const copy: SearchMessage = {
      type: 'query',
      id: '',
      nonce: new Uint8Array(16),
      text: 'file',
      ttl: 1,
      hops: 1,
      budget: 0,
      ownOnly: false,
      report: false
    }
    const [{ peer } = { peer: '' }] = ana.links.neighbours()
    let sent = 0
    while (ana.links.send(peer, copy)) sent++
    assert.ok(sent >= 256 && sent < 300, `${sent} queued at once`)
    assert.equal(ana.links.drops.get('queue-full'), 1)
    assert.equal(ana.links.send(peer, { ...copy, hops: 0 }), true, 'own queries still have room')
  })
})

/** A host of its own, which speaks as it likes. */
async function hostile() {
  const host = await startBareHost()
  return {
    async greet(victim: Libp2p): Promise<FrameStream> {
      const stream = await host.dialProtocol(victim.getMultiaddrs(), SEARCH_PROTOCOL, { signal: soon() })
      const frames = new FrameStream(stream, { maxFrameBytes: 65_536 })
      await frames.write(encodeSearchMessage({ type: 'hello', nickname: 'eve' }))
      return frames
    },
    async next(frames: FrameStream): Promise<SearchMessage> {
      return decodeSearchMessage((await frames.read({ timeoutMs: 5_000 })) as Uint8Array)
    },
    async [Symbol.asyncDispose]() {
      await host.stop()
    }
  }
}
