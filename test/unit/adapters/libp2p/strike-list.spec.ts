import assert from 'node:assert/strict'
import { BAN_MS, StrikeList } from '../../../../src/adapters/libp2p/strike-list.ts'

describe('StrikeList', () => {
  it('puts a peer out at the third strike, for ten minutes', () => {
    const list = new StrikeList()
    assert.deepEqual([list.add('eve', 0), list.add('eve', 1), list.add('eve', 2)], [false, false, true])
    assert.equal(list.isOut('eve', 2 + BAN_MS - 1), true)
    assert.equal(list.isOut('eve', 2 + BAN_MS), false)
    assert.equal(list.isOut('ann', 2), false)
  })

  it('forgives strikes that are long ago', () => {
    const list = new StrikeList()
    list.add('eve', 0)
    list.add('eve', 1)
    assert.equal(list.add('eve', 1 + BAN_MS), false)
  })

  it('remembers a bounded number of peers', () => {
    const list = new StrikeList()
    for (let i = 0; i < 3; i++) list.add('eve', i)
    for (let i = 0; i < 1_024; i++) list.add(`peer ${i}`, 10)
    assert.equal(list.isOut('eve', 20), false)
  })
})
