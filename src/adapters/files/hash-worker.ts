/**
 * Worker thread: hashes ranges of files, one batch after the other.
 *
 * It reads synchronously into one buffer that it keeps: nothing else runs here, and that is the quickest.
 */
import { hash } from 'node:crypto'
import { closeSync, fstatSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { BLOCK_BYTES, HASH_BYTES } from '../../wire/limits.ts'
import { isUnchanged, openToRead, readFully } from './file-facts.ts'
import type { HashAnswer, HashUnit } from './hash-pool.ts'

const buffer = Buffer.allocUnsafeSlow(BLOCK_BYTES)

parentPort?.on('message', (units: HashUnit[]) => {
  parentPort?.postMessage(units.map(hashUnit))
})

function hashUnit(unit: HashUnit): HashAnswer {
  let fd: number | undefined
  try {
    fd = openToRead(unit.file.absolute)
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
  const isNow = (): boolean => isUnchanged(file, fstatSync(fd, { bigint: true }))
  if (!isNow()) return { kind: 'changed' }
  for (let i = 0; i < blocks; i++) {
    const position = (firstBlock + i) * BLOCK_BYTES
    const length = Math.min(BLOCK_BYTES, file.size - position)
    const block = buffer.subarray(0, length)
    if (!readFully(fd, block, position)) return { kind: 'changed' }
    digests.set(hash('sha256', block, 'buffer'), i * HASH_BYTES)
  }
  // A change before this read shows, too.
  if (!isNow()) return { kind: 'changed' }
  return { kind: 'hashed', digests }
}
