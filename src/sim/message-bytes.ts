/**
 * Bytes that a message of the search takes on a link, counted without writing it: a flood over 100,000 nodes sends a
 * million. A test compares with what the codec writes.
 */
import { MAX_QUERY_BUDGET, QUERY_ID_BYTES } from '../wire/limits.ts'
import type { SearchMessage, WireHit } from '../wire/search-message.ts'

/** PeerId of an Ed25519 key, and a CIDv1 of sha2-256: the only ones that virtual nodes have. */
export const PEER_BYTES = 38
const CID_BYTES = 36
const ID_FIELD = field(QUERY_ID_BYTES)
/** A number below 128, or a flag, with its tag. */
const SMALL_FIELD = 2

/** With the varint that says its length. */
export function searchMessageBytes(message: SearchMessage): number {
  return framed(field(bodyBytes(message)))
}

/** Bytes of an entry inside another message. */
export function entryBytes(entry: WireHit['entry']): number {
  const { path, size, mime, modified } = entry
  return field(CID_BYTES) + text(path) + number(size) + text(mime) + number(modified)
}

/** A field of `length` bytes: tag, length, bytes. */
export function field(length: number): number {
  return 1 + varint(length) + length
}

/** A number as a field; nothing for 0. */
export function number(value: number): number {
  return value === 0 ? 0 : 1 + varint(value)
}

/** A text as a field; nothing for the empty one. */
export function text(value: string): number {
  return value === '' ? 0 : field(Buffer.byteLength(value))
}

export function framed(length: number): number {
  return varint(length) + length
}

function bodyBytes(message: SearchMessage): number {
  switch (message.type) {
    case 'query': {
      const { hops, budget, ownOnly, report } = message
      // A flood without bounds has a budget that no wire carries.
      const told = Math.min(budget, MAX_QUERY_BUDGET)
      const flags = Number(hops > 0) + Number(ownOnly) + Number(report)
      return ID_FIELD + text(message.text) + (1 + flags) * SMALL_FIELD + number(told)
    }
    case 'hits':
      return message.hits.reduce((sum, hit) => sum + field(hitBytes(hit)), ID_FIELD)
    case 'report': {
      const { nodes, queries, answers, bytes, duplicates, truncated } = message
      const counts = number(nodes) + number(queries) + number(answers) + number(bytes) + number(duplicates)
      return ID_FIELD + counts + (truncated ? SMALL_FIELD : 0)
    }
    case 'cancel':
      return ID_FIELD
    default:
      throw new RangeError(`virtual nodes send no ${message.type}`)
  }
}

function hitBytes({ entry, providers }: WireHit): number {
  return providers.reduce(
    (sum, { nickname }) => sum + field(field(PEER_BYTES) + text(nickname) + SMALL_FIELD),
    field(entryBytes(entry))
  )
}

function varint(value: number): number {
  let bytes = 1
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) bytes++
  return bytes
}
