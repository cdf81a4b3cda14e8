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

export interface ImportedTree {
  /** Cid and Tsize of every file and folder by path; the root folder is ''. */
  cids: Map<string, { cid: string; dagSize: number }>
  store: MemoryBlockstore
}

/** Imports files below one folder. `files`: content by path, such as `a/b.txt`. */
export async function importTree(files: ReadonlyMap<string, Uint8Array>): Promise<ImportedTree> {
  const store = new MemoryBlockstore()
  const source = [...files].map(([path, content]) => ({ path: `root/${path}`, content }))
  const cids: ImportedTree['cids'] = new Map()
  const options = { profile: 'unixfs-v1-2025' as const, wrapWithDirectory: false }
  for await (const { path, cid, size } of importer(source, store, options)) {
    cids.set((path ?? '').replace(/^root\/?/, ''), { cid: cid.toString(), dagSize: Number(size) })
  }
  return { cids, store }
}

/** The nodes of one folder, root first, breadth first. */
export async function directoryNodes(store: MemoryBlockstore, root: string): Promise<Uint8Array[]> {
  const { decode } = await import('@ipld/dag-pb')
  const { CID } = await import('multiformats/cid')
  const nodes: Uint8Array[] = []
  const queue = [CID.parse(root)]
  for (let cid = queue.shift(); cid != null; cid = queue.shift()) {
    const bytes = Uint8Array.from(Buffer.concat(await Array.fromAsync(store.get(cid))))
    nodes.push(bytes)
    const { Data, Links } = decode(bytes)
    if (Data?.[1] === 5) queue.push(...Links.filter(link => link.Name?.length === 2).map(link => link.Hash))
  }
  return nodes
}
