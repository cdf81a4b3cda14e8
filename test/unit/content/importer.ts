/**
 * What ipfs-unixfs-importer makes of a file: the implementation that ours must agree with.
 */
import { MemoryBlockstore } from 'blockstore-core/memory'
import { importer } from 'ipfs-unixfs-importer'
import type { CID } from 'multiformats/cid'

export interface Imported {
  cid: string
  /** Inner nodes, root first, breadth first. */
  innerNodes: Uint8Array[]
}

export async function importFile(
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
): Promise<Imported> {
  // Leaves are not kept: a file of zeros of any size costs one buffer.
  const store = new MemoryBlockstore()
  const keep = store.put.bind(store)
  store.put = (cid, bytes, options) => (cid.code === 0x70 ? keep(cid, bytes, options) : cid)
  let root: CID | undefined
  for await (const entry of importer([{ path: 'x', content: toAsync(content) }], store, {
    profile: 'unixfs-v1-2025'
  })) {
    root = entry.cid
  }
  if (root == null) throw new Error('nothing imported')
  return { cid: root.toString(), innerNodes: await breadthFirst(store, root) }
}

async function breadthFirst(store: MemoryBlockstore, root: CID): Promise<Uint8Array[]> {
  const { decode } = await import('@ipld/dag-pb')
  const nodes: Uint8Array[] = []
  const queue = [root]
  for (let cid = queue.shift(); cid != null; cid = queue.shift()) {
    if (cid.code !== 0x70) continue
    const chunks: Uint8Array[] = []
    for await (const chunk of store.get(cid)) chunks.push(chunk)
    const bytes = Uint8Array.from(Buffer.concat(chunks))
    nodes.push(bytes)
    queue.push(...decode(bytes).Links.map(link => link.Hash))
  }
  return nodes
}

async function* toAsync(
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
): AsyncGenerator<Uint8Array> {
  yield* content
}
