/**
 * The word index at this node: which servers it knows, what it publishes, what it keeps for others, and how a search
 * asks. Drives the rules of search/word-index with real time.
 */
import type { Clock, PeerKey, Random } from '../base/ports.ts'
import { type EntryStore, type ParsedQuery, parseQuery } from '../catalog/index.ts'
import {
  askTimeoutMs,
  HOLDERS_PER_KEY,
  IndexLookup,
  IndexPublisher,
  type IndexWalk,
  indexWords,
  isIndexed,
  isIndexWord,
  lookupKeys,
  lookupWords,
  MAX_COUNTED_FREQUENCY,
  MAX_PUBLISHED_ITEMS,
  MAX_WALK_CANDIDATES,
  refreshMs,
  ServerTable,
  SessionMedian,
  type WordKey,
  wordKey,
  XorSpace
} from '../search/word-index/index.ts'
import type { Entry, EntryKey } from '../wire/entry.ts'
import { type IndexHit, partBytes } from '../wire/index-message.ts'
import { AnswerTime } from './answer-time.ts'
import { IndexAnswers } from './index-answers.ts'
import { IndexHandOver } from './index-hand-over.ts'
import type { IndexLinks } from './index-ports.ts'
import { IndexPublishing } from './index-publishing.ts'
import { IndexRun, type RunOptions } from './index-run.ts'

/** How often it is looked what is due, and how often walks are given their time, ms. */
const TICK_MS = 1_000
const WALK_TICK_MS = 50
/** How often records that are over are looked for, ms. */
const EXPIRE_MS = 60_000
/** How often this node looks for its neighbours in the key space, and when at first, ms. */
const SELF_WALK_MS = 10 * 60_000
const FIRST_SELF_WALK_MS = 2_000
/** The same while it knows hardly any server, ms. */
const LOST_SELF_WALK_MS = 10_000
/** How long pages may be on their way before a catalogue counts as incomplete, ms. */
const PULLING_MS = 30_000
/** Servers that a walk begins with. */
const KNOWN_SERVERS = MAX_WALK_CANDIDATES / 2
/** What one server has for an answer outside of a walk, ms. */
const ASK_MS = 5_000
/** For goodbye to reach holders that are connected, ms. */
const GOODBYE_MS = 2_000

export interface WordIndexOptions {
  self: PeerKey
  nickname: string
  links: IndexLinks
  store: Pick<EntryStore, 'search' | 'count'>
  /** Links to neighbours: they tell how long peers stay. */
  neighbours: {
    onJoin(handler: (peer: PeerKey) => void): void
    onLeave(handler: (peer: PeerKey) => void): void
  }
  /** How much of the network this node's catalogue has. */
  catalogue(): { complete: boolean; providers: number }
  /** Peers that are not spoken to at present. */
  isBlocked?(peer: PeerKey): boolean
  /** A peer asks so much more than it may that it is no carelessness. */
  onFlood?(peer: PeerKey): void
  /** Known peers below which a network needs no index; for networks of few nodes that shall have one. */
  smallNetwork?: number | undefined
  /** For all answers of this node; its own when there is none. */
  answerTime?: AnswerTime | undefined
  clock: Clock
  random: Random
  /** Calls `task` every `ms` until the returned function is called. */
  every?: (ms: number, task: () => void) => () => void
}

/** What a search tells the index, and is told. */
export interface LookupHandlers {
  /** ms, of the clock by which answers are waited for. */
  now(): number
  hasEnough(): boolean
  /** Servers that are not asked, since what they tell is not believed. */
  isLiar(peer: PeerKey): boolean
  /** Servers that are asked after the others, since the providers that they named mostly denied. */
  isDoubted(peer: PeerKey): boolean
  onSent(bytes: number): void
  /** Says how many of the hits fit and can be relied on. */
  onHits(from: PeerKey, hits: IndexHit[], bytes: number): number
  /** `holders`: of the nearest servers, those that answered and left nothing out. */
  onDone(holders: number): void
}

export class WordIndex {
  readonly #options: WordIndexOptions
  readonly #space: XorSpace
  readonly #table: ServerTable<PeerKey, WordKey>
  readonly #answers: IndexAnswers
  readonly #publisher: IndexPublisher<PeerKey, WordKey, Entry>
  readonly #publishing: IndexPublishing
  readonly #handOver: IndexHandOver
  readonly #sessions = new SessionMedian()
  readonly #joinedAt = new Map<PeerKey, number>()
  #role: 'client' | 'server' = 'client'
  #incompleteSince: number | undefined
  /** Own entries are read when they are first needed. */
  #hasEntries = false
  #stopping = new AbortController()
  #stopTicking: (() => void) | undefined
  #stopWalking: (() => void) | undefined
  /** Of the query that was looked at last: counting words costs the most of it. */
  #lastWords: { query: ParsedQuery; words: string[] } | undefined
  #selfWalkAt = 0
  #expireAt = 0

  constructor(options: WordIndexOptions) {
    const { self, nickname, links, clock, random } = options
    const space = new XorSpace(self)
    this.#options = options
    this.#space = space
    this.#table = new ServerTable({ self, space, sharedBits: peer => space.sharedBits(peer) })
    const parts = { self, nickname, space, table: this.#table, links, clock }
    this.#answers = new IndexAnswers({
      ...parts,
      answerTime: options.answerTime ?? new AnswerTime(clock.now()),
      onFlood: peer => options.onFlood?.(peer),
      ownEntries: (query, limit) => this.#ownEntries(query, limit)
    })
    this.#publisher = new IndexPublisher(
      {
        keyOf: wordKey,
        wordsOf: entry => indexWords(entry.path),
        idOf: entry => `${entry.cid} ${entry.path}`,
        modifiedOf: entry => entry.modified,
        sizeOf: partBytes.entry,
        space,
        random
      },
      clock.now()
    )
    this.#publishing = new IndexPublishing({
      nickname,
      publisher: this.#publisher,
      links,
      clock,
      walkOptions: key => this.#walkOptions(key),
      runOptions: () => this.#runOptions(this.#stopping.signal),
      signal: () => this.#stopping.signal,
      isUsable: peer => peer !== self && links.canReach(peer) && !this.#table.isSuspect(peer)
    })
    this.#handOver = new IndexHandOver({ ...parts, answers: this.#answers })
  }

  async start(signal: AbortSignal): Promise<void> {
    const { links, neighbours, clock } = this.#options
    this.#stopping = new AbortController()
    signal.addEventListener('abort', () => this.#stopping.abort(signal.reason), {
      signal: this.#stopping.signal
    })
    links.onServer((peer, isServer) => this.#onServer(peer, isServer))
    neighbours.onJoin(peer => this.#joinedAt.set(peer, clock.now()))
    neighbours.onLeave(peer => this.#onLeft(peer))
    for (const peer of await links.remembered()) this.#table.add(peer, { isProven: false })
    this.#selfWalkAt = clock.now() + FIRST_SELF_WALK_MS
    this.#stopTicking = this.#every(TICK_MS, () => this.#tick())
  }

  async stop(): Promise<void> {
    this.#stopTicking?.()
    this.#stopWalking?.()
    this.#stopWalking = undefined
    this.#stopping.abort(new Error('the node stops'))
    await this.#options.links.serve(undefined)
  }

  /** Takes back what was published. Nothing is published afterwards. */
  async leave(): Promise<void> {
    this.#stopTicking?.()
    await this.#publishing.goodbye(AbortSignal.timeout(GOODBYE_MS))
  }

  /** Whether this node keeps records for others. A server that becomes a client gives them on first. */
  async setRole(role: 'client' | 'server'): Promise<void> {
    if (role === this.#role || this.#stopping.signal.aborted) return
    this.#role = role
    if (role === 'server') {
      await this.#options.links.serve(this.#answers)
      return
    }
    await this.#handOver.giveUp(this.#stopping.signal)
    await this.#options.links.serve(undefined)
    this.#answers.clear()
  }

  /** Own entries came or went. */
  change(added: readonly Entry[], removed: readonly EntryKey[]): void {
    if (!this.#hasEntries) return
    this.#publisher.change(added, removed as Entry[], this.#now())
  }

  /** Whether there is a word to look up and somebody to ask. `always`: also where the network needs no index. */
  canLookUp(query: ParsedQuery, always: boolean): boolean {
    if (!always && !this.isNeeded) return false
    const { links } = this.#options
    return query.words.some(isIndexWord) && [...this.#table.peers()].some(peer => links.canReach(peer))
  }

  /** Records of others that this node keeps itself. */
  known(query: ParsedQuery): IndexHit[] {
    if (this.#role === 'client' || !this.isNeeded) return []
    const [word] = this.#wordsOf(query)
    return word === undefined ? [] : this.#answers.find(wordKey([word]), query)
  }

  /** Asks the holders of the rarest words. `tick` of what it gives is to be called now and then. */
  lookUp(query: ParsedQuery, handlers: LookupHandlers, signal: AbortSignal): IndexRun {
    const keys = lookupKeys(this.#wordsOf(query), wordKey)
    const { space, timeoutMs, groupOf } = this.#walkOptions(keys[0] as WordKey)
    const known = [...new Set(keys.flatMap(key => this.#nearest(key)))].filter(peer => !handlers.isLiar(peer))
    const run = this.#runOptions(AbortSignal.any([signal, this.#stopping.signal]))
    const lookup = new IndexLookup<PeerKey, WordKey>({
      keys,
      space,
      known,
      timeoutMs,
      groupOf,
      isLast: handlers.isDoubted
    })
    return new IndexRun({
      ...run,
      now: handlers.now,
      isBlocked: peer => run.isBlocked?.(peer) === true || handlers.isLiar(peer),
      asking: {
        get isDone() {
          return lookup.isDone
        },
        next: now => lookup.next(now, handlers.hasEnough()),
        onAnswer: (...answer) => lookup.onAnswer(...answer),
        onFailed: (...failed) => lookup.onFailed(...failed)
      },
      text: query.text,
      onSent: handlers.onSent,
      onHits: handlers.onHits,
      onDone: () => handlers.onDone(lookup.holders)
    })
  }

  /** Asks one server, whatever is near to it. Rejects when there is no answer in time, or none of what it keeps. */
  async ask(
    peer: PeerKey,
    query: ParsedQuery,
    options: { signal: AbortSignal; onSent: (bytes: number) => void }
  ): Promise<{ hits: IndexHit[]; bytes: number }> {
    const [word = ''] = query.words
    const signal = AbortSignal.any([options.signal, this.#stopping.signal, AbortSignal.timeout(ASK_MS)])
    const request = { type: 'find' as const, key: wordKey([word]), text: query.text }
    const { message, bytes } = await this.#options.links.request(peer, request, { ...options, signal })
    if (message.type !== 'found') throw new Error(`${peer} declined`)
    return { hits: message.hits, bytes }
  }

  stats(): Record<string, number> {
    const { words, pairs, items, full } = this.#publisher.sizes
    return {
      server: this.#role === 'server' ? 1 : 0,
      servers: this.#table.size,
      'published-words': words,
      'published-pairs': pairs,
      'published-files': items,
      'full-words': full,
      ...this.#answers.stats(),
      ...this.#publishing.counts.toJSON(),
      ...this.#handOver.counts.toJSON()
    }
  }

  #tick(): void {
    const now = this.#now()
    const { isNeeded } = this
    if (this.#role === 'server') this.#handOver.tick(now, this.#stopping.signal)
    if (isNeeded && !this.#hasEntries) this.#readEntries()
    this.#publishing.publish({
      isIndexed: isNeeded && this.#table.size > 0,
      refreshMs: refreshMs(this.#medianSessionMs())
    })
    if (now >= this.#expireAt) {
      this.#expireAt = now + EXPIRE_MS
      this.#answers.expire()
    }
    if (now >= this.#selfWalkAt && this.#table.size > 0) {
      this.#selfWalkAt = now + (this.#table.size < HOLDERS_PER_KEY ? LOST_SELF_WALK_MS : SELF_WALK_MS)
      this.#publishing.locate(this.#space.selfKey, () => {})
    }
    this.#keepWalking()
  }

  /** A quicker clock, and only while somebody walks. */
  #keepWalking(): void {
    if (!this.#publishing.isWalking || this.#stopping.signal.aborted) {
      this.#stopWalking?.()
      this.#stopWalking = undefined
      return
    }
    this.#stopWalking ??= this.#every(WALK_TICK_MS, () => {
      this.#publishing.tick()
      this.#keepWalking()
    })
  }

  #every(ms: number, task: () => void): () => void {
    if (this.#options.every !== undefined) return this.#options.every(ms, task)
    const timer = setInterval(task, ms).unref()
    return () => clearInterval(timer)
  }

  /** Not while everybody knows everything anyway. */
  get isNeeded(): boolean {
    const { complete, providers } = this.#options.catalogue()
    const now = this.#now()
    if (complete) this.#incompleteSince = undefined
    else this.#incompleteSince ??= now
    // Pages come a moment after the head that tells of them: that alone makes no large network.
    const isComplete = complete || now - (this.#incompleteSince ?? now) < PULLING_MS
    const peersKnown = Math.max(providers, this.#table.size)
    return isIndexed({ complete: isComplete, peersKnown, smallNetwork: this.#options.smallNetwork })
  }

  /** The newest entries: what a provider may have in the index. */
  #readEntries(): void {
    this.#hasEntries = true
    this.#publisher.change(
      this.#ownEntries(parseQuery('size:>=0', this.#now()), MAX_PUBLISHED_ITEMS),
      [],
      this.#now()
    )
  }

  #ownEntries(query: ParsedQuery, limit: number): Entry[] {
    const { self, store } = this.#options
    if (store.count(self) === 0) return []
    return store.search(query, limit, self).map(({ entry }) => entry)
  }

  #wordsOf(query: ParsedQuery): string[] {
    const { store } = this.#options
    if (this.#lastWords?.query !== query) {
      const frequency = (word: string): number =>
        store.search(parseQuery(word, this.#now()), MAX_COUNTED_FREQUENCY).length
      this.#lastWords = { query, words: lookupWords(query, frequency) }
    }
    return this.#lastWords.words
  }

  #nearest(key: WordKey): PeerKey[] {
    const { links, isBlocked } = this.#options
    return this.#table
      .nearest(key, 2 * KNOWN_SERVERS)
      .filter(peer => links.canReach(peer) && isBlocked?.(peer) !== true)
      .slice(0, KNOWN_SERVERS)
  }

  #walkOptions(key: WordKey): ConstructorParameters<typeof IndexWalk<PeerKey, WordKey>>[0] {
    const { links } = this.#options
    return {
      key,
      space: this.#space,
      known: this.#nearest(key),
      width: HOLDERS_PER_KEY,
      extra: 0,
      maxRequests: MAX_WALK_CANDIDATES,
      timeoutMs: peer => askTimeoutMs({ isWarm: links.isConnected(peer), rttMs: links.rttMs(peer) }),
      groupOf: peer => links.groupOf(peer)
    }
  }

  #runOptions(signal: AbortSignal): Omit<RunOptions, 'asking' | 'onDone' | 'text'> {
    const { self, links, isBlocked } = this.#options
    return { self, links, table: this.#table, now: () => this.#now(), signal, isBlocked }
  }

  #onServer(peer: PeerKey, isServer: boolean): void {
    if (!isServer) {
      this.#table.remove(peer)
      return
    }
    this.#table.add(peer, { isProven: true })
    if (this.#role === 'server') this.#handOver.expect(peer, this.#now())
  }

  #onLeft(peer: PeerKey): void {
    const joinedAt = this.#joinedAt.get(peer)
    this.#joinedAt.delete(peer)
    if (joinedAt !== undefined) this.#sessions.add(this.#now() - joinedAt)
  }

  #medianSessionMs(): number {
    const now = this.#now()
    return this.#sessions.medianMs([...this.#joinedAt.values()].map(joinedAt => now - joinedAt))
  }

  #now(): number {
    return this.#options.clock.now()
  }
}
