/**
 * Which addresses the host may dial, and which peers are kept out.
 */
import type { ConnectionGater } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerKey } from '../../base/ports.ts'
import { isDialable } from './addresses.ts'

/** Addresses named by the user; more than anybody types. */
const MAX_NAMED = 1_000

export class DialPolicy {
  readonly #dial: boolean
  readonly #isOut: (peer: PeerKey) => boolean
  readonly #named = new Set<string>()

  /**
   * @param options.dial - false allows only named addresses, whatever module of the library wants to dial
   * @param options.isOut - peers with whom there is to be no connection at present
   */
  constructor(options: { dial: boolean; isOut?: (peer: PeerKey) => boolean }) {
    this.#dial = options.dial
    this.#isOut = options.isOut ?? (() => false)
  }

  /** The user typed this address: it is dialled whatever its range. */
  name(address: Multiaddr): void {
    if (this.#named.size < MAX_NAMED) this.#named.add(withoutPeer(address))
  }

  /** What libp2p asks before it dials, and when it knows who is at the other end. */
  gater(): ConnectionGater {
    return {
      denyDialMultiaddr: address => {
        if (this.#named.has(withoutPeer(address))) return false
        return !this.#dial || !isDialable(address)
      },
      denyDialPeer: peer => this.#isOut(peer.toString()),
      denyInboundEncryptedConnection: peer => this.#isOut(peer.toString()),
      denyOutboundEncryptedConnection: peer => this.#isOut(peer.toString())
    }
  }
}

function withoutPeer(address: Multiaddr): string {
  return address.toString().replace(/\/p2p\/[^/]+$/, '')
}

/** PeerId at the end of a multiaddr. */
export function peerAtEnd(address: Multiaddr): PeerKey | undefined {
  const last = address.getComponents().at(-1)
  return last?.name === 'p2p' ? last.value : undefined
}
