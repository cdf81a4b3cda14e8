import assert from 'node:assert/strict'
import { seededRandom } from '../../../src/base/random.ts'
import { DialBook } from '../../../src/node/dial-book.ts'

const nobody = (): boolean => false
const keysDue = (book: DialBook, now: number): string[] => book.due(now, nobody).map(({ key }) => key)

describe('DialBook', () => {
  it('offers a new candidate at once, and whom the user named before the others', () => {
    const book = new DialBook(seededRandom(1))
    book.add({ peer: 'ann', source: 'referral' }, 0)
    book.add({ address: '/ip4/1.2.3.4/tcp/1', source: 'user' }, 0)
    book.add({ peer: 'bob', source: 'lan' }, 0)
    assert.deepEqual(keysDue(book, 0), ['/ip4/1.2.3.4/tcp/1', 'bob', 'ann'])
  })

  it('waits longer after each failure, and never gives up on whom the user named', () => {
    const book = new DialBook(seededRandom(1))
    book.add({ peer: 'ann', source: 'user' }, 0)
    let now = 0
    let last = 0
    for (let i = 0; i < 50; i++) {
      book.onFailed('ann', now)
      const due = book.due(Number.POSITIVE_INFINITY, nobody)[0]?.dialAt as number
      const pause = due - now
      assert.ok(i > 3 || pause > last * 0.8, `try ${i}: ${pause} after ${last}`)
      assert.ok(pause <= 15_000 * 1.25)
      last = pause
      now = due
    }
    assert.deepEqual(keysDue(book, now), ['ann'])
  })

  it('forgets a referral that does not answer', () => {
    const book = new DialBook(seededRandom(1))
    book.add({ peer: 'ann', source: 'referral' }, 0)
    for (let i = 0; i < 8; i++) book.onFailed('ann', 0)
    assert.equal(book.size, 0)
  })

  it('tries soon again after a connection was lost', () => {
    const book = new DialBook(seededRandom(1))
    book.add({ peer: 'ann', source: 'neighbour' }, 0)
    for (let i = 0; i < 9; i++) book.onFailed('ann', 0)
    assert.deepEqual(keysDue(book, 2_000), [])
    book.onConnected('ann', 'ann')
    book.onDisconnected('ann', 2_000)
    assert.deepEqual(keysDue(book, 3_000), ['ann'])
  })

  it('stays bounded, and never throws out whom the user named', () => {
    const book = new DialBook(seededRandom(1))
    book.add({ peer: 'mine', source: 'user' }, 0)
    for (let i = 0; i < 5_000; i++) book.add({ peer: `peer${i}`, source: 'lan' }, 0)
    assert.equal(book.size, 1_000)
    assert.equal(keysDue(book, 0)[0], 'mine')
  })
})
