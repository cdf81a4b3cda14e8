import assert from 'node:assert/strict'
import { addDecimals, formatDecimal, parseDecimal, ZERO } from '../../../src/base/decimal.ts'
import { sample, seededRandom } from '../../../src/base/random.ts'
import type { Edge } from '../search/virtual-network.ts'
import { EchoNetwork } from './echo-network.ts'

const NODES = 10_000
const LINKS_EACH = 4

/** Each node has links to some of those before it, as nodes that join one after the other have. */
function grown(nodes: number, linksEach: number, seed: number): Edge[] {
  const random = seededRandom(seed)
  const edges: Edge[] = []
  for (let node = 1; node < nodes; node++) {
    const earlier = Array.from({ length: Math.min(node, 64) }, () => Math.floor(random.next() * node))
    for (const other of sample([...new Set(earlier)], linksEach, random)) edges.push([other, node])
  }
  return edges
}

describe('an echo through 10,000 nodes', () => {
  it('is exact, with two messages a link @slow', () => {
    const start = performance.now()
    const edges = grown(NODES, LINKS_EACH, 7)
    const random = seededRandom(8)
    const held = Array.from({ length: NODES }, (_, node) => [
      `${node % 7 === 0 ? '-' : ''}${node}.${node % 100}1`,
      '0.001'
    ])
    const latency = (): number => 5 + random.next() * 95
    const net = new EchoNetwork({
      nodes: NODES,
      edges,
      latency,
      rttMs: () => 200,
      withoutCodec: true,
      values: node => held[node] as string[]
    })
    const outcome = net.asked(4_321)
    const [figure] = outcome.figures
    const all = held.flat().map(text => parseDecimal(text))
    assert.deepEqual([outcome.nodes, figure?.values], [NODES, 2 * NODES])
    assert.deepEqual(figure?.sum, all.reduce(addDecimals, ZERO))
    assert.deepEqual([outcome.failed, outcome.moreFailed], [[], 0])
    assert.equal(net.sent.length, 2 * edges.length)
    assert.equal(net.mostPerLink, 2)
    const sum = formatDecimal(figure?.sum ?? ZERO)
    const took = ((performance.now() - start) / 1_000).toFixed(1)
    const counts = `${edges.length} links, ${net.sent.length} messages`
    console.log(
      `      sum ${sum} of ${outcome.nodes} nodes (${outcome.trusted} trusted): ${counts}, ` +
        `${(outcome.at / 1_000).toFixed(1)} s of virtual time, ${took} s of ours`
    )
  }).timeout(60_000)
})
