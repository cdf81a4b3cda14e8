/**
 * p2pnode, the program: reads the command line, does it, ends with an exit code of DESIGN.md 10.
 */
import { CommanderError } from 'commander'
import { asksForJson, normaliseArgv } from './argv.ts'
import { runnerFor } from './context.ts'
import { CliError, errorReport } from './errors.ts'
import { EXIT, exitCodeOf } from './exit-codes.ts'
import { Output } from './output.ts'
import { buildProgram, usageError } from './program.ts'
import { processWorld, type World } from './world.ts'

/** A second signal ends at once, but only so much later, ms: the first may come from the terminal and from a parent. */
const SECOND_SIGNAL_AFTER_MS = 1_000

/** @param argv - arguments without node and script */
export async function main(argv: readonly string[]): Promise<number> {
  const interrupt = new AbortController()
  let firstAt = 0
  const onSignal = () => {
    if (!interrupt.signal.aborted) firstAt = Date.now()
    else if (Date.now() - firstAt > SECOND_SIGNAL_AFTER_MS) process.exit(EXIT.interrupted)
    interrupt.abort()
  }
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('SIGHUP', onSignal)
  // Nobody reads any more: `p2pnode search … | head -1`.
  process.stdout.on('error', error =>
    process.exit((error as NodeJS.ErrnoException).code === 'EPIPE' ? EXIT.done : EXIT.disk)
  )
  return await run(argv, processWorld(interrupt.signal))
}

/** The program in a given world, which it leaves as it was. */
export async function run(argv: readonly string[], world: World): Promise<number> {
  let out = new Output(world, { json: asksForJson(argv), quiet: false, verbose: false })
  let code: number = EXIT.done
  const runner = runnerFor(
    world,
    opened => {
      out = opened
    },
    ended => {
      code = ended
    }
  )
  try {
    await buildProgram(world, runner).parseAsync(normaliseArgv(argv), { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done
    return fail(error, out, world)
  }
}

function fail(error: unknown, out: Output, world: World): number {
  const cause = world.signal.aborted
    ? new CliError('interrupted', 'interrupted')
    : error instanceof CommanderError
      ? usageError(error)
      : error
  const report = errorReport(cause)
  out.error(report, cause)
  return exitCodeOf(report.code)
}
