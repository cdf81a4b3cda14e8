/**
 * The values of this node across restarts: `<data>/values.json`.
 */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { DecimalError, parseDecimal } from '../../base/decimal.ts'
import type { NamedValue } from '../../node/api.ts'
import type { ValueStore } from '../../node/values.ts'
import { MAX_NODE_VALUES } from '../../wire/limits.ts'
import { setAside, writeAtomically } from './atomic-write.ts'
import { diskError, isMissing } from './disk-error.ts'

const SAVED = z
  .array(z.object({ name: z.string().min(1), value: z.string().refine(isDecimal) }))
  .max(MAX_NODE_VALUES)

export interface ValueStoreOptions {
  /** Told where a damaged file was moved. */
  onCorrupt?: (path: string, error: unknown) => void
}

export class JsonValueStore implements ValueStore {
  readonly #path: string
  readonly #options: ValueStoreOptions

  constructor(path: string, options: ValueStoreOptions = {}) {
    this.#path = path
    this.#options = options
  }

  /** Empty when there is none yet, or when it was damaged. @throws NodeError `disk` */
  async load(): Promise<NamedValue[]> {
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
      this.#options.onCorrupt?.(setAside(this.#path), error)
      return []
    }
  }

  /** Durable when it resolves. Two calls must not overlap. @throws NodeError `disk` */
  async save(values: readonly NamedValue[]): Promise<void> {
    try {
      await writeAtomically(this.#path, `${JSON.stringify(values)}\n`, { durable: true })
    } catch (error) {
      throw diskError(error, 'write', this.#path)
    }
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
