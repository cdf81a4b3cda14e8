/**
 * Messages of `/p2pnode/aggregate/1.0.0`: questions to the whole network, and what comes back.
 */
import { createHash } from 'node:crypto'
import {
  compareDecimals,
  type Decimal,
  DecimalError,
  formatDecimal,
  MAX_VALUE_DIGITS,
  multiplyDecimal,
  parseDecimal,
  ZERO
} from '../base/decimal.ts'
import type { PeerKey } from '../base/ports.ts'
import { WireError } from './errors.ts'
import {
  type Bytes,
  bytesToHex,
  checkCount,
  exactly,
  MAX_UINT32,
  queryIdFromBytes,
  queryIdToBytes,
  some,
  textFromBytes,
  textToBytes,
  whole,
  wordFromNumber,
  wordToNumber
} from './fields.ts'
import { type FrameRules, parseFrame, writeFrame } from './frame.ts'
import * as pb from './generated/aggregate.js'
import { peerFromBytes, peerToBytes } from './ids.ts'
import {
  MAX_CONTROL_FRAME_BYTES,
  MAX_COUNTED_NODES,
  MAX_COUNTED_VALUES,
  MAX_FAILED_LINKS,
  MAX_NODE_VALUES,
  MAX_QUESTION_HOPS,
  MAX_QUESTION_MS,
  MAX_QUESTION_NAMES,
  MAX_SIGNED_NODES,
  MAX_STATEMENT_BYTES,
  MAX_SUM_DIGITS,
  MAX_VALUE_NAME_BYTES,
  QUERY_ID_BYTES,
  SIGNATURE_BYTES
} from './limits.ts'

/** What is known of the values under one name: of one node, or of many. */
export interface Figure {
  /** How many. */
  values: number
  sum: Decimal
  /** Null when there are no values. */
  min: Decimal | null
  max: Decimal | null
}

export interface Question {
  /** First 16 bytes of sha2-256 over nonce and names, hex. Computed by the receiver, not on the wire. */
  id: string
  /** 16 random bytes of the asker. */
  nonce: Uint8Array
  /** 1 to MAX_QUESTION_NAMES. Figures of the answers are in this order. */
  names: string[]
  /** Links made before this one, 0 from the asker. */
  hops: number
  /** For the receiver's answer to leave, from the moment the question comes, ms. */
  timeLeftMs: number
}

/** What one node holds under the names of a question, signed for that question. */
export interface Contribution {
  peer: PeerKey
  /** As `encodeStatement` wrote it. */
  statement: Uint8Array
  signature: Uint8Array
}

/** What several nodes hold together, on the word of the one that says so. */
export interface Subtotal {
  nodes: number
  /** One for each name. */
  figures: Figure[]
}

/**
 * Why the nodes behind a link may be missing. At its far end: `silent` did not answer in time, `gone` broke off,
 * `declined` had too much to do, `bad` sent what cannot be. At its near end, which did not ask: `unsent` over the rate,
 * `too-far` after too many hops, `no-time` was left.
 */
export type LinkFailure = (typeof FAILURES)[number]

export interface FailedLink {
  from: PeerKey
  to: PeerKey
  reason: LinkFailure
}

export interface Answer {
  id: string
  contributions: Contribution[]
  subtotal: Subtotal | null
  failed: FailedLink[]
  /** Failed links that are not named. */
  moreFailed: number
}

export type AggregateMessage =
  | ({ type: 'question' } & Question)
  | ({ type: 'answer' } & Answer)
  /** Nothing comes from there. `counted`: it is in the count already, by another way. */
  | { type: 'declined'; id: string; reason: 'counted' | 'over-rate' | 'busy' }

const RULES: FrameRules<pb.AggregateMessage> = {
  field: 'frame',
  maxBytes: MAX_CONTROL_FRAME_BYTES,
  lists: {
    question: { names: MAX_QUESTION_NAMES },
    answer: {
      contributions: MAX_SIGNED_NODES,
      failed: MAX_FAILED_LINKS,
      subtotal: { figures: MAX_QUESTION_NAMES }
    }
  }
}
const STATEMENT_RULES: FrameRules<pb.Statement> = {
  field: 'statement',
  maxBytes: MAX_STATEMENT_BYTES,
  lists: { figures: MAX_QUESTION_NAMES }
}

/** Numbers on the wire: place in the list, from 1. */
const FAILURES = ['silent', 'gone', 'declined', 'bad', 'unsent', 'too-far', 'no-time'] as const
const REASONS = ['counted', 'over-rate', 'busy'] as const

/** What is signed begins with it, so that no other signature of the same key passes for one of a statement. */
const SIGNED_PREFIX = new TextEncoder().encode('/p2pnode/aggregate/1.0.0\n')

/** Id of a question: it cannot be given to other names. */
export function questionId(nonce: Uint8Array, names: readonly string[]): string {
  const hash = createHash('sha256').update(nonce)
  for (const name of names) {
    const bytes = nameToBytes(name)
    hash.update(Uint8Array.of(bytes.length)).update(bytes)
  }
  return bytesToHex(hash.digest().subarray(0, QUERY_ID_BYTES))
}

/** The bytes over which a node signs its statement. */
export function bytesToSign(id: string, statement: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(SIGNED_PREFIX.length + QUERY_ID_BYTES + statement.length)
  bytes.set(SIGNED_PREFIX)
  bytes.set(queryIdToBytes(id), SIGNED_PREFIX.length)
  bytes.set(statement, SIGNED_PREFIX.length + QUERY_ID_BYTES)
  return bytes
}

export function encodeStatement(figures: readonly Figure[]): Uint8Array {
  checkCount(figures, 'figures', MAX_QUESTION_NAMES)
  const wire = { figures: figures.map(figure => figureToWire(figure, MAX_NODE_VALUES)) }
  return writeFrame(pb.Statement, wire, STATEMENT_RULES)
}

/** Whether there is a figure for each name is for the caller to check. */
export function decodeStatement(bytes: Uint8Array): Figure[] {
  const { figures } = parseFrame(pb.Statement, bytes, STATEMENT_RULES)
  return figures.map(figure => figureFromWire(figure, MAX_NODE_VALUES))
}

/** @throws WireError `too-long` with the field `frame` for more contributions than fit; `answerBytes` tells before */
export function encodeAggregateMessage(message: AggregateMessage): Uint8Array {
  return writeFrame(pb.AggregateMessage, toWire(message), RULES)
}

export function decodeAggregateMessage(bytes: Uint8Array): AggregateMessage {
  const wire = parseFrame(pb.AggregateMessage, bytes, RULES)
  if (wire.question != null) return { type: 'question', ...questionFromWire(wire.question) }
  if (wire.answer != null) return { type: 'answer', ...answerFromWire(wire.answer) }
  if (wire.declined != null) {
    const reason = wordFromNumber(REASONS, wire.declined.reason, 'reason')
    return { type: 'declined', id: queryIdFromBytes(wire.declined.id), reason }
  }
  throw new WireError({ code: 'unknown-message', field: 'frame' })
}

/** Bytes that a contribution takes in an answer, at most: the text of a PeerId is longer than its bytes. */
export function contributionBytes({ peer, statement }: Contribution): number {
  return peer.length + statement.length + SIGNATURE_BYTES + 16
}

/** Bytes that the rest of an answer takes, at most. */
export function answerBytes({ subtotal, failed }: Pick<Answer, 'subtotal' | 'failed'>): number {
  const links = failed.reduce((sum, { from, to }) => sum + from.length + to.length + 12, 0)
  const figures = subtotal?.figures.reduce((sum, figure) => sum + figureBytes(figure), 0) ?? 0
  return 64 + links + figures
}

function figureBytes({ sum, min, max }: Figure): number {
  const digits = (decimal: Decimal | null): number => (decimal === null ? 0 : formatDecimal(decimal).length)
  return 32 + digits(sum) + digits(min) + digits(max)
}

function toWire(message: AggregateMessage): Partial<pb.AggregateMessage> {
  switch (message.type) {
    case 'question':
      return { question: questionToWire(message) }
    case 'answer':
      return { answer: answerToWire(message) }
    case 'declined': {
      const reason = wordToNumber(REASONS, message.reason, 'reason')
      return { declined: { id: queryIdToBytes(message.id), reason } }
    }
  }
}

function questionToWire(question: Question): pb.Question {
  checkQuestion(question)
  return {
    nonce: exactly(question.nonce, 'nonce', QUERY_ID_BYTES),
    names: question.names.map(nameToBytes),
    hops: question.hops,
    timeLeftMs: question.timeLeftMs
  }
}

function questionFromWire(wire: pb.Question): Question {
  const { hops, timeLeftMs } = wire
  const nonce = exactly(wire.nonce, 'nonce', QUERY_ID_BYTES)
  const names = wire.names.map(nameFromBytes)
  checkQuestion({ names, hops, timeLeftMs })
  return { id: questionId(nonce, names), nonce, names, hops, timeLeftMs }
}

function checkQuestion({ names, hops, timeLeftMs }: Omit<Question, 'id' | 'nonce'>): void {
  checkCount(names, 'names', MAX_QUESTION_NAMES)
  if (names.length === 0) throw new WireError({ code: 'out-of-range', field: 'names', limit: 1 })
  if (new Set(names).size < names.length) throw new WireError({ code: 'malformed', field: 'names' })
  whole(hops, 'hops', 0, MAX_QUESTION_HOPS - 1)
  whole(timeLeftMs, 'timeLeftMs', 1, MAX_QUESTION_MS)
}

function nameToBytes(name: string): Bytes {
  checkName(name)
  return textToBytes(name, 'names', MAX_VALUE_NAME_BYTES)
}

function nameFromBytes(bytes: Uint8Array): string {
  const name = textFromBytes(bytes, 'names', MAX_VALUE_NAME_BYTES)
  checkName(name)
  return name
}

function checkName(name: string): void {
  if (name === '') throw new WireError({ code: 'malformed', field: 'names' })
}

function answerToWire(answer: Answer): pb.Answer {
  checkAnswer(answer)
  return {
    id: queryIdToBytes(answer.id),
    contributions: answer.contributions.map(({ peer, statement, signature }) => ({
      peer: peerToBytes(peer),
      statement: some(statement, 'statement', MAX_STATEMENT_BYTES),
      signature: exactly(signature, 'signature', SIGNATURE_BYTES)
    })),
    ...(answer.subtotal === null ? {} : { subtotal: subtotalToWire(answer.subtotal) }),
    failed: answer.failed.map(({ from, to, reason }) => ({
      from: peerToBytes(from),
      to: peerToBytes(to),
      reason: wordToNumber(FAILURES, reason, 'reason')
    })),
    moreFailed: answer.moreFailed
  }
}

function answerFromWire(wire: pb.Answer): Answer {
  const answer: Answer = {
    id: queryIdFromBytes(wire.id),
    contributions: wire.contributions.map(({ peer, statement, signature }) => ({
      peer: peerFromBytes(peer),
      statement: some(statement, 'statement', MAX_STATEMENT_BYTES),
      signature: exactly(signature, 'signature', SIGNATURE_BYTES)
    })),
    subtotal: wire.subtotal == null ? null : subtotalFromWire(wire.subtotal),
    failed: wire.failed.map(({ from, to, reason }) => ({
      from: peerFromBytes(from),
      to: peerFromBytes(to),
      reason: wordFromNumber(FAILURES, reason, 'reason')
    })),
    moreFailed: wire.moreFailed
  }
  checkAnswer(answer)
  return answer
}

function checkAnswer({ contributions, subtotal, failed, moreFailed }: Answer): void {
  checkCount(contributions, 'contributions', MAX_SIGNED_NODES)
  checkCount(failed, 'failed', MAX_FAILED_LINKS)
  whole(moreFailed, 'moreFailed', 0, MAX_UINT32)
  // Who answers counts itself.
  if (contributions.length === 0 && subtotal === null) {
    throw new WireError({ code: 'out-of-range', field: 'contributions', limit: 1 })
  }
  const peers = new Set(contributions.map(({ peer }) => peer))
  if (peers.size < contributions.length) throw new WireError({ code: 'malformed', field: 'contributions' })
}

function subtotalToWire({ nodes, figures }: Subtotal): pb.Subtotal {
  checkSubtotal({ nodes, figures })
  return { nodes, figures: figures.map(figure => figureToWire(figure, nodes * MAX_NODE_VALUES)) }
}

function subtotalFromWire(wire: pb.Subtotal): Subtotal {
  const { nodes } = wire
  checkSubtotal(wire)
  return { nodes, figures: wire.figures.map(figure => figureFromWire(figure, nodes * MAX_NODE_VALUES)) }
}

function checkSubtotal({ nodes, figures }: { nodes: number; figures: readonly unknown[] }): void {
  whole(nodes, 'nodes', 1, MAX_COUNTED_NODES)
  checkCount(figures, 'figures', MAX_QUESTION_NAMES)
}

function figureToWire(figure: Figure, maxValues: number): pb.Figure {
  checkFigure(figure, maxValues)
  const { values, sum, min, max } = figure
  const text = (decimal: Decimal | null): Bytes =>
    textToBytes(decimal === null || values === 0 ? '' : formatDecimal(decimal), 'figures', MAX_SUM_DIGITS + 2)
  return { values, sum: text(sum), min: text(min), max: text(max) }
}

function figureFromWire(wire: pb.Figure, maxValues: number): Figure {
  const { values } = wire
  if (values === 0) {
    if (wire.sum.length + wire.min.length + wire.max.length > 0) throw badFigure()
    return { values: 0, sum: ZERO, min: null, max: null }
  }
  const figure = {
    values,
    sum: decimalFromBytes(wire.sum, MAX_SUM_DIGITS),
    min: decimalFromBytes(wire.min, MAX_VALUE_DIGITS),
    max: decimalFromBytes(wire.max, MAX_VALUE_DIGITS)
  }
  checkFigure(figure, maxValues)
  return figure
}

/** Whether there can be values with such a sum, minimum and maximum. */
function checkFigure({ values, sum, min, max }: Figure, maxValues: number): void {
  whole(values, 'values', 0, Math.min(maxValues, MAX_COUNTED_VALUES))
  if (values === 0) {
    if (sum.unscaled !== 0n || min !== null || max !== null) throw badFigure()
    return
  }
  if (min === null || max === null || compareDecimals(min, max) > 0) throw badFigure()
  const isLow = compareDecimals(sum, multiplyDecimal(min, values)) < 0
  const isHigh = compareDecimals(sum, multiplyDecimal(max, values)) > 0
  if (isLow || isHigh) throw badFigure()
}

/** One number, one text: what is not in its shortest form is refused. */
function decimalFromBytes(bytes: Uint8Array, maxDigits: number): Decimal {
  const text = textFromBytes(bytes, 'figures', maxDigits + 3)
  try {
    const decimal = parseDecimal(text, maxDigits)
    if (formatDecimal(decimal) === text) return decimal
  } catch (cause) {
    if (!(cause instanceof DecimalError)) throw cause
    if (cause.fault.code === 'too-long') {
      throw new WireError({ code: 'too-long', field: 'figures', limit: cause.fault.limit }, { cause })
    }
  }
  throw badFigure()
}

function badFigure(): WireError {
  return new WireError({ code: 'malformed', field: 'figures' })
}
