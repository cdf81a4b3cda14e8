/**
 * The numbers that this node holds, each under a name, across restarts.
 */
import { figureOf } from '../aggregate/index.ts'
import {
  compareDecimals,
  type Decimal,
  DecimalError,
  formatDecimal,
  MAX_VALUE_DIGITS,
  parseDecimal
} from '../base/decimal.ts'
import type { Figure } from '../wire/aggregate-message.ts'
import { MAX_NODE_VALUES, MAX_VALUE_NAME_BYTES } from '../wire/limits.ts'
import type { NamedValue } from './api.ts'
import { NodeError } from './errors.ts'

/** The name of values that are given none. */
export const DEFAULT_VALUE_NAME = 'value'
/** Names of what every node has by itself. */
export const FACT_NAMES = ['nodes', 'files', 'bytes'] as const

export interface ValueStore {
  /** What was saved last; values are decimals. */
  load(): Promise<NamedValue[]>
  /** Durable when it resolves. */
  save(values: readonly NamedValue[]): Promise<void>
}

export interface ValuesOptions {
  store: ValueStore
  /** Values were added or removed. */
  onChanged?: () => void
}

interface Held {
  name: string
  value: Decimal
}

export class Values {
  readonly #options: ValuesOptions
  #held: readonly Held[] = []
  /** Figures that were asked for since the values changed last. */
  readonly #figures = new Map<string, Figure>()
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: ValuesOptions) {
    this.#options = options
  }

  /** @throws NodeError `disk` */
  async start(_signal?: AbortSignal): Promise<void> {
    const saved = await this.#options.store.load()
    this.#held = saved.map(({ name, value }) => ({ name, value: parseDecimal(value) }))
  }

  /** Resolves when what was changed is saved. */
  async stop(): Promise<void> {
    await this.#last
  }

  /** All of them, or those under one name, in the order in which they were added. */
  list(name?: string): NamedValue[] {
    const wanted = name === undefined ? undefined : checkName(name)
    return this.#held.filter(held => wanted === undefined || held.name === wanted).map(told)
  }

  /** Adds all of `texts` or none, durably. @throws NodeError `bad-input`, `disk` */
  async add(name: string | undefined, texts: readonly string[]): Promise<NamedValue[]> {
    const checked = checkOwnName(name)
    const added = checkValues(texts).map(value => ({ name: checked, value }))
    await this.#change(held => {
      if (held.length + added.length > MAX_NODE_VALUES) {
        throw badInput(
          'values',
          `a node holds at most ${MAX_NODE_VALUES} values, and there are ${held.length}`
        )
      }
      return [...held, ...added]
    })
    return added.map(told)
  }

  /**
   * Removes each of `texts` once, or all values under the name; gives what was removed.
   *
   * @throws NodeError `bad-input`, `disk`, or `not-found` when one of them is not there: then none is removed
   */
  async remove(name: string | undefined, texts: readonly string[] | 'all'): Promise<NamedValue[]> {
    const checked = checkOwnName(name)
    const wanted = texts === 'all' ? undefined : checkValues(texts)
    let removed: Held[] = []
    await this.#change(held => {
      removed = wanted === undefined ? held.filter(one => one.name === checked) : []
      for (const value of wanted ?? []) removed.push(find(held, checked, value, removed))
      const gone = new Set(removed)
      return held.filter(one => !gone.has(one))
    })
    return removed.map(told)
  }

  /** What is known of the values under a name. */
  figure(name: string): Figure {
    const known = this.#figures.get(name)
    if (known !== undefined) return known
    const figure = figureOf(this.#held.filter(held => held.name === name).map(({ value }) => value))
    // Only names that are in use, so that questions for others fill nothing.
    if (figure.values > 0) this.#figures.set(name, figure)
    return figure
  }

  /** One change after the other; what cannot be saved does not count. */
  async #change(next: (held: readonly Held[]) => readonly Held[]): Promise<void> {
    const change = async (): Promise<void> => {
      const held = next(this.#held)
      await this.#options.store.save(held.map(told))
      this.#held = held
      this.#figures.clear()
      this.#options.onChanged?.()
    }
    const changed = this.#last.then(change)
    this.#last = changed.catch(() => undefined)
    await changed
  }
}

/** A name as a question may have it. @throws NodeError `bad-input` */
export function checkName(name: string): string {
  const composed = typeof name === 'string' ? name.normalize('NFC') : ''
  const isGood =
    composed.isWellFormed() &&
    composed.length > 0 &&
    Buffer.byteLength(composed) <= MAX_VALUE_NAME_BYTES &&
    !/\p{C}|^\s|\s$/u.test(composed)
  if (isGood) return composed
  const message = `a name is 1 to ${MAX_VALUE_NAME_BYTES} bytes without control characters, such as: temperature; got ${shown(name)}`
  throw badInput('name', message)
}

function checkOwnName(name: string | undefined): string {
  const checked = checkName(name ?? DEFAULT_VALUE_NAME)
  if (!FACT_NAMES.some(fact => fact === checked)) return checked
  const message = `${checked} is what every node tells of itself: choose another name, such as: my-${checked}`
  throw badInput('name', message)
}

function checkValues(texts: readonly string[]): Decimal[] {
  if (texts.length === 0) throw badInput('values', 'at least one value is needed, such as: 12 -3.5')
  return texts.map(text => {
    try {
      return parseDecimal(text)
    } catch (cause) {
      if (!(cause instanceof DecimalError)) throw cause
      const why =
        cause.fault.code === 'too-long' ? `has more than ${MAX_VALUE_DIGITS} digits` : 'is not a number'
      throw badInput('values', `${shown(text)} ${why}; a right one: -3.5`, cause)
    }
  })
}

function find(held: readonly Held[], name: string, value: Decimal, found: readonly Held[]): Held {
  const one = held.find(
    candidate =>
      candidate.name === name && compareDecimals(candidate.value, value) === 0 && !found.includes(candidate)
  )
  if (one !== undefined) return one
  const message = `there is no value ${shown(formatDecimal(value))} under the name ${name}`
  throw new NodeError({ code: 'not-found', message })
}

/** In an error. Ten thousand digits help nobody. */
function shown(text: string): string {
  return JSON.stringify(`${text}`.length > 40 ? `${`${text}`.slice(0, 40)}…` : `${text}`)
}

function told({ name, value }: Held): NamedValue {
  return { name, value: formatDecimal(value) }
}

function badInput(field: string, message: string, cause?: Error): NodeError {
  return new NodeError({ code: 'bad-input', field, message }, cause === undefined ? undefined : { cause })
}
