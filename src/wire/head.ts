/**
 * Heads: what a provider signs about all its entries.
 */
import type { PeerKey } from '../base/ports.ts'
import { count, exactly, nicknameFromBytes, nicknameToBytes, whole } from './fields.ts'
import { type FrameRules, parseFrame, writeFrame } from './frame.ts'
import * as pb from './generated/catalog.js'
import { peerFromBytes, peerToBytes } from './ids.ts'
import { HASH_BYTES, MAX_ENVELOPE_BYTES, MAX_HEAD_TTL_S, MAX_PAGES } from './limits.ts'

/** A provider's numbered statement about all its entries. What is signed is its encoding, which travels byte for byte. */
export interface Head {
  provider: PeerKey
  nickname: string
  /** Grows with every statement: `max(last + 1, ms since the epoch)`. */
  seq: number
  /** Seconds from receipt for which it holds. */
  ttlS: number
  files: number
  bytes: number
  /** Bytes that the provider offers to keep for others and that are free. */
  pledgeFree: number
  pageCount: number
  /** sha2-256 over the page hashes, in order. */
  pagesRoot: Uint8Array
}

/** A head whose signature was checked, with the envelope that carries it. */
export interface SignedHead {
  head: Head
  envelope: Uint8Array
}

const RULES: FrameRules<pb.Head> = { field: 'head', maxBytes: MAX_ENVELOPE_BYTES }

/** Payload of a signed envelope. */
export function encodeHead(head: Head): Uint8Array {
  const numbers = checkNumbers(head)
  const wire: pb.Head = {
    ...numbers,
    provider: peerToBytes(head.provider, 'provider'),
    nickname: nicknameToBytes(head.nickname),
    pagesRoot: exactly(head.pagesRoot, 'pagesRoot', HASH_BYTES)
  }
  return writeFrame(pb.Head, wire, RULES)
}

/** Whether the signer is the provider, and whether `seq` is of our time, is for the caller to check. */
export function decodeHead(payload: Uint8Array): Head {
  const wire = parseFrame(pb.Head, payload, RULES)
  return {
    ...checkNumbers(wire),
    provider: peerFromBytes(wire.provider, 'provider'),
    nickname: nicknameFromBytes(wire.nickname),
    pagesRoot: exactly(wire.pagesRoot, 'pagesRoot', HASH_BYTES)
  }
}

function checkNumbers(head: Omit<Head, 'provider' | 'nickname' | 'pagesRoot'>) {
  return {
    seq: whole(head.seq, 'seq', 1, Number.MAX_SAFE_INTEGER),
    ttlS: whole(head.ttlS, 'ttlS', 0, MAX_HEAD_TTL_S),
    files: count(head.files, 'files'),
    bytes: count(head.bytes, 'bytes'),
    pledgeFree: count(head.pledgeFree, 'pledgeFree'),
    pageCount: whole(head.pageCount, 'pageCount', 0, MAX_PAGES)
  }
}
