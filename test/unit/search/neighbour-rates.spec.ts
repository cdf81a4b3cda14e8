import assert from 'node:assert/strict'
import fc from 'fast-check'
import { QUERY_RATE } from '../../../src/search/constants.ts'
import { NeighbourRates } from '../../../src/search/neighbour-rates.ts'
import { waitMs } from '../../../src/search/rules.ts'

const rates = (): NeighbourRates => new NeighbourRates(QUERY_RATE, 0)

describe('NeighbourRates: what may be sent', () => {
  it('is for one copy half of what is left of 80 % of the rate, and leaves a fifth of that for own queries', () => {
    const link = rates()
    // 80 % of a burst of 4,096 are 3,276.8, of which 655.36 are kept.
    assert.deepEqual([link.sendable(true, 0), link.sendable(false, 0)], [1_638, 1_310])
    link.spend(2_600, 0)
    assert.deepEqual([link.sendable(true, 0), link.sendable(false, 0)], [338, 10])
    link.spend(21, 0)
    assert.deepEqual([link.sendable(true, 0), link.sendable(false, 0)], [327, 0])
    link.spend(655, 0)
    assert.deepEqual([link.sendable(true, 0), link.sendable(false, 0)], [0, 0])
  })

  it('comes in again at 80 % of the rate, up to the burst', () => {
    const link = rates()
    link.spend(3_276, 0)
    // 409.6 a second and the 0.8 that were left.
    assert.equal(link.sendable(true, 1_000), 205)
    assert.equal(link.sendable(true, 60_000), 1_638)
  })

  it('is a copy that costs one when there is no more', () => {
    const link = rates()
    link.spend(3_275, 0)
    assert.equal(link.sendable(true, 0), 1)
  })

  it('is given back when the copy cost less, never beyond the burst', () => {
    const link = rates()
    link.spend(1_000, 0)
    link.refundSent(600, 0)
    assert.equal(link.sendable(true, 0), Math.floor((3_276.8 - 400) / 2))
    link.refundSent(9_000, 0)
    assert.equal(link.sendable(true, 0), 1_638)
  })

  it('is never more than the other side takes, though messages are late by up to two seconds', () => {
    const step = fc.record({
      pauseMs: fc.nat({ max: 400 }),
      lateMs: fc.nat({ max: 2_000 }),
      isOwn: fc.boolean(),
      part: fc.double({ min: 0, max: 1, noNaN: true })
    })
    fc.assert(
      fc.property(fc.array(step, { minLength: 50, maxLength: 300 }), steps => {
        const [sender, receiver] = [rates(), rates()]
        let [now, arrivesAt] = [0, 0]
        for (const { pauseMs, lateMs, isOwn, part } of steps) {
          now += pauseMs
          const most = sender.sendable(isOwn, now)
          if (most === 0) continue
          const cost = Math.max(1, Math.floor(most * part))
          sender.spend(cost, now)
          // One link keeps the order.
          arrivesAt = Math.max(arrivesAt, now + lateMs)
          assert.equal(receiver.receive(cost, arrivesAt), 'carry')
        }
      }),
      { numRuns: 60 }
    )
  })
})

describe('NeighbourRates: what comes', () => {
  it('is carried up to the burst, dropped above it, and a strike beyond four times the rate of ten seconds', () => {
    const link = rates()
    assert.equal(link.receive(4_096, 0), 'carry')
    assert.equal(link.receive(1, 0), 'drop')
    assert.equal(link.receive(20_480 - 4_097, 0), 'drop')
    assert.equal(link.receive(1, 0), 'strike')
    // Counting begins anew.
    assert.equal(link.receive(20_480, 0), 'drop')
    assert.equal(link.receive(1, 0), 'strike')
  })

  it('is forgotten after ten seconds', () => {
    const link = rates()
    link.receive(20_480, 0)
    assert.equal(link.receive(20_480, 9_999), 'strike')
    link.receive(20_480, 9_999)
    assert.equal(link.receive(20_480, 20_000), 'drop')
  })

  it('costs less when it is given back, for the rate and for the strike', () => {
    const link = rates()
    link.receive(4_096, 0)
    link.refundReceived(4_000, 0)
    assert.equal(link.receive(4_000, 0), 'carry')
    assert.equal(link.receive(20_480 - 4_096, 0), 'drop')
    assert.equal(link.receive(1, 0), 'strike')
  })

  it('counts for a strike also when nobody asked for it, and takes nothing from the rate of queries', () => {
    const link = rates()
    assert.equal(link.receiveUnasked(20_480, 0), false)
    assert.equal(link.receive(1, 0), 'strike')
    assert.equal(link.receiveUnasked(20_481, 0), true)
    assert.equal(link.receive(4_096, 0), 'carry')
  })
})

describe('waitMs', () => {
  it('leaves each hop 300 ms more than the next, and 200 ms for what is slow', () => {
    assert.deepEqual([1, 2, 7].map(waitMs), [500, 800, 2_300])
  })
})
