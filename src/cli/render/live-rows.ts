/**
 * Lines that can change and change places after they are printed, on a terminal; elsewhere they are printed once, at the end.
 */
import type { Screen } from '../world.ts'
import { shorten } from './safe-text.ts'

export interface LiveRow {
  row: number
  /** Safe text of one line. */
  text: string
}

/** Rewrites rows by moving the cursor (ECMA-48: CUU, CUD, EL). Nothing else may write to the screen meanwhile. */
export class LiveRows {
  readonly #screen: Screen
  readonly #lineOf = new Map<number, number>()
  /** As they are on the screen. */
  #lines: string[] = []

  constructor(screen: Screen) {
    this.#screen = screen
  }

  /** A row is new or has changed. */
  show({ row, text }: LiveRow): void {
    if (this.#screen.isTTY !== true) return
    const line = this.#lineOf.get(row)
    if (line === undefined) {
      this.#lineOf.set(row, this.#lines.length)
      this.#lines.push(text)
      this.#screen.write(`${this.#fitted(text)}\n`)
      return
    }
    const up = this.#lines.length - line
    if (!this.#isWithinReach(up)) return
    this.#lines[line] = text
    this.#screen.write(`\x1b[${up}A\r\x1b[K${this.#fitted(text)}\x1b[${up}B\r`)
  }

  /** These are all rows, as they are now, in the order in which they stay. */
  settle(rows: readonly LiveRow[]): void {
    const lines = rows.map(({ text }) => text)
    const before = this.#lines
    this.#lines = lines
    if (lines.length === before.length && lines.every((text, i) => text === before[i])) return
    // What has scrolled off the screen is out of reach: then they are printed once more.
    const isWithinReach = lines.length === before.length && this.#isWithinReach(before.length)
    const begin = isWithinReach ? `\x1b[${before.length}A\r` : before.length > 0 ? '\n' : ''
    const clear = isWithinReach ? '\x1b[K' : ''
    this.#screen.write(begin + lines.map(text => `${clear}${this.#fitted(text)}\n`).join(''))
  }

  #isWithinReach(up: number): boolean {
    return up < (this.#screen.rows ?? 0)
  }

  #fitted(text: string): string {
    return this.#screen.isTTY === true ? shorten(text, (this.#screen.columns ?? 80) - 1) : text
  }
}
