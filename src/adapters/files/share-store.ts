/**
 * The list of shares across restarts: `<data>/shares.json`.
 */
import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import type { SavedShare, ShareStore } from '../../node/share-ports.ts'
import { setAside, writeAtomically } from './atomic-write.ts'
import { diskError, isMissing } from './disk-error.ts'

const SAVED = z.array(
  z.object({
    id: z.string().regex(/^[0-9a-f]{8}$/),
    path: z.string().min(1),
    name: z.string().min(1),
    kind: z.enum(['share', 'download']),
    to: z.union([z.enum(['all', 'lan']), z.array(z.string())]),
    only: z.array(z.string()).optional(),
    missingSince: z.number().optional()
  })
)

export interface ShareStoreOptions {
  /** Told where a damaged file was moved. */
  onCorrupt?: (path: string, error: unknown) => void
}

export class JsonShareStore implements ShareStore {
  readonly #path: string
  readonly #options: ShareStoreOptions
  #last: Promise<void> = Promise.resolve()

  constructor(path: string, options: ShareStoreOptions = {}) {
    this.#path = path
    this.#options = options
  }

  /** Empty when there is none yet, or when it was damaged. @throws NodeError `disk` */
  async load(): Promise<SavedShare[]> {
    let text: string
    try {
      text = await readFile(this.#path, 'utf8')
    } catch (error) {
      if (isMissing(error)) return []
      throw diskError(error, 'read', this.#path)
    }
    try {
      return SAVED.parse(JSON.parse(text))
    } catch (error) {
      const aside = setAside(this.#path)
      this.#options.onCorrupt?.(aside, error)
      return []
    }
  }

  /** Durable when it resolves; in the order of the calls. @throws NodeError `disk` */
  async save(shares: readonly SavedShare[]): Promise<void> {
    const text = `${JSON.stringify(shares, undefined, 2)}\n`
    const write = async (): Promise<void> => {
      try {
        await mkdir(dirname(this.#path), { recursive: true })
        await writeAtomically(this.#path, text, { durable: true })
      } catch (error) {
        throw diskError(error, 'write', this.#path)
      }
    }
    this.#last = this.#last.then(write, write)
    await this.#last
  }
}
