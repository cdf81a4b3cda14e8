/**
 * The publishing side of the word index: carries out what the publisher decides.
 */

import { Counters } from '../base/counters.ts'
import type { Clock, PeerKey } from '../base/ports.ts'
import { putLast } from '../base/put-last.ts'
import { TokenBucket } from '../base/token-bucket.ts'
import {
  HOLDERS_PER_KEY,
  type IndexPublisher,
  IndexWalk,
  MAX_LOOKUP_REQUESTS,
  MAX_RATED_PEERS,
  type PublishCommand,
  type PublishFacts,
  SENT_STORE_RATE,
  type WordKey
} from '../search/word-index/index.ts'
import type { Entry } from '../wire/entry.ts'
import type { IndexLinks } from './index-ports.ts'
import { type Asking, IndexRun, type RunOptions } from './index-run.ts'

/** For one holder to take records, ms; it may have to be dialled. */
const STORE_TIMEOUT_MS = 5_000
/** Requests and walks under way: holders are spread over the whole network, so that nearly each is a connection of its own. */
const MAX_REQUESTS = 16
const MAX_WALKS = 8
/** Requests that may wait for their turn before nothing more is begun. */
const MAX_WAITING = 64

export interface IndexPublishingOptions {
  nickname: string
  publisher: IndexPublisher<PeerKey, WordKey, Entry>
  links: IndexLinks
  clock: Clock
  /** A walk toward a key, without its `asking` and what follows from it. */
  walkOptions(key: WordKey): ConstructorParameters<typeof IndexWalk<PeerKey, WordKey>>[0]
  runOptions(): Omit<RunOptions, 'asking' | 'onDone' | 'text'>
  signal(): AbortSignal
  /** A server that somebody names is worth asking. */
  isUsable(peer: PeerKey): boolean
}

interface Waiting {
  to: PeerKey
  /** Records that it counts as, for the holder. */
  cost: number
  send: () => Promise<void>
}

export class IndexPublishing {
  readonly counts = new Counters<
    'locates' | 'stored-words' | 'stored-records' | 'store-declined' | 'store-failed' | 'sent-withdraws'
  >()
  readonly #options: IndexPublishingOptions
  readonly #walks = new Set<IndexRun>()
  readonly #waiting: Waiting[] = []
  /** What may be sent to each holder, in order of last use. */
  readonly #rates = new Map<PeerKey, TokenBucket>()
  #requests = 0

  constructor(options: IndexPublishingOptions) {
    this.#options = options
  }

  get isWalking(): boolean {
    return this.#walks.size > 0
  }

  /** Sends what waited for its holder, and says again what is due unless too much of it waits. Call it once a second. */
  publish(facts: PublishFacts): void {
    this.#goOn()
    if (this.#waiting.length >= MAX_WAITING || this.#walks.size >= MAX_WALKS) return
    this.#perform(this.#options.publisher.tick(this.#now(), facts))
  }

  /** Gives walks under way their time. */
  tick(): void {
    for (const walk of this.#walks) walk.tick()
  }

  /** Finds the servers nearest to a key; resolves with those that answered, nearest first. */
  locate(key: WordKey, onDone: (nearest: PeerKey[]) => void): void {
    const walk = new IndexWalk({
      ...this.#options.walkOptions(key),
      width: HOLDERS_PER_KEY,
      extra: 0,
      maxRequests: MAX_LOOKUP_REQUESTS
    })
    const run = new IndexRun({
      ...this.#options.runOptions(),
      asking: asAsking(walk, key),
      text: '',
      onDone: () => {
        this.#walks.delete(run)
        onDone(walk.holders)
      }
    })
    this.#walks.add(run)
    run.tick()
  }

  /** Takes everything back from holders that are connected; the others forget by themselves. */
  async goodbye(signal: AbortSignal): Promise<void> {
    const { publisher, links } = this.#options
    const holders = [...publisher.takers(this.#now())].filter(peer => links.isConnected(peer))
    const withdraw = { type: 'withdraw' as const, words: [], entries: [] }
    await Promise.allSettled(holders.map(peer => links.request(peer, withdraw, { signal })))
  }

  #perform(commands: readonly PublishCommand<PeerKey, WordKey, Entry>[]): void {
    for (const command of commands) {
      if (command.kind === 'locate') this.#locate(command)
      else {
        const { to, items } = command
        const send = command.kind === 'store' ? () => this.#store(command) : () => this.#withdraw(command)
        this.#waiting.push({ to, cost: Math.max(1, items.length), send })
      }
    }
    this.#goOn()
  }

  /** Sends what its holders will take now. */
  #goOn(): void {
    const now = this.#now()
    for (let i = 0; i < this.#waiting.length && this.#requests < MAX_REQUESTS; ) {
      const { to, cost, send } = this.#waiting[i] as Waiting
      if (!this.#rateOf(to, now).take(cost, now)) {
        i++
        continue
      }
      this.#waiting.splice(i, 1)
      this.#requests++
      void send().finally(() => {
        this.#requests--
        this.#goOn()
      })
    }
  }

  #rateOf(holder: PeerKey, now: number): TokenBucket {
    const bucket = this.#rates.get(holder) ?? new TokenBucket(SENT_STORE_RATE, now)
    putLast(this.#rates, holder, bucket, MAX_RATED_PEERS)
    return bucket
  }

  #locate({ key }: Extract<PublishCommand<PeerKey, WordKey, Entry>, { kind: 'locate' }>): void {
    this.counts.add('locates')
    this.locate(key, nearest => this.#perform(this.#options.publisher.onLocated(key, nearest, this.#now())))
  }

  /** Never rejects. */
  async #store({
    to,
    key,
    words,
    items,
    lifeMs
  }: Extract<PublishCommand<PeerKey, WordKey, Entry>, { kind: 'store' }>): Promise<void> {
    const { publisher, links, nickname, signal, isUsable } = this.#options
    try {
      const { message } = await links.request(
        to,
        {
          type: 'store',
          words: [...words],
          entries: items,
          lifeS: Math.max(1, Math.floor(lifeMs / 1_000)),
          nickname,
          addresses: links.ownAddresses(to)
        },
        { signal: AbortSignal.any([signal(), AbortSignal.timeout(STORE_TIMEOUT_MS)]) }
      )
      if (message.type === 'declined') {
        this.counts.add('store-declined')
        publisher.onDeclined(key, to, this.#now())
        return
      }
      if (message.type !== 'stored') throw new Error(`the answer was ${message.type}`)
      this.counts.add('stored-words')
      this.counts.add('stored-records', message.verdicts.filter(verdict => verdict === 'stored').length)
      for (const contact of message.closer) links.remember(contact, to)
      const closer = message.closer.map(({ peer }) => peer).filter(peer => isUsable(peer))
      publisher.onStored(key, to, { verdicts: message.verdicts, closer }, this.#now())
    } catch {
      // Gone, or a server no more: another one is looked for the next time.
      this.counts.add('store-failed')
      publisher.onFailed(key, to, this.#now())
    }
  }

  /** Never rejects. */
  async #withdraw({
    to,
    words,
    items
  }: Extract<PublishCommand<PeerKey, WordKey, Entry>, { kind: 'withdraw' }>): Promise<void> {
    const { links, signal } = this.#options
    this.counts.add('sent-withdraws')
    const entries = items.map(({ cid, path }) => ({ cid, path }))
    await links
      .request(
        to,
        { type: 'withdraw', words: [...words], entries },
        { signal: AbortSignal.any([signal(), AbortSignal.timeout(STORE_TIMEOUT_MS)]) }
      )
      .catch(() => undefined)
  }

  #now(): number {
    return this.#options.clock.now()
  }
}

function asAsking(walk: IndexWalk<PeerKey, WordKey>, key: WordKey): Asking {
  return {
    get isDone() {
      return walk.isDone
    },
    next: now => walk.next(now).map(ask => ({ ...ask, key })),
    onAnswer: (peer, _key, answer) => walk.onAnswer(peer, answer),
    onFailed: peer => walk.onFailed(peer)
  }
}
