/**
 * Inner nodes of the files that were asked for last. To make those of 4 GiB takes 20 ms, and anybody may ask.
 */
import type { ServedFile } from '../../swarm/index.ts'

/** Bytes kept, but for the newest, which stays whatever its size: the nodes of 300 GiB of files. */
export const MAX_CACHED_NODE_BYTES = 16 * 1024 * 1024

export class NodeCache {
  readonly #maxBytes: number
  /** By root, in order of last use. A cid names its nodes for ever. */
  readonly #nodes = new Map<string, { nodes: Uint8Array[]; bytes: number }>()
  readonly #making = new Map<string, Promise<Uint8Array[]>>()
  #last: Promise<unknown> = Promise.resolve()
  #bytes = 0

  constructor(maxBytes = MAX_CACHED_NODE_BYTES) {
    this.#maxBytes = maxBytes
  }

  /** Those of one file are made after those of another, and once for all who ask meanwhile. */
  async of(file: ServedFile): Promise<Uint8Array[]> {
    const known = this.#nodes.get(file.root)
    if (known !== undefined) {
      this.#keep(file.root, known.nodes)
      return known.nodes
    }
    const making = this.#making.get(file.root)
    if (making !== undefined) return await making
    const made = this.#last.then(() => file.innerNodes())
    this.#making.set(file.root, made)
    this.#last = made.catch(() => undefined)
    try {
      const nodes = await made
      this.#keep(file.root, nodes)
      return nodes
    } finally {
      this.#making.delete(file.root)
    }
  }

  #keep(root: string, nodes: Uint8Array[]): void {
    this.#bytes -= this.#nodes.get(root)?.bytes ?? 0
    this.#nodes.delete(root)
    const bytes = nodes.reduce((sum, node) => sum + node.byteLength, 0)
    this.#nodes.set(root, { nodes, bytes })
    this.#bytes += bytes
    for (const [oldest, { bytes }] of this.#nodes) {
      if (this.#bytes <= this.#maxBytes || oldest === root) return
      this.#nodes.delete(oldest)
      this.#bytes -= bytes
    }
  }
}
