import assert from 'node:assert/strict'
import fc from 'fast-check'
import { QueryError, type QueryFault } from '../../../src/catalog/errors.ts'
import { matches, parseQuery } from '../../../src/catalog/query-text.ts'
import { entry } from './fixtures.ts'

const NOW = Date.UTC(2026, 5, 1)
const DAY_MS = 86_400_000

describe('parseQuery and matches', () => {
  const song = entry('Music/Summer Tour/Live at the Beach.flac', {
    size: 30_000_000,
    mime: 'audio/flac',
    modified: NOW - 3 * DAY_MS
  })
  const cases: Array<{ text: string; matches: boolean }> = [
    { text: 'beach', matches: true },
    { text: 'BEACH tour', matches: true },
    { text: 'beach winter', matches: false },
    { text: 'bea', matches: false },
    { text: '"summer tour"', matches: true },
    { text: '“summer tour”', matches: true },
    { text: '"tour summer"', matches: false },
    { text: '"the beach', matches: true },
    { text: 'beach -winter', matches: true },
    { text: 'beach -live', matches: false },
    { text: 'beach -"live at"', matches: false },
    { text: 'beach -"live the"', matches: true },
    { text: 'mime:audio', matches: true },
    { text: 'mime:AUDIO/flac', matches: true },
    { text: 'mime:audio/*', matches: true },
    { text: 'mime:aud', matches: false },
    { text: 'mime:video mime:audio', matches: true },
    { text: 'ext:flac', matches: true },
    { text: 'ext:.FLAC', matches: true },
    { text: 'ext:lac', matches: false },
    { text: 'ext:mp3 ext:flac', matches: true },
    { text: 'size:>29MB size:<31MB', matches: true },
    { text: 'size:>30MB', matches: false },
    { text: 'size:>=30MB', matches: true },
    { text: 'size:<30mb', matches: false },
    { text: 'size:<28.7MiB', matches: true },
    { text: 'newer:7d', matches: true },
    { text: 'newer:2d', matches: false },
    { text: `cid:${song.cid}`, matches: true },
    { text: `cid:${entry('other').cid}`, matches: false },
    { text: 'music: beach', matches: true }
  ]
  for (const { text, matches: expected } of cases) {
    it(`${text} ${expected ? 'finds' : 'does not find'} the song`, () => {
      assert.equal(matches(parseQuery(text, NOW), song), expected)
    })
  }

  it('takes a version 0 cid for its version 1', () => {
    const query = parseQuery('cid:QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n', NOW)
    assert.deepEqual(query.cids, ['bafybeihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku'])
  })

  it('keeps words once', () => {
    assert.deepEqual(parseQuery('a b a "b a"', NOW).words, ['a', 'b'])
  })
})

describe('parseQuery', () => {
  const refused: Array<{ text: string; fault: Partial<QueryFault> }> = [
    { text: '', fault: { code: 'empty' } },
    { text: ' - "" !', fault: { code: 'empty' } },
    { text: '-live', fault: { code: 'empty' } },
    { text: 'ä'.repeat(65), fault: { code: 'too-long', bytes: 130, limit: 128 } },
    { text: 'a b c d e f g h -i', fault: { code: 'too-many-words', words: 9, limit: 8 } },
    {
      text: 'x size:10MB',
      fault: { code: 'bad-filter', field: 'size', value: 'size:10MB', example: 'size:>10MB' }
    },
    { text: 'x size:>10XB', fault: { code: 'bad-filter', field: 'size' } },
    { text: 'x newer:soon', fault: { code: 'bad-filter', field: 'newer', example: 'newer:7d' } },
    { text: 'x mime:!', fault: { code: 'bad-filter', field: 'mime' } },
    { text: 'x ext:', fault: { code: 'bad-filter', field: 'ext', value: 'ext:' } },
    { text: 'cid:bafynot', fault: { code: 'bad-filter', field: 'cid' } },
    { text: 'x -ext:pdf', fault: { code: 'bad-filter', field: 'ext', value: '-ext:pdf' } }
  ]
  for (const { text, fault } of refused) {
    it(`refuses ${JSON.stringify(text.slice(0, 20))} as ${fault.code}`, () => {
      assert.throws(
        () => parseQuery(text, NOW),
        (error: unknown) => {
          assert.ok(error instanceof QueryError)
          assert.deepEqual({ ...error.fault, ...fault }, error.fault)
          return true
        }
      )
    })
  }

  it('takes 128 bytes and 8 words', () => {
    assert.equal(parseQuery(`a b c d e f g ${'h'.repeat(114)}`, NOW).words.length, 8)
  })

  it('counts a long Chinese name as one word', () => {
    assert.equal(parseQuery('中华人民共和国国歌全文', NOW).words.length, 10)
  })

  it('throws nothing but QueryError @slow', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(fc.constantFrom('-', '"', 'size:', '>', 'newer:', '1', 'd', 'cid:', 'x', ' '))
        .map(parts => parts.join(''))
    )
    fc.assert(
      fc.property(text, given => {
        try {
          parseQuery(given, NOW)
        } catch (error) {
          assert.ok(error instanceof QueryError)
        }
      })
    )
  })
})
