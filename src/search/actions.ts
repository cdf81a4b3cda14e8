/**
 * What the engine is given, what it tells its shell to do, and what it counts.
 */
import type { PeerKey, Random } from '../base/ports.ts'
import type { FloodReport, SearchMessage, WireHit } from '../wire/search-message.ts'
import type { CopyDrop, EngineHitDrop } from './drops.ts'
import type { FloodLimits } from './rules.ts'

export type StrikeReason = 'malformed' | 'flooding'

export type SearchAction<Peer> =
  | { kind: 'send'; to: Peer; message: SearchMessage }
  /** Hits for a query of ours. `bytes`: of the frame they came in. */
  | { kind: 'hits'; id: string; from: Peer; hits: WireHit[]; bytes: number }
  /** Of a query of ours: hits that came and are not handed over, or copies that went nowhere. */
  | { kind: 'hits-dropped'; id: string; reason: EngineHitDrop; count: number }
  | { kind: 'copies-dropped'; id: string; reason: CopyDrop; count: number }
  /** Nothing more will come for a query of ours that asked for a report. */
  | { kind: 'ended'; id: string; report: FloodReport }
  /** The peer broke a rule: the shell counts these and closes the link at the third. */
  | { kind: 'strike'; peer: Peer; reason: StrikeReason }

/** Why something was not carried on. */
export type SearchDrop =
  | 'not-neighbour'
  | 'malformed'
  | 'too-many-words'
  | 'over-rate'
  | 'duplicate'
  | 'carried-enough'
  | 'unknown-query'
  | 'unasked-hits'
  | 'unasked-report'
  | 'unasked-cancel'
  | 'cancelled'
  | 'hit-repeated'
  | 'hit-limit'
  | 'no-way-back'
  | 'no-budget'
  | 'send-rate'
  | 'send-failed'
  | 'rounds-full'
  | 'no-time'
  | 'no-report'

export interface EngineOptions<Peer> {
  /** This node, in traces. Undefined: it does not show in them. */
  self?: PeerKey | undefined
  answer: AnswerQuery<Peer>
  /** Bytes that a message takes on the link, framing included. */
  sizeOf: (message: SearchMessage) => number
  random: Random
  limits?: FloodLimits
}

export interface Ask<Peer> {
  text: string
  /** Hops, 1 to MAX_QUERY_REACH. */
  ttl: number
  /** Copies in all. */
  budget: number
  /** Classic flood: every node answers for its own shares only. */
  ownOnly: boolean
  /** Ask for the costs; `ended` comes when they are in. */
  report: boolean
  /** Have the report name every copy. */
  trace?: boolean | undefined
  /** Id of an earlier query of ours with the same text, to go on with it further. */
  again?: string | undefined
  /** Neighbours that are not asked. */
  exclude?: readonly Peer[]
  /** Neighbours that are asked after the others. */
  last?: readonly Peer[]
}

export interface Asked<Peer> {
  id: string
  actions: SearchAction<Peer>[]
  /** Copies sent by this node, and their bytes. */
  queries: number
  bytes: number
}

/**
 * Answers a query of a neighbour from what this node knows; `ownOnly`: from its own shares. At most `limit` hits.
 * Undefined: there is no time for it.
 */
export type AnswerQuery<Peer> = (
  text: string,
  ownOnly: boolean,
  limit: number,
  from: Peer
) => WireHit[] | undefined
