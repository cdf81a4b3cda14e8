/**
 * Worker thread: gives small files that came whole their place on the disk, many at a time.
 *
 * Only syncing waits in the background, for a whole batch at once, while the next batch is written. All other calls are
 * synchronous: nothing else runs here, and they take a third of the processor time of those that wait for one another.
 */
import { closeSync, fdatasync, mkdirSync, openSync, statfsSync, unlinkSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { parentPort } from 'node:worker_threads'
import type { OnExists } from '../../node/api.ts'
import type { NodeFault } from '../../node/errors.ts'
import { diskError, isMissing } from './disk-error.ts'
import { roomFault } from './free-room.ts'
import { type Placed, placeFileSync } from './place-file.ts'

export interface SmallFile {
  /** Where it lies until it is whole. What is there already is the rest of an earlier run. */
  part: string
  target: string
  bytes: Uint8Array
  onExists: OnExists
}

export type SmallFileAnswer = ({ kind: 'placed' } & Placed) | { kind: 'failed'; fault: NodeFault }

/** Answers go out in the order of the requests. */
let before: Promise<void> = Promise.resolve()

parentPort?.on('message', (files: SmallFile[]) => {
  const placing = placeAll(files)
  before = before.then(async () => parentPort?.postMessage(await placing))
})

/** All are written before the first one is synced: then the file system does it together. */
async function placeAll(files: readonly SmallFile[]): Promise<SmallFileAnswer[]> {
  const fault = noRoomFor(files)
  if (fault !== undefined) return files.map(() => ({ kind: 'failed', fault }))
  const written = files.map(file => attempt(file, () => write(file)))
  const failures = await Promise.all(written.map(step => ('fault' in step ? undefined : sync(step.value))))
  return files.map((file, i): SmallFileAnswer => {
    const step = written[i] as Step<number>
    const placed = 'fault' in step ? step : attempt(file, () => place(file, failures[i]))
    return 'fault' in placed ? { kind: 'failed', fault: placed.fault } : { kind: 'placed', ...placed.value }
  })
}

function place({ part, target, onExists }: SmallFile, failure: Error | undefined): Placed {
  if (failure !== undefined) throw failure
  return placeFileSync(part, target, onExists)
}

function noRoomFor(files: readonly SmallFile[]): NodeFault | undefined {
  const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0)
  const folder = dirname((files[0] as SmallFile).target)
  try {
    return roomFault(folder, bytes, statfsSync(folder))
  } catch {
    // A folder that is not there yet: it will be in one that was asked.
    return undefined
  }
}

type Step<T> = { value: T } | { fault: NodeFault }

/** A file that fails leaves nothing behind, and the others go on. */
function attempt<T>({ part, target }: SmallFile, work: () => T): Step<T> {
  try {
    return { value: work() }
  } catch (error) {
    try {
      unlinkSync(part)
    } catch {
      // It was not made, or the disk takes no more calls: what it said first is what counts.
    }
    return { fault: diskError(error, 'write', target).fault }
  }
}

function write({ part, bytes }: SmallFile): number {
  const fd = create(part)
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, bytes.length - at, at)
    return fd
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

function create(part: string): number {
  try {
    return openSync(part, 'w')
  } catch (error) {
    if (!isMissing(error)) throw error
    mkdirSync(dirname(part), { recursive: true })
    return openSync(part, 'w')
  }
}

/** Also closes the file. Resolves with what went wrong. */
function sync(fd: number): Promise<Error | undefined> {
  return new Promise(resolve => {
    fdatasync(fd, error => {
      try {
        closeSync(fd)
        resolve(error ?? undefined)
      } catch (closing) {
        resolve(error ?? (closing as Error))
      }
    })
  })
}
