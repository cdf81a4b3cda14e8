import assert from 'node:assert/strict'
import type { Connection, Libp2p } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { isOnOurLan } from '../../../../src/adapters/libp2p/addresses.ts'
import { groupOfIp, IndexContacts } from '../../../../src/adapters/libp2p/index-contacts.ts'
import { PEER, peerOf } from '../../wire/samples.ts'

const ASKER = peerOf(new Uint8Array(32).fill(9))
const LOOPBACK = '/ip4/127.0.0.1/tcp/4801'
const PRIVATE = '/ip4/192.168.7.5/tcp/4801'
const PUBLIC = '/ip4/8.8.4.4/tcp/4801'

/** A host with these connections, by peer, and addresses of its own. */
function contacts(connected: Record<string, string> = {}, own: string[] = []): IndexContacts {
  const host = {
    getConnections: (peer: { toString(): string }) => {
      const address = connected[peer.toString()]
      if (address === undefined) return []
      return [{ status: 'open', remoteAddr: multiaddr(address) } as unknown as Connection]
    },
    getMultiaddrs: () => own.map(address => multiaddr(address))
  }
  return new IndexContacts(host as unknown as Libp2p)
}

describe('IndexContacts', () => {
  const cases = [
    { from: undefined, told: [PUBLIC] },
    { from: '/ip4/9.9.9.9/tcp/1', told: [PUBLIC] },
    { from: '/ip4/192.168.7.9/tcp/1', told: [PRIVATE, PUBLIC] },
    { from: '/ip4/127.0.0.1/tcp/1', told: [LOOPBACK, PRIVATE, PUBLIC] }
  ]
  for (const { from, told } of cases) {
    it(`tells one who comes from ${from ?? 'nowhere'} of ${told.length} addresses, nearest first`, () => {
      const known = contacts(from === undefined ? {} : { [ASKER]: from }, [LOOPBACK, PRIVATE, PUBLIC])
      known.add(PEER, [LOOPBACK, PUBLIC, PRIVATE])
      assert.deepEqual(known.addressesFor(PEER, ASKER), told)
      assert.deepEqual(known.ownAddressesFor(ASKER), told)
    })
  }

  it('knows no more than four addresses of a peer, those that were named last', () => {
    const known = contacts()
    const ports = Array.from({ length: 6 }, (_, i) => `/ip4/8.8.4.4/tcp/${i + 1}`)
    for (const address of ports) known.add(PEER, [address])
    assert.deepEqual(known.addressesFor(PEER, ASKER), ports.slice(3).reverse())
    assert.equal(known.dialable(PEER).length, 4)
  })

  it('leaves out what is no address, and one that ends in another peer', () => {
    const known = contacts()
    known.add(PEER, ['/nothing', `${PUBLIC}/p2p/${ASKER}`, `${PUBLIC}/p2p/${PEER}`, '/ip4/8.8.4.4'])
    assert.deepEqual(known.dialable(PEER).map(String).slice(0, 1), [`${PUBLIC}/p2p/${PEER}`])
    assert.ok(known.dialable(PEER).every(address => !address.toString().includes(ASKER)))
  })

  it('dials no private address of a network that it is not on', () => {
    const known = contacts()
    const foreign = ['10.253.77.1', '172.31.254.77', '192.168.251.77'].find(ip => !isOnOurLan(ip))
    known.add(PEER, [`/ip4/${foreign}/tcp/4801`])
    assert.equal(known.isDialable(PEER), false)
    assert.deepEqual(known.dialable(PEER), [])
  })

  it('learns addresses of a LAN only from one who is on it', () => {
    const stranger = contacts({ [ASKER]: '/ip4/9.9.9.9/tcp/1' })
    stranger.learn({ peer: PEER, addresses: [LOOPBACK, PRIVATE, PUBLIC] }, ASKER)
    assert.deepEqual(stranger.dialable(PEER).map(String), [`${PUBLIC}/p2p/${PEER}`])
    const here = contacts({ [ASKER]: '/ip4/127.0.0.1/tcp/1' })
    here.learn({ peer: PEER, addresses: [LOOPBACK] }, ASKER)
    assert.equal(here.dialable(PEER).length, 1)
  })

  it('puts peers of one subnet into one group, by the address that we see', () => {
    const known = contacts({ [ASKER]: '/ip4/8.8.8.8/tcp/1' })
    known.add(ASKER, ['/ip4/1.1.1.1/tcp/1'])
    known.add(PEER, [PRIVATE, '/ip4/8.8.8.9/tcp/1'])
    assert.equal(known.groupOf(ASKER), '8.8.8')
    assert.equal(known.groupOf(PEER), '8.8.8')
  })

  it('puts peers of a LAN, and unknown ones, into none', () => {
    const known = contacts()
    known.add(PEER, [PRIVATE, LOOPBACK])
    assert.deepEqual([known.groupOf(PEER), known.groupOf(ASKER)], [undefined, undefined])
  })
})

describe('groupOfIp', () => {
  const cases: Array<[ip: string, group: string]> = [
    ['203.0.113.9', '203.0.113'],
    ['2001:db8:1:2::3', '2001:db8:1'],
    ['2001:0db8:0001:ffff::', '2001:db8:1'],
    ['2001:DB8::1', '2001:db8:0'],
    ['::1', '0:0:0'],
    ['2001:db8::', '2001:db8:0']
  ]
  for (const [ip, group] of cases) it(`of ${ip} is ${group}`, () => assert.equal(groupOfIp(ip), group))
})
