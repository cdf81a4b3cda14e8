/**
 * Nodes of folders: dag-pb around a UnixFS message that says which kind of folder, and links that carry the names.
 *
 * Written in one way, that of the profile; read as others may write it, too (with modes and times, which are skipped).
 */
import * as dagPb from '@ipld/dag-pb'
import { MAX_DIRECTORY_NODE_BYTES } from '../wire/limits.ts'
import { type Codec, readCid } from './cid.ts'
import { NodeFlawError, TYPE_DIRECTORY, TYPE_HAMT_SHARD } from './inner-node.ts'

/** Version, codec, and sha2-256 of 32 bytes: what goes before the digest. */
const RAW_CID_START = '\x01\x55\x12\x20'
const DAG_PB_CID_START = '\x01\x70\x12\x20'
const CID_BYTES = 36
/** Multicodec of murmur3-x64-64. */
const MURMUR3 = 0x22
/** Shards of others: a power of two in these bounds. */
const MIN_SLOTS = 8
const MAX_SLOTS = 1024

/** A file or folder under its name. */
export interface DirectoryLink {
  name: string
  codec: Codec
  digest: Uint8Array
  /** Bytes of the node it names and of all nodes below; dag-pb's Tsize. Hearsay until they have come. */
  dagSize: number
}

export type DirectoryNode = {
  /** Names in this node. */
  entries: DirectoryLink[]
  /** Shards of the same folder that go on with it. */
  shards: DirectoryLink[]
}

/** @param links - in any order */
export function encodeFlatDirectory(links: readonly DirectoryLink[]): Uint8Array {
  return encode(Uint8Array.of(0x08, TYPE_DIRECTORY), links)
}

/** @param links - named by slot and name, in the order of their slots, which `slots` has */
export function encodeShard(slots: readonly number[], links: readonly DirectoryLink[]): Uint8Array {
  const bits = new Uint8Array(Math.floor(Math.max(...slots) / 8) + 1)
  // Little endian in Go: the highest slots come first.
  for (const slot of slots) bits[bits.length - 1 - (slot >> 3)]! |= 1 << (slot & 7)
  const data = [0x08, TYPE_HAMT_SHARD, 0x12, bits.length, ...bits, 0x28, MURMUR3, 0x30, 0x80, 0x02]
  return encode(Uint8Array.from(data), links)
}

/**
 * Reads a node whose hash was already checked.
 *
 * @throws NodeFlawError when it is no folder
 */
export function decodeDirectoryNode(bytes: Uint8Array): DirectoryNode {
  const node = decodeDagPb(bytes)
  const { type, slots } = readUnixfs(node.Data)
  if (type !== TYPE_DIRECTORY && type !== TYPE_HAMT_SHARD) {
    throw new NodeFlawError('not-a-folder', `it is of UnixFS type ${type}`)
  }
  const links = node.Links.map(readLink)
  if (type === TYPE_DIRECTORY) return { entries: links, shards: [] }
  const digits = prefixDigits(slots)
  const entries: DirectoryLink[] = []
  const shards: DirectoryLink[] = []
  for (const link of links) {
    if (!/^[0-9A-F]+$/.test(link.name.slice(0, digits)) || link.name.length < digits)
      throw new NodeFlawError('not-unixfs', `a link of a shard is called ${JSON.stringify(link.name)}`)
    if (link.name.length === digits) shards.push(link)
    else entries.push({ ...link, name: link.name.slice(digits) })
  }
  return { entries, shards }
}

/** Whether this is a folder, or a part of one. */
export function isDirectoryNode(bytes: Uint8Array): boolean {
  if (bytes.length > MAX_DIRECTORY_NODE_BYTES) return false
  try {
    const { type } = readUnixfs(decodeDagPb(bytes).Data)
    return type === TYPE_DIRECTORY || type === TYPE_HAMT_SHARD
  } catch {
    // Not even a node: whoever reads it as something else says why not.
    return false
  }
}

/**
 * A dag-pb node, links first. By hand: @ipld/dag-pb took 80 µs for a shard of three links, and a folder of 100,000
 * names has 30,000 shards; this takes 5.
 */
function encode(data: Uint8Array, links: readonly DirectoryLink[]): Uint8Array {
  const named = links.map(link => ({ ...link, bytes: Buffer.from(link.name) }))
  named.sort((a, b) => Buffer.compare(a.bytes, b.bytes))
  const lengths = named.map(linkLength)
  const size = lengths.reduce((sum, length) => sum + 1 + varintBytes(length) + length, 0)
  const out = Buffer.allocUnsafe(size + 1 + varintBytes(data.length) + data.length)
  let at = 0
  named.forEach(({ bytes, codec, digest, dagSize }, i) => {
    out[at++] = 0x12
    at = writeVarint(out, lengths[i] as number, at)
    out[at++] = 0x0a
    out[at++] = CID_BYTES
    at += out.write(codec === 'raw' ? RAW_CID_START : DAG_PB_CID_START, at, 'latin1')
    out.set(digest, at)
    at += digest.length
    out[at++] = 0x12
    at = writeVarint(out, bytes.length, at)
    out.set(bytes, at)
    at += bytes.length
    out[at++] = 0x18
    at = writeVarint(out, dagSize, at)
  })
  out[at++] = 0x0a
  at = writeVarint(out, data.length, at)
  out.set(data, at)
  return out
}

function linkLength({ bytes, dagSize }: { bytes: Uint8Array; dagSize: number }): number {
  return 2 + CID_BYTES + 1 + varintBytes(bytes.length) + bytes.length + 1 + varintBytes(dagSize)
}

/** Bytes of a link in a node, with its key and length. */
export function linkBytes({ name, dagSize }: Pick<DirectoryLink, 'name' | 'dagSize'>): number {
  const nameBytes = Buffer.byteLength(name)
  const length = 2 + CID_BYTES + 1 + varintBytes(nameBytes) + nameBytes + 1 + varintBytes(dagSize)
  return 1 + varintBytes(length) + length
}

function varintBytes(value: number): number {
  let bytes = 1
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes++
  return bytes
}

function writeVarint(out: Uint8Array, value: number, at: number): number {
  let next = at
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) out[next++] = (rest % 0x80) | 0x80
  out[next++] = rest
  return next
}

function decodeDagPb(bytes: Uint8Array): dagPb.PBNode {
  try {
    return dagPb.decode(bytes)
  } catch (cause) {
    throw new NodeFlawError('not-dag-pb', 'it is not a dag-pb node', { cause })
  }
}

function readLink({ Hash, Name = '', Tsize = 0 }: dagPb.PBLink): DirectoryLink {
  const cid = readCid(Hash)
  if (cid == null)
    throw new NodeFlawError('not-this-profile', `${JSON.stringify(Name)} is ${Hash.toString()}`)
  return { name: Name, codec: cid.codec, digest: cid.digest, dagSize: Tsize }
}

function prefixDigits(slots: number | undefined): number {
  const isPower = slots != null && slots >= MIN_SLOTS && slots <= MAX_SLOTS && (slots & (slots - 1)) === 0
  if (!isPower) throw new NodeFlawError('not-unixfs', `a shard with ${slots} slots`)
  return (slots - 1).toString(16).length
}

/** Type and fanout; other fields are skipped. */
function readUnixfs(data: Uint8Array | undefined): { type: number | undefined; slots: number | undefined } {
  if (data == null) throw new NodeFlawError('not-unixfs', 'it has no UnixFS message')
  const found: { type: number | undefined; slots: number | undefined } = { type: undefined, slots: undefined }
  for (let at = 0; at < data.length; ) {
    const key = readVarint(data, at)
    const value = (key.value & 7) === 5 ? { value: 0, next: key.next + 4 } : readVarint(data, key.next)
    at = value.next
    if ((key.value & 7) === 2) at += value.value
    if (key.value === 0x08) found.type = value.value
    if (key.value === 0x30) found.slots = value.value
    if (at > data.length) throw new NodeFlawError('not-unixfs', 'its UnixFS message ends too early')
  }
  return found
}

function readVarint(data: Uint8Array, from: number): { value: number; next: number } {
  let value = 0
  // 8 bytes make a safe integer, and no field of a folder needs more.
  for (let at = from, factor = 1; at < from + 8; at++, factor *= 0x80) {
    const byte = data[at]
    if (byte == null) break
    value += (byte & 0x7f) * factor
    if (byte < 0x80 && Number.isSafeInteger(value)) return { value, next: at + 1 }
  }
  throw new NodeFlawError('not-unixfs', 'a number in it cannot be read')
}
