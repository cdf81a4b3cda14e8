/**
 * Who shares what: files with their words, and the nodes that have copies. Numbers only; names are made when asked for.
 *
 * Copies of a file fall as r^-2.3, so about 70 % of the files exist once, and at most 5 % of the nodes have one. A quarter
 * of the nodes shares nothing, the others' collections are log-normal. A name has five words, and how often a word occurs
 * follows Zipf and Mandelbrot.
 */
import type { Random } from '../base/ports.ts'
import { normalOf } from './chance.ts'

export interface LibraryOptions {
  nodes: number
  /** Copies that a node shares, on average. */
  filesPerNode: number
  random: Random
}

export const WORDS = 200_000
export const WORDS_PER_FILE = 5
const COPIES_EXPONENT = 2.3
/** Part of the nodes that may have a copy of one file. */
const MOST_COPIES = 0.05
const FREE_RIDERS = 0.25
/** Deviation of the logarithm of a collection's size. */
const COLLECTION_SPREAD = 1.2
/** Chance of the word of rank i, counted from 0, is as 1 / (i + this). */
const WORD_OFFSET = 51

export class Library {
  readonly nodes: number
  readonly files: number
  /** Most copies that a file may have. */
  readonly mostCopies: number
  readonly #words: Uint32Array
  readonly #holders: Lists
  readonly #filesOfNode: Lists
  readonly #filesOfWord: Lists

  constructor(options: LibraryOptions) {
    const { random } = options
    this.nodes = options.nodes
    this.mostCopies = Math.max(2, Math.floor(options.nodes * MOST_COPIES))
    const copies = placeCopies(options, this.mostCopies)
    this.files = copies.files
    this.#holders = new Lists(copies.file, copies.node, copies.files)
    this.#filesOfNode = new Lists(copies.node, copies.file, options.nodes)
    this.#words = drawWords(copies.files, random)
    const fileOfWord = Uint32Array.from(this.#words, (_, i) => Math.floor(i / WORDS_PER_FILE))
    this.#filesOfWord = new Lists(this.#words, fileOfWord, WORDS)
  }

  wordsOf(file: number): Uint32Array {
    return this.#words.subarray(file * WORDS_PER_FILE, (file + 1) * WORDS_PER_FILE)
  }

  /** Nodes that have a copy. */
  holdersOf(file: number): Uint32Array {
    return this.#holders.of(file)
  }

  filesOf(node: number): Uint32Array {
    return this.#filesOfNode.of(node)
  }

  filesWith(word: number): Uint32Array {
    return this.#filesOfWord.of(word)
  }

  /** Files that have all the words. */
  filesWithAll(words: readonly number[]): number[] {
    const rarest = words.reduce((a, b) => (this.filesWith(b).length < this.filesWith(a).length ? b : a))
    const found: number[] = []
    for (const file of this.filesWith(rarest)) {
      const has = this.wordsOf(file)
      if (words.every(word => has.includes(word))) found.push(file)
    }
    return found
  }
}

/** Lists of numbers by a key from 0 up, one after the other in one array. */
class Lists {
  readonly #offsets: Uint32Array
  readonly #items: Uint32Array

  constructor(keys: Uint32Array, items: Uint32Array, count: number) {
    this.#offsets = new Uint32Array(count + 1)
    this.#items = new Uint32Array(items.length)
    for (const key of keys) this.#offsets[key + 1]!++
    for (let i = 0; i < count; i++) this.#offsets[i + 1]! += this.#offsets[i] as number
    const free = this.#offsets.slice(0, count)
    for (let i = 0; i < keys.length; i++) this.#items[free[keys[i] as number]!++] = items[i] as number
  }

  of(key: number): Uint32Array {
    return this.#items.subarray(this.#offsets[key], this.#offsets[key + 1])
  }
}

/** Places copies of one file after the other until there are enough. `file[i]` has a copy at `node[i]`. */
function placeCopies({ nodes, filesPerNode, random }: LibraryOptions, mostCopies: number) {
  const wanted = nodes * filesPerNode
  const file = new Uint32Array(wanted + mostCopies)
  const node = new Uint32Array(wanted + mostCopies)
  const copiesUpTo = sums(mostCopies, i => (i + 1) ** -COPIES_EXPONENT)
  const shareUpTo = sums(nodes, () => collection(random))
  let files = 0
  let length = 0
  while (length < wanted) {
    const copies = drawFrom(copiesUpTo, random) + 1
    const holders = new Set<number>()
    // The largest collections are drawn again and again, so a popular file may end with fewer copies than it should.
    for (let tries = 0; holders.size < copies && tries < 4 * copies; tries++) {
      holders.add(drawFrom(shareUpTo, random))
    }
    for (const holder of holders) {
      file[length] = files
      node[length++] = holder
    }
    files++
  }
  return { files, file: file.slice(0, length), node: node.slice(0, length) }
}

function collection(random: Random): number {
  const size = Math.exp(COLLECTION_SPREAD * normalOf(1 - random.next(), random.next()))
  return random.next() < FREE_RIDERS ? 0 : size
}

function drawWords(files: number, random: Random): Uint32Array {
  const upTo = sums(WORDS, i => 1 / (i + WORD_OFFSET))
  const words = new Uint32Array(files * WORDS_PER_FILE)
  for (let start = 0; start < words.length; start += WORDS_PER_FILE) {
    for (let i = start; i < start + WORDS_PER_FILE; ) {
      const word = drawFrom(upTo, random)
      if (words.subarray(start, i).includes(word)) continue
      words[i++] = word
    }
  }
  return words
}

/** Running sums of `weight(0)`, `weight(1)` and so on. */
function sums(count: number, weight: (i: number) => number): Float64Array {
  const upTo = new Float64Array(count)
  let sum = 0
  for (let i = 0; i < count; i++) {
    sum += weight(i)
    upTo[i] = sum
  }
  return upTo
}

/** An index, with the chances of which `upTo` holds the running sums. */
function drawFrom(upTo: Float64Array, random: Random): number {
  const point = random.next() * (upTo[upTo.length - 1] as number)
  let low = 0
  let high = upTo.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((upTo[middle] as number) > point) high = middle
    else low = middle + 1
  }
  return low
}
