import assert from 'node:assert/strict'
import fc from 'fast-check'
import { base32 } from 'multiformats/bases/base32'
import { base32Decode, base32Encode } from '../../../src/wire/base32.ts'

describe('base 32', () => {
  it('gives the text of multiformats, and takes it back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), bytes => {
        assert.equal(base32Encode(bytes), base32.encode(bytes))
        assert.deepEqual(base32Decode(base32.encode(bytes)), new Uint8Array(bytes))
      })
    )
  })

  it('takes no text but that of some bytes', () => {
    const character = fc.constantFrom(...'abz27=1A-é\u{1f600}')
    fc.assert(
      fc.property(fc.string({ unit: character, maxLength: 12 }), text => {
        const bytes = base32Decode(`b${text}`)
        if (bytes !== undefined) assert.equal(base32Encode(bytes), `b${text}`)
      })
    )
  })

  for (const text of ['', 'mzxw6', 'BMZXW6', 'ba', 'bmy======', 'bmz', 'bm1', 'bmé']) {
    it(`refuses "${text}"`, () => assert.equal(base32Decode(text), undefined))
  }
})
