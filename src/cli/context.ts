/**
 * What every command gets: the common flags understood, a way to print, a way to the node.
 */
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { type ApiClient, openClient } from './client.ts'
import { EXIT } from './exit-codes.ts'
import { Output } from './output.ts'
import { defaultDataFolder } from './paths.ts'
import { parseYesNo } from './values.ts'
import type { World } from './world.ts'

export interface Context {
  world: World
  out: Output
  dataFolder: string
  /** Aborts when the user wants the command to end. */
  signal: AbortSignal
  /** @throws CliError `not-running` */
  client(): Promise<ApiClient>
}

export interface CommonFlags {
  data?: string
  json?: boolean
  quiet?: boolean
  verbose?: boolean
}

/** A command: its arguments, then its flags. The number is the exit code; none means done. */
export type Action<Args extends unknown[]> = (context: Context, ...args: Args) => Promise<number | undefined>

/** Makes a command of an action, for commander. `stream`: it prints a stream, which ends in `done` or `error`. */
export type Runner = <Args extends unknown[]>(
  action: Action<Args>,
  options?: { stream?: boolean }
) => (...given: unknown[]) => Promise<void>

/** @throws CliError when an environment variable has no sense */
export function contextOf(world: World, flags: CommonFlags): Context {
  const { env, cwd, signal } = world
  const said = (flag: boolean | undefined, name: string) => flag ?? parseYesNo(name, env[name]) ?? false
  const out = new Output(world, {
    json: said(flags.json, 'P2PNODE_JSON'),
    quiet: said(flags.quiet, 'P2PNODE_QUIET'),
    verbose: said(flags.verbose, 'P2PNODE_VERBOSE')
  })
  const dataFolder = resolve(cwd, flags.data || env.P2PNODE_DATA || defaultDataFolder(world))
  return { world, out, dataFolder, signal, client: () => openClient(dataFolder, signal) }
}

/** @param ended - hears the exit code; `opened` gets the output as soon as the flags are known */
export function runnerFor(
  world: World,
  opened: (out: Output) => void,
  ended: (code: number) => void
): Runner {
  return <Args extends unknown[]>(action: Action<Args>, options: { stream?: boolean } = {}) =>
    async (...given) => {
      // commander gives the arguments, the flags of the command, the command itself.
      const command = given.pop() as Command
      const context = contextOf(world, command.optsWithGlobals<CommonFlags>())
      context.out.streaming = options.stream === true
      opened(context.out)
      ended((await action(context, ...(given as Args))) ?? EXIT.done)
    }
}
