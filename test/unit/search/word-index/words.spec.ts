import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import fc from 'fast-check'
import { matches, parseQuery } from '../../../../src/catalog/index.ts'
import {
  indexWords,
  isIndexed,
  lookupWords,
  peerPlace,
  rarestFirst,
  refreshMs,
  SessionMedian,
  wordKey,
  XorSpace
} from '../../../../src/search/word-index/index.ts'
import { peerToBytes } from '../../../../src/wire/ids.ts'
import { PEER, peerOf } from '../../wire/samples.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const never = () => 0

describe('indexWords', () => {
  it('are distinct, of two characters at least, and tell something', () => {
    assert.deepEqual(indexWords('Music/The Best of É/the-best_of 7.mp3'), ['music', 'best'])
  })

  /** One name in each of ten scripts, and a word of it as somebody would type it. */
  const scripts: Array<[script: string, name: string, typed: string]> = [
    ['Latin', 'Ärger im Büro.pdf', 'arger'],
    ['Greek', 'Αθήνα χάρτης.png', 'αθηνα'],
    ['Cyrillic', 'Ёлка зимой.jpg', 'елка'],
    ['Arabic', 'كتاب قديم.pdf', 'كتاب'],
    ['Hebrew', 'שָׁלוֹם עולם.txt', 'שלום'],
    ['Devanagari', 'हिन्दी गाना.mp3', 'हिन्दी'],
    ['Thai', 'ภาษาไทย เพลง.mp3', 'ภาษาไทย'],
    ['Georgian', 'საქართველო რუკა.png', 'საქართველო'],
    ['Han', '東京の地図.png', '東京'],
    ['Hangul', '한국어 노래.mp3', '한국']
  ]
  for (const [script, name, typed] of scripts) {
    it(`of a name in ${script} are those that a query for it is looked up by`, () => {
      const query = parseQuery(typed, 0)
      const [word = ''] = lookupWords(query, never)
      assert.ok(indexWords(`share/${name}`).includes(word), `${word} of ${typed}`)
      const entry = { cid: 'c', name, path: `share/${name}`, size: 1, mime: '', modified: 0 }
      assert.ok(matches(query, entry))
    })
  }

  it('leave out what no query can say', () => {
    assert.deepEqual(indexWords(`share/${'a'.repeat(129)} ${'b'.repeat(128)}`), ['share', 'b'.repeat(128)])
  })

  it('has every word by which a query that matches can be looked up', () => {
    const names = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .filter(name => !/[/\0]/.test(name))
    fc.assert(
      fc.property(names, name => {
        const path = `share/${name}`
        for (const word of indexWords(path)) {
          const query = parseQuery(word, 0)
          const entry = { cid: 'c', name, path, size: 1, mime: '', modified: 0 }
          if (matches(query, entry)) {
            for (const found of lookupWords(query, never)) assert.ok(indexWords(path).includes(found))
          }
        }
      })
    )
  })
})

describe('lookupWords', () => {
  it('are the words of a query, rarest first', () => {
    const frequency = (word: string) => ({ live: 50, concert: 3, dublin: 3 })[word] ?? 0
    const query = parseQuery('live concert dublin -bootleg ext:flac', 0)
    assert.deepEqual(lookupWords(query, frequency), ['concert', 'dublin', 'live'])
  })

  for (const text of ['the of and', 'mime:video', 'x', '"to the"', 'mp3']) {
    it(`are none of ${text}: nobody can be asked for it`, () => {
      assert.deepEqual(lookupWords(parseQuery(text, 0), never), [])
    })
  }
})

describe('rarestFirst', () => {
  it('puts the longer word first among equals, then the earlier', () => {
    assert.deepEqual(rarestFirst(['bb', 'aaa', 'cc', 'aa'], never), ['aaa', 'aa', 'bb', 'cc'])
  })
})

describe('keys of the index', () => {
  it('are hashes of words, the same for a pair in either order', () => {
    assert.equal(wordKey(['whale']), hash('sha256', 'p2pnode/1/whale'))
    assert.equal(wordKey(['whale', 'blue']), hash('sha256', 'p2pnode/1/blue whale'))
    assert.equal(wordKey(['blue', 'whale']), wordKey(['whale', 'blue']))
  })

  it('lie in one space with the hashes of PeerIds', () => {
    const peers = Array.from({ length: 50 }, (_, i) => peerOf(new Uint8Array(32).fill(i)))
    const space = new XorSpace(PEER)
    const key = wordKey(['whale'])
    const distance = (peer: string): bigint =>
      BigInt(`0x${key}`) ^ BigInt(`0x${Buffer.from(peerPlace(peer)).toString('hex')}`)
    const expected = [...peers].sort((a, b) => (distance(a) < distance(b) ? -1 : 1))
    assert.deepEqual(
      [...peers].sort((a, b) => space.compare(key, a, b)),
      expected
    )
    assert.equal(space.selfKey, hash('sha256', peerToBytes(PEER)))
    assert.equal(space.sharedBits(PEER), 256)
    for (const peer of peers.filter(other => other !== PEER)) {
      const shared =
        256 -
        (BigInt(`0x${space.selfKey}`) ^ BigInt(`0x${hash('sha256', peerToBytes(peer))}`)).toString(2).length
      assert.equal(space.sharedBits(peer), shared)
    }
  })
})

describe('the need of an index', () => {
  const cases = [
    { complete: true, peersKnown: 199, is: false },
    { complete: true, peersKnown: 200, is: true },
    { complete: false, peersKnown: 3, is: true },
    { complete: true, peersKnown: 3, smallNetwork: 3, is: true }
  ]
  for (const { is, ...facts } of cases) {
    it(`is ${is} for ${JSON.stringify(facts)}`, () => assert.equal(isIndexed(facts), is))
  }
})

describe('the time between two publications', () => {
  it('is half the median session, between ten minutes and the hour after which a record would be lost', () => {
    assert.equal(refreshMs(50 * MINUTE), 25 * MINUTE)
    assert.equal(refreshMs(1), 10 * MINUTE)
    assert.equal(refreshMs(50 * HOUR), HOUR)
  })

  it('begins with sessions of an hour, and learns from those that ended and from long ones that go on', () => {
    const sessions = new SessionMedian()
    assert.equal(sessions.medianMs(), HOUR)
    for (let i = 0; i < 9; i++) sessions.add(10 * MINUTE)
    assert.equal(sessions.medianMs(), 10 * MINUTE)
    assert.equal(sessions.medianMs(Array(20).fill(5 * HOUR)), 5 * HOUR)
    assert.equal(sessions.medianMs(Array(20).fill(5 * MINUTE)), 10 * MINUTE)
  })

  it('learns from the last 64 sessions only', () => {
    const sessions = new SessionMedian()
    for (let i = 0; i < 200; i++) sessions.add(10 * MINUTE)
    for (let i = 0; i < 31; i++) sessions.add(3 * HOUR)
    assert.equal(sessions.medianMs(), 10 * MINUTE)
    sessions.add(3 * HOUR)
    assert.equal(sessions.medianMs(), 3 * HOUR)
  })
})
