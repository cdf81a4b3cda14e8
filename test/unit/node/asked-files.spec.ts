import assert from 'node:assert/strict'
import { AskedFiles } from '../../../src/node/asked-files.ts'

const DAY_MS = 24 * 60 * 60_000

describe('AskedFiles', () => {
  const fetched = (asked: AskedFiles, cid: string, peers: string, now = 0): void => {
    for (const peer of peers.split(' ')) asked.onAsked(cid, peer, now)
  }

  it('are those that several peers have fetched, those of most peers first', () => {
    const asked = new AskedFiles()
    fetched(asked, 'one', 'ann bob')
    fetched(asked, 'two', 'ann bob cleo')
    fetched(asked, 'three', 'ann')
    assert.deepEqual(asked.most(0), ['two', 'one'])
  })

  it('count a peer once, however often it comes', () => {
    const asked = new AskedFiles()
    fetched(asked, 'one', 'ann ann ann')
    fetched(asked, 'two', 'ann bob')
    fetched(asked, 'three', 'ann bob bob bob cleo')
    assert.deepEqual(asked.most(0), ['three', 'two'])
  })

  it('with as many peers: those that were fetched last first', () => {
    const asked = new AskedFiles()
    fetched(asked, 'one', 'ann bob', 1)
    fetched(asked, 'two', 'ann bob', 2)
    fetched(asked, 'three', 'ann bob', 3)
    fetched(asked, 'one', 'ann', 4)
    assert.deepEqual(asked.most(4), ['one', 'three', 'two'])
  })

  it('are forgotten when nobody fetches them for a week', () => {
    const asked = new AskedFiles()
    fetched(asked, 'one', 'ann bob')
    fetched(asked, 'two', 'ann bob')
    fetched(asked, 'two', 'ann', 6 * DAY_MS)
    assert.deepEqual(asked.most(8 * DAY_MS), ['two'])
    assert.deepEqual(asked.most(14 * DAY_MS), [])
    fetched(asked, 'one', 'ann', 14 * DAY_MS)
    assert.deepEqual(asked.most(14 * DAY_MS), [])
  })

  it('keep their places from one peer that fetches everything', () => {
    const asked = new AskedFiles()
    fetched(asked, 'one', 'ann bob')
    for (let i = 0; i < 10_000; i++) fetched(asked, `file ${i}`, 'eve')
    assert.deepEqual(asked.most(0), ['one'])
    fetched(asked, 'file 9999', 'ann')
    fetched(asked, 'file 0', 'ann')
    assert.deepEqual(asked.most(0), ['one', 'file 9999'])
  })

  it('are bounded in number, and in peers of each', () => {
    const asked = new AskedFiles()
    for (let i = 0; i < 600; i++) fetched(asked, `file ${i}`, 'eve mallory')
    assert.equal(asked.most(0).length, 500)
    for (let i = 0; i < 100; i++) fetched(asked, 'file 599', `peer${i}`)
    assert.equal(asked.most(0)[0], 'file 599')
  })
})
