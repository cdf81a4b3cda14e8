import assert from 'node:assert/strict'
import {
  DECOY_DELAY_MS,
  type Finding,
  Reputation,
  SearchSession,
  type SessionOptions,
  type Step
} from '../../../src/search/index.ts'

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

/** Deliverers that were tried a moment ago, and are believed. What becomes of the others: vouching.spec.ts. */
const TRIED = ['ann', 'bob', 'teller', 'holder', 'a', 'b', 'c', 'd', 'e']

function session(given: Partial<SessionOptions> = {}): SearchSession {
  const reputation = new Reputation(0)
  for (const peer of TRIED) reputation.note(peer, 'passed', 0)
  const usual = {
    reputation,
    text: 'x',
    strategy: 'auto' as const,
    ttl: 7,
    wide: false,
    limit: 50,
    timeoutMs: 10_000
  }
  return new SearchSession({ self: SELF, ...usual, ...given })
}

const facts = (findings: Finding[] = [], neighbours = 3, slowestRttMs: number | null = 10) => ({
  findings,
  neighbours,
  slowestRttMs,
  hasIndex: false
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

describe('SearchSession: confirmation', () => {
  const canConfirm = (neighbours = 3) => ({ ...facts([], neighbours), canConfirm: true })
  const claims = (cid: string, ...providers: string[]): Finding => {
    const [first = '', ...rest] = providers
    const claim = finding(cid, 'teller', { provider: first })
    for (const provider of rest) claim.providers.push(...finding(cid, 'teller', { provider }).providers)
    return claim
  }

  const confirmsOf = ({ commands }: Step) =>
    commands.flatMap(command => {
      if (command.kind !== 'confirm') return []
      return [{ cid: command.cid, peer: command.peer }]
    })

  it('asks three providers of each of the first ten rows that others told of', () => {
    const search = session()
    search.start(canConfirm(), 0)
    const rows = Array.from({ length: 12 }, (_, i) => claims(`c${i}`, 'p1', 'p2', 'p3', 'p4'))
    const confirms = confirmsOf(search.onHits(rows, 10, 5))
    assert.equal(confirms.length, 30)
    assert.deepEqual(confirms.slice(0, 3), [
      { cid: 'c0', peer: 'p1' },
      { cid: 'c0', peer: 'p2' },
      { cid: 'c0', peer: 'p3' }
    ])
    assert.deepEqual(confirmsOf(search.onHits([claims('c1', 'p9')], 10, 6)), [])
  })

  it('asks nobody about own files, about providers that said so just now, in a classic flood, or when it cannot', () => {
    const known = session()
    const own = finding('a', SELF)
    own.providers.push(...finding('a', 'ann').providers)
    assert.deepEqual(confirmsOf(known.start({ ...canConfirm(), findings: [own] }, 0)), [])
    assert.deepEqual(confirmsOf(known.onHits([finding('b', 'bob', { confirmed: true })], 10, 5)), [])
    const flood = session({ strategy: 'flood' })
    flood.start(canConfirm(), 0)
    assert.deepEqual(confirmsOf(flood.onHits([claims('a', 'p1')], 10, 5)), [])
    const unable = session()
    unable.start(facts(), 0)
    assert.deepEqual(confirmsOf(unable.onHits([claims('a', 'p1')], 10, 5)), [])
  })

  const known = (cid: string, ...providers: Array<[peer: string, isLive?: true]>): Finding => {
    const all = providers.map(([peer, confirmed = false]) => finding(cid, peer, { confirmed }))
    return { ...(all[0] as Finding), providers: all.flatMap(each => each.providers) }
  }

  it('asks the providers of the first rows of the catalogue one after the other, until one has it', () => {
    const search = session()
    const rows = Array.from({ length: 12 }, (_, i) => known(`c${i}`, ['p1'], ['p2'], ['p3'], ['p4']))
    const asked = confirmsOf(search.start({ ...canConfirm(), findings: rows }, 0))
    assert.deepEqual(
      asked,
      rows.slice(0, 10).map(({ entry }) => ({ cid: entry.cid, peer: 'p1' }))
    )
    const next = (cid: string, peer: string, has: boolean | null) =>
      confirmsOf(search.onConfirmed({ cid, peer }, has, 10)).map(ask => ask.peer)
    assert.deepEqual(next('c0', 'p1', true), [])
    assert.deepEqual(confirmsOf(search.onHits([claims('c0', 'p9')], 10, 20)), [], 'somebody has it')
    assert.deepEqual(next('c1', 'p1', false), ['p2'])
    assert.deepEqual(next('c1', 'p2', null), ['p3'])
    assert.deepEqual(next('c1', 'p3', false), [], 'three of them are enough')
    assert.deepEqual(
      confirmsOf(search.onHits([claims('c2', 'p9')], 10, 20)),
      [],
      'the first one may still answer'
    )
  })

  it('asks those of the catalogue first that are connected, and believes what they say more than that', () => {
    const search = session()
    const findings = [known('a', ['p1'], ['p2'], ['live', true])]
    assert.deepEqual(confirmsOf(search.start({ ...canConfirm(), findings }, 0)), [{ cid: 'a', peer: 'live' }])
    const [updated] = search.onConfirmed({ cid: 'a', peer: 'live' }, false, 10).events
    assert.deepEqual(updated?.type === 'hit-updated' && updated.providers.at(-1), {
      peerId: 'live',
      nickname: 'live',
      how: 'known',
      confirmed: false,
      denied: true
    })
  })

  it('waits for nobody of the catalogue, and asks nobody when that is enough', () => {
    const search = session()
    search.start({ ...canConfirm(), findings: [known('a', ['p1'])] }, 0)
    assert.equal(done(search.tick(200))?.elapsedMs, 200)
    const enough = [...some(29, SELF), known('a', ['p1'])]
    const step = session().start({ ...canConfirm(), findings: enough }, 0)
    assert.deepEqual([confirmsOf(step), done(step)?.elapsedMs], [[], 0])
    const alone = session().start({ ...canConfirm(0), findings: [known('a', ['p1'])] }, 0)
    assert.deepEqual([confirmsOf(alone), done(alone)?.elapsedMs], [[], 0])
  })

  it('asks all at once about records of the index that this node keeps for others, unless somebody announced the file', () => {
    const record = claims('a', 'p1', 'p2')
    for (const provider of record.providers) provider.how = 'index'
    assert.deepEqual(confirmsOf(session().start({ ...canConfirm(), findings: [record] }, 0)), [
      { cid: 'a', peer: 'p1' },
      { cid: 'a', peer: 'p2' }
    ])
    const findings = [finding('a'), record]
    assert.deepEqual(confirmsOf(session().start({ ...canConfirm(), findings }, 0)), [
      { cid: 'a', peer: 'ann' }
    ])
  })

  it('asks last who is doubted', () => {
    const reputation = new Reputation(0)
    reputation.note('teller', 'passed', 0)
    for (let i = 0; i < 3; i++) reputation.noteAnswer('p1', false, 0)
    const search = session({ reputation })
    search.start(canConfirm(), 0)
    assert.deepEqual(
      confirmsOf(search.onHits([claims('a', 'p1', 'p2', 'p3', 'p4')], 10, 5)).map(({ peer }) => peer),
      ['p2', 'p3', 'p4']
    )
  })

  it('shows who has it first, and who has not last', () => {
    const search = session()
    search.start(canConfirm(), 0)
    search.onHits([claims('a', 'p1', 'p2', 'p3')], 10, 5)
    const shown = (step: Step) =>
      step.events.flatMap(event =>
        event.type === 'hit-updated' ? event.providers.map(p => `${p.peerId}${p.confirmed ? '!' : ''}`) : []
      )
    assert.deepEqual(shown(search.onConfirmed({ cid: 'a', peer: 'p2' }, true, 10)), ['p2!', 'p1', 'p3'])
    assert.deepEqual(shown(search.onConfirmed({ cid: 'a', peer: 'p1' }, false, 11)), ['p2!', 'p3', 'p1'])
    assert.deepEqual(shown(search.onConfirmed({ cid: 'a', peer: 'p3' }, null, 12)), [])
  })

  it('believes those less who name providers that deny, and not more who name themselves', () => {
    const reputation = new Reputation(0)
    reputation.note('teller', 'passed', 0)
    reputation.note('bob', 'passed', 0)
    const search = session({ reputation })
    search.start(canConfirm(), 0)
    search.onHits([claims('a', 'p1', 'p2', 'p3')], 10, 5)
    search.onHits([finding('b', 'bob'), finding('d', 'bob'), finding('e', 'bob')], 10, 6)
    for (const peer of ['p1', 'p2']) search.onConfirmed({ cid: 'a', peer }, false, 10)
    assert.equal(reputation.isDoubted('teller', 11), false)
    search.onConfirmed({ cid: 'a', peer: 'p3' }, null, 11)
    assert.equal(reputation.isDoubted('teller', 11), false, 'who does not answer denies nothing')
    search.onHits([claims('c', 'p4')], 10, 12)
    search.onConfirmed({ cid: 'c', peer: 'p4' }, false, 13)
    assert.equal(reputation.isDoubted('teller', 13), true)
    for (const cid of ['b', 'd', 'e']) search.onConfirmed({ cid, peer: 'bob' }, true, 14)
    for (let i = 0; i < 3; i++) reputation.noteAnswer('bob', false, 15)
    assert.equal(reputation.isDoubted('bob', 15), true, 'its own yes does not count')
  })

  it('believes those less who announce what they do not have when they are asked', () => {
    const reputation = new Reputation(0)
    const search = session({ reputation })
    const files = ['a', 'b', 'c', 'd', 'e']
    search.start({ ...canConfirm(), findings: files.map(cid => known(cid, ['ann'])) }, 0)
    search.onConfirmed({ cid: 'a', peer: 'ann' }, true, 10)
    for (const cid of ['b', 'c']) search.onConfirmed({ cid, peer: 'ann' }, false, 10)
    assert.equal(reputation.isDoubted('ann', 10), false)
    search.onConfirmed({ cid: 'd', peer: 'ann' }, false, 10)
    assert.equal(reputation.isDoubted('ann', 10), true)

    const later = session({ reputation })
    const findings = [known('a', ['ann', true]), known('b', ['bob']), known('c', ['ann', true], ['bob'])]
    const first = later.start({ ...canConfirm(), findings }, 20)
    const shownBy = ({ events }: Step) => events.flatMap(event => (event.type === 'hit' ? [event.cid] : []))
    assert.deepEqual(shownBy(first), ['b', 'c'])
    assert.deepEqual(confirmsOf(first), [
      { cid: 'b', peer: 'bob' },
      { cid: 'c', peer: 'bob' }
    ])
    const last = later.tick(220)
    assert.deepEqual([shownBy(last), confirmsOf(last)], [['a'], [{ cid: 'a', peer: 'ann' }]], 'shown last')
    assert.ok(
      last.events.every(event => event.type !== 'hit' || event.providers.every(each => !each.confirmed))
    )
    assert.equal(later.isDone, false)
    const end = later.onConfirmed({ cid: 'a', peer: 'ann' }, false, 230)
    assert.deepEqual([end.events[0]?.type, done(end)?.elapsedMs], ['hit-updated', 210])
    const atOnce = session({ reputation }).start(
      { ...canConfirm(), findings: [...some(30, SELF), known('a', ['ann'])] },
      20
    )
    assert.deepEqual([shownBy(atOnce).at(-1), confirmsOf(atOnce), done(atOnce)?.elapsedMs], ['a', [], 0])
  })

  it('believes those less, too, who name a provider after others did, or after it denied', () => {
    const reputation = new Reputation(0)
    for (const peer of ['teller', 'ann', 'bob']) reputation.note(peer, 'passed', 0)
    const search = session({ reputation })
    const files = ['a', 'b', 'c']
    const told = (by: string) => files.map(cid => finding(cid, by, { provider: 'p1' }))
    search.start(canConfirm(), 0)
    search.onHits(told('teller'), 10, 5)
    search.onHits(told('ann'), 10, 6)
    for (const cid of files) search.onConfirmed({ cid, peer: 'p1' }, false, 10)
    search.onHits(told('bob'), 10, 20)
    search.onHits(told('bob'), 10, 21)
    assert.deepEqual(
      ['teller', 'ann', 'bob'].map(peer => reputation.isDoubted(peer, 30)),
      [true, true, true]
    )
  })

  it('believes those no less who repeat what a provider announced itself', () => {
    const reputation = new Reputation(0)
    reputation.note('teller', 'passed', 0)
    const search = session({ reputation })
    const files = ['a', 'b', 'c']
    search.start({ ...canConfirm(), findings: files.map(cid => known(cid, ['p1'])) }, 0)
    search.onHits(
      files.map(cid => finding(cid, 'teller', { provider: 'p1' })),
      10,
      5
    )
    search.tick(200)
    assert.equal(search.isDone, true)
    for (const cid of files) search.onConfirmed({ cid, peer: 'p1' }, false, 210)
    assert.deepEqual([reputation.isDoubted('teller', 220), reputation.isDoubted('p1', 220)], [false, true])
  })

  it('keeps the only provider that is known, and says that it denies', () => {
    const search = session()
    search.start(canConfirm(), 0)
    search.onHits([claims('a', 'p1')], 10, 5)
    const [updated] = search.onConfirmed({ cid: 'a', peer: 'p1' }, false, 10).events
    assert.deepEqual(updated?.type === 'hit-updated' && updated.providers, [
      { peerId: 'p1', nickname: 'p1', how: 'known', confirmed: false, denied: true }
    ])
    const again = [claims('a', 'p1'), finding('a', 'p1', { confirmed: true })]
    assert.deepEqual(search.onHits(again, 10, 20).events, [], 'whoever says so now')
  })

  it('gives the answers a moment at the end, in which nobody else is asked for results', () => {
    const search = session()
    search.start(canConfirm(), 0)
    search.onHits([claims('a', 'p1', 'p2')], 10, 5)
    const closing = search.tick(200)
    assert.deepEqual([done(closing), search.isClosing], [undefined, true])
    assert.deepEqual(closing.commands, [{ kind: 'cancel' }])
    assert.deepEqual(search.onHits([finding('late')], 10, 210).events, [])
    search.onConfirmed({ cid: 'a', peer: 'p1' }, true, 220)
    const end = done(search.onConfirmed({ cid: 'a', peer: 'p2' }, null, 230))
    assert.deepEqual([end?.hits, end?.elapsedMs, end?.truncated], [1, 230, false])
    assert.deepEqual(end?.stages[1]?.droppedHits, { late: 1 })
    assert.equal(search.tick(5_000).events.length, 0)
  })

  it('waits for them 1.5 s, and never beyond its own time', () => {
    for (const { timeoutMs, at } of [
      { timeoutMs: 10_000, at: 1_700 },
      { timeoutMs: 600, at: 600 }
    ]) {
      const search = session({ timeoutMs })
      search.start(canConfirm(), 0)
      search.onHits([claims('a', 'p1')], 10, 5)
      search.tick(200)
      assert.equal(done(search.tick(at - 1)), undefined)
      assert.equal(done(search.tick(at))?.truncated, false)
    }
  })

  it('waits for nobody when nobody listens any more', () => {
    const search = session()
    search.start(canConfirm(), 0)
    search.onHits([claims('a', 'p1')], 10, 5)
    search.stop(10)
    assert.equal(search.isDone, true)
  })
})

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
