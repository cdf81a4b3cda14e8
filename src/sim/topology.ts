/**
 * Who is linked with whom among very many nodes: neighbour lists of all nodes in one array.
 */
import type { Random } from '../base/ports.ts'

export class Graph {
  /** Neighbours of node i are `targets[offsets[i]]` up to, not including, `targets[offsets[i + 1]]`. */
  readonly #offsets: Uint32Array
  readonly #targets: Uint32Array

  /** @param edges - both ends one after the other; none twice */
  constructor(nodes: number, edges: ArrayLike<number>) {
    this.#offsets = new Uint32Array(nodes + 1)
    this.#targets = new Uint32Array(edges.length)
    for (let i = 0; i < edges.length; i++) this.#offsets[(edges[i] as number) + 1]!++
    for (let i = 0; i < nodes; i++) this.#offsets[i + 1]! += this.#offsets[i] as number
    const free = this.#offsets.slice(0, nodes)
    for (let i = 0; i < edges.length; i += 2) {
      const a = edges[i] as number
      const b = edges[i + 1] as number
      this.#targets[free[a]!++] = b
      this.#targets[free[b]!++] = a
    }
  }

  get nodes(): number {
    return this.#offsets.length - 1
  }

  get links(): number {
    return this.#targets.length / 2
  }

  neighboursOf(node: number): Uint32Array {
    return this.#targets.subarray(this.#offsets[node], this.#offsets[node + 1])
  }
}

export const TOPOLOGIES = ['random', 'power-law', 'ring', 'line'] as const
export type TopologyName = (typeof TOPOLOGIES)[number]

/** Neighbours that a node of p2pnode keeps by choice. */
const MIN_DEGREE = 6
const MAX_DEGREE = 12
/** Exponent measured in Gnutella of 2001; few links at least, and at most twice what a node accepts. */
const POWER_LAW = { exponent: 2.3, min: 4, max: 64 }

export function buildTopology(name: TopologyName, nodes: number, random: Random): Graph {
  const range = (length: number): number[] => Array.from({ length }, (_, i) => i)
  // So few that each would be linked with all.
  if (nodes <= MAX_DEGREE + 1 && (name === 'random' || name === 'power-law')) return complete(nodes)
  switch (name) {
    case 'line':
      return new Graph(
        nodes,
        range(Math.max(0, nodes - 1)).flatMap(i => [i, i + 1])
      )
    case 'ring':
      return new Graph(
        nodes,
        range(nodes < 3 ? nodes - 1 : nodes).flatMap(i => [i, (i + 1) % nodes])
      )
    case 'random':
      return withDegrees(
        range(nodes).map(() => MIN_DEGREE + Math.floor(random.next() * (MAX_DEGREE - MIN_DEGREE + 1))),
        random
      )
    case 'power-law':
      return withDegrees(
        range(nodes).map(() => powerLawDegree(random)),
        random
      )
  }
}

function powerLawDegree(random: Random): number {
  const { exponent, min, max } = POWER_LAW
  return Math.min(max, Math.floor(min * (1 - random.next()) ** (-1 / (exponent - 1))))
}

function complete(nodes: number): Graph {
  const edges: number[] = []
  for (let b = 1; b < nodes; b++) for (let a = 0; a < b; a++) edges.push(a, b)
  return new Graph(nodes, edges)
}

/** Joins the loose ends of all nodes in random pairs. A pair that cannot be is left out, so a few nodes have less. */
function withDegrees(degrees: readonly number[], random: Random): Graph {
  const ends = new Uint32Array(degrees.reduce((sum, degree) => sum + degree, 0))
  let at = 0
  for (const [node, degree] of degrees.entries()) {
    ends.fill(node, at, at + degree)
    at += degree
  }
  shuffle(ends, random)
  const edges: number[] = []
  const known = new Set<number>()
  for (let i = 0; i + 1 < ends.length; i += 2) {
    const a = Math.min(ends[i] as number, ends[i + 1] as number)
    const b = Math.max(ends[i] as number, ends[i + 1] as number)
    const pair = a * degrees.length + b
    if (a === b || known.has(pair)) continue
    known.add(pair)
    edges.push(a, b)
  }
  return new Graph(degrees.length, edges)
}

function shuffle(items: Uint32Array, random: Random): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1))
    const item = items[i] as number
    items[i] = items[j] as number
    items[j] = item
  }
}
