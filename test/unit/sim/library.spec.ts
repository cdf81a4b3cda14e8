import assert from 'node:assert/strict'
import { seededRandom } from '../../../src/base/random.ts'
import { wordsOf } from '../../../src/catalog/index.ts'
import { Library, WORDS, WORDS_PER_FILE } from '../../../src/sim/library.ts'
import { Matches } from '../../../src/sim/matches.ts'
import { wordOf } from '../../../src/sim/names.ts'
import { drawQueries, QUERY_CLASSES } from '../../../src/sim/workload.ts'
import { World } from '../../../src/sim/world.ts'

describe('the virtual library', () => {
  const nodes = 2_000
  const library = new Library({ nodes, filesPerNode: 30, random: seededRandom(5) })
  const copies = Array.from({ length: library.files }, (_, file) => library.holdersOf(file).length)
  const collections = Array.from({ length: nodes }, (_, node) => library.filesOf(node).length)

  it('has about 70 % of its files once, and none at more than 5 % of the nodes', () => {
    const singletons = copies.filter(count => count === 1).length / library.files
    assert.ok(singletons > 0.65 && singletons < 0.75, `${singletons}`)
    assert.ok(Math.max(...copies) <= nodes / 20)
  })

  it('is spread over three quarters of the nodes, 30 copies on average', () => {
    const mean = collections.reduce((sum, size) => sum + size, 0) / nodes
    assert.ok(mean >= 30 && mean < 31, `${mean}`)
    const riders = collections.filter(size => size === 0).length / nodes
    assert.ok(riders > 0.22 && riders < 0.3, `${riders}`)
    // A log-normal spread: the largest collection is far above the mean.
    assert.ok(Math.max(...collections) > 300)
  })

  it('names files with five different words each, common ones again and again', () => {
    const uses = new Map<number, number>()
    for (let file = 0; file < library.files; file++) {
      const words = [...library.wordsOf(file)]
      assert.equal(new Set(words).size, WORDS_PER_FILE)
      for (const word of words) uses.set(word, (uses.get(word) ?? 0) + 1)
    }
    // The first ranks of Zipf and Mandelbrot take 1 in 424 words each.
    const first = (uses.get(0) ?? 0) / (library.files * WORDS_PER_FILE)
    assert.ok(first > 1 / 600 && first < 1 / 300, `${first}`)
  })

  it('has words that all differ and stay whole when they are cut', () => {
    const words = new Set(Array.from({ length: WORDS }, (_, number) => wordOf(number)))
    assert.equal(words.size, WORDS)
    assert.deepEqual(wordsOf(`${wordOf(3)} ${wordOf(199_999)}`), [wordOf(3), wordOf(199_999)])
  })
})

describe('virtual queries', () => {
  const world = new World({ nodes: 1_000, seed: 3, droppers: 0.1, spammers: 0.1 })

  it('are equal for equal seeds, and others for another', () => {
    const again = new World({ nodes: 1_000, seed: 3, droppers: 0.1, spammers: 0.1 })
    const other = new World({ nodes: 1_000, seed: 4, droppers: 0.1, spammers: 0.1 })
    for (const name of QUERY_CLASSES) {
      assert.deepEqual(drawQueries(world, name, 5), drawQueries(again, name, 5))
      assert.notDeepEqual(drawQueries(world, name, 5), drawQueries(other, name, 5))
    }
  })

  it('mean a file that somebody else has who is honest, or nothing at all', () => {
    for (const name of QUERY_CLASSES) {
      const queries = drawQueries(world, name, 40)
      assert.equal(queries.length, 40)
      for (const { asker, target, words } of queries) {
        assert.ok(world.isHonest(asker))
        assert.ok(words.length === 2 || words.length === 3)
        const { files } = new Matches(world, words)
        if (target === undefined) {
          assert.deepEqual(files, [])
          continue
        }
        const holders = [...world.library.holdersOf(target)]
        assert.ok(files.includes(target))
        assert.ok(!holders.includes(asker))
        assert.ok(holders.some(holder => world.isHonest(holder)))
        if (name === 'singleton') assert.equal(holders.length, 1)
        if (name === 'rare') assert.ok(holders.length >= 2 && holders.length <= 9)
        if (name === 'popular') assert.ok(holders.length >= 20)
      }
    }
  })
})
