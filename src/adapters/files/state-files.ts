/**
 * What a node remembers in small files of JSON: its shares, its values, what it wants, the rows of its last search, the number of
 * its last head.
 */
import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { DecimalError, parseDecimal } from '../../base/decimal.ts'
import type { NamedValue } from '../../node/api.ts'
import type { RowStore, SavedRow } from '../../node/node-ports.ts'
import type { SavedShare, ShareStore } from '../../node/share-ports.ts'
import type { ValueStore } from '../../node/values.ts'
import type { SavedWant, WantStore } from '../../node/wants.ts'
import { MAX_NODE_VALUES } from '../../wire/limits.ts'
import { setAside, writeAtomically } from './atomic-write.ts'
import { diskError, isMissing } from './disk-error.ts'

export interface StateFileOptions {
  /** Told where a damaged file was moved. */
  onCorrupt?: (path: string, error: unknown) => void
}

/** One value in a file. What is damaged is set aside, and the value is `empty` again. */
class JsonFile<Value> {
  readonly #path: string
  readonly #schema: z.ZodType<Value>
  readonly #empty: Value
  readonly #durable: boolean
  readonly #options: StateFileOptions
  #last: Promise<void> = Promise.resolve()

  /** @param kind.durable - what is saved survives a power cut */
  constructor(
    path: string,
    kind: { schema: z.ZodType<Value>; empty: Value; durable: boolean },
    options: StateFileOptions = {}
  ) {
    this.#path = path
    this.#schema = kind.schema
    this.#empty = kind.empty
    this.#durable = kind.durable
    this.#options = options
  }

  /** `empty` when there is none yet, or when it was damaged. @throws NodeError `disk` */
  async load(): Promise<Value> {
    let text: string
    try {
      text = await readFile(this.#path, 'utf8')
    } catch (error) {
      if (isMissing(error)) return this.#empty
      throw diskError(error, 'read', this.#path)
    }
    try {
      return this.#schema.parse(JSON.parse(text))
    } catch (error) {
      const aside = setAside(this.#path)
      this.#options.onCorrupt?.(aside, error)
      return this.#empty
    }
  }

  /** In the order of the calls. @throws NodeError `disk` */
  async save(value: Value): Promise<void> {
    const text = `${JSON.stringify(value, undefined, 2)}\n`
    const write = async (): Promise<void> => {
      try {
        await mkdir(dirname(this.#path), { recursive: true })
        await writeAtomically(this.#path, text, { durable: this.#durable })
      } catch (error) {
        throw diskError(error, 'write', this.#path)
      }
    }
    this.#last = this.#last.then(write, write)
    await this.#last
  }
}

const SHARES = z.array(
  z.object({
    id: z.string().regex(/^[0-9a-f]{8}$/),
    path: z.string().min(1),
    name: z.string().min(1),
    kind: z.enum(['share', 'download']),
    to: z.union([z.enum(['all', 'lan']), z.array(z.string())]),
    only: z.array(z.string()).optional(),
    missingSince: z.number().optional(),
    inode: z.string().optional()
  })
)

export class JsonShareStore extends JsonFile<SavedShare[]> implements ShareStore {
  constructor(path: string, options?: StateFileOptions) {
    super(path, { schema: SHARES, empty: [], durable: true }, options)
  }
}

const VALUES = z
  .array(z.object({ name: z.string().min(1), value: z.string().refine(isDecimal) }))
  .max(MAX_NODE_VALUES)

export class JsonValueStore extends JsonFile<NamedValue[]> implements ValueStore {
  constructor(path: string, options?: StateFileOptions) {
    super(path, { schema: VALUES, empty: [], durable: true }, options)
  }
}

const WANTS = z.array(
  z.object({
    id: z.string(),
    text: z.string(),
    get: z.boolean(),
    createdAt: z.number(),
    matches: z.array(
      z.object({
        cid: z.string(),
        name: z.string(),
        path: z.string(),
        size: z.number(),
        mime: z.string(),
        peerId: z.string(),
        at: z.number()
      })
    ),
    fetched: z.array(z.string())
  })
)

export class JsonWantStore extends JsonFile<SavedWant[]> implements WantStore {
  constructor(path: string, options?: StateFileOptions) {
    super(path, { schema: WANTS, empty: [], durable: false }, options)
  }
}

const ROWS = z.array(z.object({ cid: z.string(), name: z.string(), size: z.number() }))

export class JsonRowStore extends JsonFile<SavedRow[]> implements RowStore {
  constructor(path: string, options?: StateFileOptions) {
    super(path, { schema: ROWS, empty: [], durable: false }, options)
  }
}

/** The `seq` of the last head, so that a clock set back does not make new heads look old. 0: there was none. */
export class SeqFile extends JsonFile<number> {
  constructor(path: string, options?: StateFileOptions) {
    super(path, { schema: z.int().min(0), empty: 0, durable: false }, options)
  }
}

function isDecimal(text: string): boolean {
  try {
    parseDecimal(text)
    return true
  } catch (error) {
    if (error instanceof DecimalError) return false
    throw error
  }
}
