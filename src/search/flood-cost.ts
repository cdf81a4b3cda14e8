/**
 * What a flood cost, as far as reports tell it, and how far it went.
 */
import type { FloodReport, Visit } from '../wire/search-message.ts'
import { withDrops } from './drops.ts'
import type { StageReport } from './stages.ts'

/** @param wasProbed - the neighbours had the query before, and so did not answer the flood for themselves */
export function chargeFlood(flood: StageReport, report: FloodReport, wasProbed: boolean): void {
  const { nodes, queries, answers, bytes, duplicates, truncated, visits } = report
  flood.messages = queries + answers
  flood.bytes = bytes
  flood.nodes = nodes
  flood.duplicates = duplicates
  if (truncated) flood.truncated = true
  // A copy that came is told of by a node that answers or as a duplicate.
  const silent = queries - nodes - duplicates - (flood.droppedCopies?.['no-report'] ?? 0)
  if (silent > 0) flood.droppedCopies = withDrops(flood.droppedCopies, 'no-report', silent)

  let placed = wasProbed ? 0 : (flood.peersByHop?.[0] ?? 0)
  if (visits !== undefined) {
    flood.visits = visits
    flood.peersByHop = peersByHop(visits)
    placed = new Set(visits.filter(({ again }) => !again).map(({ peer }) => peer)).size
  }
  if (nodes > placed) flood.peersUntold = nodes - placed
}

/** How many peers are 1, 2, ... links away, each counted where a copy came to it first. */
export function peersByHop(visits: readonly Visit[]): number[] {
  const nearest = new Map<string, number>()
  for (const { peer, hops } of visits) nearest.set(peer, Math.min(hops, nearest.get(peer) ?? hops))
  const farthest = Math.max(0, ...nearest.values())
  const peers: number[] = new Array(farthest).fill(0)
  for (const hops of nearest.values()) peers[hops - 1] = (peers[hops - 1] ?? 0) + 1
  return peers
}
