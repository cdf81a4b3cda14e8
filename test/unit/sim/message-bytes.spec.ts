/**
 * The sizes that the simulator counts are those that the codecs write.
 */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { ADDRESSES, findBytes, foundBytes } from '../../../src/sim/index-bytes.ts'
import { searchMessageBytes } from '../../../src/sim/message-bytes.ts'
import { Names } from '../../../src/sim/names.ts'
import { encodeIndexMessage, type IndexHit } from '../../../src/wire/index-message.ts'
import { MAX_QUERY_BUDGET } from '../../../src/wire/limits.ts'
import {
  encodeSearchMessage,
  queryId,
  type SearchMessage,
  type WireHit
} from '../../../src/wire/search-message.ts'

const names = new Names(1)
const nonce = new Uint8Array(16).fill(7)
const id = queryId(nonce, 'words')

const number = fc.oneof(fc.nat(300), fc.nat(2 ** 31 - 1))
const text = fc.string({ minLength: 1, maxLength: 128 }).filter(value => Buffer.byteLength(value) <= 128)
const file = fc.nat(100_000).map(n => names.entryOf(n, [n % 200_000, (n * 7) % 200_000, 5]))
const provider = fc
  .nat(50)
  .map(node => ({ peer: names.peerOf(node), nickname: node === 0 ? '' : `n${node}` }))
const hit: fc.Arbitrary<WireHit> = fc.record({
  entry: file,
  providers: fc.array(
    provider.map(one => ({ ...one, how: 'own' as const })),
    { minLength: 1, maxLength: 8 }
  )
})

const message: fc.Arbitrary<SearchMessage> = fc.oneof(
  fc.record({
    type: fc.constant('query' as const),
    id: fc.constant(id),
    nonce: fc.constant(nonce),
    text,
    ttl: fc.integer({ min: 1, max: 4 }),
    hops: fc.nat(3),
    budget: fc.nat(MAX_QUERY_BUDGET),
    ownOnly: fc.boolean(),
    report: fc.boolean()
  }),
  fc.record({
    type: fc.constant('hits' as const),
    id: fc.constant(id),
    hits: fc.array(hit, { minLength: 1, maxLength: 12 })
  }),
  fc.record({
    type: fc.constant('report' as const),
    id: fc.constant(id),
    nodes: number,
    queries: number,
    answers: number,
    bytes: number,
    duplicates: number,
    truncated: fc.boolean()
  }),
  fc.record({ type: fc.constant('cancel' as const), id: fc.constant(id) })
)

function framed(bytes: Uint8Array): number {
  return bytes.length + (bytes.length < 0x80 ? 1 : bytes.length < 0x4000 ? 2 : 3)
}

describe('counted sizes', () => {
  it('of messages of the search are what the codec writes', () => {
    fc.assert(
      fc.property(message, one => assert.equal(searchMessageBytes(one), framed(encodeSearchMessage(one))))
    )
  })

  it('of messages of the index are what the codec writes', () => {
    const hits: fc.Arbitrary<IndexHit[]> = fc.array(
      fc.record({ entry: file, providers: fc.array(provider, { minLength: 1, maxLength: 8 }) }),
      { maxLength: 10 }
    )
    const contact = (peer: string) => ({ peer, addresses: ADDRESSES })
    fc.assert(
      fc.property(hits, fc.boolean(), fc.nat(8), text, (given, full, near, query) => {
        const closer = Array.from({ length: near }, (_, i) => contact(names.peerOf(100 + i)))
        const peers = new Set(given.flatMap(({ providers }) => providers.map(({ peer }) => peer)))
        const found = encodeIndexMessage({
          type: 'found',
          hits: given,
          full,
          closer,
          providers: [...peers].map(contact)
        })
        assert.equal(foundBytes({ hits: given, full, closer }), framed(found))
        const find = encodeIndexMessage({ type: 'find', key: 'ab'.repeat(32), text: query })
        assert.equal(findBytes(query), framed(find))
      })
    )
  })
})
