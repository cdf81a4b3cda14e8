/**
 * What the catalogue needs from outside: a place for entries, signatures, and ways to other nodes.
 */
import type { PeerKey } from '../base/ports.ts'
import type { CatalogMessage, HeadNotice } from '../wire/catalog-message.ts'
import type { Entry } from '../wire/entry.ts'
import type { ParsedQuery } from './query-text.ts'

/** An entry and one provider of it. */
export interface Offer {
  provider: PeerKey
  entry: Entry
}

/** A page without its entries. */
export interface PageFacts {
  hash: string
  count: number
  /** Sum of the sizes of its files. */
  bytes: number
  /** `pageKey` of its first entry; undefined when it has none. */
  firstKey: Uint8Array | undefined
}

/**
 * Entries of this node and of others, kept in pages: the unit in which they come, go and are paid for.
 * The same page hash under two providers is two pages. Page hashes are hex.
 *
 * An entry that comes with a second page of its provider - the same object, or one that `page` gave - moves there: it is
 * found once, and goes with that page. The first page still lists it as long as it is anywhere.
 */
export interface EntryStore {
  putPage(provider: PeerKey, hash: string, entries: readonly Entry[]): void
  dropPage(provider: PeerKey, hash: string): void
  dropProvider(provider: PeerKey): void
  /** Hashes of the pages kept of a provider, in no order. */
  pagesOf(provider: PeerKey): string[]
  hasPage(provider: PeerKey, hash: string): boolean
  /** All pages of a provider without reading their entries, in no order. */
  facts(provider: PeerKey): PageFacts[]
  /** Entries of one page in the order they were put, or undefined. */
  page(provider: PeerKey, hash: string): readonly Entry[] | undefined
  /** Hash of the page that an equal entry of `provider` was put with last, or undefined. */
  locate(provider: PeerKey, entry: Entry): string | undefined
  /** Offers that match, of `provider` or of all, at most `limit`, newest entries first. */
  search(query: ParsedQuery, limit: number, provider?: PeerKey): Offer[]
  /** Every offer of one cid. */
  byCid(cid: string): Offer[]
  /** Number of entries kept of `provider`, or of all. */
  count(provider?: PeerKey): number
  /** What `run` puts and drops is written together, which is quicker, and survives a crash together or not at all. */
  batch<Result>(run: () => Result): Result
}

/** Signs and checks heads. The adapter uses libp2p's signed envelopes. */
export interface HeadSeal {
  /** Envelope of `payload` signed by this node. */
  seal(payload: Uint8Array): Promise<Uint8Array>
  /** Signer and payload of an envelope; undefined when it is malformed or the signature does not fit. */
  open(envelope: Uint8Array): Promise<{ signer: PeerKey; payload: Uint8Array } | undefined>
}

/** Streams of the catalogue exchange. A peer that is not connected is not dialled for it. */
export interface CatalogLinks {
  /** Peers that heads go to. */
  neighbours(): PeerKey[]
  /** Sends one message that has no answer. Rejects when the peer did not take it. */
  push(peer: PeerKey, message: CatalogMessage, signal: AbortSignal): Promise<void>
  /** Sends a request and gives its answers as they come; each wait has a time limit. */
  request(peer: PeerKey, message: CatalogMessage, signal: AbortSignal): AsyncIterable<CatalogMessage>
  /** Who gets what others send; undefined: nobody any more. */
  serve(server: CatalogServer | undefined): void
}

/** The receiving side of the catalogue exchange. */
export interface CatalogServer {
  onHeads(from: PeerKey, heads: readonly HeadNotice[]): Promise<void>
  /** Answers to a request, in order. Asking for the next one says that the peer took the one before. */
  answer(from: PeerKey, request: CatalogMessage, signal: AbortSignal): AsyncIterable<CatalogMessage>
}

/** What becomes of a message on the topic: passed on, kept from others, or held against who sent it. */
export type TopicVerdict = 'accept' | 'ignore' | 'reject'

export interface AnnounceTopic {
  /** Whom it was sent to. */
  publish(announcement: Uint8Array): Promise<PeerKey[]>
  /** Peers that get everything we publish or accept. */
  mesh(): PeerKey[]
  /** `from`: the neighbour that delivered it, not its author. Undefined: leave the topic. */
  onAnnouncement(
    handler: ((announcement: Uint8Array, from: PeerKey) => Promise<TopicVerdict>) | undefined
  ): void
}
