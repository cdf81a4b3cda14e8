/**
 * Pages: the canonical encoding of up to 256 entries of one provider. Equal entries give equal bytes, so the hash of a
 * page says whether two nodes know the same. SPEC.md, "Pages".
 */
import { hash } from 'node:crypto'
import { type Entry, type EntryKey, entryFromWire, entryToWire, pathToBytes } from './entry.ts'
import { WireError } from './errors.ts'
import { checkCount, hashesToBytes } from './fields.ts'
import { type FrameRules, parseFrame, writeFrame } from './frame.ts'
import * as pb from './generated/catalog.js'
import { cidSortKey, cidToBytes, equal } from './ids.ts'
import { HASH_BYTES, MAX_PAGE_BYTES, MAX_PAGE_ENTRIES } from './limits.ts'

const RULES: FrameRules<pb.Page> = {
  field: 'page',
  maxBytes: MAX_PAGE_BYTES,
  lists: { entries: MAX_PAGE_ENTRIES }
}

/**
 * Where an entry belongs: 32 bytes of its cid (the digest inside), 32 bytes of its path (sha2-256 of the UTF-8).
 * Its bits, most significant first, are the way through the tree of pages.
 */
export function pageKey(entry: EntryKey): Uint8Array {
  return keyOf(cidToBytes(entry.cid), pathToBytes(entry.path))
}

/** Below 0, 0 or above 0, as `a` comes before, with or after `b`. */
export function comparePageKeys(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] as number) - (b[i] as number)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/**
 * The page of these entries, whatever their order.
 *
 * @throws WireError for none or more than MAX_PAGE_ENTRIES, for two with one key, for an entry that peers would refuse,
 * and `too-long` for more than MAX_PAGE_BYTES: 256 paths of 4 KiB do not fit into a frame
 */
export function encodePage(entries: readonly Entry[]): Uint8Array {
  checkCount(entries, 'entries', MAX_PAGE_ENTRIES)
  const keyed = entries.map(entry => {
    const wire = entryToWire(entry)
    return { wire, key: keyOf(wire.cid, wire.path) }
  })
  keyed.sort((a, b) => comparePageKeys(a.key, b.key))
  checkOrder(keyed.map(({ key }) => key))
  return writeFrame(pb.Page, { entries: keyed.map(({ wire }) => wire) }, RULES)
}

/** The entries in page order. Refuses bytes that `encodePage` would not have given for them. */
export function decodePage(bytes: Uint8Array): Entry[] {
  const { entries: wires } = parseFrame(pb.Page, bytes, RULES)
  const entries = wires.map(entryFromWire)
  checkOrder(wires.map(wire => keyOf(wire.cid, wire.path)))
  if (!equal(pb.Page.encode({ entries: wires }), bytes)) {
    throw new WireError({ code: 'malformed', field: 'page' })
  }
  return entries
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
