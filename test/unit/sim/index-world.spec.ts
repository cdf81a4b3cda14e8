/**
 * The steady state of the index is constructed; here its rules do the same step by step.
 */
import assert from 'node:assert/strict'
import { parseQuery } from '../../../src/catalog/index.ts'
import { ServerTable } from '../../../src/search/word-index/index.ts'
import { Matches, queryText } from '../../../src/sim/matches.ts'
import { sharedBits } from '../../../src/sim/places.ts'
import { World } from '../../../src/sim/world.ts'
import { comparePublished } from './compare-published.ts'
import { compareRecords } from './compare-records.ts'

describe('contacts of a virtual node', () => {
  const world = new World({ nodes: 2_000, seed: 9, sessionMs: 3_600_000 })
  const { places, contacts, churn } = world.index
  const known = (node: number): number[] =>
    Array.from({ length: 32 }, (_, bits) => contacts.bucket(node, bits)).flat()

  it('are named as its own table would name them', () => {
    for (let node = 0; node < 20; node++) {
      const table = new ServerTable<number, number>({
        self: node,
        space: places,
        sharedBits: peer => sharedBits(places.prefixOf(node), places.prefixOf(peer))
      })
      for (const peer of known(node)) table.add(peer, { isProven: true })
      for (let word = 0; word < 20; word++) {
        const key = places.keyOf([word])
        assert.deepEqual(
          contacts.nearest(node, key, 16),
          table.nearest(key, 16),
          `node ${node}, word ${word}`
        )
      }
    }
  })

  it('are dead for about 12 % when nodes stay for an hour, and never when nobody leaves', () => {
    const all = Array.from({ length: 200 }, (_, node) => known(node)).flat()
    const dead = all.filter(peer => !churn.isAlive(peer)).length / all.length
    assert.ok(dead > 0.09 && dead < 0.15, `${dead}`)
    const still = new World({ nodes: 500, seed: 9 }).index
    assert.ok(still.contacts.nearest(3, still.places.keyOf([1]), 64).every(peer => peer < 500))
  })
})

describe('what a virtual node publishes', () => {
  it('is what its publisher chooses @slow', () => {
    comparePublished({ nodes: 60, filesPerNode: 15, compared: 2 })
  })
})

describe('records of the index', () => {
  it('lie at the five servers nearest to their word when nobody leaves', () => {
    const world = new World({ nodes: 300, seed: 4 })
    const { places, records } = world.index
    for (const file of [1, 50, 700]) {
      const words = [...world.library.wordsOf(file)]
      const matches = new Matches(world, words)
      const query = parseQuery(queryText(words), 0)
      const [word = 0] = words
      const key = places.keyOf([word])
      const near = Array.from({ length: 300 }, (_, node) => node).sort((a, b) => places.compare(key, a, b))
      const provider = world.library.holdersOf(file)[0] as number
      const has = near.slice(0, 12).map(node => {
        const found = records.holderAt(node, matches, [word]).find({ from: 0, key, query }, 0)
        return (
          found !== 'over-rate' &&
          found.hits.some(({ item, providers }) => item === file && providers.includes(provider))
        )
      })
      const expected = near
        .slice(0, 12)
        .filter(node => node !== provider)
        .slice(0, 5)
      assert.deepEqual(
        near.slice(0, 12).filter((_, i) => has[i]),
        expected
      )
    }
  })

  it('are where they are after hours of coming, going and publishing again @slow', () => {
    compareRecords({ nodes: 200, words: 80, records: 1_000, tolerance: 0.06 })
  })
})
