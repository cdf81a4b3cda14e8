/**
 * All codecs in one table, for what must hold for each of them.
 */
import fc from 'fast-check'
import { decodeAggregateMessage, encodeAggregateMessage } from '../../../src/wire/aggregate-message.ts'
import { decodeAnnouncement, encodeAnnouncement } from '../../../src/wire/announcement.ts'
import { decodeCatalogMessage, encodeCatalogMessage } from '../../../src/wire/catalog-message.ts'
import type { Entry } from '../../../src/wire/entry.ts'
import { decodeFileMessage, encodeFileMessage } from '../../../src/wire/file-message.ts'
import { decodeHead, encodeHead } from '../../../src/wire/head.ts'
import { decodeIndexMessage, encodeIndexMessage } from '../../../src/wire/index-message.ts'
import { comparePageKeys, decodePage, encodePage, pageKey } from '../../../src/wire/page.ts'
import { decodeSearchMessage, encodeSearchMessage } from '../../../src/wire/search-message.ts'
import { anyIndexMessage } from './index-samples.ts'
import {
  anyAggregateMessage,
  anyAnnouncement,
  anyCatalogMessage,
  anyEntry,
  anyFileMessage,
  anyHead,
  anySearchMessage
} from './samples.ts'

export interface AnyCodec {
  name: string
  any: fc.Arbitrary<unknown>
  encode(message: unknown): Uint8Array
  decode(bytes: Uint8Array): unknown
}

const sorted = (entries: Entry[]): Entry[] => entries.sort((a, b) => comparePageKeys(pageKey(a), pageKey(b)))

const anyPage = fc
  .uniqueArray(anyEntry, {
    minLength: 1,
    maxLength: 6,
    selector: entry => Buffer.from(pageKey(entry)).toString('hex')
  })
  .map(sorted)

export const CODECS: AnyCodec[] = [
  codec('a head', anyHead, encodeHead, decodeHead),
  codec('a page', anyPage, encodePage, decodePage),
  codec('an announcement', anyAnnouncement, encodeAnnouncement, decodeAnnouncement),
  codec('a catalogue message', anyCatalogMessage, encodeCatalogMessage, decodeCatalogMessage),
  codec('a search message', anySearchMessage, encodeSearchMessage, decodeSearchMessage),
  codec('a file message', anyFileMessage, encodeFileMessage, decodeFileMessage),
  codec('an aggregate message', anyAggregateMessage, encodeAggregateMessage, decodeAggregateMessage),
  codec('an index message', anyIndexMessage, encodeIndexMessage, decodeIndexMessage)
]

function codec<T>(
  name: string,
  any: fc.Arbitrary<T>,
  encode: (message: T) => Uint8Array,
  decode: (bytes: Uint8Array) => T
): AnyCodec {
  // fast-check's records have no prototype; a clone has the usual one.
  const plain = any.map(message => structuredClone(message))
  return { name, any: plain, encode: message => encode(message as T), decode }
}
