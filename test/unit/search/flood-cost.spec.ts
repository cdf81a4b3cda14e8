import assert from 'node:assert/strict'
import { chargeFlood, peersByHop } from '../../../src/search/flood-cost.ts'
import type { StageReport } from '../../../src/search/stages.ts'
import type { FloodReport, Visit } from '../../../src/wire/search-message.ts'

const visit = (peer: string, hops: number, again = false): Visit => ({
  peer,
  from: 'x',
  hops,
  hits: 0,
  again
})

/** What a flood to `asked` neighbours cost. */
function charged(given: Partial<FloodReport>, asked: number, wasProbed = false): StageReport {
  const flood: StageReport = {
    stage: 'flood',
    messages: 0,
    bytes: 0,
    hits: 0,
    elapsedMs: 0,
    peersByHop: [asked]
  }
  const report = { nodes: 0, queries: 0, answers: 0, bytes: 0, duplicates: 0, truncated: false, ...given }
  chargeFlood(flood, report, wasProbed)
  return flood
}

describe('peersByHop', () => {
  const cases: Array<{ name: string; visits: Visit[]; expect: number[] }> = [
    { name: 'nobody', visits: [], expect: [] },
    { name: 'each peer once', visits: [visit('a', 1), visit('b', 2), visit('c', 2)], expect: [1, 2] },
    {
      name: 'the shortest way, if its copy was late',
      visits: [visit('a', 3), visit('a', 1, true)],
      expect: [1]
    },
    { name: 'a hop of which nothing is told', visits: [visit('a', 1), visit('b', 3)], expect: [1, 0, 1] }
  ]
  for (const { name, visits, expect } of cases) {
    it(`counts ${name}`, () => assert.deepEqual(peersByHop(visits), expect))
  }
})

describe('the cost of a flood', () => {
  it('knows the neighbours without a trace, and only how many others answered', () => {
    const { peersByHop, peersUntold } = charged({ nodes: 61 }, 8)
    assert.deepEqual([peersByHop, peersUntold], [[8], 53])
  })

  it('does not take the answers of others for those of neighbours that had answered a probe', () => {
    assert.equal(charged({ nodes: 61 }, 8, true).peersUntold, 61)
    assert.equal(charged({ nodes: 0 }, 8, true).peersUntold, undefined)
  })

  it('places with a trace whoever reported, and says how many did not', () => {
    const visits = [visit('a', 1, true), visit('b', 2), visit('c', 2), visit('c', 3, true)]
    const { peersByHop, peersUntold } = charged({ nodes: 5, visits }, 1, true)
    assert.deepEqual([peersByHop, peersUntold], [[1, 2], 3])
  })

  const copies = [
    { name: 'all are accounted for', report: { queries: 7, nodes: 5, duplicates: 2 }, expect: undefined },
    { name: 'two got lost', report: { queries: 9, nodes: 5, duplicates: 2 }, expect: { 'no-report': 2 } },
    { name: 'somebody claims more', report: { queries: 3, nodes: 5, duplicates: 2 }, expect: undefined }
  ]
  for (const { name, report, expect } of copies) {
    it(`counts copies of which nothing was heard when ${name}`, () => {
      assert.deepEqual(charged(report, 1).droppedCopies, expect)
    })
  }
})
