/**
 * Searches of this node and answers to those of its neighbours: drives the engine and the sessions with real time.
 */

import { Counters } from '../base/counters.ts'
import type { Clock, PeerKey, Random } from '../base/ports.ts'
import { type EntryStore, matches, type ParsedQuery } from '../catalog/index.ts'
import {
  type Finding,
  type SearchAction,
  SearchEngine,
  SearchSession,
  type Step,
  type StrikeReason
} from '../search/index.ts'
import { encodeSearchMessage, type SearchMessage, type WireHit } from '../wire/search-message.ts'
import { AnswerTime } from './answer-time.ts'
import type { NodeEvent, SearchEvent, SearchRequest } from './api.ts'
import { NodeError } from './errors.ts'
import { SearchLookup } from './search-lookup.ts'
import { checkSearch } from './search-request.ts'

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
  clock: Clock
  random: Random
  emit?: (event: NodeEvent) => void
  /** Calls `task` every `ms` until the returned function is called. */
  every?: (ms: number, task: () => void) => () => void
}

/** One search under way. */
interface Running {
  readonly query: ParsedQuery
  readonly session: SearchSession
  readonly events: SearchEvent[]
  id: string | undefined
  wake: (() => void) | undefined
}

export class Searches {
  readonly #options: SearchesOptions
  readonly #lookup: SearchLookup
  readonly #engine: SearchEngine<PeerKey>
  readonly #running = new Set<Running>()
  readonly #byId = new Map<string, Running>()
  readonly #counts = new Counters()
  readonly #answerTime: AnswerTime
  #stopTicking: (() => void) | undefined
  #ended = new AbortController()

  constructor(options: SearchesOptions) {
    this.#options = options
    this.#answerTime = new AnswerTime(options.clock.now())
    this.#lookup = new SearchLookup({
      ...options,
      livePeers: () => new Set(options.links.neighbours().map(({ peer }) => peer))
    })
    this.#engine = new SearchEngine(
      {
        answer: (...query) => this.#answer(...query),
        sizeOf,
        random: options.random
      },
      options.clock.now()
    )
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
    const checked = checkSearch(request, this.#now())
    this.#checkRoom()
    const session = new SearchSession({ self: this.#options.self, ...checked.options })
    const running: Running = { query: checked.query, session, events: [], id: undefined, wake: undefined }
    const ownOnly = checked.options.strategy === 'flood'
    return this.#run(running, ownOnly, AbortSignal.any([options.signal, this.#ended.signal]))
  }

  async *#run(running: Running, ownOnly: boolean, signal: AbortSignal): AsyncGenerator<SearchEvent> {
    signal.throwIfAborted()
    this.#checkRoom()
    const onAbort = (): void => running.wake?.()
    signal.addEventListener('abort', onAbort)
    this.#running.add(running)
    this.#options.emit?.({ type: 'search:started', text: running.query.text })
    let hits = 0
    try {
      this.#begin(running, ownOnly)
      for (;;) {
        const event = await nextEvent(running, signal)
        if (event.type === 'hit') hits++
        yield event
        if (event.type === 'done') return
      }
    } finally {
      signal.removeEventListener('abort', onAbort)
      this.#running.delete(running)
      this.#do(running, running.session.stop(this.#now()))
      this.#options.emit?.({ type: 'search:ended', text: running.query.text, hits })
    }
  }

  #checkRoom(): void {
    if (this.#running.size < MAX_RUNNING_SEARCHES) return
    const message = `${MAX_RUNNING_SEARCHES} searches are running already: wait for one of them to end`
    throw new NodeError({ code: 'conflict', message })
  }

  #begin(running: Running, ownOnly: boolean): void {
    const neighbours = this.#options.links.neighbours()
    const measured = neighbours.flatMap(({ rttMs }) => (rttMs === null ? [] : [rttMs]))
    const slowestRttMs = measured.length < neighbours.length ? null : Math.max(0, ...measured)
    const findings = this.#lookup.find(running.query, ownOnly)
    const facts = { findings, neighbours: neighbours.length, slowestRttMs }
    this.#do(running, running.session.start(facts, this.#now()))
  }

  /** Carries out what a session decided. */
  #do(running: Running, step: Step): void {
    running.events.push(...step.events)
    for (const command of step.commands) {
      if (command.kind === 'cancel') this.#cancel(running)
      else this.#ask(running, { ...command.ask, again: command.isAgain ? running.id : undefined })
    }
    running.wake?.()
    this.#keepTicking()
  }

  #ask(running: Running, ask: Parameters<SearchEngine<PeerKey>['ask']>[0]): void {
    const asked = this.#engine.ask(ask, this.#now())
    running.id = asked.id
    this.#byId.set(asked.id, running)
    running.session.onAsked(asked)
    this.#perform(asked.actions)
  }

  #cancel(running: Running): void {
    if (running.id === undefined) return
    this.#byId.delete(running.id)
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

  #report(action: Extract<SearchAction<PeerKey>, { kind: 'hits' | 'ended' }>): void {
    const running = this.#byId.get(action.id)
    if (running === undefined) return
    const { session } = running
    if (action.kind === 'ended') this.#do(running, session.onEnded(action.report, this.#now()))
    else this.#do(running, session.onHits(this.#findings(running, action), action.bytes, this.#now()))
  }

  /** The hits of one frame that fit the query, in our own words. What we have ourselves we know better. */
  #findings(running: Running, { from, hits }: { from: PeerKey; hits: WireHit[] }): Finding[] {
    const { self, nicknameOf } = this.#options
    return hits.flatMap(({ entry, providers }) => {
      if (!matches(running.query, entry)) {
        this.#counts.add('hit-not-matching')
        return []
      }
      const others = providers.filter(({ peer }) => peer !== self)
      if (others.length === 0) return []
      const rows = others.map(({ peer, nickname, how }) => ({
        peerId: peer,
        nickname: nicknameOf(peer) ?? nickname,
        how: 'known' as const,
        confirmed: peer === from && how === 'own'
      }))
      return [{ entry, providers: rows, deliverer: from }]
    })
  }

  #answer(text: string, ownOnly: boolean, limit: number, from: PeerKey): WireHit[] | undefined {
    if (!this.#answerTime.isLeft(from, this.#now())) return undefined
    const start = performance.now()
    const hits = this.#lookup.answer(text, ownOnly, limit)
    this.#answerTime.spent(from, performance.now() - start, this.#now())
    this.#counts.add(hits === undefined ? 'query-unreadable' : 'query-answered')
    return hits ?? []
  }

  /** One timer, and only while something waits for the time. */
  #keepTicking(): void {
    const isNeeded = this.#running.size > 0 || this.#engine.hasDeadlines
    if (!isNeeded || this.#ended.signal.aborted) {
      this.#stopTicking?.()
      this.#stopTicking = undefined
      return
    }
    this.#stopTicking ??= (this.#options.every ?? every)(TICK_MS, () => this.#tick())
  }

  #tick(): void {
    this.#perform(this.#engine.tick(this.#now()))
    for (const running of [...this.#running]) this.#do(running, running.session.tick(this.#now()))
  }

  #now(): number {
    return this.#options.clock.now()
  }
}

async function nextEvent(running: Running, signal: AbortSignal): Promise<SearchEvent> {
  for (;;) {
    signal.throwIfAborted()
    const event = running.events.shift()
    if (event !== undefined) return event
    await new Promise<void>(resolve => {
      running.wake = resolve
    })
    running.wake = undefined
  }
}

/** Bytes of a message with the varint that says its length. */
function sizeOf(message: SearchMessage): number {
  const { length } = encodeSearchMessage(message)
  return length + (length < 0x80 ? 1 : length < 0x4000 ? 2 : 3)
}

function every(ms: number, task: () => void): () => void {
  const timer = setInterval(task, ms)
  return () => clearInterval(timer)
}
