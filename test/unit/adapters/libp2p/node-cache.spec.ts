import assert from 'node:assert/strict'
import { NodeCache } from '../../../../src/adapters/libp2p/node-cache.ts'
import type { ServedFile } from '../../../../src/swarm/index.ts'

/** A file whose nodes take `bytes`; `made` counts how often they were made. */
function fileOf(root: string, bytes: number, made: string[], fails = false): ServedFile {
  return {
    root,
    name: root,
    size: 1,
    blocks: 1,
    has: () => true,
    read: async () => new Uint8Array(),
    innerNodes: async () => {
      made.push(root)
      if (fails) throw new Error('the file has changed')
      return [new Uint8Array(bytes)]
    }
  }
}

describe('NodeCache', () => {
  it('makes nodes once, however many ask, and one file after the other', async () => {
    const [cache, made] = [new NodeCache(100), [] as string[]]
    const asked = ['a', 'b', 'a', 'b', 'a'].map(root => cache.of(fileOf(root, 10, made)))
    assert.deepEqual(made, [])
    const [first, , third] = await Promise.all(asked)
    assert.equal(first, third)
    assert.deepEqual(made, ['a', 'b'])
    assert.equal(await cache.of(fileOf('a', 10, made)), first)
    assert.deepEqual(made, ['a', 'b'])
  })

  it('forgets what was asked for longest ago when there is no room, but never the newest', async () => {
    const [cache, made] = [new NodeCache(100), [] as string[]]
    for (const root of ['a', 'b', 'a', 'c', 'a', 'b']) await cache.of(fileOf(root, 40, made))
    assert.deepEqual(made, ['a', 'b', 'c', 'b'])
    await cache.of(fileOf('huge', 1_000, made))
    await cache.of(fileOf('huge', 1_000, made))
    assert.deepEqual(made, ['a', 'b', 'c', 'b', 'huge'])
  })

  it('tries again what failed, and goes on with others', async () => {
    const [cache, made] = [new NodeCache(100), [] as string[]]
    const failed = cache.of(fileOf('a', 10, made, true))
    const other = cache.of(fileOf('b', 10, made))
    await assert.rejects(failed, /changed/)
    assert.equal((await other).length, 1)
    assert.equal((await cache.of(fileOf('a', 10, made))).length, 1)
    assert.deepEqual(made, ['a', 'b', 'a'])
  })
})
