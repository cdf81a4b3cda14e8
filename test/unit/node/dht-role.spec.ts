import assert from 'node:assert/strict'
import { DhtRoleRule } from '../../../src/node/dht-role.ts'

const LAN = { hasPublicAddress: false, knowsPublicPeer: false }
const NATTED = { hasPublicAddress: false, knowsPublicPeer: true }
const PUBLIC = { hasPublicAddress: true, knowsPublicPeer: true }
const MINUTE = 60_000

describe('DhtRoleRule', () => {
  it('serves on a LAN and on the Internet, not behind a NAT', () => {
    assert.equal(new DhtRoleRule().decide(LAN, 0), 'server')
    assert.equal(new DhtRoleRule().decide(PUBLIC, 0), 'server')
    assert.equal(new DhtRoleRule().decide(NATTED, 0), 'client')
  })

  it('changes only when the facts have held for ten minutes', () => {
    const rule = new DhtRoleRule()
    rule.decide(LAN, 0)
    assert.equal(rule.decide(NATTED, MINUTE), 'server')
    assert.equal(rule.decide(LAN, 9 * MINUTE), 'server')
    assert.equal(rule.decide(NATTED, 10 * MINUTE), 'server')
    assert.equal(rule.decide(NATTED, 19 * MINUTE), 'server')
    assert.equal(rule.decide(NATTED, 20 * MINUTE), 'client')
  })
})
