/**
 * What a node remembers of one query: how far it reaches, who sent it, whom it was sent to.
 */
import { MAX_QUERY_HIT_BYTES, MAX_QUERY_HITS } from '../wire/limits.ts'
import type { FloodReport, WireHit } from '../wire/search-message.ts'
import { HitRelay, type Relayed } from './hit-relay.ts'
import { emptyReport } from './report.ts'

/** Our dealings with one neighbour about one query. */
export interface QueryLink {
  /** Highest ttl of the copies it sent us; 0: none. */
  gotTtl: number
  /** Highest ttl of the copies we sent it; 0: none. */
  sentTtl: number
  /** Budget that our copies gave it. */
  given: number
  /** Hits, their frames and bytes that came from it. */
  hits: number
  frames: number
  bytes: number
}

/** One carried copy, from its coming until all whom it was sent to have reported. */
export interface FloodRound<Peer> {
  readonly query: QueryState<Peer>
  /** Whoever sent the copy; undefined: this node asks. */
  readonly parent: Peer | undefined
  readonly wantsReport: boolean
  /** The report is to name every copy. */
  readonly isTraced: boolean
  /** Budget the copy came with. */
  readonly budget: number
  readonly endsAt: number
  /** Children that have not reported, with the budget that each got. */
  readonly waiting: Map<Peer, number>
  readonly totals: FloodReport
}

export interface QueryIdentity {
  id: string
  nonce: Uint8Array
  text: string
  ownOnly: boolean
  /** This node asks. */
  ours: boolean
}

/**
 *   open ──all parents cancelled or left──▶ cancelled
 */
export class QueryState<Peer> {
  readonly id: string
  readonly nonce: Uint8Array
  readonly text: string
  readonly ownOnly: boolean
  readonly ours: boolean
  /** Highest ttl of a copy that was answered or carried. */
  ttl = 0
  /** Copies passed on, and budget that they took with those behind them. */
  carried = 0
  spent = 0
  cancelled = false
  /** Who sent the copies that count, first one first: the ways back for hits. */
  parents: Peer[] = []
  readonly links = new Map<Peer, QueryLink>()
  /** Rounds still waiting, oldest first. */
  rounds: FloodRound<Peer>[] = []
  #relay: HitRelay<Peer | undefined> | undefined
  #isReleased = false

  constructor(identity: QueryIdentity) {
    this.id = identity.id
    this.nonce = identity.nonce
    this.text = identity.text
    this.ownOnly = identity.ownOnly
    this.ours = identity.ours
  }

  /** Hits on their way back. This node as a source is `undefined`. Made late: most nodes never have a hit to pass on. */
  get relay(): HitRelay<Peer | undefined> {
    this.#relay ??= new HitRelay(this.#isReleased)
    return this.#relay
  }

  /** All sources have had their time: what was held back, if there is any, and from here on nothing is. */
  release(): Relayed | undefined {
    this.#isReleased = true
    return this.#relay?.release()
  }

  /** Bytes of the hits that are held back. */
  get heldBytes(): number {
    return this.#relay?.heldBytes ?? 0
  }

  link(peer: Peer): QueryLink {
    let link = this.links.get(peer)
    if (link === undefined) {
      link = { gotTtl: 0, sentTtl: 0, given: 0, hits: 0, frames: 0, bytes: 0 }
      this.links.set(peer, link)
    }
    return link
  }

  /** Whether a copy with `ttl` hops left is worth sending to a peer. */
  isNewsTo(peer: Peer, ttl: number): boolean {
    const gotTtl = this.links.get(peer)?.gotTtl ?? 0
    // Who sent us a copy had one hop more itself: ours would be a duplicate there unless it reaches further.
    return gotTtl === 0 || ttl > gotTtl + 1
  }

  /** Peers to whom the query was sent, and this node: those who share the limit of hits. */
  get sources(): number {
    let sources = 1
    for (const link of this.links.values()) if (link.sentTtl > 0) sources++
    return sources
  }

  openRound(round: Omit<FloodRound<Peer>, 'query' | 'waiting' | 'totals'>): FloodRound<Peer> {
    const opened = { ...round, query: this, waiting: new Map<Peer, number>(), totals: emptyReport() }
    this.rounds.push(opened)
    return opened
  }

  /** In whose report hits of a peer are counted. */
  roundOf(peer: Peer): FloodRound<Peer> | undefined {
    return this.rounds.find(round => round.waiting.has(peer)) ?? this.rounds[0]
  }

  closeRound(round: FloodRound<Peer>): void {
    this.rounds = this.rounds.filter(open => open !== round)
  }
}

/** Of the hits in one frame of `bytes` those that the link may still bring. They are counted. */
export function takeHits(link: QueryLink, hits: WireHit[], bytes: number): WireHit[] {
  if (link.bytes + bytes > MAX_QUERY_HIT_BYTES) return []
  const taken = hits.slice(0, MAX_QUERY_HITS - link.hits)
  if (taken.length === 0) return []
  link.hits += taken.length
  link.bytes += bytes
  link.frames++
  return taken
}
