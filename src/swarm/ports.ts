/**
 * What the transfer needs from outside.
 */
import type { PeerKey } from '../base/ports.ts'

/** A file of which this node has some or all blocks. */
export interface ServedFile {
  root: string
  name: string
  /** Bytes of the file. */
  size: number
  /** Leaves: 1 for up to BLOCK_BYTES, the empty file included. */
  blocks: number
  has(block: number): boolean
  /** Inner nodes from the root down, breadth first; empty when the root is the only leaf. */
  innerNodes(): Promise<Uint8Array[]>
  /**
   * The bytes of one leaf.
   *
   * @param into - at least as long as the block: memory that may be used for the result, but need not be
   * @throws ContentError `changed` when the file is not what was hashed any more
   */
  read(block: number, into?: Uint8Array): Promise<Uint8Array>
}

/** Finds what this node can serve: shares, and downloads while they run. */
export interface BlockSource {
  /** Undefined when `root` is not here, or is not for `asker`: the two must look alike. */
  find(root: string, asker: PeerKey): Promise<ServedFile | undefined>
}
