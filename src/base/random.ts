/**
 * Chance for pure code: choices made with a given source, and a seeded source.
 */
import type { Random } from './ports.ts'

/** Chooses up to `count` items, each subset equally likely; the order is random, too. `items` stays as it is. */
export function sample<T>(items: readonly T[], count: number, random: Random): T[] {
  const pool = [...items]
  const chosen = Math.min(count, pool.length)
  for (let i = 0; i < chosen; i++) {
    const j = i + Math.floor(random.next() * (pool.length - i))
    const picked = pool[j] as T
    pool[j] = pool[i] as T
    pool[i] = picked
  }
  return pool.slice(0, chosen)
}

/** A repeatable source: equal seeds give equal sequences. Mulberry32; not for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  return { next, bytes: length => Uint8Array.from({ length }, () => Math.floor(next() * 256)) }
}
