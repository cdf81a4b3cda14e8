/**
 * Content ids and PeerIds: bytes on the wire, text everywhere else. Each id has one form of either kind; other spellings
 * of the same id are refused, or one thing would pass for two.
 */
import { hash } from 'node:crypto'
import { base58btc } from 'multiformats/bases/base58'
import { CID } from 'multiformats/cid'
import * as multihash from 'multiformats/hashes/digest'
import type { PeerKey } from '../base/ports.ts'
import { base32Decode, base32Encode } from './base32.ts'
import { WireError } from './errors.ts'
import { type Bytes, checkLength } from './fields.ts'
import { HASH_BYTES, MAX_CID_BYTES, MAX_PEER_ID_BYTES } from './limits.ts'

/** Codes of the multicodec table. */
const IDENTITY = 0x00
const SHA2_256 = 0x12

/** Bytes of CIDv1, codec and hash code of less than 128, before a digest of 32 bytes. */
const SHORT_CID_PREFIX_BYTES = 4

/** Bytes of a CIDv1 in base32. */
export function cidToBytes(cid: string, field = 'cid'): Bytes {
  // Base 32 writes five bits to a character; one more says the base.
  if (cid.length > 1 + Math.ceil((MAX_CID_BYTES * 8) / 5)) {
    throw new WireError({ code: 'too-long', field, limit: MAX_CID_BYTES })
  }
  const bytes = base32Decode(cid)
  if (bytes === undefined) throw new WireError({ code: 'malformed', field })
  checkCid(bytes, field)
  return bytes
}

/** Text of a binary CIDv1: base32. */
export function cidFromBytes(bytes: Uint8Array, field = 'cid'): string {
  checkCid(bytes, field)
  return base32Encode(bytes)
}

/** The 32 bytes by which an entry is put into a page: the digest inside the cid, or sha2-256 of a cid that has another length. */
export function cidSortKey(bytes: Uint8Array): Uint8Array {
  if (isShortCid(bytes)) return bytes.subarray(SHORT_CID_PREFIX_BYTES)
  const { digest } = CID.decode(bytes).multihash
  return digest.length === HASH_BYTES ? digest : hash('sha256', bytes, 'buffer')
}

/** The usual form: CIDv1, a codec of one byte, sha2-256. Saves the parsing of nearly all. */
function isShortCid(bytes: Uint8Array): boolean {
  return (
    bytes.length === SHORT_CID_PREFIX_BYTES + HASH_BYTES &&
    bytes[0] === 1 &&
    (bytes[1] as number) < 0x80 &&
    bytes[2] === SHA2_256 &&
    bytes[3] === HASH_BYTES
  )
}

function checkCid(bytes: Uint8Array, field: string): void {
  checkLength(bytes, field, MAX_CID_BYTES)
  if (isShortCid(bytes)) return
  const shortest = orMalformed(field, () => {
    const { version, code, multihash: id } = CID.decode(bytes)
    return version === 1 ? CID.createV1(code, multihash.create(id.code, id.digest)).bytes : undefined
  })
  // Numbers in a cid are varints, which can be written longer than need be.
  if (shortest === undefined || !equal(shortest, bytes)) throw new WireError({ code: 'malformed', field })
}

/** Bytes of a PeerId: the multihash of its key. */
export function peerToBytes(peer: PeerKey, field = 'peer'): Bytes {
  // Base 58 writes more than five bits to a character.
  if (peer.length > Math.ceil((MAX_PEER_ID_BYTES * 8) / 5)) {
    throw new WireError({ code: 'too-long', field, limit: MAX_PEER_ID_BYTES })
  }
  const bytes = orMalformed(field, () => base58btc.decode(`z${peer}`))
  checkPeer(bytes, field)
  return bytes
}

/** Text of a PeerId: base 58, without a prefix. */
export function peerFromBytes(bytes: Uint8Array, field = 'peer'): PeerKey {
  checkPeer(bytes, field)
  return base58btc.encode(bytes).slice(1)
}

function checkPeer(bytes: Uint8Array, field: string): void {
  checkLength(bytes, field, MAX_PEER_ID_BYTES)
  const { code, digest, bytes: given } = orMalformed(field, () => multihash.decode(bytes))
  const isKey = code === IDENTITY && digest.length > 0
  const isHashedKey = code === SHA2_256 && digest.length === HASH_BYTES
  if (!(isKey || isHashedKey) || !equal(multihash.create(code, digest).bytes, given)) {
    throw new WireError({ code: 'malformed', field })
  }
}

/** Whether two arrays hold the same bytes. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

function orMalformed<T>(field: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw new WireError({ code: 'malformed', field }, { cause })
  }
}
