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
import type { Entry } from '../wire/entry.ts'
import { MAX_QUERY_BUDGET, MAX_QUERY_REACH, QUERY_BUDGET } from '../wire/limits.ts'
import type { FloodReport } from '../wire/search-message.ts'
import type { Ask } from './actions.ts'
import { type ConfirmAsk, Confirmations } from './confirmations.ts'
import {
  CONFIRM_MS,
  CONFIRMED_ROWS,
  DEFAULT_LIMIT,
  ENOUGH_RESULTS,
  INDEX_DELAY_MS,
  MAX_PROBE_MS,
  MIN_PROBE_MS,
  PROBE_RTTS,
  PROBE_SLACK_MS
} from './constants.ts'
import type { CopyDrop, HitDrop } from './drops.ts'
import { chargeFlood } from './flood-cost.ts'
import { Namers } from './namers.ts'
import { type Finding, type Row, SearchResults, type Stage } from './results.ts'
import type { SessionFacts, SessionOptions, Step } from './session-steps.ts'
import { Stages } from './stages.ts'
import { type DecoyAsk, type Told, Vouching } from './vouching.ts'

/** Holders that must have answered for their having nothing to be believed. */
const MIN_HOLDERS = 2

export class SearchSession {
  readonly #options: SessionOptions
  readonly #results: SearchResults
  readonly #vouching: Vouching
  readonly #stages = new Stages()
  readonly #namers: Namers
  #startedAt = 0
  #neighbours = 0
  /** When to ask the index. */
  #indexAt = Number.POSITIVE_INFINITY
  #holders = 0
  #hasAsked = false
  readonly #confirmations = new Confirmations()
  #canConfirm = false
  /** What was known at first is shown, and others are asked. */
  #hasBegun = false
  /** Nobody else is asked for results; the time until which confirmations are waited for. */
  #closesAt: number | undefined
  #isDone = false
  #isTruncated = false
  #step: Step = { events: [], commands: [] }

  constructor(options: SessionOptions) {
    this.#options = options
    this.#results = new SearchResults(options)
    const onDropped = (stage: Stage, reason: HitDrop): void => this.#stages.dropHits(stage, reason, 1)
    this.#vouching = new Vouching({ ...options, onDropped })
    this.#namers = new Namers(options.reputation)
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

  /** Rows that are not shown, because those who told them are liars. */
  get lies(): number {
    return this.#vouching.lies
  }

  /** What others told so far, of which a decoy must not speak. */
  get told(): Iterable<Entry> {
    return this.#vouching.told
  }

  /** Begins with what is known without asking. */
  start(facts: SessionFacts, now: number): Step {
    const { strategy, wide } = this.#options
    this.#startedAt = now
    this.#neighbours = facts.neighbours
    this.#canConfirm = facts.canConfirm === true && strategy !== 'flood'
    this.#stages.begin('catalogue', Number.POSITIVE_INFINITY, now)
    this.#onTold('catalogue', facts.findings, now)
    this.#stages.end('catalogue', now)
    if (this.#results.isFull) this.#finish(now)
    else if (strategy === 'flood') this.#beginFlood(now)
    else if (this.hasEnough && !wide) this.#finish(now)
    else this.#askAround(facts, now)
    this.#hasBegun = true
    if (!this.isClosing) for (const row of this.#results.first(CONFIRMED_ROWS)) this.#askProviders(row, now)
    return this.#take()
  }

  /** What an `ask` cost here. */
  onAsked(cost: { queries: number; bytes: number }): void {
    this.#stages.charge(this.#askedStage, cost.queries, cost.bytes)
    this.#stages.reach(this.#askedStage, cost.queries)
  }

  /** Hits came that are not handed over. `way`: as `onHits` or as `onIndexHits` would get them. */
  onHitsDropped(way: 'asked' | 'index', reason: HitDrop, count: number): void {
    this.#stages.dropHits(way === 'index' ? way : this.#lastAskedStage, reason, count)
  }

  /** Copies did not go out, or nothing was heard of them. */
  onCopiesDropped(reason: CopyDrop, count: number): void {
    const stage = this.#lastAskedStage
    this.#stages.dropCopies(stage, reason, count)
    if (reason === 'send-failed' || reason === 'no-report') this.#stages.reach(stage, -count)
  }

  /** A frame of hits came. `findings`: those of its hits that fit the query. */
  onHits(findings: readonly Finding[], bytes: number, now: number): Step {
    // Neighbours that took longer than the probe are heard as long as something else is waited for.
    if (!this.isClosing) return this.#onFindings(this.#askedStage ?? 'neighbours', findings, bytes, now)
    this.onHitsDropped('asked', 'late', findings.length)
    return this.#take()
  }

  /** A request to the index was sent. */
  onIndexAsked(bytes: number): void {
    this.#stages.charge('index', 1, bytes)
  }

  /** A holder answered. `findings`: those of its hits that fit the query. */
  onIndexHits(findings: readonly Finding[], bytes: number, now: number): Step {
    if (this.#stages.isOpen('index')) return this.#onFindings('index', findings, bytes, now)
    this.onHitsDropped('index', 'late', findings.length)
    return this.#take()
  }

  /** Nobody else is asked. `holders`: of the nearest servers, those that answered and left nothing out. */
  onIndexEnded(holders: number, now: number): Step {
    if (!this.#stages.isOpen('index')) return this.#take()
    this.#holders = holders
    this.#stages.end('index', now)
    this.#goOn(now)
    return this.#take()
  }

  /** The flood is over. */
  onEnded(report: FloodReport, now: number): Step {
    const flood = this.#stages.cost('flood')
    if (flood === undefined || !this.#stages.isOpen('flood')) return this.#take()
    chargeFlood(flood, report, this.#stages.cost('neighbours') !== undefined)
    this.#isTruncated ||= report.truncated
    this.#finish(now)
    return this.#take()
  }

  /** A provider has the cid, has not, or did not say: `null`. */
  onConfirmed(ask: ConfirmAsk, has: boolean | null, now: number): Step {
    if (has !== null) this.#onAnswered(ask, has, now)
    if (this.#isDone) return this.#take()
    this.#confirmations.onAnswer(ask, has)
    const row = has === true || this.isClosing ? undefined : this.#results.row(ask.cid)
    if (row !== undefined) this.#askProviders(row, now)
    if (this.#closesAt !== undefined && !this.#confirmations.isWaiting) this.#sayDone(now)
    return this.#take()
  }

  /** A decoy was sent. */
  onDecoySent({ stage }: DecoyAsk, bytes: number): void {
    this.#stages.charge(stage, 1, bytes)
    const cost = this.#stages.cost(stage)
    if (cost !== undefined) cost.decoys = (cost.decoys ?? 0) + 1
  }

  /**
   * A deliverer told of hits that cannot exist, or of none; null: it could not be asked, or did not answer.
   *
   * @param bytes - of the answer, if there was one
   */
  onDecoyAnswered({ peer, stage }: DecoyAsk, hits: number | null, bytes: number, now: number): Step {
    if (hits !== null) this.#stages.charge(stage, 1, bytes)
    this.#showMore(this.#vouching.onAnswer(peer, hits, now), now)
    this.#goOn(now)
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
    if (now >= this.#stages.endsAt('neighbours')) this.#stages.end('neighbours', now)
    this.#showMore(this.#vouching.expire(now), now)
    this.#tryDeliverers(false, now)
    this.#goOn(now)
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
    if (this.#stages.isOpen('flood')) return 'flood'
    return this.#stages.isOpen('neighbours') ? 'neighbours' : undefined
  }

  /** The same, or the last that was. */
  get #lastAskedStage(): Stage {
    return this.#stages.cost('flood') === undefined ? 'neighbours' : 'flood'
  }

  #onFindings(stage: Stage, findings: readonly Finding[], bytes: number, now: number): Step {
    this.#stages.charge(stage, 1, bytes)
    this.#onTold(stage, findings, now)
    this.#endWhenEnough(now)
    this.#tryDeliverers(false, now)
    return this.#take()
  }

  #onTold(stage: Stage, findings: readonly Finding[], now: number): void {
    const askedAt = this.#stages.startedAt(stage)
    for (const finding of findings) {
      const told = { finding, stage }
      this.#show(this.#options.isByCid ? [told] : this.#vouching.onTold(told, askedAt, now), now)
    }
  }

  /** Rows that were held back can be shown. */
  #showMore(told: readonly Told[], now: number): void {
    if (told.length === 0 || this.isClosing) return
    this.#show(told, now)
    this.#endWhenEnough(now)
  }

  #endWhenEnough(now: number): void {
    const { wide, strategy } = this.#options
    if (this.#results.isFull) {
      this.#isTruncated ||= !this.isClosing
      this.#finish(now)
    } else if (this.hasEnough && !wide && strategy !== 'flood') {
      this.#finish(now)
    }
  }

  /** `isLast`: nobody else will tell anything, so what one alone told stays told by one alone. */
  #tryDeliverers(isLast: boolean, now: number): void {
    if (this.isClosing) return
    for (const ask of this.#vouching.due(now, isLast)) this.#step.commands.push({ kind: 'decoy', ...ask })
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
    if (this.isClosing || this.#stages.isAnyOpen) return
    if (this.#indexAt < Number.POSITIVE_INFINITY) {
      // The neighbours were quicker than the delay.
      this.#beginIndex(now)
      return
    }
    this.#tryDeliverers(true, now)
    if (this.#vouching.isWaiting) return
    const { strategy, wide, ttl } = this.#options
    const hasNothing = this.#results.size === 0 && !this.#vouching.isHolding
    const hasFailed = hasNothing && this.#holders < MIN_HOLDERS
    // With ttl 1 the flood would be the probe over again.
    const isWanted = strategy === 'auto' && (wide || hasFailed) && ttl > 1
    if (isWanted && this.#neighbours > 0) this.#beginFlood(now)
    else this.#finish(now)
  }

  #beginProbe(endsAt: number, now: number): void {
    this.#stages.begin('neighbours', endsAt, now)
    this.#ask({ ttl: 1, budget: QUERY_BUDGET, ownOnly: false, report: false })
  }

  #beginIndex(now: number): void {
    this.#indexAt = Number.POSITIVE_INFINITY
    this.#stages.begin('index', Number.POSITIVE_INFINITY, now)
    this.#step.commands.push({ kind: 'lookup' })
  }

  #beginFlood(now: number): void {
    const isClassic = this.#options.strategy === 'flood'
    const budget = isClassic ? MAX_QUERY_BUDGET : QUERY_BUDGET
    this.#stages.begin('flood', Number.POSITIVE_INFINITY, now)
    const { ttl, trace } = this.#options
    this.#ask({ ttl, budget, ownOnly: isClassic, report: true, trace })
  }

  #ask(ask: Pick<Ask<PeerKey>, 'ttl' | 'budget' | 'ownOnly' | 'report' | 'trace'>): void {
    const command = { text: this.#options.text, ...ask, ttl: Math.min(ask.ttl, MAX_QUERY_REACH) }
    this.#step.commands.push({ kind: 'ask', ask: command, isAgain: this.#hasAsked })
    this.#hasAsked = true
  }

  #show(told: readonly Told[], now: number): void {
    for (const { finding, stage } of told) {
      const added = this.#results.add(finding, stage, now - this.#startedAt)
      const isShown = added.kind !== 'dropped' || added.reason === 'repeated'
      if (isShown && this.#canConfirm) this.#namers.onTold(finding, stage, now)
      if (added.kind === 'dropped') {
        this.#stages.dropHits(stage, added.reason, 1)
        continue
      }
      const cost = this.#stages.cost(stage)
      if (added.kind === 'new' && cost !== undefined) cost.hits++
      this.#step.events.push({ type: added.kind === 'new' ? 'hit' : 'hit-updated', ...added.row })
      this.#askProviders(added.row, now)
    }
  }

  #onAnswered(ask: ConfirmAsk, has: boolean, now: number): void {
    this.#namers.onAnswered(ask, has, now)
    const row = this.#isDone ? undefined : this.#results.confirm(ask.cid, ask.peer, has)
    if (row === undefined) return
    this.#step.events.push({ type: 'hit-updated', ...row })
    if (!has) this.#stages.dropHits(row.stage, 'denied', 1)
  }

  #askProviders(row: Row, now: number): void {
    if (!this.#canConfirm) return
    const asks = this.#confirmations.onRow(row, {
      when: !this.#hasBegun ? 'start' : this.isClosing ? 'end' : 'open',
      isDoubted: peer => this.#options.reputation.isDoubted(peer, now)
    })
    for (const ask of asks) this.#step.commands.push({ kind: 'confirm', ...ask })
  }

  /** Ends all stages. What is still to be confirmed has a moment. */
  #finish(now: number): void {
    if (this.isClosing) return
    this.#stages.endAll(now)
    this.#closesAt = now + CONFIRM_MS
    this.#show(this.#vouching.rest(), now)
    if (this.#hasAsked) this.#step.commands.push({ kind: 'cancel' })
    if (!this.#confirmations.isWaiting) this.#sayDone(now)
  }

  #sayDone(now: number): void {
    if (this.#isDone) return
    this.#isDone = true
    const { size: hits, overflowed } = this.#results
    const truncated = this.#isTruncated || overflowed || this.#vouching.overflowed
    const elapsedMs = now - this.#startedAt
    this.#step.events.push({ type: 'done', hits, truncated, stages: this.#stages.all, elapsedMs })
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
