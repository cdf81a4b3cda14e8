/**
 * Sends hits back along the way of their query.
 */
import type { Counters } from '../base/counters.ts'
import { MAX_HITS_PER_FRAME } from '../wire/limits.ts'
import type { SearchMessage, WireHit } from '../wire/search-message.ts'
import type { SearchDrop } from './actions.ts'
import { MAX_ALL_HELD_BYTES } from './constants.ts'
import type { Relayed } from './hit-relay.ts'
import type { FloodRound, QueryState } from './query-state.ts'
import { addReport, emptyReport } from './report.ts'

export interface HitReturnOptions<Peer> {
  drops: Counters<SearchDrop>
  sizeOf: (message: SearchMessage) => number
  /** Returns the bytes of what it sends. */
  send: (to: Peer, message: SearchMessage) => number
  isNeighbour: (peer: Peer) => boolean
}

export class HitReturn<Peer> {
  readonly #options: HitReturnOptions<Peer>
  /** Bytes of the hits held back, of all queries. */
  #heldBytes = 0

  constructor(options: HitReturnOptions<Peer>) {
    this.#options = options
  }

  /** Where hits go: the sender of the first copy, or of the second if that one left. */
  wayBack(query: QueryState<Peer>): Peer | undefined {
    return query.parents.find(this.#options.isNeighbour)
  }

  /** Passes on what one source gave, as far as it may now. `source` undefined: this node. */
  pass(
    query: QueryState<Peer>,
    source: Peer | undefined,
    hits: readonly WireHit[],
    round: FloodRound<Peer> | undefined
  ): void {
    if (hits.length === 0) return
    const sizeOf = (hit: WireHit): number => this.#options.sizeOf({ type: 'hits', id: query.id, hits: [hit] })
    const heldBefore = query.relay.heldBytes
    const room = MAX_ALL_HELD_BYTES - this.#heldBytes
    const relayed = query.relay.take(source, hits, query.sources, room, sizeOf)
    this.#heldBytes += query.relay.heldBytes - heldBefore
    this.#send(query, relayed, round)
  }

  /** All sources are done: sends what was held back. */
  release(query: QueryState<Peer>, round: FloodRound<Peer> | undefined): void {
    this.#heldBytes -= query.heldBytes
    const relayed = query.release()
    if (relayed !== undefined) this.#send(query, relayed, round)
  }

  /** Nobody wants the hits any more. */
  discard(query: QueryState<Peer>): void {
    this.#heldBytes -= query.heldBytes
    query.release()
  }

  /** `round`: in whose report the messages are counted. */
  #send(query: QueryState<Peer>, relayed: Relayed, round: FloodRound<Peer> | undefined): void {
    const { drops, send } = this.#options
    if (relayed.repeated > 0) drops.add('hit-repeated', relayed.repeated)
    if (relayed.dropped > 0) drops.add('hit-limit', relayed.dropped)
    if (relayed.pass.length === 0) return
    const to = this.wayBack(query)
    if (to === undefined) {
      drops.add('no-way-back', relayed.pass.length)
      return
    }
    for (let i = 0; i < relayed.pass.length; i += MAX_HITS_PER_FRAME) {
      const hits = relayed.pass.slice(i, i + MAX_HITS_PER_FRAME).map(({ hit }) => hit)
      const bytes = send(to, { type: 'hits', id: query.id, hits })
      if (round !== undefined) addReport(round.totals, { ...emptyReport(), answers: 1, bytes })
    }
  }
}
