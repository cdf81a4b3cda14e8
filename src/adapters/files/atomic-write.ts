/**
 * Small files that are either the old ones or the new ones, never half of each.
 */
import { existsSync, renameSync } from 'node:fs'
import { open, rename, unlink } from 'node:fs/promises'

/** End of the name of a file that is being written. What is found at start with it can go. */
export const TEMPORARY_SUFFIX = '.tmp'

/**
 * Replaces the file at `path`. Two calls for one path must not overlap.
 *
 * @param options.durable - also survive a power cut, at the price of a wait for the disk
 */
export async function writeAtomically(
  path: string,
  content: string | Uint8Array,
  options: { durable: boolean }
): Promise<void> {
  const temporary = path + TEMPORARY_SUFFIX
  const handle = await open(temporary, 'w', 0o600)
  try {
    await handle.writeFile(content)
    if (options.durable) await handle.sync()
  } catch (error) {
    await handle.close()
    // What failed is the write; that its remains cannot be deleted either adds nothing.
    await unlink(temporary).catch(() => {})
    throw error
  }
  await handle.close()
  await rename(temporary, path)
}

/** Moves what cannot be read out of the way, under the first free `<path>.corrupt-<n>`, and says where it is. */
export function setAside(path: string): string {
  for (let number = 1; ; number++) {
    const aside = `${path}.corrupt-${number}`
    if (existsSync(aside)) continue
    renameSync(path, aside)
    return aside
  }
}
