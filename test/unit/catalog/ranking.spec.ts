import assert from 'node:assert/strict'
import { parseQuery } from '../../../src/catalog/query-text.ts'
import { rank } from '../../../src/catalog/ranking.ts'
import { entry } from './fixtures.ts'

describe('rank', () => {
  const ranked = (text: string, paths: string[]) =>
    rank(
      parseQuery(text, 0),
      paths.map(path => ({ entry: entry(path) }))
    ).map(hit => hit.entry.path)

  const cases: Array<{ name: string; text: string; best: string; other: string }> = [
    {
      name: 'a match in the name before one in the path',
      text: 'beach',
      best: 'x/beach 1.jpg',
      other: 'beach/x 1.jpg'
    },
    {
      name: 'all words in the name before some',
      text: 'red sea',
      best: 'a/b red sea.txt',
      other: 'red/sea.txt'
    },
    { name: 'words in order before others', text: 'red sea', best: 'red sea a b.txt', other: 'sea red.txt' },
    { name: 'a shorter name before a longer', text: 'sea', best: 'x/sea.txt', other: 'sea of red.txt' }
  ]
  for (const { name, text, best, other } of cases) {
    it(`puts ${name}`, () => {
      assert.deepEqual(ranked(text, [other, best]), [best, other])
    })
  }

  it('keeps the order of equals and of queries without words', () => {
    assert.deepEqual(ranked('size:>1', ['b', 'a', 'c']), ['b', 'a', 'c'])
  })
})
