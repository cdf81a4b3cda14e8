/**
 * Gives a finished file its name. What stands there already is not lost unless the caller asked for that, also when
 * somebody else takes the name at the same moment.
 */
import { closeSync, linkSync, openSync, renameSync, unlinkSync } from 'node:fs'
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

/** Where the file is now. `placed` is false when something was there and stays: the file is gone then. */
export interface Placed {
  path: string
  placed: boolean
}

/** A call of the file system; `reserve` makes an empty file where none is. */
type Call =
  | { name: 'link'; from: string; to: string }
  | { name: 'rename'; from: string; to: string }
  | { name: 'unlink'; path: string }
  | { name: 'reserve'; path: string }

/**
 * Moves `from` to `target`, in the same folder or at least on the same disk.
 *
 * @throws NodeError `conflict` for `fail`
 */
export async function placeFile(from: string, target: string, onExists: OnExists): Promise<Placed> {
  const calls = placing(from, target, onExists)
  let next = calls.next()
  while (!next.done) {
    const failure = await carryOut(next.value).then(
      () => undefined,
      error => error
    )
    next = calls.next(failure)
  }
  return next.value
}

/** The same for a worker thread, which may wait. */
export function placeFileSync(from: string, target: string, onExists: OnExists): Placed {
  const calls = placing(from, target, onExists)
  let next = calls.next()
  while (!next.done) {
    let failure: unknown
    try {
      carryOutSync(next.value)
    } catch (error) {
      failure = error
    }
    next = calls.next(failure)
  }
  return next.value
}

async function carryOut(call: Call): Promise<void> {
  if (call.name === 'link') await link(call.from, call.to)
  else if (call.name === 'rename') await rename(call.from, call.to)
  else if (call.name === 'unlink') await unlink(call.path)
  else await (await open(call.path, 'wx')).close()
}

function carryOutSync(call: Call): void {
  if (call.name === 'link') linkSync(call.from, call.to)
  else if (call.name === 'rename') renameSync(call.from, call.to)
  else if (call.name === 'unlink') unlinkSync(call.path)
  else closeSync(openSync(call.path, 'wx'))
}

/** The calls that it takes; each is answered with why it failed, or with undefined. */
function* placing(from: string, target: string, onExists: OnExists): Generator<Call, Placed, unknown> {
  if (onExists === 'overwrite') {
    must(yield { name: 'rename', from, to: target })
    return { path: target, placed: true }
  }
  for (let number = 1; number <= MAX_NUMBER; number++) {
    const path = number === 1 ? target : join(dirname(target), numberedName(basename(target), number))
    if (yield* movingIfFree(from, path)) return { path, placed: true }
    if (onExists === 'fail') throw new NodeError({ code: 'conflict', message: `${target} exists already` })
    if (onExists === 'skip') {
      must(yield { name: 'unlink', path: from })
      return { path: target, placed: false }
    }
  }
  throw new NodeError({
    code: 'conflict',
    message: `${target} exists already, and so do ${MAX_NUMBER} others`
  })
}

/** Unlike rename, link never replaces what is there. */
function* movingIfFree(from: string, to: string): Generator<Call, boolean, unknown> {
  const failure = yield { name: 'link', from, to }
  if (failure === undefined) {
    must(yield { name: 'unlink', path: from })
    return true
  }
  const code = errorCode(failure) ?? ''
  if (code === 'EEXIST') return false
  if (!NO_LINKS.has(code)) throw failure
  return yield* movingByReservation(from, to)
}

/** Takes the name with an empty file first, then replaces that one, which is ours. */
function* movingByReservation(from: string, to: string): Generator<Call, boolean, unknown> {
  const failure = yield { name: 'reserve', path: to }
  if (errorCode(failure) === 'EEXIST') return false
  must(failure)
  must(yield { name: 'rename', from, to })
  return true
}

function must(failure: unknown): void {
  if (failure !== undefined) throw failure
}
