import assert from 'node:assert/strict'
import { SeenTable } from '../../../src/base/seen-table.ts'

describe('SeenTable', () => {
  it('remembers a key for its lifetime and forgets it within two', () => {
    const table = new SeenTable<string, number>({ lifetimeMs: 100, capacity: 100 }, 0)
    table.set('a', 1, 0)
    table.set('b', 2, 100)
    assert.equal(table.get('a'), 1)
    table.set('c', 3, 200)
    assert.equal(table.get('a'), undefined)
    assert.equal(table.get('b'), 2)
  })

  it('never holds more than its capacity', () => {
    const table = new SeenTable<number, true>({ lifetimeMs: 1_000_000, capacity: 64 }, 0)
    for (let i = 0; i < 1_000; i++) table.set(i, true, 1)
    assert.ok(table.size <= 64, `${table.size}`)
    assert.ok(table.has(999))
  })
})
