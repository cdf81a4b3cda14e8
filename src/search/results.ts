/**
 * The rows of one search: distinct cids in the order they were found, each with its providers.
 */
import type { PeerKey } from '../base/ports.ts'
import type { Entry } from '../wire/entry.ts'
import { MAX_COUNTED_PER_DELIVERER, MAX_ROW_PROVIDERS } from './constants.ts'
import type { HitDrop } from './drops.ts'

export type Stage = 'catalogue' | 'neighbours' | 'index' | 'flood'

export interface RowProvider {
  peerId: PeerKey
  nickname: string
  how: 'own' | 'known' | 'index'
  /** It said so itself, just now or in its own announcement from a live connection. */
  confirmed: boolean
}

/** An entry that fits the query, and who told us. */
export interface Finding {
  entry: Entry
  providers: RowProvider[]
  /** The neighbour that delivered it; for the catalogue the provider, who signed it. */
  deliverer: PeerKey
}

export interface Row {
  /** From 1; what `get N` means. */
  row: number
  cid: string
  name: string
  path: string
  size: number
  mime: string
  providers: RowProvider[]
  stage: Stage
  elapsedMs: number
}

/** `row`: a copy. */
export type Added =
  | { kind: 'new' | 'changed'; row: Row }
  | { kind: 'dropped'; reason: Extract<HitDrop, 'limit' | 'repeated' | 'row-full'> }

export class SearchResults {
  readonly #self: PeerKey
  readonly #limit: number
  readonly #rows = new Map<string, Row>()
  /** Rows that count towards enough, by cid, and how many each deliverer contributed. */
  readonly #counted = new Set<string>()
  readonly #contributed = new Map<PeerKey, number>()
  #overflowed = false

  constructor(options: { self: PeerKey; limit: number }) {
    this.#self = options.self
    this.#limit = options.limit
  }

  get size(): number {
    return this.#rows.size
  }

  get isFull(): boolean {
    return this.#rows.size >= this.#limit
  }

  /** There was a further cid, for which there was no row. */
  get overflowed(): boolean {
    return this.#overflowed
  }

  /** Results that count: our own, and a few of every deliverer, since the others are only claims so far. */
  get counted(): number {
    return this.#counted.size
  }

  add(finding: Finding, stage: Stage, elapsedMs: number): Added {
    const { entry } = finding
    let row = this.#rows.get(entry.cid)
    const isNew = row === undefined
    if (row === undefined) {
      if (this.isFull) {
        this.#overflowed = true
        return { kind: 'dropped', reason: 'limit' }
      }
      const { cid, name, path, size, mime } = entry
      row = { row: this.#rows.size + 1, cid, name, path, size, mime, providers: [], stage, elapsedMs }
      this.#rows.set(cid, row)
    }
    this.#count(finding)
    const before = row.providers
    row.providers = mergeProviders(before, finding.providers)
    if (isNew) return { kind: 'new', row: copyOf(row) }
    if (row.providers !== before) return { kind: 'changed', row: copyOf(row) }
    const isKnown = finding.providers.every(({ peerId }) => before.some(known => known.peerId === peerId))
    return { kind: 'dropped', reason: isKnown ? 'repeated' : 'row-full' }
  }

  /**
   * A provider said whether it has a cid: it is confirmed, or it goes, unless nobody else is said to have it.
   *
   * @returns a copy of the row when that changes it
   */
  confirm(cid: string, peer: PeerKey, has: boolean): Row | undefined {
    const row = this.#rows.get(cid)
    const provider = row?.providers.find(({ peerId }) => peerId === peer)
    if (row === undefined || provider === undefined || provider.confirmed) return undefined
    if (has) row.providers = mergeProviders(row.providers, [{ ...provider, confirmed: true }])
    else if (row.providers.length === 1) return undefined
    else row.providers = row.providers.filter(({ peerId }) => peerId !== peer)
    return copyOf(row)
  }

  #count({ entry, providers, deliverer }: Finding): void {
    if (this.#counted.has(entry.cid)) return
    const contributed = this.#contributed.get(deliverer) ?? 0
    const isOurs = providers.some(({ peerId }) => peerId === this.#self)
    if (!isOurs && contributed >= MAX_COUNTED_PER_DELIVERER) return
    if (!isOurs) this.#contributed.set(deliverer, contributed + 1)
    this.#counted.add(entry.cid)
  }
}

function copyOf(row: Row): Row {
  return { ...row, providers: row.providers.map(provider => ({ ...provider })) }
}

/** `known` itself when `news` adds nothing. Confirmed ones first, else in the order they came. */
function mergeProviders(known: RowProvider[], news: readonly RowProvider[]): RowProvider[] {
  const merged = new Map(known.map(provider => [provider.peerId, provider]))
  let changed = false
  for (const provider of news) {
    const earlier = merged.get(provider.peerId)
    const isNews =
      earlier === undefined ? merged.size < MAX_ROW_PROVIDERS : provider.confirmed && !earlier.confirmed
    if (!isNews) continue
    merged.set(provider.peerId, provider)
    changed = true
  }
  if (!changed) return known
  return [...merged.values()].sort((a, b) => Number(b.confirmed) - Number(a.confirmed))
}
