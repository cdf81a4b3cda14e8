/**
 * Inner nodes of a file: dag-pb around a UnixFS message that has no bytes of the file, only sizes.
 *
 * The UnixFS message is four fields of protobuf and is written by hand, so that there is one way to write it and
 * every other one is refused. https://specs.ipfs.tech/unixfs/#dag-pb-node
 */
import * as dagPb from '@ipld/dag-pb'
import { MAX_NODE_LINKS } from '../wire/limits.ts'
import { type Codec, readCid, toCid } from './cid.ts'
import type { NodeFlaw } from './errors.ts'

/** UnixFS `Type`: 1 and 5 are folders. */
const TYPE_FILE = 2
export const TYPE_DIRECTORY = 1
export const TYPE_HAMT_SHARD = 5

/** Keys (field number and wire type) of the UnixFS message. All four are varints. */
const KEY_TYPE = 0x08
const KEY_FILE_SIZE = 0x18
const KEY_BLOCK_SIZE = 0x20

/** A link of an inner node. */
export interface NodeLink {
  codec: Codec
  digest: Uint8Array
  /** File bytes below it. */
  size: number
  /** Bytes of the node it names and of all nodes below; dag-pb's Tsize. */
  dagSize: number
}

/** `Data` of a folder that is one node: type 1 and nothing more. The sizes at the end of a file's cannot look like it. */
const FOLDER_END = [0x0a, 0x02, 0x08, 0x01]

/** An inner node that cannot be one of this profile. */
export class NodeFlawError extends Error {
  override readonly name = 'NodeFlawError'
  readonly flaw: NodeFlaw

  constructor(flaw: NodeFlaw, detail: string, options?: ErrorOptions) {
    super(detail, options)
    this.flaw = flaw
  }
}

export function encodeInnerNode(links: readonly NodeLink[]): Uint8Array {
  return dagPb.encode({
    Data: encodeSizes(links.map(link => link.size)),
    Links: links.map(link => ({ Hash: toCid(link.codec, link.digest), Name: '', Tsize: link.dagSize }))
  })
}

/**
 * Reads a node whose hash was already checked.
 *
 * @throws NodeFlawError when it is a folder or anything else that this profile has not
 */
export function decodeInnerNode(bytes: Uint8Array): NodeLink[] {
  // Before its links are read, which may be thousands of names.
  if (FOLDER_END.every((byte, i) => bytes[bytes.length - FOLDER_END.length + i] === byte))
    throw new NodeFlawError('a-folder', 'it is a folder')
  const { Data: data, Links: links } = decodeDagPb(bytes)
  if (data == null) throw new NodeFlawError('not-unixfs', 'it has no UnixFS message')
  const sizes = decodeSizes(data)
  if (links.length !== sizes.length || links.length < 1 || links.length > MAX_NODE_LINKS) {
    throw new NodeFlawError('not-this-profile', `${links.length} links with ${sizes.length} sizes`)
  }
  return links.map((link, i) => {
    const cid = readCid(link.Hash)
    if (cid == null) throw new NodeFlawError('not-this-profile', `link ${i} is ${link.Hash.toString()}`)
    return { codec: cid.codec, digest: cid.digest, size: sizes[i] as number, dagSize: link.Tsize ?? 0 }
  })
}

function decodeDagPb(bytes: Uint8Array): dagPb.PBNode {
  try {
    return dagPb.decode(bytes)
  } catch (cause) {
    throw new NodeFlawError('not-dag-pb', 'it is not a dag-pb node', { cause })
  }
}

function encodeSizes(sizes: readonly number[]): Uint8Array {
  const out = [KEY_TYPE, TYPE_FILE, KEY_FILE_SIZE]
  pushVarint(
    out,
    sizes.reduce((sum, size) => sum + size, 0)
  )
  for (const size of sizes) {
    out.push(KEY_BLOCK_SIZE)
    pushVarint(out, size)
  }
  return Uint8Array.from(out)
}

function decodeSizes(data: Uint8Array): number[] {
  const input = { data, at: 0 }
  if (data[input.at++] !== KEY_TYPE) throw new NodeFlawError('not-unixfs', 'its UnixFS message has no type')
  const type = readVarint(input)
  if (type === TYPE_DIRECTORY || type === TYPE_HAMT_SHARD)
    throw new NodeFlawError('a-folder', 'it is a folder')
  if (type !== TYPE_FILE) throw new NodeFlawError('not-a-file', `it is of UnixFS type ${type}`)
  if (data[input.at++] !== KEY_FILE_SIZE) throw new NodeFlawError('not-this-profile', 'file size expected')
  const fileSize = readVarint(input)
  const sizes: number[] = []
  let sum = 0
  while (input.at < data.length) {
    if (data[input.at++] !== KEY_BLOCK_SIZE)
      throw new NodeFlawError('not-this-profile', 'block size expected')
    const size = readVarint(input)
    sizes.push(size)
    sum += size
  }
  if (sum !== fileSize)
    throw new NodeFlawError('not-this-profile', `sizes of ${sum} in a file of ${fileSize} bytes`)
  return sizes
}

function pushVarint(out: number[], value: number): void {
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) out.push((rest % 0x80) | 0x80)
  out.push(rest)
}

/** One varint, in its shortest form and no larger than a safe integer. */
function readVarint(input: { data: Uint8Array; at: number }): number {
  let value = 0
  for (let factor = 1; ; factor *= 0x80) {
    const byte = input.data[input.at++]
    if (byte == null) throw new NodeFlawError('not-unixfs', 'its UnixFS message ends too early')
    value += (byte & 0x7f) * factor
    if (!Number.isSafeInteger(value)) throw new NodeFlawError('not-unixfs', 'a number in it is too large')
    if (byte < 0x80) {
      if (byte === 0 && factor > 1) throw new NodeFlawError('not-unixfs', 'a number in it is padded')
      return value
    }
    // A long row of 0x80 adds nothing and would pass the check above.
    if (factor > Number.MAX_SAFE_INTEGER) throw new NodeFlawError('not-unixfs', 'a number in it is too long')
  }
}

/** Bytes of the file whose root is this node, as its hash says. @throws NodeFlawError */
export function fileSizeOf(bytes: Uint8Array): number {
  return decodeInnerNode(bytes).reduce((sum, link) => sum + link.size, 0)
}
