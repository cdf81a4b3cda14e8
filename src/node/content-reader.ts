/**
 * Content read by position: from what this node has, or from a download while it runs. Every byte is verified.
 */
import type { PeerKey } from '../base/ports.ts'
import { isLink, type Manifest, parseCid, parseLink, sha256, verifyBlockDigest } from '../content/index.ts'
import type { BlockSource } from '../swarm/index.ts'
import { BLOCK_BYTES } from '../wire/limits.ts'
import type { Content, ContentRequest } from './api.ts'
import { servedManifest } from './download-reading.ts'
import { NodeError, onlyFiles } from './errors.ts'

/** Where a reader gets blocks, wherever they come from. */
export interface BlockReader {
  readonly name: string
  readonly manifest: Manifest
  /** A block as it is there; waits for one that is not. */
  read(block: number, signal: AbortSignal): Promise<Uint8Array>
  close(): void
}

export interface ContentPorts {
  /** Files that this node shares, and folders. */
  own: BlockSource
  self: PeerKey
  mimeOf(name: string): string
  /** A reader of the download of a cid, which begins when there is none. */
  download(
    target: string,
    options: { timeoutMs: number | undefined; signal: AbortSignal }
  ): Promise<BlockReader>
}

/**
 * Opens what a cid or a link names.
 *
 * @throws NodeError `no-source`, `busy`, `bad-content`, `disk`, or `bad-input` for a folder
 */
export async function openContent(
  { target, timeoutMs }: ContentRequest,
  ports: ContentPorts,
  signal: AbortSignal
): Promise<Content> {
  const link = isLink(target) ? parseLink(target) : undefined
  const cid = parseCid(link?.cid ?? target).text
  const reader = (await ownReader(cid, ports)) ?? (await ports.download(target, { timeoutMs, signal }))
  const { manifest, name } = reader
  return {
    cid,
    name,
    size: manifest.size,
    mime: ports.mimeOf(name),
    read: ({ start = 0, end = manifest.size } = {}) =>
      bytesOf(reader, start, Math.min(end, manifest.size), signal),
    close: () => reader.close()
  }
}

async function ownReader(cid: string, { own, self }: ContentPorts): Promise<BlockReader | undefined> {
  const file = await own.find(cid, self)
  if (file === undefined) return undefined
  if (file.blocks === 0) throw onlyFiles(cid)
  const manifest = await servedManifest(file)
  return { name: file.name, manifest, read: block => file.read(block), close: () => {} }
}

async function* bytesOf(
  reader: BlockReader,
  start: number,
  end: number,
  signal: AbortSignal
): AsyncGenerator<Uint8Array> {
  const { manifest } = reader
  for (let block = Math.floor(start / BLOCK_BYTES); block * BLOCK_BYTES < end; block++) {
    const bytes = await reader.read(block, signal)
    if (!verifyBlockDigest(manifest, block, sha256(bytes), bytes.byteLength)) {
      throw new NodeError({ code: 'conflict', message: `${reader.name} was changed while it was read` })
    }
    const from = Math.max(0, start - block * BLOCK_BYTES)
    const to = Math.min(bytes.byteLength, end - block * BLOCK_BYTES)
    yield bytes.subarray(from, to)
  }
}
