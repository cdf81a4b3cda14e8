/**
 * Toward the servers nearest a key: asks the nearest known ones, which name nearer ones, until the nearest alive have
 * answered.
 *
 *   new ──asked──▶ asked ──answer──▶ answered
 *                    ├──silent too long──▶ late ──answer──▶ answered
 *                    └──error──▶ failed
 *
 * Pure. The shell asks whom `next` names, and hands back what comes of it. After Kademlia (Maymounkov and Mazières, 2002).
 */
import { COLD_TIMEOUT_MS, HEDGE_MS, MAX_CLOSER, MAX_WALK_CANDIDATES, WALK_PARALLEL } from './constants.ts'
import type { IndexSpace } from './ports.ts'

export interface WalkOptions<Peer, Key> {
  key: Key
  space: IndexSpace<Peer, Key>
  /** Known servers to begin with, without this node itself. */
  known: readonly Peer[]
  /** How many of the nearest must have answered. */
  width: number
  /** How many more are asked when these had nothing to rely on. */
  extra: number
  maxRequests: number
  timeoutMs(peer: Peer): number
  /**
   * Of peers with the same group, such as one subnet, only the nearest counts: whoever owns the group could otherwise be
   * all the holders of a word. Undefined: a group of its own.
   */
  groupOf?: ((peer: Peer) => string | number | undefined) | undefined
  /** Of the nearest, those that are asked when the others have answered or are slow. */
  isLast?: ((peer: Peer) => boolean) | undefined
}

export interface WalkAsk<Peer> {
  peer: Peer
  timeoutMs: number
}

interface Candidate<Peer> {
  readonly peer: Peer
  readonly group: string | number | undefined
  state: 'new' | 'asked' | 'late' | 'answered' | 'failed'
  askedAt: number
  timeoutMs: number
}

export class IndexWalk<Peer extends string | number, Key> {
  readonly #options: WalkOptions<Peer, Key>
  readonly #byPeer = new Map<Peer, Candidate<Peer>>()
  /** Nearest first. */
  readonly #candidates: Candidate<Peer>[] = []
  #width: number
  #requests = 0
  #found = 0
  #isDone = false
  /** Time of the last `next`: those who were slow then were hedged then. */
  #seenAt = Number.NEGATIVE_INFINITY

  constructor(options: WalkOptions<Peer, Key>) {
    this.#options = options
    this.#width = options.width
    this.add(options.known)
  }

  get isDone(): boolean {
    return this.#isDone
  }

  get requests(): number {
    return this.#requests
  }

  /** Those that answered, nearest first. */
  get answered(): Peer[] {
    return this.#candidates.flatMap(({ peer, state }) => (state === 'answered' ? [peer] : []))
  }

  /** The nearest that answered, at most one of each group: the holders of the key. */
  get holders(): Peer[] {
    const eligible = this.#eligible(({ state }) => state === 'answered')
    return eligible.slice(0, this.#options.width).map(({ peer }) => peer)
  }

  /** When `next` is to be called, if nothing happens before. */
  get wakeAt(): number {
    let wakeAt = Number.POSITIVE_INFINITY
    if (this.#isDone) return wakeAt
    for (const { state, askedAt, timeoutMs } of this.#candidates) {
      const hopedUntil = askedAt + COLD_TIMEOUT_MS
      if (state === 'late' && hopedUntil > this.#seenAt) wakeAt = Math.min(wakeAt, hopedUntil)
      if (state !== 'asked') continue
      wakeAt = Math.min(wakeAt, askedAt + timeoutMs)
      if (askedAt + HEDGE_MS > this.#seenAt) wakeAt = Math.min(wakeAt, askedAt + HEDGE_MS)
    }
    return wakeAt
  }

  /** Further servers that may be near. */
  add(peers: readonly Peer[]): void {
    for (const peer of peers) if (!this.#byPeer.has(peer)) this.#insert(peer)
  }

  /** Whom to ask now. */
  next(now: number): WalkAsk<Peer>[] {
    if (this.#isDone) return []
    this.#seenAt = now
    this.#expire(now)
    const asks = this.#ask(now)
    if (asks.length === 0 && this.#hasConverged(now) && this.#found === 0 && this.#widen()) {
      asks.push(...this.#ask(now))
    }
    this.#isDone = !this.#candidates.some(candidate => isAsked(candidate) || this.#isHopedFor(candidate, now))
    return asks
  }

  /** @param answer.found - results that can be relied on by now; `closer`: servers that the peer thinks are nearer */
  onAnswer(peer: Peer, answer: { found: number; closer: readonly Peer[] }): void {
    const candidate = this.#byPeer.get(peer)
    if (this.#isDone || (candidate?.state !== 'asked' && candidate?.state !== 'late')) return
    candidate.state = 'answered'
    this.#found += answer.found
    this.add(answer.closer.slice(0, MAX_CLOSER))
  }

  onFailed(peer: Peer): void {
    const candidate = this.#byPeer.get(peer)
    if (candidate?.state === 'asked' || candidate?.state === 'late') candidate.state = 'failed'
  }

  #ask(now: number): WalkAsk<Peer>[] {
    const asks: WalkAsk<Peer>[] = []
    const waiting = this.#candidates.filter(candidate => isAsked(candidate) && !isSlow(candidate, now))
    let room = WALK_PARALLEL - waiting.length
    for (const candidate of this.#inTurn(this.#front(now))) {
      if (room <= 0 || this.#requests >= this.#options.maxRequests) break
      if (candidate.state !== 'new') continue
      candidate.state = 'asked'
      candidate.askedAt = now
      candidate.timeoutMs = this.#options.timeoutMs(candidate.peer)
      asks.push({ peer: candidate.peer, timeoutMs: candidate.timeoutMs })
      this.#requests++
      room--
    }
    return asks
  }

  /** Without those whose turn comes after others that have not answered. */
  #inTurn(front: Candidate<Peer>[]): Candidate<Peer>[] {
    const { isLast } = this.#options
    const first = isLast === undefined ? front : front.filter(({ peer }) => !isLast(peer))
    return first.every(({ state }) => state === 'answered') ? front : first
  }

  /** The nearest that are not known to be dead or slow. */
  #front(now: number): Candidate<Peer>[] {
    const eligible = this.#eligible(
      candidate => !isGone(candidate) && !(isAsked(candidate) && isSlow(candidate, now))
    )
    return eligible.slice(0, this.#width)
  }

  #eligible(isGood: (candidate: Candidate<Peer>) => boolean): Candidate<Peer>[] {
    const groups = new Set<string | number>()
    return this.#candidates.filter(candidate => {
      const { group } = candidate
      if (!isGood(candidate) || (group !== undefined && groups.has(group))) return false
      if (group !== undefined) groups.add(group)
      return true
    })
  }

  #hasConverged(now: number): boolean {
    return this.#front(now).every(({ state }) => state === 'answered')
  }

  /** True: there is more to ask than before. */
  #widen(): boolean {
    const { width, extra } = this.#options
    if (extra === 0 || this.#width > width) return false
    this.#width = width + extra
    return true
  }

  #expire(now: number): void {
    for (const candidate of this.#candidates) {
      if (isAsked(candidate) && now >= candidate.askedAt + candidate.timeoutMs) candidate.state = 'late'
    }
  }

  /** Too few have answered to give up those who are only late. */
  #isHopedFor({ state, askedAt }: Candidate<Peer>, now: number): boolean {
    return state === 'late' && now < askedAt + COLD_TIMEOUT_MS && this.answered.length < this.#options.width
  }

  #insert(peer: Peer): void {
    const { key, space, groupOf } = this.#options
    let [low, high] = [0, this.#candidates.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      const other = this.#candidates[middle] as Candidate<Peer>
      if (space.compare(key, other.peer, peer) <= 0) low = middle + 1
      else high = middle
    }
    if (low >= MAX_WALK_CANDIDATES) return
    const candidate: Candidate<Peer> = {
      peer,
      group: groupOf?.(peer),
      state: 'new',
      askedAt: Number.NEGATIVE_INFINITY,
      timeoutMs: 0
    }
    this.#candidates.splice(low, 0, candidate)
    this.#byPeer.set(peer, candidate)
    this.#forgetFarthest()
  }

  #forgetFarthest(): void {
    const farthest = this.#candidates.at(-1)
    if (this.#candidates.length <= MAX_WALK_CANDIDATES || farthest?.state !== 'new') return
    this.#candidates.pop()
    this.#byPeer.delete(farthest.peer)
  }
}

function isAsked<Peer>({ state }: Candidate<Peer>): boolean {
  return state === 'asked'
}

function isGone<Peer>({ state }: Candidate<Peer>): boolean {
  return state === 'failed' || state === 'late'
}

function isSlow<Peer>({ askedAt }: Candidate<Peer>, now: number): boolean {
  return now >= askedAt + HEDGE_MS
}
