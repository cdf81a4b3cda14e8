import assert from 'node:assert/strict'
import { Agreement } from '../../../../src/search/word-index/index.ts'

describe('agreement of holders', () => {
  it('is what a second one tells, each result once', () => {
    const agreement = new Agreement<string>()
    assert.equal(agreement.note('ana', ['a', 'b']), 0)
    assert.equal(agreement.note('bob', ['b', 'c']), 1)
    assert.equal(agreement.note('eve', ['b', 'c', 'a']), 2)
    assert.equal(agreement.note('ana', ['d']), 0)
  })

  it('is not what one tells twice', () => {
    const agreement = new Agreement<string>()
    assert.equal(agreement.note('eve', ['a', 'a']), 0)
    assert.equal(agreement.note('eve', ['a']), 0)
    assert.equal(agreement.note('ana', ['a', 'a']), 1)
  })

  it('does not count what liars tell, also when it shows later that they lie', () => {
    const liars = new Set(['mallory'])
    const agreement = new Agreement<string>(peer => liars.has(peer))
    assert.equal(agreement.note('ann', ['a']), 0)
    assert.equal(agreement.note('mallory', ['a']), 0)
    assert.equal(agreement.note('bob', ['b']), 0)
    liars.add('bob')
    assert.equal(agreement.note('cid', ['a', 'b']), 1)
    assert.equal(agreement.note('dan', ['b']), 1)
  })
})
