/**
 * Coming and going in its steady state: how long each node has been there, and which of those that left others remember.
 *
 * Stays are exponential. Whoever is remembered is checked every quarter of an hour, so with stays of an hour 12 % of the
 * contacts that a node remembers are dead.
 */
import { refreshMs } from '../search/word-index/index.ts'
import { unit } from './chance.ts'

/** Time between two signs of life that a node has of a contact. */
export const CONTACT_CHECK_MS = 15 * 60_000

export interface ChurnOptions {
  nodes: number
  seed: number
  /** Mean stay; Infinity: nobody leaves. */
  sessionMs: number
}

export class Churn {
  readonly #options: ChurnOptions
  /** Nodes that left and are not forgotten by all: those numbered from `nodes` on. */
  readonly departed: number
  /** Time between two publications of a word: half the median stay, within its limits. */
  readonly refreshMs: number

  constructor(options: ChurnOptions) {
    const { nodes, sessionMs } = options
    this.#options = options
    const hasChurn = Number.isFinite(sessionMs)
    this.departed = hasChurn ? Math.round((nodes * CONTACT_CHECK_MS) / sessionMs) : 0
    this.refreshMs = refreshMs(hasChurn ? Math.LN2 * sessionMs : 60 * 60_000)
  }

  isAlive(node: number): boolean {
    return node < this.#options.nodes
  }

  /** How long a node has been there. */
  ageMs(node: number): number {
    const { seed, sessionMs } = this.#options
    return -sessionMs * Math.log(unit(seed, node, 1))
  }

  /** Whether `node` still remembers a contact: a dead one until it is checked. */
  remembers(node: number, contact: number): boolean {
    if (this.isAlive(contact)) return true
    const leftAgo = unit(this.#options.seed, contact, 2)
    return unit(this.#options.seed ^ 3, node, contact) > leftAgo
  }

  /** Time since a provider said the words of a key again. */
  publishedAgoMs(provider: number, key: number): number {
    return Math.min(this.ageMs(provider), unit(this.#options.seed ^ 4, provider, key) * this.refreshMs)
  }

  /** Whether somebody who was there so long ago has left since. */
  hasLeftSince(agoMs: number, chance: number): boolean {
    return chance > Math.exp(-agoMs / this.#options.sessionMs)
  }
}
