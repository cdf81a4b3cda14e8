/**
 * Whom to dial, and when again: every peer or address that we heard of, with a back-off for each.
 *
 * Pure. Somebody who was a neighbour, or whom the user named, is tried for ever; others until they failed often.
 */
import type { PeerKey, Random } from '../base/ports.ts'

/** How we know a candidate, best first. */
export type CandidateSource = 'user' | 'neighbour' | 'lan' | 'memory' | 'referral'

export interface Candidate {
  /** PeerId, or for an address without one the address itself. */
  key: string
  peer: PeerKey | undefined
  /** Dialled instead of what the peer store knows, when set. */
  address: string | undefined
  source: CandidateSource
  failures: number
  /** ms; not before. */
  dialAt: number
}

/** Candidates remembered. At about 200 bytes each; a node needs a dozen. */
const MAX_CANDIDATES = 1_000
const FIRST_RETRY_MS = 1_000
/** Longest pause between two tries, ms: for those the user asked for, those who were neighbours, and the rest. */
const LONGEST_RETRY_MS: Record<CandidateSource, number> = {
  user: 15_000,
  neighbour: 30_000,
  lan: 30_000,
  memory: 10 * 60_000,
  referral: 10 * 60_000
}
/** Tries that somebody heard of only once gets. */
const MAX_FAILURES = 8
const RANK: readonly CandidateSource[] = ['user', 'neighbour', 'lan', 'memory', 'referral']

export class DialBook {
  readonly #candidates = new Map<string, Candidate>()
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  get size(): number {
    return this.#candidates.size
  }

  /** Adds a candidate, due at once; a known one is due at once only if `fresh` (it has just been heard on the LAN, say). */
  add(
    found: {
      peer?: PeerKey | undefined
      address?: string | undefined
      source: CandidateSource
      fresh?: boolean
    },
    now: number
  ): void {
    const key = found.peer ?? found.address
    if (key === undefined) return
    const known = this.#candidates.get(key)
    if (known !== undefined) {
      if (RANK.indexOf(found.source) < RANK.indexOf(known.source)) known.source = found.source
      if (found.fresh === true) known.dialAt = Math.min(known.dialAt, now + FIRST_RETRY_MS)
      return
    }
    if (this.#candidates.size >= MAX_CANDIDATES) this.#evict()
    const { peer, address, source } = found
    this.#candidates.set(key, { key, peer, address, source, failures: 0, dialAt: now })
  }

  remove(key: string): void {
    this.#candidates.delete(key)
  }

  /** Candidates whose time has come, best source first, without those in `skip`. */
  due(now: number, skip: (candidate: Candidate) => boolean): Candidate[] {
    return [...this.#candidates.values()]
      .filter(candidate => candidate.dialAt <= now && !skip(candidate))
      .sort((a, b) => RANK.indexOf(a.source) - RANK.indexOf(b.source) || a.failures - b.failures)
  }

  onConnected(key: string, peer: PeerKey): void {
    const candidate = this.#candidates.get(key)
    if (candidate === undefined) return
    candidate.failures = 0
    candidate.peer = peer
  }

  onFailed(key: string, now: number): void {
    const candidate = this.#candidates.get(key)
    if (candidate === undefined) return
    candidate.failures++
    const gives = candidate.source === 'memory' || candidate.source === 'referral'
    if (gives && candidate.failures >= MAX_FAILURES) {
      this.#candidates.delete(key)
      return
    }
    const pause = Math.min(FIRST_RETRY_MS * 2 ** (candidate.failures - 1), LONGEST_RETRY_MS[candidate.source])
    // A whole network that lost the same peer should not come back in the same instant.
    candidate.dialAt = now + pause * (0.75 + this.#random.next() / 2)
  }

  /** A connection ended: the first try comes soon. */
  onDisconnected(peer: PeerKey, now: number): void {
    for (const candidate of this.#candidates.values()) {
      if (candidate.peer === peer) candidate.dialAt = now + FIRST_RETRY_MS * this.#random.next()
    }
  }

  /** Throws out who failed most among the least wanted; never one whom the user named. */
  #evict(): void {
    let worst: Candidate | undefined
    for (const candidate of this.#candidates.values()) {
      if (candidate.source === 'user') continue
      const rank = RANK.indexOf(candidate.source)
      const worstRank = worst === undefined ? -1 : RANK.indexOf(worst.source)
      if (rank > worstRank || (rank === worstRank && candidate.failures > (worst?.failures ?? -1)))
        worst = candidate
    }
    if (worst !== undefined) this.#candidates.delete(worst.key)
  }
}
