/**
 * demo: a few real nodes, each a process of its own, that share, search and fetch before the user's eyes.
 */
import type { Command } from 'commander'
import type { Context, Runner } from './context.ts'
import { EXIT } from './exit-codes.ts'
import { parseWhole } from './values.ts'

const DEFAULT_NODES = 5
/** A node takes about 130 MB. */
const MAX_NODES = 64

export function addDemoCommand(program: Command, run: Runner): void {
  program
    .command('demo [nodes]')
    .description(`watch ${DEFAULT_NODES} nodes, or so many, find and fetch from one another`)
    .action(run(demo, { stream: true }))
}

async function demo({ out, world, signal }: Context, given: string | undefined) {
  const nodes = given === undefined ? DEFAULT_NODES : parseWhole('nodes', given, { min: 2, max: MAX_NODES })
  const { runDemo } = await import('../testnet/demo.ts')
  await runDemo({
    nodes,
    json: out.json,
    out: (line: string) => void world.stdout.write(`${line}\n`),
    signal
  })
  signal.throwIfAborted()
  return EXIT.done
}
