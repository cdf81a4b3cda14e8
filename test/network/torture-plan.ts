/**
 * What is to go wrong with one transfer, drawn from a seed.
 */
import { seededRandom } from '../../src/base/random.ts'

const KIB = 1024
const MIB = 1024 * KIB

export type SourceKind =
  | 'honest'
  | 'slow'
  | 'corrupt'
  | 'silent'
  | 'boaster'
  | 'short'
  | 'forger'
  | 'partial'
  | 'dies'
  | 'flaky'
  | 'changed'
  | 'truncated'
  | 'killed'
export type DiskTrouble = 'none' | 'full-before' | 'full' | 'read-only'

export interface TorturePlan {
  seed: number
  /** Bytes of the file. */
  size: number
  sources: SourceKind[]
  disk: DiskTrouble
  /** Parts of the file after which the getter is killed by SIGKILL. */
  kills: number[]
  /** When no connection stands for a while, ms after the start; and for how long. */
  partition: { at: number; ms: number } | undefined
}

const SIZES = [0, 300 * KIB, MIB, MIB + 1, 3 * MIB + 7, 5 * MIB, 6 * MIB, 7 * MIB + 1]
/** All but `killed`, which takes a process. */
const KINDS: readonly SourceKind[] = [
  'honest',
  'slow',
  'corrupt',
  'silent',
  'boaster',
  'short',
  'forger',
  'partial',
  'dies',
  'flaky',
  'changed',
  'truncated'
]
const TROUBLES: DiskTrouble[] = ['full-before', 'full', 'read-only']

export const KINDS_WITH_PROCESSES: readonly SourceKind[] = [...KINDS, 'killed', 'killed']

export function planOf(seed: number, kinds = KINDS): TorturePlan {
  const random = seededRandom(seed)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random.next() * from.length)] as T
  const chance = (probability: number): boolean => random.next() < probability
  const size = pick(SIZES)
  // The first one in turn, so that as many runs as there are kinds meet all of them.
  const turn = kinds[seed % kinds.length] as SourceKind
  const sources = [turn, ...Array.from({ length: Math.floor(random.next() * 3) }, () => pick(kinds))]
  const disk = chance(0.25) ? pick(TROUBLES) : 'none'
  const kills = size > MIB && disk === 'none' && chance(0.3) ? [random.next() * 0.9] : []
  const partition = chance(0.3) ? { at: random.next() * 300, ms: 100 + random.next() * 500 } : undefined
  return { seed, size, sources, disk, kills, partition }
}
