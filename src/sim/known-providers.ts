/**
 * Whose entries a node knows when nothing changes any more: the rules of the catalogue, applied to the whole network at
 * once instead of head by head. A test lets real catalogues exchange heads and pages until they rest, and compares.
 *
 * Near providers come first. Those within two hops are kept while there is any room, farther ones while the cache is less
 * than half full.
 */
import { CACHE_LIMITS, type CacheLimits, NEAR_HOPS } from '../catalog/index.ts'
import { MAX_HEAD_HOPS } from '../wire/limits.ts'
import { mixed } from './chance.ts'
import type { Graph } from './topology.ts'

export interface KnownProvidersOptions {
  graph: Graph
  seed: number
  /** Entries that a node shares. */
  entriesOf: (node: number) => number
  /** Memory that the catalogue reckons for one entry. */
  bytesPerEntry: number
  limits?: CacheLimits
}

export class KnownProviders {
  readonly #options: KnownProvidersOptions
  /** Entries that fit. */
  readonly #capacity: number
  /** Node by node, a bit for each provider; those that a search asked for. */
  readonly #known = new Map<number, { bits: Uint32Array; count: number }>()
  /** Whom the walk under way has met: its number. */
  readonly #met: Uint32Array
  #walk = 0

  constructor(options: KnownProvidersOptions) {
    this.#options = options
    const { maxEntries, maxBytes } = options.limits ?? CACHE_LIMITS
    this.#capacity = Math.min(maxEntries, maxBytes / options.bytesPerEntry)
    this.#met = new Uint32Array(options.graph.nodes)
  }

  /** Whether the entries of `provider` are in the catalogue of `node`, or are its own. */
  isKnown(node: number, provider: number): boolean {
    const { bits } = this.#cacheOf(node)
    return ((bits[provider >>> 5]! >>> (provider & 31)) & 1) === 1
  }

  /** How many other providers `node` knows. */
  countOf(node: number): number {
    return this.#cacheOf(node).count
  }

  /** Forgets what was worked out: a node takes a bit for every other one. */
  clear(): void {
    this.#known.clear()
  }

  /** Providers whose entries `node` keeps, nearest first. */
  knownTo(node: number): number[] {
    const { entriesOf } = this.#options
    const kept: number[] = []
    let entries = 0
    let hops = 0
    for (const ring of this.#rings(node)) {
      hops++
      const news = ring.reduce((sum, provider) => sum + entriesOf(provider), 0)
      const limit = hops > NEAR_HOPS ? this.#capacity / 2 : this.#capacity
      if (entries + news <= limit) {
        for (const provider of ring) kept.push(provider)
        entries += news
      } else {
        kept.push(...this.#partOf(ring, node, entries, limit))
        return kept
      }
    }
    return kept
  }

  /** Of equally far providers as many as there is room for; their heads come in any order, another one at each node. */
  #partOf(ring: number[], node: number, before: number, limit: number): number[] {
    const { entriesOf, seed } = this.#options
    let entries = before
    for (let i = 0; i < ring.length; i++) {
      const j = i + (mixed(seed, node, i) % (ring.length - i))
      const provider = ring[j] as number
      const news = entriesOf(provider)
      // Pulling ends when the limit is reached, not before, but never beyond what fits at all.
      if (entries >= limit || entries + news > this.#capacity) return ring.slice(0, i)
      ring[j] = ring[i] as number
      ring[i] = provider
      entries += news
    }
    return ring
  }

  #cacheOf(node: number): { bits: Uint32Array; count: number } {
    let cache = this.#known.get(node)
    if (cache === undefined) {
      const providers = this.knownTo(node)
      const bits = new Uint32Array((this.#options.graph.nodes + 31) >>> 5)
      for (const provider of providers) bits[provider >>> 5]! |= 1 << (provider & 31)
      bits[node >>> 5]! |= 1 << (node & 31)
      cache = { bits, count: providers.length }
      this.#known.set(node, cache)
    }
    return cache
  }

  /** Nodes at 1 hop, at 2, and so on as far as heads travel. */
  *#rings(node: number): Generator<number[]> {
    const { graph } = this.#options
    const walk = ++this.#walk
    this.#met[node] = walk
    let ring = [node]
    for (let hops = 1; hops <= MAX_HEAD_HOPS && ring.length > 0; hops++) {
      const next: number[] = []
      for (const from of ring) {
        for (const to of graph.neighboursOf(from)) {
          if (this.#met[to] === walk) continue
          this.#met[to] = walk
          next.push(to)
        }
      }
      yield next
      ring = next
    }
  }
}
