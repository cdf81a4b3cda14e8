import assert from 'node:assert/strict'
import { base32 } from 'multiformats/bases/base32'
import { base58btc } from 'multiformats/bases/base58'
import { MAX_VALUE_DIGITS, parseDecimal } from '../../../src/base/decimal.ts'
import {
  answerBytes,
  contributionBytes,
  encodeAggregateMessage,
  encodeStatement
} from '../../../src/wire/aggregate-message.ts'
import { encodeAnnouncement } from '../../../src/wire/announcement.ts'
import { encodeCatalogMessage } from '../../../src/wire/catalog-message.ts'
import { checkEntry, type Entry } from '../../../src/wire/entry.ts'
import type { WireFault } from '../../../src/wire/errors.ts'
import { encodeFileMessage } from '../../../src/wire/file-message.ts'
import { encodeHead } from '../../../src/wire/head.ts'
import { MAX_NODE_VALUES, MAX_SUM_DIGITS, MAX_VISITS } from '../../../src/wire/limits.ts'
import {
  decodeSearchMessage,
  encodeSearchMessage,
  packHits,
  type SearchMessage
} from '../../../src/wire/search-message.ts'
import { fault } from './faults.ts'
import {
  ANNOUNCEMENT,
  CID_TEXT,
  ENTRY,
  entries,
  FIGURE,
  HASH,
  HEAD,
  HIT,
  ID,
  PEER,
  peerOf,
  QUERY
} from './samples.ts'

type Case = [name: string, code: WireFault['code'], field: string, encode: () => unknown]

const zeros = (length: number) => new Uint8Array(length)
const long: Entry = { ...ENTRY, path: `${'a/'.repeat(32)}b` }

/** What a user's files and words can cause must not leave the node. */
const UNSENT: Case[] = [
  ['a path of 33 parts', 'too-many', 'path', () => checkEntry(long)],
  ['a path with half a character', 'malformed', 'path', () => checkEntry({ ...ENTRY, path: 'a\ud800' })],
  ['a time before 1970', 'out-of-range', 'modified', () => checkEntry({ ...ENTRY, modified: -1 })],
  ['a fraction of a ms', 'out-of-range', 'modified', () => checkEntry({ ...ENTRY, modified: 0.5 })],
  ['a cid in another base', 'malformed', 'cid', () => checkEntry({ ...ENTRY, cid: 'QmYwAPJzv5CZsnA' })],
  [
    'a cid of 65 bytes',
    'too-long',
    'cid',
    () => checkEntry({ ...ENTRY, cid: base32.encode(new Uint8Array(65)) })
  ],
  ['an endless cid', 'too-long', 'cid', () => checkEntry({ ...ENTRY, cid: 'b'.repeat(1e6) })],
  ['a long nickname', 'too-long', 'nickname', () => encodeHead({ ...HEAD, nickname: 'ñ'.repeat(33) })],
  ['a PeerId that is none', 'malformed', 'provider', () => encodeHead({ ...HEAD, provider: '0OIl' })],
  ['an endless PeerId', 'too-long', 'provider', () => encodeHead({ ...HEAD, provider: '1'.repeat(1e6) })],
  ['a long query', 'too-long', 'text', () => encodeSearchMessage({ ...QUERY, text: 'a'.repeat(129) })],
  ['an empty query', 'out-of-range', 'text', () => encodeSearchMessage({ ...QUERY, text: '' })],
  [
    'a query id in capitals',
    'malformed',
    'id',
    () => encodeSearchMessage({ type: 'cancel', id: 'AB'.repeat(16) })
  ],
  [
    'a page hash that is no hex',
    'malformed',
    'hashes',
    () => encodeCatalogMessage({ type: 'get-pages', provider: PEER, hashes: [HASH.replace('1', 'x')] })
  ],
  [
    'a delta of over 64 KiB',
    'too-long',
    'announcement',
    () => encodeAnnouncement({ ...ANNOUNCEMENT, added: entries(1_600) })
  ],
  [
    '101 heads at once',
    'too-many',
    'heads',
    () => encodeCatalogMessage({ type: 'heads', heads: Array(101).fill({ envelope: zeros(9), hops: 0 }) })
  ],
  [
    'hits that are too long together',
    'too-long',
    'frame',
    () => encodeSearchMessage({ type: 'hits', id: ID, hits: longHits(50) })
  ],
  [
    'the same block twice',
    'malformed',
    'blocks',
    () => encodeFileMessage({ type: 'get-blocks', id: 1, root: CID_TEXT, blocks: [1, 1] })
  ]
]

describe('encoders', () => {
  for (const [name, code, field, encode] of UNSENT) {
    it(`refuse ${name}`, () => assert.throws(encode, fault(code, field)))
  }

  it('tell a count that is too large as the largest', () => {
    const counts = { nodes: 2 ** 40, queries: 0, answers: 0, bytes: 0, duplicates: 0, truncated: false }
    const report: SearchMessage = { type: 'report', id: ID, ...counts }
    assert.deepEqual(decodeSearchMessage(encodeSearchMessage(report)), { ...report, nodes: 0xffff_ffff })
  })

  it('fit the largest lists into their frames', () => {
    const envelope = zeros(2_048)
    const address = `/${'a'.repeat(511)}`
    encodeCatalogMessage({ type: 'heads', heads: Array(100).fill({ envelope, hops: 7 }) })
    encodeCatalogMessage({ type: 'page-list', envelope, hashes: Array(8_000).fill(HASH) })
    encodeCatalogMessage({ type: 'page', bytes: zeros(255 * 1024) })
    const source = { peer: PEER, addresses: Array(6).fill(address) }
    encodeFileMessage({ type: 'sources', id: 0xffff_ffff, sources: Array(20).fill(source) })
    // An identity multihash of 64 bytes, the longest PeerId that is taken from anybody.
    const longest = base58btc.encode(Uint8Array.of(0, 62, ...new Uint8Array(62).fill(255))).slice(1)
    const visit = { peer: longest, from: longest, hops: 7, hits: 200, again: true }
    const counts = { nodes: 0, queries: 0, answers: 0, bytes: 0, duplicates: 0, truncated: false }
    encodeSearchMessage({ type: 'report', id: ID, ...counts, visits: Array(MAX_VISITS).fill(visit) })
  })
})

describe('the size of an answer', () => {
  const longest = '9'.repeat(MAX_VALUE_DIGITS)
  const widest = {
    values: MAX_NODE_VALUES,
    sum: parseDecimal(`${'9'.repeat(1_000)}0000.${'9'.repeat(1_000)}`, MAX_SUM_DIGITS),
    min: parseDecimal(longest),
    max: parseDecimal(`${'9'.repeat(999)}9`)
  }

  it('is told before it is encoded, and never too small', () => {
    for (const figures of [[FIGURE], Array(8).fill(FIGURE)]) {
      for (const [nodes, links] of [
        [1, 0],
        [100, 5],
        [256, 64]
      ] as const) {
        const contributions = Array.from({ length: nodes }, (_, i) => ({
          peer: peerOf(new Uint8Array(32).fill(i)),
          statement: encodeStatement(figures),
          signature: zeros(64)
        })).filter(({ peer }, i, all) => all.findIndex(other => other.peer === peer) === i)
        const failed = Array(links).fill({ from: PEER, to: PEER, reason: 'silent' })
        const answer = {
          id: ID,
          contributions,
          subtotal: { nodes: 1, figures },
          failed,
          moreFailed: 0xffff_ffff
        }
        const told =
          answerBytes(answer) + contributions.reduce((sum, given) => sum + contributionBytes(given), 0)
        if (told > 65_536) continue
        const { length } = encodeAggregateMessage({ type: 'answer', ...answer })
        assert.ok(length <= told && told < 2 * length, `${told} for ${length}`)
      }
    }
  })

  it('leaves room for the largest subtotal with as many failed links as are named', () => {
    const subtotal = {
      nodes: 1_000_000_000,
      figures: Array(8).fill({ ...widest, sum: widest.max, min: widest.max, values: 1 })
    }
    const failed = Array(64).fill({ from: PEER, to: PEER, reason: 'silent' })
    const answer = { id: ID, contributions: [], subtotal, failed, moreFailed: 0xffff_ffff }
    assert.ok(answerBytes({ failed, subtotal: { nodes: 1, figures: Array(8).fill(widest) } }) < 65_536)
    encodeAggregateMessage({ type: 'answer', ...answer })
  })

  it('refuses to send what does not fit', () => {
    const statement = encodeStatement(
      Array(8).fill({ ...FIGURE, values: 1, sum: widest.max, min: widest.max, max: widest.max })
    )
    const contributions = [7, 8, 9].map(i => ({
      peer: peerOf(new Uint8Array(32).fill(i)),
      statement,
      signature: zeros(64)
    }))
    const answer = {
      type: 'answer' as const,
      id: ID,
      contributions,
      subtotal: null,
      failed: [],
      moreFailed: 0
    }
    assert.throws(() => encodeAggregateMessage(answer), fault('too-long', 'frame'))
  })
})

describe('packHits', () => {
  it('fills frames by number and by length, and loses none', () => {
    for (const hits of [[], Array(120).fill(HIT), longHits(50), [...longHits(16), ...Array(60).fill(HIT)]]) {
      const messages = packHits(ID, hits)
      messages.forEach(encodeSearchMessage)
      assert.deepEqual(
        messages.flatMap(message => message.hits),
        hits
      )
    }
    assert.equal(packHits(ID, Array(120).fill(HIT)).length, 3)
    assert.equal(packHits(ID, longHits(16)).length, 2)
  })
})

function longHits(count: number) {
  return Array.from({ length: count }, () => ({
    ...HIT,
    entry: { ...ENTRY, path: `${'a'.repeat(4_000)}/ñ.txt` }
  }))
}
