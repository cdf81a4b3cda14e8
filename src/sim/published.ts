/**
 * Which words of its files a node publishes: the rule of the publisher, applied at once. A test compares with it.
 */
import {
  MAX_ITEMS_PER_KEY,
  MAX_PUBLISHED_ITEMS,
  MAX_PUBLISHED_KEYS,
  MAX_WORDS_PER_ENTRY,
  rarestFirst
} from '../search/word-index/index.ts'
import { type Library, WORDS_PER_FILE } from './library.ts'
import { wordOf } from './names.ts'

/** Files that a node publishes under each word. */
type Publications = ReadonlyMap<number, ReadonlySet<number>>

export class Published {
  readonly #library: Library
  /** Of nodes that share so much that a limit may count; 'all': none does. */
  readonly #large = new Map<number, Publications | 'all'>()

  constructor(library: Library) {
    this.#library = library
  }

  has(node: number, word: number, file: number): boolean {
    const files = this.#library.filesOf(node)
    if (files.length <= MAX_ITEMS_PER_KEY && files.length * WORDS_PER_FILE <= MAX_PUBLISHED_KEYS) return true
    let published = this.#large.get(node)
    if (published === undefined) {
      published = fits(this.#library, files) ? 'all' : publicationsOf(this.#library, files)
      this.#large.set(node, published)
    }
    return published === 'all' || published.get(word)?.has(file) === true
  }
}

function fits(library: Library, files: Uint32Array): boolean {
  if (files.length > MAX_PUBLISHED_ITEMS) return false
  const counts = new Map<number, number>()
  for (const file of files)
    for (const word of library.wordsOf(file)) counts.set(word, (counts.get(word) ?? 0) + 1)
  return counts.size <= MAX_PUBLISHED_KEYS && counts.values().every(count => count <= MAX_ITEMS_PER_KEY)
}

/** The rarest word of every file first, then the second rarest: there may not be room for all. */
function publicationsOf(library: Library, all: Uint32Array): Publications {
  const files = all.subarray(0, MAX_PUBLISHED_ITEMS)
  const counts = new Map<string, number>()
  const numbers = new Map<string, number>()
  for (const file of files) {
    for (const word of library.wordsOf(file)) {
      const text = wordOf(word)
      numbers.set(text, word)
      counts.set(text, (counts.get(text) ?? 0) + 1)
    }
  }
  const chosen = Array.from(files, file =>
    rarestFirst(Array.from(library.wordsOf(file), wordOf), word => counts.get(word) ?? 0)
  )
  const published = new Map<number, Set<number>>()
  for (let rank = 0; rank < Math.min(WORDS_PER_FILE, MAX_WORDS_PER_ENTRY); rank++) {
    for (const [i, words] of chosen.entries()) {
      const word = numbers.get(words[rank] as string) as number
      const known = published.get(word)
      if (known === undefined && published.size < MAX_PUBLISHED_KEYS)
        published.set(word, new Set([files[i] as number]))
      else if (known !== undefined && known.size < MAX_ITEMS_PER_KEY) known.add(files[i] as number)
    }
  }
  return published
}
