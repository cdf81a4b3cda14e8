/**
 * One search of this node, through its stages: catalogue, neighbours, flood. Decides what to ask when, and what to
 * tell the person who searches.
 *
 *   catalogue ──▶ neighbours ──▶ flood ──▶ done
 *       │             │                     ▲
 *       └─────────────┴── enough, limit ────┘     from anywhere: time is over
 *
 * Pure. The shell sends what `commands` say through the engine and hands back what comes of it.
 */
import type { PeerKey } from '../base/ports.ts'
import { MAX_QUERY_BUDGET, MAX_QUERY_REACH, QUERY_BUDGET } from '../wire/limits.ts'
import type { FloodReport } from '../wire/search-message.ts'
import type { Ask } from './actions.ts'
import {
  DEFAULT_LIMIT,
  ENOUGH_RESULTS,
  MAX_PROBE_MS,
  MIN_PROBE_MS,
  PROBE_RTTS,
  PROBE_SLACK_MS
} from './constants.ts'
import { type Finding, type Row, SearchResults, type Stage } from './results.ts'

export interface SessionOptions {
  self: PeerKey
  text: string
  strategy: 'auto' | 'flood' | 'index'
  /** Hops of the flood. */
  ttl: number
  wide: boolean
  limit: number
  timeoutMs: number
}

export interface StageCost {
  stage: Stage
  messages: number
  bytes: number
  hits: number
  elapsedMs: number
  nodes?: number
  duplicates?: number
}

export type SessionEvent =
  | ({ type: 'hit' } & Row)
  | ({ type: 'hit-updated' } & Row)
  | { type: 'done'; hits: number; truncated: boolean; stages: StageCost[]; elapsedMs: number }

export type SessionCommand =
  /** `isAgain`: with the id of the ask before. Answer with `onAsked`. */
  { kind: 'ask'; ask: Omit<Ask<PeerKey>, 'again'>; isAgain: boolean } | { kind: 'cancel' }

export interface Step {
  events: SessionEvent[]
  commands: SessionCommand[]
}

export class SearchSession {
  readonly #options: SessionOptions
  readonly #results: SearchResults
  readonly #done: StageCost[] = []
  #running: (StageCost & { startedAt: number; endsAt: number }) | undefined
  #startedAt = 0
  #neighbours = 0
  #probeMs = MIN_PROBE_MS
  #hasAsked = false
  #isDone = false
  #isTruncated = false
  #step: Step = { events: [], commands: [] }

  constructor(options: SessionOptions) {
    this.#options = options
    this.#results = new SearchResults(options)
  }

  get isDone(): boolean {
    return this.#isDone
  }

  /**
   * Begins with what is known without asking.
   *
   * @param facts.findings - best first; own entries only for the strategy `flood`
   * @param facts.slowestRttMs - of the neighbours; null: not measured
   */
  start(
    facts: { findings: readonly Finding[]; neighbours: number; slowestRttMs: number | null },
    now: number
  ): Step {
    this.#startedAt = now
    this.#neighbours = facts.neighbours
    this.#probeMs = probeMs(facts.slowestRttMs)
    this.#begin('catalogue', Number.POSITIVE_INFINITY, now)
    this.#add(facts.findings, now)
    this.#end(now)
    if (this.#results.isFull) this.#finish(now)
    else if (this.#options.strategy === 'flood') this.#beginFlood(now)
    else if (this.#hasEnough && !this.#options.wide) this.#finish(now)
    else if (this.#neighbours > 0) this.#beginProbe(now)
    else this.#afterProbe(now)
    return this.#take()
  }

  /** What an `ask` cost here. */
  onAsked(cost: { queries: number; bytes: number }): void {
    if (this.#running === undefined) return
    this.#running.messages += cost.queries
    this.#running.bytes += cost.bytes
  }

  /** A frame of hits came. `findings`: those of its hits that fit the query. */
  onHits(findings: readonly Finding[], bytes: number, now: number): Step {
    if (this.#running === undefined) return this.#take()
    this.#running.messages++
    this.#running.bytes += bytes
    this.#add(findings, now)
    const classic = this.#options.strategy === 'flood'
    if (this.#results.isFull) {
      this.#isTruncated = true
      this.#finish(now)
    } else if (this.#hasEnough && !this.#options.wide && !classic) {
      this.#finish(now)
    }
    return this.#take()
  }

  /** The flood is over. */
  onEnded(report: FloodReport, now: number): Step {
    if (this.#running?.stage !== 'flood') return this.#take()
    this.#running.messages = report.queries + report.answers
    this.#running.bytes = report.bytes
    this.#running.nodes = report.nodes
    this.#running.duplicates = report.duplicates
    this.#isTruncated ||= report.truncated
    this.#finish(now)
    return this.#take()
  }

  tick(now: number): Step {
    if (this.#isDone) return this.#take()
    if (now >= this.#startedAt + this.#options.timeoutMs) {
      this.#isTruncated = true
      this.#finish(now)
    } else if (this.#running?.stage === 'neighbours' && now >= this.#running.endsAt) {
      this.#end(now)
      this.#afterProbe(now)
    }
    return this.#take()
  }

  /** Whoever asked does not listen any more: no events, only what must be told to others. */
  stop(now: number): Step {
    if (!this.#isDone) this.#finish(now)
    const { commands } = this.#take()
    return { events: [], commands }
  }

  get #hasEnough(): boolean {
    const { limit } = this.#options
    // Whoever asks for more than usual has not enough with the usual.
    return this.#results.counted >= (limit > DEFAULT_LIMIT ? limit : ENOUGH_RESULTS)
  }

  #beginProbe(now: number): void {
    this.#begin('neighbours', now + this.#probeMs, now)
    this.#ask({ ttl: 1, budget: QUERY_BUDGET, ownOnly: false, report: false })
  }

  #afterProbe(now: number): void {
    // The word index belongs here, between the neighbours and the flood: at once when nothing was found, else after
    // 150 ms without enough. Until it exists, `index` ends with the neighbours.
    const { strategy, wide, ttl } = this.#options
    const isWanted = strategy === 'auto' && (wide || this.#results.size === 0)
    // With ttl 1 the flood would be the probe over again.
    if (isWanted && ttl > 1 && this.#neighbours > 0) this.#beginFlood(now)
    else this.#finish(now)
  }

  #beginFlood(now: number): void {
    const isClassic = this.#options.strategy === 'flood'
    const budget = isClassic ? MAX_QUERY_BUDGET : QUERY_BUDGET
    this.#begin('flood', Number.POSITIVE_INFINITY, now)
    this.#ask({ ttl: this.#options.ttl, budget, ownOnly: isClassic, report: true })
  }

  #ask(ask: Pick<Ask<PeerKey>, 'ttl' | 'budget' | 'ownOnly' | 'report'>): void {
    const command = { text: this.#options.text, ...ask, ttl: Math.min(ask.ttl, MAX_QUERY_REACH) }
    this.#step.commands.push({ kind: 'ask', ask: command, isAgain: this.#hasAsked })
    this.#hasAsked = true
  }

  #add(findings: readonly Finding[], now: number): void {
    const running = this.#running
    if (running === undefined) return
    for (const finding of findings) {
      const added = this.#results.add(finding, running.stage, now - this.#startedAt)
      if (added === undefined) continue
      if (added.isNew) running.hits++
      this.#step.events.push({ type: added.isNew ? 'hit' : 'hit-updated', ...added.row })
    }
  }

  #begin(stage: Stage, endsAt: number, now: number): void {
    this.#running = { stage, messages: 0, bytes: 0, hits: 0, elapsedMs: 0, startedAt: now, endsAt }
  }

  #end(now: number): void {
    if (this.#running === undefined) return
    const { startedAt, endsAt: _, ...cost } = this.#running
    this.#done.push({ ...cost, elapsedMs: now - startedAt })
    this.#running = undefined
  }

  #finish(now: number): void {
    this.#end(now)
    this.#isDone = true
    if (this.#hasAsked) this.#step.commands.push({ kind: 'cancel' })
    const { size: hits, overflowed } = this.#results
    const truncated = this.#isTruncated || overflowed
    const elapsedMs = now - this.#startedAt
    this.#step.events.push({ type: 'done', hits, truncated, stages: this.#done, elapsedMs })
  }

  #take(): Step {
    const step = this.#step
    this.#step = { events: [], commands: [] }
    return step
  }
}

/** How long the neighbours have for their answer. */
function probeMs(slowestRttMs: number | null): number {
  if (slowestRttMs === null) return MAX_PROBE_MS
  return Math.min(MAX_PROBE_MS, Math.max(MIN_PROBE_MS, PROBE_RTTS * slowestRttMs + PROBE_SLACK_MS))
}
