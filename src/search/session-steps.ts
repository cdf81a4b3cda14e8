/**
 * What a search of this node is given, and what it decides: for the person who searches, and for its shell.
 */
import type { PeerKey } from '../base/ports.ts'
import type { Ask } from './actions.ts'
import type { ConfirmAsk } from './confirmations.ts'
import type { Reputation } from './reputation.ts'
import type { Finding, Row } from './results.ts'
import type { StageReport } from './stages.ts'
import type { DecoyAsk } from './vouching.ts'

export interface SessionOptions {
  self: PeerKey
  text: string
  strategy: 'auto' | 'flood' | 'index'
  /** Hops of the flood. */
  ttl: number
  wide: boolean
  limit: number
  timeoutMs: number
  /** Have every node that the flood comes to report itself. */
  trace?: boolean | undefined
  /** What earlier searches found out about deliverers. */
  reputation: Reputation
  /** A cid is looked for: what is fetched shows whether it was true, so that deliverers need not be tried. */
  isByCid?: boolean | undefined
}

export type SessionEvent =
  | ({ type: 'hit' } & Row)
  | ({ type: 'hit-updated' } & Row)
  | { type: 'done'; hits: number; truncated: boolean; stages: StageReport[]; elapsedMs: number }

export type SessionCommand =
  /** `isAgain`: with the id of the ask before. Answer with `onAsked`. */
  | { kind: 'ask'; ask: Omit<Ask<PeerKey>, 'again'>; isAgain: boolean }
  | { kind: 'cancel' }
  /** Look the words up in the index. Answer with `onIndexAsked`, `onIndexHits` and at last `onIndexEnded`. */
  | { kind: 'lookup' }
  /** Ask a provider whether it has the cid now. Answer with `onConfirmed`. */
  | ({ kind: 'confirm' } & ConfirmAsk)
  /** Try a deliverer with a decoy. Answer with `onDecoySent` and `onDecoyAnswered`; of a neighbour only what it tells. */
  | ({ kind: 'decoy' } & DecoyAsk)

export interface Step {
  events: SessionEvent[]
  commands: SessionCommand[]
}

export interface SessionFacts {
  /** Best first; own entries only for the strategy `flood`. */
  findings: readonly Finding[]
  neighbours: number
  /** Of the neighbours; null: not measured. */
  slowestRttMs: number | null
  /** There is a word to look up and somebody to ask, in a network that needs it. */
  hasIndex?: boolean
  /** Providers can be asked whether they have what they are said to have. */
  canConfirm?: boolean
}
