import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { JsonShareStore, mimeType } from '../../../../src/adapters/files/index.ts'
import type { SavedShare } from '../../../../src/node/share-ports.ts'
import { temporaryFolder } from './temporary.ts'

const SHARE: SavedShare = { id: '0a1b2c3d', path: '/s', name: 's', kind: 'share', to: 'all' }

describe('JsonShareStore', () => {
  it('gives back what was saved last', async () => {
    await using folder = await temporaryFolder()
    const store = new JsonShareStore(folder.join('data/shares.json'))
    assert.deepEqual(await store.load(), [])
    await Promise.all([store.save([]), store.save([SHARE, { ...SHARE, to: ['ann'] }])])
    assert.deepEqual(await store.load(), [SHARE, { ...SHARE, to: ['ann'] }])
  })

  for (const text of ['', '{}', '[{"id":"x"}]']) {
    it(`sets ${JSON.stringify(text)} aside`, async () => {
      await using folder = await temporaryFolder()
      const store = new JsonShareStore(await folder.write('shares.json', text))
      assert.deepEqual(await store.load(), [])
      assert.deepEqual(await readdir(folder.path), ['shares.json.corrupt-1'])
    })
  }
})

describe('mimeType', () => {
  it('goes by the extension', () => {
    assert.equal(mimeType('film.MP4'), 'video/mp4')
    assert.equal(mimeType('README'), 'application/octet-stream')
  })
})
