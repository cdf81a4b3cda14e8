/**
 * Carries out a walk or a lookup in the word index: sends what it wants to ask, hands back what comes.
 */
import type { PeerKey } from '../base/ports.ts'
import {
  COLD_TIMEOUT_MS,
  type LookupAnswer,
  type LookupAsk,
  type ServerTable,
  type WordKey
} from '../search/word-index/index.ts'
import type { Contact, IndexHit, IndexMessage } from '../wire/index-message.ts'
import type { IndexLinks } from './index-ports.ts'

/** A request may outlive the patience of its walk: a late answer is an answer. ms. */
const REQUEST_TIMEOUT_MS = 5_000
/** Providers of one answer whose addresses are kept: more than a person fetches from. */
const MAX_INTRODUCED = 64

/** What is driven: an IndexLookup, or an IndexWalk with its key. */
export interface Asking {
  readonly isDone: boolean
  next(now: number): LookupAsk<PeerKey, WordKey>[]
  onAnswer(peer: PeerKey, key: WordKey, answer: LookupAnswer<PeerKey>): void
  onFailed(peer: PeerKey, key: WordKey): void
}

export interface RunOptions {
  asking: Asking
  /** Text of the query; empty: only servers are looked for. */
  text: string
  self: PeerKey
  links: IndexLinks
  table: ServerTable<PeerKey, WordKey>
  now(): number
  signal: AbortSignal
  /** Peers that are not spoken to at present. */
  isBlocked?: ((peer: PeerKey) => boolean) | undefined
  onSent?: ((bytes: number) => void) | undefined
  /** Says how many of the hits fit and can be relied on. */
  onHits?: ((from: PeerKey, hits: IndexHit[], bytes: number) => number) | undefined
  onDone(): void
}

export class IndexRun {
  readonly #options: RunOptions
  #hasEnded = false

  constructor(options: RunOptions) {
    this.#options = options
  }

  /** Call it at first, and now and then: patience ends without an event. */
  tick(): void {
    if (this.#hasEnded || this.#options.signal.aborted) return
    const { asking, now, onDone } = this.#options
    for (const { peer, key } of asking.next(now())) void this.#ask(peer, key)
    if (!asking.isDone || this.#hasEnded) return
    this.#hasEnded = true
    onDone()
  }

  /** Never rejects. */
  async #ask(peer: PeerKey, key: WordKey): Promise<void> {
    const { asking, links, table, text, signal, onSent, now } = this.#options
    const askedAt = now()
    try {
      const timed = AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)])
      const { message, bytes } = await links.request(
        peer,
        { type: 'find', key, text },
        { signal: timed, onSent }
      )
      if (message.type === 'found') await this.#introduce(message.providers, peer)
      if (signal.aborted) return
      this.#onReply(peer, key, message, bytes)
    } catch {
      // Gone, silent or not understood: one server less, and the walk goes on without it.
      if (!signal.aborted || now() - askedAt >= COLD_TIMEOUT_MS) table.onFailed(peer)
      if (signal.aborted) return
      asking.onFailed(peer, key)
    }
    this.tick()
  }

  /** An address that cannot be kept is no reason to lose the hits. */
  async #introduce(providers: readonly Contact[], from: PeerKey): Promise<void> {
    const { self, links } = this.#options
    const others = providers.filter(({ peer }) => peer !== self).slice(0, MAX_INTRODUCED)
    await Promise.allSettled(others.map(each => links.introduce(each, from)))
  }

  #onReply(peer: PeerKey, key: WordKey, message: IndexMessage, bytes: number): void {
    const { asking, table, onHits } = this.#options
    if (message.type !== 'found') {
      asking.onFailed(peer, key)
      return
    }
    table.add(peer, { isProven: true })
    const found = onHits?.(peer, message.hits, bytes) ?? 0
    asking.onAnswer(peer, key, { found, full: message.full, closer: this.#usable(message, peer) })
  }

  /** Servers that the answer names and that can be asked. */
  #usable({ closer }: Extract<IndexMessage, { type: 'found' }>, from: PeerKey): PeerKey[] {
    const { self, links, table, isBlocked } = this.#options
    return closer.flatMap(contact => {
      if (contact.peer === self || isBlocked?.(contact.peer) === true) return []
      links.remember(contact, from)
      if (!links.canReach(contact.peer)) return []
      if (table.isSuspect(contact.peer) && !links.isConnected(contact.peer)) return []
      table.add(contact.peer, { isProven: false })
      return [contact.peer]
    })
  }
}
