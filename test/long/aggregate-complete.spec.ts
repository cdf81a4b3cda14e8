/**
 * A question to 60 nodes each of which knows all the others: the most messages that a network of that size can cause.
 */
import assert from 'node:assert/strict'
import { complete, Testnet } from '../../src/testnet/index.ts'

const NODES = 60

describe('a complete network of 60 nodes', () => {
  it('has the exact sum, with two messages on each of its 1,770 links', async () => {
    await using net = await Testnet.start({
      nodes: NODES,
      topology: complete,
      node: { maxNeighbours: NODES }
    })
    await Promise.all(net.nodes.map(node => node.addValues(undefined, [`${node.index}.5`])))
    const answer = await net.node(7).aggregate({ op: 'sum', timeoutMs: 120_000 })
    assert.deepEqual(
      [answer.value, answer.nodes, answer.complete],
      [`${(NODES * (NODES - 1)) / 2 + NODES / 2}`, NODES, true]
    )
    let messages = 0
    for (const node of net.nodes) {
      const counts = (await node.stats()).aggregate ?? {}
      for (const [what, count] of Object.entries(counts)) if (what.startsWith('sent-')) messages += count
    }
    assert.equal(net.edges.length, (NODES * (NODES - 1)) / 2)
    assert.equal(messages, 2 * net.edges.length)
    console.log(`      ${net.edges.length} links, ${messages} messages, ${answer.elapsedMs} ms`)
  })
})
