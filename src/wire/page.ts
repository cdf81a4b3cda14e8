/**
 * Pages: the canonical encoding of up to 256 entries of one provider. Equal entries give equal bytes, so the hash of a
 * page says whether two nodes know the same. SPEC.md, "Pages".
 */
import { hash } from 'node:crypto'
import { type Entry, type EntryKey, entryFromWire, entryToWire, pathToBytes } from './entry.ts'
import { WireError } from './errors.ts'
import { checkCount, checkLength, hashesToBytes } from './fields.ts'
import { type FrameRules, parseFrame } from './frame.ts'
import * as pb from './generated/catalog.js'
import { cidSortKey, cidToBytes, equal } from './ids.ts'
import { HASH_BYTES, MAX_PAGE_BYTES, MAX_PAGE_ENTRIES } from './limits.ts'

const RULES: FrameRules<pb.Page> = {
  field: 'page',
  maxBytes: MAX_PAGE_BYTES,
  lists: { entries: MAX_PAGE_ENTRIES }
}

/** Field numbers of catalog.proto and entry.proto with their wire type: 0 a varint, 2 a length and bytes. */
const ENTRIES_TAG = (1 << 3) | 2
const CID_TAG = (1 << 3) | 2
const PATH_TAG = (2 << 3) | 2
const SIZE_TAG = 3 << 3
const MIME_TAG = (4 << 3) | 2
const MODIFIED_TAG = 5 << 3

/**
 * Where an entry belongs: 32 bytes of its cid (the digest inside), 32 bytes of its path (sha2-256 of the UTF-8).
 * Its bits, most significant first, are the way through the tree of pages.
 */
export function pageKey(entry: EntryKey): Uint8Array {
  return keyOf(cidToBytes(entry.cid), pathToBytes(entry.path))
}

/** Below 0, 0 or above 0, as `a` comes before, with or after `b`. */
export function comparePageKeys(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b)
}

/**
 * The page of these entries, whatever their order.
 *
 * @throws WireError for none or more than MAX_PAGE_ENTRIES, for two with one key, for an entry that peers would refuse,
 * and `too-long` for more than MAX_PAGE_BYTES: 256 paths of 4 KiB do not fit into a frame
 *
 * @param keys - those of the entries, where they are at hand: computing them takes half of the time
 */
export function encodePage(entries: readonly Entry[], keys?: readonly Uint8Array[]): Uint8Array {
  checkCount(entries, 'entries', MAX_PAGE_ENTRIES)
  const keyed = entries.map((entry, i) => {
    const wire = entryToWire(entry)
    return { wire, key: keys?.[i] ?? keyOf(wire.cid, wire.path) }
  })
  keyed.sort((a, b) => comparePageKeys(a.key, b.key))
  checkOrder(keyed.map(({ key }) => key))
  return writePage(keyed.map(({ wire }) => wire))
}

/** The entries in page order. Refuses bytes that `encodePage` would not have given for them. */
export function decodePage(bytes: Uint8Array): Entry[] {
  const { entries: wires } = parseFrame(pb.Page, bytes, RULES)
  const entries = wires.map(entryFromWire)
  checkOrder(wires.map(wire => keyOf(wire.cid, wire.path)))
  if (!equal(writePage(wires), bytes)) {
    throw new WireError({ code: 'malformed', field: 'page' })
  }
  return entries
}

/**
 * What `pb.Page.encode` gives, in a quarter of its time: a change of one entry encodes its whole page again, and a large
 * share does so hundreds of times in a row.
 */
function writePage(entries: readonly pb.Entry[]): Uint8Array {
  const lengths = entries.map(entryLength)
  const total = lengths.reduce((sum, length) => sum + 1 + varintLength(length) + length, 0)
  const page = new Uint8Array(total)
  checkLength(page, RULES.field, RULES.maxBytes)
  let at = 0
  entries.forEach((entry, i) => {
    at = writeVarint(page, at, ENTRIES_TAG, lengths[i] as number)
    at = writeBytes(page, at, CID_TAG, entry.cid)
    at = writeBytes(page, at, PATH_TAG, entry.path)
    if (entry.size > 0) at = writeVarint(page, at, SIZE_TAG, entry.size)
    at = writeBytes(page, at, MIME_TAG, entry.mime)
    if (entry.modified > 0) at = writeVarint(page, at, MODIFIED_TAG, entry.modified)
  })
  return page
}

function entryLength({ cid, path, size, mime, modified }: pb.Entry): number {
  const ofBytes = ({ length }: Uint8Array): number => (length > 0 ? 1 + varintLength(length) + length : 0)
  const ofNumber = (value: number): number => (value > 0 ? 1 + varintLength(value) : 0)
  return ofBytes(cid) + ofBytes(path) + ofNumber(size) + ofBytes(mime) + ofNumber(modified)
}

function varintLength(value: number): number {
  let length = 1
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length++
  return length
}

/** Empty bytes are left out, as proto3 does. */
function writeBytes(page: Uint8Array, at: number, tag: number, bytes: Uint8Array): number {
  if (bytes.length === 0) return at
  const start = writeVarint(page, at, tag, bytes.length)
  page.set(bytes, start)
  return start + bytes.length
}

function writeVarint(page: Uint8Array, at: number, tag: number, value: number): number {
  page[at++] = tag
  let rest = value
  // Not shifted: sizes take more than 32 bits.
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) page[at++] = (rest % 0x80) | 0x80
  page[at++] = rest
  return at
}

/** sha2-256 of an encoded page, hex. */
export function pageHash(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex')
}

/** What a head says about all pages: sha2-256 over their hashes (hex here, raw below the sum) in page order. */
export function pagesRoot(hashes: readonly string[]): Uint8Array {
  return new Uint8Array(hash('sha256', hashesToBytes(hashes), 'buffer'))
}

function keyOf(cid: Uint8Array, path: Uint8Array): Uint8Array {
  const key = new Uint8Array(2 * HASH_BYTES)
  key.set(cidSortKey(cid))
  key.set(hash('sha256', path, 'buffer'), HASH_BYTES)
  return key
}

function checkOrder(keys: readonly Uint8Array[]): void {
  if (keys.length === 0) throw new WireError({ code: 'out-of-range', field: 'entries', limit: 1 })
  const isAscending = keys.every((key, i) => i === 0 || comparePageKeys(keys[i - 1] as Uint8Array, key) < 0)
  if (!isAscending) throw new WireError({ code: 'malformed', field: 'entries' })
}
