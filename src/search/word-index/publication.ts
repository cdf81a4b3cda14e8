/**
 * One word, or pair of words, of this node's files: which files, who keeps them, when it is said again.
 *
 *   due ──locate──▶ locating ──holders──▶ storing ──all have answered──▶ due, a period later
 *    └──holders of last time───────────────▶┘
 */
import type { StoreVerdict } from '../../wire/index-message.ts'
import { RELOCATE_MS } from './constants.ts'
import type { KeyWords } from './keys.ts'

export interface Publication<Peer, Key, Item> {
  readonly key: Key
  readonly words: KeyWords
  /** By id. */
  readonly items: Map<string, Item>
  /** Items that are to be taken back. */
  readonly removed: Map<string, Item>
  /** How rare it is among the words of an item, at its best: 0 is the rarest. */
  rank: number
  state: 'due' | 'locating' | 'storing'
  dueAt: number
  /** It was said at least once. */
  isPublished: boolean
  /** Items came since it was said last. */
  hasChanged: boolean
  /** Those of last time, nearest first. */
  holders: Peer[]
  /** Who took records of it, and until when they keep them, ms: also former holders. The last to take some is last. */
  readonly takers: Map<Peer, number>
  /** Somebody may be nearer than those. */
  mustLocate: boolean
  /** How long to wait for that the next time. */
  relocateMs: number
  /** Requests to each holder that are not answered yet. */
  readonly waiting: Map<Peer, number>
  readonly verdicts: Record<StoreVerdict, number>
  /** Some holder has no room under these words. */
  isFull: boolean
}

export function newPublication<Peer, Key, Item>(
  key: Key,
  words: KeyWords,
  dueAt: number
): Publication<Peer, Key, Item> {
  return {
    key,
    words,
    items: new Map(),
    removed: new Map(),
    rank: Number.POSITIVE_INFINITY,
    state: 'due',
    dueAt,
    isPublished: false,
    hasChanged: false,
    holders: [],
    takers: new Map(),
    mustLocate: false,
    relocateMs: RELOCATE_MS,
    waiting: new Map(),
    verdicts: { stored: 0, enough: 0, full: 0, refused: 0 },
    isFull: false
  }
}
