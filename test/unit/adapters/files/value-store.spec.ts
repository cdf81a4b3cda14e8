import assert from 'node:assert/strict'
import { readdir, stat } from 'node:fs/promises'
import { JsonValueStore } from '../../../../src/adapters/files/index.ts'
import { temporaryFolder } from './temporary.ts'

describe('JsonValueStore', () => {
  it('gives back what was saved last', async () => {
    await using folder = await temporaryFolder()
    const store = new JsonValueStore(folder.join('values.json'))
    assert.deepEqual(await store.load(), [])
    const values = [
      { name: 'ñ', value: '-3.5' },
      { name: 'ñ', value: '9'.repeat(1_000) }
    ]
    await store.save([])
    await store.save(values)
    assert.deepEqual(await new JsonValueStore(folder.join('values.json')).load(), values)
    assert.equal((await stat(folder.join('values.json'))).mode & 0o077, 0)
  })

  for (const text of ['', '{}', '[{"name":"a","value":1}]', '[{"name":"a","value":"1e9"}]', '[{"name":"a"']) {
    it(`sets ${JSON.stringify(text)} aside, and says where`, async () => {
      await using folder = await temporaryFolder()
      const damaged: string[] = []
      const store = new JsonValueStore(await folder.write('values.json', text), {
        onCorrupt: path => damaged.push(path)
      })
      assert.deepEqual(await store.load(), [])
      assert.deepEqual(await readdir(folder.path), ['values.json.corrupt-1'])
      assert.deepEqual(damaged, [folder.join('values.json.corrupt-1')])
    })
  }

  it('says so when it cannot write', async () => {
    await using folder = await temporaryFolder()
    await assert.rejects(new JsonValueStore(folder.join('missing/values.json')).save([]), {
      name: 'NodeError'
    })
  })
})
