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
})
