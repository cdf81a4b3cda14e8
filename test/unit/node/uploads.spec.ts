import assert from 'node:assert/strict'
import { Uploads } from '../../../src/node/uploads.ts'

const MIB = 1024 * 1024
const file = { root: 'bafy', name: 'a.txt' }

describe('Uploads', () => {
  let now = 0
  const clock = { now: () => now }

  beforeEach(() => {
    now = 0
  })

  it('lets as much out as the rate says, whoever asks, first come first served', () => {
    const uploads = new Uploads({ clock, bytesPerSecond: MIB })
    const part = uploads.partBytes as number
    let sent = 0
    while (now < 10_000) {
      now += uploads.sendWaitMs(sent % 3 === 0 ? 'ann' : 'bob', part)
      sent += part
    }
    assert.ok(sent >= 10 * MIB && sent <= 10.6 * MIB, `${sent / MIB} MiB in 10 s`)
  })

  it('bounds each peer for itself', () => {
    const uploads = new Uploads({ clock, peerBytesPerSecond: MIB })
    assert.equal(uploads.sendWaitMs('ann', MIB / 2), 0)
    assert.equal(uploads.sendWaitMs('ann', MIB / 2), 500)
    assert.equal(uploads.sendWaitMs('bob', MIB / 2), 0)
  })

  it('sends whole blocks where nothing is limited, and small parts where the line is slow', () => {
    assert.equal(new Uploads({ clock }).partBytes, undefined)
    assert.equal(new Uploads({ clock, bytesPerSecond: 64 * 1024 }).partBytes, 8 * 1024)
    assert.equal(new Uploads({ clock, peerBytesPerSecond: 100 * MIB }).partBytes, 64 * 1024)
  })

  it('says when a peer begins to fetch a file', () => {
    const begun: string[] = []
    const uploads = new Uploads({ clock, onBegun: (peer, root) => begun.push(`${peer} ${root}`) })
    for (const peer of ['ann', 'ann', 'bob']) uploads.sent(peer, file, 5)
    assert.deepEqual(begun, ['ann bafy', 'bob bafy'])
  })

  it('lists what is sent and who waits for what, and forgets both', () => {
    const uploads = new Uploads({ clock, slots: 1 })
    uploads.ask('ann', file)
    uploads.sent('ann', file, 5)
    uploads.ask('bob', file)
    uploads.ask('cleo', { root: 'bafk', name: 'b.txt' })
    const lines = uploads.list().map(({ peerId, name, bytes, state, position }) => ({
      peerId,
      name,
      bytes,
      state,
      position
    }))
    assert.deepEqual(lines, [
      { peerId: 'ann', name: 'a.txt', bytes: 5, state: 'sending', position: null },
      { peerId: 'bob', name: 'a.txt', bytes: 0, state: 'waiting', position: 1 },
      { peerId: 'cleo', name: 'b.txt', bytes: 0, state: 'waiting', position: 2 }
    ])
    assert.deepEqual(uploads.fetchersOf('bafy'), ['ann'])
    now = 61_000
    assert.deepEqual(uploads.list(), [])
  })

  it('gives the slot of a slow line to nobody else while a block is on its way', () => {
    const uploads = new Uploads({ clock, slots: 1 })
    uploads.ask('ann', file)
    uploads.work('ann', 'begins')
    for (; now < 30_000; now += 1_000) uploads.touch('ann')
    assert.equal(uploads.ask('bob', file).kind, 'busy')
    uploads.work('ann', 'ends')
    now += 11_000
    assert.equal(uploads.ask('bob', file).kind, 'go')
  })
})
