/**
 * Fields of messages between their form on the wire and the one in the types, each with its limit.
 */
import { bytes as multiBytes } from 'multiformats'
import { WireError } from './errors.ts'
import { HASH_BYTES, MAX_ADDRESS_BYTES, MAX_NICKNAME_BYTES, MAX_PAGES, QUERY_ID_BYTES } from './limits.ts'

/** Bytes of a buffer that is not shared between threads, as the generated codecs want them. */
export type Bytes = Uint8Array<ArrayBuffer>

const encoder = new TextEncoder()
// protons would replace what is not UTF-8, and two texts on the wire would become one here.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Largest number of a 32-bit field. */
export const MAX_UINT32 = 0xffff_ffff

/** `value` when it is a whole number from `min` to `max`; throws `out-of-range` otherwise. */
export function whole(value: number, field: string, min: number, max: number): number {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value
  throw new WireError({ code: 'out-of-range', field, limit: value < min ? min : max })
}

/** A whole number from 0 up to what a JavaScript number holds exactly. */
export function count(value: number, field: string): number {
  return whole(value, field, 0, Number.MAX_SAFE_INTEGER)
}

export function textToBytes(text: string, field: string, maxBytes: number): Bytes {
  // A UTF-16 unit takes at least one byte.
  if (text.length > maxBytes) throw new WireError({ code: 'too-long', field, limit: maxBytes })
  if (!text.isWellFormed()) throw new WireError({ code: 'malformed', field })
  const bytes = encoder.encode(text)
  checkLength(bytes, field, maxBytes)
  return bytes
}

export function textFromBytes(bytes: Uint8Array, field: string, maxBytes: number): string {
  checkLength(bytes, field, maxBytes)
  try {
    return decoder.decode(bytes)
  } catch (cause) {
    throw new WireError({ code: 'malformed', field }, { cause })
  }
}

export function nicknameToBytes(nickname: string): Bytes {
  return textToBytes(nickname, 'nickname', MAX_NICKNAME_BYTES)
}

export function nicknameFromBytes(bytes: Uint8Array): string {
  return textFromBytes(bytes, 'nickname', MAX_NICKNAME_BYTES)
}

/** Multiaddrs as text. They are not parsed here: who dials one does. */
export function addressesToBytes(addresses: readonly string[], max: number): Bytes[] {
  checkCount(addresses, 'addresses', max)
  return addresses.map(address => {
    checkAddress(address)
    return textToBytes(address, 'addresses', MAX_ADDRESS_BYTES)
  })
}

export function addressesFromBytes(list: readonly Uint8Array[]): string[] {
  return list.map(bytes => {
    const address = textFromBytes(bytes, 'addresses', MAX_ADDRESS_BYTES)
    checkAddress(address)
    return address
  })
}

function checkAddress(address: string): void {
  if (!address.startsWith('/')) throw new WireError({ code: 'malformed', field: 'addresses' })
}

/** Digests, written one after the other, from their hex. */
export function hashesToBytes(hashes: readonly string[]): Bytes {
  checkCount(hashes, 'hashes', MAX_PAGES)
  const bytes = new Uint8Array(hashes.length * HASH_BYTES)
  hashes.forEach((hash, i) => {
    bytes.set(hexToBytes(hash, 'hashes', HASH_BYTES), i * HASH_BYTES)
  })
  return bytes
}

export function hashesFromBytes(bytes: Uint8Array): string[] {
  if (bytes.length % HASH_BYTES !== 0) throw new WireError({ code: 'malformed', field: 'hashes' })
  const length = bytes.length / HASH_BYTES
  if (length > MAX_PAGES) throw new WireError({ code: 'too-many', field: 'hashes', limit: MAX_PAGES })
  return Array.from({ length }, (_, i) => bytesToHex(bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES)))
}

export function queryIdToBytes(id: string): Bytes {
  return hexToBytes(id, 'id', QUERY_ID_BYTES)
}

export function queryIdFromBytes(bytes: Uint8Array): string {
  return bytesToHex(exactly(bytes, 'id', QUERY_ID_BYTES))
}

/** Lower-case hex. */
export function bytesToHex(bytes: Uint8Array): string {
  return multiBytes.toHex(bytes)
}

export function hexToBytes(hex: string, field: string, length: number): Bytes {
  if (hex.length !== 2 * length || !/^[0-9a-f]*$/.test(hex)) throw new WireError({ code: 'malformed', field })
  return multiBytes.fromHex(hex)
}

/** The number of a word: its place in the table, from 1. Numbers are on the wire, so a table only ever grows. */
export function wordToNumber<Word extends string>(words: readonly Word[], word: Word, field: string): number {
  return whole(words.indexOf(word) + 1, field, 1, words.length)
}

export function wordFromNumber<Word extends string>(
  words: readonly Word[],
  number: number,
  field: string
): Word {
  return words[whole(number, field, 1, words.length) - 1] as Word
}

/** A copy of `bytes`, which must have this very length. A view would keep the whole frame in memory. */
export function exactly(bytes: Uint8Array, field: string, length: number): Bytes {
  if (bytes.length !== length) throw new WireError({ code: 'malformed', field })
  return new Uint8Array(bytes)
}

/** A copy of `bytes`, of which there are from 1 to `max`. */
export function some(bytes: Uint8Array, field: string, max: number): Bytes {
  if (bytes.length === 0) throw new WireError({ code: 'malformed', field })
  checkLength(bytes, field, max)
  return new Uint8Array(bytes)
}

export function checkLength(bytes: Uint8Array, field: string, max: number): void {
  if (bytes.length > max) throw new WireError({ code: 'too-long', field, limit: max })
}

export function checkCount(list: readonly unknown[], field: string, max: number): void {
  if (list.length > max) throw new WireError({ code: 'too-many', field, limit: max })
}
