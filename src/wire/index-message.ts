/**
 * Messages of `/p2pnode/index/1.0.0`: one request and its answer for each stream.
 */
import type { PeerKey } from '../base/ports.ts'
import {
  type Entry,
  type EntryKey,
  entryFromWire,
  entryKeyFromWire,
  entryKeyToWire,
  entryToWire
} from './entry.ts'
import { WireError } from './errors.ts'
import {
  addressesFromBytes,
  addressesToBytes,
  bytesToHex,
  checkCount,
  exactly,
  hexToBytes,
  nicknameFromBytes,
  nicknameToBytes,
  textFromBytes,
  textToBytes,
  whole,
  wordFromNumber,
  wordToNumber
} from './fields.ts'
import { type FrameRules, parseFrame, writeFrame } from './frame.ts'
import * as pb from './generated/index.js'
import { peerFromBytes, peerToBytes } from './ids.ts'
import {
  INDEX_KEY_BYTES,
  MAX_CLOSER_PEERS,
  MAX_CONTACT_ADDRESSES,
  MAX_CONTROL_FRAME_BYTES,
  MAX_HIT_PROVIDERS,
  MAX_INDEX_HITS,
  MAX_KEY_WORDS,
  MAX_QUERY_TEXT_BYTES,
  MAX_RECORD_LIFE_S,
  MAX_STORE_ENTRIES
} from './limits.ts'

/** A peer, and where it can be reached. */
export interface Contact {
  peer: PeerKey
  /** Multiaddrs with or without PeerId. */
  addresses: string[]
}

export interface IndexProvider {
  peer: PeerKey
  nickname: string
}

export interface IndexHit {
  entry: Entry
  providers: IndexProvider[]
}

/** A record that its holder gives on. */
export interface HandedRecord extends IndexProvider {
  entry: Entry
  /** What is left of its life, seconds. */
  lifeS: number
}

/** `enough`: others offer the same; `full`: no room under these words; `refused`: not by this server, or not from this provider. */
export type StoreVerdict = (typeof VERDICTS)[number]

export type IndexMessage =
  /** `key`: hex. `text` of a query; empty: only nearer servers are asked for. */
  | { type: 'find'; key: string; text: string }
  /** `full`: there is, or was, more under this key. `closer`: servers nearer to it. `providers`: contacts of those in `hits`. */
  | { type: 'found'; hits: IndexHit[]; full: boolean; closer: Contact[]; providers: Contact[] }
  /** Entries of the sender, under one of their words or a pair of them. */
  | { type: 'store'; words: string[]; entries: Entry[]; lifeS: number; nickname: string; addresses: string[] }
  /** A verdict for each entry, in their order. */
  | { type: 'stored'; verdicts: StoreVerdict[]; closer: Contact[] }
  /** The sender has these no more; without entries: any under these words; without words: any at all. */
  | { type: 'withdraw'; words: string[]; entries: EntryKey[] }
  /** Records of others, for a server that is nearer to their key, or because the sender is a server no more. */
  | { type: 'hand-over'; key: string; records: HandedRecord[]; providers: Contact[] }
  /** Answer to `withdraw` and `hand-over`: how many records went, or came. */
  | { type: 'taken'; records: number }
  | { type: 'declined'; reason: 'over-rate' }

/** Numbers on the wire: place in the list, from 1. */
const VERDICTS = ['stored', 'enough', 'full', 'refused'] as const
const REASONS = ['over-rate'] as const

const CONTACTS = { addresses: MAX_CONTACT_ADDRESSES }
/** Contacts in one message: no more providers than hits that have eight each. A frame holds fewer. */
const MAX_CONTACTS = 1_024
const MAX_TAKEN = 1_000_000

const RULES: FrameRules<pb.IndexMessage> = {
  field: 'frame',
  maxBytes: MAX_CONTROL_FRAME_BYTES,
  lists: {
    found: {
      hits: MAX_INDEX_HITS,
      hits$: { providers: MAX_HIT_PROVIDERS },
      closer: MAX_CLOSER_PEERS,
      closer$: CONTACTS,
      providers: MAX_CONTACTS,
      providers$: CONTACTS
    },
    store: { words: MAX_KEY_WORDS, entries: MAX_STORE_ENTRIES, addresses: MAX_CONTACT_ADDRESSES },
    stored: { closer: MAX_CLOSER_PEERS, closer$: CONTACTS },
    withdraw: { words: MAX_KEY_WORDS, entries: MAX_STORE_ENTRIES },
    handOver: { records: MAX_STORE_ENTRIES, providers: MAX_CONTACTS, providers$: CONTACTS }
  }
}

/** @throws WireError `too-long` with the field `frame` for more than fits: index-packing.ts knows how much does */
export function encodeIndexMessage(message: IndexMessage): Uint8Array {
  return writeFrame(pb.IndexMessage, toWire(message), RULES)
}

export function decodeIndexMessage(bytes: Uint8Array): IndexMessage {
  const wire = parseFrame(pb.IndexMessage, bytes, RULES)
  if (wire.find != null) {
    const { key, text } = wire.find
    return {
      type: 'find',
      key: keyFromBytes(key),
      text: textFromBytes(text, 'text', MAX_QUERY_TEXT_BYTES)
    }
  }
  if (wire.found != null) return { type: 'found', ...foundFromWire(wire.found) }
  if (wire.store != null) return { type: 'store', ...storeFromWire(wire.store) }
  if (wire.stored != null) {
    const { verdicts, closer } = wire.stored
    return { type: 'stored', verdicts: verdictsFromBytes(verdicts), closer: closer.map(contactFromWire) }
  }
  if (wire.withdraw != null) {
    const words = wordsFromBytes(wire.withdraw.words)
    return { type: 'withdraw', words, entries: wire.withdraw.entries.map(entryKeyFromWire) }
  }
  if (wire.handOver != null) {
    const { key, records, providers } = wire.handOver
    return {
      type: 'hand-over',
      key: keyFromBytes(key),
      records: records.map(recordFromWire),
      providers: providers.map(contactFromWire)
    }
  }
  if (wire.taken != null)
    return { type: 'taken', records: whole(wire.taken.records, 'records', 0, MAX_TAKEN) }
  if (wire.declined != null)
    return { type: 'declined', reason: wordFromNumber(REASONS, wire.declined.reason, 'reason') }
  throw new WireError({ code: 'unknown-message', field: 'frame' })
}

/** Bytes that parts take in a message, with their tags and lengths. */
export const partBytes = {
  hit: (hit: IndexHit): number => sizeIn(pb.IndexHit.encode(hitToWire(hit))),
  record: (record: HandedRecord): number => sizeIn(pb.HandedRecord.encode(recordToWire(record))),
  contact: (contact: Contact): number => sizeIn(pb.Contact.encode(contactToWire(contact))),
  entry: (entry: Entry): number => sizeIn(pb.Entry.encode(entryToWire(entry)))
}

function sizeIn(part: Uint8Array): number {
  return part.length + 4
}

function toWire(message: IndexMessage): Partial<pb.IndexMessage> {
  switch (message.type) {
    case 'find':
      return {
        find: {
          key: keyToBytes(message.key),
          text: textToBytes(message.text, 'text', MAX_QUERY_TEXT_BYTES)
        }
      }
    case 'found':
      return { found: foundToWire(message) }
    case 'store':
      return { store: storeToWire(message) }
    case 'stored':
      return {
        stored: { verdicts: verdictsToBytes(message.verdicts), closer: closerToWire(message.closer) }
      }
    case 'withdraw':
      checkCount(message.entries, 'entries', MAX_STORE_ENTRIES)
      return {
        withdraw: { words: wordsToBytes(message.words), entries: message.entries.map(entryKeyToWire) }
      }
    case 'hand-over':
      checkCount(message.records, 'records', MAX_STORE_ENTRIES)
      return {
        handOver: {
          key: keyToBytes(message.key),
          records: message.records.map(recordToWire),
          providers: message.providers.map(contactToWire)
        }
      }
    case 'taken':
      return { taken: { records: whole(message.records, 'records', 0, MAX_TAKEN) } }
    case 'declined':
      return { declined: { reason: wordToNumber(REASONS, message.reason, 'reason') } }
  }
}

function foundToWire(found: Extract<IndexMessage, { type: 'found' }>): pb.Found {
  checkCount(found.hits, 'hits', MAX_INDEX_HITS)
  checkCount(found.providers, 'providers', MAX_CONTACTS)
  return {
    hits: found.hits.map(hitToWire),
    full: found.full,
    closer: closerToWire(found.closer),
    providers: found.providers.map(contactToWire)
  }
}

function foundFromWire({
  hits,
  full,
  closer,
  providers
}: pb.Found): Omit<Extract<IndexMessage, { type: 'found' }>, 'type'> {
  return {
    hits: hits.map(hitFromWire),
    full,
    closer: closer.map(contactFromWire),
    providers: providers.map(contactFromWire)
  }
}

function storeToWire(store: Extract<IndexMessage, { type: 'store' }>): pb.Store {
  checkCount(store.entries, 'entries', MAX_STORE_ENTRIES)
  checkSome(store.words, 'words')
  return {
    words: wordsToBytes(store.words),
    entries: store.entries.map(entryToWire),
    lifeS: whole(store.lifeS, 'lifeS', 1, MAX_RECORD_LIFE_S),
    nickname: nicknameToBytes(store.nickname),
    addresses: addressesToBytes(store.addresses, MAX_CONTACT_ADDRESSES)
  }
}

function storeFromWire(wire: pb.Store): Omit<Extract<IndexMessage, { type: 'store' }>, 'type'> {
  checkSome(wire.words, 'words')
  return {
    words: wordsFromBytes(wire.words),
    entries: wire.entries.map(entryFromWire),
    lifeS: whole(wire.lifeS, 'lifeS', 1, MAX_RECORD_LIFE_S),
    nickname: nicknameFromBytes(wire.nickname),
    addresses: addressesFromBytes(wire.addresses)
  }
}

function hitToWire({ entry, providers }: IndexHit): pb.IndexHit {
  checkCount(providers, 'providers', MAX_HIT_PROVIDERS)
  checkSome(providers, 'providers')
  return {
    entry: entryToWire(entry),
    providers: providers.map(({ peer, nickname }) => ({
      peer: peerToBytes(peer),
      nickname: nicknameToBytes(nickname)
    }))
  }
}

function hitFromWire({ entry, providers }: pb.IndexHit): IndexHit {
  checkSome(providers, 'providers')
  return {
    entry: entryFromWire(entry),
    providers: providers.map(({ peer, nickname }) => ({
      peer: peerFromBytes(peer),
      nickname: nicknameFromBytes(nickname)
    }))
  }
}

function recordToWire({ entry, peer, nickname, lifeS }: HandedRecord): pb.HandedRecord {
  return {
    entry: entryToWire(entry),
    peer: peerToBytes(peer),
    nickname: nicknameToBytes(nickname),
    lifeS: whole(lifeS, 'lifeS', 1, MAX_RECORD_LIFE_S)
  }
}

function recordFromWire({ entry, peer, nickname, lifeS }: pb.HandedRecord): HandedRecord {
  return {
    entry: entryFromWire(entry),
    peer: peerFromBytes(peer),
    nickname: nicknameFromBytes(nickname),
    lifeS: whole(lifeS, 'lifeS', 1, MAX_RECORD_LIFE_S)
  }
}

function closerToWire(closer: readonly Contact[]): pb.Contact[] {
  checkCount(closer, 'closer', MAX_CLOSER_PEERS)
  return closer.map(contactToWire)
}

function contactToWire({ peer, addresses }: Contact): pb.Contact {
  return { peer: peerToBytes(peer), addresses: addressesToBytes(addresses, MAX_CONTACT_ADDRESSES) }
}

function contactFromWire({ peer, addresses }: pb.Contact): Contact {
  return { peer: peerFromBytes(peer), addresses: addressesFromBytes(addresses) }
}

function keyToBytes(key: string): Uint8Array<ArrayBuffer> {
  return hexToBytes(key, 'key', INDEX_KEY_BYTES)
}

function keyFromBytes(bytes: Uint8Array): string {
  return bytesToHex(exactly(bytes, 'key', INDEX_KEY_BYTES))
}

/** A word is part of a query, so it has no more bytes than one. */
function wordsToBytes(words: readonly string[]): Uint8Array<ArrayBuffer>[] {
  checkCount(words, 'words', MAX_KEY_WORDS)
  checkWords(words)
  return words.map(word => textToBytes(word, 'words', MAX_QUERY_TEXT_BYTES))
}

function wordsFromBytes(list: readonly Uint8Array[]): string[] {
  const words = list.map(bytes => textFromBytes(bytes, 'words', MAX_QUERY_TEXT_BYTES))
  checkWords(words)
  return words
}

/** Not empty, and a pair in one order only, so that a key has one way to be written. */
function checkWords(words: readonly string[]): void {
  const [first, second] = words
  const isBad = words.includes('') || (first !== undefined && second !== undefined && first >= second)
  if (isBad) throw new WireError({ code: 'malformed', field: 'words' })
}

function checkSome(list: readonly unknown[], field: string): void {
  if (list.length === 0) throw new WireError({ code: 'out-of-range', field, limit: 1 })
}

function verdictsToBytes(verdicts: readonly StoreVerdict[]): Uint8Array<ArrayBuffer> {
  checkCount(verdicts, 'verdicts', MAX_STORE_ENTRIES)
  return Uint8Array.from(verdicts, verdict => wordToNumber(VERDICTS, verdict, 'verdicts'))
}

function verdictsFromBytes(bytes: Uint8Array): StoreVerdict[] {
  if (bytes.length > MAX_STORE_ENTRIES) {
    throw new WireError({ code: 'too-many', field: 'verdicts', limit: MAX_STORE_ENTRIES })
  }
  return Array.from(bytes, number => wordFromNumber(VERDICTS, number, 'verdicts'))
}
