/**
 * Giving records of the word index to others: to a newcomer that lies nearer to their keys, and to those who come next
 * when this node keeps none any more.
 */

import { setTimeout as sleep, setImmediate as yieldToOthers } from 'node:timers/promises'
import { Counters } from '../base/counters.ts'
import type { PeerKey } from '../base/ports.ts'
import { putLast } from '../base/put-last.ts'
import { TokenBucket } from '../base/token-bucket.ts'
import {
  HOLDERS_PER_KEY,
  SENT_STORE_RATE,
  type ServerTable,
  type WordKey,
  type XorSpace
} from '../search/word-index/index.ts'
import type { HandedRecord, IndexMessage } from '../wire/index-message.ts'
import { packHandOver } from '../wire/index-packing.ts'
import type { IndexAnswers } from './index-answers.ts'
import type { IndexLinks } from './index-ports.ts'

/** Servers near us that are looked at: the holders of our keys are among them. */
const NEAR_SERVERS = 32
/** A newcomer that is not among so many nearest to us has no keys in common with us. */
const NEWCOMER_RANK = 16
/** It has to hear first who we are, ms: from a stranger it takes nothing. */
const INTRODUCTION_MS = 500
/** A newcomer that comes again within this time is given nothing again, ms: most only lost a connection. */
const AGAIN_MS = 10 * 60_000
/** Messages without news for a newcomer after which it has all that we have: it was here before. */
const MAX_KNOWN_MESSAGES = 4
/** For all that a newcomer gets, ms: by then providers have said most of it again. */
const NEWCOMER_MS = 20 * 60_000
/** For all of it when this node becomes a client, and for one message, ms; servers that are given something at once. */
const GIVE_UP_MS = 10_000
const MESSAGE_MS = 5_000
const PARALLEL = 8
/** Keys that are looked at before others get a turn: about 3 ms. */
const KEYS_PER_TURN = 500

export interface IndexHandOverOptions {
  self: PeerKey
  space: XorSpace
  table: ServerTable<PeerKey, WordKey>
  links: IndexLinks
  answers: Pick<IndexAnswers, 'keys' | 'recordsAt'>
}

interface Gift {
  key: WordKey
  records: HandedRecord[]
}

export class IndexHandOver {
  readonly counts = new Counters<'handed-over' | 'hand-over-failed'>()
  readonly #options: IndexHandOverOptions
  /** Newcomers, and when they will be given what is theirs, ms. */
  readonly #expected = new Map<PeerKey, number>()
  /** When newcomers were given what is theirs, by `performance.now`; the one longest ago makes room. */
  readonly #givenAt = new Map<PeerKey, number>()

  constructor(options: IndexHandOverOptions) {
    this.#options = options
  }

  /** A server came, or came again: it is given what is its own a moment later. */
  expect(newcomer: PeerKey, now: number): void {
    if (this.#expected.size < 2 * NEAR_SERVERS) this.#expected.set(newcomer, now + INTRODUCTION_MS)
  }

  /** Begins to give to those whose time has come. Call it once a second. */
  tick(now: number, signal: AbortSignal): void {
    for (const [newcomer, dueAt] of this.#expected) {
      if (dueAt > now) continue
      this.#expected.delete(newcomer)
      void this.#toNewcomer(newcomer, signal)
    }
  }

  /** Of the holders of a key only the nearest gives its records. Never rejects. */
  async #toNewcomer(newcomer: PeerKey, signal: AbortSignal): Promise<void> {
    const { self, space, table } = this.#options
    const near = table.nearest(space.selfKey, NEAR_SERVERS)
    if (!near.slice(0, NEWCOMER_RANK).includes(newcomer) || !this.#isDue(newcomer)) return
    const others = near.filter(peer => peer !== newcomer)
    const isNearest = (key: WordKey): boolean => others.every(other => space.compare(key, self, other) < 0)
    const isTheirs = (key: WordKey): boolean => {
      const nearer = [self, ...others].filter(other => space.compare(key, other, newcomer) < 0)
      return nearer.length < HOLDERS_PER_KEY && isNearest(key)
    }
    const timed = AbortSignal.any([signal, AbortSignal.timeout(NEWCOMER_MS)])
    await this.#give(newcomer, this.#gifts(isTheirs, timed), timed, MAX_KNOWN_MESSAGES)
  }

  /** Gives every key to the server that is a holder now that this node is none. Never rejects. */
  async giveUp(signal: AbortSignal): Promise<void> {
    const { table } = this.#options
    const timed = AbortSignal.any([signal, AbortSignal.timeout(GIVE_UP_MS)])
    const byTarget = new Map<PeerKey, Gift[]>()
    for await (const { key, records } of this.#gifts(() => true, timed)) {
      const near = table.nearest(key, HOLDERS_PER_KEY + 1)
      for (const [to, part] of Map.groupBy(records, ({ peer }) => nextHolder(near, peer))) {
        if (to === undefined) continue
        const gifts = byTarget.get(to) ?? []
        gifts.push({ key, records: part })
        byTarget.set(to, gifts)
      }
    }
    const targets = byTarget.entries()
    const giveSome = async (): Promise<void> => {
      for (const [to, gifts] of targets) await this.#give(to, gifts, timed)
    }
    await Promise.all(Array.from({ length: PARALLEL }, giveSome))
  }

  #isDue(newcomer: PeerKey): boolean {
    const now = performance.now()
    if (now - (this.#givenAt.get(newcomer) ?? -Infinity) < AGAIN_MS) return false
    putLast(this.#givenAt, newcomer, now, 2 * NEAR_SERVERS)
    return true
  }

  async *#gifts(isTheirs: (key: WordKey) => boolean, signal: AbortSignal): AsyncGenerator<Gift> {
    const { answers } = this.#options
    let looked = 0
    for (const key of answers.keys()) {
      if (signal.aborted) return
      if (++looked % KEYS_PER_TURN === 0) await yieldToOthers()
      const records = isTheirs(key) ? answers.recordsAt(key) : []
      if (records.length > 0) yield { key, records }
    }
  }

  /** @param maxKnown - messages of which nothing was taken after which there is no use in more */
  async #give(
    to: PeerKey,
    gifts: AsyncIterable<Gift> | Iterable<Gift>,
    signal: AbortSignal,
    maxKnown = Infinity
  ): Promise<void> {
    const { links } = this.#options
    const bucket = new TokenBucket(SENT_STORE_RATE, performance.now())
    let known = 0
    let hasTaken = false
    for await (const { key, records } of gifts) {
      for (const message of packHandOver(key, records, peer => links.contactOf(peer, to))) {
        const waitMs = bucket.reserve(message.records.length, performance.now())
        if (waitMs > 0) await sleep(waitMs, undefined, { signal, ref: false }).catch(() => {})
        if (signal.aborted) return
        const taken = await this.#send(to, message, signal)
        if (taken === undefined) return
        hasTaken ||= taken > 0
        if (!hasTaken && ++known >= maxKnown) return
      }
    }
  }

  /** How many records were taken; undefined when there is no use in more. */
  async #send(to: PeerKey, message: IndexMessage, signal: AbortSignal): Promise<number | undefined> {
    const timed = AbortSignal.any([signal, AbortSignal.timeout(MESSAGE_MS)])
    try {
      const reply = await this.#options.links.request(to, message, { signal: timed })
      if (reply.message.type !== 'taken') return 0
      this.counts.add('handed-over', reply.message.records)
      return reply.message.records
    } catch {
      // Whoever is gone takes nothing; the providers will say it again.
      this.counts.add('hand-over-failed')
      return undefined
    }
  }
}

/** Who is a holder of a provider's records when one of them gives up: the nearer ones are already, the provider is none. */
function nextHolder(near: readonly PeerKey[], provider: PeerKey): PeerKey | undefined {
  return near.filter(peer => peer !== provider)[HOLDERS_PER_KEY - 1]
}
