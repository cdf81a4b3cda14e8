/**
 * Messages of `/p2pnode/search/1.0.0`: one long-lived stream per neighbour.
 */
import { createHash } from 'node:crypto'
import type { PeerKey } from '../base/ports.ts'
import { type Entry, entryFromWire, entryToWire } from './entry.ts'
import { WireError } from './errors.ts'
import {
  addressesFromBytes,
  addressesToBytes,
  bytesToHex,
  checkCount,
  count,
  exactly,
  nicknameFromBytes,
  nicknameToBytes,
  queryIdFromBytes,
  queryIdToBytes,
  textFromBytes,
  textToBytes,
  whole,
  wordFromNumber,
  wordToNumber
} from './fields.ts'
import { type FrameRules, parseFrame, writeFrame } from './frame.ts'
import * as pb from './generated/search.js'
import { peerFromBytes, peerToBytes } from './ids.ts'
import {
  MAX_CONTROL_FRAME_BYTES,
  MAX_HIT_PROVIDERS,
  MAX_HITS_PER_FRAME,
  MAX_QUERY_BUDGET,
  MAX_QUERY_HITS,
  MAX_QUERY_REACH,
  MAX_QUERY_TEXT_BYTES,
  MAX_REFERRALS,
  MAX_REPORT_COUNT,
  MAX_VISITS,
  QUERY_ID_BYTES
} from './limits.ts'

export interface HitProvider {
  peer: PeerKey
  nickname: string
  /** Where the answering node knows it from: `own` is itself, `known` its catalogue of others. */
  how: 'own' | 'known'
}

export interface WireHit {
  entry: Entry
  providers: HitProvider[]
}

export interface Query {
  /** First 16 bytes of sha2-256(nonce, text), hex. Computed by the receiver, not on the wire. */
  id: string
  /** 16 random bytes of the asker. */
  nonce: Uint8Array
  /** Words and filters as the user wrote them: DESIGN of the grammar in catalog/query-text.ts. */
  text: string
  /** Hops left. 1: answer, do not forward. */
  ttl: number
  /** Hops made; `ttl + hops` is at most MAX_QUERY_REACH. */
  hops: number
  /** Copies that the receiver and those behind it may still send. */
  budget: number
  /** Classic flood: every node answers for its own shares only. */
  ownOnly: boolean
  /** The sender wants a `report` when nothing more will come. */
  report: boolean
  /** The report is to name every copy; only with `report`. */
  trace?: boolean | undefined
}

/** A copy of a query that came to a node, as that node says. */
export interface Visit {
  peer: PeerKey
  /** Who sent it. */
  from: PeerKey
  /** Links from the asker, from 1. */
  hops: number
  /** Hits that the node answered with. */
  hits: number
  /** It had the query already. */
  again: boolean
}

/** What a part of a flood cost, and whether it went everywhere. Counts are of the whole subtree, MAX_REPORT_COUNT or more as that. */
export interface FloodReport {
  /** Nodes that answered for themselves, with or without hits. */
  nodes: number
  /** Copies of the query that were sent. */
  queries: number
  /** Hits and report messages that were sent. */
  answers: number
  /** Bytes of all these messages, frames included. */
  bytes: number
  /** Copies that came to a node that had the query already. */
  duplicates: number
  /** A copy was not sent for want of budget or rate. */
  truncated: boolean
  /** With `trace`: the copies behind the sender and its own, at most MAX_VISITS. */
  visits?: Visit[] | undefined
}

export type SearchMessage =
  /** First message in both directions. */
  | { type: 'hello'; nickname: string }
  /** Answer to `hello`. From here on both are neighbours. */
  | { type: 'welcome'; nickname: string }
  /** Answer to `hello`: no room. `addresses`: up to 3 others to try, multiaddrs with PeerId. */
  | { type: 'refused'; reason: 'full' | 'blocked' | 'unwilling'; addresses: string[] }
  | ({ type: 'query' } & Query)
  | { type: 'hits'; id: string; hits: WireHit[] }
  | ({ type: 'report'; id: string } & FloodReport)
  /** The asker has enough; goes where the query went. */
  | { type: 'cancel'; id: string }
  /** Measures the link. `pong` repeats the number. */
  | { type: 'ping'; nonce: number }
  | { type: 'pong'; nonce: number }

const RULES: FrameRules<pb.SearchMessage> = {
  field: 'frame',
  maxBytes: MAX_CONTROL_FRAME_BYTES,
  lists: {
    refused: { addresses: MAX_REFERRALS },
    hits: { hits: MAX_HITS_PER_FRAME, hits$: { providers: MAX_HIT_PROVIDERS } },
    report: { visits: MAX_VISITS }
  }
}

/** Numbers on the wire: place in the list, from 1. */
const REFUSALS = ['full', 'blocked', 'unwilling'] as const
const HOWS = ['own', 'known'] as const

/** Id of a query: it cannot be given to other words. `text` as on the wire. */
export function queryId(nonce: Uint8Array, text: string): string {
  const digest = createHash('sha256').update(nonce).update(text, 'utf8').digest()
  return bytesToHex(digest.subarray(0, QUERY_ID_BYTES))
}

/**
 * @throws WireError `too-long` with the field `frame` for hits whose paths are long: 50 of 4 KiB do not fit into a
 * frame. `packHits` knows how many do
 */
export function encodeSearchMessage(message: SearchMessage): Uint8Array {
  return writeFrame(pb.SearchMessage, toWire(message), RULES)
}

export function decodeSearchMessage(bytes: Uint8Array): SearchMessage {
  const wire = parseFrame(pb.SearchMessage, bytes, RULES)
  if (wire.hello != null) return { type: 'hello', nickname: nicknameFromBytes(wire.hello.nickname) }
  if (wire.welcome != null) return { type: 'welcome', nickname: nicknameFromBytes(wire.welcome.nickname) }
  if (wire.refused != null) {
    const reason = wordFromNumber(REFUSALS, wire.refused.reason, 'reason')
    return { type: 'refused', reason, addresses: addressesFromBytes(wire.refused.addresses) }
  }
  if (wire.query != null) return { type: 'query', ...queryFromWire(wire.query) }
  if (wire.hits != null) {
    return { type: 'hits', id: queryIdFromBytes(wire.hits.id), hits: wire.hits.hits.map(hitFromWire) }
  }
  if (wire.report != null) return { type: 'report', ...reportFromWire(wire.report) }
  if (wire.cancel != null) return { type: 'cancel', id: queryIdFromBytes(wire.cancel.id) }
  if (wire.ping != null) return { type: 'ping', nonce: count(wire.ping.nonce, 'nonce') }
  if (wire.pong != null) return { type: 'pong', nonce: count(wire.pong.nonce, 'nonce') }
  throw new WireError({ code: 'unknown-message', field: 'frame' })
}

/** Hits in as few messages as the limits of a frame allow, in the order given. */
export function packHits(
  id: string,
  hits: readonly WireHit[]
): Array<Extract<SearchMessage, { type: 'hits' }>> {
  const messages: Array<Extract<SearchMessage, { type: 'hits' }>> = []
  let room = 0
  for (const hit of hits) {
    const bytes = hitBytes(hit)
    let last = messages.at(-1)
    if (last === undefined || last.hits.length === MAX_HITS_PER_FRAME || bytes > room) {
      last = { type: 'hits', id, hits: [] }
      messages.push(last)
      room = MAX_CONTROL_FRAME_BYTES - HITS_OVERHEAD_BYTES
    }
    last.hits.push(hit)
    room -= bytes
  }
  return messages
}

/** Tag, length and query id around the hits of a frame, with some to spare. */
const HITS_OVERHEAD_BYTES = 64

/** Bytes of a hit in a frame: itself, its tag and its length. */
function hitBytes(hit: WireHit): number {
  return pb.Hit.encode(hitToWire(hit)).length + 4
}

function toWire(message: SearchMessage): Partial<pb.SearchMessage> {
  switch (message.type) {
    case 'hello':
      return { hello: { nickname: nicknameToBytes(message.nickname) } }
    case 'welcome':
      return { welcome: { nickname: nicknameToBytes(message.nickname) } }
    case 'refused': {
      const reason = wordToNumber(REFUSALS, message.reason, 'reason')
      return { refused: { reason, addresses: addressesToBytes(message.addresses, MAX_REFERRALS) } }
    }
    case 'query':
      return { query: queryToWire(message) }
    case 'hits':
      checkCount(message.hits, 'hits', MAX_HITS_PER_FRAME)
      return { hits: { id: queryIdToBytes(message.id), hits: message.hits.map(hitToWire) } }
    case 'report':
      return { report: reportToWire(message) }
    case 'cancel':
      return { cancel: { id: queryIdToBytes(message.id) } }
    case 'ping':
      return { ping: { nonce: count(message.nonce, 'nonce') } }
    case 'pong':
      return { pong: { nonce: count(message.nonce, 'nonce') } }
  }
}

function queryToWire(query: Query): pb.Query {
  const nonce = exactly(query.nonce, 'nonce', QUERY_ID_BYTES)
  const text = textToBytes(query.text, 'text', MAX_QUERY_TEXT_BYTES)
  checkQuery(query)
  const { ttl, hops, budget, ownOnly, report, trace = false } = query
  return { nonce, text, ttl, hops, budget, ownOnly, report, trace }
}

function queryFromWire(wire: pb.Query): Query {
  const { ttl, hops, budget, ownOnly, report, trace } = wire
  const nonce = exactly(wire.nonce, 'nonce', QUERY_ID_BYTES)
  const text = textFromBytes(wire.text, 'text', MAX_QUERY_TEXT_BYTES)
  checkQuery({ text, ttl, hops, budget })
  const query = { id: queryId(nonce, text), nonce, text, ttl, hops, budget, ownOnly, report }
  return trace ? { ...query, trace } : query
}

function checkQuery({ text, ttl, hops, budget }: Pick<Query, 'text' | 'ttl' | 'hops' | 'budget'>): void {
  if (text === '') throw new WireError({ code: 'out-of-range', field: 'text', limit: 1 })
  whole(ttl, 'ttl', 1, MAX_QUERY_REACH)
  whole(hops, 'hops', 0, MAX_QUERY_REACH - ttl)
  whole(budget, 'budget', 0, MAX_QUERY_BUDGET)
}

function hitToWire({ entry, providers }: WireHit): pb.Hit {
  checkProviders(providers)
  return {
    entry: entryToWire(entry),
    providers: providers.map(({ peer, nickname, how }) => ({
      peer: peerToBytes(peer),
      nickname: nicknameToBytes(nickname),
      how: wordToNumber(HOWS, how, 'how')
    }))
  }
}

function hitFromWire({ entry, providers }: pb.Hit): WireHit {
  checkProviders(providers)
  return {
    entry: entryFromWire(entry),
    providers: providers.map(({ peer, nickname, how }) => ({
      peer: peerFromBytes(peer),
      nickname: nicknameFromBytes(nickname),
      how: wordFromNumber(HOWS, how, 'how')
    }))
  }
}

function checkProviders(providers: readonly unknown[]): void {
  checkCount(providers, 'providers', MAX_HIT_PROVIDERS)
  if (providers.length === 0) throw new WireError({ code: 'out-of-range', field: 'providers', limit: 1 })
}

function reportToWire(report: FloodReport & { id: string }): pb.Report {
  // A sum over liars must not keep us from telling it.
  const told = (value: number, field: string): number => Math.min(count(value, field), MAX_REPORT_COUNT)
  return {
    id: queryIdToBytes(report.id),
    nodes: told(report.nodes, 'nodes'),
    queries: told(report.queries, 'queries'),
    answers: told(report.answers, 'answers'),
    bytes: told(report.bytes, 'bytes'),
    duplicates: told(report.duplicates, 'duplicates'),
    truncated: report.truncated,
    visits: (report.visits ?? []).slice(0, MAX_VISITS).map(visitToWire)
  }
}

function reportFromWire(wire: pb.Report): FloodReport & { id: string } {
  const { nodes, queries, answers, bytes, duplicates, truncated } = wire
  const report = { id: queryIdFromBytes(wire.id), nodes, queries, answers, bytes, duplicates, truncated }
  return wire.visits.length === 0 ? report : { ...report, visits: wire.visits.map(visitFromWire) }
}

function visitToWire({ peer, from, hops, hits, again }: Visit): pb.Visit {
  checkVisit({ hops, hits })
  return { peer: peerToBytes(peer), from: peerToBytes(from, 'from'), hops, hits, again }
}

function visitFromWire({ peer, from, hops, hits, again }: pb.Visit): Visit {
  checkVisit({ hops, hits })
  return { peer: peerFromBytes(peer), from: peerFromBytes(from, 'from'), hops, hits, again }
}

function checkVisit({ hops, hits }: Pick<Visit, 'hops' | 'hits'>): void {
  whole(hops, 'hops', 1, MAX_QUERY_REACH)
  whole(hits, 'hits', 0, MAX_QUERY_HITS)
}
