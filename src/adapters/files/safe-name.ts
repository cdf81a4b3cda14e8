/**
 * Names from strangers, made into names of files that every common system takes.
 */
import { MAX_NAME_BYTES } from '../../wire/limits.ts'

/** What a name becomes of which nothing is left. */
const NAMELESS = 'unnamed'
/** Longest extension that is kept when a name is cut, characters with its dot. */
const MAX_EXTENSION_CHARS = 16

/**
 * Not allowed on Windows (`/` nowhere), control characters, and the ones that hide or turn text around. The joiners
 * U+200C and U+200D stay: Persian and emoji need them.
 */
const FORBIDDEN = /[<>:"/\\|?*\p{Cc}\p{Cs}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu
/** Device names of Windows, with any extension. */
const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$|clock\$)(?=\.|$)/i

/**
 * A file name, without folders, that is valid on Windows, macOS and Linux, at most 255 bytes of UTF-8 with the
 * extension kept, and cannot hide what it is. Good names stay as they are, but for NFC.
 * https://learn.microsoft.com/windows/win32/fileio/naming-a-file
 *
 * @param maxBytes - for those who append something
 */
export function safeName(name: string, maxBytes = MAX_NAME_BYTES): string {
  const clean = name.normalize('NFC').replace(FORBIDDEN, '_').replace(RESERVED, '_$1')
  const trimmed = trimEnds(clean)
  const cut = trimEnds(shorten(trimmed, maxBytes))
  return cut === '' ? NAMELESS : cut
}

/** `name.ext` as `name (2).ext`, which still fits MAX_NAME_BYTES. */
export function numberedName(name: string, number: number): string {
  const [stem, extension] = splitName(name)
  const suffix = ` (${number})`
  return `${cutBytes(stem, MAX_NAME_BYTES - Buffer.byteLength(suffix + extension)).trimEnd()}${suffix}${extension}`
}

/** Stem and extension with its dot. A leading dot begins no extension; `.tar.gz` and the like stay together. */
export function splitName(name: string): [stem: string, extension: string] {
  const match = /^(.+?)((?:\.tar)?\.[^. ]+)$/.exec(name)
  if (match == null || (match[2] as string).length > MAX_EXTENSION_CHARS) return [name, '']
  return [match[1] as string, match[2] as string]
}

/** Windows drops trailing dots and spaces by itself, so that two names would be one file. */
function trimEnds(name: string): string {
  return name.replace(/^\s+/u, '').replace(/[\s.]+$/u, '')
}

function shorten(name: string, maxBytes: number): string {
  if (Buffer.byteLength(name) <= maxBytes) return name
  const [stem, extension] = splitName(name)
  return cutBytes(stem, maxBytes - Buffer.byteLength(extension)) + extension
}

/** As many whole characters as fit. */
function cutBytes(text: string, maxBytes: number): string {
  let bytes = 0
  let out = ''
  for (const character of text) {
    bytes += Buffer.byteLength(character)
    if (bytes > maxBytes) break
    out += character
  }
  return out
}
