import assert from 'node:assert/strict'
import { decodeAggregateMessage, decodeStatement } from '../../../src/wire/aggregate-message.ts'
import { decodeAnnouncement } from '../../../src/wire/announcement.ts'
import { decodeCatalogMessage } from '../../../src/wire/catalog-message.ts'
import { entryToWire } from '../../../src/wire/entry.ts'
import type { WireError, WireFault } from '../../../src/wire/errors.ts'
import { decodeFileMessage } from '../../../src/wire/file-message.ts'
import * as aggregate from '../../../src/wire/generated/aggregate.js'
import * as catalog from '../../../src/wire/generated/catalog.js'
import * as file from '../../../src/wire/generated/file.js'
import * as search from '../../../src/wire/generated/search.js'
import { decodeHead } from '../../../src/wire/head.ts'
import { cidToBytes, peerToBytes } from '../../../src/wire/ids.ts'
import { decodeSearchMessage, encodeSearchMessage } from '../../../src/wire/search-message.ts'
import { fault } from './faults.ts'
import { CID_TEXT, ENTRY, HEAD, ID, NONCE, PEER } from './samples.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)
const zeros = (length: number) => new Uint8Array(length)
const cid = cidToBytes(CID_TEXT)
const peer = peerToBytes(PEER)
const id = Uint8Array.from(Buffer.from(ID, 'hex'))
const wireEntry = entryToWire(ENTRY)
const wireHit: search.Hit = { entry: wireEntry, providers: [{ peer, nickname: utf8('ana'), how: 1 }] }
const wireQuery: search.Query = {
  nonce: NONCE as Uint8Array<ArrayBuffer>,
  text: utf8('blue'),
  ttl: 6,
  hops: 1,
  budget: 512,
  ownOnly: false,
  report: true,
  trace: false
}

const inEntry = (fields: Partial<catalog.Entry>) =>
  decodeAnnouncement(
    catalog.Announcement.encode({ head: zeros(9), baseSeq: 1, added: [{ ...wireEntry, ...fields }] })
  )
const inPath = (path: string) => inEntry({ path: utf8(path) })
const inHead = (fields: Partial<catalog.Head>) =>
  decodeHead(catalog.Head.encode({ ...wireHead(), ...fields }))
const wireHead = () => ({ ...HEAD, provider: peer, nickname: utf8('ana'), pagesRoot: zeros(32) })
const inAnnouncement = (fields: Partial<catalog.Announcement>) =>
  decodeAnnouncement(catalog.Announcement.encode({ head: zeros(9), baseSeq: 1, ...fields }))
const inCatalog = (message: catalog.CatalogMessage) =>
  decodeCatalogMessage(catalog.CatalogMessage.encode(message))
const inSearch = (message: search.SearchMessage) => decodeSearchMessage(search.SearchMessage.encode(message))
const inQuery = (fields: Partial<search.Query>) => inSearch({ query: { ...wireQuery, ...fields } })
const inProvider = (fields: Partial<search.Provider>) => {
  const provider = { ...(wireHit.providers[0] as search.Provider), ...fields }
  return inSearch({ hits: { id, hits: [{ entry: wireEntry, providers: [provider] }] } })
}
const inAggregate = (message: aggregate.AggregateMessage) =>
  decodeAggregateMessage(aggregate.AggregateMessage.encode(message))
const inQuestion = (fields: Partial<aggregate.Question>) => {
  const question = { nonce: id, names: [utf8('value')], hops: 0, timeLeftMs: 9_000, ...fields }
  return inAggregate({ question })
}
const wireFigure = { values: 2, sum: utf8('8.5'), min: utf8('-3.5'), max: utf8('12') }
const wireContribution = { peer, statement: zeros(2), signature: zeros(64) }
const inAnswer = (fields: Partial<aggregate.Answer>) => {
  const none = { id, contributions: [], failed: [], moreFailed: 0 }
  return inAggregate({ answer: { ...none, ...fields } })
}
const inSubtotal = (fields: Partial<aggregate.Subtotal>) =>
  inAnswer({ subtotal: { nodes: 1, figures: [wireFigure], ...fields } })
const inSubtotalWith = (fields: Partial<aggregate.Answer>) =>
  inAnswer({ subtotal: { nodes: 1, figures: [wireFigure] }, ...fields })
const inFigure = (fields: Partial<aggregate.Figure>) =>
  decodeStatement(aggregate.Statement.encode({ figures: [{ ...wireFigure, ...fields }] }))
const inFile = (message: file.FileMessage) => decodeFileMessage(file.FileMessage.encode(message))

type Case = [name: string, code: WireFault['code'], field: string, decode: () => unknown]

const REFUSED: Case[] = [
  ['a head of over 2 KiB', 'too-long', 'head', () => decodeHead(zeros(2_049))],
  ['an announcement of over 64 KiB', 'too-long', 'announcement', () => decodeAnnouncement(zeros(65_537))],
  ['a catalogue frame of over 256 KiB', 'too-long', 'frame', () => decodeCatalogMessage(zeros(262_145))],
  ['a search frame of over 64 KiB', 'too-long', 'frame', () => decodeSearchMessage(zeros(65_537))],
  ['a file frame of over 64 KiB', 'too-long', 'frame', () => decodeFileMessage(zeros(65_537))],

  ['a catalogue message of no kind', 'unknown-message', 'frame', () => decodeCatalogMessage(zeros(0))],
  ['a search message of no kind', 'unknown-message', 'frame', () => decodeSearchMessage(zeros(0))],
  ['a file message of no kind', 'unknown-message', 'frame', () => decodeFileMessage(zeros(0))],
  ['a kind that is not known', 'unknown-message', 'frame', () => decodeSearchMessage(Uint8Array.of(122, 0))],

  ['a cid of over 64 bytes', 'too-long', 'cid', () => inEntry({ cid: zeros(65) })],
  ['no cid', 'malformed', 'cid', () => inEntry({ cid: zeros(0) })],
  ['a CIDv0', 'malformed', 'cid', () => inEntry({ cid: Uint8Array.of(0x12, 0x20, ...cid.slice(4)) })],
  ['a cut cid', 'malformed', 'cid', () => inEntry({ cid: cid.slice(0, -1) })],
  ['a cid and more', 'malformed', 'cid', () => inEntry({ cid: Uint8Array.of(...cid, 0) })],
  [
    'a cid with a number written too long',
    'malformed',
    'cid',
    () => inEntry({ cid: Uint8Array.of(1, 0xd5, 0x00, ...cid.slice(2)) })
  ],
  ['no path', 'malformed', 'path', () => inPath('')],
  ['an absolute path', 'malformed', 'path', () => inPath('/etc/passwd')],
  ['an empty part', 'malformed', 'path', () => inPath('a//b')],
  ['a trailing slash', 'malformed', 'path', () => inPath('a/')],
  ['a part `.`', 'malformed', 'path', () => inPath('a/./b')],
  ['a part `..`', 'malformed', 'path', () => inPath('a/../b')],
  ['a NUL', 'malformed', 'path', () => inPath('a\0b')],
  ['33 parts', 'too-many', 'path', () => inPath(Array(33).fill('a').join('/'))],
  ['a path of over 4,096 bytes', 'too-long', 'path', () => inPath(`${'a'.repeat(4_096)}/b`)],
  ['a name of over 255 bytes', 'too-long', 'name', () => inPath(`a/${'ñ'.repeat(128)}`)],
  ['a path that is not UTF-8', 'malformed', 'path', () => inEntry({ path: Uint8Array.of(0x61, 0xff) })],
  ['an overlong UTF-8 slash', 'malformed', 'path', () => inEntry({ path: Uint8Array.of(0x61, 0xc0, 0xaf) })],
  ['a mime type of over 255 bytes', 'too-long', 'mime', () => inEntry({ mime: utf8('a'.repeat(256)) })],
  ['a line break in a mime type', 'malformed', 'mime', () => inEntry({ mime: utf8('a/b\r\nx') })],
  [
    'a size that is not a safe integer',
    'malformed',
    'announcement',
    // A size of eight bytes, each full.
    () => decodeAnnouncement(Uint8Array.of(0x1a, 10, 0x18, 255, 255, 255, 255, 255, 255, 255, 255, 0x7f))
  ],

  ['a nickname of over 64 bytes', 'too-long', 'nickname', () => inHead({ nickname: utf8('a'.repeat(65)) })],
  ['a nickname that is not UTF-8', 'malformed', 'nickname', () => inHead({ nickname: Uint8Array.of(0xed) })],
  ['a PeerId of over 64 bytes', 'too-long', 'provider', () => inHead({ provider: zeros(65) })],
  ['no PeerId', 'malformed', 'provider', () => inHead({ provider: zeros(0) })],
  ['an empty key as PeerId', 'malformed', 'provider', () => inHead({ provider: zeros(2) })],
  [
    'a PeerId of an unknown hash',
    'malformed',
    'provider',
    () => inHead({ provider: Uint8Array.of(0x1b, 0x20, ...zeros(32)) })
  ],
  ['a head without number', 'out-of-range', 'seq', () => inHead({ seq: 0 })],
  ['a head that holds for over a day', 'out-of-range', 'ttlS', () => inHead({ ttlS: 86_401 })],
  ['over 8,000 pages', 'out-of-range', 'pageCount', () => inHead({ pageCount: 8_001 })],
  ['a short root', 'malformed', 'pagesRoot', () => inHead({ pagesRoot: zeros(31) })],

  ['an announcement without head', 'malformed', 'head', () => inAnnouncement({ head: zeros(0) })],
  ['an envelope of over 2 KiB', 'too-long', 'head', () => inAnnouncement({ head: zeros(2_049) })],
  ['a delta from nothing', 'malformed', 'baseSeq', () => inAnnouncement({ baseSeq: 0, added: [wireEntry] })],
  [
    'over 1,600 added entries',
    'too-many',
    'added',
    () => inAnnouncement({ added: Array(1_601).fill({ path: utf8('a') }) })
  ],
  [
    'over 1,600 removed entries',
    'too-many',
    'removed',
    () => inAnnouncement({ removed: Array(1_601).fill({ path: utf8('a') }) })
  ],

  [
    'over 100 heads',
    'too-many',
    'heads',
    () => inCatalog({ heads: { heads: Array(101).fill({ envelope: zeros(9), hops: 0 }) } })
  ],
  [
    'a head over 7 hops away',
    'out-of-range',
    'hops',
    () => inCatalog({ heads: { heads: [{ envelope: zeros(9), hops: 8 }] } })
  ],
  [
    'an empty envelope',
    'malformed',
    'envelope',
    () => inCatalog({ pageList: { envelope: zeros(0), hashes: zeros(32) } })
  ],
  [
    'a page hash that is cut',
    'malformed',
    'hashes',
    () => inCatalog({ getPages: { provider: peer, hashes: zeros(33) } })
  ],
  [
    'over 8,000 page hashes',
    'too-many',
    'hashes',
    () => inCatalog({ getPages: { provider: peer, hashes: zeros(8_001 * 32) } })
  ],
  [
    'a page of over 255 KiB',
    'too-long',
    'page',
    () => inCatalog({ page: { encoded: zeros(255 * 1024 + 1) } })
  ],

  ['ttl 0', 'out-of-range', 'ttl', () => inQuery({ ttl: 0 })],
  ['ttl 8', 'out-of-range', 'ttl', () => inQuery({ ttl: 8, hops: 0 })],
  ['a reach of over 7 hops', 'out-of-range', 'hops', () => inQuery({ ttl: 6, hops: 2 })],
  ['a budget of over 4,096', 'out-of-range', 'budget', () => inQuery({ budget: 4_097 })],
  ['a query without text', 'out-of-range', 'text', () => inQuery({ text: zeros(0) })],
  ['a query text of over 128 bytes', 'too-long', 'text', () => inQuery({ text: utf8('ñ'.repeat(65)) })],
  ['a short nonce', 'malformed', 'nonce', () => inQuery({ nonce: zeros(15) })],
  ['a short query id', 'malformed', 'id', () => inSearch({ cancel: { id: zeros(15) } })],
  ['over 50 hits', 'too-many', 'hits', () => inSearch({ hits: { id, hits: Array(51).fill(wireHit) } })],
  [
    'a hit of over 8 providers',
    'too-many',
    'providers',
    () => inSearch({ hits: { id, hits: [{ ...wireHit, providers: Array(9).fill(wireHit.providers[0]) }] } })
  ],
  [
    'a hit without provider',
    'out-of-range',
    'providers',
    () => inSearch({ hits: { id, hits: [{ ...wireHit, providers: [] }] } })
  ],
  [
    'a hit without entry',
    'malformed',
    'entry',
    () => inSearch({ hits: { id, hits: [{ providers: wireHit.providers }] } })
  ],
  ['a provider known in no known way', 'out-of-range', 'how', () => inProvider({ how: 3 })],
  ['a provider known in no way', 'out-of-range', 'how', () => inProvider({ how: 0 })],
  [
    'a refusal for no known reason',
    'out-of-range',
    'reason',
    () => inSearch({ refused: { reason: 4, addresses: [] } })
  ],
  [
    'over 3 referrals',
    'too-many',
    'addresses',
    () => inSearch({ refused: { reason: 1, addresses: Array(4).fill(utf8('/a')) } })
  ],
  [
    'an address of over 512 bytes',
    'too-long',
    'addresses',
    () => inSearch({ refused: { reason: 1, addresses: [utf8(`/${'a'.repeat(512)}`)] } })
  ],
  [
    'an address that is none',
    'malformed',
    'addresses',
    () => inSearch({ refused: { reason: 1, addresses: [utf8('a')] } })
  ],

  [
    'a window that starts inside another',
    'malformed',
    'first',
    () => inFile({ getHave: { id: 1, root: cid, first: 8 } })
  ],
  [
    'a window past the longest file',
    'out-of-range',
    'first',
    () => inFile({ getHave: { id: 1, root: cid, first: 16_777_216 } })
  ],
  [
    'over 64 blocks',
    'too-many',
    'blocks',
    () => inFile({ getBlocks: { id: 1, root: cid, blocks: Array.from({ length: 65 }, (_, i) => i) } })
  ],
  ['no blocks', 'out-of-range', 'blocks', () => inFile({ getBlocks: { id: 1, root: cid, blocks: [] } })],
  [
    'a block asked for twice',
    'malformed',
    'blocks',
    () => inFile({ getBlocks: { id: 1, root: cid, blocks: [4, 4] } })
  ],
  [
    'a block past the longest file',
    'out-of-range',
    'blocks',
    () => inFile({ getBlocks: { id: 1, root: cid, blocks: [16_777_216] } })
  ],
  [
    'over 64 small files',
    'too-many',
    'roots',
    () => inFile({ getLeaves: { id: 1, roots: Array(65).fill(cid) } })
  ],
  ['no small files', 'out-of-range', 'roots', () => inFile({ getLeaves: { id: 1, roots: [] } })],
  [
    'a small file that is no cid',
    'malformed',
    'roots',
    () => inFile({ getLeaves: { id: 1, roots: [cid, zeros(4)] } })
  ],
  ['a root that is no cid', 'malformed', 'root', () => inFile({ getSources: { id: 1, root: zeros(4) } })],
  ['a node of over 1 MiB', 'out-of-range', 'length', () => inFile({ node: { id: 1, length: 1_048_577 } })],
  ['a node of no bytes', 'out-of-range', 'length', () => inFile({ node: { id: 1, length: 0 } })],
  [
    'a block of over 1 MiB',
    'out-of-range',
    'length',
    () => inFile({ block: { id: 1, block: 0, length: 1_048_577 } })
  ],
  [
    'an answer for a block past the longest file',
    'out-of-range',
    'block',
    () => inFile({ block: { id: 1, block: 16_777_216, length: 1 } })
  ],
  [
    'a window of over 262,144 blocks',
    'too-long',
    'bits',
    () => inFile({ have: { id: 1, first: 0, bits: zeros(32_769), total: 1 } })
  ],
  [
    'a file of over 16 TiB',
    'out-of-range',
    'total',
    () => inFile({ have: { id: 1, first: 0, bits: zeros(1), total: 2 ** 44 + 1 } })
  ],
  [
    'over 20 sources',
    'too-many',
    'sources',
    () => inFile({ sources: { id: 1, sources: Array(21).fill({ peer, addresses: [] }) } })
  ],
  [
    'over 6 addresses of a source',
    'too-many',
    'addresses',
    () => inFile({ sources: { id: 1, sources: [{ peer, addresses: Array(7).fill(utf8('/a')) }] } })
  ],
  [
    'place 0 in a queue',
    'out-of-range',
    'position',
    () => inFile({ refused: { id: 1, reason: 2, position: 0 } })
  ],
  ['a refusal for no reason', 'out-of-range', 'reason', () => inFile({ refused: { id: 1, reason: 0 } })],

  ['an aggregate frame of over 64 KiB', 'too-long', 'frame', () => decodeAggregateMessage(zeros(65_537))],
  ['an aggregate message of no kind', 'unknown-message', 'frame', () => decodeAggregateMessage(zeros(0))],
  ['a nonce of 15 bytes', 'malformed', 'nonce', () => inQuestion({ nonce: zeros(15) })],
  ['a question for nothing', 'out-of-range', 'names', () => inQuestion({ names: [] })],
  ['a question for over 8 names', 'too-many', 'names', () => inQuestion({ names: Array(9).fill(utf8('a')) })],
  ['a name asked for twice', 'malformed', 'names', () => inQuestion({ names: [utf8('a'), utf8('a')] })],
  ['an empty name of values', 'malformed', 'names', () => inQuestion({ names: [zeros(0)] })],
  ['a name of values of over 64 bytes', 'too-long', 'names', () => inQuestion({ names: [zeros(65)] })],
  [
    'a name of values that is not UTF-8',
    'malformed',
    'names',
    () => inQuestion({ names: [Uint8Array.of(255)] })
  ],
  ['a question after 64 hops', 'out-of-range', 'hops', () => inQuestion({ hops: 64 })],
  ['a question without time', 'out-of-range', 'timeLeftMs', () => inQuestion({ timeLeftMs: 0 })],
  ['a question without end', 'out-of-range', 'timeLeftMs', () => inQuestion({ timeLeftMs: 120_001 })],
  ['an answer of nobody', 'out-of-range', 'contributions', () => inAnswer({})],
  [
    'over 256 contributions',
    'too-many',
    'contributions',
    () => inAnswer({ contributions: Array(257).fill(wireContribution) })
  ],
  [
    'a node that contributes twice',
    'malformed',
    'contributions',
    () => inAnswer({ contributions: [wireContribution, wireContribution] })
  ],
  [
    'an empty statement',
    'malformed',
    'statement',
    () => inAnswer({ contributions: [{ ...wireContribution, statement: zeros(0) }] })
  ],
  [
    'a statement that is too long',
    'too-long',
    'statement',
    () => inAnswer({ contributions: [{ ...wireContribution, statement: zeros(40_000) }] })
  ],
  [
    'a short signature',
    'malformed',
    'signature',
    () => inAnswer({ contributions: [{ ...wireContribution, signature: zeros(63) }] })
  ],
  ['a subtotal of nobody', 'out-of-range', 'nodes', () => inSubtotal({ nodes: 0 })],
  ['a subtotal of over 10^9 nodes', 'out-of-range', 'nodes', () => inSubtotal({ nodes: 1_000_000_001 })],
  [
    'more values than the nodes can hold',
    'out-of-range',
    'values',
    () =>
      inSubtotal({ nodes: 2, figures: [{ values: 20_001, sum: utf8('0'), min: utf8('0'), max: utf8('0') }] })
  ],
  ['over 8 figures', 'too-many', 'figures', () => inSubtotal({ figures: Array(9).fill(wireFigure) })],
  [
    'over 64 failed links',
    'too-many',
    'failed',
    () => inSubtotalWith({ failed: Array(65).fill({ from: peer, to: peer, reason: 1 }) })
  ],
  [
    'a failure for no reason',
    'out-of-range',
    'reason',
    () => inSubtotalWith({ failed: [{ from: peer, to: peer, reason: 8 }] })
  ],
  ['a declining for no reason', 'out-of-range', 'reason', () => inAggregate({ declined: { id, reason: 4 } })],
  ['more values than one node can hold', 'out-of-range', 'values', () => inFigure({ values: 10_001 })],
  ['a sum of nothing', 'malformed', 'figures', () => inFigure({ values: 0 })],
  ['values without a sum', 'malformed', 'figures', () => inFigure({ sum: zeros(0) })],
  ['a sum that is no number', 'malformed', 'figures', () => inFigure({ sum: utf8('8,5') })],
  ['a sum not in its shortest form', 'malformed', 'figures', () => inFigure({ sum: utf8('8.50') })],
  ['a negative zero', 'malformed', 'figures', () => inFigure({ min: utf8('-0') })],
  ['a sum of over 2,020 digits', 'too-long', 'figures', () => inFigure({ sum: utf8('1'.repeat(2_021)) })],
  ['a value of over 1,000 digits', 'too-long', 'figures', () => inFigure({ max: utf8('1'.repeat(1_001)) })],
  ['a minimum above the maximum', 'malformed', 'figures', () => inFigure({ min: utf8('13') })],
  ['a sum above what the maximum allows', 'malformed', 'figures', () => inFigure({ sum: utf8('24.1') })],
  ['a sum below what the minimum allows', 'malformed', 'figures', () => inFigure({ sum: utf8('-7.1') })]
]

describe('decoders', () => {
  for (const [name, code, field, decode] of REFUSED) {
    it(`refuse ${name}`, () => assert.throws(decode, fault(code, field)))
  }

  it('name the limit that was passed', () => {
    const isFault = (error: WireError) => {
      assert.deepEqual(error.fault, { code: 'too-many', field: 'hits', limit: 50 })
      return true
    }
    assert.throws(() => inSearch({ hits: { id, hits: Array(51).fill(wireHit) } }), isFault)
  })

  it('take a backslash for a character', () => {
    assert.equal(inPath('a\\..\\b').added[0]?.name, 'a\\..\\b')
  })

  it('skip fields that they do not know', () => {
    const ping = encodeSearchMessage({ type: 'ping', nonce: 7 })
    assert.deepEqual(decodeSearchMessage(Uint8Array.of(...ping, 122, 1, 0)), { type: 'ping', nonce: 7 })
  })
})
