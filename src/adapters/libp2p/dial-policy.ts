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
  readonly #named = new Set<string>()

  /** `dial: false` allows only named addresses, whatever module of the library wants to dial. */
  constructor(options: { dial: boolean }) {
    this.#dial = options.dial
  }

  /** The user typed this address: it is dialled whatever its range. */
  name(address: Multiaddr): void {
    if (this.#named.size < MAX_NAMED) this.#named.add(withoutPeer(address))
  }

  /** What libp2p asks before it dials. */
  gater(): ConnectionGater {
    return {
      denyDialMultiaddr: address => {
        if (this.#named.has(withoutPeer(address))) return false
        return !this.#dial || !isDialable(address)
      }
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
