import assert from 'node:assert/strict'
import { plot } from '../../../src/sim/plot.ts'
import { QueryRun } from '../../../src/sim/query-run.ts'
import { quantiles, type SimReport, wilson } from '../../../src/sim/report.ts'
import { type SimulationOptions, simulate } from '../../../src/sim/simulation.ts'
import { AUTO, floodStrategy, INDEX_ONLY, strategyOf } from '../../../src/sim/strategies.ts'
import { drawQueries, type SimQuery } from '../../../src/sim/workload.ts'
import { World } from '../../../src/sim/world.ts'

function reportOf(options: SimulationOptions): SimReport {
  const steps = simulate(options)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** Somebody asks for all words of a file that only `holder` has. */
function queryFor(world: World, asker: number, holder: number): SimQuery {
  const target = world.library.filesOf(holder).find(file => world.library.holdersOf(file).length === 1)
  if (target === undefined) throw new Error(`node ${holder} has nothing of its own`)
  return { class: 'singleton', asker, words: [...world.library.wordsOf(target)], target }
}

/** The first node from `from` on that has a file of its own. */
function sharerFrom(world: World, from: number): number {
  for (let node = from; ; node++) {
    if (world.library.filesOf(node).some(file => world.library.holdersOf(file).length === 1)) return node
  }
}

describe('a simulation', () => {
  const options = {
    nodes: 240,
    seed: 5,
    sessionMs: 3_600_000,
    strategies: [AUTO, floodStrategy(2)],
    queries: 3
  }

  it('gives equal reports for equal options, and another for another seed @slow', () => {
    const first = reportOf(options)
    assert.deepEqual(reportOf(options), first)
    assert.notDeepEqual(reportOf({ ...options, seed: 6 }), first)
  })

  it('reports every class of every strategy, and draws it', () => {
    const report = reportOf(options)
    assert.deepEqual(
      report.strategies.map(({ strategy, classes }) => [strategy, classes.map(each => each.class)]),
      [AUTO.name, 'flood-2'].map(name => [name, ['singleton', 'rare', 'popular', 'none']])
    )
    for (const { classes } of report.strategies) {
      for (const { queries, success, messages, bytes, firstHitMs } of classes) {
        assert.equal(queries, 3)
        assert.ok(success !== null && success >= 0 && success <= 1)
        assert.ok(messages > 0 && bytes > 0)
        assert.ok(firstHitMs.p50 === null || (firstHitMs.p99 ?? -1) >= firstHitMs.p50)
      }
    }
    const svg = plot(report)
    assert.match(svg, /^<svg [\s\S]*<\/svg>\n$/)
    assert.ok(svg.includes('240 nodes, sessions of 60 minutes, seed 5'))
  })

  it('finds singletons by the index alone', () => {
    const report = reportOf({ nodes: 500, seed: 1, strategies: [INDEX_ONLY], queries: 10 })
    const [singleton, , , none] = report.strategies[0]?.classes ?? []
    assert.equal(singleton?.success, 1)
    assert.equal(none?.success, 1)
    assert.equal(singleton?.messagesByKind.query, 0)
    assert.equal(singleton?.messagesByKind.find, singleton?.messagesByKind.found)
  })
})

describe('a virtual flood', () => {
  const world = new World({ nodes: 40, seed: 3, topology: 'line' })

  it('goes as many hops along a line as its ttl says, one query and one report on each link', () => {
    const holder = sharerFrom(world, 10)
    const near = new QueryRun(world, queryFor(world, holder - 3, holder), floodStrategy(3)).run()
    // Both ways: three links on each side of the asker. The one file comes back over three of them.
    assert.deepEqual(near.costs.messages, {
      query: 6,
      hits: 3,
      report: 6,
      cancel: 0,
      find: 0,
      found: 0,
      have: 0,
      has: 0
    })
    assert.equal(near.nodesReached, 7)
    const wayMs = [3, 2, 1].reduce((sum, i) => sum + 2 * world.latencyMs(holder - i, holder - i + 1), 0)
    assert.ok(Math.abs((near.targetMs ?? 0) - wayMs) < 1e-6)
    const far = new QueryRun(world, queryFor(world, holder - 4, holder), floodStrategy(3)).run()
    assert.equal(far.targetMs, null)
  })

  it('is held back by its ttl alone, where a real one has a budget', () => {
    const wide = new World({ nodes: 700, seed: 1, filesPerNode: 3 })
    const [query] = drawQueries(wide, 'none', 1) as [SimQuery]
    const free = new QueryRun(wide, query, floodStrategy(7)).run()
    assert.equal(free.nodesReached, 700)
    const { session } = floodStrategy(7)
    const real = new QueryRun(wide, query, { name: 'real', session }).run()
    assert.ok(real.costs.messages.query <= 4_096 && real.truncated)
    assert.ok(free.costs.messages.query > 4_096)
  })

  it('ends at a dropper, who answers nothing', () => {
    const dropping = new World({ nodes: 40, seed: 3, topology: 'line', droppers: 0.3 })
    const dropper = Array.from({ length: 30 }, (_, i) => i + 5).find(
      node => !dropping.isHonest(node) && dropping.isHonest(node - 1)
    ) as number
    const run = new QueryRun(
      dropping,
      queryFor(dropping, dropper - 1, sharerFrom(dropping, dropper + 1)),
      floodStrategy(7)
    )
    const { targetMs, truncated } = run.run()
    assert.equal(targetMs, null)
    assert.equal(truncated, true)
  })
})

describe('virtual liars', () => {
  for (const gang of [false, true]) {
    it(`are found out${gang ? ' although they are a gang' : ''}: hardly an invention is shown, and what exists is found @slow`, () => {
      const report = reportOf({ nodes: 400, seed: 2, spammers: 0.3, gang, strategies: [AUTO], queries: 20 })
      const [singleton, rare, , none] = report.strategies[0]?.classes ?? []
      // What only liars announced, and signed, is shown: it counts as a fake here.
      for (const each of [singleton, rare]) assert.ok((each?.fakesShown ?? 1) < 0.15, `${each?.fakesShown}`)
      assert.deepEqual([singleton?.success, none?.success], [1, 1])
    })
  }

  it('fill the page of a flood with inventions, which nobody can be held to account for @slow', () => {
    const options = { nodes: 400, seed: 2, spammers: 0.3, queries: 5 }
    const report = reportOf({ ...options, strategies: [floodStrategy(3)] })
    assert.ok((report.strategies[0]?.classes[0]?.fakesShown ?? 0) > 0.5)
  })

  it('cost nothing where there are none, but for whoever alone tells something @slow', () => {
    const report = reportOf({ nodes: 400, seed: 2, strategies: [AUTO], queries: 20 })
    assert.deepEqual(
      report.strategies[0]?.classes.map(({ fakesShown, success }) => [fakesShown, success]),
      Array(4).fill([0, 1])
    )
  })

  it('never ask, nor are they the only ones who have what is asked for', () => {
    const world = new World({ nodes: 400, seed: 2, spammers: 0.3, droppers: 0.3 })
    for (const { asker } of drawQueries(world, 'rare', 30)) assert.ok(world.isHonest(asker))
  })
})

describe('figures of a report', () => {
  it('are the middle and the hundredth of what was measured', () => {
    assert.deepEqual(quantiles([]), { p50: null, p99: null })
    assert.deepEqual(quantiles([null, 7]), { p50: 7, p99: 7 })
    assert.deepEqual(quantiles(Array.from({ length: 200 }, (_, i) => 200 - i)), { p50: 100, p99: 198 })
  })

  it('come with the interval in which the truth lies', () => {
    // E. B. Wilson's interval for 10 of 10 begins at 0.7225.
    assert.deepEqual(wilson(10, 10), [0.7225, 1])
    assert.deepEqual(wilson(0, 10), [0, 0.2775])
  })

  it('are of strategies that have a name', () => {
    assert.equal(strategyOf('flood-4')?.session.ttl, 4)
    for (const name of ['flood-0', 'flood-8', 'flood', 'best', '']) assert.equal(strategyOf(name), undefined)
  })
})
