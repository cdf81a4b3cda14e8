/**
 * What this node says to the index: which words of which files, to whom, and when again.
 *
 * Pure. The shell carries out what `tick` and the others decide, and hands back what comes of it. Holders are those of
 * last time: looking them up again costs more than telling them.
 */

import type { Random } from '../../base/ports.ts'
import { putLast } from '../../base/put-last.ts'
import { TokenBucket } from '../../base/token-bucket.ts'
import type { StoreVerdict } from '../../wire/index-message.ts'
import { MAX_STORE_ENTRIES } from '../../wire/limits.ts'
import {
  ENOUGH_BACKOFF,
  HOLDERS_PER_KEY,
  MAX_ITEMS_PER_KEY,
  MAX_PUBLISHED_ITEMS,
  MAX_PUBLISHED_KEYS,
  MAX_PUBLISHED_PAIRS,
  MAX_RECORD_LIFE_MS,
  MAX_STORE_BYTES,
  MAX_TAKERS,
  MAX_WORDS_PER_ENTRY,
  PUBLISH_RATE,
  RECORD_LIFE_REFRESHES,
  RELOCATE_MS
} from './constants.ts'
import type { KeyWords } from './keys.ts'
import type { IndexSpace } from './ports.ts'
import { newPublication, type Publication } from './publication.ts'
import { rarestFirst } from './words.ts'

export type PublishCommand<Peer, Key, Item> =
  /** Find the servers nearest to the key. Answer with `onLocated`. */
  | { kind: 'locate'; key: Key; words: KeyWords; known: readonly Peer[] }
  /** Answer with `onStored` or `onFailed`. */
  | { kind: 'store'; to: Peer; key: Key; words: KeyWords; items: Item[]; lifeMs: number }
  /** No answer is waited for. */
  | { kind: 'withdraw'; to: Peer; key: Key; words: KeyWords; items: Item[] }

export interface PublisherOptions<Peer, Key, Item> {
  keyOf(words: KeyWords): Key
  /** All words by which an item can be found. */
  wordsOf(item: Item): readonly string[]
  idOf(item: Item): string
  /** The newest items are published when there are too many, ms. */
  modifiedOf(item: Item): number
  /** In a request, bytes. */
  sizeOf(item: Item): number
  space: IndexSpace<Peer, Key>
  random: Random
}

export interface PublishFacts {
  /** False: this network needs no index. */
  isIndexed: boolean
  /** Time between two publications of a word. */
  refreshMs: number
}

export class IndexPublisher<Peer extends string | number, Key, Item> {
  readonly #options: PublisherOptions<Peer, Key, Item>
  /** What is published, and the words that were chosen for it. */
  readonly #chosen = new Map<string, { item: Item; words: string[] }>()
  /** Items with each word, for what is rare. */
  readonly #counts = new Map<string, number>()
  readonly #publications = new Map<Key, Publication<Peer, Key, Item>>()
  readonly #bucket: TokenBucket
  #words = 0
  #pairs = 0
  #refreshMs = 0
  #isIndexed = false

  constructor(options: PublisherOptions<Peer, Key, Item>, now: number) {
    this.#options = options
    this.#bucket = new TokenBucket(PUBLISH_RATE, now)
  }

  /** Words and pairs that are published, and files in the index. */
  get sizes(): { words: number; pairs: number; items: number; full: number } {
    const full = [...this.#publications.values()].filter(({ isFull }) => isFull).length
    return { words: this.#words, pairs: this.#pairs, items: this.#chosen.size, full }
  }

  /** Who has something that was said. */
  takers(now: number): Set<Peer> {
    return new Set([...this.#publications.values()].flatMap(publication => takersOf(publication, now)))
  }

  /** Files came or went. When there are too many the oldest are left out. */
  change(added: readonly Item[], removed: readonly Item[], now: number): void {
    for (const item of removed) this.#remove(item, now)
    const fresh = this.#makeRoom(
      added.filter(item => !this.#chosen.has(this.#options.idOf(item))),
      now
    )
    const words = fresh.map(item => [...new Set(this.#options.wordsOf(item))])
    for (const list of words) for (const word of list) this.#counts.set(word, this.#countOf(word) + 1)
    const chosen = words.map(list =>
      rarestFirst(list, word => this.#countOf(word)).slice(0, MAX_WORDS_PER_ENTRY)
    )
    // The rarest word of every file first: there may not be room for all words of all files.
    for (let rank = 0; rank < MAX_WORDS_PER_ENTRY; rank++) {
      fresh.forEach((item, i) => {
        const word = chosen[i]?.[rank]
        if (word !== undefined) this.#add(item, [word], rank, now)
      })
    }
    fresh.forEach((item, i) => {
      this.#chosen.set(this.#options.idOf(item), { item, words: chosen[i] as string[] })
    })
  }

  /** Takes out what is too old to stay beside `added`, and gives those of `added` that are new enough. */
  #makeRoom(added: readonly Item[], now: number): readonly Item[] {
    if (this.#chosen.size + added.length <= MAX_PUBLISHED_ITEMS) return added
    const { modifiedOf } = this.#options
    const known = Array.from(this.#chosen.values(), ({ item }) => item)
    const newest = [...known, ...added].sort((a, b) => modifiedOf(b) - modifiedOf(a))
    for (const item of newest.slice(MAX_PUBLISHED_ITEMS)) this.#remove(item, now)
    const kept = new Set(newest.slice(0, MAX_PUBLISHED_ITEMS))
    return added.filter(item => kept.has(item))
  }

  /** What to do now. Call it once in a while, such as every second. */
  tick(now: number, { isIndexed, refreshMs }: PublishFacts): PublishCommand<Peer, Key, Item>[] {
    this.#refreshMs = refreshMs
    this.#isIndexed = isIndexed
    const commands: PublishCommand<Peer, Key, Item>[] = []
    for (const publication of this.#due(now)) {
      // What was said before is taken back in any network.
      if (!isIndexed && publication.removed.size === 0) continue
      if (!this.#bucket.take(1, now)) break
      commands.push(...this.#publish(publication))
    }
    return commands
  }

  /** Servers nearest to a key, nearest first. */
  onLocated(key: Key, nearest: readonly Peer[], now: number): PublishCommand<Peer, Key, Item>[] {
    const publication = this.#publications.get(key)
    if (publication?.state !== 'locating') return []
    publication.holders = nearest.slice(0, HOLDERS_PER_KEY)
    publication.mustLocate = false
    const told = new Set([...takersOf(publication, now), ...publication.holders])
    const withdrawals = this.#withdraw(publication, told)
    if (this.#isIndexed && publication.items.size > 0 && publication.holders.length > 0) {
      return [...withdrawals, ...this.#store(publication)]
    }
    this.#rest(publication, now + this.#soonerIfLost(publication, this.#refreshMs))
    return withdrawals
  }

  /** @param answer.closer - servers that the holder thinks are nearer to the key than itself */
  onStored(
    key: Key,
    from: Peer,
    answer: { verdicts: readonly StoreVerdict[]; closer: readonly Peer[] },
    now: number
  ): void {
    const publication = this.#publications.get(key)
    if (publication?.state !== 'storing' || !publication.waiting.has(from)) return
    for (const verdict of answer.verdicts) publication.verdicts[verdict]++
    if (answer.verdicts.includes('stored')) putLast(publication.takers, from, now + this.#lifeMs, MAX_TAKERS)
    publication.mustLocate ||= this.#isNews(publication, answer.closer)
    this.#answered(publication, from, now)
  }

  onFailed(key: Key, from: Peer, now: number): void {
    const publication = this.#publications.get(key)
    if (publication?.state !== 'storing' || !publication.waiting.has(from)) return
    publication.holders = publication.holders.filter(holder => holder !== from)
    publication.mustLocate = true
    publication.waiting.set(from, 1)
    this.#answered(publication, from, now)
  }

  #publish(publication: Publication<Peer, Key, Item>): PublishCommand<Peer, Key, Item>[] {
    const { key, words, holders, mustLocate } = publication
    if (!mustLocate && holders.length > 0 && this.#isIndexed) return this.#store(publication)
    publication.state = 'locating'
    return [{ kind: 'locate', key, words, known: holders }]
  }

  #store(publication: Publication<Peer, Key, Item>): PublishCommand<Peer, Key, Item>[] {
    const { key, words, holders, waiting } = publication
    const items = [...publication.items.values()]
    const lifeMs = this.#lifeMs
    publication.state = 'storing'
    publication.hasChanged = false
    Object.assign(publication.verdicts, { stored: 0, enough: 0, full: 0, refused: 0 })
    const parts = inParts(items, this.#options.sizeOf)
    return holders.flatMap(to => {
      waiting.set(to, parts.length)
      return parts.map(part => ({ kind: 'store' as const, to, key, words, items: part, lifeMs }))
    })
  }

  get #lifeMs(): number {
    return Math.min(MAX_RECORD_LIFE_MS, RECORD_LIFE_REFRESHES * this.#refreshMs)
  }

  /** Also to servers that came nearer: a holder may have handed its records to them. */
  #withdraw(
    { key, words, removed }: Publication<Peer, Key, Item>,
    holders: ReadonlySet<Peer>
  ): PublishCommand<Peer, Key, Item>[] {
    const parts = inParts([...removed.values()], this.#options.sizeOf)
    removed.clear()
    return [...holders].flatMap(to =>
      parts.map(items => ({ kind: 'withdraw' as const, to, key, words, items }))
    )
  }

  /** A holder has no time now: it stays one, and is asked again soon. */
  onDeclined(key: Key, from: Peer, now: number): void {
    const publication = this.#publications.get(key)
    if (publication?.state !== 'storing' || !publication.waiting.has(from)) return
    publication.mustLocate = true
    this.#answered(publication, from, now)
  }

  #answered(publication: Publication<Peer, Key, Item>, from: Peer, now: number): void {
    const { waiting, verdicts } = publication
    const left = (waiting.get(from) ?? 1) - 1
    if (left > 0) waiting.set(from, left)
    else waiting.delete(from)
    if (waiting.size > 0) return
    if (publication.holders.length === 0) {
      this.#rest(publication, now + this.#soonerIfLost(publication, this.#refreshMs))
      return
    }
    publication.isFull = verdicts.full > 0
    const isEnough = verdicts.enough > 0 && verdicts.stored + verdicts.full + verdicts.refused === 0
    // The first ones come as a burst; from then on they are spread.
    const spread = publication.isPublished ? 1 : 0.5 + this.#options.random.next() / 2
    publication.isPublished = true
    const pauseMs = this.#refreshMs * spread * (isEnough ? ENOUGH_BACKOFF : 1)
    this.#rest(publication, publication.hasChanged ? now : now + this.#soonerIfLost(publication, pauseMs))
    if (publication.isFull) this.#addPairs(publication, now)
  }

  /** Words of a young network move to those who join it: they are not left for half an hour where nobody looks. */
  #soonerIfLost(publication: Publication<Peer, Key, Item>, pauseMs: number): number {
    const isLost = publication.mustLocate || publication.holders.length < HOLDERS_PER_KEY
    if (!isLost) publication.relocateMs = RELOCATE_MS
    if (!isLost || publication.relocateMs >= pauseMs) return pauseMs
    publication.mustLocate = true
    publication.relocateMs *= 2
    return publication.relocateMs / 2
  }

  #rest(publication: Publication<Peer, Key, Item>, dueAt: number): void {
    publication.state = 'due'
    publication.dueAt = dueAt
    publication.waiting.clear()
    if (publication.items.size === 0 && publication.removed.size === 0) this.#drop(publication)
  }

  /** What is gone first; then new ones, rarest first; then those that wait longest. */
  #due(now: number): Publication<Peer, Key, Item>[] {
    const due = [...this.#publications.values()].filter(({ state, dueAt }) => state === 'due' && dueAt <= now)
    return due.sort(
      (a, b) =>
        Number(b.removed.size > 0) - Number(a.removed.size > 0) ||
        Number(a.isPublished) - Number(b.isPublished) ||
        (a.isPublished ? a.dueAt - b.dueAt : a.rank - b.rank || a.items.size - b.items.size)
    )
  }

  /** Whether one of `closer` belongs to the holders. */
  #isNews({ key, holders }: Publication<Peer, Key, Item>, closer: readonly Peer[]): boolean {
    const farthest = holders.at(-1)
    if (farthest === undefined) return true
    const isNearer = (peer: Peer): boolean => this.#options.space.compare(key, peer, farthest) < 0
    return closer.some(
      peer => !holders.includes(peer) && (holders.length < HOLDERS_PER_KEY || isNearer(peer))
    )
  }

  #add(item: Item, words: KeyWords, rank: number, now: number): void {
    const key = this.#options.keyOf(words)
    const known = this.#publications.get(key)
    if (known === undefined && !this.#hasRoom(words)) return
    const publication = known ?? newPublication<Peer, Key, Item>(key, words, now)
    if (publication.items.size >= MAX_ITEMS_PER_KEY) return
    if (known === undefined) {
      this.#publications.set(key, publication)
      if (words.length > 1) this.#pairs++
      else this.#words++
    }
    publication.items.set(this.#options.idOf(item), item)
    publication.removed.delete(this.#options.idOf(item))
    publication.rank = Math.min(publication.rank, rank)
    // What is new is said soon, also when the word was said just now.
    publication.dueAt = Math.min(publication.dueAt, now)
    publication.hasChanged = true
  }

  #hasRoom(words: KeyWords): boolean {
    return words.length > 1 ? this.#pairs < MAX_PUBLISHED_PAIRS : this.#words < MAX_PUBLISHED_KEYS
  }

  /** Items of a full word under its pairs with their other full words. With one that has room they are found by that. */
  #addPairs({ items, words }: Publication<Peer, Key, Item>, now: number): void {
    const [word] = words
    if (words.length > 1 || word === undefined) return
    for (const [id, item] of items) {
      for (const other of this.#chosen.get(id)?.words ?? []) {
        if (other === word || this.#publications.get(this.#options.keyOf([other]))?.isFull !== true) continue
        const pair = [word, other].sort()
        const known = this.#publications.get(this.#options.keyOf(pair))
        if (known?.items.has(id) !== true) this.#add(item, pair, MAX_WORDS_PER_ENTRY, now)
      }
    }
  }

  #remove(item: Item, now: number): void {
    const id = this.#options.idOf(item)
    const chosen = this.#chosen.get(id)?.words
    if (chosen === undefined) return
    this.#chosen.delete(id)
    for (const word of new Set(this.#options.wordsOf(item))) this.#uncount(word)
    for (const [i, word] of chosen.entries()) {
      this.#removeFrom([word], id, now)
      for (const other of chosen.slice(i + 1)) this.#removeFrom([word, other].sort(), id, now)
    }
  }

  #removeFrom(words: KeyWords, id: string, now: number): void {
    const publication = this.#publications.get(this.#options.keyOf(words))
    const item = publication?.items.get(id)
    if (publication === undefined || item === undefined) return
    publication.items.delete(id)
    if (publication.state === 'due' && publication.holders.length === 0) {
      if (publication.items.size === 0) this.#drop(publication)
      return
    }
    publication.removed.set(id, item)
    publication.mustLocate = true
    publication.hasChanged = true
    publication.dueAt = now
  }

  #drop({ key, words }: Publication<Peer, Key, Item>): void {
    this.#publications.delete(key)
    if (words.length > 1) this.#pairs--
    else this.#words--
  }

  #countOf(word: string): number {
    return this.#counts.get(word) ?? 0
  }

  #uncount(word: string): void {
    const count = this.#countOf(word) - 1
    if (count > 0) this.#counts.set(word, count)
    else this.#counts.delete(word)
  }
}

function takersOf<Peer>({ takers }: Publication<Peer, unknown, unknown>, now: number): Peer[] {
  return [...takers].flatMap(([peer, until]) => (until > now ? [peer] : []))
}

/** Items in as few requests as they fit into. */
function inParts<T>(items: readonly T[], sizeOf: (item: T) => number): T[][] {
  const parts: T[][] = []
  let room = 0
  for (const item of items) {
    const bytes = sizeOf(item)
    const last = parts.at(-1)
    if (last === undefined || bytes > room || last.length === MAX_STORE_ENTRIES) {
      parts.push([item])
      room = MAX_STORE_BYTES - bytes
    } else {
      last.push(item)
      room -= bytes
    }
  }
  return parts
}
