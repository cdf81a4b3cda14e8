/**
 * Which files several peers have fetched from this node. Pure.
 *
 *   not known ──one peer──▶ once ──another──▶ often ──nobody for a week──▶ not known
 *
 * What one peer fetches alone, a large folder or everything, takes no place from what many want.
 */

import type { PeerKey } from '../base/ports.ts'
import { putLast } from '../base/put-last.ts'

/** Files that one peer has fetched, and that several have; those for which it is longest ago go. */
const MAX_ONCE = 2_000
const MAX_OFTEN = 500
/** Peers that are counted for a file. */
const MAX_PEERS = 32
/** After this time without anybody a file is forgotten, ms. A guess. */
const FORGET_MS = 7 * 24 * 60 * 60_000

export class AskedFiles {
  readonly #once = new Map<string, PeerKey>()
  readonly #often = new Map<string, { peers: Set<PeerKey>; askedAt: number }>()

  /** A peer began to fetch a file. */
  onAsked(cid: string, peer: PeerKey, now: number): void {
    const first = this.#once.get(cid)
    const known = this.#often.get(cid)
    if (known === undefined && (first === undefined || first === peer)) {
      putLast(this.#once, cid, peer, MAX_ONCE)
      return
    }
    this.#once.delete(cid)
    const peers = known?.peers ?? new Set(first === undefined ? [] : [first])
    if (peers.size < MAX_PEERS) peers.add(peer)
    putLast(this.#often, cid, { peers, askedAt: now }, MAX_OFTEN)
  }

  /** Files that several peers have fetched: those of most peers first, then those that were asked for last. */
  most(now: number): string[] {
    for (const [cid, { askedAt }] of this.#often) if (now - askedAt > FORGET_MS) this.#often.delete(cid)
    return [...this.#often]
      .sort(([, a], [, b]) => b.peers.size - a.peers.size || b.askedAt - a.askedAt)
      .map(([cid]) => cid)
  }
}
