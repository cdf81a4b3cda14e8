/**
 * Questions to whole networks of real nodes: exact, each node once, two messages a link.
 */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AGGREGATE_PROTOCOL } from '../../src/adapters/libp2p/aggregate-links.ts'
import { SEARCH_PROTOCOL } from '../../src/adapters/libp2p/search-links.ts'
import { addDecimals, formatDecimal, parseDecimal, ZERO } from '../../src/base/decimal.ts'
import {
  complete,
  eventually,
  line,
  random,
  ring,
  type TestNode,
  Testnet,
  type Topology
} from '../../src/testnet/index.ts'
import { encodeSearchMessage } from '../../src/wire/search-message.ts'
import { HostileHost } from '../support/hostile-host.ts'

/** For questions whose links were measured while the whole network started on one busy machine, ms. */
const AMPLE_MS = 120_000

/** What node `i` holds. */
const heldBy = (i: number): string[] => [`${i}.${i}5`, `-1${'0'.repeat(i % 25)}`, `0.${'0'.repeat(i)}1`]

/** A network in which every node holds numbers, and their sum. */
async function withValues(
  nodes: number,
  topology: Topology,
  seed = 1
): Promise<{ net: Testnet; sum: string }> {
  const net = await Testnet.start({ nodes, topology, seed }, async ({ nodes }) => {
    await Promise.all(nodes.map(node => node.addValues(undefined, heldBy(node.index))))
  })
  const all = net.nodes.flatMap(({ index }) => heldBy(index))
  return { net, sum: formatDecimal(all.map(text => parseDecimal(text)).reduce(addDecimals, ZERO)) }
}

/** Messages about questions that all nodes have sent. */
async function sent(net: Testnet): Promise<number> {
  let messages = 0
  for (const node of net.nodes) {
    const counts = (await node.stats()).aggregate ?? {}
    for (const [what, count] of Object.entries(counts)) if (what.startsWith('sent-')) messages += count
  }
  return messages
}

describe('a question to the whole network', () => {
  const topologies: [name: string, topology: Topology][] = [
    ['a line', line],
    ['a ring', ring],
    ['a random network', random(2)],
    ['a complete network', complete]
  ]
  for (const [name, topology] of topologies) {
    it(`has the exact sum of 2, 3 and 10 nodes of ${name}, from whichever it is asked`, async () => {
      for (const nodes of [2, 3, 10]) {
        const { net, sum } = await withValues(nodes, topology)
        await using _ = net
        const askers = [...new Set([0, 1, nodes - 1])]
        for (const [i, asker] of askers.entries()) {
          const answer = await net.node(asker).aggregate({ op: 'sum', timeoutMs: AMPLE_MS })
          assert.deepEqual(
            [answer.value, answer.nodes, answer.trusted, answer.complete, answer.missing],
            [sum, nodes, 0, true, []]
          )
          assert.equal(await sent(net), 2 * net.edges.length * (i + 1))
        }
      }
    })
  }

  it('has the exact sum of 60 nodes: of a line, of a ring, and of a random network', async () => {
    const { net, sum } = await withValues(60, line)
    await using _ = net
    let links = net.edges.length
    let before = 0
    const asks = async (asker: number, shape: string): Promise<void> => {
      const start = performance.now()
      const answer = await net.node(asker).aggregate({ op: 'sum', timeoutMs: AMPLE_MS })
      const took = Math.round(performance.now() - start)
      assert.deepEqual([answer.value, answer.nodes, answer.trusted, answer.complete], [sum, 60, 0, true])
      const messages = (await sent(net)) - before
      before += messages
      assert.equal(messages, 2 * links)
      console.log(`      ${shape} of 60 nodes: ${links} links, ${messages} messages, ${took} ms`)
    }
    await asks(17, 'a line')
    await joined(net, [[0, 59]])
    links++
    await asks(42, 'a ring')
    const chords = Array.from({ length: 20 }, (_, i) => [i, i + 30] as const)
    await joined(net, chords)
    links += chords.length
    await asks(59, 'a random network')
  }).timeout(120_000)
})

describe('a question to a ring of three', () => {
  let net: Testnet

  before(async () => {
    net = await Testnet.start({ nodes: 3, topology: ring })
    const held = [[], ['0.25'], ['12', '-3.5']] as const
    for (const [i, values] of held.entries()) {
      if (values.length > 0) await net.node(i).addValues('kept', values)
    }
  })
  after(() => net[Symbol.asyncDispose]())

  it('tells sum, count, mean, minimum and maximum, and every node counts', async () => {
    const expected = { sum: '8.75', count: '3', min: '-3.5', max: '12', mean: '2.9166666666666666666667' }
    for (const [op, value] of Object.entries(expected)) {
      const answer = await net.node(0).aggregate({ op: op as 'sum', name: 'kept' })
      assert.deepEqual([answer.op, answer.name, answer.nodes, answer.complete], [op, 'kept', 3, true])
      assert.deepEqual([answer.value, answer.exact], [value, op !== 'mean'])
    }
  })

  it('says who holds what, in the words of the operation', async () => {
    const { contributions } = await net.node(1).aggregate({ op: 'max', name: 'kept', audit: true })
    const byNode = contributions?.map(({ peerId, ...rest }) => ({
      node: net.nodes.find(node => node.peerId === peerId)?.index,
      ...rest
    }))
    assert.deepEqual(
      byNode?.sort((a, b) => (a.node ?? 0) - (b.node ?? 0)),
      [
        { node: 0, values: 0, value: null },
        { node: 1, values: 1, value: '0.25' },
        { node: 2, values: 2, value: '12' }
      ]
    )
  })

  it('has nothing to say about values that nobody holds', async () => {
    const ask = async (op: 'sum' | 'count' | 'mean' | 'min') =>
      (await net.node(0).aggregate({ op, name: 'nothing' })).value
    assert.deepEqual(
      [await ask('sum'), await ask('count'), await ask('mean'), await ask('min')],
      ['0', '0', null, null]
    )
  })

  it('adds up the files that are offered to all, and counts nodes', async () => {
    const [open, closed] = [join(net.node(0).folder, 'open.txt'), join(net.node(1).folder, 'closed.txt')]
    await writeFile(open, 'twelve bytes')
    await writeFile(closed, 'for one only')
    await net.node(0).share(open)
    await net.node(1).share(closed, { to: [net.node(0).peerId] })
    for (const node of [net.node(0), net.node(1)]) {
      const isReady = async (): Promise<boolean> => (await node.shares()).every(share => share.files === 1)
      await eventually(isReady, { within: 10_000, what: `the file of node ${node.index}` })
    }
    const ask = async (op: 'sum' | 'count', name: string) => (await net.node(2).aggregate({ op, name })).value
    assert.deepEqual(
      [await ask('sum', 'files'), await ask('sum', 'bytes'), await ask('count', 'nodes')],
      ['1', '12', '3']
    )
    await assert.rejects(ask('count', 'files'), /"sum files" adds them up/)
  })

  it('is answered from memory when it was asked a moment ago, unless own values have changed', async () => {
    const node = net.node(0)
    const first = await node.aggregate({ op: 'sum', name: 'fresh' })
    const before = await sent(net)
    await net.node(1).addValues('fresh', ['5'])
    const again = await node.aggregate({ op: 'count', name: 'fresh' })
    assert.deepEqual([first.value, again.value, await sent(net)], ['0', '0', before])
    await node.addValues('fresh', ['7'])
    assert.equal((await node.aggregate({ op: 'sum', name: 'fresh' })).value, '12')
  })

  it('may be put 50 times at once: names that are asked for together share messages', async () => {
    await Promise.all(net.nodes.map(node => node.addValues('many 7', [`${node.index}`])))
    const before = await sent(net)
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => net.node(0).aggregate({ op: 'sum', name: `many ${i}` }))
    )
    assert.deepEqual(
      answers.map(({ value, complete }) => [value, complete]),
      Array.from({ length: 50 }, (_, i) => [i === 7 ? '3' : '0', true])
    )
    assert.equal((await sent(net)) - before, 2 * 3 * Math.ceil(50 / 8))
  })

  it('survives a restart of those who hold the values', async () => {
    await net.node(2).stop()
    await net.restart(2)
    await net.linked()
    assert.deepEqual(await net.node(2).values('kept'), [
      { name: 'kept', value: '12' },
      { name: 'kept', value: '-3.5' }
    ])
    await net.node(1).removeValues('kept', ['0.250'])
    const { value, nodes } = await net.node(1).aggregate({ op: 'sum', name: 'kept' })
    assert.deepEqual([value, nodes], ['8.5', 3])
  })
})

describe('a question to a network in trouble', () => {
  it('names the link to a node that is killed while it is at work', async () => {
    await using net = await Testnet.start({ nodes: 4, topology: line })
    await Promise.all(net.nodes.map(node => node.addValues(undefined, ['1'])))
    await using silent = await HostileHost.start()
    const { asked } = await silentNeighbour(silent, net.node(3))
    const question = net.node(0).aggregate({ op: 'sum', timeoutMs: AMPLE_MS })
    await asked
    await net.node(3).kill()
    const { value, nodes, complete, missing, failedLinks, elapsedMs } = await question
    assert.deepEqual([value, nodes, complete, missing], ['3', 3, false, [net.node(3).peerId]])
    assert.deepEqual(failedLinks, [{ from: net.node(2).peerId, to: net.node(3).peerId, reason: 'gone' }])
    assert.ok(elapsedMs < AMPLE_MS / 4, `${elapsedMs}`)
    // An answer that lacks something is not remembered.
    await net.node(2).addValues(undefined, ['10'])
    assert.equal((await net.node(0).aggregate({ op: 'sum', timeoutMs: AMPLE_MS })).value, '13')
  })

  it('names a neighbour that is silent, when the time is over', async () => {
    await using net = await Testnet.start({ nodes: 2 })
    await using silent = await HostileHost.start()
    await silentNeighbour(silent, net.node(1))
    await eventually(async () => (await net.node(1).status()).neighbours === 2, { within: 10_000 })
    const { nodes, missing, failedLinks, elapsedMs } = await net.node(0).aggregate({
      op: 'count',
      name: 'nodes',
      timeoutMs: 3_000
    })
    assert.deepEqual([nodes, missing], [2, [silent.peerId]])
    assert.equal(failedLinks[0]?.reason, 'silent')
    assert.ok(elapsedMs >= 2_000 && elapsedMs <= 6_000, `${elapsedMs}`)
  })

  it('names at once a node that takes no part, and cannot be asked there', async () => {
    await using net = await Testnet.start({ nodes: 2 })
    const off = await net.add([0, 1], { aggregate: false })
    await eventually(async () => (await off.status()).neighbours === 2, { within: 10_000 })
    await off.addValues(undefined, ['1'])
    const { nodes, complete, missing, elapsedMs } = await net
      .node(0)
      .aggregate({ op: 'sum', timeoutMs: AMPLE_MS })
    assert.deepEqual([nodes, complete, missing], [2, false, [off.peerId]])
    assert.ok(elapsedMs < AMPLE_MS / 4)
    await assert.rejects(off.aggregate({ op: 'sum' }), /takes no part/)
  })
})

/** Makes `host` a neighbour of `node` that hears questions and says nothing. `asked`: it has heard one. */
async function silentNeighbour(host: HostileHost, node: TestNode): Promise<{ asked: Promise<void> }> {
  const { promise: asked, resolve } = Promise.withResolvers<void>()
  await host.serve(SEARCH_PROTOCOL, async link => {
    await link.frame()
    link.sendFrame(encodeSearchMessage({ type: 'welcome', nickname: 'silent' }))
  })
  await host.serve(AGGREGATE_PROTOCOL, async stream => {
    await stream.frame()
    resolve()
  })
  await node.connect(host.address)
  return { asked }
}

/** Adds links to a network. */
async function joined(net: Testnet, edges: readonly (readonly [number, number])[]): Promise<void> {
  for (const [a, b] of edges) {
    await net.node(a).connect(net.node(b).address)
    const isLinked = async (): Promise<boolean> =>
      (await net.node(b).peers()).some(({ peerId, neighbour }) => peerId === net.node(a).peerId && neighbour)
    await eventually(isLinked, { within: 30_000, what: `link between ${a} and ${b}` })
  }
}
