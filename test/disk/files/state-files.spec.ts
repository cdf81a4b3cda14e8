import assert from 'node:assert/strict'
import { readdir, stat } from 'node:fs/promises'
import { JsonShareStore, JsonValueStore, SeqFile } from '../../../src/adapters/files/index.ts'
import type { SavedShare } from '../../../src/node/share-ports.ts'
import { temporaryFolder } from './temporary.ts'

const SHARE: SavedShare = { id: '0a1b2c3d', path: '/s', name: 's', kind: 'share', to: 'all' }

describe('A file of state', () => {
  it('gives back what was saved last', async () => {
    await using folder = await temporaryFolder()
    const store = new JsonShareStore(folder.join('data/shares.json'))
    assert.deepEqual(await store.load(), [])
    await Promise.all([store.save([]), store.save([SHARE, { ...SHARE, to: ['ann'] }])])
    assert.deepEqual(await store.load(), [SHARE, { ...SHARE, to: ['ann'] }])
    assert.equal((await stat(folder.join('data/shares.json'))).mode & 0o077, 0)
  })

  it('says so when it cannot be written', async () => {
    await using folder = await temporaryFolder()
    await folder.write('file', '')
    await assert.rejects(new JsonValueStore(folder.join('file/values.json')).save([]), { name: 'NodeError' })
  })

  const damaged = {
    shares: ['', '{}', '[{"id":"x"}]'],
    values: ['{}', '[{"name":"a","value":1}]', '[{"name":"a","value":"1e9"}]', '[{"name":"a"']
  }
  for (const text of damaged.shares) {
    it(`sets ${JSON.stringify(text)} aside when shares are expected`, async () => {
      await using folder = await temporaryFolder()
      const store = new JsonShareStore(await folder.write('shares.json', text))
      assert.deepEqual(await store.load(), [])
      assert.deepEqual(await readdir(folder.path), ['shares.json.corrupt-1'])
    })
  }
  for (const text of damaged.values) {
    it(`sets ${JSON.stringify(text)} aside when values are expected, and says where`, async () => {
      await using folder = await temporaryFolder()
      const told: string[] = []
      const store = new JsonValueStore(await folder.write('values.json', text), {
        onCorrupt: path => told.push(path)
      })
      assert.deepEqual(await store.load(), [])
      assert.deepEqual(told, [folder.join('values.json.corrupt-1')])
    })
  }

  it('keeps values as they were written', async () => {
    await using folder = await temporaryFolder()
    const values = [
      { name: 'ñ', value: '-3.5' },
      { name: 'ñ', value: '9'.repeat(1_000) }
    ]
    await new JsonValueStore(folder.join('values.json')).save(values)
    assert.deepEqual(await new JsonValueStore(folder.join('values.json')).load(), values)
  })

  it('begins a number at 0, also when what it held is no number', async () => {
    await using folder = await temporaryFolder()
    const file = new SeqFile(folder.join('seq.json'))
    assert.equal(await file.load(), 0)
    await file.save(7)
    assert.equal(await file.load(), 7)
    await folder.write('seq.json', '-1')
    assert.equal(await file.load(), 0)
  })
})
