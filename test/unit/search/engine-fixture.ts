/**
 * One engine and what comes and goes at it.
 */
import { seededRandom } from '../../../src/base/random.ts'
import { FLOOD_LIMITS, type FloodLimits, type SearchAction, SearchEngine } from '../../../src/search/index.ts'
import type { FloodReport, SearchMessage, WireHit } from '../../../src/wire/search-message.ts'
import { hitOf, sizeOf } from './virtual-network.ts'

export type QueryMessage = Extract<SearchMessage, { type: 'query' }>

/** An engine with neighbours 1 to `neighbours` and nothing to answer. */
export function engine(
  neighbours = 2,
  answer: () => WireHit[] | undefined = () => [],
  limits: FloodLimits = FLOOD_LIMITS
): SearchEngine<number> {
  const made = new SearchEngine<number>({ answer, sizeOf, random: seededRandom(1), limits }, 0)
  for (let peer = 1; peer <= neighbours; peer++) made.addNeighbour(peer, 0)
  return made
}

let made = 0
export function query(given: Partial<QueryMessage> = {}): QueryMessage {
  const id = (made++).toString(16).padStart(32, '0')
  const nonce = new Uint8Array(16)
  const rest = { ttl: 3, hops: 0, budget: 10, ownOnly: false, report: true }
  return { type: 'query', id, nonce, text: 'file', ...rest, ...given }
}

export function sentTo(actions: SearchAction<number>[], peer: number): SearchMessage[] {
  return actions.flatMap(action => (action.kind === 'send' && action.to === peer ? [action.message] : []))
}

export function hitsSent(actions: SearchAction<number>[]): WireHit[] {
  return actions.flatMap(action =>
    action.kind === 'send' && action.message.type === 'hits' ? action.message.hits : []
  )
}

export const strikes = (actions: SearchAction<number>[]): number =>
  actions.filter(({ kind }) => kind === 'strike').length

export const report = (id: string, given: Partial<FloodReport> = {}): SearchMessage => {
  const counts = { nodes: 1, queries: 0, answers: 1, bytes: 40, duplicates: 0, truncated: false }
  return { type: 'report', id, ...counts, ...given }
}

export const many = (node: number, count: number): WireHit[] =>
  Array.from({ length: count }, (_, i) => hitOf(node, i))

export function feedHits(
  node: SearchEngine<number>,
  from: number,
  id: string,
  hits: WireHit[]
): SearchAction<number>[] {
  const actions: SearchAction<number>[] = []
  for (let i = 0; i < hits.length; i += 50) {
    actions.push(...node.onMessage(from, { type: 'hits', id, hits: hits.slice(i, i + 50) }, 1))
  }
  return actions
}
