/**
 * Transfers between processes of this machine, from disk to disk, every block verified. Where ways are compared, runs
 * alternate and medians are printed.
 *
 *   npm run bench -- transfer [--scenario single,sources,small,many,sparse,lossy] [--size MIB] [--runs 5]
 *                             [--window MIB] [--only ours,stock,bare]
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { lossy } from './transfer/lossy.ts'
import { many } from './transfer/many.ts'
import type { Scenario } from './transfer/scenario.ts'
import { single } from './transfer/single.ts'
import { small } from './transfer/small.ts'
import { sources } from './transfer/sources.ts'
import { sparse } from './transfer/sparse.ts'

const SCENARIOS: Record<string, Scenario> = { single, sources, small, many, sparse, lossy }

export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      scenario: { type: 'string', default: Object.keys(SCENARIOS).join() },
      size: { type: 'string' },
      runs: { type: 'string', default: '5' },
      window: { type: 'string', default: '2' },
      only: { type: 'string' }
    }
  })
  console.log(`${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}`)
  for (const name of values.scenario.split(',')) {
    const scenario = SCENARIOS[name]
    if (scenario === undefined) throw new Error(`there is no ${name}, only ${Object.keys(SCENARIOS)}`)
    console.log(`\n${name}`)
    const folder = await mkdtemp(join(tmpdir(), 'p2pnode-bench-'))
    try {
      await scenario({
        folder,
        sizeMiB: values.size === undefined ? undefined : Number(values.size),
        runs: Number(values.runs),
        window: values.window,
        only: values.only?.split(',')
      })
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    }
  }
}
