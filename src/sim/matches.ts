/**
 * The entries of one query in the whole network, found once: every node that is asked takes its part from here. This is
 * the one shared store that stands behind the catalogues of all virtual nodes.
 */
import type { EntryStore, Offer, ParsedQuery } from '../catalog/index.ts'
import type { Entry } from '../wire/entry.ts'
import { wordOf } from './names.ts'
import type { World } from './world.ts'

export class Matches {
  readonly #world: World
  /** Files that fit the query, newest first. */
  readonly files: readonly number[]
  /** By node, the files it has a copy of. */
  readonly #byNode = new Map<number, number[]>()
  readonly #entries = new Map<number, Entry>()
  readonly #fileByCid = new Map<string, number>()

  /** @param words - numbers of the words that must all be in a name */
  constructor(world: World, words: readonly number[]) {
    this.#world = world
    const files = world.library.filesWithAll(words)
    for (const file of files) {
      const entry = world.names.entryOf(file, world.library.wordsOf(file))
      this.#entries.set(file, entry)
      this.#fileByCid.set(entry.cid, file)
      for (const holder of world.library.holdersOf(file)) {
        const has = this.#byNode.get(holder)
        if (has === undefined) this.#byNode.set(holder, [file])
        else has.push(file)
      }
    }
    this.files = files.sort((a, b) => this.entryOf(b).modified - this.entryOf(a).modified)
  }

  /** Of a file that fits. */
  entryOf(file: number): Entry {
    return this.#entries.get(file) as Entry
  }

  fileOf(cid: string): number | undefined {
    return this.#fileByCid.get(cid)
  }

  /** Files that fit and that `node` shares. */
  at(node: number): readonly number[] {
    return this.#byNode.get(node) ?? []
  }

  /** What `node` finds among all entries that it knows. */
  storeOf(node: number): Pick<EntryStore, 'search' | 'count'> {
    const { known, library, names } = this.#world
    return {
      count: () => library.filesOf(node).length,
      search: (_query: ParsedQuery, limit: number, provider?: string): Offer[] => {
        const offers: Offer[] = []
        for (const file of this.files) {
          const entry = this.entryOf(file)
          for (const holder of library.holdersOf(file)) {
            const isWanted = provider === undefined ? known.isKnown(node, holder) : holder === node
            if (isWanted) offers.push({ provider: names.peerOf(holder), entry })
            if (offers.length === limit) return offers
          }
        }
        return offers
      }
    }
  }
}

/** What somebody types to find names with these words. */
export function queryText(words: readonly number[]): string {
  return words.map(wordOf).join(' ')
}
