import assert from 'node:assert/strict'
import fc from 'fast-check'
import { ContentError, formatLink, isLink, type Link, parseLink } from '../../../src/content/index.ts'

const CID = 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku'

describe('link', () => {
  it('reads as people expect', () => {
    const link = { cid: CID, name: 'café & co.txt', size: 7, addresses: ['/ip4/10.0.0.1/tcp/4801'] }
    assert.equal(formatLink(link), `p2p:${CID}?name=caf%C3%A9%20%26%20co.txt&size=7&p=/ip4/10.0.0.1/tcp/4801`)
    assert.deepEqual(parseLink(formatLink(link)), link)
    assert.equal(formatLink({ cid: CID, addresses: [] }), `p2p:${CID}`)
  })

  it('comes back as it was', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    const links = fc.record(
      {
        cid: fc.constant(CID),
        name: text,
        size: fc.maxSafeNat(),
        addresses: fc.array(text, { maxLength: 16 })
      },
      { requiredKeys: ['cid', 'addresses'] }
    )
    fc.assert(fc.property(links, (link: Link) => assert.deepEqual(parseLink(formatLink(link)), { ...link })))
  })

  it('ignores what it does not know and normalises the cid', () => {
    const { cid, addresses } = parseLink('P2P:QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n?x=1')
    assert.equal(cid, 'bafybeihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku')
    assert.deepEqual(addresses, [])
    assert.equal(isLink(CID), false)
  })

  const wrong = [
    CID,
    'p2p:',
    'p2p:banana',
    `p2p:${CID}?size=-1`,
    `p2p:${CID}?size=1e3`,
    `p2p:${CID}?size=99999999999999999999`,
    `p2p:${CID}?name=`,
    `p2p:${CID}?name=${'x'.repeat(256)}`,
    `p2p:${CID}?p=${'x'.repeat(513)}`,
    `p2p:${CID}?${'p=/ip4/1.2.3.4&'.repeat(17)}`,
    `p2p:${CID}?${'x'.repeat(40_000)}`
  ]
  for (const text of wrong) {
    it(`refuses ${text.slice(0, 90)}`, () => assert.throws(() => parseLink(text), ContentError))
  }
})
