/**
 * Loaded before a worker: tells what it asks of the disk, in order, and lets syncing fail for files named `failing`.
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { basename } from 'node:path'
import { parentPort } from 'node:worker_threads'

const paths = new Map<number, string>()
const tell = (call: string, path: string): void => parentPort?.postMessage({ call, path: basename(path) })

const { openSync, writeSync, fdatasync, linkSync } = fs
fs.openSync = (path, ...rest) => {
  const fd = openSync(path, ...rest)
  paths.set(fd, `${path}`)
  return fd
}
fs.writeSync = ((
  fd: number,
  ...rest: Parameters<typeof writeSync> extends [number, ...infer R] ? R : never
) => {
  tell('write', paths.get(fd) ?? '')
  return writeSync(fd, ...rest)
}) as typeof writeSync
fs.fdatasync = ((fd, done) => {
  const path = paths.get(fd) ?? ''
  fdatasync(fd, error => {
    tell('synced', path)
    done(
      path.includes('failing')
        ? Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' })
        : error
    )
  })
}) as typeof fdatasync
fs.linkSync = (from, to) => {
  tell('place', `${from}`)
  linkSync(from, to)
}
syncBuiltinESMExports()
