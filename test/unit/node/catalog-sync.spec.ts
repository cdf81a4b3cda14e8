import assert from 'node:assert/strict'
import { mock } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { MemoryEntryStore, type Published } from '../../../src/catalog/index.ts'
import { CatalogSync, HEAD_TTL_S, REFRESH_MS } from '../../../src/node/catalog-sync.ts'
import { eventually } from '../../../src/testnet/eventually.ts'
import { decodeAnnouncement } from '../../../src/wire/announcement.ts'
import { decodeHead } from '../../../src/wire/head.ts'
import { entries, entry, fakeSeal, ownCatalogue, peer, publishAll } from '../catalog/fixtures.ts'

const [SELF, ANA] = [peer('ann'), peer('ana')]
const NOW = 1_750_000_000_000
const DAY_MS = 86_400_000

/** A node that is alone with what it is told; looks after its heads at each `tick`. */
async function alone(options: { lastSeq?: number } = {}) {
  mock.timers.enable({ apis: ['setInterval'] })
  let now = NOW
  const published: Uint8Array[] = []
  let onAnnouncement: ((bytes: Uint8Array, from: string) => Promise<unknown>) | undefined
  const store = new MemoryEntryStore()
  const sync = new CatalogSync({
    self: SELF,
    nickname: 'ann',
    store,
    seal: fakeSeal(SELF),
    links: {
      neighbours: () => [],
      push: async () => {},
      request: async function* () {},
      serve: () => {}
    },
    topic: {
      publish: async bytes => {
        published.push(bytes)
        return []
      },
      mesh: () => [],
      onAnnouncement: handler => {
        onAnnouncement = handler
      }
    },
    clock: { now: () => now },
    lastSeq: options.lastSeq ?? 0
  })
  await sync.start(new AbortController().signal)
  return {
    sync,
    store,
    /** `seq` of each head that was published. */
    seqs: async () =>
      await Promise.all(
        published.map(async bytes => {
          const opened = await fakeSeal(SELF).open(decodeAnnouncement(bytes).head)
          return decodeHead(opened?.payload as Uint8Array).seq
        })
      ),
    hear: async ({ announcement }: Published) => await onAnnouncement?.(announcement, ANA),
    tick(ms: number) {
      now += ms
      mock.timers.tick(30_000)
    },
    async [Symbol.asyncDispose]() {
      await sync.stop()
      mock.timers.reset()
    }
  }
}

/** Heads of ana: with nothing, then with three entries as a delta. */
async function headsOfAna(): Promise<Published[]> {
  const own = ownCatalogue('ana', HEAD_TTL_S)
  const first = await own.publish(NOW - 1_000)
  own.change(entries(3), [])
  return [first, await publishAll(own, NOW)]
}

describe('CatalogSync', () => {
  it('renews its head when the machine has slept for longer than it lasts', async () => {
    await using node = await alone()
    node.sync.change([entry('share/a')], [])
    await eventually(async () => assert.equal((await node.seqs()).length, 1), { within: 5_000 })
    node.tick(REFRESH_MS)
    await eventually(async () => assert.equal((await node.seqs()).length, 2), { within: 5_000 })
  })

  it('puts much that waits into pages in steps that leave others a turn, also when a head is due meanwhile @slow', async () => {
    await using node = await alone()
    let steps = 0
    const { batch } = node.store
    node.store.batch = run => {
      steps++
      // So slow a disk that the head is due before all is in pages.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60)
      return batch.call(node.store, run) as never
    }
    node.sync.change(entries(3_000), [])
    let most = 0
    for (let before = 0; (await node.seqs()).length === 0; before = steps) {
      await turn()
      most = Math.max(most, steps - before)
    }
    assert.ok(steps > 20, `${steps}`)
    assert.equal(most, 1)
  })

  it('keeps what others offer when the clock is set ahead and back, and forgets it in its time', async () => {
    await using node = await alone()
    for (const head of await headsOfAna()) await node.hear(head)
    assert.equal(node.store.count(ANA), 3)
    node.tick(DAY_MS)
    assert.equal(node.store.count(ANA), 3)
    node.tick(-DAY_MS)
    node.tick(30_000)
    assert.equal(node.store.count(ANA), 3)
    for (let at = 0; at < HEAD_TTL_S * 1_000; at += REFRESH_MS / 2) node.tick(REFRESH_MS / 2)
    assert.equal(node.store.count(ANA), 0)
  })

  it('numbers heads by the clock again when it was years ahead, once somebody shows that it is right now', async () => {
    const ahead = NOW + 1_000 * DAY_MS
    await using node = await alone({ lastSeq: ahead })
    node.sync.change([entry('share/a')], [])
    await eventually(async () => assert.deepEqual(await node.seqs(), [ahead + 1]), { within: 5_000 })
    node.tick(30_000)
    for (const head of await headsOfAna()) await node.hear(head)
    node.tick(30_000)
    await eventually(async () => assert.deepEqual((await node.seqs()).slice(1), [NOW + 60_000]), {
      within: 5_000
    })
  })
})
