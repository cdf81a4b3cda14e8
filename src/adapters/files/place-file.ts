/**
 * Gives a finished file its name. What stands there already is not lost unless the caller asked for that, also when
 * somebody else takes the name at the same moment.
 */
import { link, open, rename, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { OnExists } from '../../node/api.ts'
import { NodeError } from '../../node/errors.ts'
import { errorCode } from './disk-error.ts'
import { numberedName } from './safe-name.ts'

/** Numbers tried for `name (2).ext`. A guess. */
const MAX_NUMBER = 10_000

/** Codes by which file systems say that they have no hard links: FAT, some network disks, Android. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV', 'EINVAL'])

/**
 * Moves `from` to `target`, in the same folder or at least on the same disk.
 *
 * @returns the path it has now, or for `skip` that of what was there; `from` is gone in both cases
 * @throws NodeError `conflict` for `fail`
 */
export async function placeFile(
  from: string,
  target: string,
  onExists: OnExists
): Promise<{ path: string; placed: boolean }> {
  if (onExists === 'overwrite') {
    await rename(from, target)
    return { path: target, placed: true }
  }
  for (let number = 1; number <= MAX_NUMBER; number++) {
    const path = number === 1 ? target : join(dirname(target), numberedName(basename(target), number))
    if (await moveIfFree(from, path)) return { path, placed: true }
    if (onExists === 'fail') throw new NodeError({ code: 'conflict', message: `${target} exists already` })
    if (onExists === 'skip') {
      await unlink(from)
      return { path: target, placed: false }
    }
  }
  throw new NodeError({
    code: 'conflict',
    message: `${target} exists already, and so do ${MAX_NUMBER} others`
  })
}

/** Unlike rename, link never replaces what is there. */
async function moveIfFree(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    await unlink(from)
    return true
  } catch (error) {
    const code = errorCode(error) ?? ''
    if (code === 'EEXIST') return false
    if (!NO_LINKS.has(code)) throw error
    return await moveByReservation(from, to)
  }
}

/** Takes the name with an empty file first, then replaces that one, which is ours. */
async function moveByReservation(from: string, to: string): Promise<boolean> {
  try {
    await (await open(to, 'wx')).close()
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  }
  await rename(from, to)
  return true
}
