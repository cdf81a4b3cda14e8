/**
 * Names of shares: what peers see instead of a path.
 */
import { basename } from 'node:path'

/** A share that has no name on this machine, such as the root of a drive. */
const NAMELESS = 'files'

/**
 * The last part of `path`, or with a number behind it when that is taken: `photos (2)`, `film (2).mp4`.
 *
 * @param taken - names that other shares have
 */
export function shareName(path: string, kind: 'file' | 'folder', taken: ReadonlySet<string>): string {
  const name = basename(path).normalize('NFC') || NAMELESS
  const dot = kind === 'file' ? name.lastIndexOf('.') : -1
  const stem = dot > 0 ? name.slice(0, dot) : name
  const extension = dot > 0 ? name.slice(dot) : ''
  let free = name
  for (let number = 2; taken.has(free); number++) free = `${stem} (${number})${extension}`
  return free
}
