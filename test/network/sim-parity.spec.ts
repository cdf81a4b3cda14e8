/**
 * Real nodes cost what the simulator says: equal links, files, latencies and queries, equal messages and bytes. More of them:
 * test/long/sim-parity.spec.ts.
 */
import assert from 'node:assert/strict'
import { AUTO, type Strategy } from '../../src/sim/strategies.ts'
import { compareCosts, startNetOf, worldOf } from './compare-costs.ts'
import type { TimedNet } from './timed-hosts.ts'

describe('a search among 60 real nodes on the memory transport', function () {
  this.timeout(120_000)
  const world = worldOf({ nodes: 60, seed: 21, filesPerNode: 4 })
  let net: TimedNet

  before(async () => {
    net = await startNetOf(world)
  })
  after(async () => await net[Symbol.asyncDispose]())

  const floods = [1, 2, 4].map(
    (ttl): Strategy => ({ name: `flood of ${ttl} hops`, session: { strategy: 'flood', ttl } })
  )
  for (const strategy of [...floods, AUTO]) {
    it(`costs what the simulator says (${strategy.name})`, async () => {
      const sent = await compareCosts(world, net, strategy, 1)
      assert.ok((sent.query ?? 0) > 0 && (sent.report ?? 0) > 0 && (sent.hits ?? 0) > 0, JSON.stringify(sent))
    })
  }
})
