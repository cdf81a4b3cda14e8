/**
 * The libp2p host as every node configures it.
 */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DialPolicy } from '../../src/adapters/libp2p/dial-policy.ts'
import { createHost, type Host } from '../../src/adapters/libp2p/host.ts'
import { loadIdentity } from '../../src/adapters/libp2p/identity.ts'
import { Traffic } from '../../src/adapters/libp2p/traffic.ts'
import { openDataFolder } from '../../src/adapters/system/data-folder.ts'

async function startHost(resources: AsyncDisposableStack): Promise<Host> {
  const path = await mkdtemp(join(tmpdir(), 'p2pnode-host-'))
  resources.defer(() => rm(path, { recursive: true }))
  const folder = await openDataFolder(path)
  resources.defer(() => folder.close())
  const host = await createHost({
    traffic: new Traffic(),
    privateKey: await loadIdentity(join(path, 'key')),
    datastore: folder.datastore,
    listen: ['/ip4/127.0.0.1/tcp/0'],
    strictListen: true,
    dht: true,
    gater: new DialPolicy({ dial: true }).gater(),
    userAgent: 'test'
  })
  await host.start()
  resources.defer(async () => await host.stop())
  return host
}

describe('the libp2p host', () => {
  it('answers several pings on one connection at once, so that its monitor and its DHT do not cut it', async () => {
    await using resources = new AsyncDisposableStack()
    const [ann, bob] = [await startHost(resources), await startHost(resources)]
    const connection = await ann.dial(bob.getMultiaddrs())
    // The monitor pings every connection every 10 s, the DHT those of its contacts of which it is not sure.
    await Promise.all([
      ...Array.from({ length: 3 }, () => ann.services.ping.ping(bob.peerId)),
      ...Array.from({ length: 3 }, () => bob.services.ping.ping(ann.peerId))
    ])
    assert.equal(connection.status, 'open')
  })
})
