import assert from 'node:assert/strict'
import { TokenBucket } from '../../../src/base/token-bucket.ts'

describe('TokenBucket', () => {
  it('allows its burst at once, then its rate', () => {
    const bucket = new TokenBucket({ perSecond: 10, burst: 20 }, 0)
    assert.ok(bucket.take(20, 0))
    assert.ok(!bucket.take(1, 0))
    assert.equal(bucket.waitMs(5, 0), 500)
    assert.ok(!bucket.take(5, 499))
    assert.ok(bucket.take(5, 500))
  })

  it('does not save up more than its burst', () => {
    const bucket = new TokenBucket({ perSecond: 10, burst: 20 }, 0)
    assert.ok(!bucket.take(21, 1_000_000))
  })

  it('gives nothing until a debt is paid off', () => {
    const bucket = new TokenBucket({ perSecond: 10, burst: 20 }, 0)
    bucket.charge(50, 0)
    assert.equal(bucket.available(0), -30)
    assert.ok(!bucket.take(1, 3_000))
    assert.ok(bucket.take(1, 3_100))
  })

  it('goes on when the clock was set back', () => {
    const bucket = new TokenBucket({ perSecond: 10, burst: 10 }, 1_000_000)
    assert.ok(bucket.take(10, 1_000_000))
    assert.ok(!bucket.take(1, 0))
    assert.ok(bucket.take(10, 1_000))
  })
})
