/**
 * Decoys of this node's searches: queries that nothing fits, sent to one deliverer each.
 */
import type { Clock, PeerKey, Random } from '../base/ports.ts'
import { SeenTable } from '../base/seen-table.ts'
import { type EntryStore, matches, type ParsedQuery, parseQuery } from '../catalog/index.ts'
import { type DecoyAsk, decoyText, type SearchEngine } from '../search/index.ts'
import type { Entry } from '../wire/entry.ts'
import { QUERY_BUDGET } from '../wire/limits.ts'
import type { WireHit } from '../wire/search-message.ts'
import type { WordIndex } from './word-index.ts'

/** Names that words are taken from, and for how long, ms: reading them takes some milliseconds. */
const NAMES = 256
const NAMES_MS = 10 * 60_000
/** How long and of how many deliverers the text that they were tried with is remembered. */
const LAST_MS = 60 * 60_000
const MAX_LAST = 1_024
/** Decoys to neighbours that are open at a time; the engine keeps a query for each. */
const MAX_OPEN = 64

export interface SearchDecoysOptions {
  store: Pick<EntryStore, 'search'>
  engine: SearchEngine<PeerKey>
  index: Pick<WordIndex, 'ask'> | undefined
  neighbours(): PeerKey[]
  /** Carries out what the engine decided. */
  perform(actions: ReturnType<SearchEngine<PeerKey>['cancel']>): void
  clock: Clock
  random: Random
}

/** What the search is told of a decoy. */
export interface DecoyHandlers {
  onSent(bytes: number): void
  /** `hits`: that fit; null: it was not asked, or did not answer. Of a neighbour it is called for what it tells, or never. */
  onAnswered(hits: number | null, bytes: number): void
  /** What was told so far: a decoy must not fit it. */
  told: Iterable<Entry>
  /** The search is over. */
  signal: AbortSignal
}

export class SearchDecoys {
  readonly #options: SearchDecoysOptions
  /** Those to neighbours, by the id of their query. */
  readonly #open = new Map<string, { decoy: ParsedQuery; handlers: DecoyHandlers }>()
  /** The text that each deliverer was tried with last. */
  readonly #last: SeenTable<PeerKey, string>
  #names: readonly string[] = []
  #namesUntil = Number.NEGATIVE_INFINITY

  constructor(options: SearchDecoysOptions) {
    this.#options = options
    this.#last = new SeenTable({ lifetimeMs: LAST_MS, capacity: MAX_LAST }, options.clock.now())
  }

  /** Tries a deliverer of hits for `query`. Never rejects. */
  async send({ peer, stage }: DecoyAsk, query: ParsedQuery, handlers: DecoyHandlers): Promise<void> {
    const decoy = this.#draw(peer, query, handlers.told)
    if (decoy === undefined) handlers.onAnswered(null, 0)
    else if (stage === 'neighbours') this.#askNeighbour(peer, decoy, handlers)
    else await this.#askServer(peer, decoy, handlers)
  }

  /** Hits came for a query of ours. False: it is none of a decoy. */
  onHits(id: string, hits: readonly WireHit[], bytes: number): boolean {
    const open = this.#open.get(id)
    if (open === undefined) return false
    open.handlers.onAnswered(hits.filter(({ entry }) => matches(open.decoy, entry)).length, bytes)
    return true
  }

  #askNeighbour(peer: PeerKey, decoy: ParsedQuery, handlers: DecoyHandlers): void {
    const { engine, neighbours, perform, clock } = this.#options
    const all = neighbours()
    if (this.#open.size >= MAX_OPEN || !all.includes(peer)) {
      handlers.onAnswered(null, 0)
      return
    }
    // As a probe of the neighbours is, or it could be told from one.
    const probe = { text: decoy.text, ttl: 1, budget: QUERY_BUDGET, ownOnly: false, report: false }
    const asked = engine.ask({ ...probe, exclude: all.filter(other => other !== peer) }, clock.now())
    if (asked.queries === 0) {
      handlers.onAnswered(null, 0)
      return
    }
    this.#open.set(asked.id, { decoy, handlers })
    handlers.onSent(asked.bytes)
    const onOver = (): void => {
      this.#open.delete(asked.id)
      perform(engine.cancel(asked.id, clock.now()))
    }
    if (handlers.signal.aborted) onOver()
    else handlers.signal.addEventListener('abort', onOver, { once: true })
    perform(asked.actions)
  }

  async #askServer(peer: PeerKey, decoy: ParsedQuery, { onSent, onAnswered, signal }: DecoyHandlers) {
    try {
      const answer = await this.#options.index?.ask(peer, decoy, { signal, onSent })
      const hits = answer?.hits.filter(({ entry }) => matches(decoy, entry)).length ?? null
      onAnswered(hits, answer?.bytes ?? 0)
    } catch {
      // Gone, or too slow: that says nothing about what it told before.
      onAnswered(null, 0)
    }
  }

  #draw(peer: PeerKey, query: ParsedQuery, told: Iterable<Entry>): ParsedQuery | undefined {
    const { store, clock, random } = this.#options
    const now = clock.now()
    if (now >= this.#namesUntil) {
      const offers = store.search(parseQuery('size:>=0', now), NAMES)
      this.#names = [...new Set(offers.map(({ entry }) => entry.name))]
      this.#namesUntil = now + (offers.length < NAMES ? 0 : NAMES_MS)
    }
    const text = decoyText({
      names: this.#names,
      queryWords: query.words,
      isKnown: drawn => {
        // Who told of it by chance would do so again.
        if (drawn === this.#last.get(peer)) return true
        const decoy = parseQuery(drawn, now)
        return Iterator.from(told).some(entry => matches(decoy, entry)) || store.search(decoy, 1).length > 0
      },
      random
    })
    if (text === undefined) return undefined
    this.#last.set(peer, text, now)
    return parseQuery(text, now)
  }
}
