/**
 * Giving records of the word index to others: to a newcomer that lies nearer to their keys, and to those who come next
 * when this node keeps none any more.
 */
import { Counters } from '../base/counters.ts'
import type { PeerKey } from '../base/ports.ts'
import { HOLDERS_PER_KEY, type ServerTable, type WordKey, type XorSpace } from '../search/word-index/index.ts'
import type { HandedRecord } from '../wire/index-message.ts'
import { packHandOver } from '../wire/index-packing.ts'
import type { IndexAnswers } from './index-answers.ts'
import type { IndexLinks } from './index-ports.ts'

/** Servers near us that are looked at: the holders of our keys are among them. */
const NEAR_SERVERS = 32
/** A newcomer that is not among so many nearest to us has no keys in common with us. */
const NEWCOMER_RANK = 16
/** Messages of one handing over: 64 records each. */
const MAX_MESSAGES = 200
/** For all of it when this node becomes a client, and for one message, ms. */
const GIVE_UP_MS = 10_000
const MESSAGE_MS = 5_000

export interface IndexHandOverOptions {
  self: PeerKey
  space: XorSpace
  table: ServerTable<PeerKey, WordKey>
  links: IndexLinks
  answers: Pick<IndexAnswers, 'handOver'>
}

export class IndexHandOver {
  readonly counts = new Counters<'handed-over' | 'hand-over-failed'>()
  readonly #options: IndexHandOverOptions

  constructor(options: IndexHandOverOptions) {
    this.#options = options
  }

  /** Of the holders of a key only the nearest gives its records to the newcomer. Never rejects. */
  toNewcomer(newcomer: PeerKey, signal: AbortSignal): void {
    const { self, space, table } = this.#options
    const near = table.nearest(space.selfKey, NEAR_SERVERS)
    if (!near.slice(0, NEWCOMER_RANK).includes(newcomer)) return
    const others = near.filter(peer => peer !== newcomer)
    const isNearest = (key: WordKey): boolean => others.every(other => space.compare(key, self, other) < 0)
    const isTheirs = (key: WordKey): boolean => {
      const nearer = [self, ...others].filter(other => space.compare(key, other, newcomer) < 0)
      return nearer.length < HOLDERS_PER_KEY && isNearest(key)
    }
    const gifts = [...this.#options.answers.handOver(isTheirs)].map(gift => ({ ...gift, to: newcomer }))
    void this.#give(gifts, signal)
  }

  /** Gives every key to the server that is a holder now that this node is none. Never rejects. */
  async giveUp(signal: AbortSignal): Promise<void> {
    const { table, answers } = this.#options
    const gifts = [...answers.handOver(() => true)].flatMap(({ key, records }) => {
      const near = table.nearest(key, HOLDERS_PER_KEY + 1)
      const byTarget = Map.groupBy(records, ({ peer }) => nextHolder(near, peer))
      return [...byTarget].flatMap(([to, part]) => (to === undefined ? [] : [{ key, records: part, to }]))
    })
    await this.#give(gifts, AbortSignal.any([signal, AbortSignal.timeout(GIVE_UP_MS)]))
  }

  async #give(
    gifts: ReadonlyArray<{ key: WordKey; records: HandedRecord[]; to: PeerKey }>,
    signal: AbortSignal
  ): Promise<void> {
    const { links } = this.#options
    const messages = gifts.flatMap(({ key, records, to }) =>
      packHandOver(key, records, peer => links.contactOf(peer, to)).map(message => ({ to, message }))
    )
    for (const { to, message } of messages.slice(0, MAX_MESSAGES)) {
      if (signal.aborted) return
      const timed = AbortSignal.any([signal, AbortSignal.timeout(MESSAGE_MS)])
      try {
        const reply = await links.request(to, message, { signal: timed })
        if (reply.message.type === 'taken') this.counts.add('handed-over', reply.message.records)
      } catch {
        // Whoever is gone takes nothing; the providers will say it again.
        this.counts.add('hand-over-failed')
      }
    }
  }
}

/** Who is a holder of a provider's records when one of them gives up: the nearer ones are already, the provider is none. */
function nextHolder(near: readonly PeerKey[], provider: PeerKey): PeerKey | undefined {
  return near.filter(peer => peer !== provider)[HOLDERS_PER_KEY - 1]
}
