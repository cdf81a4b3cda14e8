/** What other parts may use of the search. */
export type {
  AnswerQuery,
  Ask,
  Asked,
  SearchAction,
  SearchDrop,
  StrikeReason
} from './actions.ts'
export * from './constants.ts'
export { type EngineOptions, SearchEngine } from './engine.ts'
export type { Finding, Row, RowProvider, Stage } from './results.ts'
export {
  SearchSession,
  type SessionCommand,
  type SessionEvent,
  type SessionOptions,
  type StageCost,
  type Step
} from './session.ts'
