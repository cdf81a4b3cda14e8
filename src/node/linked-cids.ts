/**
 * What people pass on as a link: shares, and folders in them.
 */
import type { Entry } from '../wire/entry.ts'
import type { SavedShare } from './share-ports.ts'

export interface LinkedCid {
  cid: string
  isFolder: boolean
}

export interface LinkedShare {
  saved: Pick<SavedShare, 'kind' | 'to'>
  /** The share as one thing; undefined while it is not hashed. */
  rootEntry: Pick<Entry, 'cid'> | undefined
  /** The share itself first, then level by level; none when it is a file. */
  folders(): Iterable<{ cid: string; depth: number }>
}

/**
 * Of shares that all may see: what their owner shared, then folders, those nearest to their share first. A file that was
 * fetched is a share of its own, and there may be thousands: it is no more than a file here.
 */
export function linkedCids(shares: readonly LinkedShare[], limit: number): LinkedCid[] {
  const open = shares.filter(({ saved }) => saved.to === 'all')
  const folders = open.flatMap(share => Iterator.from(share.folders()).take(limit).toArray())
  const isFolder = new Set(folders.map(({ cid }) => cid))
  const roots = open.filter(({ saved }) => saved.kind === 'share').flatMap(share => share.rootEntry ?? [])
  const byDepth = folders.sort((a, b) => a.depth - b.depth)
  const cids = new Set([...roots, ...byDepth].map(({ cid }) => cid))
  return Iterator.from(cids)
    .take(limit)
    .map(cid => ({ cid, isFolder: isFolder.has(cid) }))
    .toArray()
}
