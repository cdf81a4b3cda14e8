/**
 * The data folder: made on first start, and locked while a node runs.
 *
 * The lock is that of the LevelDB inside: the operating system drops it with the process, however that ends.
 */
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LevelDatastore } from 'datastore-level'
import { NodeError } from '../../node/errors.ts'

export interface DataFolder {
  path: string
  datastore: LevelDatastore
  close(): Promise<void>
}

/**
 * @throws NodeError `conflict` when another node uses the folder, naming its process; `disk` when it cannot be used
 */
export async function openDataFolder(path: string): Promise<DataFolder> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 })
  } catch (cause) {
    const message = `the data folder ${path} cannot be made: ${(cause as Error).message}`
    throw new NodeError({ code: 'disk', message }, { cause })
  }
  const datastore = new LevelDatastore(join(path, 'datastore'))
  try {
    // Not `datastore.open()`: its error does not say why.
    await datastore.db.open({ createIfMissing: true, compression: false })
  } catch (cause) {
    throw await explained(path, cause as Error)
  }
  return { path, datastore, close: async () => await datastore.close() }
}

async function explained(path: string, error: Error): Promise<NodeError> {
  const reason = (error.cause ?? error) as NodeJS.ErrnoException
  if (reason.code !== 'LEVEL_LOCKED') {
    const message = `the data folder ${path} cannot be used: ${reason.message}`
    return new NodeError({ code: 'disk', message }, { cause: error })
  }
  const pid = await pidOf(path)
  const owner = pid === undefined ? 'another node' : `another node (process ${pid})`
  const message = `${owner} uses the data folder ${path}: stop it, or choose another folder with --data`
  return new NodeError({ code: 'conflict', message }, { cause: error })
}

async function pidOf(path: string): Promise<number | undefined> {
  try {
    const { pid } = JSON.parse(await readFile(join(path, 'api.json'), 'utf8')) as { pid?: unknown }
    return typeof pid === 'number' ? pid : undefined
  } catch {
    // It has no API, or is just starting: the message does without.
    return undefined
  }
}
