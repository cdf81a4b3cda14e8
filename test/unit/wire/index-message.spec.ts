import assert from 'node:assert/strict'
import { entryToWire } from '../../../src/wire/entry.ts'
import type { WireFault } from '../../../src/wire/errors.ts'
import * as pb from '../../../src/wire/generated/index.js'
import { peerToBytes } from '../../../src/wire/ids.ts'
import {
  type Contact,
  decodeIndexMessage,
  encodeIndexMessage,
  type HandedRecord,
  type IndexHit
} from '../../../src/wire/index-message.ts'
import { packFound, packHandOver } from '../../../src/wire/index-packing.ts'
import { MAX_CONTROL_FRAME_BYTES } from '../../../src/wire/limits.ts'
import { fault } from './faults.ts'
import { INDEX, KEY } from './index-samples.ts'
import { ENTRY, entries, PEER, peerOf } from './samples.ts'

// A change here is a change of the wire format: SPEC.md, "Versions".
const CID_HEX = '01551220e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const PEER_HEX = `002408011220${'07'.repeat(32)}`
const ENTRY_HEX = `0a24${CID_HEX}120c6d757369632fc3b12e74787418ac02220a746578742f706c61696e2880d095ffbc31`
const ADDRESS_HEX = '12162f6970342f31302e302e302e312f7463702f34383031'
const GOLDEN: Record<string, string> = {
  find: `0a2e0a20${KEY}120a626c7565207768616c65`,
  found:
    `12eb010a7b0a4a${ENTRY_HEX}122d0a26${PEER_HEX}1203616e6110011a400a26002408011220${'08'.repeat(32)}` +
    `${ADDRESS_HEX}22280a26${PEER_HEX}`,
  store: `1a790a04626c75650a057768616c65124a${ENTRY_HEX}18901c2203616e612a${ADDRESS_HEX.slice(2)}`,
  stored: '22060a0401020304',
  withdraw: `2a3d0a057768616c6512340a24${CID_HEX}120c6d757369632fc3b12e747874`,
  'hand-over':
    `32e1010a20${KEY}127b0a4a${ENTRY_HEX}1226${PEER_HEX}1a03616e61203c` + `1a400a26${PEER_HEX}${ADDRESS_HEX}`,
  taken: '3a020803',
  declined: '42020801'
}

const utf8 = (text: string) => new TextEncoder().encode(text)
const zeros = (length: number) => new Uint8Array(length)
const peer = peerToBytes(PEER)
const entry = entryToWire(ENTRY)
const provider = { peer, nickname: utf8('ana') }
const contact = { peer, addresses: [utf8('/ip4/10.0.0.1/tcp/4801')] }

const read = (message: pb.IndexMessage) => decodeIndexMessage(pb.IndexMessage.encode(message))
const inFind = (fields: Partial<pb.Find>) => read({ find: { key: zeros(32), text: utf8('blue'), ...fields } })
const inFound = (fields: Partial<pb.Found>) =>
  read({ found: { hits: [], full: false, closer: [], providers: [], ...fields } })
const inStore = (fields: Partial<pb.Store>) => {
  const usual = { words: [utf8('blue')], entries: [entry], lifeS: 60, nickname: utf8('ana'), addresses: [] }
  return read({ store: { ...usual, ...fields } })
}
const inRecord = (fields: Partial<pb.HandedRecord>) => {
  const record = { entry, ...provider, lifeS: 60, ...fields }
  return read({ handOver: { key: zeros(32), records: [record], providers: [] } })
}

const REFUSED: Array<[name: string, code: WireFault['code'], field: string, decode: () => unknown]> = [
  ['a frame of over 64 KiB', 'too-long', 'frame', () => decodeIndexMessage(zeros(65_537))],
  ['no message', 'unknown-message', 'frame', () => decodeIndexMessage(zeros(0))],
  ['a key of 31 bytes', 'malformed', 'key', () => inFind({ key: zeros(31) })],
  ['a key of 33 bytes', 'malformed', 'key', () => inFind({ key: zeros(33) })],
  ['a query of 129 bytes', 'too-long', 'text', () => inFind({ text: utf8('a'.repeat(129)) })],
  ['a query that is not UTF-8', 'malformed', 'text', () => inFind({ text: Uint8Array.of(255) })],
  [
    '201 hits',
    'too-many',
    'hits',
    () => inFound({ hits: Array(201).fill({ entry, providers: [provider] }) })
  ],
  ['a hit of nobody', 'out-of-range', 'providers', () => inFound({ hits: [{ entry, providers: [] }] })],
  [
    'a hit of 9 providers',
    'too-many',
    'providers',
    () => inFound({ hits: [{ entry, providers: Array(9).fill(provider) }] })
  ],
  ['a hit without an entry', 'malformed', 'entry', () => inFound({ hits: [{ providers: [provider] }] })],
  ['9 nearer servers', 'too-many', 'closer', () => inFound({ closer: Array(9).fill(contact) })],
  [
    'a server that is none',
    'malformed',
    'peer',
    () => inFound({ closer: [{ peer: zeros(9), addresses: [] }] })
  ],
  [
    '4 addresses of one server',
    'too-many',
    'addresses',
    () => inFound({ closer: [{ peer, addresses: Array(4).fill(utf8('/a')) }] })
  ],
  [
    'an address that is none',
    'malformed',
    'addresses',
    () => inFound({ closer: [{ peer, addresses: [utf8('10.0.0.1')] }] })
  ],
  ['a store under no word', 'out-of-range', 'words', () => inStore({ words: [] })],
  ['a store under 3 words', 'too-many', 'words', () => inStore({ words: ['a', 'b', 'c'].map(utf8) })],
  ['a store under an empty word', 'malformed', 'words', () => inStore({ words: [zeros(0)] })],
  ['a pair in the other order', 'malformed', 'words', () => inStore({ words: ['b', 'a'].map(utf8) })],
  ['a pair of one word', 'malformed', 'words', () => inStore({ words: ['a', 'a'].map(utf8) })],
  ['a word of 129 bytes', 'too-long', 'words', () => inStore({ words: [utf8('a'.repeat(129))] })],
  ['65 entries', 'too-many', 'entries', () => inStore({ entries: Array(65).fill(entry) })],
  [
    'an entry outside its share',
    'malformed',
    'path',
    () => inStore({ entries: [{ ...entry, path: utf8('../x') }] })
  ],
  ['a record without a life', 'out-of-range', 'lifeS', () => inStore({ lifeS: 0 })],
  ['a record of over 2 hours', 'out-of-range', 'lifeS', () => inStore({ lifeS: 7_201 })],
  ['a long nickname', 'too-long', 'nickname', () => inStore({ nickname: zeros(65) })],
  [
    'a verdict that is none',
    'out-of-range',
    'verdicts',
    () => read({ stored: { verdicts: Uint8Array.of(5), closer: [] } })
  ],
  [
    '65 verdicts',
    'too-many',
    'verdicts',
    () => read({ stored: { verdicts: zeros(65).fill(1), closer: [] } })
  ],
  ['a handed record of nobody', 'malformed', 'peer', () => inRecord({ peer: zeros(0) })],
  ['a handed record that is over', 'out-of-range', 'lifeS', () => inRecord({ lifeS: 0 })],
  [
    '65 handed records',
    'too-many',
    'records',
    () =>
      read({
        handOver: {
          key: zeros(32),
          records: Array(65).fill({ entry, ...provider, lifeS: 1 }),
          providers: []
        }
      })
  ],
  ['a refusal for no reason', 'out-of-range', 'reason', () => read({ declined: { reason: 2 } })]
]

describe('messages of the word index', () => {
  for (const message of INDEX) {
    it(`of the kind ${message.type} are stable`, () => {
      const hex = GOLDEN[message.type] as string
      assert.equal(Buffer.from(encodeIndexMessage(message)).toString('hex'), hex)
      assert.deepEqual(decodeIndexMessage(Buffer.from(hex, 'hex')), message)
    })
  }

  for (const [name, code, field, decode] of REFUSED) {
    it(`refuse ${name}`, () => assert.throws(decode, fault(code, field)))
  }

  it('take a query of 128 bytes and one that is empty', () => {
    inFind({ text: utf8('a'.repeat(128)) })
    inFind({ text: zeros(0) })
  })
})

const peers = (count: number) => Array.from({ length: count }, (_, i) => peerOf(zeros(32).fill(i + 1)))
const contactOf = (id: string): Contact => ({ peer: id, addresses: [`/ip4/10.0.0.1/tcp/${id.length}`] })
const closer = peers(8).map(contactOf)
const long = { ...ENTRY, path: `${'a'.repeat(4_000)}/ñ.txt` }

describe('packFound', () => {
  const hitsOf = (count: number): IndexHit[] =>
    entries(count).map((given, i) => ({
      entry: given,
      providers: peers(8)
        .slice(0, 1 + (i % 8))
        .map(id => ({ peer: id, nickname: 'n'.repeat(64) }))
    }))

  it('tells all when they fit, each provider once', () => {
    const hits = hitsOf(50)
    const found = packFound({ hits, full: false, closer }, contactOf)
    assert.deepEqual(found.hits, hits)
    assert.equal(found.full, false)
    assert.equal(found.providers.length, 8)
  })

  it('tells those that fit, in their order, and that there are more', () => {
    for (const hits of [hitsOf(200), hitsOf(40).map(hit => ({ ...hit, entry: long }))]) {
      const found = packFound({ hits, full: false, closer }, contactOf)
      assert.ok(found.hits.length > 10 && found.hits.length < hits.length)
      assert.deepEqual(found.hits, hits.slice(0, found.hits.length))
      assert.equal(found.full, true)
      const { length } = encodeIndexMessage(found)
      assert.ok(length > 0.9 * MAX_CONTROL_FRAME_BYTES && length <= MAX_CONTROL_FRAME_BYTES)
    }
  })
})

describe('packHandOver', () => {
  it('loses none, and names each provider in every message that needs it', () => {
    const ids = peers(3)
    const records: HandedRecord[] = [...entries(150), ...Array(20).fill(long)].map((given, i) => ({
      entry: given,
      peer: ids[i % 3] as string,
      nickname: 'ana',
      lifeS: 60
    }))
    const messages = packHandOver(KEY, records, contactOf)
    for (const message of messages) encodeIndexMessage(message)
    assert.deepEqual(
      messages.flatMap(message => message.records),
      records
    )
    assert.ok(messages.length >= 4)
    for (const { records: part, providers } of messages) {
      assert.equal(providers.length, new Set(part.map(({ peer: id }) => id)).size)
    }
  })
})
