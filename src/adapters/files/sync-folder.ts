/**
 * Makes the names in a folder as durable as the files behind them.
 */
import { open } from 'node:fs/promises'

export async function syncFolder(path: string): Promise<void> {
  try {
    const handle = await open(path, 'r')
    await handle.sync().finally(() => handle.close())
  } catch {
    // Windows opens no folders, some network disks sync none: the name is as durable there as it can be.
  }
}
