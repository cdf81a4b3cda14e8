import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import type { BlockSession } from '../../src/node/download-ports.ts'
import { NodeError } from '../../src/node/errors.ts'
import { content, served, startGetter, startSeed } from './transfer-hosts.ts'

const MIB = 1024 * 1024
const HANGING = 'a peer that hangs up slowly'

describe('a download that is given up', () => {
  it('is begun again by who asks for it just then, and fails for who asked before', async () => {
    const file = content(2 * MIB)
    await using seed = await startSeed([served(file)])
    const [ending, hungUp] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const slow = {
      manifest: async () => {
        throw new Error('it has nothing')
      },
      close: () => hungUp.promise
    } as unknown as BlockSession
    let run = 0
    const finder = {
      async *find(_: string, signal: AbortSignal) {
        signal.addEventListener('abort', () => ending.resolve())
        yield run === 0 ? HANGING : seed.peer
      }
    }
    await using getter = await startGetter([], {
      finder,
      client: {
        open: async (peer, options) => (peer === HANGING ? slow : await getter.client.open(peer, options))
      }
    })
    await getter.host.peerStore.merge(seed.host.peerId, { multiaddrs: seed.host.getMultiaddrs() })
    const target = file.manifest.root
    const ask = (timeoutMs: number) =>
      Array.fromAsync(getter.downloads.get({ target, timeoutMs }, { signal: AbortSignal.timeout(15_000) }))
    const first = assert.rejects(
      ask(100),
      error => error instanceof NodeError && error.fault.code === 'no-source'
    )
    await ending.promise
    run++
    const second = ask(10_000)
    hungUp.resolve()
    await first
    const done = (await second).at(-1)
    assert.equal(done?.type, 'done')
    assert.ok((await readFile(done?.path ?? '')).equals(file.bytes))
  })
})
