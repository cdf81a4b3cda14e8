/**
 * A folder whose disk can fill up or become read-only: a small tmpfs, which takes root.
 */
import { execFile } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const MIB = 1024 * 1024
/** A download leaves 16 MiB free, and will not begin without. */
const MARGIN_MIB = 16

export async function whyNoDisks(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'small disks need Linux'
  if (process.getuid?.() !== 0) return 'small disks need root'
  const folder = `/tmp/p2pnode-disk-probe-${process.pid}`
  try {
    await using _disk = await SmallDisk.mount(folder, 0)
    return undefined
  } catch (error) {
    return `no small disks: ${(error as Error).message}`
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export class SmallDisk implements AsyncDisposable {
  readonly #folder: string
  readonly #bytes: number

  private constructor(folder: string, bytes: number) {
    this.#folder = folder
    this.#bytes = bytes
  }

  /** @param bytes - what a download on it may take */
  static async mount(folder: string, bytes: number): Promise<SmallDisk> {
    await mkdir(folder, { recursive: true })
    const size = MARGIN_MIB + Math.ceil(bytes / MIB) + 1
    await run('mount', ['-t', 'tmpfs', '-o', `size=${size}m`, 'p2pnode-torture', folder])
    return new SmallDisk(folder, bytes)
  }

  /** Leaves no room, or too little for another file. */
  async fill(): Promise<void> {
    const size = (MARGIN_MIB + Math.ceil(this.#bytes / MIB) + 1) * MIB
    // What does not fit is not written: then it is as full as can be.
    await writeFile(join(this.#folder, 'ballast'), Buffer.alloc(size)).catch(() => undefined)
  }

  async readOnly(): Promise<void> {
    // Refused while a file is open for writing, unless it is forced; then the disk is full instead.
    await run('mount', ['-o', 'remount,ro', this.#folder]).catch(() => this.fill())
  }

  async heal(): Promise<void> {
    await run('mount', ['-o', 'remount,rw', this.#folder])
    await rm(join(this.#folder, 'ballast'), { force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await run('umount', ['-l', this.#folder])
  }
}
