/**
 * Chance that depends on nothing but what it is for: equal seed and numbers give equal values, in any order of asking.
 *
 * So a link has its latency and a node its age without anything being stored.
 */

/** 32 well mixed bits of three whole numbers. The steps are those of MurmurHash3. */
export function mixed(seed: number, a: number, b: number): number {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b)
  h = stir(h, a)
  h = stir(h, b)
  h ^= h >>> 16
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

function stir(h: number, value: number): number {
  let k = Math.imul(value | 0, 0xcc9e2d51)
  k = (k << 15) | (k >>> 17)
  let stirred = h ^ Math.imul(k, 0x1b873593)
  stirred = (stirred << 13) | (stirred >>> 19)
  return (Math.imul(stirred, 5) + 0xe6546b64) | 0
}

/** Evenly between 0 and 1, without both. */
export function unit(seed: number, a: number, b: number): number {
  return (mixed(seed, a, b) + 0.5) / 4_294_967_296
}

/** From the normal distribution of mean 0 and deviation 1 (Box and Muller). */
export function normal(seed: number, a: number, b: number): number {
  return normalOf(unit(seed, a, b), unit(seed ^ 0x5bd1e995, b, a))
}

/** @param u, v - evenly between 0 and 1 */
export function normalOf(u: number, v: number): number {
  return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v)
}
