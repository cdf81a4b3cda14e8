/**
 * Where a command's words go: results on stdout, everything else on stderr; JSON or for people.
 */
import type { ErrorReport } from './errors.ts'
import { jsonLine, safe } from './render/safe-text.ts'
import type { World } from './world.ts'

export interface OutputOptions {
  json: boolean
  quiet: boolean
  verbose: boolean
}

export class Output {
  readonly json: boolean
  readonly quiet: boolean
  readonly #verbose: boolean
  readonly #world: World
  /** The command prints a stream, which ends in `done` or `error`. */
  streaming = false

  constructor(world: World, { json, quiet, verbose }: OutputOptions) {
    this.#world = world
    this.json = json
    this.quiet = quiet
    this.#verbose = verbose
  }

  /** The answer: as one line of JSON, or as `text` makes it. `text` gives safe text with its line ends. */
  result(value: unknown, text: () => string): void {
    this.#world.stdout.write(this.json ? jsonLine(value) : text())
  }

  /** One object of a stream; for people nothing. */
  event(value: { type: string }): void {
    if (this.json) this.#world.stdout.write(jsonLine(value))
  }

  /** A remark for people that is no result. Safe text, without its line end. */
  note(text: string): void {
    if (!this.json && !this.quiet) this.#world.stderr.write(`${text}\n`)
  }

  /** @param error - what `report` was made from, for its stack */
  error(report: ErrorReport, error?: unknown): void {
    if (this.json) {
      if (this.streaming) this.#world.stdout.write(jsonLine(report))
      this.#world.stderr.write(jsonLine(report))
      return
    }
    this.#world.stderr.write(`p2pnode: ${report.message.split('\n').map(safe).join('\n')}\n`)
    if (this.#verbose && error instanceof Error) this.#world.stderr.write(`${error.stack}\n`)
  }
}
