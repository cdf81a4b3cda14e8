/**
 * console: a menu and a prompt, for those who would rather talk to a node.
 */
import type { Command } from 'commander'
import type { Context, Runner } from '../context.ts'
import { CliError } from '../errors.ts'

interface ConsoleFlags {
  lang?: string
}

export function addConsoleCommand(program: Command, run: Runner): void {
  program
    .command('console')
    .description('talk to the node: a menu, and a prompt with completion')
    .option('--lang <language>', 'en or es (as the locale says)')
    .action(run(converse))
}

async function converse(context: Context, { lang }: ConsoleFlags) {
  if (context.out.json) {
    throw new CliError('usage', 'the console is for people; with --json use the other commands', {
      field: 'json'
    })
  }
  // Only here: the other commands need none of it.
  const { runConsole } = await import('../console/console.ts')
  return await runConsole(context, lang)
}
