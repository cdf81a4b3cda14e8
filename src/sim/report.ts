/**
 * What a simulation found out, for every strategy and class of queries.
 */
import { MESSAGE_KINDS, type MessageKind } from './virtual-network.ts'
import type { QueryClass } from './workload.ts'

export interface SimReport {
  nodes: number
  seed: number
  topology: string
  /** Mean stay of a node, ms; null: nobody leaves. */
  sessionMs: number | null
  droppers: number
  spammers: number
  gang: boolean
  strategies: StrategyReport[]
}

export interface StrategyReport {
  strategy: string
  classes: ClassReport[]
}

export interface ClassReport {
  class: QueryClass
  queries: number
  /**
   * Part of the queries that found their target, or enough other results that are true; of those that match nothing the
   * part that showed nothing. Null without queries.
   */
  success: number | null
  /** Where the true value lies with 95 % probability (Wilson). */
  successInterval: [low: number, high: number] | null
  /** Per query, over the whole network. */
  messages: number
  /** Per query, with those of the connections that were made for it. */
  bytes: number
  firstHitMs: Quantiles
  /** Time to the result that was meant. */
  targetMs: Quantiles
  elapsedMs: Quantiles
  messagesByKind: Record<MessageKind, number>
  messageBytes: number
  /** Connections made, and their bytes. */
  dials: number
  dialBytes: number
  nodesReached: number
  /** Part of the first ten results shown that nobody has. */
  fakesShown: number
  /** Queries whose search says that it is truncated. */
  truncated: number
}

/** Null: there is nothing to take them of. */
export interface Quantiles {
  p50: number | null
  p99: number | null
}

/** What counts of one query. */
export interface QueryResult {
  succeeded: boolean
  messages: Record<MessageKind, number>
  messageBytes: number
  dials: number
  dialBytes: number
  firstHitMs: number | null
  targetMs: number | null
  elapsedMs: number
  nodesReached: number
  /** Of the first ten rows. */
  shown: number
  fakesShown: number
  truncated: boolean
}

export function classReport(queryClass: QueryClass, results: readonly QueryResult[]): ClassReport {
  const queries = results.length
  const mean = (of: (result: QueryResult) => number): number =>
    queries === 0 ? 0 : round(results.reduce((sum, result) => sum + of(result), 0) / queries)
  const count = (of: (result: QueryResult) => boolean): number => results.filter(of).length
  const succeeded = count(result => result.succeeded)
  const sum = (of: (result: QueryResult) => number): number =>
    results.reduce((total, one) => total + of(one), 0)
  return {
    class: queryClass,
    queries,
    success: queries === 0 ? null : succeeded / queries,
    successInterval: queries === 0 ? null : wilson(succeeded, queries),
    messages: mean(({ messages }) => MESSAGE_KINDS.reduce((all, kind) => all + messages[kind], 0)),
    bytes: mean(({ messageBytes, dialBytes }) => messageBytes + dialBytes),
    firstHitMs: quantiles(results.map(({ firstHitMs }) => firstHitMs)),
    targetMs: quantiles(results.map(({ targetMs }) => targetMs)),
    elapsedMs: quantiles(results.map(({ elapsedMs }) => elapsedMs)),
    messagesByKind: Object.fromEntries(
      MESSAGE_KINDS.map(kind => [kind, mean(({ messages }) => messages[kind])])
    ) as Record<MessageKind, number>,
    messageBytes: mean(({ messageBytes }) => messageBytes),
    dials: mean(({ dials }) => dials),
    dialBytes: mean(({ dialBytes }) => dialBytes),
    nodesReached: mean(({ nodesReached }) => nodesReached),
    fakesShown: round(
      sum(({ fakesShown }) => fakesShown) /
        Math.max(
          1,
          sum(({ shown }) => shown)
        ),
      4
    ),
    truncated: count(({ truncated }) => truncated)
  }
}

export function quantiles(values: ReadonlyArray<number | null>): Quantiles {
  const sorted = values.filter(value => value !== null).sort((a, b) => a - b)
  const at = (part: number): number | null => {
    const value = sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)]
    return value === undefined ? null : round(value)
  }
  return { p50: at(0.5), p99: at(0.99) }
}

/** 95 % interval of a part of which `count` of `of` were seen (E. B. Wilson, 1927). */
export function wilson(count: number, of: number): [low: number, high: number] {
  const z = 1.96
  const part = count / of
  const middle = part + (z * z) / (2 * of)
  const spread = z * Math.sqrt((part * (1 - part)) / of + (z * z) / (4 * of * of))
  const scale = 1 + (z * z) / of
  return [round(Math.max(0, (middle - spread) / scale), 4), round(Math.min(1, (middle + spread) / scale), 4)]
}

function round(value: number, digits = 1): number {
  return Math.round(value * 10 ** digits) / 10 ** digits
}
