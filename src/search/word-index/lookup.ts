/**
 * The index stage of one search: asks the holders of the rarest word. When that has more records than they keep, what is missing
 * is published under the pair of the two rarest, or, where the other one has room, under that alone. So the pair is asked for
 * next, since a word that is more common is mostly full as well, and the other word at last.
 *
 * Pure; driven like the walks it is made of.
 */
import {
  COLD_TIMEOUT_MS,
  COLD_TIMEOUT_RTTS,
  LOOKUP_EXTRA,
  LOOKUP_WIDTH,
  MAX_LOOKUP_REQUESTS,
  WARM_TIMEOUT_MS,
  WARM_TIMEOUT_RTTS
} from './constants.ts'
import { IndexWalk, type WalkAsk, type WalkOptions } from './walk.ts'

export interface LookupOptions<Peer, Key>
  extends Pick<WalkOptions<Peer, Key>, 'space' | 'known' | 'timeoutMs' | 'groupOf' | 'isLast'> {
  /** In the order in which they are asked: see `lookupKeys`. */
  keys: readonly Key[]
}

export interface LookupAsk<Peer, Key> extends WalkAsk<Peer> {
  key: Key
}

export interface LookupAnswer<Peer> {
  /** Results that fit the query and can be relied on: see `Agreement`. */
  found: number
  /** There are records of this key that the holder did not take, or did not tell. */
  full: boolean
  closer: readonly Peer[]
}

/** Places of the keys. */
const PAIR = 1
const NEXT = 2

export class IndexLookup<Peer extends string | number, Key> {
  readonly #options: LookupOptions<Peer, Key>
  /** Of each key that was asked for, those that told all that they were ever told. */
  readonly #sure: Peer[][] = []
  /** Who has more under the key in question than it tells. */
  readonly #full = new Set<Peer>()
  #at = 0
  #walk: IndexWalk<Peer, Key>
  #earlierRequests = 0

  constructor(options: LookupOptions<Peer, Key>) {
    this.#options = options
    this.#walk = this.#begin(options.known)
  }

  get isDone(): boolean {
    return this.#walk.isDone
  }

  get wakeAt(): number {
    return this.#walk.wakeAt
  }

  get requests(): number {
    return this.#earlierRequests + this.#walk.requests
  }

  /**
   * Servers among the nearest that answered and would know if there were more: below 2 the index does not know what there is.
   * Nothing under a pair means nothing when one of its words has room.
   */
  get holders(): number {
    const sure = [...this.#sure, this.#sureHolders()]
    const isOfNoUse = (at: number): boolean => at === PAIR && !(sure.length > NEXT && this.#full.size > 0)
    return new Set(sure.filter((_, at) => !isOfNoUse(at)).flat()).size
  }

  /** Whom to ask now. `hasEnough`: of the search as a whole. */
  next(now: number, hasEnough: boolean): LookupAsk<Peer, Key>[] {
    const asks = this.#asksOf(now)
    if (!this.#walk.isDone || hasEnough || !this.#goesOn) return asks
    this.#sure.push(this.#sureHolders())
    this.#earlierRequests += this.#walk.requests
    this.#at++
    this.#full.clear()
    this.#walk = this.#begin([...this.#options.known, ...this.#walk.answered])
    return this.#asksOf(now)
  }

  /** @param key - the one that was asked for: an answer to an earlier one comes too late */
  onAnswer(peer: Peer, key: Key, answer: LookupAnswer<Peer>): void {
    if (key !== this.#key(this.#at)) return
    if (answer.full) this.#full.add(peer)
    this.#walk.onAnswer(peer, answer)
  }

  onFailed(peer: Peer, key: Key): void {
    if (key === this.#key(this.#at)) this.#walk.onFailed(peer)
  }

  /** More may lie under the next key. */
  get #goesOn(): boolean {
    return this.#key(this.#at + 1) !== undefined && (this.#at === PAIR || this.#full.size > 0)
  }

  #sureHolders(): Peer[] {
    return this.#walk.holders.filter(peer => !this.#full.has(peer))
  }

  #key(at: number): Key | undefined {
    return this.#options.keys[at]
  }

  #asksOf(now: number): LookupAsk<Peer, Key>[] {
    const key = this.#key(this.#at) as Key
    return this.#walk.next(now).map(ask => ({ ...ask, key }))
  }

  #begin(known: readonly Peer[]): IndexWalk<Peer, Key> {
    const { space, timeoutMs, groupOf, isLast } = this.#options
    return new IndexWalk({
      key: this.#key(this.#at) as Key,
      space,
      known,
      width: LOOKUP_WIDTH,
      extra: LOOKUP_EXTRA,
      maxRequests: MAX_LOOKUP_REQUESTS - this.#earlierRequests,
      timeoutMs,
      groupOf,
      isLast
    })
  }
}

/** How long a server has for its answer. `rttMs`: null when it was not measured. */
export function askTimeoutMs({ isWarm, rttMs }: { isWarm: boolean; rttMs: number | null }): number {
  const rtt = rttMs ?? 0
  return isWarm
    ? Math.max(WARM_TIMEOUT_MS, WARM_TIMEOUT_RTTS * rtt)
    : Math.max(COLD_TIMEOUT_MS, COLD_TIMEOUT_RTTS * rtt)
}

/** Keys of a lookup by the words of a query, rarest first. */
export function lookupKeys<Word, Key>(words: readonly Word[], keyOf: (words: readonly Word[]) => Key): Key[] {
  const [rarest, next] = words
  if (rarest === undefined) return []
  return next === undefined ? [keyOf([rarest])] : [keyOf([rarest]), keyOf([rarest, next]), keyOf([next])]
}
