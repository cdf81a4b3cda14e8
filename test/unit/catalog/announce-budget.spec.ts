import assert from 'node:assert/strict'
import { AnnounceBudget, MAX_BUDGETED_NEIGHBOURS } from '../../../src/catalog/announce-budget.ts'

const KIB = 1_024

describe('AnnounceBudget', () => {
  it('lets one neighbour have half of the burst', () => {
    const budget = new AnnounceBudget(0)
    assert.equal(budget.take('ana', 128 * KIB, 0), 'forward')
    assert.equal(budget.take('ana', 1, 0), 'over-neighbour-share')
    assert.equal(budget.take('bob', 128 * KIB, 0), 'forward')
  })

  it('forwards no more than its burst, whoever sends', () => {
    const budget = new AnnounceBudget(0)
    const verdicts = ['a', 'b', 'c', 'd', 'e'].map(from => budget.take(from, 64 * KIB, 0))
    assert.deepEqual(verdicts, ['forward', 'forward', 'forward', 'forward', 'over-budget'])
  })

  it('recovers 1 KiB a second, half of it for one neighbour', () => {
    const budget = new AnnounceBudget(0)
    for (const from of ['a', 'b']) budget.take(from, 128 * KIB, 0)
    assert.equal(budget.take('a', 513, 1_000), 'over-neighbour-share')
    assert.equal(budget.take('a', 512, 1_000), 'forward')
    assert.equal(budget.take('b', 512, 1_000), 'forward')
    assert.equal(budget.take('c', 1, 1_000), 'over-budget')
  })

  it('does not charge a neighbour for what the whole budget refused', () => {
    const budget = new AnnounceBudget(0)
    for (const from of ['a', 'b']) budget.take(from, 128 * KIB, 0)
    assert.equal(budget.take('c', 64 * KIB, 0), 'over-budget')
    assert.equal(budget.take('c', 64 * KIB, 64_000), 'forward')
  })

  it('remembers a bounded number of neighbours, and the loud ones last', () => {
    const budget = new AnnounceBudget(0)
    budget.take('loud', 128 * KIB, 0)
    for (let i = 0; i < 2 * MAX_BUDGETED_NEIGHBOURS; i++) {
      budget.take(`p${i}`, 1, 0)
      assert.equal(budget.take('loud', 1, 0), 'over-neighbour-share')
    }
  })
})
