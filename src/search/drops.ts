/**
 * Why something of a search of this node is not shown, or did not go out. `--explain` tells how often.
 */
import type { SearchDrop } from './actions.ts'

/** Hits that the engine does not hand over: the words are those of its counters. */
export type EngineHitDrop = Extract<SearchDrop, 'unasked-hits' | 'hit-limit' | 'cancelled'>

/** A hit that came and is not shown; with `denied`, one of its providers, which is shown last. */
export type HitDrop =
  | EngineHitDrop
  /** The stage in which it was asked for was over. */
  | 'late'
  | 'not-matching'
  /** It names nobody but this node, which knows better what it has. */
  | 'own'
  /** All that it says is in a row already. */
  | 'repeated'
  /** Its row has as many providers as a row may. */
  | 'row-full'
  /** There were as many rows as were asked for. */
  | 'limit'
  /** Its deliverer was not tried yet, and had told as much as is held of one. */
  | 'per-deliverer'
  /** Its deliverer tells what cannot exist. */
  | 'liar'
  /** The provider says that it does not have it. */
  | 'denied'

/** A copy of the query that this node did not send, or, with `no-report`, of which nobody said what became of it. */
export type CopyDrop = Extract<SearchDrop, 'no-budget' | 'send-rate' | 'send-failed' | 'no-report'>

/** How often each reason occurred; those that did not are left out. */
export type DropCounts<Reason extends string> = Partial<Record<Reason, number>>

/** The same with `by` more. */
export function withDrops<Reason extends string>(
  counts: DropCounts<Reason> = {},
  reason: Reason,
  by: number
): DropCounts<Reason> {
  return { ...counts, [reason]: (counts[reason] ?? 0) + by }
}
