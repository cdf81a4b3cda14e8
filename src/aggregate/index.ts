/** What other parts may use of questions to the whole network. */
export type {
  AggregateDrop,
  Ask,
  EchoAction,
  EchoFacts,
  NodeFigures,
  Outcome,
  StrikeReason
} from './actions.ts'
export * from './constants.ts'
export { EchoEngine } from './engine.ts'
export { addFigures, figureOf, NO_VALUES } from './figure.ts'
export { OPERATIONS, type Operation, resultOf } from './operations.ts'
