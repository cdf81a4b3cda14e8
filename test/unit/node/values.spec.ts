import assert from 'node:assert/strict'
import { formatDecimal } from '../../../src/base/decimal.ts'
import type { NamedValue } from '../../../src/node/api.ts'
import { NodeError } from '../../../src/node/errors.ts'
import { checkName, Values } from '../../../src/node/values.ts'

class MemoryStore {
  saved: NamedValue[] = []
  isFull = false

  async load() {
    return this.saved
  }

  async save(values: readonly NamedValue[]) {
    if (this.isFull) throw new NodeError({ code: 'disk', message: 'the disk is full' })
    this.saved = [...values]
  }
}

async function started(store = new MemoryStore()) {
  let changes = 0
  const values = new Values({ store, onChanged: () => changes++ })
  await values.start()
  return { store, values, changes: () => changes }
}

const badInput = (field: string, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof NodeError && error.fault.code === 'bad-input')
  assert.equal(error.fault.field, field)
  assert.match(error.message, message)
  return true
}

describe('the values of a node', () => {
  it('are kept in their shortest form, under a name or under `value`', async () => {
    const { store, values, changes } = await started()
    assert.deepEqual(await values.add(undefined, ['12.50', '-03']), [
      { name: 'value', value: '12.5' },
      { name: 'value', value: '-3' }
    ])
    await values.add('temperature', ['-0.0'])
    assert.deepEqual(values.list('temperature'), [{ name: 'temperature', value: '0' }])
    assert.equal(values.list().length, 3)
    assert.deepEqual(store.saved, values.list())
    assert.equal(changes(), 2)
  })

  it('are there again after a restart', async () => {
    const { store, values } = await started()
    await values.add('a', ['1', '2'])
    const again = await started(store)
    assert.deepEqual(again.values.list(), values.list())
    assert.equal(formatDecimal(again.values.figure('a').sum), '3')
  })

  it('have a figure for each name, which follows every change', async () => {
    const { values } = await started()
    await values.add('a', ['1', '-2', '4'])
    const { values: count, sum, min, max } = values.figure('a')
    assert.deepEqual([count, ...[sum, min, max].map(it => it && formatDecimal(it))], [3, '3', '-2', '4'])
    await values.remove('a', ['4'])
    assert.equal(formatDecimal(values.figure('a').sum), '-1')
    assert.equal(values.figure('b').values, 0)
  })

  it('are removed one by one, however they are written, or all of a name', async () => {
    const { values } = await started()
    await values.add('a', ['1', '1.0', '2'])
    await values.add('b', ['1'])
    assert.deepEqual(await values.remove('a', ['1.00']), [{ name: 'a', value: '1' }])
    assert.deepEqual(
      values.list('a').map(({ value }) => value),
      ['1', '2']
    )
    await values.remove('a', 'all')
    assert.deepEqual(values.list(), [{ name: 'b', value: '1' }])
    assert.deepEqual(await values.remove('a', 'all'), [])
  })

  it('stay as they were when one of those to be removed is not there', async () => {
    const { values } = await started()
    await values.add('a', ['1', '2'])
    await assert.rejects(values.remove('a', ['1', '1']), /there is no value "1" under the name a/)
    await assert.rejects(values.remove('b', ['1']), /under the name b/)
    assert.equal(values.list().length, 2)
  })

  const wrong: [name: string, values: string[], message: RegExp][] = [
    ['a word', ['1', 'abc'], /^"abc" is not a number; a right one: -3.5$/],
    ['nothing', [], /at least one value/],
    ['an empty text', [''], /"" is not a number/],
    ['10,000 digits', ['1'.repeat(10_000)], /^"1{40}…" has more than 1000 digits/],
    ['an exponent', ['1e9'], /not a number/]
  ]
  for (const [name, texts, message] of wrong) {
    it(`are not ${name}, and nothing is added with it`, async () => {
      const { values, changes } = await started()
      await assert.rejects(values.add('a', texts), badInput('values', message))
      assert.deepEqual([values.list(), changes()], [[], 0])
    })
  }

  it('are at most 10,000', async () => {
    const { values } = await started()
    await values.add('a', Array(9_999).fill('1'))
    await assert.rejects(
      values.add('b', ['1', '2']),
      badInput('values', /at most 10000 values, and there are 9999/)
    )
    await values.add('b', ['1'])
  })

  it('do not count when they cannot be saved', async () => {
    const { store, values, changes } = await started()
    store.isFull = true
    await assert.rejects(values.add('a', ['1']), /full/)
    assert.deepEqual([values.list(), values.figure('a').values, changes()], [[], 0, 0])
    store.isFull = false
    await values.add('a', ['2'])
    assert.deepEqual(store.saved, [{ name: 'a', value: '2' }])
  })

  it('change one after the other', async () => {
    const { store, values } = await started()
    await Promise.all(Array.from({ length: 20 }, (_, i) => values.add('a', [`${i}`])))
    assert.deepEqual(
      store.saved.map(({ value }) => Number(value)),
      Array.from({ length: 20 }, (_, i) => i)
    )
  })

  it('cannot have the names of what every node tells of itself', async () => {
    const { values } = await started()
    for (const name of ['nodes', 'files', 'bytes']) {
      await assert.rejects(values.add(name, ['1']), badInput('name', /choose another name/))
    }
  })

  it('have a name of up to 64 bytes without control characters, composed', () => {
    for (const name of ['', ' a', 'a\n', 'a\u202eb', 'ñ'.repeat(33), '\ud800']) {
      assert.throws(() => checkName(name), badInput('name', /1 to 64 bytes/))
    }
    assert.equal(checkName('n\u0303'), 'ñ')
    assert.equal(checkName('room 7'), 'room 7')
  })
})
