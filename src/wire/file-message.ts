/**
 * Messages of `/p2pnode/file/1.0.0`. Requests carry an id chosen by the client; answers repeat it.
 */
import { WireError } from './errors.ts'
import {
  addressesFromBytes,
  addressesToBytes,
  checkCount,
  checkLength,
  MAX_UINT32,
  whole,
  wordFromNumber,
  wordToNumber
} from './fields.ts'
import { type FrameRules, parseFrame, writeFrame } from './frame.ts'
import * as pb from './generated/file.js'
import { cidFromBytes, cidToBytes, peerFromBytes, peerToBytes } from './ids.ts'
import {
  BLOCK_BYTES,
  HAVE_WINDOW_BLOCKS,
  MAX_BLOCKS_PER_REQUEST,
  MAX_CONTROL_FRAME_BYTES,
  MAX_DIRECTORY_NODE_BYTES,
  MAX_FILE_BLOCKS,
  MAX_SOURCE_ADDRESSES,
  MAX_SOURCES
} from './limits.ts'

export type FileRefusal = 'not-found' | 'busy' | 'not-allowed' | 'changed' | 'bad-request'

export type FileRequest =
  /** Inner nodes of `root` from the root down, breadth first. Answer: `node` for each, then `end`. */
  | { type: 'get-manifest'; id: number; root: string }
  /** Which blocks are there, from block `first` (a multiple of HAVE_WINDOW_BLOCKS). Answer: `have`. */
  | { type: 'get-have'; id: number; root: string; first: number }
  /** Blocks of `root` by index, each at most once. Answer: `block` or `refused` for each, in the order asked. */
  | { type: 'get-blocks'; id: number; root: string; blocks: number[] }
  /** Files of one block. Answer: `block` or `refused` for each, in the order asked, with its place in `roots` for `block`. */
  | { type: 'get-leaves'; id: number; roots: string[] }
  /** Peers that hold or fetch `root`. Answer: `sources`. */
  | { type: 'get-sources'; id: number; root: string }
  /** What has not begun of request `id` need not come. No answer of its own. */
  | { type: 'cancel'; id: number }

export type FileAnswer =
  /** `length` raw bytes of an inner node follow the frame. */
  | { type: 'node'; id: number; length: number }
  /** `length` raw bytes of leaf `block` follow the frame. */
  | { type: 'block'; id: number; block: number; length: number }
  /** Bit i of `bits` is block `first + i`. `total`: size of the file in bytes. */
  | { type: 'have'; id: number; first: number; bits: Uint8Array; total: number }
  /** PeerIds as text with the addresses known for them. */
  | { type: 'sources'; id: number; sources: Array<{ peer: string; addresses: string[] }> }
  | { type: 'end'; id: number }
  /** `block` set: only that block; unset: the whole request. `position`: place in the queue, from 1, with `busy`. */
  | { type: 'refused'; id: number; reason: FileRefusal; block?: number; position?: number }

export type FileMessage = FileRequest | FileAnswer

const RULES: FrameRules<pb.FileMessage> = {
  field: 'frame',
  maxBytes: MAX_CONTROL_FRAME_BYTES,
  lists: {
    getBlocks: { blocks: MAX_BLOCKS_PER_REQUEST },
    getLeaves: { roots: MAX_BLOCKS_PER_REQUEST },
    sources: { sources: MAX_SOURCES, sources$: { addresses: MAX_SOURCE_ADDRESSES } }
  }
}

/** Numbers on the wire: place in the list, from 1. */
const REFUSALS: readonly FileRefusal[] = ['not-found', 'busy', 'not-allowed', 'changed', 'bad-request']

/** Bytes in which MAX_FILE_BLOCKS blocks fit. */
const MAX_FILE_BYTES = MAX_FILE_BLOCKS * BLOCK_BYTES

export function encodeFileMessage(message: FileMessage): Uint8Array {
  return writeFrame(pb.FileMessage, toWire(message), RULES)
}

/** Which side may send what is for the caller to check. */
export function decodeFileMessage(bytes: Uint8Array): FileMessage {
  const wire = parseFrame(pb.FileMessage, bytes, RULES)
  const message = requestFromWire(wire) ?? answerFromWire(wire)
  if (message === undefined) throw new WireError({ code: 'unknown-message', field: 'frame' })
  return message
}

function toWire(message: FileMessage): Partial<pb.FileMessage> {
  const id = whole(message.id, 'id', 0, MAX_UINT32)
  switch (message.type) {
    case 'get-manifest':
      return { getManifest: { id, root: cidToBytes(message.root, 'root') } }
    case 'get-have':
      return { getHave: { id, root: cidToBytes(message.root, 'root'), first: windowStart(message.first) } }
    case 'get-blocks':
      return { getBlocks: { id, root: cidToBytes(message.root, 'root'), blocks: blockList(message.blocks) } }
    case 'get-leaves':
      return { getLeaves: { id, roots: rootList(message.roots).map(root => cidToBytes(root, 'roots')) } }
    case 'get-sources':
      return { getSources: { id, root: cidToBytes(message.root, 'root') } }
    case 'cancel':
      return { cancel: { id } }
    case 'node':
      return { node: { id, length: nodeLength(message.length) } }
    case 'block':
      return { block: { id, block: blockIndex(message.block), length: blockLength(message.length) } }
    case 'have':
      return { have: { id, ...haveFields(message) } }
    case 'sources':
      checkCount(message.sources, 'sources', MAX_SOURCES)
      return { sources: { id, sources: message.sources.map(sourceToWire) } }
    case 'end':
      return { end: { id } }
    case 'refused':
      return {
        refused: { id, reason: wordToNumber(REFUSALS, message.reason, 'reason'), ...refusalPlace(message) }
      }
  }
}

function requestFromWire(wire: pb.FileMessage): FileRequest | undefined {
  const { getManifest, getHave, getBlocks, getLeaves, getSources, cancel } = wire
  if (getManifest != null) {
    return { type: 'get-manifest', id: getManifest.id, root: cidFromBytes(getManifest.root, 'root') }
  }
  if (getHave != null) {
    const first = windowStart(getHave.first)
    return { type: 'get-have', id: getHave.id, root: cidFromBytes(getHave.root, 'root'), first }
  }
  if (getBlocks != null) {
    const blocks = blockList(getBlocks.blocks)
    return { type: 'get-blocks', id: getBlocks.id, root: cidFromBytes(getBlocks.root, 'root'), blocks }
  }
  if (getLeaves != null) {
    const roots = rootList(getLeaves.roots).map(root => cidFromBytes(root, 'roots'))
    return { type: 'get-leaves', id: getLeaves.id, roots }
  }
  if (getSources != null) {
    return { type: 'get-sources', id: getSources.id, root: cidFromBytes(getSources.root, 'root') }
  }
  return cancel != null ? { type: 'cancel', id: cancel.id } : undefined
}

function answerFromWire(wire: pb.FileMessage): FileAnswer | undefined {
  const { node, block, have, sources, end, refused } = wire
  if (node != null) return { type: 'node', id: node.id, length: nodeLength(node.length) }
  if (block != null) {
    return {
      type: 'block',
      id: block.id,
      block: blockIndex(block.block),
      length: blockLength(block.length)
    }
  }
  if (have != null) return { type: 'have', id: have.id, ...haveFields(have) }
  if (sources != null) {
    return { type: 'sources', id: sources.id, sources: sources.sources.map(sourceFromWire) }
  }
  if (end != null) return { type: 'end', id: end.id }
  if (refused == null) return undefined
  const reason = wordFromNumber(REFUSALS, refused.reason, 'reason')
  return { type: 'refused', id: refused.id, reason, ...refusalPlace(refused) }
}

function blockIndex(block: number): number {
  return whole(block, 'block', 0, MAX_FILE_BLOCKS - 1)
}

function blockLength(length: number): number {
  return whole(length, 'length', 0, BLOCK_BYTES)
}

function nodeLength(length: number): number {
  return whole(length, 'length', 1, MAX_DIRECTORY_NODE_BYTES)
}

function rootList<Root>(roots: readonly Root[]): readonly Root[] {
  checkCount(roots, 'roots', MAX_BLOCKS_PER_REQUEST)
  if (roots.length === 0) throw new WireError({ code: 'out-of-range', field: 'roots', limit: 1 })
  return roots
}

function blockList(blocks: readonly number[]): number[] {
  checkCount(blocks, 'blocks', MAX_BLOCKS_PER_REQUEST)
  if (blocks.length === 0) throw new WireError({ code: 'out-of-range', field: 'blocks', limit: 1 })
  const checked = blocks.map(block => whole(block, 'blocks', 0, MAX_FILE_BLOCKS - 1))
  if (new Set(checked).size < checked.length) throw new WireError({ code: 'malformed', field: 'blocks' })
  return checked
}

/** First block of a window of `have`. */
function windowStart(first: number): number {
  whole(first, 'first', 0, MAX_FILE_BLOCKS - 1)
  if (first % HAVE_WINDOW_BLOCKS !== 0) throw new WireError({ code: 'malformed', field: 'first' })
  return first
}

function haveFields(have: { first: number; bits: Uint8Array; total: number }) {
  checkLength(have.bits, 'bits', HAVE_WINDOW_BLOCKS / 8)
  return {
    first: windowStart(have.first),
    bits: new Uint8Array(have.bits),
    total: whole(have.total, 'total', 0, MAX_FILE_BYTES)
  }
}

/** Only what is set, so that a decoded message equals the one that was sent. */
function refusalPlace({ block, position }: { block?: number; position?: number }) {
  return {
    ...(block === undefined ? {} : { block: blockIndex(block) }),
    ...(position === undefined ? {} : { position: whole(position, 'position', 1, MAX_UINT32) })
  }
}

function sourceToWire({ peer, addresses }: { peer: string; addresses: string[] }): pb.Source {
  return { peer: peerToBytes(peer), addresses: addressesToBytes(addresses, MAX_SOURCE_ADDRESSES) }
}

function sourceFromWire({ peer, addresses }: pb.Source): { peer: string; addresses: string[] } {
  return { peer: peerFromBytes(peer), addresses: addressesFromBytes(addresses) }
}
