/**
 * Small rules about queries that several places need.
 */
import { MAX_QUERY_BUDGET, MAX_QUERY_REACH, QUERY_BUDGET } from '../wire/limits.ts'
import type { Query } from '../wire/search-message.ts'
import { REPORT_HOP_MS, REPORT_SLACK_MS } from './constants.ts'

/** How long the sender of a copy with `ttl` hops left waits for what is behind it. */
export function waitMs(ttl: number): number {
  return REPORT_HOP_MS * ttl + REPORT_SLACK_MS
}

/** Budget that one query may take in all at one node. */
export function maxBudget(query: { ownOnly: boolean }): number {
  return query.ownOnly ? MAX_QUERY_BUDGET : QUERY_BUDGET
}

/** The decoder checks this, too; but not every engine sits behind it. */
export function isWellFormed({ ttl, hops, budget }: Query): boolean {
  return (
    Number.isInteger(ttl) &&
    Number.isInteger(hops) &&
    Number.isInteger(budget) &&
    ttl >= 1 &&
    hops >= 0 &&
    ttl + hops <= MAX_QUERY_REACH &&
    budget >= 0 &&
    budget <= MAX_QUERY_BUDGET
  )
}
