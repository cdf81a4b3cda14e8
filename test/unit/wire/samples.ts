/**
 * One small message of every kind, and generators of any valid one.
 */
import { hash } from 'node:crypto'
import fc from 'fast-check'
import { base32 } from 'multiformats/bases/base32'
import { base58btc } from 'multiformats/bases/base58'
import { addDecimals, compareDecimals, parseDecimal, ZERO } from '../../../src/base/decimal.ts'
import {
  type AggregateMessage,
  encodeStatement,
  type Figure,
  questionId
} from '../../../src/wire/aggregate-message.ts'
import type { Announcement } from '../../../src/wire/announcement.ts'
import type { CatalogMessage } from '../../../src/wire/catalog-message.ts'
import type { Entry } from '../../../src/wire/entry.ts'
import type { FileMessage } from '../../../src/wire/file-message.ts'
import type { Head } from '../../../src/wire/head.ts'
import { HAVE_WINDOW_BLOCKS, MAX_FILE_BLOCKS, MAX_QUERY_REACH } from '../../../src/wire/limits.ts'
import { queryId, type SearchMessage, type WireHit } from '../../../src/wire/search-message.ts'

/** The cid of the empty file. */
export const CID_TEXT = 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku'
/** The PeerId of the Ed25519 key whose 32 bytes are all 7. */
export const PEER = peerOf(new Uint8Array(32).fill(7))
export const NONCE = new Uint8Array(16).fill(9)
export const ID = queryId(NONCE, 'blue whale')
export const HASH = '11'.repeat(32)

export const ENTRY: Entry = {
  cid: CID_TEXT,
  name: 'ñ.txt',
  path: 'music/ñ.txt',
  size: 300,
  mime: 'text/plain',
  modified: 1_700_000_000_000
}
export const HIT: WireHit = { entry: ENTRY, providers: [{ peer: PEER, nickname: 'ana', how: 'own' }] }
export const HEAD: Head = {
  provider: PEER,
  nickname: 'ana',
  seq: 1_700_000_000_001,
  ttlS: 3_600,
  files: 2,
  bytes: 300,
  pledgeFree: 0,
  pageCount: 1,
  pagesRoot: new Uint8Array(32).fill(0x22)
}
export const ANNOUNCEMENT: Announcement = {
  head: Uint8Array.of(1, 2, 3),
  baseSeq: 1_700_000_000_000,
  added: [ENTRY],
  removed: [{ cid: CID_TEXT, path: 'music/old.txt' }]
}

/** The values 12 and -3.5. */
export const FIGURE: Figure = figureOf(['12', '-3.5'])
export const NO_FIGURE: Figure = { values: 0, sum: ZERO, min: null, max: null }

export const AGGREGATE: AggregateMessage[] = [
  {
    type: 'question',
    id: questionId(NONCE, ['value', 'ñ']),
    nonce: NONCE,
    names: ['value', 'ñ'],
    hops: 3,
    timeLeftMs: 9_000
  },
  {
    type: 'answer',
    id: ID,
    contributions: [
      {
        peer: PEER,
        statement: encodeStatement([FIGURE, NO_FIGURE]),
        signature: new Uint8Array(64).fill(0x44)
      }
    ],
    subtotal: { nodes: 300, figures: [FIGURE, NO_FIGURE] },
    failed: [{ from: PEER, to: peerOf(new Uint8Array(32).fill(8)), reason: 'gone' }],
    moreFailed: 2
  },
  { type: 'declined', id: ID, reason: 'over-rate' }
]

export const CATALOG: CatalogMessage[] = [
  { type: 'heads', heads: [{ envelope: Uint8Array.of(1, 2, 3), hops: 1 }] },
  { type: 'get-page-list', provider: PEER },
  { type: 'page-list', envelope: Uint8Array.of(1, 2, 3), hashes: [HASH, '33'.repeat(32)] },
  { type: 'get-pages', provider: PEER, hashes: [HASH] },
  { type: 'page', bytes: Uint8Array.of(4, 5) },
  { type: 'end' },
  { type: 'unknown' }
]

export const QUERY: Extract<SearchMessage, { type: 'query' }> = {
  type: 'query',
  id: ID,
  nonce: NONCE,
  text: 'blue whale',
  ttl: 6,
  hops: 1,
  budget: 512,
  ownOnly: false,
  report: true
}

export const SEARCH: SearchMessage[] = [
  { type: 'hello', nickname: 'ana' },
  { type: 'welcome', nickname: 'bob' },
  { type: 'refused', reason: 'full', addresses: ['/ip4/10.0.0.1/tcp/4801'] },
  QUERY,
  { type: 'hits', id: ID, hits: [HIT] },
  {
    type: 'report',
    id: ID,
    nodes: 3,
    queries: 4,
    answers: 5,
    bytes: 600,
    duplicates: 1,
    truncated: true
  },
  { type: 'cancel', id: ID },
  { type: 'ping', nonce: 7 },
  { type: 'pong', nonce: 7 }
]

export const FILE: FileMessage[] = [
  { type: 'get-manifest', id: 1, root: CID_TEXT },
  { type: 'get-have', id: 2, root: CID_TEXT, first: HAVE_WINDOW_BLOCKS },
  { type: 'get-blocks', id: 3, root: CID_TEXT, blocks: [0, 5, 200] },
  { type: 'get-leaves', id: 5, roots: [CID_TEXT, CID_TEXT] },
  { type: 'get-sources', id: 4, root: CID_TEXT },
  { type: 'cancel', id: 3 },
  { type: 'node', id: 1, length: 400 },
  { type: 'block', id: 3, block: 5, length: 1_048_576 },
  { type: 'have', id: 2, first: 0, bits: Uint8Array.of(0x0f), total: 4_194_304 },
  { type: 'sources', id: 4, sources: [{ peer: PEER, addresses: ['/ip4/10.0.0.1/tcp/4801'] }] },
  { type: 'end', id: 1 },
  { type: 'refused', id: 3, reason: 'busy', block: 0, position: 2 }
]

export function cidOf(digest: Uint8Array, codec = 0x55): string {
  return base32.encode(Uint8Array.of(1, codec, 0x12, digest.length, ...digest))
}

export function peerOf(key: Uint8Array): string {
  return base58btc.encode(Uint8Array.of(0, 36, 8, 1, 18, 32, ...key)).slice(1)
}

/** `count` entries that differ. */
export function entries(count: number): Entry[] {
  return Array.from({ length: count }, (_, i) => {
    const name = `${i}.txt`
    return { ...ENTRY, cid: cidOf(hash('sha256', name, 'buffer')), name, path: `music/${name}` }
  })
}

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const text = (maxLength: number, minLength = 0) => fc.string({ unit: 'binary', minLength, maxLength })
const part = text(20, 1).filter(name => !/[/\0]/.test(name) && name !== '.' && name !== '..')
const cid = fc.tuple(bytes(32), fc.constantFrom(0x55, 0x70)).map(([digest, codec]) => cidOf(digest, codec))
const peer = bytes(32).map(peerOf)
const path = fc.array(part, { minLength: 1, maxLength: 6 }).map(parts => parts.join('/'))
const envelope = fc.uint8Array({ minLength: 1, maxLength: 400 })
const hashes = fc.array(
  bytes(32).map(digest => Buffer.from(digest).toString('hex')),
  { maxLength: 5 }
)
const queryIds = bytes(16).map(id => Buffer.from(id).toString('hex'))
const addresses = (maxLength: number) =>
  fc.array(
    text(60).map(rest => `/${rest}`),
    { maxLength }
  )
const counts = fc.nat({ max: Number.MAX_SAFE_INTEGER })
const uint32 = fc.nat({ max: 0xffff_ffff })
const blockIndexes = fc.nat({ max: MAX_FILE_BLOCKS - 1 })
const windows = fc.nat({ max: 63 }).map(i => i * HAVE_WINDOW_BLOCKS)

export const anyEntry: fc.Arbitrary<Entry> = fc
  .record({ cid, path, size: counts, mime: fc.constantFrom('', 'video/mp4'), modified: counts })
  .map(entry => ({ ...entry, name: entry.path.split('/').at(-1) as string }))

export const anyHead: fc.Arbitrary<Head> = fc.record({
  provider: peer,
  nickname: text(16),
  seq: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  ttlS: fc.nat({ max: 86_400 }),
  files: counts,
  bytes: counts,
  pledgeFree: counts,
  pageCount: fc.nat({ max: 8_000 }),
  pagesRoot: bytes(32)
})

export const anyAnnouncement: fc.Arbitrary<Announcement> = fc.record({
  head: envelope,
  baseSeq: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  added: fc.array(anyEntry, { maxLength: 4 }),
  removed: fc.array(fc.record({ cid, path }), { maxLength: 4 })
})

export const anyCatalogMessage: fc.Arbitrary<CatalogMessage> = fc.oneof(
  fc.record({
    type: fc.constant('heads' as const),
    heads: fc.array(fc.record({ envelope, hops: fc.nat({ max: 7 }) }), { maxLength: 4 })
  }),
  fc.record({ type: fc.constant('get-page-list' as const), provider: peer }),
  fc.record({ type: fc.constant('page-list' as const), envelope, hashes }),
  fc.record({ type: fc.constant('get-pages' as const), provider: peer, hashes }),
  fc.record({ type: fc.constant('page' as const), bytes: envelope }),
  fc.constantFrom({ type: 'end' as const }, { type: 'unknown' as const })
)

const anyHit = fc.record({
  entry: anyEntry,
  providers: fc.array(
    fc.record({ peer, nickname: text(16), how: fc.constantFrom('own' as const, 'known' as const) }),
    { minLength: 1, maxLength: 8 }
  )
})

const anyQuery = fc
  .record({
    nonce: bytes(16),
    text: text(32, 1),
    ttl: fc.integer({ min: 1, max: MAX_QUERY_REACH }),
    budget: fc.nat({ max: 4_096 }),
    ownOnly: fc.boolean(),
    report: fc.boolean()
  })
  .chain(query => fc.nat({ max: MAX_QUERY_REACH - query.ttl }).map(hops => ({ ...query, hops })))
  .map(query => ({ type: 'query' as const, id: queryId(query.nonce, query.text), ...query }))

export const anySearchMessage: fc.Arbitrary<SearchMessage> = fc.oneof(
  fc.record({ type: fc.constantFrom('hello' as const, 'welcome' as const), nickname: text(16) }),
  fc.record({
    type: fc.constant('refused' as const),
    reason: fc.constantFrom('full' as const, 'blocked' as const, 'unwilling' as const),
    addresses: addresses(3)
  }),
  anyQuery,
  fc.record({
    type: fc.constant('hits' as const),
    id: queryIds,
    hits: fc.array(anyHit, { maxLength: 4 })
  }),
  fc.record({
    type: fc.constant('report' as const),
    id: queryIds,
    nodes: uint32,
    queries: uint32,
    answers: uint32,
    bytes: uint32,
    duplicates: uint32,
    truncated: fc.boolean()
  }),
  fc.record({
    type: fc.constant('report' as const),
    id: queryIds,
    nodes: uint32,
    queries: uint32,
    answers: uint32,
    bytes: uint32,
    duplicates: uint32,
    truncated: fc.boolean(),
    visits: fc.array(
      fc.record({
        peer,
        from: peer,
        hops: fc.integer({ min: 1, max: MAX_QUERY_REACH }),
        hits: fc.nat({ max: 200 }),
        again: fc.boolean()
      }),
      { minLength: 1, maxLength: 20 }
    )
  }),
  anyQuery.map(query => ({ ...query, trace: true })),
  fc.record({ type: fc.constant('cancel' as const), id: queryIds }),
  fc.record({ type: fc.constantFrom('ping' as const, 'pong' as const), nonce: counts })
)

export const anyFileMessage: fc.Arbitrary<FileMessage> = fc.oneof(
  fc.record({
    type: fc.constantFrom('get-manifest' as const, 'get-sources' as const),
    id: uint32,
    root: cid
  }),
  fc.record({ type: fc.constant('get-have' as const), id: uint32, root: cid, first: windows }),
  fc.record({
    type: fc.constant('get-blocks' as const),
    id: uint32,
    root: cid,
    blocks: fc.uniqueArray(blockIndexes, { minLength: 1, maxLength: 64 })
  }),
  fc.record({
    type: fc.constant('get-leaves' as const),
    id: uint32,
    roots: fc.array(cid, { minLength: 1, maxLength: 64 })
  }),
  fc.record({ type: fc.constantFrom('cancel' as const, 'end' as const), id: uint32 }),
  fc.record({
    type: fc.constant('node' as const),
    id: uint32,
    length: fc.integer({ min: 1, max: 131_072 })
  }),
  fc.record({
    type: fc.constant('block' as const),
    id: uint32,
    block: blockIndexes,
    length: fc.nat({ max: 1_048_576 })
  }),
  fc.record({
    type: fc.constant('have' as const),
    id: uint32,
    first: windows,
    bits: fc.uint8Array({ maxLength: 64 }),
    total: fc.nat({ max: MAX_FILE_BLOCKS * 1_048_576 })
  }),
  fc.record({
    type: fc.constant('sources' as const),
    id: uint32,
    sources: fc.array(fc.record({ peer, addresses: addresses(6) }), { maxLength: 4 })
  }),
  fc.record(
    {
      type: fc.constant('refused' as const),
      id: uint32,
      reason: fc.constantFrom('not-found' as const, 'busy' as const, 'changed' as const),
      block: blockIndexes,
      position: fc.integer({ min: 1, max: 0xffff_ffff })
    },
    { requiredKeys: ['type', 'id', 'reason'] }
  )
)

const digits = (maxLength: number) => fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength })
const anyDecimal = fc
  .tuple(fc.constantFrom('', '-'), digits(30), digits(30))
  .map(([sign, whole, fraction]) => parseDecimal(`${sign}0${whole}.${fraction}`))

const anyFigure: fc.Arbitrary<Figure> = fc.array(anyDecimal, { maxLength: 5 }).map(values => {
  const sorted = values.toSorted(compareDecimals)
  return {
    values: values.length,
    sum: values.reduce(addDecimals, ZERO),
    min: sorted[0] ?? null,
    max: sorted.at(-1) ?? null
  }
})
const figures = fc.array(anyFigure, { maxLength: 8 })

export const anyAggregateMessage: fc.Arbitrary<AggregateMessage> = fc.oneof(
  fc
    .record({
      nonce: bytes(16),
      names: fc.uniqueArray(text(16, 1), { minLength: 1, maxLength: 8 }),
      hops: fc.nat({ max: 63 }),
      timeLeftMs: fc.integer({ min: 1, max: 120_000 })
    })
    .map(question => ({
      type: 'question' as const,
      id: questionId(question.nonce, question.names),
      ...question
    })),
  fc
    .record({
      type: fc.constant('answer' as const),
      id: queryIds,
      contributions: fc.uniqueArray(
        fc.record({
          peer,
          statement: fc
            .array(anyFigure, { minLength: 1, maxLength: 8 })
            .map(list => new Uint8Array(encodeStatement(list))),
          signature: bytes(64)
        }),
        { maxLength: 4, selector: contribution => contribution.peer }
      ),
      subtotal: fc.option(fc.record({ nodes: fc.integer({ min: 1, max: 1_000_000_000 }), figures })),
      failed: fc.array(
        fc.record({
          from: peer,
          to: peer,
          reason: fc.constantFrom('silent' as const, 'gone' as const, 'no-time' as const)
        }),
        { maxLength: 4 }
      ),
      moreFailed: uint32
    })
    .filter(({ contributions, subtotal }) => contributions.length > 0 || subtotal !== null),
  fc.record({
    type: fc.constant('declined' as const),
    id: queryIds,
    reason: fc.constantFrom('counted' as const, 'over-rate' as const, 'busy' as const)
  })
)

function figureOf(texts: string[]): Figure {
  const values = texts.map(value => parseDecimal(value)).sort(compareDecimals)
  const [min = null, max = null] = [values[0], values.at(-1)]
  return { values: values.length, sum: values.reduce(addDecimals, ZERO), min, max }
}
