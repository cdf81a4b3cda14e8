/**
 * The steady state that the simulator constructs, against one that comes about step by step, in networks of 1,000 nodes.
 */

import assert from 'node:assert/strict'
import { MAX_PUBLISHED_KEYS } from '../../src/search/word-index/index.ts'
import { compareCatalogues } from '../unit/sim/compare-catalogues.ts'
import { comparePublished } from '../unit/sim/compare-published.ts'
import { compareRecords } from '../unit/sim/compare-records.ts'

describe('the constructed steady state of 1,000 nodes', () => {
  it('has the catalogues that real ones come to when they exchange heads and pages', () => {
    compareCatalogues({ nodes: 1_000, topology: 'random', maxEntries: 1_600 })
  })

  it('has them among hubs, too', () => {
    compareCatalogues({ nodes: 1_000, topology: 'power-law', maxEntries: 4_000 })
  })

  it('has records of the index where they are after hours of coming, going and publishing again', () => {
    compareRecords({ nodes: 1_000, words: 100, records: 4_000, tolerance: 0.05 })
  })

  it('has published what real publishers choose when they have too many words', () => {
    const words = comparePublished({ nodes: 400, filesPerNode: 200, compared: 2 })
    assert.ok(words > MAX_PUBLISHED_KEYS, `${words}`)
  })
})
