/**
 * Worker thread: reads small files whole, many at a time.
 *
 * It waits for the disk synchronously, as nothing else runs here: calls that wait for one another in the event loop take it longer
 * than the disk.
 */
import { closeSync, fstatSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import type { FileFacts } from '../../node/share-ports.ts'
import { isUnchanged, openToRead, readFully } from './file-facts.ts'

/** Undefined: it is not there, not readable, or not in that state any more. */
export type SmallReadAnswer = Uint8Array | undefined

parentPort?.on('message', (files: FileFacts[]) => {
  // One piece of memory for all of them goes to the other thread without being copied.
  const memory = Buffer.allocUnsafeSlow(files.reduce((sum, { size }) => sum + size, 0))
  let at = 0
  const answers = files.map((file): SmallReadAnswer => {
    const bytes = memory.subarray(at, at + file.size)
    at += file.size
    return isRead(file, bytes) ? bytes : undefined
  })
  parentPort?.postMessage(answers, [memory.buffer])
})

function isRead(file: FileFacts, into: Uint8Array): boolean {
  let fd: number | undefined
  try {
    fd = openToRead(file.absolute)
    if (!isNow(fd, file)) return false
    // Once more after reading: what was written up to now is seen, too.
    return readFully(fd, into, 0) && isNow(fd, file)
  } catch {
    // Whatever is wrong with a file of ours is nobody else's business: it cannot be served.
    return false
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

function isNow(fd: number, file: FileFacts): boolean {
  return isUnchanged(file, fstatSync(fd, { bigint: true }))
}
