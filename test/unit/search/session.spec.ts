import assert from 'node:assert/strict'
import type { Finding, Step } from '../../../src/search/index.ts'
import { asks, done, facts, finding, report, SELF, session, some } from './session-fixture.ts'

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
        { stage: 'neighbours', messages: 4, bytes: 190, hits: 1, elapsedMs: 200, peersByHop: [3] }
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
      duplicates: 2,
      peersUntold: 5
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

  it('asks only the index with the strategy index, and does not flood', () => {
    const search = session({ strategy: 'index' })
    assert.deepEqual(search.start({ ...facts(), hasIndex: true }, 0).commands, [{ kind: 'lookup' }])
    assert.deepEqual(
      done(search.onIndexEnded(0, 200))?.stages.map(({ stage }) => stage),
      ['catalogue', 'index']
    )
  })

  it('ends after the catalogue with the strategy index when there is none', () => {
    assert.equal(done(session({ strategy: 'index' }).start(facts(), 0))?.stages.length, 1)
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

describe('SearchSession: the word index', () => {
  const withIndex = (findings: Finding[] = [], neighbours = 3) => ({
    ...facts(findings, neighbours),
    hasIndex: true
  })
  const looksUp = (step: Step): boolean => step.commands.some(({ kind }) => kind === 'lookup')

  it('is asked at once, beside the neighbours, when nothing is known', () => {
    const step = session().start(withIndex(), 0)
    assert.deepEqual(
      step.commands.map(({ kind }) => kind),
      ['ask', 'lookup']
    )
  })

  it('is asked after 150 ms when something is known', () => {
    const search = session()
    assert.equal(looksUp(search.start(withIndex([finding('a')]), 0)), false)
    assert.equal(looksUp(search.tick(149)), false)
    assert.equal(looksUp(search.tick(150)), true)
    assert.equal(looksUp(search.tick(151)), false)
  })

  it('is asked at once when there are no neighbours', () => {
    assert.equal(looksUp(session().start(withIndex([finding('a')], 0), 0)), true)
  })

  it('is not asked when the neighbours were enough', () => {
    const search = session()
    search.start(withIndex(some(10, SELF)), 0)
    for (const from of ['a', 'b', 'c', 'd']) search.onHits(some(5, from), 10, 20)
    assert.equal(search.isDone, true)
    assert.equal(looksUp(search.tick(200)), false)
  })

  it('has its own hits and costs', () => {
    const search = session()
    search.start(withIndex(), 0)
    search.onIndexAsked(50)
    search.onIndexAsked(50)
    search.onHits([finding('a', 'ann')], 100, 10)
    const [hit] = search.onIndexHits([finding('b', 'holder')], 200, 20).events
    assert.equal(hit?.type === 'hit' && hit.stage, 'index')
    search.tick(200)
    const end = done(search.onIndexEnded(3, 300))
    assert.deepEqual(end?.stages.slice(1), [
      { stage: 'neighbours', messages: 1, bytes: 100, hits: 1, elapsedMs: 200 },
      { stage: 'index', messages: 3, bytes: 300, hits: 1, elapsedMs: 300 }
    ])
  })

  it('is believed when two holders have nothing: no flood', () => {
    const search = session()
    search.start(withIndex(), 0)
    search.onIndexEnded(2, 100)
    const end = search.tick(200)
    assert.deepEqual(asks(end), [])
    assert.equal(done(end)?.hits, 0)
  })

  it('leaves time to neighbours that are slower than the probe', () => {
    const search = session()
    search.start(withIndex(), 0)
    search.tick(200)
    const late = search.onHits([finding('a', 'ann')], 100, 300)
    assert.equal(late.events[0]?.type, 'hit')
    const end = done(search.onIndexEnded(2, 400))
    assert.equal(end?.stages.find(({ stage }) => stage === 'neighbours')?.hits, 1)
    assert.deepEqual(search.onHits([finding('b', 'bob')], 100, 2_000), { events: [], commands: [] })
  })

  for (const holders of [0, 1]) {
    it(`is not believed when ${holders} holders answered: a flood follows`, () => {
      const search = session()
      search.start(withIndex(), 0)
      search.tick(200)
      assert.deepEqual(
        asks(search.onIndexEnded(holders, 300)).map(({ ttl }) => ttl),
        [7]
      )
    })
  }

  it('comes before the flood of a wide search', () => {
    const search = session({ wide: true })
    search.start(withIndex(some(40, SELF)), 0)
    assert.equal(looksUp(search.tick(150)), true)
    search.tick(200)
    assert.equal(asks(search.onIndexEnded(3, 300)).length, 1)
  })

  it('counts 5 results of one holder towards enough', () => {
    const search = session({ limit: 50 })
    search.start(withIndex(), 0)
    for (const from of ['a', 'b', 'c', 'd', 'e']) search.onIndexHits(some(8, from), 10, 5)
    assert.equal(search.isDone, false)
    assert.equal(search.hasEnough, false)
    search.onIndexHits(some(5, 'ann'), 10, 6)
    assert.equal(search.isDone, true)
  })
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
    search.onHits(some(20, 'ann'), 10, 1)
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
