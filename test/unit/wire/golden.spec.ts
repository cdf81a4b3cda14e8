import assert from 'node:assert/strict'
import {
  bytesToSign,
  decodeAggregateMessage,
  encodeAggregateMessage,
  questionId
} from '../../../src/wire/aggregate-message.ts'
import { decodeAnnouncement, encodeAnnouncement } from '../../../src/wire/announcement.ts'
import { decodeCatalogMessage, encodeCatalogMessage } from '../../../src/wire/catalog-message.ts'
import { decodeFileMessage, encodeFileMessage } from '../../../src/wire/file-message.ts'
import { decodeHead, encodeHead } from '../../../src/wire/head.ts'
import { decodePage, encodePage, pageHash } from '../../../src/wire/page.ts'
import { decodeSearchMessage, encodeSearchMessage, queryId } from '../../../src/wire/search-message.ts'
import { AGGREGATE, ANNOUNCEMENT, CATALOG, ENTRY, FILE, HEAD, NONCE, SEARCH } from './samples.ts'

// A change here is a change of the wire format: SPEC.md, "Versions".

const CID_HEX = '01551220e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const PEER_HEX = `002408011220${'07'.repeat(32)}`
const ID_HEX = 'd7b8b99a8bff38099baae2513fb7d45e'
const ENTRY_HEX = `0a24${CID_HEX}120c6d757369632fc3b12e74787418ac02220a746578742f706c61696e2880d095ffbc31`
const ONES = '11'.repeat(32)
const TWOS = '22'.repeat(32)
const THREES = '33'.repeat(32)

const HEAD_HEX = `0a26${PEER_HEX}1203616e611881d095ffbc3120901c280230ac0240014a20${TWOS}`
const PAGE_HEX = `0a4a${ENTRY_HEX}`
const ANNOUNCEMENT_HEX = `0a030102031080d095ffbc311a4a${ENTRY_HEX}22350a24${CID_HEX}120d6d757369632f6f6c642e747874`

const CATALOG_HEX: Record<string, string> = {
  heads: '0a090a070a030102031001',
  'get-page-list': `12280a26${PEER_HEX}`,
  'page-list': `1a470a030102031240${ONES}${THREES}`,
  'get-pages': `224a0a26${PEER_HEX}1220${ONES}`,
  page: '2a040a020405',
  end: '3200',
  unknown: '3a00'
}

const SEARCH_HEX: Record<string, string> = {
  hello: '0a050a03616e61',
  welcome: '12050a03626f62',
  refused: '1a1a080112162f6970342f31302e302e302e312f7463702f34383031',
  query: '22270a1009090909090909090909090909090909120a626c7565207768616c65180620012880043801',
  hits: `2a91010a10${ID_HEX}127d0a4a${ENTRY_HEX}122f0a26${PEER_HEX}1203616e611801`,
  report: `321f0a10${ID_HEX}10031804200528d80430013801`,
  cancel: `3a120a10${ID_HEX}`,
  ping: '42020807',
  pong: '4a020807'
}

const FILE_HEX: Record<string, string> = {
  'get-manifest': `0a2808011224${CID_HEX}`,
  'get-have': `122c08021224${CID_HEX}18808010`,
  'get-blocks': `1a2f08031224${CID_HEX}1800180518c801`,
  'get-leaves': `324e08051224${CID_HEX}1224${CID_HEX}`,
  'get-sources': `222808041224${CID_HEX}`,
  cancel: '2a020803',
  node: '42050801109003',
  block: '4a080803100518808040',
  have: '520a08021a010f2080808002',
  sources: `5a44080412400a26${PEER_HEX}12162f6970342f31302e302e302e312f7463702f34383031`,
  end: '62020801',
  refused: '6a080803100218002002'
}

const AGGREGATE_HEX: Record<string, string> = {
  question: '0a220a1009090909090909090909090909090909120576616c75651202c3b1180320a846',
  answer:
    `1286020a10${ID_HEX}1281010a26${PEER_HEX}` +
    `12150a1108021203382e351a042d332e35220231320a001a40${'44'.repeat(64)}` +
    '1a1808ac02121108021203382e351a042d332e352202313212002' +
    `2520a26${PEER_HEX}1226002408011220${'08'.repeat(32)}18022802`,
  declined: `1a140a10${ID_HEX}1002`
}

describe('the wire format', () => {
  golden('head', HEAD, HEAD_HEX, encodeHead, decodeHead)
  golden('page', [ENTRY], PAGE_HEX, encodePage, decodePage)
  golden('announcement', ANNOUNCEMENT, ANNOUNCEMENT_HEX, encodeAnnouncement, decodeAnnouncement)
  for (const message of CATALOG) {
    golden(message.type, message, CATALOG_HEX[message.type], encodeCatalogMessage, decodeCatalogMessage)
  }
  for (const message of SEARCH) {
    golden(message.type, message, SEARCH_HEX[message.type], encodeSearchMessage, decodeSearchMessage)
  }
  for (const message of FILE) {
    golden(message.type, message, FILE_HEX[message.type], encodeFileMessage, decodeFileMessage)
  }

  for (const message of AGGREGATE) {
    golden(message.type, message, AGGREGATE_HEX[message.type], encodeAggregateMessage, decodeAggregateMessage)
  }

  it('derives the id of a question from nonce and names', () => {
    assert.equal(questionId(NONCE, ['value', 'ñ']), '3c9ef8aadd52e852b14ac7a2f3303dcd')
    assert.notEqual(questionId(NONCE, ['ab', 'c']), questionId(NONCE, ['a', 'bc']))
  })

  it('signs a statement with the protocol and the question before it', () => {
    const bytes = Buffer.from(bytesToSign(ID_HEX, Uint8Array.of(1, 2)))
    assert.equal(bytes.subarray(0, 25).toString(), '/p2pnode/aggregate/1.0.0\n')
    assert.equal(bytes.subarray(25).toString('hex'), `${ID_HEX}0102`)
  })

  it('derives the id of a query from nonce and text', () => {
    assert.equal(queryId(NONCE, 'blue whale'), ID_HEX)
  })

  it('hashes a page', () => {
    assert.equal(
      pageHash(encodePage([ENTRY])),
      '10d92279658199d6ca82145ab4fd403f055874c2ef48b1cdd256d0a97ecaae2b'
    )
  })
})

function golden<T>(
  name: string,
  message: T,
  hex: string | undefined,
  encode: (message: T) => Uint8Array,
  decode: (bytes: Uint8Array) => T
): void {
  it(`of ${name} is stable`, () => {
    assert.ok(hex !== undefined)
    assert.equal(Buffer.from(encode(message)).toString('hex'), hex)
    assert.deepEqual(decode(Buffer.from(hex, 'hex')), message)
  })
}
