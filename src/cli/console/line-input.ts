/**
 * Lines that somebody types, one after the other: with editing and completion on a terminal that can move its cursor, as
 * they come from a dumb one or from a pipe.
 */
import { createInterface, type Interface } from 'node:readline'
import { safe } from '../render/safe-text.ts'
import type { World } from '../world.ts'
import type { Offers } from './complete.ts'

/** Lines that Up brings back. */
const HISTORY_LINES = 200

export type Completer = (line: string) => Promise<Offers>

export class LineInput implements Disposable {
  readonly #world: World
  /** Somebody sits at a keyboard. */
  readonly isTyped: boolean
  readonly #isScreen: boolean
  readonly #reader: Interface
  readonly #interrupt = new AbortController()
  readonly #early: string[] = []
  #waiting: ((line: string | undefined) => void) | undefined
  #complete: Completer = async () => [[], '']
  #onEmpty: (() => void) | undefined
  #isOver = false

  constructor(world: World) {
    const { stdin, stdout, platform } = world
    this.#world = world
    this.isTyped = stdin.isTTY === true
    this.#isScreen =
      this.isTyped && stdout.isTTY === true && !(isDumb(world.env.TERM) && platform !== 'win32')
    // On a dumb terminal readline would take even Backspace away: there the terminal's own line editing serves.
    this.#reader = createInterface({
      input: stdin,
      terminal: this.#isScreen,
      crlfDelay: Number.POSITIVE_INFINITY,
      historySize: HISTORY_LINES,
      ...(this.#isScreen ? { output: stdout as NodeJS.WriteStream, completer: this.#completer } : {})
    })
    this.#reader
      .on('line', line => this.#take(line))
      .on('SIGINT', () => this.#interrupt.abort())
      .on('error', () => this.#reader.close())
      .on('close', () => this.#end())
  }

  /** Aborts on Ctrl-C, where that is a key like others; elsewhere it is a signal to the process. */
  get interrupted(): AbortSignal {
    return this.#interrupt.signal
  }

  /** Tab is a character of the line here, which completes nothing until Enter comes. */
  get tabIsTyped(): boolean {
    return this.isTyped && !this.#isScreen
  }

  /** The next line; undefined when there will be none. */
  async next(prompt: string, complete: Completer): Promise<string | undefined> {
    const early = this.#early.shift()
    if (early !== undefined) {
      if (this.isTyped) this.#world.stderr.write(`${prompt}${safe(early)}\n`)
      return early
    }
    if (this.#isOver) return undefined
    this.#complete = complete
    this.#show(prompt)
    return await new Promise(resolve => {
      this.#waiting = resolve
    })
  }

  /**
   * Does something that may last, and that an empty line leaves to itself.
   *
   * @returns false when it was left
   */
  async untilEmptyLine(work: (left: AbortSignal) => Promise<void>): Promise<boolean> {
    const left = new AbortController()
    this.#onEmpty = () => left.abort()
    try {
      await work(left.signal)
      return true
    } catch (error) {
      if (left.signal.aborted) return false
      throw error
    } finally {
      this.#onEmpty = undefined
    }
  }

  [Symbol.dispose](): void {
    this.#waiting = undefined
    this.#reader.close()
  }

  #show(prompt: string): void {
    if (!this.#isScreen) return void this.#world.stderr.write(prompt)
    this.#reader.setPrompt(prompt)
    // True: what was typed while nobody asked stays in the line.
    this.#reader.prompt(true)
  }

  #take(line: string): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    if (waiting !== undefined) waiting(line)
    else if (this.isTyped && line.trim() === '' && this.#onEmpty !== undefined) this.#onEmpty()
    else this.#early.push(line)
  }

  #end(): void {
    this.#isOver = true
    if (this.#waiting === undefined) return
    this.#world.stderr.write('\n')
    this.#waiting(undefined)
  }

  readonly #completer = (line: string, done: (error: Error | null, offers: Offers) => void): void => {
    this.#complete(line).then(
      offers => done(null, offers),
      // Tab is a help, not a question: without an answer there is nothing to complete.
      () => done(null, [[], line])
    )
  }
}

function isDumb(term: string | undefined): boolean {
  return term === undefined || term === '' || term === 'dumb'
}
