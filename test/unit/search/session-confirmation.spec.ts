import assert from 'node:assert/strict'
import { type Finding, Reputation, type Step } from '../../../src/search/index.ts'
import { done, facts, finding, SELF, session, some } from './session-fixture.ts'

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
