/**
 * Bytes of the messages of the index, counted without writing them. A test compares with what the codec writes.
 */
import type { IndexHit } from '../wire/index-message.ts'
import { HASH_BYTES } from '../wire/limits.ts'
import { entryBytes, field, framed, PEER_BYTES, text } from './message-bytes.ts'

/** Where every virtual node can be reached: one address of each kind, as long as such addresses are. */
export const ADDRESSES = [
  '/ip4/203.0.113.107/tcp/4801',
  '/ip6/2001:db8:7a3c:91f0:c0de:4a1:77b2:9e15/tcp/4801'
]

const CONTACT_BYTES = field(ADDRESSES.reduce((sum, address) => sum + text(address), field(PEER_BYTES)))
const FLAG_BYTES = 2

/** With the varint that says its length. */
export function findBytes(query: string): number {
  return framed(field(field(HASH_BYTES) + text(query)))
}

/** @param closer - servers that are named, and `hits`, whose providers are told with their addresses */
export function foundBytes({
  hits,
  full,
  closer
}: {
  hits: readonly IndexHit[]
  full: boolean
  closer: readonly unknown[]
}): number {
  const providers = new Set<string>()
  let bytes = full ? FLAG_BYTES : 0
  for (const hit of hits) {
    let inner = field(entryBytes(hit.entry))
    for (const { peer, nickname } of hit.providers) {
      providers.add(peer)
      inner += field(field(PEER_BYTES) + text(nickname))
    }
    bytes += field(inner)
  }
  return framed(field(bytes + (closer.length + providers.size) * CONTACT_BYTES))
}
