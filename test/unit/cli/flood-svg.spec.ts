import assert from 'node:assert/strict'
import { floodSvg } from '../../../src/cli/render/flood-svg.ts'

const copy = (from: string, peer: string, hops: number, more: { hits?: number; again?: boolean } = {}) => ({
  from,
  peer,
  hops,
  hits: 0,
  again: false,
  ...more
})
const count = (svg: string, part: string): number => svg.split(part).length - 1

describe('floodSvg', () => {
  it('draws a dot for each node, a line for each copy, and what came twice in another way', () => {
    const visits = [
      copy('me', 'ann', 1),
      copy('me', 'bob', 1, { hits: 2 }),
      copy('ann', 'cat', 2),
      copy('bob', 'cat', 2, { again: true })
    ]
    const svg = floodSvg('me', 'summer', visits)
    assert.deepEqual(
      ['asker', 'node', 'hit', 'copy', 'again', 'ring'].map(name => count(svg, `class="${name}"`)),
      [1, 2, 1, 3, 1, 2]
    )
    assert.ok(svg.includes('summer: 3 nodes, 4 copies, 1 of them to nodes that had it'))
  })

  it('ends with a picture whatever peers say of themselves, and with nothing of theirs in its markup', () => {
    const visits = [
      copy('b', 'a', 2),
      copy('a', 'b', 3),
      copy('nobody', 'c"><script>', 7),
      copy('me', 'me', 1),
      copy('c', 'c', 1)
    ]
    const svg = floodSvg('me', '</title><script>', visits)
    assert.equal(count(svg, '<script'), 0)
    assert.ok(!/NaN|undefined/.test(svg))
  })
})
