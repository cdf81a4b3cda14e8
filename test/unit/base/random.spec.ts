import assert from 'node:assert/strict'
import { sample, seededRandom } from '../../../src/base/random.ts'

describe('sample', () => {
  it('gives distinct items, at most as many as there are, and leaves the list alone', () => {
    const items = [1, 2, 3, 4, 5]
    const random = seededRandom(7)
    for (let i = 0; i < 100; i++) assert.equal(new Set(sample(items, 3, random)).size, 3)
    assert.deepEqual(sample(items, 9, random).sort(), items)
    assert.deepEqual(items, [1, 2, 3, 4, 5])
  })

  it('is repeatable by its seed', () => {
    assert.deepEqual(sample([1, 2, 3, 4, 5], 5, seededRandom(3)), sample([1, 2, 3, 4, 5], 5, seededRandom(3)))
  })
})
