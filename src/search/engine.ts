/**
 * Flooding with a budget: what this node does with queries, hits, reports and cancels of its neighbours, and with
 * its own queries.
 *
 * Pure. Facts and the time come in, actions go out, so the daemon and the simulator drive the same class.
 * Rules: ../wire/SPEC.md, search.
 */
import { Counters } from '../base/counters.ts'
import { SeenTable } from '../base/seen-table.ts'
import { wordCount } from '../catalog/index.ts'
import { MAX_QUERY_HITS, MAX_QUERY_WORDS, QUERY_ID_BYTES } from '../wire/limits.ts'
import { type FloodReport, queryId, type SearchMessage, type Visit } from '../wire/search-message.ts'
import type { Ask, Asked, EngineOptions, SearchAction, SearchDrop, StrikeReason } from './actions.ts'
import {
  MAX_CARRIED_COPIES,
  MAX_OPEN_ROUNDS,
  MAX_OWN_QUERIES,
  SEEN_QUERIES,
  SEEN_QUERY_MS
} from './constants.ts'
import { CopySender } from './copies.ts'
import type { CopyDrop, EngineHitDrop } from './drops.ts'
import { HitReturn } from './hit-return.ts'
import { Neighbours } from './neighbours.ts'
import { type FloodRound, type QueryLink, QueryState, takeHits } from './query-state.ts'
import { addReport, believable, emptyReport, type ReportMessage, sealReport } from './report.ts'
import { FLOOD_LIMITS, type FloodLimits, isWellFormed, maxBudget, waitMs } from './rules.ts'

type QueryMessage = Extract<SearchMessage, { type: 'query' }>
type HitsMessage = Extract<SearchMessage, { type: 'hits' }>

/** @typeParam Peer - PeerKey in the daemon, array index in the simulator */
export class SearchEngine<Peer extends string | number> {
  /** What was not carried on, by reason. */
  readonly drops = new Counters<SearchDrop>()
  readonly #options: EngineOptions<Peer>
  readonly #limits: FloodLimits
  readonly #neighbours: Neighbours<Peer>
  readonly #queries: SeenTable<string, QueryState<Peer>>
  readonly #own = new Map<string, QueryState<Peer>>()
  /** All rounds that wait for reports, oldest first. */
  readonly #rounds = new Set<FloodRound<Peer>>()
  readonly #copies: CopySender<Peer>
  readonly #hits: HitReturn<Peer>
  /** What the call in progress will return. */
  #actions: SearchAction<Peer>[] = []

  constructor(options: EngineOptions<Peer>, now: number) {
    this.#options = options
    this.#limits = options.limits ?? FLOOD_LIMITS
    this.#neighbours = new Neighbours(this.#limits.rate, now)
    const send = (to: Peer, message: SearchMessage): number => this.#send(to, message)
    const { drops } = this
    this.#copies = new CopySender({
      onDropped: (query, reason, count) => {
        drops.add(reason, count)
        this.#tellCopies(query, reason, count)
      },
      isSilent: peer => this.#neighbours.isSilent(peer),
      random: options.random,
      rates: this.#neighbours.rates,
      send
    })
    const isNeighbour = (peer: Peer): boolean => this.#neighbours.has(peer)
    this.#hits = new HitReturn({ drops, sizeOf: options.sizeOf, send, isNeighbour })
    this.#queries = new SeenTable({ lifetimeMs: SEEN_QUERY_MS, capacity: SEEN_QUERIES }, now)
  }

  /** When `tick` has something to do next, ms of the caller's clock; undefined: nothing is open. */
  get nextDeadline(): number | undefined {
    let next: number | undefined
    for (const { endsAt } of this.#rounds) next = Math.min(next ?? endsAt, endsAt)
    return next
  }

  /** Whether `tick` will have something to do. */
  get hasDeadlines(): boolean {
    return this.#rounds.size > 0
  }

  addNeighbour(peer: Peer, now: number): void {
    this.#neighbours.add(peer, now)
  }

  removeNeighbour(peer: Peer, now: number): SearchAction<Peer>[] {
    if (!this.#neighbours.remove(peer, now)) return []
    for (const round of [...this.#rounds]) {
      if (round.waiting.has(peer)) {
        this.#giveUp(round, peer)
        if (round.waiting.size === 0) this.#close(round, now)
      }
      if (round.parent === peer) this.#onParentGone(round.query, peer)
    }
    return this.#take()
  }

  /** Sends a query of ours to the neighbours. Call `cancel` when its hits are not wanted any more, in any case. */
  ask(ask: Ask<Peer>, now: number): Asked<Peer> {
    const query = this.#own.get(ask.again ?? '') ?? this.#newOwnQuery(ask, now)
    query.ttl = Math.max(query.ttl, ask.ttl)
    const round = query.openRound({
      parent: undefined,
      wantsReport: ask.report,
      isTraced: ask.report && ask.trace === true,
      budget: ask.budget,
      endsAt: now + waitMs(ask.ttl + 1)
    })
    const [excluded, last] = [new Set(ask.exclude), new Set(ask.last)]
    const asked = this.#neighbours.all().filter(peer => !excluded.has(peer))
    const targets = [...asked.filter(peer => !last.has(peer)), ...asked.filter(peer => last.has(peer))]
    this.#copies.spread(
      round,
      { ttl: ask.ttl, hops: 0, budget: Math.min(ask.budget, maxBudget(query, this.#limits)) },
      targets,
      now
    )
    const { queries, bytes } = round.totals
    if (!ask.report) query.closeRound(round)
    else if (round.waiting.size === 0) this.#close(round, now)
    else this.#rounds.add(round)
    return { id: query.id, actions: this.#take(), queries, bytes }
  }

  /** Ends a query of ours: its hits are dropped from here on, and those still at work on it are told. */
  cancel(id: string, _now: number): SearchAction<Peer>[] {
    const query = this.#own.get(id)
    if (query !== undefined) this.#cancelQuery(query)
    return this.#take()
  }

  onMessage(from: Peer, message: SearchMessage, now: number): SearchAction<Peer>[] {
    if (!this.#neighbours.has(from)) this.drops.add('not-neighbour')
    else if (message.type === 'query') this.#onQuery(from, message, now)
    else if (message.type === 'hits') this.#onHits(from, message, now)
    else if (message.type === 'report') this.#onReport(from, message, now)
    else if (message.type === 'cancel') this.#onCancel(from, message.id, now)
    return this.#take()
  }

  /** The link could not take a message that an action told to send. */
  onSendFailed(to: Peer, message: SearchMessage, now: number): SearchAction<Peer>[] {
    this.drops.add('send-failed')
    const query = message.type === 'query' ? this.#query(message.id) : undefined
    if (query !== undefined) this.#tellCopies(query, 'send-failed', 1)
    const round = query?.rounds.findLast(open => open.waiting.has(to))
    if (message.type === 'query' && round !== undefined) {
      this.#neighbours.get(to)?.refundSent(1 + message.budget, now)
      round.waiting.delete(to)
      round.totals.queries--
      round.totals.bytes -= this.#options.sizeOf(message)
      round.totals.truncated = true
      if (round.waiting.size === 0) this.#close(round, now)
    }
    return this.#take()
  }

  /** Ends the rounds whose time is over. */
  tick(now: number): SearchAction<Peer>[] {
    for (const round of [...this.#rounds]) if (now >= round.endsAt) this.#close(round, now)
    return this.#take()
  }

  /** Neighbours can push others out of the table, but no open query of ours. */
  #query(id: string): QueryState<Peer> | undefined {
    return this.#own.get(id) ?? this.#queries.get(id)
  }

  #newOwnQuery(ask: Ask<Peer>, now: number): QueryState<Peer> {
    const oldest = this.#own.size >= MAX_OWN_QUERIES ? this.#own.values().next().value : undefined
    if (oldest !== undefined) this.#cancelQuery(oldest)
    const nonce = this.#options.random.bytes(QUERY_ID_BYTES)
    const { text, ownOnly } = ask
    const query = new QueryState<Peer>({ id: queryId(nonce, text), nonce, text, ownOnly, ours: true })
    this.#own.set(query.id, query)
    this.#queries.set(query.id, query, now)
    return query
  }

  #onQuery(from: Peer, query: QueryMessage, now: number): void {
    if (!isWellFormed(query, this.#limits)) {
      this.drops.add('malformed')
      this.#strike(from, 'malformed')
      return
    }
    const verdict = this.#neighbours.get(from)?.receive(1 + query.budget, now)
    if (verdict !== 'carry') {
      this.drops.add('over-rate')
      if (verdict === 'strike') this.#strike(from, 'flooding')
      return
    }
    const known = this.#query(query.id) ?? this.#newQuery(from, query, now)
    if (known === undefined) return
    const link = known.link(from)
    link.gotTtl = Math.max(link.gotTtl, query.ttl)
    if (known.ours || known.cancelled || query.ttl <= known.ttl) this.#refuse(from, query, 'duplicate', now)
    else if (known.carried >= MAX_CARRIED_COPIES) this.#refuse(from, query, 'carried-enough', now)
    else this.#carry(known, from, query, now)
  }

  /** Undefined: it has more words than a query may have. */
  #newQuery(from: Peer, query: QueryMessage, now: number): QueryState<Peer> | undefined {
    const { id, nonce, text, ownOnly } = query
    if (wordCount(text) > MAX_QUERY_WORDS) {
      this.drops.add('too-many-words')
      // Who passes it on may cut words by another version of Unicode, and must not pay for what the asker wrote.
      if (query.hops === 0) this.#strike(from, 'malformed')
      return undefined
    }
    const state = new QueryState<Peer>({ id, nonce, text, ownOnly, ours: false })
    this.#queries.set(id, state, now)
    return state
  }

  /** The first copy is answered; a later one that reaches further is only passed on. */
  #carry(query: QueryState<Peer>, from: Peer, copy: QueryMessage, now: number): void {
    const isFirst = query.ttl === 0
    query.ttl = copy.ttl
    if (!query.parents.includes(from)) query.parents.push(from)
    const round = query.openRound({
      parent: from,
      wantsReport: copy.report,
      isTraced: copy.report && copy.trace === true,
      budget: copy.budget,
      endsAt: now + waitMs(copy.ttl)
    })
    this.#rounds.add(round)
    if (copy.ttl > 1) this.#passOn(round, from, copy, now)
    if (isFirst) {
      this.#answer(round, from, copy)
    } else {
      round.totals.duplicates = 1
      this.#trace(round.totals, from, copy, { hits: 0, again: true })
    }
    if (round.waiting.size === 0) this.#close(round, now)
    else if (this.#rounds.size > MAX_OPEN_ROUNDS) this.#closeOldest(now)
  }

  #trace(totals: FloodReport, from: Peer, copy: QueryMessage, what: Pick<Visit, 'hits' | 'again'>): void {
    const { self } = this.#options
    if (copy.trace !== true || !copy.report || self === undefined) return
    const visit = { peer: self, from: String(from), hops: copy.hops + 1, ...what }
    addReport(totals, { ...emptyReport(), visits: [visit] })
  }

  #answer(round: FloodRound<Peer>, from: Peer, copy: QueryMessage): void {
    const { text, ownOnly } = copy
    const hits = this.#options.answer(text, ownOnly, MAX_QUERY_HITS, from)
    if (hits === undefined) {
      this.drops.add('no-time')
      round.totals.truncated = true
    } else {
      round.totals.nodes = 1
      this.#trace(round.totals, from, copy, { hits: hits.length, again: false })
      this.#hits.pass(round.query, undefined, hits, round)
    }
  }

  #passOn(round: FloodRound<Peer>, from: Peer, copy: QueryMessage, now: number): void {
    const { query } = round
    const ttl = copy.ttl - 1
    const targets = this.#neighbours.all().filter(peer => peer !== from && query.isNewsTo(peer, ttl))
    query.carried++
    const budget = Math.min(copy.budget, maxBudget(query, this.#limits) - query.spent)
    this.#copies.spread(round, { ttl, hops: copy.hops + 1, budget }, targets, now)
  }

  #refuse(from: Peer, query: QueryMessage, reason: 'duplicate' | 'carried-enough', now: number): void {
    this.drops.add(reason)
    this.#neighbours.get(from)?.refundReceived(query.budget, now)
    if (!query.report) return
    // A copy that reached further and was not carried leaves nodes out.
    const totals = { ...emptyReport(), duplicates: 1, truncated: reason === 'carried-enough' }
    this.#trace(totals, from, query, { hits: 0, again: true })
    this.#send(from, sealReport(query.id, totals, this.#options.sizeOf))
  }

  #onHits(from: Peer, message: HitsMessage, now: number): void {
    const query = this.#query(message.id)
    const link = query?.links.get(from)
    if (query === undefined) {
      this.#dropUnasked(from, 'unknown-query', message.hits.length, now)
    } else if (link === undefined || link.sentTtl === 0) {
      this.#dropUnasked(from, 'unasked-hits', message.hits.length, now)
      this.#tellHits(query, 'unasked-hits', message.hits.length)
    } else {
      this.#onAskedHits(from, message, query, link, now)
    }
  }

  #onAskedHits(
    from: Peer,
    message: HitsMessage,
    query: QueryState<Peer>,
    link: QueryLink,
    now: number
  ): void {
    const bytes = this.#options.sizeOf(message)
    const hits = takeHits(link, message.hits, bytes)
    const over = message.hits.length - hits.length
    if (over > 0) {
      // Who sends them knows the limit.
      this.#dropUnasked(from, 'hit-limit', over, now)
      this.#tellHits(query, 'hit-limit', over)
    }
    if (hits.length === 0) return
    if (query.cancelled) {
      // They were on their way when the Cancel was.
      this.drops.add('cancelled', hits.length)
      this.#tellHits(query, 'cancelled', hits.length)
    } else if (query.ours) {
      this.#actions.push({ kind: 'hits', id: query.id, from, hits, bytes })
    } else {
      this.#hits.pass(query, from, hits, query.roundOf(from))
    }
  }

  #onReport(from: Peer, message: ReportMessage, now: number): void {
    const query = this.#query(message.id)
    const round = query?.rounds.find(open => open.wantsReport && open.waiting.has(from))
    if (query === undefined || round === undefined) {
      this.#dropUnasked(from, 'unasked-report', 1, now)
      return
    }
    const given = round.waiting.get(from) ?? 0
    const report = believable(message, query.link(from).given)
    this.#neighbours.get(from)?.refundSent(Math.max(0, given - report.queries), now)
    round.waiting.delete(from)
    this.#neighbours.noteReport(from, true)
    addReport(round.totals, report)
    if (round.waiting.size === 0) this.#close(round, now)
  }

  #onCancel(from: Peer, id: string, now: number): void {
    const query = this.#query(id)
    if (query?.parents.includes(from)) this.#onParentGone(query, from)
    else this.#dropUnasked(from, 'unasked-cancel', 1, now)
  }

  /** A way back is closed, because its peer left or cancelled. The query ends with the last one. */
  #onParentGone(query: QueryState<Peer>, parent: Peer): void {
    query.parents = query.parents.filter(peer => peer !== parent)
    if (this.#hits.wayBack(query) === undefined) {
      this.#cancelQuery(query)
      return
    }
    for (const round of query.rounds) {
      if (round.parent !== parent) continue
      this.#rounds.delete(round)
      query.closeRound(round)
    }
    if (query.rounds.length === 0) this.#hits.release(query, undefined)
  }

  #cancelQuery(query: QueryState<Peer>): void {
    const children = new Set<Peer>()
    for (const round of query.rounds) {
      this.#rounds.delete(round)
      for (const child of round.waiting.keys()) children.add(child)
    }
    query.rounds = []
    query.cancelled = true
    this.#own.delete(query.id)
    this.#hits.discard(query)
    for (const child of children) {
      // With ttl 1 the child has answered by now and has nobody to pass it on to.
      const isAtWork = query.link(child).sentTtl > 1 && this.#neighbours.has(child)
      if (isAtWork) this.#send(child, { type: 'cancel', id: query.id })
    }
  }

  /** All children have reported, or had their time. */
  #close(round: FloodRound<Peer>, now: number): void {
    const { query, parent, totals } = round
    for (const child of [...round.waiting.keys()]) {
      if (now >= round.endsAt) this.#neighbours.noteReport(child, false)
      this.#giveUp(round, child)
    }
    this.#rounds.delete(round)
    query.closeRound(round)
    if (query.ours) {
      this.#actions.push({ kind: 'ended', id: query.id, report: totals })
      return
    }
    if (query.rounds.length === 0) this.#hits.release(query, round)
    const rates = parent === undefined ? undefined : this.#neighbours.get(parent)
    if (!round.wantsReport || parent === undefined || rates === undefined) return
    rates.refundReceived(Math.max(0, round.budget - totals.queries), now)
    this.#send(parent, sealReport(query.id, totals, this.#options.sizeOf))
  }

  #closeOldest(now: number): void {
    const oldest = this.#rounds.values().next().value
    if (oldest === undefined) return
    this.drops.add('rounds-full')
    this.#close(oldest, now)
  }

  /** No report will come from this child: what it sent is all that is known of its part. */
  #giveUp(round: FloodRound<Peer>, child: Peer): void {
    round.waiting.delete(child)
    const { frames, bytes } = round.query.link(child)
    addReport(round.totals, { ...emptyReport(), answers: frames, bytes, truncated: true })
    this.drops.add('no-report')
    this.#tellCopies(round.query, 'no-report', 1)
  }

  #tellHits({ id, ours }: QueryState<Peer>, reason: EngineHitDrop, count: number): void {
    if (ours) this.#actions.push({ kind: 'hits-dropped', id, reason, count })
  }

  #tellCopies({ id, ours }: QueryState<Peer>, reason: CopyDrop, count: number): void {
    if (ours) this.#actions.push({ kind: 'copies-dropped', id, reason, count })
  }

  /** @param count - hits, or 1 for a message without any */
  #dropUnasked(from: Peer, reason: SearchDrop, count: number, now: number): void {
    this.drops.add(reason, count)
    if (this.#neighbours.get(from)?.receiveUnasked(Math.max(1, count), now)) this.#strike(from, 'flooding')
  }

  #strike(peer: Peer, reason: StrikeReason): void {
    this.#actions.push({ kind: 'strike', peer, reason })
  }

  #send(to: Peer, message: SearchMessage): number {
    this.#actions.push({ kind: 'send', to, message })
    return this.#options.sizeOf(message)
  }

  #take(): SearchAction<Peer>[] {
    const actions = this.#actions
    this.#actions = []
    return actions
  }
}
