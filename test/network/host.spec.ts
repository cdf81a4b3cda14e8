/**
 * The libp2p host as every node configures it.
 */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { SingleKadDHT } from '@libp2p/kad-dht'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { locateInDht } from '../../src/adapters/libp2p/dht-records.ts'
import { DialPolicy } from '../../src/adapters/libp2p/dial-policy.ts'
import { createHost, type Host } from '../../src/adapters/libp2p/host.ts'
import { loadIdentity } from '../../src/adapters/libp2p/identity.ts'
import { IndexExchange } from '../../src/adapters/libp2p/index-exchange.ts'
import { Traffic } from '../../src/adapters/libp2p/traffic.ts'
import { openDataFolder } from '../../src/adapters/system/data-folder.ts'
import { eventually } from '../../src/testnet/index.ts'

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

  it('finds in the DHT where somebody is of whom it knows nothing, and dials only what it was told by one that may', async () => {
    await using resources = new AsyncDisposableStack()
    const [ann, bob, cid] = [
      await startHost(resources),
      await startHost(resources),
      await startHost(resources)
    ]
    await ann.dial(bob.getMultiaddrs())
    await cid.dial(bob.getMultiaddrs())
    const peer = ann.peerId.toString()
    const exchange = new IndexExchange({ host: cid, dial: true, isInUse: () => false })
    const signal = AbortSignal.timeout(10_000)
    const found = await eventually(
      async () => {
        const answer = await locateInDht(cid.services.dht as SingleKadDHT, peer, signal)
        assert.ok(answer !== undefined)
        return answer
      },
      { within: 10_000, what: 'an address' }
    )
    assert.equal(found.from, bob.peerId.toString())
    const stranger = peerIdFromPrivateKey(await generateKeyPair('Ed25519')).toString()
    exchange.remember({ peer, addresses: found.addresses }, stranger)
    assert.equal(exchange.canReach(peer), cid.getConnections(ann.peerId).length > 0)
    exchange.remember({ peer, addresses: found.addresses }, found.from)
    await exchange.reach(peer, signal)
    assert.equal(exchange.isConnected(peer), true)
  })

  it('remembers where somebody is whom it met before it was started', async () => {
    await using resources = new AsyncDisposableStack()
    const [ann, bob] = [await startHost(resources), await startHost(resources)]
    const peer = ann.peerId.toString()
    const exchange = new IndexExchange({ host: bob, dial: true, isInUse: () => false })
    assert.equal(await exchange.recall(peer), false)
    await bob.peerStore.merge(ann.peerId, { multiaddrs: ann.getMultiaddrs() })
    assert.equal(exchange.canReach(peer), false)
    assert.equal(await exchange.recall(peer), true)
    await exchange.reach(peer, AbortSignal.timeout(10_000))
    assert.equal(exchange.isConnected(peer), true)
  })
})
