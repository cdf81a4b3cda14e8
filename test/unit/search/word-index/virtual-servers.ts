/**
 * Servers of the index in virtual time: places are numbers of 32 bits, each server knows its neighbourhood and some others.
 */
import { seededRandom } from '../../../../src/base/random.ts'
import type { IndexSpace } from '../../../../src/search/word-index/index.ts'

export const space: IndexSpace<number, number> = {
  compare: (key, a, b) => ((a ^ key) >>> 0) - ((b ^ key) >>> 0)
}

export function sharedBits(self: number): (peer: number) => number {
  return peer => Math.clz32(self ^ peer)
}

export function sortedBy(key: number, peers: readonly number[]): number[] {
  return [...peers].sort((a, b) => space.compare(key, a, b))
}

/** What a server does with a request: an answer after `afterMs`, an error, or nothing at all. */
export type Behaviour =
  | { kind: 'answer'; afterMs: number; found?: number; full?: boolean; closer?: number[] }
  | { kind: 'error'; afterMs: number }
  | { kind: 'silent' }

/** A walk, a lookup or whatever else asks. */
export interface Machine {
  readonly isDone: boolean
  readonly wakeAt: number
  next(now: number): Array<{ peer: number; key?: number; timeoutMs: number }>
  onAnswer(peer: number, key: number, answer: { found: number; full: boolean; closer: number[] }): void
  onFailed(peer: number, key: number): void
}

export class VirtualServers {
  readonly peers: number[]
  readonly asked: Array<{ peer: number; key: number; at: number }> = []
  readonly #known = new Map<number, number[]>()
  readonly #behaviour = new Map<number, Behaviour>()
  readonly #defaultMs: number
  now = 0

  constructor(count: number, { seed = 1, latencyMs = 50 } = {}) {
    const random = seededRandom(seed)
    this.#defaultMs = latencyMs
    this.peers = Array.from({ length: count }, () => Math.floor(random.next() * 2 ** 32) >>> 0)
  }

  set(peer: number | undefined, behaviour: Behaviour): void {
    this.#behaviour.set(peer as number, behaviour)
  }

  nearest(key: number, count: number): number[] {
    return sortedBy(key, this.peers).slice(0, count)
  }

  /** What a server knows of the way to a key. */
  closer(peer: number, key: number): number[] {
    const known = this.#known.get(peer) ?? this.#meet(peer)
    this.#known.set(peer, known)
    return sortedBy(key, known).slice(0, 8)
  }

  /** A server's neighbourhood, and some of everywhere. */
  #meet(peer: number): number[] {
    const random = seededRandom(peer)
    const near = sortedBy(peer, this.peers).slice(1, 21)
    const far = Array.from({ length: 40 }, () => {
      return this.peers[Math.floor(random.next() * this.peers.length)] as number
    })
    return [...new Set([...near, ...far])]
  }

  /** Runs a machine to its end. Gives the time that it took. */
  run(machine: Machine, key: number): number {
    const events: Array<{ at: number; happen: () => void }> = []
    const startedAt = this.now
    for (let turns = 0; !machine.isDone; turns++) {
      if (turns > 1_000) throw new Error('it does not end')
      for (const ask of machine.next(this.now)) this.#answer(machine, ask.peer, ask.key ?? key, events)
      if (machine.isDone) break
      events.sort((a, b) => a.at - b.at)
      const next = events[0]
      const at = Math.min(machine.wakeAt, next?.at ?? Number.POSITIVE_INFINITY)
      if (at === Number.POSITIVE_INFINITY) throw new Error('it waits for nothing')
      this.now = Math.max(this.now, at)
      if (next !== undefined && next.at <= this.now) {
        events.shift()
        next.happen()
      }
    }
    return this.now - startedAt
  }

  #answer(
    machine: Machine,
    peer: number,
    key: number,
    events: Array<{ at: number; happen: () => void }>
  ): void {
    this.asked.push({ peer, key, at: this.now })
    const known: Behaviour = { kind: 'answer', afterMs: this.#defaultMs }
    const behaviour = this.#behaviour.get(peer) ?? (this.peers.includes(peer) ? known : { kind: 'silent' })
    if (behaviour.kind === 'silent') return
    const at = this.now + behaviour.afterMs
    if (behaviour.kind === 'error') {
      events.push({ at, happen: () => machine.onFailed(peer, key) })
      return
    }
    const { found = 0, full = false, closer = this.closer(peer, key) } = behaviour
    events.push({ at, happen: () => machine.onAnswer(peer, key, { found, full, closer }) })
  }
}
