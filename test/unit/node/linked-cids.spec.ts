import assert from 'node:assert/strict'
import { type LinkedShare, linkedCids } from '../../../src/node/linked-cids.ts'

const share = (cid: string, saved: Partial<LinkedShare['saved']> = {}, ...below: string[]): LinkedShare => ({
  saved: { kind: 'share', to: 'all', ...saved },
  rootEntry: { cid },
  folders: () => (below.length === 0 ? [] : [cid, ...below]).map((cid, depth) => ({ cid, depth }))
})
const cids = (shares: LinkedShare[], limit = 100): string[] => linkedCids(shares, limit).map(({ cid }) => cid)

describe('linkedCids', () => {
  it('are shares, then folders, those nearest to their share first', () => {
    const shares = [
      share('films', {}, 'old films', 'silent films'),
      share('song'),
      share('books', {}, 'poems')
    ]
    assert.deepEqual(cids(shares), ['films', 'song', 'books', 'old films', 'poems', 'silent films'])
    assert.deepEqual(cids(shares, 4), ['films', 'song', 'books', 'old films'])
  })

  it('say which of them are folders', () => {
    assert.deepEqual(linkedCids([share('song'), share('books', {}, 'poems')], 2), [
      { cid: 'song', isFolder: false },
      { cid: 'books', isFolder: true }
    ])
  })

  it('are nothing of what only some may see', () => {
    const shares = [share('a', { to: 'lan' }, 'b'), share('c', { to: ['ann'] }, 'd'), share('e')]
    assert.deepEqual(cids(shares), ['e'])
  })

  it('are no files that were fetched, but folders that were, behind shares', () => {
    const fetched = { kind: 'download' } as const
    assert.deepEqual(cids([share('song', fetched), share('album', fetched, 'covers'), share('books')]), [
      'books',
      'album',
      'covers'
    ])
  })

  it('are there when the share is hashed', () => {
    assert.deepEqual(cids([{ ...share('a'), rootEntry: undefined }]), [])
  })
})
