import assert from 'node:assert/strict'
import { cidText, sha256 } from '../../../src/content/index.ts'
import { RecordPlan, SAY_AGAIN_MS } from '../../../src/node/record-plan.ts'

const [one, two, three] = ['one', 'two', 'three'].map(name =>
  cidText('dag-pb', sha256(Buffer.from(name)))
) as [string, string, string]

describe('RecordPlan', () => {
  it('has those said that matter most first, each once', () => {
    const plan = new RecordPlan()
    assert.deepEqual(plan.choose([one, two, one]), [])
    assert.equal(plan.next(0), one)
    plan.onSaid(one, 0)
    assert.equal(plan.next(0), two)
    plan.onSaid(two, 0)
    assert.equal(plan.next(0), undefined)
  })

  it('has each said again before peers forget it, also when it is chosen anew', () => {
    const plan = new RecordPlan()
    plan.choose([one, two])
    plan.onSaid(two, 5)
    plan.onSaid(one, 10)
    plan.choose([one, two])
    assert.equal(plan.next(SAY_AGAIN_MS + 4), undefined)
    assert.equal(plan.next(SAY_AGAIN_MS + 10), two)
    plan.onSaid(two, SAY_AGAIN_MS + 10)
    assert.equal(plan.next(SAY_AGAIN_MS + 10), one)
  })

  it('puts what failed behind all others', () => {
    const plan = new RecordPlan()
    plan.choose([one, two, three])
    plan.onFailed(one, 1)
    plan.onFailed(two, 2)
    assert.equal(plan.next(2), three)
    plan.onSaid(three, 0)
    assert.equal(plan.next(2), one)
    plan.onFailed(one, 3)
    assert.equal(plan.next(3), two)
  })

  it('says what was said or tried, and is chosen no more', () => {
    const plan = new RecordPlan()
    plan.choose([one, two, three])
    plan.onSaid(one, 0)
    plan.onFailed(two, 1)
    assert.deepEqual(plan.choose([one]), [two])
    assert.equal(plan.next(2), undefined)
    assert.deepEqual(plan.choose([three]), [one])
    assert.equal(plan.next(2), three)
  })

  it('knows a cid by its hash', () => {
    const plan = new RecordPlan()
    plan.choose([one])
    const asRaw = (name: string): string => cidText('raw', sha256(Buffer.from(name)))
    assert.deepEqual([plan.isChosen(asRaw('one')), plan.isChosen(asRaw('two'))], [true, false])
  })
})
