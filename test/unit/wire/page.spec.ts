import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { base32 } from 'multiformats/bases/base32'
import { entryToWire } from '../../../src/wire/entry.ts'
import * as pb from '../../../src/wire/generated/catalog.js'
import {
  comparePageKeys,
  decodePage,
  encodePage,
  pageHash,
  pageKey,
  pagesRoot
} from '../../../src/wire/page.ts'
import { fault } from './faults.ts'
import { CID_TEXT, cidOf, ENTRY, entries, HASH } from './samples.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const sha256 = (data: string | Uint8Array) => hash('sha256', data, 'hex')

describe('pageKey', () => {
  it('is the digest of the cid, then that of the path', () => {
    assert.equal(hex(pageKey({ cid: CID_TEXT, path: 'a/ñ' })), sha256('') + sha256('a/ñ'))
  })

  it('hashes a cid whose digest has another length', () => {
    const bytes = Uint8Array.of(1, 0x55, 0x00, 2, 7, 7)
    assert.equal(hex(pageKey({ cid: base32.encode(bytes), path: 'a' })), sha256(bytes) + sha256('a'))
  })

  it('orders by unsigned bytes', () => {
    assert.ok(comparePageKeys(Uint8Array.of(1, 0x80), Uint8Array.of(1, 0x7f)) > 0)
    assert.ok(comparePageKeys(Uint8Array.of(0, 9), Uint8Array.of(1, 0)) < 0)
    assert.equal(comparePageKeys(Uint8Array.of(5), Uint8Array.of(5)), 0)
  })
})

describe('encodePage', () => {
  it('gives the same bytes for any order', () => {
    const some = entries(40)
    assert.deepEqual(encodePage(some), encodePage(some.toReversed()))
  })

  it('writes what the generated codec would', () => {
    const numbers = [0, 1, 127, 128, 2 ** 32, Number.MAX_SAFE_INTEGER]
    const some = numbers.flatMap((size, i) =>
      ['', 'a/b', `x/${'y'.repeat(200)}`].map(mime => ({
        ...(entries(18)[i] as typeof ENTRY),
        path: `p/${i}${mime}`,
        size,
        mime: mime.slice(0, 100),
        modified: numbers[5 - i] as number
      }))
    )
    const sorted = some.toSorted((a, b) => comparePageKeys(pageKey(a), pageKey(b)))
    assert.deepEqual(encodePage(some), pb.Page.encode({ entries: sorted.map(entryToWire) }))
  })

  it('takes 256 entries and no more', () => {
    assert.equal(decodePage(encodePage(entries(256))).length, 256)
    assert.throws(() => encodePage(entries(257)), fault('too-many', 'entries'))
  })

  it('refuses an empty page', () => {
    assert.throws(() => encodePage([]), fault('out-of-range', 'entries'))
    assert.throws(() => decodePage(new Uint8Array(0)), fault('out-of-range', 'entries'))
  })

  it('refuses one entry twice', () => {
    assert.throws(() => encodePage([ENTRY, { ...ENTRY, size: 1 }]), fault('malformed', 'entries'))
  })

  it('refuses paths that are too long together', () => {
    const long = entries(256).map(entry => ({ ...entry, path: `${'a'.repeat(2_000)}/${entry.name}` }))
    assert.throws(() => encodePage(long), fault('too-long', 'page'))
  })
})

describe('decodePage', () => {
  const wires = entries(2)
    .sort((a, b) => comparePageKeys(pageKey(a), pageKey(b)))
    .map(entryToWire)

  it('gives the entries in page order', () => {
    const keys = decodePage(encodePage(entries(20))).map(pageKey)
    assert.deepEqual(keys, keys.toSorted(comparePageKeys))
  })

  it('refuses another order', () => {
    const bytes = pb.Page.encode({ entries: wires.toReversed() })
    assert.throws(() => decodePage(bytes), fault('malformed', 'entries'))
  })

  it('refuses 257 entries', () => {
    const bytes = pb.Page.encode({ entries: entries(257).map(entryToWire) })
    assert.throws(() => decodePage(bytes), fault('too-many', 'entries'))
  })

  it('refuses bytes over the limit of a page', () => {
    assert.throws(() => decodePage(new Uint8Array(255 * 1024 + 1)), fault('too-long', 'page'))
  })

  it('refuses fields that it does not know, because they would change the hash', () => {
    const bytes = Uint8Array.of(...pb.Page.encode({ entries: wires }), 0x78, 1)
    assert.throws(() => decodePage(bytes), fault('malformed', 'page'))
  })

  it('refuses a default that is written out', () => {
    const bytes = Uint8Array.of(...pb.Entry.encode({ ...entryToWire(ENTRY), modified: 0 }), 0x28, 0)
    assert.throws(() => decodePage(Uint8Array.of(0x0a, bytes.length, ...bytes)), fault('malformed', 'page'))
  })

  it('refuses a number written longer than need be', () => {
    // Size 2, as 0x82 0x00.
    const { size: _, ...rest } = entryToWire(ENTRY)
    const bytes = Uint8Array.of(...pb.Entry.encode(rest), 0x18, 0x82, 0x00)
    assert.throws(() => decodePage(Uint8Array.of(0x0a, bytes.length, ...bytes)), fault('malformed', 'page'))
  })
})

describe('pagesRoot', () => {
  it('is sha2-256 over the raw hashes', () => {
    assert.equal(hex(pagesRoot([])), sha256(''))
    assert.equal(hex(pagesRoot([HASH, HASH])), sha256(new Uint8Array(64).fill(0x11)))
  })

  it('takes what pageHash gives', () => {
    const page = encodePage([{ ...ENTRY, cid: cidOf(new Uint8Array(32)) }])
    assert.equal(pageHash(page), sha256(page))
    assert.equal(hex(pagesRoot([pageHash(page)])), sha256(Buffer.from(sha256(page), 'hex')))
  })
})
