/**
 * One small message of every kind of the word index, and a generator of any valid one.
 */
import fc from 'fast-check'
import type { IndexMessage } from '../../../src/wire/index-message.ts'
import { anyEntry, CID_TEXT, ENTRY, PEER, peerOf } from './samples.ts'

/** Key of the word `whale`: sha2-256 of `p2pnode/1/whale`. */
export const KEY = '285285cf771658ed3ddac23e14160666ed93798c6d86e2db1f5e82cdc40d071c'
export const ADDRESS = '/ip4/10.0.0.1/tcp/4801'
export const OTHER_PEER = peerOf(new Uint8Array(32).fill(8))

export const INDEX: IndexMessage[] = [
  { type: 'find', key: KEY, text: 'blue whale' },
  {
    type: 'found',
    hits: [{ entry: ENTRY, providers: [{ peer: PEER, nickname: 'ana' }] }],
    full: true,
    closer: [{ peer: OTHER_PEER, addresses: [ADDRESS] }],
    providers: [{ peer: PEER, addresses: [] }]
  },
  {
    type: 'store',
    words: ['blue', 'whale'],
    entries: [ENTRY],
    lifeS: 3_600,
    nickname: 'ana',
    addresses: [ADDRESS]
  },
  { type: 'stored', verdicts: ['stored', 'enough', 'full', 'refused'], closer: [] },
  { type: 'withdraw', words: ['whale'], entries: [{ cid: CID_TEXT, path: 'music/ñ.txt' }] },
  {
    type: 'hand-over',
    key: KEY,
    records: [{ entry: ENTRY, peer: PEER, nickname: 'ana', lifeS: 60 }],
    providers: [{ peer: PEER, addresses: [ADDRESS] }]
  },
  { type: 'taken', records: 3 },
  { type: 'declined', reason: 'over-rate' }
]

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const text = (maxLength: number, minLength = 0) => fc.string({ unit: 'binary', minLength, maxLength })
const peer = bytes(32).map(peerOf)
const key = bytes(32).map(digest => Buffer.from(digest).toString('hex'))
const addresses = fc.array(
  text(60).map(rest => `/${rest}`),
  { maxLength: 3 }
)
const contacts = (maxLength: number) => fc.array(fc.record({ peer, addresses }), { maxLength })
const words = (minLength: number) =>
  fc.uniqueArray(text(16, 1), { minLength, maxLength: 2 }).map(list => list.sort())
const lifeS = fc.integer({ min: 1, max: 7_200 })
const nickname = text(16)
const verdict = fc.constantFrom('stored' as const, 'enough' as const, 'full' as const, 'refused' as const)

export const anyIndexMessage: fc.Arbitrary<IndexMessage> = fc.oneof(
  fc.record({ type: fc.constant('find' as const), key, text: text(32) }),
  fc.record({
    type: fc.constant('found' as const),
    hits: fc.array(
      fc.record({
        entry: anyEntry,
        providers: fc.array(fc.record({ peer, nickname }), { minLength: 1, maxLength: 8 })
      }),
      { maxLength: 4 }
    ),
    full: fc.boolean(),
    closer: contacts(8),
    providers: contacts(4)
  }),
  fc.record({
    type: fc.constant('store' as const),
    words: words(1),
    entries: fc.array(anyEntry, { maxLength: 4 }),
    lifeS,
    nickname,
    addresses
  }),
  fc.record({
    type: fc.constant('stored' as const),
    verdicts: fc.array(verdict, { maxLength: 64 }),
    closer: contacts(8)
  }),
  fc.record({
    type: fc.constant('withdraw' as const),
    words: words(0),
    entries: fc.array(
      anyEntry.map(({ cid, path }) => ({ cid, path })),
      { maxLength: 4 }
    )
  }),
  fc.record({
    type: fc.constant('hand-over' as const),
    key,
    records: fc.array(fc.record({ entry: anyEntry, peer, nickname, lifeS }), { maxLength: 4 }),
    providers: contacts(4)
  }),
  fc.record({ type: fc.constant('taken' as const), records: fc.nat({ max: 1_000_000 }) }),
  fc.record({
    type: fc.constant('declined' as const),
    reason: fc.constant('over-rate' as const)
  })
)
