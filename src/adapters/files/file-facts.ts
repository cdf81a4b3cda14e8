/**
 * The state of a file, by which a change of its content is noticed.
 */
import type { BigIntStats } from 'node:fs'
import type { FileFacts } from '../../node/share-ports.ts'

export function factsOf(absolute: string, stats: BigIntStats): FileFacts {
  return { absolute, size: Number(stats.size), mtimeNs: stats.mtimeNs, inode: stats.ino }
}

/** Whether `stats` are those of `file`, as far as can be told without reading it. */
export function isUnchanged(file: FileFacts, stats: BigIntStats): boolean {
  return (
    stats.isFile() &&
    stats.ino === file.inode &&
    stats.mtimeNs === file.mtimeNs &&
    Number(stats.size) === file.size
  )
}
