/**
 * One search of this node, through its stages: catalogue, neighbours, word index, flood. Decides what to ask when, and
 * what to tell the person who searches.
 *
 *   catalogue ─┬─▶ neighbours ─┬─▶ flood ──▶ done
 *       │      └─▶   index   ──┘              ▲
 *       └────────── enough, limit ────────────┘     from anywhere: time is over
 *
 * Pure. The shell sends what `commands` say through the engine and hands back what comes of it.
 */
import type { PeerKey } from '../base/ports.ts'
import { MAX_QUERY_BUDGET, MAX_QUERY_REACH, QUERY_BUDGET } from '../wire/limits.ts'
import type { FloodReport, Visit } from '../wire/search-message.ts'
import type { Ask } from './actions.ts'
import { type ConfirmAsk, Confirmations } from './confirmations.ts'
import {
  CONFIRM_MS,
  DEFAULT_LIMIT,
  ENOUGH_RESULTS,
  INDEX_DELAY_MS,
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
  /** Have every node that the flood comes to report itself. */
  trace?: boolean | undefined
}

export interface StageCost {
  stage: Stage
  messages: number
  bytes: number
  hits: number
  elapsedMs: number
  nodes?: number
  duplicates?: number
  /** Copies of the query, by those that they came to. */
  visits?: Visit[]
}

export type SessionEvent =
  | ({ type: 'hit' } & Row)
  | ({ type: 'hit-updated' } & Row)
  | { type: 'done'; hits: number; truncated: boolean; stages: StageCost[]; elapsedMs: number }

export type SessionCommand =
  /** `isAgain`: with the id of the ask before. Answer with `onAsked`. */
  | { kind: 'ask'; ask: Omit<Ask<PeerKey>, 'again'>; isAgain: boolean }
  | { kind: 'cancel' }
  /** Look the words up in the index. Answer with `onIndexAsked`, `onIndexHits` and at last `onIndexEnded`. */
  | { kind: 'lookup' }
  /** Ask a provider whether it has the cid now. Answer with `onConfirmed`. */
  | ({ kind: 'confirm' } & ConfirmAsk)

export interface Step {
  events: SessionEvent[]
  commands: SessionCommand[]
}

export interface SessionFacts {
  /** Best first; own entries only for the strategy `flood`. */
  findings: readonly Finding[]
  neighbours: number
  /** Of the neighbours; null: not measured. */
  slowestRttMs: number | null
  /** There is a word to look up and somebody to ask, in a network that needs it. */
  hasIndex?: boolean
  /** Providers can be asked whether they have what they are said to have. */
  canConfirm?: boolean
}

/** Holders that must have answered for their having nothing to be believed. */
const MIN_HOLDERS = 2

/** In the order in which they are told. */
const STAGES: readonly Stage[] = ['catalogue', 'neighbours', 'index', 'flood']

type OpenStage = StageCost & { startedAt: number; endsAt: number }

export class SearchSession {
  readonly #options: SessionOptions
  readonly #results: SearchResults
  readonly #done: StageCost[] = []
  /** Neighbours and index at the same time, the others alone. */
  readonly #open = new Map<Stage, OpenStage>()
  #startedAt = 0
  #neighbours = 0
  /** When to ask the index. */
  #indexAt = Number.POSITIVE_INFINITY
  #holders = 0
  #hasAsked = false
  readonly #confirmations = new Confirmations()
  #canConfirm = false
  /** Nobody else is asked for results; the time until which confirmations are waited for. */
  #closesAt: number | undefined
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

  /** Nobody is to be asked for results any more. */
  get isClosing(): boolean {
    return this.#isDone || this.#closesAt !== undefined
  }

  /** There are so many results that nobody else need be asked. */
  get hasEnough(): boolean {
    const { limit } = this.#options
    // Whoever asks for more than usual has not enough with the usual.
    return this.#results.counted >= (limit > DEFAULT_LIMIT ? limit : ENOUGH_RESULTS)
  }

  /** Begins with what is known without asking. */
  start(facts: SessionFacts, now: number): Step {
    const { strategy, wide } = this.#options
    this.#startedAt = now
    this.#neighbours = facts.neighbours
    this.#canConfirm = facts.canConfirm === true && strategy !== 'flood'
    this.#begin('catalogue', Number.POSITIVE_INFINITY, now)
    this.#add('catalogue', facts.findings, now)
    this.#end('catalogue', now)
    if (this.#results.isFull) this.#finish(now)
    else if (strategy === 'flood') this.#beginFlood(now)
    else if (this.hasEnough && !wide) this.#finish(now)
    else this.#askAround(facts, now)
    return this.#take()
  }

  /** What an `ask` cost here. */
  onAsked(cost: { queries: number; bytes: number }): void {
    this.#charge(this.#askedStage, cost.queries, cost.bytes)
  }

  /** A frame of hits came. `findings`: those of its hits that fit the query. */
  onHits(findings: readonly Finding[], bytes: number, now: number): Step {
    const stage = this.#askedStage
    return stage === undefined ? this.#take() : this.#onFindings(stage, findings, bytes, now)
  }

  /** A request to the index was sent. */
  onIndexAsked(bytes: number): void {
    this.#charge('index', 1, bytes)
  }

  /** A holder answered. `findings`: those of its hits that fit the query. */
  onIndexHits(findings: readonly Finding[], bytes: number, now: number): Step {
    return this.#open.has('index') ? this.#onFindings('index', findings, bytes, now) : this.#take()
  }

  /** Nobody else is asked. `holders`: of the nearest servers, those that answered. */
  onIndexEnded(holders: number, now: number): Step {
    if (!this.#open.has('index')) return this.#take()
    this.#holders = holders
    this.#end('index', now)
    this.#goOn(now)
    return this.#take()
  }

  /** The flood is over. */
  onEnded(report: FloodReport, now: number): Step {
    const flood = this.#open.get('flood')
    if (flood === undefined) return this.#take()
    flood.messages = report.queries + report.answers
    flood.bytes = report.bytes
    flood.nodes = report.nodes
    flood.duplicates = report.duplicates
    if (report.visits !== undefined) flood.visits = report.visits
    this.#isTruncated ||= report.truncated
    this.#finish(now)
    return this.#take()
  }

  /** A provider has the cid, has not, or did not say: `null`. */
  onConfirmed({ cid, peer }: ConfirmAsk, has: boolean | null, now: number): Step {
    if (this.#isDone) return this.#take()
    this.#confirmations.onAnswer()
    const row = has === null ? undefined : this.#results.confirm(cid, peer, has)
    if (row !== undefined) this.#step.events.push({ type: 'hit-updated', ...row })
    if (this.#closesAt !== undefined && !this.#confirmations.isWaiting) this.#sayDone(now)
    return this.#take()
  }

  tick(now: number): Step {
    if (this.#isDone) return this.#take()
    if (now >= this.#startedAt + this.#options.timeoutMs) {
      this.#isTruncated ||= this.#closesAt === undefined
      this.#finish(now)
      this.#sayDone(now)
      return this.#take()
    }
    if (this.#closesAt !== undefined) {
      if (now >= this.#closesAt) this.#sayDone(now)
      return this.#take()
    }
    if (now >= this.#indexAt) this.#beginIndex(now)
    const probe = this.#open.get('neighbours')
    if (probe !== undefined && now >= probe.endsAt) {
      this.#end('neighbours', now)
      this.#goOn(now)
    }
    return this.#take()
  }

  /** Whoever asked does not listen any more: no events, only what must be told to others. */
  stop(now: number): Step {
    this.#finish(now)
    this.#sayDone(now)
    const { commands } = this.#take()
    return { events: [], commands }
  }

  /** The stage whose hits come through the engine. */
  get #askedStage(): Stage | undefined {
    return this.#open.has('flood') ? 'flood' : this.#open.has('neighbours') ? 'neighbours' : undefined
  }

  #onFindings(stage: Stage, findings: readonly Finding[], bytes: number, now: number): Step {
    this.#charge(stage, 1, bytes)
    this.#add(stage, findings, now)
    const classic = this.#options.strategy === 'flood'
    if (this.#results.isFull) {
      this.#isTruncated = true
      this.#finish(now)
    } else if (this.hasEnough && !this.#options.wide && !classic) {
      this.#finish(now)
    }
    return this.#take()
  }

  /** The neighbours, and the index at once when nothing is known yet, else when they had a moment to be enough. */
  #askAround({ slowestRttMs, hasIndex }: SessionFacts, now: number): void {
    const onlyIndex = this.#options.strategy === 'index'
    if (hasIndex === true) this.#indexAt = now + (onlyIndex || this.#results.size === 0 ? 0 : INDEX_DELAY_MS)
    if (this.#neighbours > 0 && !onlyIndex) this.#beginProbe(now + probeMs(slowestRttMs), now)
    if (now >= this.#indexAt) this.#beginIndex(now)
    this.#goOn(now)
  }

  /** What comes when the neighbours and the index have said what they had. */
  #goOn(now: number): void {
    if (this.isClosing || this.#open.size > 0) return
    if (this.#indexAt < Number.POSITIVE_INFINITY) {
      // The neighbours were quicker than the delay.
      this.#beginIndex(now)
      return
    }
    const { strategy, wide, ttl } = this.#options
    const hasFailed = this.#results.size === 0 && this.#holders < MIN_HOLDERS
    // With ttl 1 the flood would be the probe over again.
    const isWanted = strategy === 'auto' && (wide || hasFailed) && ttl > 1
    if (isWanted && this.#neighbours > 0) this.#beginFlood(now)
    else this.#finish(now)
  }

  #beginProbe(endsAt: number, now: number): void {
    this.#begin('neighbours', endsAt, now)
    this.#ask({ ttl: 1, budget: QUERY_BUDGET, ownOnly: false, report: false })
  }

  #beginIndex(now: number): void {
    this.#indexAt = Number.POSITIVE_INFINITY
    this.#begin('index', Number.POSITIVE_INFINITY, now)
    this.#step.commands.push({ kind: 'lookup' })
  }

  #beginFlood(now: number): void {
    const isClassic = this.#options.strategy === 'flood'
    const budget = isClassic ? MAX_QUERY_BUDGET : QUERY_BUDGET
    this.#begin('flood', Number.POSITIVE_INFINITY, now)
    const { ttl, trace } = this.#options
    this.#ask({ ttl, budget, ownOnly: isClassic, report: true, trace })
  }

  #ask(ask: Pick<Ask<PeerKey>, 'ttl' | 'budget' | 'ownOnly' | 'report' | 'trace'>): void {
    const command = { text: this.#options.text, ...ask, ttl: Math.min(ask.ttl, MAX_QUERY_REACH) }
    this.#step.commands.push({ kind: 'ask', ask: command, isAgain: this.#hasAsked })
    this.#hasAsked = true
  }

  #charge(stage: Stage | undefined, messages: number, bytes: number): void {
    const open = stage === undefined ? undefined : this.#open.get(stage)
    if (open === undefined) return
    open.messages += messages
    open.bytes += bytes
  }

  #add(stage: Stage, findings: readonly Finding[], now: number): void {
    const open = this.#open.get(stage)
    if (open === undefined) return
    for (const finding of findings) {
      const added = this.#results.add(finding, stage, now - this.#startedAt)
      if (added === undefined) continue
      if (added.isNew) open.hits++
      this.#step.events.push({ type: added.isNew ? 'hit' : 'hit-updated', ...added.row })
      if (this.#canConfirm) this.#askProviders(added.row)
    }
  }

  #askProviders(row: Row): void {
    for (const ask of this.#confirmations.onRow(row)) this.#step.commands.push({ kind: 'confirm', ...ask })
  }

  #begin(stage: Stage, endsAt: number, now: number): void {
    this.#open.set(stage, { stage, messages: 0, bytes: 0, hits: 0, elapsedMs: 0, startedAt: now, endsAt })
  }

  #end(stage: Stage, now: number): void {
    const open = this.#open.get(stage)
    if (open === undefined) return
    this.#open.delete(stage)
    const { startedAt, endsAt: _, ...cost } = open
    this.#done.push({ ...cost, elapsedMs: now - startedAt })
  }

  /** Ends all stages. What is still to be confirmed has a moment. */
  #finish(now: number): void {
    if (this.isClosing) return
    for (const stage of [...this.#open.keys()]) this.#end(stage, now)
    this.#closesAt = now + CONFIRM_MS
    if (this.#hasAsked) this.#step.commands.push({ kind: 'cancel' })
    if (!this.#confirmations.isWaiting) this.#sayDone(now)
  }

  #sayDone(now: number): void {
    if (this.#isDone) return
    this.#isDone = true
    const { size: hits, overflowed } = this.#results
    const truncated = this.#isTruncated || overflowed
    const elapsedMs = now - this.#startedAt
    const stages = this.#done.sort((a, b) => STAGES.indexOf(a.stage) - STAGES.indexOf(b.stage))
    this.#step.events.push({ type: 'done', hits, truncated, stages, elapsedMs })
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
