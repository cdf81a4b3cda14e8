/**
 * Compares the constructed places of index records with those that come about when nodes come, go and publish again.
 *
 * What must agree is how likely the nearest servers, one by one, have a record, how many have it, and how often a lookup
 * finds it.
 */
import assert from 'node:assert/strict'
import { parseQuery } from '../../../src/catalog/index.ts'
import { HOLDERS_PER_KEY, LOOKUP_WIDTH } from '../../../src/search/word-index/index.ts'
import { Matches, queryText } from '../../../src/sim/matches.ts'
import { World } from '../../../src/sim/world.ts'
import { EvolvedRecords } from './evolved-records.ts'

const SESSION_MS = 3_600_000
/** Nearest servers that are looked at. */
const LOOKED_AT = 20
export interface RecordComparison {
  nodes: number
  /** Words that are published at any time in the evolved network, and records looked for in the constructed one. */
  words: number
  records: number
  /**
   * Allowed difference of two shares; twice as much for how many records have a certain number of holders. It is not all chance:
   * docs/search.md names what is left out.
   */
  tolerance: number
}

export function compareRecords({ nodes, words, records, tolerance }: RecordComparison): void {
  const constructed = summary(constructedHeld(nodes, records))
  const evolved = summary(evolvedHeld(nodes, words))
  for (const [what, part] of Object.entries(constructed)) {
    const other = evolved[what] as number
    const shown = `${what}: constructed ${share(part)}, evolved ${share(other)}`
    const allowed = what.endsWith('holders') ? 2 * tolerance : tolerance
    assert.ok(Math.abs(part - other) < allowed, shown)
  }
}

/** Of each record, which of the nearest servers have it. */
function constructedHeld(nodes: number, wanted: number): boolean[][] {
  const held: boolean[][] = []
  for (let seed = 1; held.length < wanted; seed++) {
    const enough = Math.min(wanted, held.length + 500)
    const world = new World({ nodes, seed, sessionMs: SESSION_MS })
    const { places, records } = world.index
    for (let file = 0; file < world.library.files && held.length < enough; file++) {
      const [provider] = world.library.holdersOf(file)
      if (provider === undefined || world.library.holdersOf(file).length > 1) continue
      const words = [...world.library.wordsOf(file)]
      const [word = 0] = words
      const key = places.keyOf([word])
      const matches = new Matches(world, words)
      const query = parseQuery(queryText(words), 0)
      const near = Array.from({ length: nodes }, (_, node) => node)
        .filter(node => node !== provider)
        .sort((a, b) => places.compare(key, a, b))
      held.push(
        near.slice(0, LOOKED_AT).map(node => {
          const found = records.holderAt(node, matches, [word]).find({ from: 0, key, query }, 0)
          return found !== 'over-rate' && found.hits.some(({ item }) => item === file)
        })
      )
    }
    world.clear()
  }
  return held
}

/** The same by living through it. */
function evolvedHeld(nodes: number, words: number): boolean[][] {
  const { churn } = new World({ nodes, seed: 1, sessionMs: SESSION_MS }).index
  const index = new EvolvedRecords({ nodes, words, sessionMs: SESSION_MS, refreshMs: churn.refreshMs })
  index.live(2 * SESSION_MS)
  const held: boolean[][] = []
  for (let i = 0; i < 30; i++) {
    index.live(SESSION_MS / 15)
    held.push(...index.held(LOOKED_AT))
  }
  return held
}

/** Parts of all records. */
function summary(held: readonly boolean[][]): Record<string, number> {
  const part = (is: (has: boolean[]) => boolean): number => held.filter(is).length / held.length
  const ranks = Array.from({ length: LOOKED_AT }, (_, rank) => [
    `rank ${rank}`,
    part(has => has[rank] === true)
  ])
  const counts = Array.from({ length: HOLDERS_PER_KEY + 2 }, (_, count) => [
    `${count} holders`,
    part(has => has.filter(Boolean).length === count)
  ])
  const found = part(has => has.slice(0, LOOKUP_WIDTH).includes(true))
  const mean = held.flat().filter(Boolean).length / held.length / HOLDERS_PER_KEY
  return Object.fromEntries([...ranks, ...counts, ['found', found], ['holders, of five', mean]])
}

function share(value: number): string {
  return value.toFixed(3)
}
