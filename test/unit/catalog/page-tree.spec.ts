import assert from 'node:assert/strict'
import fc from 'fast-check'
import { type PageRef, PageTree } from '../../../src/catalog/page-tree.ts'
import type { Entry } from '../../../src/wire/entry.ts'
import { MAX_PAGE_ENTRIES } from '../../../src/wire/limits.ts'
import { decodePage, encodePage, pageHash, pageKey, pagesRoot } from '../../../src/wire/page.ts'
import { cidOf, entries, entry } from './fixtures.ts'

function treeOf(all: readonly Entry[]): PageTree {
  const tree = new PageTree()
  tree.apply(all, [])
  return tree
}

/** The rule of SPEC.md said in the plainest way. */
function pagesBySpec(all: readonly Entry[], depth = 0): string[] {
  if (all.length === 0) return []
  if (all.length <= MAX_PAGE_ENTRIES) return [pageHash(encodePage([...all]))]
  const bit = (e: Entry) => ((pageKey(e)[depth >> 3] as number) >> (7 - (depth & 7))) & 1
  return [0, 1].flatMap(side =>
    pagesBySpec(
      all.filter(e => bit(e) === side),
      depth + 1
    )
  )
}

/** A tree that reads its pages from a map, as one over pages of another node does. */
function overPages(pages: Map<string, readonly Entry[]>, hashes: string[]): PageTree | undefined {
  return PageTree.over(
    hashes.map((hash): PageRef => {
      const entries = pages.get(hash) as readonly Entry[]
      return { hash, count: entries.length, bytes: 0, entries: () => entries }
    })
  )
}

describe('PageTree', () => {
  it('has no pages when it is empty, and the root of nothing', () => {
    const tree = new PageTree()
    assert.deepEqual(tree.hashes(), [])
    assert.deepEqual(tree.root(), pagesRoot([]))
    assert.equal(tree.files, 0)
  })

  for (const count of [1, MAX_PAGE_ENTRIES - 1, MAX_PAGE_ENTRIES, MAX_PAGE_ENTRIES + 1, 1_000]) {
    it(`lays out ${count} entries as the specification says`, () => {
      const all = entries(count)
      assert.deepEqual(treeOf(all).hashes(), pagesBySpec(all))
    })
  }

  it('splits a page by its paths when all cids are the same @slow', () => {
    const all = entries(300).map(e => ({ ...e, cid: cidOf('one') }))
    const tree = treeOf(all)
    assert.deepEqual(tree.hashes(), pagesBySpec(all))
    assert.ok(tree.hashes().length > 1)
  })

  it('joins pages when what is left fits into one', () => {
    const all = entries(MAX_PAGE_ENTRIES + 1)
    const tree = treeOf(all)
    assert.equal(tree.hashes().length, 2)
    const change = tree.apply([], all.slice(0, 1))
    assert.equal(change.dropped.length, 2)
    assert.equal(change.put.length, 1)
    assert.deepEqual(tree.hashes(), pagesBySpec(all.slice(1)))
  })

  it('touches one page for one change', () => {
    const tree = treeOf(entries(2_000))
    const change = tree.apply([entry('new')], [])
    assert.deepEqual([change.put.length, change.dropped.length], [1, 1])
  })

  it('changes nothing when it adds what it has or removes what it has not', () => {
    const all = entries(600)
    const tree = treeOf(all)
    assert.deepEqual(tree.apply(all.slice(0, 9), [entry('unknown')]), { put: [], dropped: [] })
  })

  it('takes the newer of two entries with one cid and path', () => {
    const tree = treeOf([entry('a', { size: 1 })])
    tree.apply([entry('a', { size: 2 })], [entry('a')])
    assert.deepEqual([...tree.entries()], [entry('a', { size: 2 })])
    assert.deepEqual([tree.files, tree.bytes], [1, 2])
  })

  it('stays as it was when an entry cannot be encoded', () => {
    const tree = treeOf(entries(3))
    const before = tree.hashes()
    assert.throws(() => tree.apply([entry('x', { size: -1 })], []))
    assert.deepEqual(tree.hashes(), before)
    assert.equal(tree.files, 3)
  })

  it('has the same pages after any changes as when built at once, its own or over those of another @slow', () => {
    const pool = entries(900)
    const step = fc.record({
      from: fc.nat(pool.length - 1),
      length: fc.integer({ min: 1, max: 500 }),
      add: fc.boolean(),
      shift: fc.boolean()
    })
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), steps => {
        let tree = new PageTree()
        const pages = new Map<string, readonly Entry[]>()
        const model = new Map<string, Entry>()
        for (const { from, length, add, shift } of steps) {
          const some = pool.slice(from, from + length)
          const change = add ? tree.apply(some, []) : tree.apply([], some)
          for (const e of some) add ? model.set(e.path, e) : model.delete(e.path)
          for (const hash of change.dropped) assert.ok(pages.delete(hash))
          for (const page of change.put) {
            assert.ok(!pages.has(page.hash))
            assert.deepEqual(decodePage(encodePage([...page.entries])), page.entries)
            pages.set(page.hash, page.entries)
          }
          if (shift) tree = overPages(pages, tree.hashes()) as PageTree
        }
        assert.deepEqual(tree.hashes(), pagesBySpec([...model.values()]))
        assert.deepEqual([...pages.keys()].sort(), tree.hashes().sort())
        assert.equal(tree.files, model.size)
      }),
      { numRuns: 25 }
    )
  })

  it('tells how many pages a change would read', () => {
    const all = entries(2_000)
    const tree = treeOf(all)
    assert.equal(tree.pagesTouchedBy(all, []), tree.hashes().length)
    assert.equal(tree.pagesTouchedBy([], all.slice(0, 1)), 1)
    assert.equal(tree.pagesTouchedBy([], []), 0)
  })
})

describe('PageTree.over', () => {
  const all = entries(600)
  const pages = new Map<string, readonly Entry[]>()
  const tree = new PageTree()
  for (const page of tree.apply(all, []).put) pages.set(page.hash, page.entries)

  it('refuses pages in another order', () => {
    assert.equal(overPages(pages, tree.hashes().reverse()), undefined)
  })

  it('refuses two pages that would fit into one', () => {
    const [a, b] = [entries(1, 'a'), entries(1, 'b')]
    assert.equal(
      overPages(
        new Map([
          ['1', a],
          ['2', b]
        ]),
        ['1', '2']
      ),
      undefined
    )
  })

  it('refuses an empty page', () => {
    assert.equal(overPages(new Map([['1', []]]), ['1']), undefined)
  })
})
