/**
 * What a download is of, and where its result is to be.
 */
import { isLink, parseCid, parseLink } from '../content/index.ts'
import type { GetRequest } from './api.ts'
import type { DownloadRecord, DownloadStore, PartFiles } from './download-ports.ts'
import { isFolderUnchanged } from './placed-files.ts'

/** Addresses in a link are told by the finder's owner; here only the cid and the name count. */
export interface Target {
  cid: string
  name: string
}

export function parseTarget(target: string, files: Pick<PartFiles, 'safeName'>): Target {
  if (isLink(target)) {
    const { cid, name } = parseLink(target)
    return { cid: parseCid(cid).text, name: files.safeName(name ?? cid) }
  }
  const cid = parseCid(target).text
  return { cid, name: cid }
}

/** @param output - as asked for; into a folder, or with a trailing slash, the result keeps its own name */
export async function placeOf(
  output: string | undefined,
  name: string,
  options: { folder: string; files: Pick<PartFiles, 'stat'> }
): Promise<string> {
  if (output === undefined) return `${options.folder}/${name}`
  const isFolder = /[/\\]$/.test(output) || ((await options.files.stat(output))?.isFolder ?? false)
  return isFolder ? `${output.replace(/[/\\]+$/, '')}/${name}` : output
}

/** Whether the result of a finished download is still what it was. */
export async function isUnchanged(
  record: DownloadRecord,
  { files, store }: { files: Pick<PartFiles, 'stat'>; store: Pick<DownloadStore, 'loadFiles'> }
): Promise<boolean> {
  const { path, size, mtimeMs, isFolder } = record
  if (isFolder) return await isFolderUnchanged(record, store, files)
  const facts = path === null ? undefined : await files.stat(path)
  return facts !== undefined && facts.size === size && facts.mtimeMs === mtimeMs
}

/** A download that has not begun. */
export function newRecord(
  facts: { id: string; cid: string; name: string; target: string; now: number },
  { onExists = 'rename', sequential, only }: GetRequest,
  forReaders: boolean
): DownloadRecord {
  const { id, cid, name, target, now } = facts
  return {
    id,
    cid,
    name,
    target,
    path: null,
    onExists,
    sequential: sequential ?? forReaders,
    ...(forReaders ? { forReaders } : {}),
    ...(only === undefined ? {} : { only }),
    size: null,
    state: 'unfinished',
    error: null,
    bytesDone: 0,
    createdAt: now,
    finishedAt: null,
    mtimeMs: null,
    sources: []
  }
}
