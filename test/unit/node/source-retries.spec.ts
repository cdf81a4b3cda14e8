import assert from 'node:assert/strict'
import { SourceRetries } from '../../../src/node/source-retries.ts'

describe('SourceRetries', () => {
  it('tries one that was of use again after a moment, then ever more rarely', () => {
    const retries = new SourceRetries()
    const pauses: number[] = []
    let now = 0
    for (let i = 0; i < 10; i++) {
      retries.onLeft('ann', 'closed', i === 0, now)
      const since = now
      while (!retries.due(now).includes('ann')) now += 50
      pauses.push(now - since)
    }
    assert.deepEqual(pauses.slice(0, 4), [250, 500, 1_000, 2_000])
    assert.equal(Math.max(...pauses), 30_000)
  })

  it('begins anew when it gave a block', () => {
    const retries = new SourceRetries()
    for (let i = 0; i < 5; i++) retries.onLeft('ann', 'closed', true, 0)
    assert.equal(retries.mayTry('ann', 1_000), false)
    retries.onBlock('ann')
    retries.onLeft('ann', 'closed', true, 1_000)
    assert.ok(retries.mayTry('ann', 1_250))
  })

  it('waits longer for one that fell silent, and never calls one that was of no use', () => {
    const retries = new SourceRetries()
    retries.onLeft('silent', 'silent', true, 0)
    retries.onLeft('useless', 'closed', false, 0)
    assert.deepEqual(retries.due(1_000), [])
    assert.deepEqual(retries.due(60_000), ['silent'])
    assert.equal(retries.mayTry('useless', 9_000), false)
    assert.equal(retries.mayTry('useless', 10_000), true)
  })

  it('bounds what it remembers', () => {
    const retries = new SourceRetries()
    for (let i = 0; i < 300; i++) retries.onLeft(`p${i}`, 'closed', true, 0)
    assert.equal(retries.due(60_000).length, 256)
  })
})
