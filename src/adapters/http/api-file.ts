/**
 * `api.json` in the data folder: how commands find a running node, and prove that they may talk to it.
 */
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface ApiAccess {
  /** `http://host:port`, without a path. */
  url: string
  token: string
  /** Process of the node. */
  pid: number
}

const FILE = 'api.json'

/** Written whole or not at all, readable by its owner only: who has the token has the node. */
export async function writeApiFile(dataFolder: string, access: ApiAccess): Promise<void> {
  const path = join(dataFolder, FILE)
  const draft = `${path}.${access.pid}`
  await rm(draft, { force: true })
  await writeFile(draft, `${JSON.stringify(access)}\n`, { mode: 0o600, flag: 'wx' })
  await rename(draft, path)
}

/** @returns undefined when there is none, or what is there was not written by us */
export async function readApiFile(dataFolder: string): Promise<ApiAccess | undefined> {
  try {
    const access = JSON.parse(await readFile(join(dataFolder, FILE), 'utf8')) as Partial<ApiAccess> | null
    const { url, token, pid } = access ?? {}
    if (typeof url !== 'string' || !URL.canParse(url) || typeof token !== 'string') return undefined
    return { url, token, pid: Number(pid) }
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

export async function removeApiFile(dataFolder: string): Promise<void> {
  await rm(join(dataFolder, FILE), { force: true })
}
