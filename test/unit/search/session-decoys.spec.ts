import assert from 'node:assert/strict'
import { DECOY_DELAY_MS, type Step } from '../../../src/search/index.ts'
import { asks, done, facts, finding, report, SELF, session, some } from './session-fixture.ts'

describe('SearchSession: decoys', () => {
  const withIndex = { ...facts(), hasIndex: true }
  const triesOf = ({ commands }: Step) =>
    commands.flatMap(command =>
      command.kind === 'decoy' ? [{ peer: command.peer, stage: command.stage }] : []
    )
  const shownOf = ({ events }: Step) => events.flatMap(event => (event.type === 'hit' ? [event.cid] : []))
  const mallory = { peer: 'mallory', stage: 'neighbours' as const }
  const holder = { peer: 'stranger', stage: 'index' as const }

  it('hold rows of a stranger back, and number them when they are shown', () => {
    const search = session()
    search.start(withIndex, 0)
    assert.deepEqual(shownOf(search.onIndexHits([finding('x', 'stranger')], 10, 100)), [])
    assert.deepEqual(shownOf(search.onHits([finding('a', 'ann')], 10, 120)), ['a'])
    assert.deepEqual(triesOf(search.tick(100 + DECOY_DELAY_MS - 1)), [])
    assert.deepEqual(triesOf(search.tick(100 + DECOY_DELAY_MS)), [holder])
    const [hit] = search.onDecoyAnswered(holder, 0, 40, 480).events
    assert.ok(hit?.type === 'hit')
    assert.deepEqual([hit.cid, hit.row, hit.stage, hit.elapsedMs], ['x', 2, 'index', 480])
  })

  it('count as messages and bytes of the stage in which the deliverer told something, also when that is over', () => {
    const search = session()
    search.start(withIndex, 0)
    search.onHits([finding('x', 'mallory')], 100, 100)
    search.tick(200)
    search.onIndexHits([finding('y', 'stranger')], 100, 250)
    assert.deepEqual(triesOf(search.onIndexEnded(3, 300)), [mallory, holder])
    search.onDecoySent(mallory, 30)
    search.onDecoySent(holder, 40)
    assert.deepEqual(triesOf(search.onDecoyAnswered(mallory, 5, 500, 350)), [mallory])
    search.onDecoySent(mallory, 30)
    search.onDecoyAnswered(mallory, 5, 500, 380)
    const end = done(search.onDecoyAnswered(holder, 0, 60, 400))
    assert.deepEqual(end?.stages.slice(1), [
      {
        stage: 'neighbours',
        messages: 5,
        bytes: 1_160,
        hits: 0,
        elapsedMs: 200,
        decoys: 2,
        droppedHits: { liar: 1 }
      },
      { stage: 'index', messages: 3, bytes: 200, hits: 1, elapsedMs: 300, decoys: 1 }
    ])
  })

  it('keep a search open until they are answered, and no longer than a second', () => {
    const search = session()
    search.start(withIndex, 0)
    search.onIndexHits([finding('x', 'stranger')], 10, 100)
    search.tick(200)
    search.onIndexEnded(3, 210)
    assert.equal(done(search.tick(1_209)), undefined)
    const end = search.tick(1_210)
    assert.deepEqual(shownOf(end), ['x'], 'shown last, as nobody vouches for it')
    assert.equal(done(end)?.hits, 1)
  })

  it('keep inventions from ending a search, and let a flood follow where there was nothing else', () => {
    const search = session()
    search.start(withIndex, 0)
    for (let i = 0; i < 8; i++) search.onHits(some(5, `liar ${i}`), 10, 50)
    assert.deepEqual([search.hasEnough, search.isClosing], [false, false])
    search.onIndexEnded(1, 100)
    const steps = [search.tick(200)]
    for (const step of steps) {
      for (const ask of triesOf(step)) steps.push(search.onDecoyAnswered(ask, 5, 10, 250))
    }
    assert.deepEqual(steps.flatMap(shownOf), [])
    assert.deepEqual(
      steps.flatMap(asks).map(({ ttl }) => ttl),
      [7]
    )
    assert.equal(search.lies, 40)
  })

  it('are spared where enough is known without', () => {
    const search = session()
    search.start(facts(some(12, SELF)), 0)
    search.onHits([finding('x', 'mallory')], 10, 100)
    const end = search.tick(200)
    assert.deepEqual(triesOf(end), [])
    assert.equal(shownOf(end).at(-1), 'x')
    assert.equal(done(end)?.hits, 13)
  })

  it('are not sent in a classic flood', () => {
    const search = session({ strategy: 'flood' })
    search.start(facts(), 0)
    assert.deepEqual(shownOf(search.onHits([finding('x', 'mallory')], 10, 100)), ['x'])
    assert.deepEqual(triesOf(search.onEnded(report, 9_000)), [])
  })

  it('are not sent when a cid is looked for', () => {
    const search = session({ isByCid: true })
    search.start(withIndex, 0)
    assert.deepEqual(shownOf(search.onHits([finding('x', 'mallory')], 10, 100)), ['x'])
    assert.deepEqual(triesOf(search.tick(1_000)), [])
  })

  it('are not waited for when time is over: what is left is shown', () => {
    const search = session({ timeoutMs: 900 })
    search.start(withIndex, 0)
    search.onIndexHits([finding('x', 'stranger')], 10, 100)
    assert.deepEqual(triesOf(search.tick(100 + DECOY_DELAY_MS)), [holder])
    const end = search.tick(900)
    assert.deepEqual(shownOf(end), ['x'])
    assert.equal(done(end)?.truncated, true)
  })

  it('that cannot be sent leave the rows for the end, and are no reason for a flood', () => {
    const search = session()
    search.start(facts(), 0)
    search.onHits([finding('x', 'mallory')], 10, 100)
    assert.deepEqual(triesOf(search.tick(200)), [mallory])
    const end = search.onDecoyAnswered(mallory, null, 0, 200)
    assert.deepEqual([asks(end), shownOf(end), done(end)?.hits], [[], ['x'], 1])
  })
})

describe('SearchSession: drops', () => {
  const stagesOf = (step: Step) =>
    Object.fromEntries((done(step)?.stages ?? []).map(report => [report.stage, report]))

  it('tells which hits it did not show, and why', () => {
    const search = session({ limit: 4, wide: true })
    search.start({ ...facts([finding('a')]), hasIndex: true }, 0)
    search.onHits([finding('a'), finding('b', 'bob')], 10, 5)
    search.onHitsDropped('asked', 'hit-limit', 30)
    search.onHitsDropped('asked', 'hit-limit', 20)
    search.onHitsDropped('asked', 'not-matching', 0)
    search.tick(200)
    search.onHits([finding('c', 'bob')], 10, 205)
    const { catalogue, neighbours, index } = stagesOf(
      search.onIndexHits([finding('d', 'holder'), finding('e', 'holder'), finding('b', 'bob')], 10, 210)
    )
    assert.equal(catalogue?.droppedHits, undefined)
    assert.deepEqual(neighbours?.droppedHits, { repeated: 1, 'hit-limit': 50 })
    assert.deepEqual(index?.droppedHits, { limit: 1, repeated: 1 })
  })

  it('counts what the catalogue has beyond the limit', () => {
    const { catalogue } = stagesOf(session({ limit: 2 }).start(facts(some(7, SELF)), 0))
    assert.deepEqual(catalogue?.droppedHits, { limit: 5 })
  })

  it('tells of providers for which a row has no room, and of those that deny', () => {
    const search = session()
    search.start({ ...facts(), canConfirm: true }, 0)
    for (let i = 0; i < 32; i++) search.onHits([finding('a', 'ann', { provider: `p${i}` })], 10, 5)
    search.onHits([finding('a', 'ann', { provider: 'one more' })], 10, 6)
    for (const peer of ['p0', 'p1', 'p2']) search.onConfirmed({ cid: 'a', peer }, peer !== 'p1', 10)
    assert.deepEqual(stagesOf(search.tick(200)).neighbours?.droppedHits, { 'row-full': 1, denied: 1 })
  })

  it('tells what was more than is held of one deliverer that nobody knows', () => {
    const search = session({ limit: 2 })
    search.start(facts(), 0)
    search.onHits(some(5, 'stranger'), 10, 5)
    search.tick(200)
    const { neighbours } = stagesOf(
      search.onDecoyAnswered({ peer: 'stranger', stage: 'neighbours' }, 0, 0, 300)
    )
    assert.deepEqual(neighbours?.droppedHits, { 'per-deliverer': 3 })
  })

  it('counts copies that went nowhere, and peers that got one', () => {
    const search = session({ strategy: 'flood' })
    search.start(facts([], 9), 0)
    search.onAsked({ queries: 7, bytes: 90 })
    search.onCopiesDropped('no-budget', 2)
    search.onCopiesDropped('send-failed', 1)
    search.onCopiesDropped('no-report', 1)
    const { flood } = stagesOf(search.onEnded({ ...report, nodes: 9, queries: 12, truncated: true }, 100))
    assert.deepEqual(flood?.droppedCopies, { 'no-budget': 2, 'send-failed': 1, 'no-report': 1 })
    assert.deepEqual([flood?.peersByHop, flood?.peersUntold, flood?.truncated], [[5], 4, true])
  })
})
