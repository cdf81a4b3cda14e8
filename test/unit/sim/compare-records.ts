/**
 * Compares the constructed places of index records with those that come about when nodes come, go and publish again.
 *
 * In the evolved network every place in the key space is taken over by a newcomer elsewhere as soon as its node leaves, so
 * the number of nodes stays. What must agree is how likely the nearest servers, one by one, have a record.
 */
import assert from 'node:assert/strict'
import { seededRandom } from '../../../src/base/random.ts'
import { parseQuery } from '../../../src/catalog/index.ts'
import { HOLDERS_PER_KEY } from '../../../src/search/word-index/index.ts'
import { Matches, queryText } from '../../../src/sim/matches.ts'
import { World } from '../../../src/sim/world.ts'

const SESSION_MS = 3_600_000
const STEP_MS = 10_000
/** Nearest servers that are looked at. */
const LOOKED_AT = 10
export interface RecordComparison {
  nodes: number
  /** Words that are published at any time in the evolved network, and records looked for in the constructed one. */
  words: number
  records: number
  /** Difference of two shares that is still chance. */
  tolerance: number
}

export function compareRecords({ nodes, words, records, tolerance }: RecordComparison): void {
  const constructed = constructedShares(nodes, records)
  const evolved = evolvedShares(nodes, words)
  const shown = `constructed ${constructed.map(share)}, evolved ${evolved.map(share)}`
  for (let rank = 0; rank < LOOKED_AT; rank++) {
    assert.ok(
      Math.abs((constructed[rank] as number) - (evolved[rank] as number)) < tolerance,
      `rank ${rank}: ${shown}`
    )
  }
}

/** Part of the records that the nearest server has, the second nearest and so on. */
function constructedShares(nodes: number, wanted: number): number[] {
  const counts = Array.from({ length: LOOKED_AT }, () => 0)
  let samples = 0
  for (let seed = 1; samples < wanted; seed++) {
    const enough = Math.min(wanted, samples + 500)
    const world = new World({ nodes, seed, sessionMs: SESSION_MS })
    const { places, records } = world.index
    for (let file = 0; file < world.library.files && samples < enough; file++) {
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
      for (let rank = 0; rank < LOOKED_AT; rank++) {
        const found = records.holderAt(near[rank] as number, matches, [word]).find({ from: 0, key, query }, 0)
        if (found !== 'over-rate' && found.hits.some(({ item }) => item === file)) counts[rank]!++
      }
      samples++
    }
    world.clear()
  }
  return counts.map(count => count / samples)
}

/** The same by living through it. A record is a set of servers, which their leaving makes smaller. */
function evolvedShares(nodes: number, words: number): number[] {
  const random = seededRandom(17)
  const { churn } = new World({ nodes, seed: 1, sessionMs: SESSION_MS }).index
  const stay = (): number => -SESSION_MS * Math.log(1 - random.next())
  let next = nodes
  let alive = Array.from({ length: nodes }, (_, id) => ({ id, place: random.next(), leavesAt: stay() }))
  const counts = Array.from({ length: LOOKED_AT }, () => 0)
  let samples = 0
  // Providers of one key each: who leaves takes the word along, and another one comes with another word.
  let published = Array.from({ length: words }, () => newWord(0))

  function newWord(now: number) {
    return { place: random.next(), leavesAt: now + stay(), sayAt: now, holders: new Set<number>() }
  }

  for (let now = 0; now < 4 * SESSION_MS; now += STEP_MS) {
    alive = alive.map(node =>
      node.leavesAt > now ? node : { id: next++, place: random.next(), leavesAt: now + stay() }
    )
    published = published.map(word => (word.leavesAt > now ? word : newWord(now)))
    for (const word of published) {
      if (word.sayAt > now) continue
      const near = alive.toSorted((a, b) => Math.abs(a.place - word.place) - Math.abs(b.place - word.place))
      word.holders = new Set(near.slice(0, HOLDERS_PER_KEY).map(({ id }) => id))
      word.sayAt = now + churn.refreshMs
    }
    if (now < 2 * SESSION_MS || now % (4 * 60_000) !== 0) continue
    for (const word of published) {
      const near = alive.toSorted((a, b) => Math.abs(a.place - word.place) - Math.abs(b.place - word.place))
      for (let rank = 0; rank < LOOKED_AT; rank++) if (word.holders.has(near[rank]?.id ?? -1)) counts[rank]!++
      samples++
    }
  }
  return counts.map(count => count / samples)
}

function share(value: number): string {
  return value.toFixed(3)
}
