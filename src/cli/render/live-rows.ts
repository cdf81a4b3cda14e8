/**
 * Lines that can change after they are printed, on a terminal; elsewhere each line is printed once and stays.
 */
import type { Screen } from '../world.ts'
import { shorten } from './safe-text.ts'

/** Rewrites rows by moving the cursor (ECMA-48: CUU, CUD, EL). Nothing else may write to the screen meanwhile. */
export class LiveRows {
  readonly #screen: Screen
  readonly #lineOf = new Map<number, number>()
  #lines = 0

  constructor(screen: Screen) {
    this.#screen = screen
  }

  /** @param text - safe text of one line */
  show(row: number, text: string): void {
    const line = this.#lineOf.get(row)
    if (line === undefined) {
      this.#lineOf.set(row, this.#lines++)
      this.#screen.write(`${this.#fitted(text)}\n`)
      return
    }
    const up = this.#lines - line
    // What has scrolled off the screen is out of reach.
    if (this.#screen.isTTY !== true || up >= (this.#screen.rows ?? 0)) return
    this.#screen.write(`\x1b[${up}A\r\x1b[K${this.#fitted(text)}\x1b[${up}B\r`)
  }

  #fitted(text: string): string {
    return this.#screen.isTTY === true ? shorten(text, (this.#screen.columns ?? 80) - 1) : text
  }
}
