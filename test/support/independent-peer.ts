/**
 * A peer that speaks `/p2pnode/file/1.0.0` and knows nothing of our code: written from SPEC.md and file.proto alone, on
 * bare js-libp2p. What it understands, anybody's client can.
 */
import { createHash } from 'node:crypto'
import type { Libp2p, Stream } from '@libp2p/interface'
import type { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import type { tls } from '@libp2p/tls'
import { type ByteStream, byteStream } from '@libp2p/utils'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'

const PROTOCOL = '/p2pnode/file/1.0.0'
const BLOCK_BYTES = 1_048_576
const MAX_LINKS = 1_024
const MAX_FRAME_BYTES = 65_536
const MAX_NODE_BYTES = 131_072
/** Blocks asked for at once: 2,097,152 bytes. */
const WINDOW = 2

/** Members of `FileMessage`. */
const GET_MANIFEST = 1
const GET_HAVE = 2
const GET_BLOCKS = 3
const GET_SOURCES = 4
const CANCEL = 5
const GET_LEAVES = 6
const NODE = 8
const BLOCK = 9
const HAVE = 10
const SOURCES = 11
const END = 12
const REFUSED = 13
const NOT_FOUND = 1
const BAD_REQUEST = 5

type Encrypter = ReturnType<typeof noise> | ReturnType<typeof tls>

export interface Dag {
  /** CIDv1 in base32. */
  cid: string
  /** Inner nodes, root first, breadth first. */
  nodes: Uint8Array[]
  leaves: Uint8Array[]
}

export class IndependentPeer implements AsyncDisposable {
  readonly host: Libp2p
  readonly #files = new Map<string, Dag>()
  /** Blocks that were sent. */
  sent = 0

  private constructor(host: Libp2p) {
    this.host = host
  }

  static async start(encrypter: Encrypter): Promise<IndependentPeer> {
    const host = await createLibp2p({
      addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
      transports: [tcp()],
      connectionEncrypters: [encrypter],
      streamMuxers: [yamux()]
    })
    const peer = new IndependentPeer(host)
    await host.handle(PROTOCOL, stream => peer.#serve(stream).catch(error => stream.abort(error as Error)))
    return peer
  }

  /** Multiaddr with PeerId. */
  get address(): string {
    return String(this.host.getMultiaddrs()[0])
  }

  offer(file: Dag): void {
    this.#files.set(file.cid, file)
  }

  /** Fetches a file and checks every byte of it. */
  async fetch(address: string, cid: string): Promise<Uint8Array> {
    return Buffer.concat((await this.fetchBlocks(address, cid)).blocks)
  }

  /** Fetches some of its blocks, all by default. `size`: as its root says; undefined when it is its only block. */
  async fetchBlocks(
    address: string,
    cid: string,
    isWanted: (block: number) => boolean = () => true
  ): Promise<{ blocks: Uint8Array[]; count: number; size: number | undefined }> {
    const stream = await this.host.dialProtocol(multiaddr(address), PROTOCOL)
    const bytes = byteStream(stream)
    let id = 1
    const { leaves, size } = await askManifest(bytes, id++, cid)
    const have = await askHave(bytes, id++, cid, leaves.length)
    if (have !== undefined && size !== undefined && have !== size) throw new Error('another size')
    const wanted = [...leaves.keys()].filter(isWanted)
    const asked: number[] = []
    const blocks: Uint8Array[] = []
    for (let next = 0; blocks.length < wanted.length; ) {
      while (asked.length < WINDOW && next < wanted.length) {
        const block = wanted[next++] as number
        await sendFrame(bytes, message(GET_BLOCKS, [uint(1, id), raw(2, binary(cid)), always(3, block)]))
        asked.push(block)
        id++
      }
      const block = asked.shift() as number
      blocks.push(await readBlock(bytes, block, leaves[block] as Uint8Array))
    }
    await stream.close()
    return { blocks, count: leaves.length, size }
  }

  /** Fetches files of one block with one request; undefined for what is refused. */
  async fetchSmall(address: string, cids: readonly string[]): Promise<Array<Uint8Array | undefined>> {
    const stream = await this.host.dialProtocol(multiaddr(address), PROTOCOL)
    const bytes = byteStream(stream)
    await sendFrame(bytes, message(GET_LEAVES, [uint(1, 1), ...cids.map(cid => raw(2, binary(cid)))]))
    const files: Array<Uint8Array | undefined> = []
    for (const [place, cid] of cids.entries()) files.push(await readLeaf(bytes, place, binary(cid)))
    await stream.close()
    return files
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host.stop()
  }

  async #serve(stream: Stream): Promise<void> {
    const bytes = byteStream(stream)
    for (;;) {
      const frame = await readFrame(bytes)
      if (frame === undefined) break
      const { member, fields } = parse(frame)
      const id = number(fields, 1)
      // All is answered at once, so there is nothing to cancel.
      if (member === CANCEL) continue
      if (member === GET_SOURCES) {
        await sendFrame(bytes, message(SOURCES, [uint(1, id)]))
        continue
      }
      if (member === GET_LEAVES) {
        await this.#answerSmall(bytes, id, (fields.get(2) ?? []) as Uint8Array[])
        continue
      }
      const file = this.#files.get(text((fields.get(2)?.[0] as Uint8Array) ?? new Uint8Array()))
      if (file === undefined) await sendFrame(bytes, message(REFUSED, [uint(1, id), uint(2, NOT_FOUND)]))
      else await this.#answer(bytes, member, id, fields, file)
    }
    await stream.close()
  }

  async #answerSmall(bytes: ByteStream<Stream>, id: number, roots: readonly Uint8Array[]): Promise<void> {
    for (const [place, root] of roots.entries()) {
      const [leaf, ...others] = this.#files.get(text(root))?.leaves ?? []
      if (leaf === undefined || others.length > 0) {
        await sendFrame(bytes, message(REFUSED, [uint(1, id), uint(2, NOT_FOUND), always(3, place)]))
      } else {
        await sendFrame(bytes, message(BLOCK, [uint(1, id), uint(2, place), uint(3, leaf.length)]))
        await bytes.write(leaf)
        this.sent++
      }
    }
  }

  async #answer(
    bytes: ByteStream<Stream>,
    member: number,
    id: number,
    fields: Fields,
    { nodes, leaves }: Dag
  ): Promise<void> {
    if (member === GET_MANIFEST) {
      for (const node of nodes) {
        await sendFrame(bytes, message(NODE, [uint(1, id), uint(2, node.length)]))
        await bytes.write(node)
      }
      await sendFrame(bytes, message(END, [uint(1, id)]))
    } else if (member === GET_HAVE) {
      const bits = new Uint8Array(Math.ceil(leaves.length / 8))
      for (let i = 0; i < leaves.length; i++) bits[i >> 3] = (bits[i >> 3] as number) | (1 << (i % 8))
      const total = leaves.reduce((sum, leaf) => sum + leaf.length, 0)
      const fieldsOut = [uint(1, id), uint(2, number(fields, 2)), raw(3, bits), uint(4, total)]
      await sendFrame(bytes, message(HAVE, fieldsOut))
    } else if (member === GET_BLOCKS) {
      for (const block of (fields.get(3) ?? []) as number[]) {
        const leaf = leaves[block]
        if (leaf === undefined) {
          await sendFrame(bytes, message(REFUSED, [uint(1, id), uint(2, BAD_REQUEST)]))
          return
        }
        await sendFrame(bytes, message(BLOCK, [uint(1, id), uint(2, block), uint(3, leaf.length)]))
        await bytes.write(leaf)
        this.sent++
      }
    } else throw new Error(`member ${member} is no request`)
  }
}

/** A file as a UnixFS DAG of SPEC.md, section 2. */
export function dagOf(content: Uint8Array): Dag {
  const leaves: Uint8Array[] = []
  for (let at = 0; at === 0 || at < content.length; at += BLOCK_BYTES)
    leaves.push(content.subarray(at, at + BLOCK_BYTES))
  return dagOfLeaves(leaves)
}

/** The same from its blocks. One that is there many times is hashed once. */
export function dagOfLeaves(leaves: Uint8Array[]): Dag {
  const cids = new Map([...new Set(leaves)].map(leaf => [leaf, cidOf(0x55, leaf)]))
  let level = leaves.map(leaf => ({
    cid: cids.get(leaf) as Buffer,
    size: leaf.length,
    tree: leaf.length,
    node: leaf
  }))
  const levels: Uint8Array[][] = []
  while (level.length > 1) {
    const above: typeof level = []
    for (let at = 0; at < level.length; at += MAX_LINKS) {
      const links = level.slice(at, at + MAX_LINKS)
      const node = innerNode(links)
      const size = links.reduce((sum, link) => sum + link.size, 0)
      const tree = links.reduce((sum, link) => sum + link.tree, node.length)
      above.push({ cid: cidOf(0x70, node), size, tree, node })
    }
    levels.unshift(above.map(({ node }) => node))
    level = above
  }
  return { cid: text(level[0]?.cid as Uint8Array), nodes: levels.flat(), leaves }
}

/** A folder of files of one block each. Names are sorted by their bytes. */
export function folderOf(files: Readonly<Record<string, Dag>>): Dag {
  const links = Object.entries(files).map(([name, { cid, leaves }]) => {
    const size = (leaves[0] as Uint8Array).length
    return raw(2, Buffer.concat([raw(1, binary(cid)), raw(2, Buffer.from(name)), always(3, size)]))
  })
  const node = Buffer.concat([...links, raw(1, always(1, 1))])
  return { cid: text(cidOf(0x70, node)), nodes: [node], leaves: [] }
}

interface Link {
  cid: Uint8Array
  size: number
  tree: number
}

function innerNode(links: readonly Link[]): Uint8Array {
  const size = links.reduce((sum, link) => sum + link.size, 0)
  const unixFs = Buffer.concat([uint(1, 2), uint(3, size), ...links.map(link => always(4, link.size))])
  const encoded = links.map(link =>
    raw(2, Buffer.concat([raw(1, link.cid), raw(2, new Uint8Array()), always(3, link.tree)]))
  )
  return Buffer.concat([...encoded, raw(1, unixFs)])
}

async function askManifest(
  bytes: ByteStream<Stream>,
  id: number,
  cid: string
): Promise<{ leaves: Uint8Array[]; size: number | undefined }> {
  await sendFrame(bytes, message(GET_MANIFEST, [uint(1, id), raw(2, binary(cid))]))
  let wanted: Uint8Array[] = [binary(cid)]
  let size: number | undefined
  for (;;) {
    const below: Uint8Array[] = []
    for (const link of wanted) {
      const { member, fields } = parse((await readFrame(bytes)) ?? new Uint8Array())
      if (member === END) return { leaves: wanted, size }
      if (member !== NODE) throw new Error(`the manifest was answered by member ${member}`)
      const length = number(fields, 2)
      if (length > MAX_NODE_BYTES) throw new Error('too long a node')
      const node = (await bytes.read({ bytes: length })).subarray()
      if (!cidOf(0x70, node).equals(link)) throw new Error('a node that nobody named')
      const parts = fieldsOf(node)
      const unixFs = fieldsOf(parts.get(1)?.[0] as Uint8Array)
      size ??= number(unixFs, 3)
      for (const each of parts.get(2) as Uint8Array[]) below.push(fieldsOf(each).get(1)?.[0] as Uint8Array)
    }
    wanted = below
  }
}

/** The size of the file; undefined when the peer does not have all of it. */
async function askHave(
  bytes: ByteStream<Stream>,
  id: number,
  cid: string,
  blocks: number
): Promise<number | undefined> {
  await sendFrame(bytes, message(GET_HAVE, [uint(1, id), raw(2, binary(cid))]))
  const { member, fields } = parse((await readFrame(bytes)) ?? new Uint8Array())
  if (member !== HAVE) throw new Error(`have was answered by member ${member}`)
  const bits = fields.get(3)?.[0] as Uint8Array
  for (let i = 0; i < blocks; i++) if (!((bits[i >> 3] as number) & (1 << (i % 8)))) return undefined
  return number(fields, 4)
}

async function readBlock(bytes: ByteStream<Stream>, block: number, cid: Uint8Array): Promise<Uint8Array> {
  const leaf = await readLeaf(bytes, block, cid)
  if (leaf === undefined) throw new Error(`block ${block} was refused`)
  return leaf
}

/** The leaf that an answer calls `place`; undefined when it is refused. */
async function readLeaf(
  bytes: ByteStream<Stream>,
  place: number,
  cid: Uint8Array
): Promise<Uint8Array | undefined> {
  const { member, fields } = parse((await readFrame(bytes)) ?? new Uint8Array())
  if (member === REFUSED && fields.get(3)?.[0] === place) return undefined
  if (member !== BLOCK || number(fields, 2) !== place)
    throw new Error(`block ${place} was answered by ${member}`)
  const length = number(fields, 3)
  const leaf = length === 0 ? new Uint8Array() : (await bytes.read({ bytes: length })).subarray()
  if (!cidOf(0x55, leaf).equals(cid)) throw new Error(`block ${place} is another one`)
  return leaf
}

// Frames

async function sendFrame(bytes: ByteStream<Stream>, payload: Uint8Array): Promise<void> {
  await bytes.write(Buffer.concat([varint(payload.length), payload]))
}

/** Undefined at the end of the stream. */
async function readFrame(bytes: ByteStream<Stream>): Promise<Uint8Array | undefined> {
  let length = 0
  for (let factor = 1; ; factor *= 0x80) {
    const [byte] = (await bytes.read({ bytes: 1 }).catch(() => undefined))?.subarray() ?? []
    if (byte === undefined) return undefined
    length += (byte & 0x7f) * factor
    if (byte < 0x80) break
  }
  if (length > MAX_FRAME_BYTES) throw new Error('too long a frame')
  return (await bytes.read({ bytes: length })).subarray()
}

// Protobuf, as much of it as there is in these messages

type Fields = Map<number, Array<number | Uint8Array>>

function message(member: number, fields: readonly Uint8Array[]): Uint8Array {
  return raw(member, Buffer.concat(fields))
}

function varint(value: number): Uint8Array {
  const out: number[] = []
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) out.push((rest % 0x80) + 0x80)
  return Uint8Array.from([...out, rest])
}

/** Zero is left out, but not of a list. */
function uint(field: number, value: number): Uint8Array {
  return value === 0 ? new Uint8Array() : always(field, value)
}

function always(field: number, value: number): Uint8Array {
  return Buffer.concat([varint(field * 8), varint(value)])
}

function raw(field: number, value: Uint8Array): Uint8Array {
  return Buffer.concat([varint(field * 8 + 2), varint(value.length), value])
}

function fieldsOf(input: Uint8Array): Fields {
  const fields: Fields = new Map()
  let at = 0
  const next = (): number => {
    let value = 0
    for (let factor = 1; ; factor *= 0x80) {
      const byte = input[at++] as number
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
    }
  }
  while (at < input.length) {
    const key = next()
    const value = next()
    const isBytes = (key & 7) === 2
    const list = fields.get(key >> 3) ?? []
    fields.set(key >> 3, [...list, isBytes ? input.subarray(at, at + value) : value])
    if (isBytes) at += value
  }
  return fields
}

function parse(frame: Uint8Array): { member: number; fields: Fields } {
  const [[member, [body]]] = [...fieldsOf(frame)] as [[number, [Uint8Array]]]
  return { member, fields: fieldsOf(body) }
}

function number(fields: Fields, field: number): number {
  return (fields.get(field)?.[0] as number | undefined) ?? 0
}

// Cids: version 1, codec, sha2-256, 32 bytes

function cidOf(codec: number, node: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(1, codec, 0x12, 32), createHash('sha256').update(node).digest()])
}

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'

function text(cid: Uint8Array): string {
  const bits = [...cid].map(byte => byte.toString(2).padStart(8, '0')).join('')
  const digits = bits.match(/.{1,5}/g) ?? []
  return `b${digits.map(five => BASE32[Number.parseInt(five.padEnd(5, '0'), 2)]).join('')}`
}

function binary(cid: string): Buffer {
  const bits = [...cid.slice(1)].map(digit => BASE32.indexOf(digit).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map(byte => Number.parseInt(byte, 2)))
}
