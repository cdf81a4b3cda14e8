/**
 * The stages of a search: which are open, and what each cost.
 */
import type { Visit } from '../wire/search-message.ts'
import { type CopyDrop, type DropCounts, type HitDrop, withDrops } from './drops.ts'
import type { Stage } from './results.ts'

export interface StageReport {
  stage: Stage
  /** Messages over the whole network as far as it was reported: queries and answers. */
  messages: number
  bytes: number
  hits: number
  elapsedMs: number
  /** Peers that were tried with a query that nothing fits, since they alone told something. Part of messages and bytes. */
  decoys?: number
  /** Flood only: nodes that answered for themselves, and copies that came twice. */
  nodes?: number
  duplicates?: number
  /** Flood only: some node did not send all its copies, left the query unanswered or did not report. Reports tell no more. */
  truncated?: true
  /**
   * Peers by links from here, from 1. Without `trace` only the neighbours that a copy went to, less those that owe a
   * report; with it what `visits` say.
   */
  peersByHop?: number[]
  /** Flood only: peers that answered, and of which it is not told how many links away they are. */
  peersUntold?: number
  /** What came and is not shown, and copies that did not go out or of which nothing was heard: how often, by reason. */
  droppedHits?: DropCounts<HitDrop>
  droppedCopies?: DropCounts<CopyDrop>
  /** With `trace`: each copy, as the node says that it came to. A long list is cut. */
  visits?: Visit[]
}

/** In the order in which they are told. */
const STAGES: readonly Stage[] = ['catalogue', 'neighbours', 'index', 'flood']

export class Stages {
  /** Of all that began. */
  readonly #costs = new Map<Stage, StageReport>()
  readonly #startedAt = new Map<Stage, number>()
  /** When the time of each is over. Neighbours and index are open at the same time, the others alone. */
  readonly #open = new Map<Stage, number>()

  get isAnyOpen(): boolean {
    return this.#open.size > 0
  }

  get all(): StageReport[] {
    return STAGES.flatMap(stage => this.#costs.get(stage) ?? [])
  }

  isOpen(stage: Stage): boolean {
    return this.#open.has(stage)
  }

  /** Undefined: it never began. */
  cost(stage: Stage | undefined): StageReport | undefined {
    return stage === undefined ? undefined : this.#costs.get(stage)
  }

  /** 0 for one that never began. */
  startedAt(stage: Stage): number {
    return this.#startedAt.get(stage) ?? 0
  }

  /** When the time of an open stage is over. */
  endsAt(stage: Stage): number {
    return this.#open.get(stage) ?? Number.POSITIVE_INFINITY
  }

  begin(stage: Stage, endsAt: number, now: number): void {
    this.#costs.set(stage, { stage, messages: 0, bytes: 0, hits: 0, elapsedMs: 0 })
    this.#open.set(stage, endsAt)
    this.#startedAt.set(stage, now)
  }

  charge(stage: Stage | undefined, messages: number, bytes: number): void {
    const cost = this.cost(stage)
    if (cost === undefined) return
    cost.messages += messages
    cost.bytes += bytes
  }

  /** `peers` more neighbours got the query; negative: fewer. */
  reach(stage: Stage | undefined, peers: number): void {
    const cost = this.cost(stage)
    if (cost !== undefined) cost.peersByHop = [Math.max(0, (cost.peersByHop?.[0] ?? 0) + peers)]
  }

  dropHits(stage: Stage | undefined, reason: HitDrop, count: number): void {
    const cost = this.cost(stage)
    if (cost !== undefined && count > 0) cost.droppedHits = withDrops(cost.droppedHits, reason, count)
  }

  dropCopies(stage: Stage | undefined, reason: CopyDrop, count: number): void {
    const cost = this.cost(stage)
    if (cost !== undefined && count > 0) cost.droppedCopies = withDrops(cost.droppedCopies, reason, count)
  }

  end(stage: Stage, now: number): void {
    const cost = this.#costs.get(stage)
    if (cost !== undefined && this.#open.delete(stage)) cost.elapsedMs = now - this.startedAt(stage)
  }

  endAll(now: number): void {
    for (const stage of [...this.#open.keys()]) this.end(stage, now)
  }
}
