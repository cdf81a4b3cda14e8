import assert from 'node:assert/strict'
import { ContentError, parseCid, sha256, sha256OfPieces } from '../../../src/content/index.ts'

const RAW = 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku'

describe('parseCid', () => {
  it('tells a raw leaf from an inner node', () => {
    assert.equal(parseCid(RAW).codec, 'raw')
    assert.equal(parseCid('bafybeihd4yzq7n5umhjngdum4r6k2to7egxfkf2jz6thvwzf6djus22cmq').codec, 'dag-pb')
    assert.equal(Buffer.from(parseCid(RAW).digest).toString('hex').slice(0, 8), 'e3b0c442')
  })

  it('takes a CIDv0 for the CIDv1 of the same node', () => {
    const { text, codec } = parseCid('QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n')
    assert.equal(text, 'bafybeihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku')
    assert.equal(codec, 'dag-pb')
  })

  const wrong: Array<[name: string, text: string]> = [
    ['nothing', ''],
    ['a word', 'banana'],
    ['a cut cid', RAW.slice(0, -3)],
    ['dag-cbor', 'bafyreigaknpexyvxt76zgkitavbwx6ejgfheup5oybpm77f3pxzrvwpfdi'],
    [
      'sha2-512',
      'bafkrgqhhyivzstcz3hhswshfjgy6ertgmnqeleynhwt4dlfsthi4hn7zgh4uvlsb5xncykzapi3ocd4lzogukir6ksdy6wzrnz6ohnv4aglcs'
    ],
    ['a book', 'b'.repeat(100_000)]
  ]
  for (const [name, text] of wrong) {
    it(`refuses ${name}`, () => assert.throws(() => parseCid(text), isBadCid))
  }
})

describe('sha256OfPieces', () => {
  it('is the same however the bytes came', () => {
    const bytes = Uint8Array.from({ length: 1_000 }, (_, i) => i)
    const whole = sha256(bytes)
    for (const cuts of [[], [0], [1], [1, 999], [333, 666]]) {
      const pieces = [0, ...cuts].map((from, i) => bytes.subarray(from, [...cuts, 1_000][i]))
      assert.deepEqual(sha256OfPieces(pieces), whole)
    }
    assert.deepEqual(sha256OfPieces([]), sha256(new Uint8Array()))
  })
})

function isBadCid(error: unknown): boolean {
  return error instanceof ContentError && error.fault.code === 'bad-cid' && error.message.length < 400
}
