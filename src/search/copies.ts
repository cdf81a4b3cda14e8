/**
 * Sends the copies of a query: as many as budget and rates allow, and divides what is left among them.
 */
import type { Random } from '../base/ports.ts'
import { sample } from '../base/random.ts'
import type { Query, SearchMessage } from '../wire/search-message.ts'
import { budgetShare } from './budget.ts'
import type { LinkRates } from './neighbour-rates.ts'
import type { FloodRound, QueryState } from './query-state.ts'

/** What the copies of one round have in common; `budget` is that of all together. */
export type Copy = Pick<Query, 'ttl' | 'hops' | 'budget'>

export interface CopySenderOptions<Peer> {
  onDropped: (query: QueryState<Peer>, reason: 'send-rate' | 'no-budget', count: number) => void
  /** What it may pass on is lost. */
  isSilent: (peer: Peer) => boolean
  random: Random
  rates: ReadonlyMap<Peer, LinkRates>
  /** Returns the bytes of what it sends. */
  send: (to: Peer, message: SearchMessage) => number
}

export class CopySender<Peer> {
  readonly #options: CopySenderOptions<Peer>

  constructor(options: CopySenderOptions<Peer>) {
    this.#options = options
  }

  /** With fewer budget than targets a random part of them is chosen, and the round is marked as truncated. */
  spread(round: FloodRound<Peer>, copy: Copy, targets: readonly Peer[], now: number): void {
    const { onDropped, isSilent, random, rates } = this.#options
    const open: Peer[] = []
    for (const peer of targets) {
      if ((rates.get(peer)?.sendable(round.query.ours, now) ?? 0) > 0) open.push(peer)
    }
    const chosen = open.length <= copy.budget ? open : sample(open, copy.budget, random)
    if (open.length < targets.length) onDropped(round.query, 'send-rate', targets.length - open.length)
    if (chosen.length < open.length) onDropped(round.query, 'no-budget', open.length - chosen.length)
    if (chosen.length < targets.length) round.totals.truncated = true

    const { silent = [], others = [] } = Object.groupBy(chosen, peer =>
      isSilent(peer) ? 'silent' : 'others'
    )
    // They may answer for themselves.
    for (const peer of silent) this.#sendOne(round, peer, copy, 0, now)
    for (const [i, peer] of others.entries()) {
      const affordable = (rates.get(peer)?.sendable(round.query.ours, now) ?? 1) - 1
      const share = budgetShare(copy.budget - silent.length, others.length, i)
      this.#sendOne(round, peer, copy, copy.ttl === 1 ? 0 : Math.min(share, affordable), now)
    }
  }

  #sendOne(round: FloodRound<Peer>, to: Peer, { ttl, hops }: Copy, budget: number, now: number): void {
    const { query, totals, wantsReport: report, isTraced: trace } = round
    const { id, nonce, text, ownOnly } = query
    this.#options.rates.get(to)?.spend(1 + budget, now)
    const link = query.link(to)
    link.sentTtl = Math.max(link.sentTtl, ttl)
    link.given += budget
    query.spent += 1 + budget
    round.waiting.set(to, budget)
    totals.queries++
    totals.bytes += this.#options.send(to, {
      type: 'query',
      id,
      nonce,
      text,
      ttl,
      hops,
      budget,
      ownOnly,
      report,
      ...(trace && { trace })
    })
  }
}
