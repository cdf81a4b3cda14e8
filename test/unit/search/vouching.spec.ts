import assert from 'node:assert/strict'
import fc from 'fast-check'
import { DECOY_DELAY_MS, DECOY_MS, LIAR_MS, MAX_DECOYS, PASSED_MS } from '../../../src/search/constants.ts'
import { Reputation } from '../../../src/search/reputation.ts'
import type { Stage } from '../../../src/search/results.ts'
import { type Told, Vouching } from '../../../src/search/vouching.ts'

function told(cid: string, from: string, stage: Stage = 'index'): Told {
  const entry = { cid, name: cid, path: cid, size: 1, mime: '', modified: 0 }
  const providers = [{ peerId: 'p', nickname: '', how: 'known' as const, confirmed: false }]
  return { stage, finding: { entry, providers, deliverer: from } }
}

const cids = (shown: readonly Told[]): string[] => shown.map(({ finding }) => finding.entry.cid)

/** A search that began at 0. */
function search(reputation = new Reputation(0), limit = 50) {
  const vouching = new Vouching({ reputation, limit })
  return {
    vouching,
    reputation,
    tell: (cid: string, from: string, now = 100, stage?: Stage) =>
      cids(vouching.onTold(told(cid, from, stage), 0, now)),
    due: (now: number, isLast = false) => vouching.due(now, isLast).map(({ peer }) => peer),
    answer: (peer: string, hits: number | null, now = 500) => cids(vouching.onAnswer(peer, hits, now)),
    /** Has told of what cannot exist, whenever it was tried. */
    lies: (peer: string, now = 1_000) => {
      assert.deepEqual(cids(vouching.onAnswer(peer, 5, now)), [])
      assert.deepEqual(vouching.due(now, true), [{ peer, stage: 'index' }])
      assert.deepEqual(cids(vouching.onAnswer(peer, 5, now)), [])
    }
  }
}

describe('Vouching', () => {
  for (const stage of ['catalogue', 'flood'] as const) {
    it(`shows at once what comes of the ${stage}, and tries nobody for it`, () => {
      const { tell, due } = search()
      assert.deepEqual(tell('a', 'ann', 0, stage), ['a'])
      assert.deepEqual(due(10_000, true), [])
    })
  }

  it('shows what a second deliverer tells, with what the first told, and tries neither', () => {
    const { tell, due } = search()
    assert.deepEqual(tell('a', 'ann'), [])
    assert.deepEqual(tell('a', 'bob', 100, 'neighbours'), ['a', 'a'])
    assert.deepEqual(tell('a', 'cid'), ['a'], 'another provider of a row that is shown')
    assert.deepEqual(due(10_000, true), [])
  })

  it('does not take one deliverer for two, though it tells as neighbour and as holder', () => {
    const { tell, due } = search()
    tell('a', 'ann', 100, 'neighbours')
    assert.deepEqual(tell('a', 'ann', 200, 'index'), [])
    assert.deepEqual(due(10_000), ['ann'])
  })

  it('shows last what those tell whose tellings were mostly denied lately, and does not try them', () => {
    const reputation = new Reputation(0)
    reputation.note('ann', 'passed', 0)
    for (const has of [true, false, false]) reputation.noteAnswer('ann', has, 0)
    const before = search(reputation)
    assert.deepEqual(before.tell('a', 'ann'), ['a'], 'two denials may be bad luck')
    reputation.noteAnswer('ann', false, 0)
    const { tell, due, vouching } = search(reputation)
    assert.deepEqual(tell('a', 'ann'), [])
    assert.deepEqual(due(10_000, true), [])
    assert.deepEqual(cids(vouching.rest()), ['a'])
    assert.deepEqual(search(reputation).tell('a', 'ann', LIAR_MS), [], 'untried again')
    assert.equal(reputation.isDoubted('ann', LIAR_MS), false)
  })

  it('takes those for no second teller whose tellings were mostly denied, from the moment on that they were', () => {
    const reputation = new Reputation(0)
    const doubt = (peer: string) => {
      for (let i = 0; i < 3; i++) reputation.noteAnswer(peer, false, 0)
    }
    doubt('ann')
    doubt('bob')
    const { tell, due, answer, vouching } = search(reputation)
    assert.deepEqual([tell('a', 'ann'), tell('a', 'bob')], [[], []], 'two of them')
    assert.deepEqual(tell('a', 'cid'), [], 'one of them and a stranger')
    assert.deepEqual(due(10_000), ['cid'])
    doubt('cid')
    assert.deepEqual(tell('b', 'cid'), [])
    assert.deepEqual(answer('cid', 0), [], 'it has not everything, but what it tells of is not there')
    assert.deepEqual(cids(vouching.rest()), ['a', 'a', 'a', 'b'])
  })

  it('shows last what the catalogue has of those alone who mostly denied it', () => {
    const reputation = new Reputation(0)
    for (let i = 0; i < 3; i++) reputation.noteAnswer('p', false, 0, 'itself')
    const { tell, vouching } = search(reputation)
    assert.deepEqual(tell('a', 'p', 0, 'catalogue'), [])
    assert.deepEqual(tell('b', 'p', 0, 'catalogue'), [])
    reputation.note('ann', 'passed', 0)
    assert.deepEqual(tell('b', 'ann'), ['b', 'b'], 'somebody else tells it, too')
    assert.deepEqual(cids(vouching.rest()), ['a'])
  })

  it('tries who alone told something, once, after a wait for a second teller', () => {
    const { tell, due } = search()
    tell('a', 'ann', 100)
    tell('b', 'ann', 200)
    assert.deepEqual(due(100 + DECOY_DELAY_MS - 1), [])
    assert.deepEqual(due(100 + DECOY_DELAY_MS), ['ann'])
    assert.deepEqual(due(10_000, true), [])
  })

  it('believes nobody untried while a liar is remembered, and tries at once', () => {
    const reputation = new Reputation(0)
    reputation.note('liar', 'liar', 0)
    const { tell, due, answer } = search(reputation)
    assert.deepEqual(tell('a', 'ann'), [])
    assert.deepEqual(tell('a', 'bob'), [], 'they may be accomplices')
    assert.deepEqual(due(100), ['ann'], 'one of them is enough')
    assert.deepEqual(answer('ann', 0), ['a', 'a'])
    const later = search(reputation)
    later.tell('b', 'cid', LIAR_MS)
    assert.deepEqual(later.tell('b', 'dan', LIAR_MS), ['b', 'b'])
  })

  it('never shows what accomplices told, one after the other betraying itself', () => {
    const reputation = new Reputation(0)
    reputation.note('liar', 'liar', 0)
    const { vouching, tell, due, answer } = search(reputation)
    for (const from of ['x', 'y', 'z']) tell('fake', from)
    const tried: string[] = []
    for (let asks = due(100); asks.length > 0; asks = due(100)) {
      tried.push(...asks)
      for (const peer of asks) assert.deepEqual(answer(peer, 5), [])
    }
    assert.deepEqual(tried, ['x', 'x', 'y', 'y', 'z', 'z'])
    assert.equal(vouching.isHolding, false)
    assert.deepEqual(vouching.rest(), [])
  })

  it('tries it without a wait when nobody else will tell anything', () => {
    const { tell, due } = search()
    tell('a', 'ann', 100)
    assert.deepEqual(due(100, true), ['ann'])
  })

  it('shows the rows of an honest deliverer when it has passed, and from then on at once', () => {
    const { tell, due, answer, reputation } = search()
    tell('a', 'ann')
    tell('b', 'ann')
    due(1_000)
    assert.deepEqual(answer('ann', 0, 1_100), ['a', 'b'])
    assert.deepEqual(tell('c', 'ann'), ['c'])
    assert.equal(reputation.of('ann', 1_100), 'passed')
    assert.deepEqual(search(reputation).tell('d', 'ann', 1_200), ['d'], 'in the next search')
  })

  it('never shows a row of a liar, not even at the end, and counts it', () => {
    const { vouching, tell, due, lies, reputation } = search()
    tell('fake', 'liar')
    tell('true', 'ann')
    assert.deepEqual(due(1_000), ['liar', 'ann'])
    lies('liar')
    assert.deepEqual(tell('fake 2', 'liar'), [])
    assert.deepEqual(cids(vouching.rest()), ['true'])
    assert.equal(vouching.lies, 2)
    const next = search(reputation)
    assert.deepEqual(next.tell('fake 3', 'liar', 600), [])
    assert.deepEqual([next.due(9_000, true), cids(next.vouching.rest())], [[], []])
  })

  it('shows what a liar told, too, when somebody honest told it', () => {
    const { tell, due, answer, lies } = search()
    tell('a', 'liar')
    due(1_000)
    lies('liar')
    assert.deepEqual(tell('a', 'ann', 1_100), [])
    assert.deepEqual(due(2_000), ['ann'])
    assert.deepEqual(answer('ann', 0), ['a'])
  })

  it('does not take the word of a liar for a second one', () => {
    const { tell, due, lies } = search()
    tell('x', 'liar')
    due(1_000)
    lies('liar')
    tell('a', 'ann', 1_100)
    assert.deepEqual(tell('a', 'liar', 1_200), [])
  })

  it('shows last what a holder told that does not answer', () => {
    for (const isSilent of [true, false]) {
      const { vouching, tell, due, answer, reputation } = search()
      tell('a', 'mute')
      due(1_000)
      assert.deepEqual(cids(vouching.expire(1_000 + DECOY_MS - 1)), [])
      assert.equal(vouching.isWaiting, true)
      if (isSilent) assert.deepEqual(cids(vouching.expire(1_000 + DECOY_MS)), [])
      else assert.deepEqual(answer('mute', null, 1_100), [])
      assert.equal(vouching.isWaiting, false)
      assert.deepEqual(cids(vouching.rest()), ['a'])
      assert.deepEqual(cids(vouching.rest()), [])
      assert.equal(reputation.of('mute', 2_000), undefined)
    }
  })

  it('takes the silence of a neighbour for an answer after twice the time that its hits took', () => {
    for (const { tookMs, patienceMs } of [
      { tookMs: 10, patienceMs: 200 },
      { tookMs: 300, patienceMs: 600 },
      { tookMs: 4_000, patienceMs: DECOY_MS }
    ]) {
      const { vouching, tell, due } = search()
      tell('a', 'ann', tookMs, 'neighbours')
      due(5_000)
      assert.deepEqual(cids(vouching.expire(5_000 + patienceMs - 1)), [])
      assert.deepEqual(cids(vouching.expire(5_000 + patienceMs)), ['a'])
    }
  })

  it('tries a neighbour again whose answer came after its time', () => {
    const { vouching, tell, due, answer, reputation } = search()
    tell('a', 'late', 10, 'neighbours')
    due(1_000)
    vouching.expire(1_200)
    answer('late', 5, 1_300)
    assert.equal(reputation.of('late', 1_300), undefined)
    assert.deepEqual(tell('b', 'late', 1_400), [])
    assert.deepEqual(due(1_400), ['late'])
    answer('late', 5, 1_500)
    assert.equal(reputation.of('late', 1_500), 'liar')
  })

  it('hears a holder that answers after its time', () => {
    const { vouching, tell, due, answer, lies, reputation } = search()
    tell('a', 'slow')
    tell('b', 'liar')
    assert.deepEqual(due(1_000), ['slow', 'liar'])
    vouching.expire(1_000 + DECOY_MS)
    assert.deepEqual(answer('slow', 0, 2_500), ['a'])
    lies('liar', 2_500)
    assert.equal(reputation.of('liar', 2_500), 'liar')
  })

  it('condemns nobody for one hit that cannot exist: it may exist', () => {
    const { tell, due, answer, reputation } = search()
    tell('a', 'ann')
    due(1_000)
    assert.deepEqual(answer('ann', 1), [])
    assert.deepEqual(due(1_001), ['ann'])
    assert.deepEqual(answer('ann', 0), ['a'])
    assert.equal(reputation.of('ann', 1_001), 'passed')
  })

  it('remembers that one hit for an hour', () => {
    const reputation = new Reputation(0)
    for (const { at, verdict } of [
      { at: 0, verdict: undefined },
      { at: LIAR_MS, verdict: undefined },
      { at: 2 * LIAR_MS - 1, verdict: 'liar' }
    ]) {
      const { tell, due, answer } = search(reputation)
      tell('a', 'ann', at)
      due(at + DECOY_DELAY_MS)
      answer('ann', 1, at)
      assert.equal(reputation.of('ann', at), verdict)
    }
  })

  it('does not take the word of one who is under suspicion for a second one', () => {
    const { tell, due, answer } = search()
    tell('x', 'mallory')
    due(1_000)
    answer('mallory', 5)
    tell('a', 'mallory', 1_001)
    assert.deepEqual(tell('a', 'ann', 1_002), [])
  })

  it('knows what was told, so that no decoy speaks of it, within bounds', () => {
    const { vouching, tell } = search()
    for (let i = 0; i < 2_000; i++) tell(`a${i}`, `${i}`)
    assert.equal([...vouching.told].length, 1_000)
  })

  it('tries no more than the first ten rows take, unless some of them were lies', () => {
    const { tell, due, answer } = search()
    for (const from of ['ann', 'bob', 'cid']) for (let i = 0; i < 5; i++) tell(`${from} ${i}`, from)
    assert.deepEqual(due(1_000), ['ann', 'bob'])
    answer('ann', 5)
    assert.deepEqual(due(1_000), ['ann'])
    answer('ann', 5)
    assert.deepEqual(due(1_000), ['cid'])
  })

  it('tries a bounded number of deliverers, and holds a bounded number of rows of each', () => {
    const { vouching, tell, due, answer } = search(new Reputation(0), 10)
    for (let i = 0; i < 40; i++) for (let j = 0; j < 40; j++) tell(`${i} ${j}`, `liar${i}`)
    assert.equal(vouching.overflowed, true)
    let tried = 0
    for (let asks = due(1_000); asks.length > 0; asks = due(1_000)) {
      tried += asks.length
      for (const peer of asks) answer(peer, 1)
    }
    assert.equal(tried, MAX_DECOYS)
    assert.equal(vouching.rest().length, (40 - MAX_DECOYS / 2) * 10)
  })

  it('shows every cid of those who are no liars in the end, and none that only a liar told', () => {
    const step = fc.record({ cid: fc.nat(8), from: fc.nat(4) })
    fc.assert(
      fc.property(fc.array(step), fc.nat(3), (steps, liars) => {
        const { vouching, tell, due, answer } = search()
        const shown = new Set<string>()
        const show = (some: readonly string[]): void => some.forEach(cid => void shown.add(cid))
        // Each liar invents cids of its own, as one without accomplices does.
        const isLiar = (from: number): boolean => from < liars
        for (const { cid, from } of steps) show(tell(isLiar(from) ? `${from} ${cid}` : `${cid}`, `${from}`))
        for (let asks = due(1_000, true); asks.length > 0; asks = due(1_000, true)) {
          for (const peer of asks) show(answer(peer, isLiar(Number(peer)) ? 1 : 0))
        }
        if (vouching.isWaiting) return false
        show(cids(vouching.rest()))
        const honest = steps.filter(({ from }) => !isLiar(from)).map(({ cid }) => `${cid}`)
        const tooMany = [...shown].filter(cid => cid.includes(' '))
        return honest.every(cid => shown.has(cid)) && (shown.size >= 10 || tooMany.length === 0)
      })
    )
  })
})

describe('Reputation', () => {
  it('forgets who passed after minutes and who lied after an hour, so that they are tried again', () => {
    const reputation = new Reputation(0)
    reputation.note('ann', 'passed', 1_000)
    reputation.note('liar', 'liar', 1_000)
    assert.equal(reputation.of('ann', 1_000 + PASSED_MS - 1), 'passed')
    assert.equal(reputation.of('ann', 1_000 + PASSED_MS), undefined)
    assert.equal(reputation.isLiar('liar', 1_000 + LIAR_MS - 1), true)
    assert.equal(reputation.isLiar('liar', 1_000 + LIAR_MS), false)
  })

  it('does not believe a liar that has passed since', () => {
    const reputation = new Reputation(0)
    reputation.note('liar', 'liar', 0)
    reputation.note('liar', 'passed', 1_000)
    assert.equal(reputation.of('liar', 1_000), 'liar')
  })

  it('takes bounded memory, and those who pass push out no liar', () => {
    const reputation = new Reputation(0)
    reputation.note('liar', 'liar', 0)
    for (let i = 0; i < 20_000; i++) reputation.note(`peer ${i}`, 'passed', 0)
    assert.equal(reputation.isLiar('liar', 0), true)
    assert.ok(reputation.size <= 4_097)
  })

  it('doubts whoever is denied three times, and more often than confirmed, for an hour', () => {
    const reputation = new Reputation(0)
    const answer = (has: boolean, times: number): boolean => {
      for (let i = 0; i < times; i++) reputation.noteAnswer('ann', has, 0)
      return reputation.isDoubted('ann', 0)
    }
    assert.deepEqual(
      [answer(false, 2), answer(false, 1), answer(true, 3), answer(false, 1)],
      [false, true, false, true]
    )
    assert.deepEqual(
      [LIAR_MS - 1, LIAR_MS].map(now => reputation.isDoubted('ann', now)),
      [true, false]
    )
    // Counting begins anew.
    const later = [1, 2, 3].map(() => {
      reputation.noteAnswer('ann', false, LIAR_MS)
      return reputation.isDoubted('ann', LIAR_MS)
    })
    assert.deepEqual(later, [false, false, true])
  })

  it('remembers 2,048 of those who are doubted at least, and 4,096 at most', () => {
    const reputation = new Reputation(0)
    const doubt = (peer: string): void => {
      for (let i = 0; i < 3; i++) reputation.noteAnswer(peer, false, 0)
    }
    doubt('first')
    for (let i = 1; i < 2_048; i++) doubt(`peer ${i}`)
    assert.equal(reputation.isDoubted('first', 0), true)
    for (let i = 0; i <= 2_048; i++) doubt(`other ${i}`)
    assert.equal(reputation.isDoubted('first', 0), false)
    assert.equal(reputation.isDoubted('other 0', 0), true)
  })
})
