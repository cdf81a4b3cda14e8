/**
 * The serving side of the word index: requests of others, answered by the holder's rules.
 */
import { Counters } from '../base/counters.ts'
import type { Clock, PeerKey } from '../base/ports.ts'
import { matches, type ParsedQuery, parseQuery, QueryError } from '../catalog/index.ts'
import {
  IndexHolder,
  indexWords,
  MAX_CLOSER,
  MAX_FOUND,
  MemoryRecordStore,
  type ServerTable,
  type WordKey,
  wordKey,
  type XorSpace
} from '../search/word-index/index.ts'
import type { Entry } from '../wire/entry.ts'
import { WireError } from '../wire/errors.ts'
import {
  type Contact,
  type HandedRecord,
  type IndexHit,
  type IndexMessage,
  partBytes
} from '../wire/index-message.ts'
import { packFound } from '../wire/index-packing.ts'
import type { AnswerTime } from './answer-time.ts'
import type { IndexLinks, IndexServer } from './index-ports.ts'

type Request<Type extends IndexMessage['type']> = Extract<IndexMessage, { type: Type }>

const OVER_RATE: IndexMessage = { type: 'declined', reason: 'over-rate' }

export interface IndexAnswersOptions {
  self: PeerKey
  nickname: string
  space: XorSpace
  table: ServerTable<PeerKey, WordKey>
  links: IndexLinks
  clock: Clock
  /** For all answers of this node, of whatever protocol. */
  answerTime: AnswerTime
  /** A peer asks so much more than it may that it is no carelessness. */
  onFlood?: ((peer: PeerKey) => void) | undefined
  /** Own entries that fit, best first: who is asked for a word answers for itself, too. */
  ownEntries(query: ParsedQuery, limit: number): Entry[]
}

export class IndexAnswers implements IndexServer {
  readonly counts = new Counters<
    'finds' | 'stores' | 'withdraws' | 'hand-overs' | 'hand-over-stranger' | 'unreadable' | 'no-time'
  >()
  readonly #options: IndexAnswersOptions
  readonly #holder: IndexHolder<PeerKey, WordKey, Entry>
  readonly #nicknames = new Map<PeerKey, string>()

  constructor(options: IndexAnswersOptions) {
    this.#options = options
    const store = (): MemoryRecordStore<PeerKey, WordKey, Entry> =>
      new MemoryRecordStore({
        idOf: entry => `${entry.cid} ${entry.path}`,
        cidOf: entry => entry.cid,
        sizeOf: entry => partBytes.entry(entry),
        matches
      })
    this.#holder = new IndexHolder({
      store: store(),
      handed: store(),
      onFlood: options.onFlood,
      rankOf: (key, peer, most) => this.#rankOf(key, peer ?? options.self, most)
    })
  }

  /** @throws WireError for what is no request */
  answer(from: PeerKey, request: IndexMessage): IndexMessage {
    switch (request.type) {
      case 'find':
        return this.#find(from, request)
      case 'store':
        return this.#put(from, request)
      case 'withdraw':
        return this.#withdraw(from, request)
      case 'hand-over':
        return this.#takeOver(from, request)
      default:
        throw new WireError({ code: 'unknown-message', field: 'frame' })
    }
  }

  /** What this node keeps itself of what a query looks for. */
  find(key: WordKey, query: ParsedQuery): IndexHit[] {
    return this.#holder.found(key, query, MAX_FOUND).map(hit => this.#told(hit))
  }

  /** Keys under which there are records of others. */
  keys(): WordKey[] {
    return this.#holder.keys()
  }

  /** Records of a key that live on, as they are handed over; nothing is forgotten by it. */
  recordsAt(key: WordKey): HandedRecord[] {
    const now = this.#now()
    return this.#holder
      .recordsAt(key)
      .filter(({ expiresAt }) => expiresAt > now + 1_000)
      .map(({ item, provider, expiresAt }) => ({
        entry: item,
        peer: provider,
        nickname: this.#nicknames.get(provider) ?? '',
        lifeS: Math.floor((expiresAt - now) / 1_000)
      }))
  }

  /** Records whose time is over go. */
  expire(): void {
    this.#holder.expire(this.#now())
    for (const peer of this.#nicknames.keys()) if (!this.#holder.hasOf(peer)) this.#nicknames.delete(peer)
  }

  /** Forgets everything: this node is a server no more. */
  clear(): void {
    this.#holder.clear()
    this.#nicknames.clear()
  }

  stats(): Record<string, number> {
    const { count, bytes, handed } = this.#holder.sizes
    return {
      records: count,
      'record-bytes': bytes,
      'handed-records': handed,
      ...this.counts.toJSON(),
      ...this.#holder.drops.toJSON()
    }
  }

  #find(from: PeerKey, request: Request<'find'>): IndexMessage {
    const { answerTime } = this.#options
    if (request.text !== '' && !answerTime.isLeft(from, this.#now())) {
      this.counts.add('no-time')
      return OVER_RATE
    }
    return answerTime.charge(
      from,
      () => this.#found(from, request),
      () => this.#now()
    )
  }

  #found(from: PeerKey, { key, text }: Request<'find'>): IndexMessage {
    const { self, nickname, links } = this.#options
    const now = this.#now()
    const query = text === '' ? undefined : this.#parse(text)
    const found = this.#holder.find({ from, key, query }, now)
    if (found === 'over-rate') return OVER_RATE
    this.counts.add('finds')
    const own = query === undefined ? [] : this.#options.ownEntries(query, MAX_FOUND)
    const ours = own.map(entry => ({ entry, providers: [{ peer: self, nickname }] }))
    const hits = [...ours, ...found.hits.map(hit => this.#told(hit))]
    const closer = this.#closer(key, from)
    return packFound({ hits, full: found.full, closer }, peer => links.contactOf(peer, from))
  }

  #put(from: PeerKey, store: Request<'store'>): IndexMessage {
    const { links } = this.#options
    const key = wordKey(store.words)
    const verdicts = this.#holder.put(
      {
        from,
        key,
        items: store.entries,
        lifeMs: store.lifeS * 1_000,
        belongs: ({ path }) => hasWords(path, store.words)
      },
      this.#now()
    )
    if (verdicts === 'over-rate') return OVER_RATE
    this.counts.add('stores')
    if (verdicts.includes('stored')) {
      this.#nicknames.set(from, store.nickname)
      links.remember({ peer: from, addresses: store.addresses }, from)
    }
    return {
      type: 'stored',
      verdicts,
      closer: this.#closer(key, from)
    }
  }

  #withdraw(from: PeerKey, { words, entries }: Request<'withdraw'>): IndexMessage {
    const key = words.length === 0 ? undefined : wordKey(words)
    const items = entries.length === 0 ? undefined : (entries as Entry[])
    const records = this.#holder.withdraw({ from, key, items }, this.#now())
    if (records === 'over-rate') return OVER_RATE
    this.counts.add('withdraws')
    return { type: 'taken', records }
  }

  #takeOver(from: PeerKey, { key, records, providers }: Request<'hand-over'>): IndexMessage {
    const now = this.#now()
    const { self, links, table } = this.#options
    // Who only names itself near to a key is none of those that keep it.
    if (!table.isProven(from)) {
      this.counts.add('hand-over-stranger', records.length)
      return { type: 'taken', records: 0 }
    }
    const others = records.filter(({ peer }) => peer !== self)
    const taken = this.#holder.takeOver(
      {
        from,
        key,
        records: others.map(({ entry, peer, lifeS }) => ({
          provider: peer,
          item: entry,
          expiresAt: now + lifeS * 1_000
        }))
      },
      now
    )
    if (taken === 'over-rate') return OVER_RATE
    this.counts.add('hand-overs')
    if (taken > 0) {
      for (const { peer, nickname } of others)
        if (!this.#nicknames.has(peer)) this.#nicknames.set(peer, nickname)
      for (const contact of providers) if (!links.canReach(contact.peer)) links.remember(contact, from)
    }
    return { type: 'taken', records: taken }
  }

  #told({ item, providers }: { item: Entry; providers: PeerKey[] }): IndexHit {
    return {
      entry: item,
      providers: providers.map(peer => ({ peer, nickname: this.#nicknames.get(peer) ?? '' }))
    }
  }

  /** Servers near a key that the asker can be sent to. */
  #closer(key: WordKey, asker: PeerKey): Contact[] {
    const { table, links } = this.#options
    return table
      .nearest(key, 2 * MAX_CLOSER)
      .filter(peer => peer !== asker)
      .map(peer => links.contactOf(peer, asker))
      .filter(({ addresses }) => addresses.length > 0)
      .slice(0, MAX_CLOSER)
  }

  /** Servers nearer to a key than `peer`, this node and those it knows; at most `most`. */
  #rankOf(key: WordKey, peer: PeerKey, most: number): number {
    const { self, space, table } = this.#options
    let rank = peer !== self && space.compare(key, self, peer) < 0 ? 1 : 0
    for (const other of table.peers()) {
      if (rank >= most) return rank
      if (space.compare(key, other, peer) < 0) rank++
    }
    return rank
  }

  #parse(text: string): ParsedQuery | undefined {
    try {
      return parseQuery(text, this.#now())
    } catch (err) {
      if (!(err instanceof QueryError)) throw err
      this.counts.add('unreadable')
      return undefined
    }
  }

  #now(): number {
    return this.#options.clock.now()
  }
}

function hasWords(path: string, words: readonly string[]): boolean {
  const all = indexWords(path)
  return words.every(word => all.includes(word))
}
