/**
 * What may be shared: what is there, outside of the data folder, and in no other share.
 */
import { isAbsolute, relative, sep } from 'node:path'
import { NodeError } from './errors.ts'
import type { RootFacts, SavedShare, ShareScanner } from './share-ports.ts'

/**
 * What lies at a path, if it may be shared as far as other shares let it.
 *
 * @param path - absolute
 * @param dataFolder - nothing in there may be shared
 * @throws NodeError `bad-input` with field `path`
 */
export async function shareable(
  path: string,
  scanner: Pick<ShareScanner, 'inspect'>,
  dataFolder: string
): Promise<RootFacts> {
  if (!isAbsolute(path)) throw refusal(`${path} is not an absolute path`)
  const root = await scanner.inspect(path)
  if (root === 'missing') throw refusal(`${path} is not there`)
  if (root === 'unreadable') throw refusal(`${path} cannot be read`)
  if (root === 'special') throw refusal(`${path} is neither a file nor a folder`)
  const { real } = root
  const data = await scanner.inspect(dataFolder)
  const folder = typeof data === 'string' ? dataFolder : data.real
  if (isInside(folder, real)) throw refusal(`${path} lies in the data folder of this node`)
  if (isInside(real, folder)) throw refusal(`${path} contains the data folder of this node`)
  return root
}

/**
 * Downloads that are shared one by one are not in the way: a share around them takes their place.
 *
 * @param real - of `path`
 * @throws as `shareable`
 */
export function refuseOverlap(
  path: string,
  real: string,
  shares: Iterable<{ real: string; saved: SavedShare }>
): void {
  for (const other of shares) {
    if (other.saved.kind === 'download') continue
    if (other.real === real) throw refusal(`${path} is already shared`)
    if (isInside(other.real, real)) throw refusal(`${path} lies in the share ${other.saved.path}`)
    if (isInside(real, other.real)) throw refusal(`${path} contains the share ${other.saved.path}`)
  }
}

/** Whether `path` is `folder` or lies in it. Both real and absolute. */
export function isInside(folder: string, path: string): boolean {
  const inside = relative(folder, path)
  return inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside)
}

function refusal(message: string): NodeError {
  return new NodeError({ code: 'bad-input', field: 'path', message: `cannot share: ${message}` })
}
