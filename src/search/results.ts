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
  /** It was asked and does not have it. */
  denied?: true | undefined
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

  /** The row of a cid as it is now: a copy. */
  row(cid: string): Row | undefined {
    const row = this.#rows.get(cid)
    return row && copyOf(row)
  }

  /** The first rows: copies. */
  first(count: number): Row[] {
    return [...this.#rows.values().take(count)].map(copyOf)
  }

  /**
   * A provider was asked whether it has a cid: whatever anybody told before, itself included, this is what holds.
   *
   * @returns a copy of the row when that changes it
   */
  confirm(cid: string, peer: PeerKey, has: boolean): Row | undefined {
    const row = this.#rows.get(cid)
    const provider = row?.providers.find(({ peerId }) => peerId === peer)
    if (row === undefined || provider === undefined) return undefined
    if (has ? provider.confirmed : provider.denied) return undefined
    const { denied: _, ...told } = provider
    const asked = has ? { ...told, confirmed: true } : { ...told, confirmed: false, denied: true as const }
    row.providers = inOrder(row.providers.map(each => (each === provider ? asked : each)))
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

/** `known` itself when `news` adds nothing. Who denies takes no room. */
function mergeProviders(known: RowProvider[], news: readonly RowProvider[]): RowProvider[] {
  const merged = new Map(known.map(provider => [provider.peerId, provider]))
  let changed = false
  for (const provider of news) {
    const earlier = merged.get(provider.peerId)
    const room = MAX_ROW_PROVIDERS + known.filter(({ denied }) => denied).length
    const isNews =
      earlier === undefined
        ? merged.size < room
        : provider.confirmed && !earlier.confirmed && earlier.denied === undefined
    if (!isNews) continue
    merged.set(provider.peerId, provider)
    changed = true
  }
  return changed ? inOrder([...merged.values()]) : known
}

/** Confirmed ones first, those that deny last, else in the order they came. */
function inOrder(providers: RowProvider[]): RowProvider[] {
  const rank = ({ confirmed, denied }: RowProvider): number => (confirmed ? 0 : denied ? 2 : 1)
  return providers.sort((a, b) => rank(a) - rank(b))
}
