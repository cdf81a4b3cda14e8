import assert from 'node:assert/strict'
import { mock } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { Stream } from '@libp2p/interface'
import { FileServerSession } from '../../../../src/adapters/libp2p/file-server-session.ts'
import { frame } from '../../../../src/adapters/libp2p/streams.ts'
import { Counters } from '../../../../src/base/counters.ts'
import { Uploads } from '../../../../src/node/uploads.ts'
import type { ServedFile } from '../../../../src/swarm/index.ts'
import { encodeFileMessage } from '../../../../src/wire/file-message.ts'
import { peerId } from '../../search/virtual-network.ts'
import { cidOf } from '../../wire/samples.ts'
import { closePairs, pair } from './stream-pair.ts'

const BLOCK = 1024 * 1024
const ROOT = cidOf(new Uint8Array(32))

const file: ServedFile = {
  root: ROOT,
  name: 'film',
  size: 2 * BLOCK,
  blocks: 2,
  has: () => true,
  innerNodes: async () => [],
  read: async () => new Uint8Array(BLOCK)
}

/** A session whose time is turned by hand, and the stream of its client, who reads nothing unless told. */
async function session() {
  const [client, frames] = await pair()
  const clock = { now: 1_000 }
  mock.timers.enable({ apis: ['setInterval', 'setTimeout'] })
  mock.method(performance, 'now', () => clock.now)
  const drops = new Counters<string>()
  const running = new FileServerSession(frames, peerId(1), {
    uploads: new Uploads({ clock: { now: () => clock.now } }),
    find: async () => file,
    innerNodes: async () => [],
    knownSources: async () => [],
    drops,
    onStrike: () => assert.fail('a strike')
  })
  void running.run(new AbortController().signal)
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 20; i++) await turn()
  }
  return {
    client,
    drops,
    running,
    async pass(ms: number) {
      for (let left = ms; left > 0; left -= 1_000) {
        clock.now += Math.min(left, 1_000)
        mock.timers.tick(Math.min(left, 1_000))
        await settle()
      }
    }
  }
}

const ask = (client: Stream, id: number): boolean =>
  client.send(frame(encodeFileMessage({ type: 'get-blocks', id, root: ROOT, blocks: [0, 1] })))

/** Takes what comes, as a client does that reads. */
function readAll(client: Stream): { bytes: number } {
  const read = { bytes: 0 }
  client.addEventListener('message', ({ data }) => {
    read.bytes += data.byteLength
  })
  return read
}

describe('FileServerSession: time', () => {
  afterEach(() => {
    mock.timers.reset()
    mock.restoreAll()
    closePairs()
  })

  it('is up after two minutes without a request', async () => {
    const { client, drops, running, pass } = await session()
    const read = readAll(client)
    await pass(60_000)
    ask(client, 1)
    await pass(119_000)
    assert.ok(read.bytes > 2 * BLOCK)
    assert.equal(client.status, 'open')
    await pass(31_000)
    assert.deepEqual(drops.toJSON(), { idle: 1 })
    assert.equal(client.status, 'reset')
    await running.ended
  })

  it('is up half a minute after a client stopped reading in the middle of an answer', async () => {
    const { client, drops, running, pass } = await session()
    ask(client, 1)
    client.pause()
    await pass(29_000)
    assert.deepEqual(drops.toJSON(), {})
    await pass(2_000)
    assert.deepEqual(drops.toJSON(), { timeout: 1 })
    await running.ended
  })
})
