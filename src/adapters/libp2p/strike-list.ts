/**
 * Peers that broke rules: three strikes keep a peer out for a while.
 */

import type { PeerKey } from '../../base/ports.ts'
import { putLast } from '../../base/put-last.ts'

export const MAX_STRIKES = 3
export const BAN_MS = 10 * 60_000
/** Peers remembered; the one struck longest ago is forgotten first. A new identity costs nothing anyway. */
const MAX_PEERS = 1_024

export class StrikeList {
  readonly #strikes = new Map<PeerKey, { count: number; at: number }>()

  /** True: that was the third, and the peer is out from now on. Strikes are forgiven after the same time as a ban. */
  add(peer: PeerKey, now: number): boolean {
    const count = (this.#recent(peer, now)?.count ?? 0) + 1
    putLast(this.#strikes, peer, { count, at: now }, MAX_PEERS)
    return count === MAX_STRIKES
  }

  isOut(peer: PeerKey, now: number): boolean {
    return (this.#recent(peer, now)?.count ?? 0) >= MAX_STRIKES
  }

  #recent(peer: PeerKey, now: number): { count: number } | undefined {
    const strikes = this.#strikes.get(peer)
    return strikes !== undefined && now - strikes.at < BAN_MS ? strikes : undefined
  }
}
