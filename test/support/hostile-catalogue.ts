/**
 * Statements of a hostile provider: heads, pages and announcements that are right but for what a test spoils.
 */
import { createHash } from 'node:crypto'
import type { PrivateKey } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { decodeCatalogMessage, encodeCatalogMessage } from '../../src/wire/catalog-message.ts'
import * as pb from '../../src/wire/generated/catalog.js'
import type { HostileHost, RawStream } from './hostile-host.ts'

export const CATALOG = '/p2pnode/catalog/1.0.0'
export const TOPIC = '/p2pnode/announce/1'

export type Bytes = Uint8Array<ArrayBuffer>

export interface Statement {
  head: pb.Head
  envelope: Bytes
  pages: Bytes[]
  /** sha2-256 of each page, one after the other. */
  hashes: Bytes
}

export interface Spoiled extends Partial<pb.Head> {
  /** Signs instead of the host's own. */
  key?: PrivateKey
  domain?: string
  /** Told instead of the hashes of the pages. */
  hashes?: Bytes
}

/** What a peer answers to a request. What it throws resets the stream. */
export type Answer = (stream: RawStream, statement: Statement) => Promise<void> | void

export const utf8 = (value: string): Bytes => new TextEncoder().encode(value)
export const sha256 = (bytes: Uint8Array): Bytes =>
  Uint8Array.from(createHash('sha256').update(bytes).digest())

/** An entry whose cid follows from its path. */
export function rawEntry(path: string | Bytes, given: Partial<pb.Entry> = {}): pb.Entry {
  const bytes = typeof path === 'string' ? utf8(path) : path
  const cid = Uint8Array.from([0x01, 0x55, 0x12, 0x20, ...sha256(bytes)])
  return { cid, path: bytes, size: 1_000, mime: utf8(''), modified: 1_700_000_000_000, ...given }
}

/** A page, its entries in the right order. */
export function pageOf(entries: pb.Entry[]): Bytes {
  const keyed = entries.map(entry => ({
    entry,
    key: Buffer.concat([entry.cid.subarray(4), sha256(entry.path)])
  }))
  keyed.sort((a, b) => Buffer.compare(a.key, b.key))
  return Uint8Array.from(pb.Page.encode({ entries: keyed.map(({ entry }) => entry) }))
}

export class HostileProvider {
  readonly host: HostileHost
  /** What it says by default, and answers for. */
  statement: Statement | undefined
  onList: Answer = (stream, { envelope, hashes }) =>
    void stream.sendFrame(pb.CatalogMessage.encode({ pageList: { envelope, hashes } }))
  onPages: Answer = (stream, { pages }) => {
    for (const encoded of pages) stream.sendFrame(pb.CatalogMessage.encode({ page: { encoded } }))
    stream.sendFrame(encodeCatalogMessage({ type: 'end' }))
  }
  /** Requests that came. */
  asked = 0
  #seq = 0

  private constructor(host: HostileHost) {
    this.host = host
  }

  static async on(host: HostileHost): Promise<HostileProvider> {
    const provider = new HostileProvider(host)
    await host.serve(CATALOG, stream => provider.#answer(stream))
    return provider
  }

  /** A head over pages, newer than the one before. */
  async state(pages: Bytes[], spoiled: Spoiled = {}): Promise<Statement> {
    const {
      key,
      domain = 'p2pnode-head',
      hashes = Uint8Array.from(Buffer.concat(pages.map(sha256)))
    } = spoiled
    this.#seq = Math.max(this.#seq + 1, Date.now())
    const head: pb.Head = {
      provider: this.#multihash(),
      nickname: utf8('mallory'),
      seq: this.#seq,
      ttlS: 600,
      files: pages.length,
      bytes: 1_000,
      pledgeFree: 0,
      pageCount: pages.length,
      pagesRoot: sha256(hashes),
      ...fieldsOf(spoiled)
    }
    const payload = pb.Head.encode(head)
    const options = { domain, type: '/p2pnode/head/1', ...(key === undefined ? {} : { key }) }
    const envelope = Uint8Array.from(await this.host.seal(payload, options))
    this.statement = { head, envelope, pages, hashes }
    return this.statement
  }

  /** Says a statement on the topic. */
  async announce(statement: Statement, delta: Partial<pb.Announcement> = {}): Promise<void> {
    const { envelope: head } = statement
    const announcement = { head, baseSeq: 0, added: [], removed: [], ...delta }
    await this.host.publish(TOPIC, pb.Announcement.encode(announcement))
  }

  /** Pushes heads to the node; resolves when it has taken or refused them. */
  async push(envelopes: Uint8Array[], hops = 0): Promise<void> {
    const stream = await this.host.open(CATALOG)
    const heads = envelopes.map(envelope => ({ envelope: Uint8Array.from(envelope), hops }))
    stream.sendFrame(pb.CatalogMessage.encode({ heads: { heads } }))
    await stream.close()
    await stream.ended
  }

  /** Takes back whatever it said. */
  async withdraw(): Promise<void> {
    const goodbye = await this.state([])
    await this.push([goodbye.envelope])
    await this.announce(goodbye)
  }

  #multihash(): Bytes {
    return Uint8Array.from(peerIdFromPrivateKey(this.host.privateKey).toMultihash().bytes)
  }

  async #answer(stream: RawStream): Promise<void> {
    const frame = await stream.frame()
    if (frame === undefined) return
    const { type } = decodeCatalogMessage(frame)
    const { statement } = this
    if (type !== 'heads') this.asked++
    if (statement !== undefined && type === 'get-page-list') await this.onList(stream, statement)
    if (statement !== undefined && type === 'get-pages') await this.onPages(stream, statement)
    await stream.close()
  }
}

function fieldsOf({ key: _key, domain: _domain, hashes: _hashes, ...fields }: Spoiled): Partial<pb.Head> {
  return fields
}
