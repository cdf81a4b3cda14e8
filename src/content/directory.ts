/**
 * A folder as UnixFS has it: one node with all names, or, when that would be too long, a tree of shards.
 *
 * Built from the cids of what is in it, so a tree of folders is built from the bottom up. Equal to what
 * ipfs-unixfs-importer makes with profile `unixfs-v1-2025`; https://specs.ipfs.tech/unixfs/#dag-pb-hamtdirectory
 */
import { MAX_DIRECTORY_NODE_BYTES } from '../wire/limits.ts'
import { cidText, sha256 } from './cid.ts'
import { type DirectoryLink, encodeFlatDirectory, encodeShard, linkBytes } from './directory-node.ts'
import { murmur64 } from './murmur3.ts'

/** Bytes of a node above which a folder is sharded, in Kubo and in the importer. */
const SHARD_ABOVE_BYTES = 256 * 1024

/** Names hashed in one step, and names of a shard worth a step of its own: a few ms. */
const STEP_NAMES = 2_000
const STEP_SHARD_NAMES = 200

/** What is in a folder, and whether it is a folder itself. */
export interface DirectoryEntry extends DirectoryLink {
  isFolder: boolean
}

export interface Directory {
  /** CIDv1 of the folder. */
  cid: string
  digest: Uint8Array
  /** Bytes of all its nodes and of everything below. */
  dagSize: number
  /** Root first, breadth first: what a manifest is for a file. */
  nodes: Uint8Array[]
}

/** @param entries - in any order, each name once */
export function buildDirectory(entries: readonly DirectoryEntry[]): Directory {
  const steps = buildInSteps(entries)
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

/** The same for large folders: stops now and then, so that others get a turn. */
export function* buildInSteps(entries: readonly DirectoryEntry[]): Generator<void, Directory> {
  const root = isSharded(entries)
    ? yield* shardOf(yield* placed(entries), 0)
    : leaf(encodeFlatDirectory(entries))
  const below = entries.reduce((sum, { dagSize }) => sum + dagSize, 0)
  const nodes = breadthFirst(root)
  return {
    cid: cidText('dag-pb', root.digest),
    digest: root.digest,
    dagSize: nodes.reduce((sum, node) => sum + node.length, below),
    nodes
  }
}

interface Built {
  bytes: Uint8Array
  digest: Uint8Array
  /** Shards below, in order of their slots. */
  below: Built[]
  dagSize: number
}

/** An entry with the way that its name's hash leads: one slot for each level. */
interface Placed {
  entry: DirectoryLink
  name: Uint8Array
  slots: Uint8Array
}

/**
 * The importer measures the node while files are added and folders still have no cid, so folders do not count for it.
 * A node that would not fit one block is sharded in any case; that takes some 10,000 folders in one.
 */
function isSharded(entries: readonly DirectoryEntry[]): boolean {
  let files = 4
  let all = 4
  for (const entry of entries) {
    const bytes = linkBytes(entry)
    all += bytes
    if (!entry.isFolder) files += bytes
  }
  return files > SHARD_ABOVE_BYTES || all > MAX_DIRECTORY_NODE_BYTES
}

function* placed(entries: readonly DirectoryEntry[]): Generator<void, Placed[]> {
  const all: Placed[] = []
  for (const entry of entries) {
    const name = Buffer.from(entry.name)
    all.push({ entry, name, slots: murmur64(name) })
    if (all.length % STEP_NAMES === 0) yield
  }
  return all
}

/** Names that lead to the same slot go into a shard below, where the next byte of their hashes counts. */
function* shardOf(entries: readonly Placed[], level: number): Generator<void, Built> {
  const bySlot = new Map<number, Placed[]>()
  for (const entry of entries) {
    const slot = slotOf(entry, level)
    const others = bySlot.get(slot)
    if (others == null) bySlot.set(slot, [entry])
    else others.push(entry)
  }
  const slots = [...bySlot.keys()].sort((a, b) => a - b)
  const below: Built[] = []
  const links: DirectoryLink[] = []
  for (const slot of slots) {
    const prefix = slot.toString(16).toUpperCase().padStart(2, '0')
    const here = bySlot.get(slot) as Placed[]
    const [{ entry }] = here as [Placed]
    if (here.length === 1) links.push({ ...entry, name: prefix + entry.name })
    else {
      const shard = yield* shardOf(here, level + 1)
      below.push(shard)
      links.push({ name: prefix, codec: 'dag-pb', digest: shard.digest, dagSize: shard.dagSize })
    }
  }
  if (entries.length >= STEP_SHARD_NAMES) yield
  const bytes = encodeShard(slots, links)
  return {
    bytes,
    digest: sha256(bytes),
    below,
    dagSize: links.reduce((sum, link) => sum + link.dagSize, bytes.length)
  }
}

/** When a hash is used up, that of the name with the number of the round behind it goes on. */
function slotOf(entry: Placed, level: number): number {
  const round = level >> 3
  if (level > 0 && level % 8 === 0) entry.slots = murmur64(Buffer.concat([entry.name, Uint8Array.of(round)]))
  return entry.slots[level % 8] as number
}

function leaf(bytes: Uint8Array): Built {
  return { bytes, digest: sha256(bytes), below: [], dagSize: bytes.length }
}

function breadthFirst(root: Built): Uint8Array[] {
  const queue = [root]
  for (let i = 0; i < queue.length; i++) queue.push(...(queue[i] as Built).below)
  return queue.map(({ bytes }) => bytes)
}
