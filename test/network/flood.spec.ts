/**
 * The classic flood on networks of exact shape: how far it goes, and what it costs.
 */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { complete, eventually, line, ring, star, Testnet, type Topology } from '../../src/testnet/index.ts'

/** A network in which every node shares one file: `flooded N.txt`, N being its number. */
async function flooded(nodes: number, topology: Topology): Promise<Testnet> {
  return await Testnet.start({ nodes, topology }, async net => {
    for (const node of net.nodes) {
      const path = join(node.folder, `flooded ${node.index}.txt`)
      await writeFile(path, `file of node ${node.index}`)
      await node.share(path)
    }
    await net.caughtUp(nodes)
  })
}

async function flood(net: Testnet, from: number, ttl: number, trace = false) {
  const { hits, done } = await net.node(from).search({ text: 'flooded', strategy: 'flood', ttl, trace })
  const stage = done.stages.find(({ stage }) => stage === 'flood')
  return {
    found: hits.map(({ name }) => Number(/\d+/.exec(name)?.[0])).sort((a, b) => a - b),
    nodes: stage?.nodes,
    duplicates: stage?.duplicates,
    peersByHop: stage?.peersByHop,
    peersUntold: stage?.peersUntold,
    droppedHits: stage?.droppedHits,
    messages: stage?.messages,
    truncated: done.truncated
  }
}

describe('a classic flood', () => {
  it('goes as many hops along a line as its ttl says, and not one more', async () => {
    await using net = await flooded(5, line)
    assert.deepEqual((await flood(net, 0, 1)).found, [0, 1])
    const three = await flood(net, 0, 3)
    assert.deepEqual(three.found, [0, 1, 2, 3])
    const four = await flood(net, 0, 4)
    assert.deepEqual(four.found, [0, 1, 2, 3, 4])
    assert.deepEqual((await flood(net, 2, 2)).found, [0, 1, 2, 3, 4])
    // Queries out, one for each link. Back: a report on each link, and hits, which each node on the way may pass on together.
    assert.equal(three.nodes, 3)
    assert.equal(four.nodes, 4)
    assert.equal(four.duplicates, 0)
    assert.equal(four.truncated, false)
    assert.equal(four.messages, 4 + 4 + (4 + 3 + 2 + 1))
  })

  it('tells how many peers it came to at each hop when it is traced, and else only of the neighbours', async () => {
    await using net = await flooded(5, line)
    const plain = await flood(net, 1, 3)
    assert.deepEqual([plain.peersByHop, plain.peersUntold], [[2], 2])
    const traced = await flood(net, 1, 3, true)
    assert.deepEqual([traced.peersByHop, traced.peersUntold], [[2, 1, 1], undefined])
    assert.equal(traced.droppedHits, undefined)
    const [neighbours, wide] = (
      await net.node(0).search({ text: 'flooded', wide: true, ttl: 3, trace: true })
    ).done.stages.slice(-2)
    assert.deepEqual([neighbours?.stage, neighbours?.peersByHop], ['neighbours', [1]])
    assert.deepEqual([wide?.stage, wide?.peersByHop, wide?.peersUntold], ['flood', [1, 1, 1], undefined])
  })

  it('reaches every node of a ring once, and meets itself on the far side', async () => {
    for (const nodes of [5, 6]) {
      await using net = await flooded(nodes, ring)
      const all = Array.from({ length: nodes }, (_, i) => i)
      const { found, nodes: answered, duplicates, truncated } = await flood(net, 0, 7)
      assert.deepEqual(found, all)
      assert.equal(answered, nodes - 1)
      // Two arms meet. How many copies cross there depends on which arm was quicker: a late one with more hops left
      // is carried on.
      assert.ok(duplicates !== undefined && duplicates >= 1 && duplicates <= 3, `${duplicates} duplicates`)
      assert.equal(truncated, false)
    }
  })

  it('crosses every link of a complete network both ways, but those of the asker', async () => {
    await using net = await flooded(5, complete)
    const { found, nodes, duplicates = 0 } = await flood(net, 0, 7)
    assert.deepEqual(found, [0, 1, 2, 3, 4])
    assert.equal(nodes, 4)
    // More where a detour was quicker than the direct way: then the direct copy, with more hops left, is carried on.
    assert.ok(duplicates >= 4 * 3 && duplicates <= 2 * 4 * 3, `${duplicates} duplicates`)
  })

  it('names every node that it came to, when the asker wants to draw it', async () => {
    await using net = await flooded(5, complete)
    const request = { text: 'flooded', strategy: 'flood', ttl: 7, trace: true } as const
    const { done } = await net.node(0).search(request)
    const flood = done.stages.find(({ stage }) => stage === 'flood')
    const visits = flood?.visits ?? []
    const others = net.nodes.slice(1).map(({ peerId }) => peerId)
    const first = visits.filter(({ again }) => !again)
    assert.deepEqual(first.map(({ peer }) => peer).sort(), others.sort())
    assert.equal(visits.length - first.length, flood?.duplicates)
    for (const { peer, from, hits } of first) {
      assert.ok(peer !== from && net.nodes.some(({ peerId }) => peerId === from))
      assert.equal(hits, 1)
    }
    const untraced = await net.node(0).search({ text: 'flooded', strategy: 'flood' })
    assert.ok(untraced.done.stages.every(({ visits }) => visits === undefined))
  })

  it('asks the hub of a star for all the others', async () => {
    await using net = await flooded(6, star)
    assert.deepEqual((await flood(net, 3, 1)).found, [0, 3])
    const { found, nodes, duplicates } = await flood(net, 3, 2)
    assert.deepEqual(found, [0, 1, 2, 3, 4, 5])
    assert.equal(nodes, 5)
    assert.equal(duplicates, 0)
  })
})

describe('a search', () => {
  it('ends at its limit, and names what it cost', async () => {
    await using net = await flooded(4, complete)
    const { hits, done } = await net.node(0).search({ text: 'flooded', limit: 2 })
    assert.equal(hits.length, 2)
    assert.equal(done.hits, 2)
    assert.ok(done.stages.length > 0)
  })

  it('finds what is beyond the neighbours of those who were asked, when nobody near has it', async () => {
    await using net = await flooded(7, line)
    const { hits } = await net.node(0).search('"flooded 6"')
    assert.deepEqual(
      hits.map(({ name }) => name),
      ['flooded 6.txt']
    )
  })

  it('finds what one of 60 nodes has, six hops away, and not with one hop less', async function () {
    this.timeout(60_000)
    // Rings around the asker, each node linked with two of the ring before.
    const rings = [1, 3, 10, 12, 12, 12, 10]
    const starts = rings.map((_, ring) => rings.slice(0, ring).reduce((sum, size) => sum + size, 0))
    const sixHops: Topology = () =>
      rings.flatMap((size, ring) => {
        const before = rings[ring - 1]
        const [start = 0, startBefore = 0] = [starts[ring], starts[ring - 1]]
        if (before === undefined) return []
        return Array.from({ length: size }, (_, i) =>
          [...new Set([i % before, (i + 1) % before])].map(j => [startBefore + j, start + i] as const)
        ).flat()
      })
    await using net = await Testnet.start({ nodes: 60, topology: sixHops })
    const path = join(net.node(57).folder, 'narwhal.txt')
    await writeFile(path, 'far away')
    await net.node(57).share(path)
    const found = async (request: object, at = 0): Promise<string[]> =>
      (await net.node(at).search({ text: 'narwhal', ...request })).hits.map(({ name }) => name)
    await eventually(async () => assert.equal((await found({ strategy: 'flood', ttl: 1 }, 57)).length, 1), {
      within: 10_000
    })
    assert.deepEqual(await found({ strategy: 'flood', ttl: 5 }), [])
    assert.deepEqual(await found({ strategy: 'flood', ttl: 6 }), ['narwhal.txt'])
    assert.deepEqual(await found({}), ['narwhal.txt'])
  })

  it('ends empty when nobody has it', async () => {
    await using net = await flooded(3, line)
    const { hits, done } = await net.node(0).search('nowhere')
    assert.deepEqual(hits, [])
    assert.equal(done.hits, 0)
    assert.ok(done.stages.some(({ stage }) => stage === 'flood'))
  })
})
