import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { type SharedEntry, ShareOutbox } from '../../../src/node/share-outbox.ts'
import type { Entry } from '../../../src/wire/entry.ts'
import { entry } from '../catalog/fixtures.ts'

/** An outbox, and what it told of, a list of paths for each batch. */
function outbox() {
  const told: string[][] = []
  const made = new ShareOutbox({
    cache: { find: () => undefined, digests: () => undefined, put: () => {}, forget: () => {} },
    served: { add: () => {}, remove: () => {} },
    sink: {
      changed: (added, removed) => {
        told.push([...removed.map(({ path }) => `-${path}`), ...added.map(({ path }) => path)])
      }
    },
    updated: () => {},
    now: () => 0
  })
  return { outbox: made, told }
}

const shared = (about: Entry): SharedEntry => ({
  entry: about,
  file: undefined,
  isPublic: true,
  allowed: () => true
})

const some = (count: number): SharedEntry[] =>
  Array.from({ length: count }, (_, i) => shared(entry(`share/${String(i).padStart(4, '0')}`)))

describe('ShareOutbox', () => {
  it('tells of many entries in batches of 100, a turn of the event loop apart', async () => {
    const { outbox: box, told } = outbox()
    for (const each of some(350)) box.add(each)
    assert.equal(told.length, 0)
    const perTurn: number[] = []
    for (let before = 0; told.length < 3; before = told.length) {
      await turn()
      perTurn.push(told.length - before)
    }
    assert.ok(
      perTurn.every(count => count <= 1),
      perTurn.join(' ')
    )
    assert.deepEqual(
      told.map(batch => batch.length),
      [100, 100, 100]
    )
    box.flush()
    assert.deepEqual(
      told.flat(),
      some(350).map(each => each.entry.path)
    )
  })

  it('tells all at once when it is told to, what is gone first, and nothing twice', async () => {
    const { outbox: box, told } = outbox()
    const [gone, ...others] = some(250) as [SharedEntry, ...SharedEntry[]]
    for (const each of [gone, ...others]) box.add(each)
    box.remove(gone)
    box.flush()
    assert.deepEqual(told.flat(), [`-${gone.entry.path}`, ...others.map(each => each.entry.path)])
    for (let i = 0; i < 5; i++) await turn()
    assert.equal(told.length, 3)
  })
})
