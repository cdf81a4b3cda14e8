/**
 * What is searched for: two or three words of the name of a file that exists once, a few times, or often; or words that
 * no name has together.
 */
import type { Random } from '../base/ports.ts'
import { sample, seededRandom } from '../base/random.ts'
import { WORDS_PER_FILE } from './library.ts'
import type { World } from './world.ts'

export const QUERY_CLASSES = ['singleton', 'rare', 'popular', 'none'] as const
export type QueryClass = (typeof QUERY_CLASSES)[number]

export interface SimQuery {
  class: QueryClass
  asker: number
  words: number[]
  /** The file that is meant; undefined for `none`. */
  target: number | undefined
}

const MOST_RARE = 9
/** Copies of a popular file: at least this part of the nodes, but not fewer or more than these. */
const POPULAR = { share: 1 / 50, min: 10, max: 100 }
const SPARE_TRIES = 1_000

/** `count` queries of one class, or fewer where the network has no such files. Equal worlds have equal ones. */
export function drawQueries(world: World, queryClass: QueryClass, count: number): SimQuery[] {
  const random = seededRandom(world.saltedSeed('queries') + QUERY_CLASSES.indexOf(queryClass))
  const targets = queryClass === 'none' ? [] : targetsOf(world, queryClass)
  const queries: SimQuery[] = []
  for (let tries = 0; queries.length < count && tries < 2 * count + SPARE_TRIES; tries++) {
    const query =
      queryClass === 'none' ? withoutTarget(world, random) : forOneOf(world, queryClass, targets, random)
    if (query !== undefined) queries.push(query)
  }
  return queries
}

function targetsOf({ library, options }: World, queryClass: QueryClass): number[] {
  const popular = Math.max(POPULAR.min, Math.min(POPULAR.max, Math.floor(options.nodes * POPULAR.share)))
  const [least, most] =
    queryClass === 'singleton'
      ? [1, 1]
      : queryClass === 'rare'
        ? [2, MOST_RARE]
        : [popular, Number.POSITIVE_INFINITY]
  const targets: number[] = []
  for (let file = 0; file < library.files; file++) {
    const copies = library.holdersOf(file).length
    if (copies >= least && copies <= most) targets.push(file)
  }
  return targets
}

/** Somebody honest has it, and somebody else, who is honest, too, looks for it. */
function forOneOf(
  world: World,
  queryClass: QueryClass,
  targets: readonly number[],
  random: Random
): SimQuery | undefined {
  const target = targets[Math.floor(random.next() * targets.length)]
  const asker = Math.floor(random.next() * world.options.nodes)
  const count = random.next() < 0.5 ? 2 : 3
  if (target === undefined || !world.isHonest(asker)) return undefined
  const holders = world.library.holdersOf(target)
  if (holders.includes(asker) || !holders.some(holder => world.isHonest(holder))) return undefined
  return {
    class: queryClass,
    asker,
    words: sample([...world.library.wordsOf(target)], count, random),
    target
  }
}

function withoutTarget(world: World, random: Random): SimQuery | undefined {
  const { library, options } = world
  const asker = Math.floor(random.next() * options.nodes)
  const drawWord = (): number => {
    const file = Math.floor(random.next() * library.files)
    return library.wordsOf(file)[Math.floor(random.next() * WORDS_PER_FILE)] as number
  }
  const words = [drawWord(), drawWord()]
  const isUsual = words[0] === words[1] || library.filesWithAll(words).length > 0
  if (isUsual || !world.isHonest(asker)) return undefined
  return { class: 'none', asker, words, target: undefined }
}
