/**
 * Whether a disk has room for what is to come.
 */
import type { StatsFs } from 'node:fs'
import type { NodeFault } from '../../node/errors.ts'

/** Left free on the disk, bytes: the database and the log write there, too. A guess. */
const FREE_MARGIN_BYTES = 16 * 1024 * 1024

/** Why `bytes` more are too many for the disk of `folder`, if they are. */
export function roomFault(
  folder: string,
  bytes: number,
  { bavail, bsize }: Pick<StatsFs, 'bavail' | 'bsize'>
): NodeFault | undefined {
  const free = bavail * bsize
  const needed = bytes + FREE_MARGIN_BYTES
  if (needed <= free) return undefined
  const message = `not enough room on the disk of ${folder}: ${needed} bytes needed, ${free} free`
  return { code: 'disk', message }
}
