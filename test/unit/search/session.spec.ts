import assert from 'node:assert/strict'
import { type Finding, SearchSession, type SessionOptions, type Step } from '../../../src/search/index.ts'

const SELF = 'me'

function finding(cid: string, from = 'ann', given: { confirmed?: boolean; provider?: string } = {}): Finding {
  const entry = {
    cid,
    name: `${cid}.txt`,
    path: `share/${cid}.txt`,
    size: 1,
    mime: 'text/plain',
    modified: 0
  }
  const peerId = given.provider ?? from
  const how = peerId === SELF ? ('own' as const) : ('known' as const)
  const confirmed = given.confirmed ?? peerId === SELF
  return { entry, providers: [{ peerId, nickname: peerId, how, confirmed }], deliverer: from }
}

const some = (count: number, from: string): Finding[] =>
  Array.from({ length: count }, (_, i) => finding(`${from}-${i}`, from))

function session(given: Partial<SessionOptions> = {}): SearchSession {
  const usual = { text: 'x', strategy: 'auto' as const, ttl: 7, wide: false, limit: 50, timeoutMs: 10_000 }
  return new SearchSession({ self: SELF, ...usual, ...given })
}

const facts = (findings: Finding[] = [], neighbours = 3, slowestRttMs: number | null = 10) => ({
  findings,
  neighbours,
  slowestRttMs
})

function asks(
  step: Step
): Array<{ ttl: number; budget: number; report: boolean; ownOnly: boolean; isAgain: boolean }> {
  return step.commands.flatMap(command => {
    if (command.kind !== 'ask') return []
    const { ttl, budget, report, ownOnly } = command.ask
    return [{ ttl, budget, report, ownOnly, isAgain: command.isAgain }]
  })
}

function done(step: Step) {
  const last = step.events.at(-1)
  return last?.type === 'done' ? last : undefined
}

const report = { nodes: 5, queries: 7, answers: 9, bytes: 800, duplicates: 2, truncated: false }

describe('SearchSession: stages', () => {
  it('shows what it knows at once, then asks the neighbours with ttl 1', () => {
    const step = session().start(facts([finding('a', SELF), finding('b')]), 1_000)
    assert.deepEqual(
      step.events.map(event => event.type === 'hit' && [event.row, event.cid, event.stage, event.elapsedMs]),
      [
        [1, 'a', 'catalogue', 0],
        [2, 'b', 'catalogue', 0]
      ]
    )
    assert.deepEqual(asks(step), [{ ttl: 1, budget: 512, report: false, ownOnly: false, isAgain: false }])
  })

  it('is done after the neighbours when something was found', () => {
    const search = session()
    search.start(facts([finding('a')]), 0)
    search.onAsked({ queries: 3, bytes: 90 })
    search.onHits([finding('b', 'bob')], 100, 20)
    assert.equal(done(search.tick(199)), undefined)
    const end = done(search.tick(200))
    assert.deepEqual(end, {
      type: 'done',
      hits: 2,
      truncated: false,
      stages: [
        { stage: 'catalogue', messages: 0, bytes: 0, hits: 1, elapsedMs: 0 },
        { stage: 'neighbours', messages: 4, bytes: 190, hits: 1, elapsedMs: 200 }
      ],
      elapsedMs: 200
    })
  })

  it('floods when nothing was found, with the same id', () => {
    const search = session()
    search.start(facts(), 0)
    const flood = search.tick(200)
    assert.deepEqual(asks(flood), [{ ttl: 7, budget: 512, report: true, ownOnly: false, isAgain: true }])
    search.onHits([finding('a', 'bob')], 100, 300)
    const end = done(search.onEnded(report, 400))
    assert.deepEqual(end?.stages.at(-1), {
      stage: 'flood',
      messages: 16,
      bytes: 800,
      hits: 1,
      elapsedMs: 200,
      nodes: 5,
      duplicates: 2
    })
  })

  it('floods with wide although there are results, as far as ttl says', () => {
    const search = session({ wide: true, ttl: 3 })
    search.start(facts(some(40, SELF)), 0)
    assert.deepEqual(
      asks(search.tick(200)).map(({ ttl }) => ttl),
      [3]
    )
  })

  it('does not flood with ttl 1, which the probe was', () => {
    const search = session({ ttl: 1 })
    search.start(facts(), 0)
    assert.equal(done(search.tick(200))?.hits, 0)
  })

  it('floods at once when that is the strategy', () => {
    const step = session({ strategy: 'flood', ttl: 4 }).start(facts([finding('a', SELF)]), 0)
    assert.deepEqual(asks(step), [{ ttl: 4, budget: 4_096, report: true, ownOnly: true, isAgain: false }])
  })

  it('does not flood with the strategy index', () => {
    const search = session({ strategy: 'index' })
    search.start(facts(), 0)
    assert.deepEqual(
      done(search.tick(200))?.stages.map(({ stage }) => stage),
      ['catalogue', 'neighbours']
    )
  })

  it('asks nobody when there is nobody', () => {
    const step = session().start(facts([], 0), 0)
    assert.deepEqual(step.commands, [])
    assert.deepEqual(done(step)?.hits, 0)
  })

  const deadlines = [
    { rtt: 1, ms: 200 },
    { rtt: 100, ms: 400 },
    { rtt: 5_000, ms: 1_000 },
    { rtt: null, ms: 1_000 }
  ]
  for (const { rtt, ms } of deadlines) {
    it(`gives neighbours ${ms} ms when the slowest round trip is ${rtt}`, () => {
      const search = session()
      search.start(facts([finding('a')], 3, rtt), 0)
      assert.equal(done(search.tick(ms - 1)), undefined)
      assert.notEqual(done(search.tick(ms)), undefined)
    })
  }
})

describe('SearchSession: rows', () => {
  it('gives a cid one row and tells when its providers change', () => {
    const search = session()
    search.start(facts([finding('a', 'ann')]), 0)
    const [updated] = search.onHits([finding('a', 'bob')], 10, 5).events
    assert.ok(updated?.type === 'hit-updated')
    assert.equal(updated.row, 1)
    assert.equal(updated.stage, 'catalogue')
    assert.deepEqual(
      updated.providers.map(({ peerId }) => peerId),
      ['ann', 'bob']
    )
    assert.deepEqual(search.onHits([finding('a', 'bob')], 10, 6).events, [])
  })

  it('shows confirmed providers first', () => {
    const search = session()
    search.start(facts([finding('a', 'ann')]), 0)
    const [updated] = search.onHits([finding('a', 'bob', { confirmed: true })], 10, 5).events
    assert.deepEqual(updated?.type === 'hit-updated' && updated.providers.map(({ peerId }) => peerId), [
      'bob',
      'ann'
    ])
  })

  it('ends at the limit, tells the others, and says that there may be more', () => {
    const search = session({ limit: 3 })
    search.start(facts(), 0)
    const step = search.onHits(some(5, 'ann'), 10, 5)
    assert.equal(step.events.filter(({ type }) => type === 'hit').length, 3)
    assert.deepEqual([done(step)?.hits, done(step)?.truncated], [3, true])
    assert.deepEqual(step.commands, [{ kind: 'cancel' }])
  })

  it('ends at its timeout', () => {
    const search = session({ strategy: 'flood', timeoutMs: 700 })
    search.start(facts(), 0)
    const step = search.tick(700)
    assert.equal(done(step)?.truncated, true)
    assert.deepEqual(step.commands, [{ kind: 'cancel' }])
    assert.deepEqual(search.tick(800), { events: [], commands: [] })
  })

  it('tells the others when nobody listens any more', () => {
    const search = session()
    search.start(facts(), 0)
    assert.deepEqual(search.stop(50), { events: [], commands: [{ kind: 'cancel' }] })
  })
})

describe('SearchSession: enough', () => {
  it('is 30 results of this node', () => {
    assert.equal(done(session().start(facts(some(29, SELF)), 0)), undefined)
    assert.equal(done(session().start(facts(some(30, SELF)), 0))?.hits, 30)
  })

  it('counts 5 results of each deliverer', () => {
    const peers = ['a', 'b', 'c', 'd', 'e', 'f']
    const search = session({ limit: 50 })
    search.start(facts(), 0)
    search.onHits(some(20, 'spammer'), 10, 1)
    assert.equal(search.isDone, false)
    for (const peer of peers.slice(0, 4)) search.onHits(some(5, peer), 10, 2)
    assert.equal(search.isDone, false, '25 count')
    search.onHits(some(5, 'e'), 10, 3)
    assert.equal(search.isDone, true)
  })

  it('is more for those who ask for more', () => {
    assert.equal(done(session({ limit: 100 }).start(facts(some(60, SELF)), 0)), undefined)
  })
})
