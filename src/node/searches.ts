/**
 * Searches of this node and answers to those of its neighbours: drives the engine and the sessions with real time.
 */

import { Counters } from '../base/counters.ts'
import type { Clock, PeerKey, Random } from '../base/ports.ts'
import type { EntryStore } from '../catalog/index.ts'
import {
  type ConfirmAsk,
  type DecoyAsk,
  type Finding,
  findingsOf,
  indexFindingsOf,
  Reputation,
  type SearchAction,
  SearchEngine,
  SearchLookup,
  SearchSession,
  type SessionOptions,
  type Step,
  type StrikeReason
} from '../search/index.ts'
import { Agreement } from '../search/word-index/index.ts'
import type { IndexHit } from '../wire/index-message.ts'
import { encodeSearchMessage, type SearchMessage, type WireHit } from '../wire/search-message.ts'
import { AnswerTime } from './answer-time.ts'
import type { NodeEvent, SearchEvent, SearchRequest } from './api.ts'
import { NodeError } from './errors.ts'
import { PatientClock } from './patient-clock.ts'
import { RunningSearch } from './running-search.ts'
import { SearchDecoys } from './search-decoys.ts'
import { checkSearch } from './search-request.ts'
import type { WordIndex } from './word-index.ts'

/** Searches at the same time. */
export const MAX_RUNNING_SEARCHES = 64
/** How often deadlines are looked at while something waits for one. */
const TICK_MS = 25

export interface NeighbourView {
  peer: PeerKey
  /** Null until it was measured. */
  rttMs: number | null
}

/** Links to the neighbours, as far as searching needs them. */
export interface SearchLinks {
  neighbours(): NeighbourView[]
  /** False: the link is gone or has no room. */
  send(peer: PeerKey, message: SearchMessage): boolean
  strike(peer: PeerKey, reason: StrikeReason): void
  onMessage(handler: (peer: PeerKey, message: SearchMessage) => void): void
  onJoin(handler: (peer: PeerKey) => void): void
  onLeave(handler: (peer: PeerKey) => void): void
}

export interface SearchesOptions {
  self: PeerKey
  /** This node's own, at most MAX_NICKNAME_BYTES. */
  nickname: string
  /** Nickname of a peer, when it is known. */
  nicknameOf(peer: PeerKey): string | undefined
  store: Pick<EntryStore, 'search' | 'count'>
  links: SearchLinks
  /** The word index; undefined: there is none to ask. */
  index?: Pick<WordIndex, 'canLookUp' | 'known' | 'lookUp' | 'ask'> | undefined
  /** Undefined: nobody is asked whether they have what others say. */
  providers?: ProviderCheck | undefined
  /** For all answers of this node; its own when there is none. */
  answerTime?: AnswerTime | undefined
  clock: Clock
  random: Random
  emit?: (event: NodeEvent) => void
  /** What went wrong on the way and was survived. */
  onError?: (error: unknown) => void
  /** Calls `task` every `ms` until the returned function is called. */
  every?: (ms: number, task: () => void) => () => void
}

/** Asks a provider whether it has a cid now; null: it cannot be reached, or does not say. Never rejects. */
export interface ProviderCheck {
  has(peer: PeerKey, cid: string, signal: AbortSignal): Promise<boolean | null>
}

export class Searches {
  readonly #options: SearchesOptions
  /** For all deadlines: others have their time though this node stood still. */
  readonly #clock: PatientClock
  readonly #lookup: SearchLookup
  readonly #engine: SearchEngine<PeerKey>
  readonly #running = new Set<RunningSearch>()
  readonly #byId = new Map<string, RunningSearch>()
  readonly #counts = new Counters()
  readonly #answerTime: AnswerTime
  readonly #reputation: Reputation
  readonly #decoys: SearchDecoys
  #stopTicking: (() => void) | undefined
  #ended = new AbortController()

  constructor(options: SearchesOptions) {
    this.#options = options
    this.#clock = new PatientClock(options.clock)
    this.#answerTime = options.answerTime ?? new AnswerTime(options.clock.now())
    this.#reputation = new Reputation(options.clock.now())
    this.#lookup = new SearchLookup({
      ...options,
      livePeers: () => new Set(options.links.neighbours().map(({ peer }) => peer))
    })
    this.#engine = new SearchEngine(
      {
        self: options.self,
        answer: (...query) => this.#answer(...query),
        sizeOf,
        random: options.random
      },
      options.clock.now()
    )
    this.#decoys = new SearchDecoys({
      ...options,
      index: options.index,
      engine: this.#engine,
      neighbours: () => options.links.neighbours().map(({ peer }) => peer),
      perform: actions => this.#perform(actions)
    })
  }

  async start(_signal?: AbortSignal): Promise<void> {
    this.#ended = new AbortController()
    const { links } = this.#options
    for (const { peer } of links.neighbours()) this.#engine.addNeighbour(peer, this.#now())
    links.onJoin(peer => this.#engine.addNeighbour(peer, this.#now()))
    links.onLeave(peer => this.#perform(this.#engine.removeNeighbour(peer, this.#now())))
    links.onMessage((peer, message) => this.#perform(this.#engine.onMessage(peer, message, this.#now())))
  }

  /** Ends the running searches; those who wait for them get an error. */
  async stop(): Promise<void> {
    this.#ended.abort(new Error('the node is stopping'))
    this.#stopTicking?.()
    this.#stopTicking = undefined
  }

  /** What was dropped, by reason, and what was answered. */
  stats(): Record<string, number> {
    return { ...this.#counts.toJSON(), ...this.#engine.drops.toJSON() }
  }

  /**
   * Hits while they come, then `done`. Begins when it is first asked for an event; ends early when `signal` aborts
   * (rejects with its reason) or nobody asks any more.
   *
   * @throws NodeError at once: `bad-input`, or `conflict` when too many searches run
   */
  search(request: SearchRequest, options: { signal: AbortSignal }): AsyncIterable<SearchEvent> {
    const checked = checkSearch(request, this.#options.clock.now())
    this.#checkRoom()
    const session = new SearchSession({
      self: this.#options.self,
      reputation: this.#reputation,
      ...checked.options
    })
    const running = new RunningSearch(checked.query, session)
    return this.#run(running, checked.options.strategy, AbortSignal.any([options.signal, this.#ended.signal]))
  }

  async *#run(
    running: RunningSearch,
    strategy: SessionOptions['strategy'],
    signal: AbortSignal
  ): AsyncGenerator<SearchEvent> {
    signal.throwIfAborted()
    this.#checkRoom()
    const onAbort = (): void => running.wake()
    signal.addEventListener('abort', onAbort)
    this.#running.add(running)
    this.#options.emit?.({ type: 'search:started', text: running.query.text })
    let hits = 0
    try {
      this.#begin(running, strategy)
      for (;;) {
        const event = await running.next(signal)
        if (event.type === 'hit') hits++
        yield event
        if (event.type === 'done') return
      }
    } finally {
      signal.removeEventListener('abort', onAbort)
      this.#running.delete(running)
      this.#do(running, running.session.stop(this.#now()))
      if (running.id !== undefined) this.#byId.delete(running.id)
      this.#counts.add('liar', running.session.lies)
      this.#options.emit?.({ type: 'search:ended', text: running.query.text, hits })
    }
  }

  #checkRoom(): void {
    if (this.#running.size < MAX_RUNNING_SEARCHES) return
    const message = `${MAX_RUNNING_SEARCHES} searches are running already: wait for one of them to end`
    throw new NodeError({ code: 'conflict', message })
  }

  #begin(running: RunningSearch, strategy: SessionOptions['strategy']): void {
    const { links, index } = this.#options
    const isFlood = strategy === 'flood'
    const neighbours = links.neighbours().filter(({ peer }) => isFlood || !this.#isLiar(peer))
    const measured = neighbours.flatMap(({ rttMs }) => (rttMs === null ? [] : [rttMs]))
    const slowestRttMs = measured.length < neighbours.length ? null : Math.max(0, ...measured)
    const facts = {
      findings: [...this.#lookup.find(running.query, isFlood), ...(isFlood ? [] : this.#held(running))],
      neighbours: neighbours.length,
      slowestRttMs,
      canConfirm: this.#options.providers !== undefined,
      hasIndex: !isFlood && index?.canLookUp(running.query, strategy === 'index') === true
    }
    this.#do(running, running.session.start(facts, this.#now()))
  }

  /** Carries out what a session decided. */
  #do(running: RunningSearch, step: Step): void {
    running.events.push(...step.events)
    if (running.session.isClosing) running.lookupEnded.abort()
    if (running.session.isDone) running.ended.abort()
    for (const command of step.commands) {
      if (command.kind === 'cancel') this.#cancel(running)
      else if (command.kind === 'lookup') this.#lookUp(running)
      else if (command.kind === 'confirm') void this.#confirm(running, command)
      else if (command.kind === 'decoy') void this.#tryDeliverer(running, command)
      else this.#ask(running, { ...command.ask, again: command.isAgain ? running.id : undefined })
    }
    running.wake()
    this.#keepTicking()
  }

  #lookUp(running: RunningSearch): void {
    const { session, query, lookupEnded } = running
    const agreement = new Agreement<PeerKey>(peer => this.#isLiar(peer))
    const handlers = {
      now: () => this.#now(),
      hasEnough: () => session.hasEnough,
      isLiar: (peer: PeerKey) => this.#isLiar(peer),
      isDoubted: (peer: PeerKey) => this.#isDoubted(peer),
      onSent: (bytes: number) => session.onIndexAsked(bytes),
      onHits: (from: PeerKey, hits: IndexHit[], bytes: number) => {
        const findings = this.#indexFindings(running, from, hits)
        this.#do(running, session.onIndexHits(findings, bytes, this.#now()))
        return agreement.note(
          from,
          findings.map(({ entry }) => entry.cid)
        )
      },
      onDone: (holders: number) => this.#do(running, session.onIndexEnded(holders, this.#now()))
    }
    running.lookup = this.#options.index?.lookUp(query, handlers, lookupEnded.signal)
    if (running.lookup === undefined) handlers.onDone(0)
    else running.lookup.tick()
  }

  /** Never rejects. */
  async #tryDeliverer(running: RunningSearch, ask: DecoyAsk): Promise<void> {
    const { session, query, ended } = running
    const onAnswered = (hits: number | null, bytes: number): void => {
      this.#counts.add(hits === null ? 'decoy-unanswered' : hits > 0 ? 'decoy-bitten' : 'decoy-passed')
      this.#do(running, session.onDecoyAnswered(ask, hits, bytes, this.#now()))
    }
    try {
      await this.#decoys.send(ask, query, {
        told: session.told,
        signal: ended.signal,
        onSent: bytes => session.onDecoySent(ask, bytes),
        onAnswered
      })
    } catch (error) {
      this.#options.onError?.(error)
      onAnswered(null, 0)
    }
  }

  /** Never rejects. */
  async #confirm(running: RunningSearch, ask: ConfirmAsk): Promise<void> {
    const { session, ended } = running
    const has = await this.#options.providers?.has(ask.peer, ask.cid, ended.signal)
    this.#counts.add(has === true ? 'confirmed' : has === false ? 'denied' : 'not-confirmed')
    this.#do(running, session.onConfirmed(ask, has ?? null, this.#now()))
  }

  #ask(running: RunningSearch, ask: Parameters<SearchEngine<PeerKey>['ask']>[0]): void {
    // A classic flood is what it is: it goes to everybody.
    const peers = ask.ownOnly ? [] : this.#options.links.neighbours().map(({ peer }) => peer)
    const exclude = peers.filter(peer => this.#isLiar(peer))
    const last = peers.filter(peer => this.#isDoubted(peer))
    const asked = this.#engine.ask({ ...ask, exclude, last }, this.#now())
    running.id = asked.id
    this.#byId.set(asked.id, running)
    running.session.onAsked(asked)
    this.#perform(asked.actions)
  }

  #cancel(running: RunningSearch): void {
    if (running.id === undefined) return
    this.#perform(this.#engine.cancel(running.id, this.#now()))
  }

  /** Carries out what the engine decided. */
  #perform(actions: readonly SearchAction<PeerKey>[]): void {
    for (const action of actions) {
      if (action.kind === 'send') this.#send(action.to, action.message)
      else if (action.kind === 'strike') this.#options.links.strike(action.peer, action.reason)
      else this.#report(action)
    }
    this.#keepTicking()
  }

  #send(to: PeerKey, message: SearchMessage): void {
    if (this.#options.links.send(to, message)) return
    this.#perform(this.#engine.onSendFailed(to, message, this.#now()))
  }

  #report(action: Exclude<SearchAction<PeerKey>, { kind: 'send' | 'strike' }>): void {
    if (action.kind === 'hits' && this.#decoys.onHits(action.id, action.hits, action.bytes)) return
    const running = this.#byId.get(action.id)
    if (running === undefined) return
    const { session } = running
    if (action.kind === 'hits-dropped') session.onHitsDropped('asked', action.reason, action.count)
    else if (action.kind === 'copies-dropped') session.onCopiesDropped(action.reason, action.count)
    else if (action.kind === 'ended') this.#do(running, session.onEnded(action.report, this.#now()))
    else this.#do(running, session.onHits(this.#findings(running, action), action.bytes, this.#now()))
  }

  /** The hits of one frame that fit the query. */
  #findings(running: RunningSearch, { from, hits }: { from: PeerKey; hits: WireHit[] }): Finding[] {
    const { query, session } = running
    const { findings, misfits, own } = findingsOf(hits, { ...this.#options, query, from })
    if (misfits > 0) this.#counts.add('hit-not-matching', misfits)
    session.onHitsDropped('asked', 'not-matching', misfits)
    session.onHitsDropped('asked', 'own', own)
    return findings
  }

  /** The same of a holder's answer. */
  #indexFindings({ query, session }: RunningSearch, from: PeerKey, hits: IndexHit[]): Finding[] {
    const { findings, misfits, own } = indexFindingsOf(hits, { ...this.#options, query, from })
    if (misfits > 0) this.#counts.add('index-hit-not-matching', misfits)
    session.onHitsDropped('index', 'not-matching', misfits)
    session.onHitsDropped('index', 'own', own)
    return findings
  }

  /** What this node keeps of others as a holder. */
  #held(running: RunningSearch): Finding[] {
    const { self, index } = this.#options
    return this.#indexFindings(running, self, index?.known(running.query) ?? [])
  }

  #answer(text: string, ownOnly: boolean, limit: number, from: PeerKey): WireHit[] | undefined {
    const { clock } = this.#options
    if (!this.#answerTime.isLeft(from, clock.now())) return undefined
    const work = () => this.#lookup.answer(text, ownOnly, limit)
    const hits = this.#answerTime.charge(from, work, () => clock.now())
    this.#counts.add(hits === undefined ? 'query-unreadable' : 'query-answered')
    return hits ?? []
  }

  #isLiar(peer: PeerKey): boolean {
    return this.#reputation.isLiar(peer, this.#now())
  }

  #isDoubted(peer: PeerKey): boolean {
    return this.#reputation.isDoubted(peer, this.#now())
  }

  /** One timer, and only while something waits for the time. */
  #keepTicking(): void {
    const isNeeded = this.#running.size > 0 || this.#engine.hasDeadlines
    if (!isNeeded || this.#ended.signal.aborted) {
      this.#stopTicking?.()
      this.#stopTicking = undefined
      return
    }
    const { every = (ms, task) => everySoOften(ms, task, this.#clock) } = this.#options
    this.#stopTicking ??= every(TICK_MS, () => this.#tick())
  }

  #tick(): void {
    this.#guard(() => this.#perform(this.#engine.tick(this.#now())))
    for (const running of [...this.#running]) {
      this.#guard(() => {
        running.lookup?.tick()
        this.#do(running, running.session.tick(this.#now()))
      })
    }
  }

  /** A timer has nobody to throw to, and what is wrong with one search must not end the others. */
  #guard(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#counts.add('failed')
      this.#options.onError?.(error)
    }
  }

  #now(): number {
    return this.#clock.now()
  }
}

/** Bytes of a message with the varint that says its length. */
function sizeOf(message: SearchMessage): number {
  const { length } = encodeSearchMessage(message)
  return length + (length < 0x80 ? 1 : length < 0x4000 ? 2 : 3)
}

/** Each time after what came in meanwhile was read: who answered while this node was busy is not late. */
function everySoOften(ms: number, task: () => void, clock: PatientClock): () => void {
  let next: NodeJS.Immediate | undefined
  clock.expect(ms)
  const timer = setInterval(() => {
    clock.expect(ms)
    clearImmediate(next)
    next = setImmediate(task)
  }, ms)
  return () => {
    clock.rest()
    clearInterval(timer)
    clearImmediate(next)
  }
}
