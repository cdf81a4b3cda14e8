import assert from 'node:assert/strict'
import { multiaddr } from '@multiformats/multiaddr'
import { isDialable, reachOf } from '../../../../src/adapters/libp2p/addresses.ts'

describe('addresses', () => {
  const cases: Array<[string, string]> = [
    ['/ip4/127.0.0.1/tcp/1', 'loopback'],
    ['/ip6/::1/tcp/1', 'loopback'],
    ['/ip4/10.1.2.3/tcp/1', 'private'],
    ['/ip4/172.31.0.1/tcp/1', 'private'],
    ['/ip4/192.168.0.1/tcp/1', 'private'],
    ['/ip4/100.64.0.1/tcp/1', 'private'],
    ['/ip6/fd00::1/tcp/1', 'private'],
    ['/ip6/fe80::1/tcp/1', 'private'],
    ['/ip4/8.8.8.8/tcp/1', 'public'],
    ['/ip6/2001:4860:4860::8888/tcp/1', 'public'],
    ['/dns4/example.org/tcp/1', 'public'],
    ['/memory/x', 'memory']
  ]
  for (const [address, reach] of cases) {
    it(`${address} is ${reach}`, () => assert.equal(reachOf(multiaddr(address)), reach))
  }

  it('dials a private address only where an interface of ours is in its range', () => {
    assert.ok(isDialable(multiaddr('/ip4/127.0.0.1/tcp/1')))
    assert.ok(isDialable(multiaddr('/ip4/8.8.8.8/tcp/1')))
    assert.ok(!isDialable(multiaddr('/ip4/10.255.254.253/tcp/1')), 'or this machine is on 10.255.254.0')
  })
})
