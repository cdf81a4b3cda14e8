import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { DownloadStore } from '../../../src/adapters/files/index.ts'
import { temporaryFolder } from './temporary.ts'

interface Item {
  id: string
  name: string
}

describe('DownloadStore', () => {
  it('gives back what was saved last', async () => {
    await using folder = await temporaryFolder()
    const store = new DownloadStore<Item>(folder.join('downloads'))
    assert.deepEqual(await store.load(), [])
    await Promise.all([store.save({ id: 'a', name: '1' }), store.save({ id: 'a', name: '2' })])
    await store.save({ id: 'b', name: '3' })
    await store.saveHave('a', Uint8Array.from([5]))
    await store.saveHave('a', Uint8Array.from([7, 1]))
    const loaded = await new DownloadStore<Item>(folder.join('downloads')).load()
    loaded.sort((x, y) => (x.record.id < y.record.id ? -1 : 1))
    assert.deepEqual(
      loaded.map(({ record, have }) => [record.name, have == null ? null : [...have]]),
      [
        ['2', [7, 1]],
        ['3', null]
      ]
    )
  })

  it('forgets what is removed', async () => {
    await using folder = await temporaryFolder()
    const store = new DownloadStore<Item>(folder.path)
    await store.save({ id: 'a', name: '1' })
    await store.saveHave('a', Uint8Array.from([1]))
    await store.saveDigests('a', Uint8Array.from([2, 3]))
    assert.deepEqual([...((await store.loadDigests('a')) ?? [])], [2, 3])
    await store.saveFiles('a', Uint8Array.from([4]))
    assert.deepEqual([...((await store.loadFiles('a')) ?? [])], [4])
    await store.remove('a')
    assert.equal(await store.loadFiles('a'), undefined)
    assert.equal(await store.loadDigests('a'), undefined)
    await store.remove('never')
    assert.deepEqual(await readdir(folder.path), [])
  })

  it('sets damaged records aside and keeps the others', async () => {
    await using folder = await temporaryFolder()
    await folder.write('cut.json', '{"id":"cut","na')
    await folder.write('other.json', '{"id":"somebody"}')
    await folder.write('null.json', 'null')
    await folder.write('wrong.json', '{"id":"wrong"}')
    await folder.write('good.json', '{"id":"good","name":"x"}')
    await folder.write('lonely.have', 'x')
    await folder.write('lonely.hashes', 'x')
    await folder.write('lonely.files', 'x')
    await folder.write('good.json.tmp', '{')
    const corrupt: string[] = []
    const store = new DownloadStore<Item>(folder.path, {
      parse: value => {
        if (typeof (value as Item).name !== 'string') throw new Error('no name')
        return value as Item
      },
      onCorrupt: path => corrupt.push(path)
    })
    assert.deepEqual(
      (await store.load()).map(({ record }) => record.id),
      ['good']
    )
    assert.equal(corrupt.length, 4)
    const names = ['cut', 'null', 'other', 'wrong'].map(name => `${name}.json.corrupt-1`)
    assert.deepEqual((await readdir(folder.path)).sort(), [...names, 'good.json'].sort())
  })

  it('takes no id that leads out of its folder', async () => {
    await using folder = await temporaryFolder()
    const store = new DownloadStore<Item>(folder.path)
    await assert.rejects(store.save({ id: '../x', name: '' }), TypeError)
  })
})
