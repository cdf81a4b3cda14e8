import assert from 'node:assert/strict'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { Ed25519Seal } from '../../../../src/adapters/libp2p/statement-seal.ts'

describe('Ed25519Seal', () => {
  it('tells its own signature from all others', async () => {
    const [key, other] = [await generateKeyPair('Ed25519'), await generateKeyPair('Ed25519')]
    const [peer, stranger] = [key, other].map(one => peerIdFromPrivateKey(one).toString()) as [string, string]
    const seal = new Ed25519Seal(key)
    const bytes = Uint8Array.of(1, 2, 3)
    const signature = seal.sign(bytes)
    assert.equal(signature.length, 64)
    const verify = (who: string, what: Uint8Array, sign: Uint8Array) =>
      new Ed25519Seal(other).verify(who, what, sign)
    assert.equal(await verify(peer, bytes, signature), true)
    assert.equal(await verify(stranger, bytes, signature), false)
    assert.equal(await verify(peer, Uint8Array.of(1, 2), signature), false)
    assert.equal(await verify(peer, bytes, new Uint8Array(64)), false)
    assert.equal(await verify(peer, bytes, new Uint8Array(3)), false)
    assert.equal(await verify('QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N', bytes, signature), false)
    assert.equal(await verify('nonsense', bytes, signature), false)
  })
})
