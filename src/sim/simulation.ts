/**
 * A whole simulation: the same queries by every strategy in one world. Equal options give equal reports.
 */
import { ENOUGH_RESULTS } from '../search/index.ts'
import { QueryRun } from './query-run.ts'
import {
  type ClassReport,
  classReport,
  type QueryResult,
  type SimReport,
  type StrategyReport
} from './report.ts'
import type { Strategy } from './strategies.ts'
import { drawQueries, QUERY_CLASSES, type SimQuery } from './workload.ts'
import { World, type WorldOptions } from './world.ts'

export interface SimulationOptions extends Partial<WorldOptions> {
  strategies: readonly Strategy[]
  /** Queries of each class. */
  queries: number
  /** The same for floods, which cost as much as thousands of other searches; by default few. */
  floodQueries?: number | undefined
}

export interface SimProgress {
  strategy: string
  class: string
  done: number
  of: number
}

/** Rows of a result page that people look at. */
const SHOWN_ROWS = 10
/** Queries of each class for a flood, up to this ttl and beyond: one that reaches everybody costs the same each time. */
const FLOOD_QUERIES = 20
const FEW_HOPS = 4
const FAR_FLOOD_QUERIES = 2

/** Yields after every query, so that the caller can show progress, rest, or stop. */
export function* simulate(options: SimulationOptions): Generator<SimProgress, SimReport> {
  const { strategies, queries: _, floodQueries: __, ...given } = options
  const world = new World(given)
  const reports: StrategyReport[] = []
  for (const strategy of strategies) {
    const classes: ClassReport[] = []
    const count = queriesFor(strategy, options)
    for (const queryClass of QUERY_CLASSES) {
      const results: QueryResult[] = []
      const queries = drawQueries(world, queryClass, count)
      for (const query of queries) {
        results.push(resultOf(new QueryRun(world, query, strategy)))
        yield { strategy: strategy.name, class: queryClass, done: results.length, of: queries.length }
      }
      classes.push(classReport(queryClass, results))
    }
    reports.push({ strategy: strategy.name, classes })
  }
  const { nodes, seed, topology, sessionMs, droppers, spammers, gang } = world.options
  return {
    nodes,
    seed,
    topology,
    sessionMs: Number.isFinite(sessionMs) ? sessionMs : null,
    droppers,
    spammers,
    gang,
    strategies: reports
  }
}

function queriesFor({ session }: Strategy, { queries, floodQueries }: SimulationOptions): number {
  if (session.strategy !== 'flood') return queries
  return floodQueries ?? Math.min(queries, session.ttl <= FEW_HOPS ? FLOOD_QUERIES : FAR_FLOOD_QUERIES)
}

function resultOf(run: QueryRun): QueryResult {
  const { query, rows, costs, firstHitMs, targetMs, elapsedMs, nodesReached, truncated } = run.run()
  const shown = rows.slice(0, SHOWN_ROWS)
  return {
    succeeded: hasSucceeded(query, run, rows, targetMs),
    messages: costs.messages,
    messageBytes: costs.bytes,
    dials: costs.dials,
    dialBytes: costs.dialBytes,
    firstHitMs,
    targetMs,
    elapsedMs,
    nodesReached,
    shown: shown.length,
    fakesShown: shown.filter(row => !run.exists(row)).length,
    truncated
  }
}

function hasSucceeded(
  query: SimQuery,
  run: QueryRun,
  rows: ReturnType<QueryRun['run']>['rows'],
  targetMs: number | null
): boolean {
  if (query.target === undefined) return rows.length === 0
  return targetMs !== null || rows.filter(row => run.exists(row)).length >= ENOUGH_RESULTS
}
