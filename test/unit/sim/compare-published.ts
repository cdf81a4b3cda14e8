/**
 * Compares what a virtual node is taken to publish with what a real publisher sends to holders.
 */
import assert from 'node:assert/strict'
import { seededRandom } from '../../../src/base/random.ts'
import { IndexPublisher } from '../../../src/search/word-index/index.ts'
import { wordOf } from '../../../src/sim/names.ts'
import { Published } from '../../../src/sim/published.ts'
import { World } from '../../../src/sim/world.ts'

/** The largest collections are compared: only they come near a limit. Returns the words of the largest. */
export function comparePublished(options: { nodes: number; filesPerNode: number; compared: number }): number {
  const { nodes, filesPerNode, compared } = options
  const world = new World({ nodes, seed: 2, filesPerNode })
  const { library } = world
  const published = new Published(library)
  const bySize = Array.from({ length: nodes }, (_, node) => node).sort(
    (a, b) => library.filesOf(b).length - library.filesOf(a).length
  )
  let mostWords = 0
  for (const node of bySize.slice(0, compared)) {
    const chosen = chosenBy(world, node)
    const words = new Set<number>()
    for (const file of library.filesOf(node)) {
      for (const word of library.wordsOf(file)) {
        words.add(word)
        assert.equal(
          published.has(node, word, file),
          chosen.has(`${word} ${file}`),
          `${node} ${word} ${file}`
        )
      }
    }
    mostWords = Math.max(mostWords, words.size)
  }
  return mostWords
}

/** Pairs of word and file. */
function chosenBy({ library, index }: World, node: number): Set<string> {
  const files = [...library.filesOf(node)]
  const numbers = new Map(
    files.flatMap(file => Array.from(library.wordsOf(file), word => [wordOf(word), word] as const))
  )
  const publisher = new IndexPublisher<number, number, number>(
    {
      keyOf: words => index.places.keyOf(words.map(text => numbers.get(text) as number)),
      wordsOf: file => Array.from(library.wordsOf(file), wordOf),
      idOf: String,
      modifiedOf: () => 0,
      sizeOf: () => 100,
      space: index.places,
      random: seededRandom(1)
    },
    0
  )
  publisher.change(files, [], 0)
  const chosen = new Set<string>()
  for (let now = 0; ; now += 10_000) {
    const commands = publisher.tick(now, { isIndexed: true, refreshMs: Number.MAX_SAFE_INTEGER })
    if (commands.length === 0) return chosen
    for (const command of commands) {
      const stores = command.kind === 'locate' ? publisher.onLocated(command.key, [1], now) : []
      for (const store of stores) {
        if (store.kind !== 'store') continue
        for (const file of store.items) chosen.add(`${numbers.get(store.words[0] ?? '')} ${file}`)
        const verdicts = store.items.map(() => 'stored' as const)
        publisher.onStored(store.key, store.to, { verdicts, closer: [] }, now)
      }
    }
  }
}
