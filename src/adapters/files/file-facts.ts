/**
 * The state of a file, by which a change of its content is noticed.
 */
import { type BigIntStats, constants, openSync, readSync } from 'node:fs'
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

/** To open a file with: what is none any more, such as a pipe that nobody writes to, is not waited for. */
export const READ_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/** Opens a file to read it. Whether it is one, `isUnchanged` tells. */
export function openToRead(path: string): number {
  return openSync(path, READ_FLAGS)
}

/** Fills `into` from `position` of a file on; waits for the disk. False when the file ends before. */
export function readFully(fd: number, into: Uint8Array, position: number): boolean {
  for (let read = 0; read < into.length; ) {
    const bytes = readSync(fd, into, read, into.length - read, position + read)
    if (bytes === 0) return false
    read += bytes
  }
  return true
}
