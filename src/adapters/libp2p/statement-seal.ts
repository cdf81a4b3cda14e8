/**
 * Signatures of statements, with the node's Ed25519 key. They are checked beside the event loop: 256 of them take 50 ms.
 */
import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { promisify } from 'node:util'
import type { PrivateKey } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import type { PeerKey } from '../../base/ports.ts'
import type { StatementSeal } from '../../node/aggregates.ts'

const verifyAside = promisify(
  (
    key: KeyObject,
    bytes: Uint8Array,
    signature: Uint8Array,
    done: (err: Error | null, isRight: boolean) => void
  ) => verify(null, bytes, key, signature, done)
)

export class Ed25519Seal implements StatementSeal {
  readonly #privateKey: PrivateKey

  constructor(privateKey: PrivateKey) {
    this.#privateKey = privateKey
  }

  sign(bytes: Uint8Array): Uint8Array {
    const signature = this.#privateKey.sign(bytes)
    if (signature instanceof Uint8Array) return signature
    throw new Error(`a key of type ${this.#privateKey.type} cannot sign statements`)
  }

  async verify(peer: PeerKey, bytes: Uint8Array, signature: Uint8Array): Promise<boolean> {
    try {
      const key = publicKeyOf(peer)
      return key !== undefined && (await verifyAside(key, bytes, signature))
    } catch {
      // What is no key, or no signature, throws errors of many kinds; they all mean the same here.
      return false
    }
  }
}

/** The key inside a PeerId; undefined for a PeerId that holds none, or one of another kind. */
function publicKeyOf(peer: PeerKey): KeyObject | undefined {
  const id = peerIdFromString(peer)
  if (id.type !== 'Ed25519') return undefined
  const x = Buffer.from(id.publicKey.raw).toString('base64url')
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
}
