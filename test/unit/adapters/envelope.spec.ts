import assert from 'node:assert/strict'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { RecordEnvelope } from '@libp2p/peer-record'
import { EnvelopeSeal, HEAD_DOMAIN, HEAD_PAYLOAD_TYPE } from '../../../src/adapters/libp2p/envelope.ts'

describe('EnvelopeSeal', () => {
  const payload = new Uint8Array([1, 2, 3])

  it('opens what it sealed, and says who signed it', async () => {
    const key = await generateKeyPair('Ed25519')
    const seal = new EnvelopeSeal(key)
    const opened = await seal.open(await seal.seal(payload))
    assert.equal(opened?.signer, peerIdFromPrivateKey(key).toString())
    assert.deepEqual(new Uint8Array(opened?.payload ?? []), payload)
  })

  it('opens nothing in which a single byte was changed', async () => {
    const seal = new EnvelopeSeal(await generateKeyPair('Ed25519'))
    const envelope = await seal.seal(payload)
    for (let i = 0; i < envelope.length; i++) {
      const changed = envelope.slice()
      changed[i] = (changed[i] as number) ^ 1
      assert.equal(await seal.open(changed), undefined, `byte ${i}`)
    }
  })

  it('opens no other form of the same envelope', async () => {
    const seal = new EnvelopeSeal(await generateKeyPair('Ed25519'))
    const envelope = await seal.seal(payload)
    const unknownField = Uint8Array.of(0xa0, 0x06, 0x01)
    assert.equal(await seal.open(Buffer.concat([envelope, unknownField])), undefined)
  })

  const others = [
    { name: 'of another domain', domain: 'libp2p-peer-record', codec: HEAD_PAYLOAD_TYPE },
    { name: 'with another kind of payload', domain: HEAD_DOMAIN, codec: Uint8Array.of(3, 1) }
  ]
  for (const { name, domain, codec } of others) {
    it(`opens no envelope ${name}`, async () => {
      const key = await generateKeyPair('Ed25519')
      const record = { domain, codec, marshal: () => payload, equals: () => false }
      const envelope = (await RecordEnvelope.seal(record, key)).marshal()
      assert.equal(await new EnvelopeSeal(key).open(envelope), undefined)
    })
  }

  it('opens neither nothing nor noise', async () => {
    const seal = new EnvelopeSeal(await generateKeyPair('Ed25519'))
    assert.equal(await seal.open(new Uint8Array()), undefined)
    assert.equal(await seal.open(new Uint8Array(100).fill(7)), undefined)
  })
})
