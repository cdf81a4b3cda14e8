/** What other parts may use of the search. */
export type {
  AnswerQuery,
  Ask,
  Asked,
  EngineOptions,
  SearchAction,
  SearchDrop,
  StrikeReason
} from './actions.ts'
export type { ConfirmAsk } from './confirmations.ts'
export * from './constants.ts'
export { type DecoySource, decoyText } from './decoy-text.ts'
export type { CopyDrop, DropCounts, EngineHitDrop, HitDrop } from './drops.ts'
export { SearchEngine } from './engine.ts'
export { type Findings, type FindingsContext, findingsOf, indexFindingsOf } from './findings.ts'
export { type LookupOptions, SearchLookup } from './lookup.ts'
export { Reputation, type Verdict } from './reputation.ts'
export type { Finding, Row, RowProvider, Stage } from './results.ts'
export { FLOOD_LIMITS, type FloodLimits } from './rules.ts'
export { SearchSession } from './session.ts'
export type { SessionCommand, SessionEvent, SessionFacts, SessionOptions, Step } from './session-steps.ts'
export type { StageReport } from './stages.ts'
export type { DecoyAsk } from './vouching.ts'
