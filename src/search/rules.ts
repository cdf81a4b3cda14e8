/**
 * Small rules about queries that several places need.
 */
import type { BucketRate } from '../base/token-bucket.ts'
import { MAX_QUERY_BUDGET, MAX_QUERY_REACH, QUERY_BUDGET } from '../wire/limits.ts'
import type { Query } from '../wire/search-message.ts'
import { QUERY_RATE, REPORT_HOP_MS, REPORT_SLACK_MS } from './constants.ts'

/** What one flood may cost. The simulator lifts it, to show what a flood costs that only its ttl holds back. */
export interface FloodLimits {
  /** Copies that one node may send of a query. */
  budget: number
  /** The same for a classic flood, and the most that a query may ask for. */
  classicBudget: number
  /** Cost, 1 + budget per query, that a neighbour may cause; undefined: any. */
  rate: BucketRate | undefined
}

export const FLOOD_LIMITS: Readonly<FloodLimits> = {
  budget: QUERY_BUDGET,
  classicBudget: MAX_QUERY_BUDGET,
  rate: QUERY_RATE
}

/** How long the sender of a copy with `ttl` hops left waits for what is behind it. */
export function waitMs(ttl: number): number {
  return REPORT_HOP_MS * ttl + REPORT_SLACK_MS
}

/** Budget that one query may take in all at one node. */
export function maxBudget(query: { ownOnly: boolean }, limits: FloodLimits): number {
  return query.ownOnly ? limits.classicBudget : limits.budget
}

/** The decoder checks this, too; but not every engine sits behind it. */
export function isWellFormed({ ttl, hops, budget }: Query, limits: FloodLimits): boolean {
  return (
    Number.isInteger(ttl) &&
    Number.isInteger(hops) &&
    Number.isInteger(budget) &&
    ttl >= 1 &&
    hops >= 0 &&
    ttl + hops <= MAX_QUERY_REACH &&
    budget >= 0 &&
    budget <= limits.classicBudget
  )
}
