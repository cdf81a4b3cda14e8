import { mock } from 'node:test'
import { MemoryEntryStore } from '../../../src/catalog/index.ts'
import { CatalogSync, REFRESH_MS } from '../../../src/node/catalog-sync.ts'
import { eventually } from '../../../src/testnet/eventually.ts'
import { entry, fakeSeal, peer } from '../catalog/fixtures.ts'

const SELF = peer('ann')

describe('CatalogSync', () => {
  afterEach(() => mock.timers.reset())

  it('renews its head when the machine has slept for longer than it lasts', async () => {
    mock.timers.enable({ apis: ['setInterval'] })
    let now = 1_750_000_000_000
    let published = 0
    const sync = new CatalogSync({
      self: SELF,
      nickname: 'ann',
      store: new MemoryEntryStore(),
      seal: fakeSeal(SELF),
      links: {
        neighbours: () => [],
        push: async () => {},
        request: async function* () {},
        serve: () => {}
      },
      topic: {
        publish: async () => {
          published++
          return []
        },
        mesh: () => [],
        onAnnouncement: () => {}
      },
      clock: { now: () => now },
      lastSeq: 0
    })
    await sync.start(new AbortController().signal)
    sync.change([entry('share/a')], [])
    await eventually(() => published === 1, { within: 5_000 })
    now += REFRESH_MS
    mock.timers.tick(60_000)
    await eventually(() => published === 2, { within: 5_000 })
    await sync.stop()
  })
})
