/**
 * What the engine needs to know, what it tells its shell to do, and what it counts.
 */
import type { PeerKey, Random } from '../base/ports.ts'
import type { AggregateMessage, Contribution, FailedLink, Figure } from '../wire/aggregate-message.ts'

/** @typeParam Peer - PeerKey in the daemon, a number where many engines run in one test */
export interface EchoFacts<Peer> {
  self: PeerKey
  /** What a neighbour is called in messages. */
  keyOf(peer: Peer): PeerKey
  /** Round trip of the link; null when it was not measured yet. */
  rttMs(peer: Peer): number | null
  /** What this node holds under each of `names`, now. */
  figures(names: readonly string[]): Figure[]
  /** This node's signature, of SIGNATURE_BYTES. */
  sign(bytes: Uint8Array): Uint8Array
  random: Random
}

export interface Ask {
  /** 1 to MAX_QUESTION_NAMES, each once. */
  names: readonly string[]
  /** Up to MAX_QUESTION_MS. */
  timeMs: number
}

/** What one node said it holds. */
export interface NodeFigures {
  peer: PeerKey
  /** One for each name of the question. */
  figures: Figure[]
}

/** The answer to a question of ours. */
export interface Outcome {
  /** One for each name of the question, over all nodes. */
  figures: Figure[]
  /** Nodes counted, this one included. */
  nodes: number
  /** Those of them that others have added up: their word is all there is. */
  trusted: number
  /** The other ones, this node first: each signed what it holds. */
  contributions: NodeFigures[]
  /** Links behind which nodes may be missing. None: the answer is complete. */
  failed: FailedLink[]
  /** Such links that are not named. */
  moreFailed: number
}

export type StrikeReason = 'bad-answer' | 'bad-signature' | 'flooding'

export type EchoAction<Peer> =
  | { kind: 'send'; to: Peer; message: AggregateMessage }
  /**
   * Signatures to be checked, each over `bytesToSign(id, statement)`. The shell calls `onChecked` with the same `id` and
   * `from`, later.
   */
  | { kind: 'check'; id: string; from: Peer; contributions: readonly Contribution[] }
  | { kind: 'answered'; id: string; outcome: Outcome }
  /** The peer broke a rule: the shell counts these and closes the link at the third. */
  | { kind: 'strike'; peer: Peer; reason: StrikeReason }

/** Why something was not carried on. */
export type AggregateDrop =
  | 'not-neighbour'
  | 'over-rate'
  | 'busy'
  | 'repeated'
  | 'counted-twice'
  | 'unknown-question'
  | 'unasked-answer'
  | 'late-answer'
  | 'bad-answer'
  | 'bad-signature'
  | 'too-many'
  | 'parent-gone'
  | 'send-failed'
