/**
 * What others answered, in our own words: findings that fit the query and say something about somebody else.
 */
import type { PeerKey } from '../base/ports.ts'
import { matches, type ParsedQuery } from '../catalog/index.ts'
import type { IndexHit } from '../wire/index-message.ts'
import type { WireHit } from '../wire/search-message.ts'
import type { Finding } from './results.ts'

export interface FindingsContext {
  self: PeerKey
  query: ParsedQuery
  /** The neighbour that delivered the hits. */
  from: PeerKey
  /** Nickname of a peer, when it is known better than from the hit. */
  nicknameOf(peer: PeerKey): string | undefined
}

export interface Findings {
  findings: Finding[]
  /** Hits that do not fit the query. */
  misfits: number
  /** Hits that name nobody but ourselves: what we have we know better than others. */
  own: number
}

export function findingsOf(
  hits: readonly WireHit[],
  { self, query, from, nicknameOf }: FindingsContext
): Findings {
  const fitting = hits.filter(({ entry }) => matches(query, entry))
  const findings = fitting.flatMap(({ entry, providers }) => {
    const rows = providers
      .filter(({ peer }) => peer !== self)
      .map(({ peer, nickname, how }) => ({
        peerId: peer,
        nickname: nicknameOf(peer) ?? nickname,
        how: 'known' as const,
        confirmed: peer === from && how === 'own'
      }))
    return rows.length === 0 ? [] : [{ entry, providers: rows, deliverer: from }]
  })
  return { findings, misfits: hits.length - fitting.length, own: fitting.length - findings.length }
}

/** The same of a holder of the word index, `from`, which may be a provider itself. */
export function indexFindingsOf(
  hits: readonly IndexHit[],
  { self, query, from, nicknameOf }: FindingsContext
): Findings {
  const fitting = hits.filter(({ entry }) => matches(query, entry))
  const findings = fitting.flatMap(({ entry, providers }) => {
    const rows = providers
      .filter(({ peer }) => peer !== self)
      .map(({ peer, nickname }) => ({
        peerId: peer,
        nickname: nicknameOf(peer) ?? nickname,
        how: 'index' as const,
        confirmed: peer === from
      }))
    return rows.length === 0 ? [] : [{ entry, providers: rows, deliverer: from }]
  })
  return { findings, misfits: hits.length - fitting.length, own: fitting.length - findings.length }
}
