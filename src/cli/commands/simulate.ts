/**
 * simulate: the node's own search among thousands of virtual nodes, strategies side by side. Needs no node and no data.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setImmediate as rest } from 'node:timers/promises'
import type { Command } from 'commander'
import {
  ALL_STRATEGIES,
  type ClassReport,
  plot,
  type SimReport,
  type SimulationOptions,
  type Strategy,
  simulate,
  strategyOf,
  TOPOLOGIES,
  WORLD_DEFAULTS
} from '../../sim/index.ts'
import type { Context, Runner } from '../context.ts'
import { badValue } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { table } from '../render/table.ts'
import { formatBytes } from '../render/units.ts'
import { parseChoice, parseDurationMs, parsePercent, parseWhole } from '../values.ts'

interface SimulateFlags {
  nodes?: string
  seed?: string
  topology?: string
  churn?: string
  strategies: string
  queries?: string
  floodQueries?: string
  files?: string
  droppers?: string
  spammers?: string
  gang?: boolean
  out?: string
}

const MAX_NODES = 1_000_000
const MAX_QUERIES = 1_000_000
const MAX_SESSION_MS = 365 * 86_400_000
const DEFAULT_QUERIES = 100
/** How long at most until Ctrl-C is heard, ms, a single query aside. */
const REST_EVERY_MS = 50

export function addSimulateCommand(program: Command, run: Runner): void {
  program
    .command('simulate')
    .description('compare ways of searching in a network of virtual nodes')
    .option('--nodes <n>', `virtual nodes (default ${WORLD_DEFAULTS.nodes})`)
    .option('--seed <n>', 'equal seeds give equal results (default 1)')
    .option('--topology <name>', `${TOPOLOGIES.join(', ')} (default ${WORLD_DEFAULTS.topology})`)
    .option('--churn <duration>', 'nodes stay so long on average (default: for ever)')
    .option('--strategies <list>', 'auto, index, flood-1 to flood-7, or all', 'auto')
    .option('--queries <n>', `queries of each class (default ${DEFAULT_QUERIES})`)
    .option('--flood-queries <n>', 'the same for floods (default: a few)')
    .option('--files <n>', `files that a node shares on average (default ${WORLD_DEFAULTS.filesPerNode})`)
    .option('--droppers <percent>', 'nodes that take everything and answer nothing')
    .option('--spammers <percent>', 'nodes that answer everything with inventions')
    .option('--gang', 'the spammers invent the same and name one another')
    .option('--out <dir>', 'write the results as JSON and as a picture (SVG)')
    .action(run(simulateCommand))
}

async function simulateCommand({ out, world, signal }: Context, flags: SimulateFlags) {
  const options = optionsOf(flags)
  const report = await runSimulation(options, signal, text => out.note(text))
  if (flags.out !== undefined) {
    const folder = resolve(world.cwd, flags.out)
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'simulation.json'), `${JSON.stringify(report, undefined, 2)}\n`)
    await writeFile(join(folder, 'simulation.svg'), plot(report))
    out.note(`written: ${join(folder, 'simulation.json')} and simulation.svg`)
  }
  out.result(report, () => render(report))
  return EXIT.done
}

function optionsOf(flags: SimulateFlags): SimulationOptions {
  const whole = (
    field: string,
    value: string | undefined,
    usual: number,
    min: number,
    max: number
  ): number => (value === undefined ? usual : parseWhole(field, value, { min, max }))
  const percent = (field: string, value: string | undefined): number =>
    value === undefined ? 0 : parsePercent(field, value)
  const droppers = percent('--droppers', flags.droppers)
  const spammers = percent('--spammers', flags.spammers)
  if (droppers + spammers > 0.9) {
    throw badValue('--spammers', flags.spammers ?? '0', 'at most 90 % droppers and spammers together', '10%')
  }
  return {
    nodes: whole('--nodes', flags.nodes, WORLD_DEFAULTS.nodes, 2, MAX_NODES),
    seed: whole('--seed', flags.seed, WORLD_DEFAULTS.seed, 0, 2 ** 31 - 1),
    filesPerNode: whole('--files', flags.files, WORLD_DEFAULTS.filesPerNode, 1, 1_000),
    topology: parseChoice('--topology', flags.topology ?? WORLD_DEFAULTS.topology, TOPOLOGIES),
    sessionMs:
      flags.churn === undefined
        ? WORLD_DEFAULTS.sessionMs
        : parseDurationMs('--churn', flags.churn, MAX_SESSION_MS),
    strategies: strategiesOf(flags.strategies),
    queries: whole('--queries', flags.queries, DEFAULT_QUERIES, 1, MAX_QUERIES),
    floodQueries:
      flags.floodQueries === undefined
        ? undefined
        : whole('--flood-queries', flags.floodQueries, 1, 1, MAX_QUERIES),
    droppers,
    spammers,
    gang: flags.gang === true
  }
}

function strategiesOf(text: string): readonly Strategy[] {
  if (text === 'all') return ALL_STRATEGIES
  return text.split(',').map(name => {
    const strategy = strategyOf(name.trim())
    if (strategy === undefined) {
      throw badValue('--strategies', text, 'auto, index, flood-1 to flood-7, or all', 'auto,flood-4')
    }
    return strategy
  })
}

async function runSimulation(
  options: SimulationOptions,
  signal: AbortSignal,
  note: (text: string) => void
): Promise<SimReport> {
  const steps = simulate(options)
  let restedAt = performance.now()
  let told = ''
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    const { strategy, class: queryClass, of } = step.value
    const part = `${strategy}: ${of} queries of class ${queryClass}`
    if (part !== told) note(part)
    told = part
    if (performance.now() - restedAt < REST_EVERY_MS) continue
    await rest()
    signal.throwIfAborted()
    restedAt = performance.now()
  }
}

function render({ strategies }: SimReport): string {
  const rows = strategies.flatMap(({ strategy, classes }) =>
    classes.map(report => ({ ...report, strategy: report === classes[0] ? strategy : '' }))
  )
  return table<ClassReport & { strategy: string }>(rows, [
    { title: 'STRATEGY', of: ({ strategy }) => strategy },
    { title: 'QUERIES', of: ({ queries, class: name }) => `${queries} ${name}` },
    { title: 'SUCCESS', of: successText, right: true },
    { title: 'MESSAGES', of: ({ messages }) => messages.toLocaleString('en'), right: true },
    { title: 'BYTES', of: ({ bytes }) => formatBytes(bytes), right: true },
    { title: 'NEW LINKS', of: ({ dials }) => String(dials), right: true },
    { title: 'FIRST HIT', of: ({ firstHitMs }) => msText(firstHitMs.p50), right: true },
    { title: 'P99', of: ({ firstHitMs }) => msText(firstHitMs.p99), right: true },
    { title: 'FAKES', of: ({ fakesShown }) => `${Math.round(100 * fakesShown)} %`, right: true }
  ])
}

function successText({ success, successInterval }: ClassReport): string {
  if (success === null || successInterval === null) return '-'
  const percent = (part: number): string => (100 * part).toFixed(1)
  return `${percent(success)} % (${successInterval.map(percent).join('-')})`
}

function msText(ms: number | null): string {
  return ms === null ? '-' : `${(ms / 1_000).toFixed(2)} s`
}
