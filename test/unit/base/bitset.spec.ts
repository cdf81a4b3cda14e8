import assert from 'node:assert/strict'
import fc from 'fast-check'
import { Bitset } from '../../../src/base/bitset.ts'

describe('Bitset', () => {
  it('is what a set of numbers is, and survives its bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ i: fc.nat(99), add: fc.boolean() })), steps => {
        const model = new Set<number>()
        const bits = new Bitset(100)
        for (const { i, add } of steps) {
          if (add) bits.add(i)
          else bits.delete(i)
          if (add) model.add(i)
          else model.delete(i)
        }
        const copy = Bitset.fromBytes(bits.toBytes(), 100)
        for (let i = 0; i < 100; i++) assert.equal(copy.has(i), model.has(i))
        assert.equal(copy.count, model.size)
        assert.equal(bits.count, model.size)
      })
    )
  })

  it('refuses bytes of another length, and flags out of range', () => {
    assert.throws(() => Bitset.fromBytes(new Uint8Array(2), 17), RangeError)
    assert.throws(() => new Bitset(8).add(8), RangeError)
    assert.equal(new Bitset(8).has(8), false)
  })

  it('ignores bits past its size', () => {
    assert.equal(Bitset.fromBytes(Uint8Array.of(0xff), 3).count, 3)
    assert.equal(Bitset.full(9).count, 9)
  })
})
