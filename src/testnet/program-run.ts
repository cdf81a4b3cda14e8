/**
 * One run of `bin/p2pnode`, as a process: what it prints while it prints it, and how it ends.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const BIN = fileURLToPath(new URL('../../bin/p2pnode', import.meta.url))

/** From a signal to the end; beyond it the run is killed. A node promises 5 s. */
const END_TIMEOUT_MS = 10_000

export interface RunOptions {
  /** Put before the command: `ip netns exec NAME`. It must become the command, so that signals reach that. */
  prefix?: readonly string[]
  /** Beyond the environment of this process; undefined takes a variable out. */
  env?: Readonly<Record<string, string | undefined>>
  cwd?: string
}

export interface Ending {
  code: number | null
  signal: NodeJS.Signals | null
}

/** What a line of `--json` is. */
export type Printed = Record<string, unknown>

export class ProgramRun implements AsyncDisposable {
  /** Whole lines of stdout so far. */
  readonly lines: string[] = []
  /** Resolves when the process has ended and all that it printed is here; rejects when it cannot be started. */
  readonly ended: Promise<Ending>
  readonly #child: ChildProcess
  readonly #stderr: Buffer[] = []
  #rest = ''
  #isOver = false
  #news = Promise.withResolvers<void>()

  constructor(args: readonly string[], { prefix = [], env = {}, cwd }: RunOptions = {}) {
    const [command, ...rest] = [...prefix, process.execPath, BIN, ...args] as [string, ...string[]]
    const child = spawn(command, rest, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      ...(cwd === undefined ? {} : { cwd })
    })
    this.#child = child
    const { promise, resolve, reject } = Promise.withResolvers<Ending>()
    this.ended = promise.finally(() => this.#over())
    // Who waits for it hears of it; who does not wait is not to die of it.
    this.ended.catch(() => undefined)
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal }))
    child.stdout?.setEncoding('utf8').on('data', (text: string) => this.#take(text))
    child.stderr?.on('data', (chunk: Buffer) => this.#stderr.push(chunk))
  }

  get pid(): number {
    return this.#child.pid as number
  }

  /** What it wrote to stderr so far. */
  get stderr(): string {
    return Buffer.concat(this.#stderr).toString()
  }

  /** The lines that are there and those that come, each one JSON object. Ends with the run. */
  async *printed(): AsyncGenerator<Printed> {
    for (let i = 0; ; i++) {
      while (i >= this.lines.length) {
        if (this.#isOver) return
        await this.#news.promise
      }
      yield JSON.parse(this.lines[i] as string) as Printed
    }
  }

  /**
   * The first line, of those that are there or come, that is wanted.
   *
   * @throws Error when none came `within` so many ms, or before the end; with what was on stderr
   */
  async line<T = Printed>(isWanted: (line: Printed) => boolean, within: number): Promise<T> {
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(() => late.reject(new Error(`no such line within ${within} ms`)), within)
    try {
      return (await Promise.race([this.#first(isWanted), late.promise])) as T
    } catch (cause) {
      throw new Error(`${(cause as Error).message}: ${this.stderr}`, { cause })
    } finally {
      clearTimeout(timer)
    }
  }

  /** Sends a signal and waits for the end, which is forced when it does not come. Safe to call after the end. */
  async end(signal: NodeJS.Signals): Promise<Ending> {
    if (this.#isOver) return await this.ended
    this.#child.kill(signal)
    const force = setTimeout(() => this.#child.kill('SIGKILL'), END_TIMEOUT_MS)
    try {
      return await this.ended
    } finally {
      clearTimeout(force)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGKILL')
  }

  async #first(isWanted: (line: Printed) => boolean): Promise<Printed> {
    for await (const line of this.printed()) if (isWanted(line)) return line
    const { code, signal } = await this.ended
    throw new Error(`it ended with ${signal ?? code}`)
  }

  #take(text: string): void {
    const parts = (this.#rest + text).split('\n')
    this.#rest = parts.pop() as string
    this.lines.push(...parts)
    this.#tell()
  }

  #over(): void {
    this.#isOver = true
    if (this.#rest !== '') this.lines.push(this.#rest)
    this.#tell()
  }

  #tell(): void {
    this.#news.resolve()
    this.#news = Promise.withResolvers()
  }
}
