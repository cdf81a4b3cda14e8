/**
 * The want list: saved queries, matched against everything that the catalogue learns of others, as it is learned. No
 * message is sent for it.
 */
import type { Clock, PeerKey, Random } from '../base/ports.ts'
import { matches, type Offer, type ParsedQuery, parseQuery, QueryError, wordsOf } from '../catalog/index.ts'
import type { Entry } from '../wire/entry.ts'
import type { NodeEvent, Want, WantMatch } from './api.ts'
import { NodeError } from './errors.ts'
import { WantFetches } from './want-fetches.ts'

/** Wants of one node. */
export const MAX_WANTS = 256
/** Matches that a want remembers; the oldest goes. */
export const MAX_MATCHES = 1_000
/** Matches are written together, ms after the first. */
const SAVE_MS = 1_000

/** As it is kept across restarts. */
export interface SavedWant extends Omit<Want, 'count'> {
  /** Cids that were fetched, or that the user cancelled, so that each is fetched once. */
  fetched: string[]
}

export interface WantStore {
  load(): Promise<SavedWant[]>
  save(wants: readonly SavedWant[]): Promise<void>
}

export interface WantPorts {
  store: WantStore
  /** What is known already when a want is added. */
  search(query: ParsedQuery, limit: number): Offer[]
  self: PeerKey
  clock: Clock
  random: Random
  emit(event: NodeEvent): void
  /** Downloads. Resolves when it is there, or was cancelled; rejects when it is to be tried again. */
  fetch(cid: string): Promise<void>
  onError?(error: unknown): void
}

interface Item {
  saved: SavedWant
  query: ParsedQuery
  /** Pairs of provider and cid among the matches. */
  known: Set<string>
}

export class Wants {
  readonly #ports: WantPorts
  readonly #items = new Map<string, Item>()
  /** Wants by one of their words: most entries need be compared with none. Under '' those without words. */
  readonly #byWord = new Map<string, Set<Item>>()
  readonly #fetches: WantFetches
  #saving: NodeJS.Timeout | undefined

  constructor(ports: WantPorts) {
    this.#ports = ports
    this.#fetches = new WantFetches({
      clock: ports.clock,
      fetch: cid => ports.fetch(cid),
      isWanted: cid => this.#wanting(cid).length > 0,
      onFetched: cid => this.#onFetched(cid)
    })
  }

  /** What was not fetched in earlier runs is asked for again. */
  async start(): Promise<void> {
    for (const saved of await this.#ports.store.load()) {
      try {
        this.#add(saved, parseQuery(saved.text, this.#ports.clock.now()))
      } catch (error) {
        // Written by a version that took more; without it the others still work.
        this.#ports.onError?.(error)
      }
    }
    for (const { saved } of this.#items.values()) for (const { cid } of saved.matches) this.#fetch(saved, cid)
  }

  async stop(): Promise<void> {
    this.#fetches.stop()
    clearTimeout(this.#saving)
    if (this.#saving !== undefined) await this.#save()
    this.#saving = undefined
  }

  list(): Want[] {
    return [...this.#items.values()].map(({ saved }) => view(saved))
  }

  /** @throws NodeError `bad-input` for a query that makes no sense, `conflict` for one too many, `disk` */
  async add(text: string, options: { get?: boolean | undefined } = {}): Promise<Want> {
    const query = this.#parse(text)
    const same = [...this.#items.values()].find(({ saved }) => saved.text === text)
    if (same !== undefined) throw conflict(`${text} is wanted already: ${same.saved.id}`)
    if (this.#items.size >= MAX_WANTS)
      throw conflict(`there are ${MAX_WANTS} wants already; remove one first`)
    const id = Buffer.from(this.#ports.random.bytes(4)).toString('hex')
    const createdAt = this.#ports.clock.now()
    const saved = { id, text, get: options.get ?? false, createdAt, matches: [], fetched: [] }
    const item = this.#add(saved, query)
    try {
      await this.#save()
    } catch (error) {
      this.#drop(item)
      throw error
    }
    for (const { provider, entry } of this.#ports.search(query, MAX_MATCHES)) {
      if (provider !== this.#ports.self) this.#match(item, provider, entry)
    }
    return view(item.saved)
  }

  /** @throws NodeError `not-found`, `disk` */
  async remove(id: string): Promise<Want> {
    const item = this.#items.get(id)
    if (item === undefined) throw new NodeError({ code: 'not-found', message: `there is no want ${id}` })
    this.#drop(item)
    try {
      await this.#save()
    } catch (error) {
      this.#add(item.saved, item.query)
      throw error
    }
    return view(item.saved)
  }

  /** The catalogue has learned that `provider` offers these; some of them it may have told before. */
  onEntries(provider: PeerKey, entries: readonly Entry[]): void {
    if (this.#items.size === 0 || provider === this.#ports.self) return
    for (const entry of entries) {
      for (const word of new Set(['', ...wordsOf(entry.path)])) {
        for (const item of this.#byWord.get(word) ?? []) this.#compare(item, provider, entry)
      }
    }
  }

  #compare(item: Item, provider: PeerKey, entry: Entry): void {
    if (item.known.has(pair(provider, entry.cid))) return
    // `newer:` counts from now, not from when it was written.
    const { newerThan } = item.query
    const query = Number.isFinite(newerThan) ? this.#parse(item.saved.text) : item.query
    if (matches(query, entry)) this.#match(item, provider, entry)
  }

  #match(item: Item, provider: PeerKey, { cid, name, path, size, mime }: Entry): void {
    const key = pair(provider, cid)
    if (item.known.has(key)) return
    const { saved } = item
    const match: WantMatch = { cid, name, path, size, mime, peerId: provider, at: this.#ports.clock.now() }
    item.known.add(key)
    saved.matches.push(match)
    const oldest = saved.matches.length > MAX_MATCHES ? saved.matches.shift() : undefined
    if (oldest !== undefined) item.known.delete(pair(oldest.peerId, oldest.cid))
    this.#ports.emit({ type: 'want:matched', id: saved.id, text: saved.text, match })
    this.#saveLater()
    this.#fetch(saved, cid)
  }

  #fetch(saved: SavedWant, cid: string): void {
    if (saved.get && !saved.fetched.includes(cid)) this.#fetches.add(cid)
  }

  /** Wants for which a cid is to be fetched. */
  #wanting(cid: string): SavedWant[] {
    return [...this.#items.values()]
      .map(({ saved }) => saved)
      .filter(({ get, matches, fetched }) => {
        return get && !fetched.includes(cid) && matches.some(match => match.cid === cid)
      })
  }

  #onFetched(cid: string): void {
    for (const { fetched } of this.#wanting(cid)) {
      fetched.push(cid)
      if (fetched.length > MAX_MATCHES) fetched.shift()
    }
    this.#saveLater()
  }

  #add(saved: SavedWant, query: ParsedQuery): Item {
    const known = new Set(saved.matches.map(({ peerId, cid }) => pair(peerId, cid)))
    const item = { saved, query, known }
    this.#items.set(saved.id, item)
    const word = query.words[0] ?? ''
    const others = this.#byWord.get(word) ?? new Set()
    this.#byWord.set(word, others.add(item))
    return item
  }

  #drop(item: Item): void {
    this.#items.delete(item.saved.id)
    const word = item.query.words[0] ?? ''
    const others = this.#byWord.get(word)
    others?.delete(item)
    if (others?.size === 0) this.#byWord.delete(word)
  }

  #parse(text: string): ParsedQuery {
    try {
      return parseQuery(text, this.#ports.clock.now())
    } catch (cause) {
      if (!(cause instanceof QueryError)) throw cause
      throw new NodeError({ code: 'bad-input', field: 'text', message: cause.message }, { cause })
    }
  }

  #saveLater(): void {
    this.#saving ??= setTimeout(() => void this.#saveNow(), SAVE_MS).unref()
  }

  async #saveNow(): Promise<void> {
    this.#saving = undefined
    // What was matched can be matched again, and what was fetched is found where it is.
    await this.#save().catch(error => this.#ports.onError?.(error))
  }

  async #save(): Promise<void> {
    await this.#ports.store.save([...this.#items.values()].map(({ saved }) => saved))
  }
}

function view({ fetched: _, ...want }: SavedWant): Want {
  return { ...want, matches: [...want.matches], count: want.matches.length }
}

function pair(provider: PeerKey, cid: string): string {
  return `${provider} ${cid}`
}

function conflict(message: string): NodeError {
  return new NodeError({ code: 'conflict', message })
}
