/**
 * What a server of the index answers in a virtual network.
 */
import type { ParsedQuery } from '../catalog/index.ts'
import { MAX_CLOSER } from '../search/word-index/index.ts'
import type { IndexHit } from '../wire/index-message.ts'
import type { Matches } from './matches.ts'
import type { World } from './world.ts'

export interface ServerQuestion {
  asker: number
  /** Whoever is asked. */
  peer: number
  key: number
  /** Words that the key is of. */
  keyWords: readonly number[]
  /** All words of the query, and what fits. */
  words: readonly number[]
  query: ParsedQuery
  matches: Matches
  now: number
}

export interface ServerAnswer {
  hits: IndexHit[]
  full: boolean
  closer: number[]
}

/** Undefined: none ever comes. */
export function serverAnswer(
  world: World,
  { asker, peer, key, keyWords, words, query, matches, now }: ServerQuestion
): ServerAnswer | undefined {
  const character = world.characterOf(peer)
  if (character === 'dropper') return undefined
  if (character === 'spammer') return { hits: world.fakesOf(peer, words), full: false, closer: [] }
  const found = world.index.records.holderAt(peer, matches, keyWords).find({ from: asker, key, query }, now)
  const kept = found === 'over-rate' ? { hits: [], full: false } : found
  const own = matches.at(peer).map(file => ({ item: file, providers: [peer] }))
  const hits = [...own, ...kept.hits].map(({ item, providers }) => ({
    entry: matches.entryOf(item),
    providers: providers.map(provider => world.providerOf(provider))
  }))
  const closer = world.index.contacts.nearest(peer, key, 2 * MAX_CLOSER).filter(other => other !== asker)
  return { hits, full: kept.full, closer: closer.slice(0, MAX_CLOSER) }
}
