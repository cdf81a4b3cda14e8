/**
 * Looks at the machine for `doctor`: folders, room on the disks.
 */
import { constants } from 'node:fs'
import { access, mkdir, statfs } from 'node:fs/promises'
import type { DoctorCheck } from '../../node/api.ts'
import type { MachineCheck } from '../../node/node-ports.ts'

/** Less free room than this is worth a word, bytes. */
const LOW_ROOM_BYTES = 1024 * 1024 * 1024

export function machineCheck(folders: { data: string; downloads: string }): MachineCheck {
  return {
    run: async signal => {
      signal.throwIfAborted()
      return [
        await checkFolder('data folder', folders.data),
        await checkFolder('downloads', folders.downloads)
      ]
    }
  }
}

async function checkFolder(name: string, path: string): Promise<DoctorCheck> {
  try {
    await mkdir(path, { recursive: true })
    await access(path, constants.W_OK)
    const { bavail, bsize } = await statfs(path)
    const free = bavail * bsize
    const room = `${(free / 1e9).toFixed(1)} GB free`
    if (free < LOW_ROOM_BYTES) return { name, ok: false, detail: `${path}: only ${room}` }
    return { name, ok: true, detail: `${path}: ${room}` }
  } catch (err) {
    return { name, ok: false, detail: `${path} cannot be written: ${(err as Error).message}` }
  }
}
