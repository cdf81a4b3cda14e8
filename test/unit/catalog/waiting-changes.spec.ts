import assert from 'node:assert/strict'
import fc from 'fast-check'
import { PageTree } from '../../../src/catalog/page-tree.ts'
import { admit, WaitingChanges } from '../../../src/catalog/waiting-changes.ts'
import type { Entry } from '../../../src/wire/entry.ts'
import { cidOf, entries } from './fixtures.ts'

/** Puts all that waits into `tree`; the steps that it took. */
function settle(waiting: WaitingChanges, tree: PageTree): number {
  let steps = 0
  for (; waiting.size > 0; steps++) tree.applyKeyed(waiting.takeStep(tree))
  return steps
}

const changesOf = (all: readonly Entry[]) => admit(all, [], all.length).waiting

describe('WaitingChanges', () => {
  it('takes as few steps for files with the same content as for others @slow', () => {
    const others = entries(3_000)
    const equal = others.map(each => ({ ...each, cid: cidOf('empty') }))
    const [steps, stepsOfEqual] = [others, equal].map(all => {
      const waiting = new WaitingChanges()
      waiting.add(changesOf(all))
      const tree = new PageTree()
      const taken = settle(waiting, tree)
      assert.equal(tree.files, all.length)
      return taken
    }) as [number, number]
    assert.ok(stepsOfEqual <= 2 * steps, `${stepsOfEqual} steps, ${steps} for files that differ`)
  })

  it('puts what came last into pages, in whatever order it comes and is taken', () => {
    const all = entries(40).map((each, i) => (i % 2 === 0 ? each : { ...each, cid: cidOf('same') }))
    const change = fc.record({
      at: fc.nat({ max: all.length - 1 }),
      modified: fc.nat({ max: 5 }),
      takes: fc.boolean()
    })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 120 }), changes => {
        const waiting = new WaitingChanges()
        const tree = new PageTree()
        const wanted = new Map<string, Entry>()
        for (const { at, modified, takes } of changes) {
          const one = { ...(all[at] as Entry), modified }
          wanted.set(one.path, one)
          waiting.add(changesOf([one]))
          if (takes) tree.applyKeyed(waiting.takeStep(tree))
        }
        settle(waiting, tree)
        const expected = new PageTree()
        expected.apply([...wanted.values()], [])
        assert.deepEqual(tree.hashes(), expected.hashes())
      })
    )
  })
})
