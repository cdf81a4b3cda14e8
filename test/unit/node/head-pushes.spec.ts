import assert from 'node:assert/strict'
import type { KnownCatalogue, OwnCatalogue } from '../../../src/catalog/index.ts'
import { HeadPushes } from '../../../src/node/head-pushes.ts'
import { eventually } from '../../../src/testnet/eventually.ts'
import type { CatalogMessage } from '../../../src/wire/catalog-message.ts'

const HEADS = 250

/** A node with many heads of others, and one neighbour that can leave and come back. `mesh`: peers that the topic reaches. */
function pusher(mesh: string[] = []) {
  let now = 0
  let isThere = true
  let version = 1
  const pushed: number[] = []
  const asked: boolean[] = []
  const heads = Array.from({ length: HEADS }, () => ({ envelope: Uint8Array.of(1), hops: 1 }))
  const own = { current: { head: { seq: 7 }, envelope: Uint8Array.of(2) } }
  const pushes = new HeadPushes({
    own: own as unknown as OwnCatalogue,
    known: {
      notices: (_peer: string, told: number, _now: number, hasForwarded: boolean) => {
        asked.push(hasForwarded)
        return { heads: told === 0 ? [...heads] : heads.slice(0, Math.min(1, version - told)), version }
      }
    } as unknown as KnownCatalogue,
    links: {
      neighbours: () => (isThere ? ['ann'] : []),
      push: async (_peer: string, message: CatalogMessage) => {
        pushed.push(message.type === 'heads' ? message.heads.length : 0)
      },
      request: () => assert.fail('nothing is pulled here'),
      serve: () => {}
    },
    topic: { mesh: () => mesh, publish: async () => mesh, onAnnouncement: () => {} },
    clock: { now: () => now },
    onError: error => assert.fail(String(error))
  })
  const stopping = new AbortController()
  return {
    pushes,
    pushed,
    asked,
    own,
    stopping,
    /** A head of somebody else changes. */
    change() {
      version++
      pushes.soon()
    },
    /** The neighbour says hello again. */
    async comeBack(atMs: number) {
      now = atMs
      isThere = false
      pushes.forget('ann')
      isThere = true
      pushed.length = 0
      pushes.now()
      await eventually(() => pushed.length > 0, { within: 2_000 })
    }
  }
}

describe('HeadPushes', () => {
  it('tells a neighbour all heads, a hundred at a time', async () => {
    const { pushes, pushed, stopping } = pusher()
    pushes.start(stopping.signal)
    await eventually(() => pushed.length === 3, { within: 2_000 })
    assert.deepEqual(pushed, [100, 100, HEADS + 1 - 200])
    stopping.abort()
    await pushes.stop()
  })

  it('tells what changes now and then at once, and what changes all the time every two seconds @slow', async () => {
    const { pushes, pushed, stopping, change } = pusher()
    pushes.start(stopping.signal)
    await eventually(() => pushed.length === 3, { within: 2_000 })
    pushed.length = 0
    for (let told = 1; told <= 20; told++) {
      change()
      await eventually(() => pushed.length === told, { within: 2_000 })
    }
    const start = performance.now()
    for (let i = 0; i < 5; i++) change()
    await eventually(() => pushed.length > 20, { within: 10_000 })
    assert.ok(performance.now() - start > 1_900)
    assert.deepEqual(pushed.slice(20), [1])
    stopping.abort()
    await pushes.stop()
  })

  it('leaves to the topic what the topic brings, but for a newcomer', async () => {
    const { pushes, pushed, asked, own, stopping, change } = pusher(['ann'])
    pushes.start(stopping.signal)
    await eventually(() => pushed.length === 3, { within: 2_000 })
    assert.equal(asked[0], false)
    assert.equal(asked.at(-1), true)
    pushed.length = 0
    own.current.head.seq = 8
    pushes.onPublished(8, ['ann'])
    change()
    await eventually(() => pushed.length > 0, { within: 2_000 })
    // The change of another node alone, without our own head.
    assert.deepEqual(pushed, [1])
    stopping.abort()
    await pushes.stop()
  })

  it('tells one that comes back again and again its own head only, and the rest when time has passed', async () => {
    const { pushes, pushed, stopping, comeBack } = pusher()
    pushes.start(stopping.signal)
    await eventually(() => pushed.length === 3, { within: 2_000 })
    for (let i = 0; i < 3; i++) {
      await comeBack(0)
      await eventually(() => pushed.length === 3, { within: 2_000 })
    }
    await comeBack(0)
    assert.deepEqual(pushed, [1])
    await comeBack(15_000)
    await eventually(() => pushed.length === 3, { within: 2_000 })
    stopping.abort()
    await pushes.stop()
  })
})
