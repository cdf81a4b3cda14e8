/**
 * Small things that a node remembers: the rows of its last search, the number of its last head.
 */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { RowStore, SavedRow } from '../../node/node-ports.ts'
import type { SavedWant, WantStore } from '../../node/wants.ts'
import { writeAtomically } from './atomic-write.ts'

/** One JSON value in a file. What is missing or damaged reads as undefined: it is nothing that cannot be had again. */
class JsonFile<Value> {
  readonly #path: string
  readonly #isValid: (value: unknown) => value is Value
  #last: Promise<void> = Promise.resolve()

  constructor(path: string, isValid: (value: unknown) => value is Value) {
    this.#path = path
    this.#isValid = isValid
  }

  async read(): Promise<Value | undefined> {
    try {
      const value: unknown = JSON.parse(await readFile(this.#path, 'utf8'))
      return this.#isValid(value) ? value : undefined
    } catch {
      // Missing on a first start; see above for the rest.
      return undefined
    }
  }

  async write(value: Value): Promise<void> {
    const write = (): Promise<void> => writeAtomically(this.#path, JSON.stringify(value), { durable: false })
    this.#last = this.#last.then(write, write)
    await this.#last
  }
}

export class JsonRowStore implements RowStore {
  readonly #file: JsonFile<SavedRow[]>

  constructor(path: string) {
    this.#file = new JsonFile(path, isRows)
  }

  async load(): Promise<SavedRow[]> {
    return (await this.#file.read()) ?? []
  }

  async save(rows: readonly SavedRow[]): Promise<void> {
    await this.#file.write([...rows])
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

export class JsonWantStore implements WantStore {
  readonly #file: JsonFile<SavedWant[]>

  constructor(path: string) {
    this.#file = new JsonFile(path, (value): value is SavedWant[] => WANTS.safeParse(value).success)
  }

  async load(): Promise<SavedWant[]> {
    return (await this.#file.read()) ?? []
  }

  async save(wants: readonly SavedWant[]): Promise<void> {
    await this.#file.write([...wants])
  }
}

/** The `seq` of the last head, so that a clock set back does not make new heads look old. */
export class SeqFile {
  readonly #file: JsonFile<number>

  constructor(path: string) {
    this.#file = new JsonFile(path, isSeq)
  }

  /** 0 when there was none. */
  async load(): Promise<number> {
    return (await this.#file.read()) ?? 0
  }

  async save(seq: number): Promise<void> {
    await this.#file.write(seq)
  }
}

function isSeq(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isRows(value: unknown): value is SavedRow[] {
  return (
    Array.isArray(value) && value.every(row => typeof row?.cid === 'string' && typeof row?.name === 'string')
  )
}
