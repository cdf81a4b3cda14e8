/**
 * The command line as a whole: the common flags, and the commands of each group.
 */
import { Command, type CommanderError } from 'commander'
import { packageVersion } from '../adapters/system/version.ts'
import { addConsoleCommand } from './commands/console.ts'
import { addNodeCommands } from './commands/node.ts'
import { addPeerCommands } from './commands/peers.ts'
import { addSearchCommands } from './commands/search.ts'
import { addShareCommands } from './commands/shares.ts'
import { addSimulateCommand } from './commands/simulate.ts'
import { addStartCommand } from './commands/start.ts'
import { addTransferCommands } from './commands/transfers.ts'
import { addValueCommands } from './commands/values.ts'
import { addWantCommands } from './commands/wants.ts'
import type { Runner } from './context.ts'
import { addDemoCommand } from './demo.ts'
import { CliError } from './errors.ts'
import type { World } from './world.ts'

export function buildProgram(world: World, run: Runner): Command {
  const program = new Command('p2pnode')
    .description('Share, find and fetch files with nobody in the middle.')
    .version(packageVersion())
    .option('--data <dir>', 'data folder of the node (P2PNODE_DATA)')
    .option('--json', 'print JSON, one object a line')
    .option('--quiet', 'print results and errors only')
    .option('--verbose', 'say more, with stack traces')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: text => world.stdout.write(text),
      // What is wrong is thrown, and printed in one place.
      writeErr: () => undefined,
      getOutHelpWidth: () => world.stdout.columns ?? 100
    })
    .exitOverride()
  addStartCommand(program, run)
  addShareCommands(program, run)
  addSearchCommands(program, run)
  addTransferCommands(program, run)
  addWantCommands(program, run)
  addPeerCommands(program, run)
  addValueCommands(program, run)
  addNodeCommands(program, run)
  addConsoleCommand(program, run)
  addDemoCommand(program, run)
  addSimulateCommand(program, run)
  return program
}

/** A complaint of commander's in our words: without its prefix, with the flag as field. */
export function usageError(error: CommanderError): CliError {
  const isGroup = error.code === 'commander.help'
  const message = isGroup ? 'it needs one of its commands' : error.message.replace(/^error: /, '')
  const field = /option '[^']*--([\w-]+)/.exec(message)?.[1] ?? /argument '([\w-]+)'/.exec(message)?.[1]
  return new CliError('usage', `${message}\nhelp: p2pnode --help`, { field, cause: error })
}
