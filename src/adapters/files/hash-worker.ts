/**
 * Worker thread: hashes ranges of files, one batch after the other.
 *
 * It reads synchronously into one buffer that it keeps: nothing else runs here, and that is the quickest.
 */
import { hash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { BLOCK_BYTES, HASH_BYTES } from '../../wire/limits.ts'
import { isUnchanged } from './file-facts.ts'
import type { HashAnswer, HashUnit } from './hash-pool.ts'

const buffer = Buffer.allocUnsafeSlow(BLOCK_BYTES)

parentPort?.on('message', (units: HashUnit[]) => {
  parentPort?.postMessage(units.map(hashUnit))
})

function hashUnit(unit: HashUnit): HashAnswer {
  let fd: number | undefined
  try {
    fd = openSync(unit.file.absolute, 'r')
    return hashRange(fd, unit)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error)
    return code === 'ENOENT' || code === 'ENOTDIR' ? { kind: 'vanished' } : { kind: 'failed', code }
  } finally {
    if (fd != null) closeSync(fd)
  }
}

function hashRange(fd: number, { file, firstBlock, blocks }: HashUnit): HashAnswer {
  const digests = new Uint8Array(blocks * HASH_BYTES)
  for (let i = 0; i < blocks; i++) {
    const position = (firstBlock + i) * BLOCK_BYTES
    const length = Math.min(BLOCK_BYTES, file.size - position)
    if (!readFully(fd, length, position)) return { kind: 'changed' }
    digests.set(hash('sha256', buffer.subarray(0, length), 'buffer'), i * HASH_BYTES)
  }
  // A change before this read shows, too.
  if (!isUnchanged(file, fstatSync(fd, { bigint: true }))) return { kind: 'changed' }
  return { kind: 'hashed', digests }
}

/** False when the file ends before. */
function readFully(fd: number, length: number, position: number): boolean {
  for (let read = 0; read < length; ) {
    const bytes = readSync(fd, buffer, read, length - read, position + read)
    if (bytes === 0) return false
    read += bytes
  }
  return true
}
