/**
 * A folder for one test, deleted with `await using`.
 */
import { mkdir, mkdtemp, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { FileFacts } from '../../../src/node/share-ports.ts'

export interface TemporaryFolder extends AsyncDisposable {
  path: string
  join(...parts: string[]): string
  /** Writes a file, with its folders. Returns its path. */
  write(path: string, content?: string | Uint8Array): Promise<string>
}

export async function temporaryFolder(): Promise<TemporaryFolder> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'p2pnode-test-')))
  return {
    path,
    join: (...parts) => join(path, ...parts),
    write: async (inside, content = inside) => {
      const file = join(path, inside)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, content)
      return file
    },
    [Symbol.asyncDispose]: async () => {
      await rm(path, { recursive: true, force: true })
    }
  }
}

export async function factsNow(absolute: string): Promise<FileFacts> {
  const stats = await stat(absolute, { bigint: true })
  return { absolute, size: Number(stats.size), mtimeNs: stats.mtimeNs, inode: stats.ino }
}
