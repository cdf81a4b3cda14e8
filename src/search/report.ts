/**
 * Adding up what the parts of a flood cost.
 */
import { MAX_CONTROL_FRAME_BYTES, MAX_QUERY_HIT_BYTES, MAX_QUERY_HITS, MAX_VISITS } from '../wire/limits.ts'
import type { FloodReport, SearchMessage } from '../wire/search-message.ts'

/** Frames and bytes that one query brings over one link at most: the query, its hits, a report. */
const MAX_LINK_ANSWERS = MAX_QUERY_HITS + 1
const MAX_LINK_BYTES = MAX_QUERY_HIT_BYTES + 2 * MAX_CONTROL_FRAME_BYTES

export type ReportMessage = Extract<SearchMessage, { type: 'report' }>

export function emptyReport(): FloodReport {
  return { nodes: 0, queries: 0, answers: 0, bytes: 0, duplicates: 0, truncated: false }
}

export function addReport(total: FloodReport, part: FloodReport): void {
  total.nodes += part.nodes
  total.queries += part.queries
  total.answers += part.answers
  total.bytes += part.bytes
  total.duplicates += part.duplicates
  total.truncated ||= part.truncated
  if (part.visits === undefined) return
  total.visits ??= []
  total.visits.push(...part.visits.slice(0, MAX_VISITS - total.visits.length))
}

/**
 * What can be true of a report from a peer that was given `budget`: it and those behind it sent at most that many
 * copies, so no more than one node each, and itself, can have answered, each over one link.
 */
export function believable(report: FloodReport, budget: number): FloodReport {
  return {
    nodes: Math.min(report.nodes, budget + 1),
    queries: Math.min(report.queries, budget),
    answers: Math.min(report.answers, (budget + 1) * MAX_LINK_ANSWERS),
    bytes: Math.min(report.bytes, (budget + 1) * MAX_LINK_BYTES),
    duplicates: Math.min(report.duplicates, budget + 1),
    truncated: report.truncated,
    visits: report.visits?.slice(0, budget + 1)
  }
}

/** The message for the parent. It counts itself, its bytes included. */
export function sealReport(
  id: string,
  { nodes, queries, answers, bytes, duplicates, truncated, visits }: FloodReport,
  sizeOf: (message: SearchMessage) => number
): ReportMessage {
  const message: ReportMessage = {
    type: 'report',
    id,
    nodes,
    queries,
    answers: answers + 1,
    bytes,
    duplicates,
    truncated,
    ...(visits === undefined ? {} : { visits })
  }
  // The number of bytes takes bytes itself; the second round is right unless its own length just grew.
  for (let i = 0; i < 3; i++) {
    const counted = bytes + sizeOf(message)
    if (counted === message.bytes) break
    message.bytes = counted
  }
  return message
}
