import { compareCatalogues } from './compare-catalogues.ts'

describe('the steady state of the catalogues', () => {
  it('is what real catalogues come to when they exchange heads and pages @slow', () => {
    compareCatalogues({ nodes: 100, topology: 'random', maxEntries: 800 })
  })

  it('is so on a ring, too, where heads end after seven hops', () => {
    compareCatalogues({ nodes: 60, topology: 'ring', maxEntries: 400 })
  })
})
