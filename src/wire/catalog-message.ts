/**
 * Messages of `/p2pnode/catalog/1.0.0`: one request per stream, answered on it.
 */
import type { PeerKey } from '../base/ports.ts'
import { WireError } from './errors.ts'
import { checkCount, hashesFromBytes, hashesToBytes, some, whole } from './fields.ts'
import { type FrameRules, parseFrame, writeFrame } from './frame.ts'
import * as pb from './generated/catalog.js'
import { peerFromBytes, peerToBytes } from './ids.ts'
import {
  MAX_CATALOG_FRAME_BYTES,
  MAX_ENVELOPE_BYTES,
  MAX_HEAD_HOPS,
  MAX_HEADS_PER_FRAME,
  MAX_PAGE_BYTES
} from './limits.ts'

export interface HeadNotice {
  /** Signed envelope. */
  envelope: Uint8Array
  /** Links between the sender and the provider; 0 for the sender's own head. */
  hops: number
}

export type CatalogMessage =
  /** Unasked: heads that are new to the sender. No answer. */
  | { type: 'heads'; heads: HeadNotice[] }
  /** Request: the pages of a provider's newest head. Answer: `page-list`, or `unknown`. */
  | { type: 'get-page-list'; provider: PeerKey }
  /** `hashes`: all page hashes in order, hex; sha2-256 over them is the head's `pagesRoot`. */
  | { type: 'page-list'; envelope: Uint8Array; hashes: string[] }
  /** Request: some pages, by hash, hex. Answer: a `page` for each one still there, in the order asked, then `end`. */
  | { type: 'get-pages'; provider: PeerKey; hashes: string[] }
  /** `bytes`: the page as its provider encoded it. */
  | { type: 'page'; bytes: Uint8Array }
  | { type: 'end' }
  | { type: 'unknown' }

const RULES: FrameRules<pb.CatalogMessage> = {
  field: 'frame',
  maxBytes: MAX_CATALOG_FRAME_BYTES,
  lists: { heads: { heads: MAX_HEADS_PER_FRAME } }
}

/** Takes at most MAX_HEADS_PER_FRAME heads: more go out as several messages. */
export function encodeCatalogMessage(message: CatalogMessage): Uint8Array {
  return writeFrame(pb.CatalogMessage, toWire(message), RULES)
}

/** Heads and pages inside come as they are: their own decoders check them. */
export function decodeCatalogMessage(bytes: Uint8Array): CatalogMessage {
  const wire = parseFrame(pb.CatalogMessage, bytes, RULES)
  if (wire.heads != null) return { type: 'heads', heads: wire.heads.heads.map(checkNotice) }
  if (wire.getPageList != null) {
    return { type: 'get-page-list', provider: peerFromBytes(wire.getPageList.provider, 'provider') }
  }
  if (wire.pageList != null) {
    const envelope = some(wire.pageList.envelope, 'envelope', MAX_ENVELOPE_BYTES)
    return { type: 'page-list', envelope, hashes: hashesFromBytes(wire.pageList.hashes) }
  }
  if (wire.getPages != null) {
    const provider = peerFromBytes(wire.getPages.provider, 'provider')
    return { type: 'get-pages', provider, hashes: hashesFromBytes(wire.getPages.hashes) }
  }
  if (wire.page != null) return { type: 'page', bytes: some(wire.page.encoded, 'page', MAX_PAGE_BYTES) }
  if (wire.end != null) return { type: 'end' }
  if (wire.unknown != null) return { type: 'unknown' }
  throw new WireError({ code: 'unknown-message', field: 'frame' })
}

function toWire(message: CatalogMessage): pb.CatalogMessage {
  switch (message.type) {
    case 'heads':
      checkCount(message.heads, 'heads', MAX_HEADS_PER_FRAME)
      return { heads: { heads: message.heads.map(checkNotice) } }
    case 'get-page-list':
      return { getPageList: { provider: peerToBytes(message.provider, 'provider') } }
    case 'page-list': {
      const envelope = some(message.envelope, 'envelope', MAX_ENVELOPE_BYTES)
      return { pageList: { envelope, hashes: hashesToBytes(message.hashes) } }
    }
    case 'get-pages': {
      const provider = peerToBytes(message.provider, 'provider')
      return { getPages: { provider, hashes: hashesToBytes(message.hashes) } }
    }
    case 'page':
      return { page: { encoded: some(message.bytes, 'page', MAX_PAGE_BYTES) } }
    case 'end':
      return { end: {} }
    case 'unknown':
      return { unknown: {} }
  }
}

function checkNotice({ envelope, hops }: HeadNotice): pb.HeadNotice {
  return {
    envelope: some(envelope, 'envelope', MAX_ENVELOPE_BYTES),
    hops: whole(hops, 'hops', 0, MAX_HEAD_HOPS)
  }
}
