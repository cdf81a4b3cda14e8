/**
 * What a search costs and finds among 100,000 virtual nodes that come and go: the targets of the project, as far as they are met.
 */
import assert from 'node:assert/strict'
import type { ClassReport, SimReport } from '../../src/sim/report.ts'
import { type SimulationOptions, simulate } from '../../src/sim/simulation.ts'
import { AUTO, floodStrategy } from '../../src/sim/strategies.ts'
import type { QueryClass } from '../../src/sim/workload.ts'

const WORLD = { nodes: 100_000, seed: 1, sessionMs: 3_600_000 }

function run(
  options: Partial<SimulationOptions> & Pick<SimulationOptions, 'strategies' | 'queries'>
): SimReport {
  const steps = simulate({ ...WORLD, ...options })
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

function find(report: SimReport, strategy: string, name: QueryClass): ClassReport {
  const found = report.strategies
    .find(each => each.strategy === strategy)
    ?.classes.find(each => each.class === name)
  if (found === undefined) throw new Error(`nothing was simulated of ${strategy}, ${name}`)
  return found
}

function print(report: SimReport): void {
  for (const { strategy, classes } of report.strategies) {
    for (const { class: name, queries, success, successInterval, ...rest } of classes) {
      const { messages, messageBytes, bytes, firstHitMs, fakesShown } = rest
      const found = `${(100 * (success ?? 0)).toFixed(2)} % of ${queries} (${successInterval})`
      const cost = `${messages} messages, ${messageBytes} bytes, ${bytes} with new links`
      const first = `first hit ${firstHitMs.p50} ms, of 99 in 100 ${firstHitMs.p99} ms`
      console.log(`      ${strategy}, ${name}: ${found}, ${cost}, ${first}, fakes ${fakesShown}`)
    }
  }
}

describe('100,000 virtual nodes with sessions of an hour', () => {
  it('find singletons for 30 messages, and popular files at once', function () {
    this.timeout(0)
    const report = run({ strategies: [AUTO], queries: 5_000 })
    print(report)
    const singleton = find(report, 'auto', 'singleton')
    assert.ok((singleton.success ?? 0) >= 0.995)
    assert.ok(singleton.messages <= 30)
    assert.ok((singleton.firstHitMs.p50 ?? Infinity) <= 1_500)
    // Asking a provider of the catalogue, answers that name many providers, and dialling, cost more: docs/search.md.
    assert.ok(singleton.messageBytes <= 15_000)
    const popular = find(report, 'auto', 'popular')
    // Two of them are the question to a provider of the catalogue.
    assert.ok(popular.messages <= 38)
    assert.ok((popular.firstHitMs.p50 ?? Infinity) <= 100)
  })

  it('find singletons in spite of 10 % droppers', function () {
    this.timeout(0)
    const report = run({ strategies: [AUTO], queries: 1_000, droppers: 0.1 })
    print(report)
    assert.ok((find(report, 'auto', 'singleton').success ?? 0) >= 0.985)
  })

  for (const gang of [false, true]) {
    it(`find singletons in spite of 10 % spammers${gang ? ' who are one gang' : ''}, and hardly show an invention`, function () {
      this.timeout(0)
      const report = run({ strategies: [AUTO], queries: 1_000, spammers: 0.1, gang })
      print(report)
      assert.ok((find(report, 'auto', 'singleton').success ?? 0) >= 0.985)
      for (const { class: name } of report.strategies[0]?.classes ?? []) {
        assert.ok(find(report, 'auto', name).fakesShown <= 0.05, name)
      }
    })
  }

  it('find everything by a flood of 7 hops and next to nothing by one of 4, for thousands of times the messages', function () {
    this.timeout(0)
    const report = run({ strategies: [floodStrategy(4), floodStrategy(7)], queries: 20, floodQueries: 20 })
    print(report)
    assert.ok((find(report, 'flood-4', 'singleton').success ?? 1) < 0.3)
    assert.equal(find(report, 'flood-7', 'singleton').success, 1)
    assert.ok(find(report, 'flood-7', 'none').messagesByKind.query > 700_000)
  })
})
