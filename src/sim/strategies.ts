/**
 * The ways of searching that are compared.
 */
import type { FloodLimits, SessionOptions } from '../search/index.ts'
import { MAX_QUERY_REACH } from '../wire/limits.ts'

/** How a virtual node searches. */
export interface Strategy {
  name: string
  session: Pick<SessionOptions, 'strategy' | 'ttl'>
  /** Of the engines; without it the node's own. */
  limits?: FloodLimits
}

/** A budget that no flood uses up, and that still divides into whole numbers. */
const NO_BOUND = 1e15

/** What holds a flood back is its ttl alone. */
export const UNBOUNDED: FloodLimits = { budget: NO_BOUND, classicBudget: NO_BOUND, rate: undefined }

export const AUTO: Strategy = { name: 'auto', session: { strategy: 'auto', ttl: MAX_QUERY_REACH } }

export const INDEX_ONLY: Strategy = { name: 'index', session: { strategy: 'index', ttl: MAX_QUERY_REACH } }

export function floodStrategy(ttl: number): Strategy {
  return { name: `flood-${ttl}`, session: { strategy: 'flood', ttl }, limits: UNBOUNDED }
}

export const ALL_STRATEGIES: readonly Strategy[] = [
  AUTO,
  INDEX_ONLY,
  floodStrategy(4),
  floodStrategy(MAX_QUERY_REACH)
]

/** `auto`, `index`, `flood-4` and so on; undefined for another word. */
export function strategyOf(name: string): Strategy | undefined {
  if (name === 'auto') return AUTO
  if (name === 'index') return INDEX_ONLY
  const ttl = Number(/^flood-([1-9])$/.exec(name)?.[1])
  return ttl >= 1 && ttl <= MAX_QUERY_REACH ? floodStrategy(ttl) : undefined
}
