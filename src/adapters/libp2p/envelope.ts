/**
 * Signatures of heads: libp2p's signed envelopes (RFC 0002), with a domain of our own.
 */
import type { PrivateKey } from '@libp2p/interface'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import { RecordEnvelope } from '@libp2p/peer-record'
import type { PeerKey } from '../../base/ports.ts'
import type { HeadSeal } from '../../catalog/index.ts'
import { MAX_ENVELOPE_BYTES } from '../../wire/limits.ts'

export const HEAD_DOMAIN = 'p2pnode-head'
export const HEAD_PAYLOAD_TYPE: Uint8Array = new TextEncoder().encode('/p2pnode/head/1')

export class EnvelopeSeal implements HeadSeal {
  readonly #privateKey: PrivateKey

  constructor(privateKey: PrivateKey) {
    this.#privateKey = privateKey
  }

  async seal(payload: Uint8Array): Promise<Uint8Array> {
    const record = {
      domain: HEAD_DOMAIN,
      codec: HEAD_PAYLOAD_TYPE,
      marshal: () => payload,
      equals: () => false
    }
    return (await RecordEnvelope.seal(record, this.#privateKey)).marshal()
  }

  async open(envelope: Uint8Array): Promise<{ signer: PeerKey; payload: Uint8Array } | undefined> {
    if (envelope.length > MAX_ENVELOPE_BYTES) return undefined
    try {
      const { publicKey, payloadType, payload, ...opened } = await certify(envelope)
      if (Buffer.compare(payloadType, HEAD_PAYLOAD_TYPE) !== 0) return undefined
      // Other bytes for the same statement would let anybody make variants of a head that are not his.
      if (Buffer.compare(opened.bytes, envelope) !== 0) return undefined
      return { signer: peerIdFromPublicKey(publicKey).toString(), payload }
    } catch {
      // The library throws many kinds of errors for bytes that are no envelope; they all mean the same here.
      return undefined
    }
  }
}

async function certify(envelope: Uint8Array) {
  const { publicKey, payloadType, payload, signature } = await RecordEnvelope.openAndCertify(
    envelope,
    HEAD_DOMAIN
  )
  const bytes = new RecordEnvelope({ publicKey, payloadType, payload, signature }).marshal()
  return { publicKey, payloadType, payload, bytes }
}
