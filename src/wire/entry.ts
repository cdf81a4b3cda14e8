/**
 * An entry, in the form that the catalogue and the search carry.
 */
import { WireError } from './errors.ts'
import { type Bytes, count, textFromBytes, textToBytes } from './fields.ts'
import type * as pb from './generated/catalog.js'
import { cidFromBytes, cidToBytes } from './ids.ts'
import { MAX_MIME_BYTES, MAX_NAME_BYTES, MAX_PATH_BYTES, MAX_PATH_DEPTH } from './limits.ts'

/** One file or folder of a share, as peers know it. */
export interface Entry {
  /** CIDv1 as text, base32. */
  cid: string
  /** Last part of `path`. Not on the wire. */
  name: string
  /** Share name and path inside it, parts joined with `/`, in NFC. Never a path of the provider's machine. */
  path: string
  /** Bytes. */
  size: number
  /** Media type, such as `video/mp4`; `inode/directory` for the root of a share. */
  mime: string
  /** ms since the epoch. */
  modified: number
}

/** What tells two entries of one provider apart. */
export type EntryKey = Pick<Entry, 'cid' | 'path'>

/**
 * Tells whether peers would take this entry. Not every file has a name that they do.
 *
 * @throws WireError with the field that is wrong
 */
export function checkEntry(entry: Entry): void {
  entryToWire(entry)
}

export function entryToWire(entry: Entry): pb.Entry {
  return {
    ...entryKeyToWire(entry),
    size: count(entry.size, 'size'),
    mime: mimeToBytes(entry.mime),
    modified: count(entry.modified, 'modified')
  }
}

export function entryFromWire(wire: pb.Entry | undefined): Entry {
  if (wire === undefined) throw new WireError({ code: 'malformed', field: 'entry' })
  const { cid, path } = entryKeyFromWire(wire)
  return {
    cid,
    name: nameOf(path),
    path,
    size: count(wire.size, 'size'),
    mime: mimeFromBytes(wire.mime),
    modified: count(wire.modified, 'modified')
  }
}

export function entryKeyToWire({ cid, path }: EntryKey): pb.EntryKey {
  return { cid: cidToBytes(cid), path: pathToBytes(path) }
}

export function entryKeyFromWire(wire: pb.EntryKey): EntryKey {
  const path = textFromBytes(wire.path, 'path', MAX_PATH_BYTES)
  checkPath(path)
  return { cid: cidFromBytes(wire.cid), path }
}

/** UTF-8 of a path; throws for one that breaks the rules. */
export function pathToBytes(path: string): Bytes {
  const bytes = textToBytes(path, 'path', MAX_PATH_BYTES)
  checkPath(path)
  return bytes
}

/**
 * A path of parts that are names: relative, and with no way out of the folder it is put into. A backslash is a character
 * like others; who writes files on a system where it is not must replace it.
 */
function checkPath(path: string): void {
  const parts = path.split('/')
  if (parts.length > MAX_PATH_DEPTH) {
    throw new WireError({ code: 'too-many', field: 'path', limit: MAX_PATH_DEPTH })
  }
  const isBad = (part: string): boolean => part === '' || part === '.' || part === '..' || part.includes('\0')
  if (parts.some(isBad)) throw new WireError({ code: 'malformed', field: 'path' })
  const name = nameOf(path)
  // A UTF-16 unit takes at most three bytes: most names need not be encoded to know.
  if (name.length * 3 > MAX_NAME_BYTES) textToBytes(name, 'name', MAX_NAME_BYTES)
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function mimeToBytes(mime: string): Bytes {
  const bytes = textToBytes(mime, 'mime', MAX_MIME_BYTES)
  checkMime(mime)
  return bytes
}

function mimeFromBytes(bytes: Uint8Array): string {
  const mime = textFromBytes(bytes, 'mime', MAX_MIME_BYTES)
  checkMime(mime)
  return mime
}

/** Printable ASCII, because media types end up in HTTP headers. Empty: unknown. */
function checkMime(mime: string): void {
  if (!/^[ -~]*$/.test(mime)) throw new WireError({ code: 'malformed', field: 'mime' })
}
