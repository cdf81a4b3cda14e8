/**
 * Errors of the file system in words for people.
 */
import { NodeError } from '../../node/errors.ts'

const MEANINGS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the disk is read-only',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOENT: 'it is not there',
  ENOTDIR: 'a part of its path is not a folder',
  EISDIR: 'it is a folder',
  EMFILE: 'too many open files',
  ENAMETOOLONG: 'its name is too long',
  EFBIG: 'the file system takes no file of this size',
  EIO: 'the disk reports an error'
}

/** The system's code, such as `ENOENT`, of something caught. */
export function errorCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : undefined
}

export function isMissing(error: unknown): boolean {
  const code = errorCode(error)
  return code === 'ENOENT' || code === 'ENOTDIR'
}

/** It says nothing about the file: no more can be open just now, or a disk or the way to it does not answer. */
export function isPassing(error: unknown): boolean {
  return ['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN', 'EBUSY', 'EIO', 'ESTALE', 'ETIMEDOUT'].includes(
    errorCode(error) ?? ''
  )
}

/** What went wrong, without the path and in words where there are some. */
export function meaning(error: unknown): string {
  const code = errorCode(error)
  const words = code == null ? undefined : MEANINGS[code]
  return words ?? code ?? (error instanceof Error ? error.message : String(error))
}

/** NodeError `disk` that names the path. One that is a NodeError already stays as it is. */
export function diskError(error: unknown, doing: string, path: string): NodeError {
  if (error instanceof NodeError) return error
  return new NodeError(
    { code: 'disk', message: `cannot ${doing} ${path}: ${meaning(error)}` },
    { cause: error }
  )
}
