/**
 * Who is linked with whom: undirected edges between nodes 0 to n - 1. The node with the larger number dials.
 */
import type { Random } from '../base/ports.ts'
import { sample } from '../base/random.ts'

export type Edge = readonly [number, number]
/** Edges for `nodes` nodes. */
export type Topology = (nodes: number, random: Random) => Edge[]

/** Each with the next. */
export const line: Topology = nodes =>
  Array.from({ length: Math.max(0, nodes - 1) }, (_, i) => [i, i + 1] as const)

/** A line whose ends meet. */
export const ring: Topology = (nodes, random) =>
  nodes < 3 ? line(nodes, random) : [...line(nodes, random), [0, nodes - 1]]

/** All with node 0. */
export const star: Topology = nodes =>
  Array.from({ length: Math.max(0, nodes - 1) }, (_, i) => [0, i + 1] as const)

/** All with all. */
export const complete: Topology = nodes => {
  const edges: Edge[] = []
  for (let b = 1; b < nodes; b++) for (let a = 0; a < b; a++) edges.push([a, b])
  return edges
}

/** Each with `degree` of those before it, or with all where there are fewer: connected, mean degree about 2 x `degree`. */
export function random(degree: number): Topology {
  return (nodes, chance) => {
    const edges: Edge[] = []
    for (let b = 1; b < nodes; b++) {
      const earlier = Array.from({ length: b }, (_, a) => a)
      for (const a of sample(earlier, degree, chance)) edges.push([a, b])
    }
    return edges
  }
}
