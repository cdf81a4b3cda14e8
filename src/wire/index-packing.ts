/**
 * How much of what a holder keeps fits into one answer.
 */
import type { PeerKey } from '../base/ports.ts'
import {
  type Contact,
  encodeIndexMessage,
  type HandedRecord,
  type IndexHit,
  type IndexMessage,
  type IndexProvider,
  partBytes
} from './index-message.ts'
import { INDEX_KEY_BYTES, MAX_CONTROL_FRAME_BYTES, MAX_INDEX_HITS, MAX_STORE_ENTRIES } from './limits.ts'

type Found = Extract<IndexMessage, { type: 'found' }>
type HandOver = Extract<IndexMessage, { type: 'hand-over' }>
type ContactOf = (peer: PeerKey) => Contact | undefined

/** Tags and lengths around the parts of a message. */
const SPARE_BYTES = 32

/** As many of the hits as fit into one answer, in their order; `full` when some do not. */
export function packFound(
  { hits, full, closer }: { hits: readonly IndexHit[]; full: boolean; closer: Contact[] },
  contactOf: ContactOf
): Found {
  const message: Found = { type: 'found', hits: [], full, closer, providers: [] }
  const told = new Set<PeerKey>()
  let room = MAX_CONTROL_FRAME_BYTES - encodeIndexMessage(message).length - SPARE_BYTES
  for (const hit of hits) {
    const contacts = untold(hit.providers, told, contactOf)
    const bytes = partBytes.hit(hit) + sizeOf(contacts)
    if (bytes > room || message.hits.length === MAX_INDEX_HITS) return { ...message, full: true }
    room -= bytes
    message.hits.push(hit)
    message.providers.push(...contacts)
    for (const { peer } of contacts) told.add(peer)
  }
  return message
}

/** Records of one key in as many messages as they take. */
export function packHandOver(
  key: string,
  records: readonly HandedRecord[],
  contactOf: ContactOf
): HandOver[] {
  const messages: HandOver[] = []
  const told = new Set<PeerKey>()
  let room = 0
  for (const record of records) {
    let last = messages.at(-1)
    const bytes = partBytes.record(record)
    const isFull = bytes + sizeOf(untold([record], told, contactOf)) > room
    if (last === undefined || isFull || last.records.length === MAX_STORE_ENTRIES) {
      last = { type: 'hand-over', key, records: [], providers: [] }
      messages.push(last)
      told.clear()
      room = MAX_CONTROL_FRAME_BYTES - INDEX_KEY_BYTES - SPARE_BYTES
    }
    const contacts = untold([record], told, contactOf)
    last.records.push(record)
    last.providers.push(...contacts)
    for (const { peer } of contacts) told.add(peer)
    room -= bytes + sizeOf(contacts)
  }
  return messages
}

function untold(
  providers: readonly IndexProvider[],
  told: ReadonlySet<PeerKey>,
  contactOf: ContactOf
): Contact[] {
  return providers.flatMap(({ peer }) => {
    const contact = told.has(peer) ? undefined : contactOf(peer)
    return contact === undefined || contact.addresses.length === 0 ? [] : [contact]
  })
}

function sizeOf(contacts: readonly Contact[]): number {
  return contacts.reduce((sum, contact) => sum + partBytes.contact(contact), 0)
}
