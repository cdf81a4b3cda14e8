/**
 * Runs one transfer between two processes that do nothing else, and tells what it took.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { end, message } from './children.ts'
import type { NoiseFile } from './noise.ts'
import type { Job, Report, Way } from './peer.ts'

export type { Way } from './peer.ts'

export interface Sample extends Report {
  seedCpuSeconds: number
  seedRssMiB: number
}

/** A machine for one of the processes. `prefix` is put before the command. */
export interface Place {
  address: string
  prefix: readonly string[]
}

export interface Pair {
  seed: Place
  getter: Place
}

const HERE: Place = { address: '127.0.0.1', prefix: [] }
export const LOOPBACK: Pair = { seed: HERE, getter: HERE }

/** @param options.window - of our streams, MiB; a bare stream has the library's */
export async function transferBetween(
  pair: Pair,
  way: Way,
  file: NoiseFile,
  options: { window: string; folder: string }
): Promise<Sample> {
  const target = await mkdtemp(join(options.folder, 'get-'))
  const window = way === 'bare' ? 'default' : options.window
  const start = (role: string, { prefix, address }: Place): ChildProcess => {
    const script = join(import.meta.dirname, 'peer.ts')
    const node = [process.execPath, ...process.execArgv, script, role, way, address, window, file.path]
    const [command, ...args] = [...prefix, ...node] as [string, ...string[]]
    return spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  }
  const [seed, getter] = [start('seed', pair.seed), start('get', pair.getter)]
  try {
    const { addresses, root } = await message<{ addresses: string[]; root: string }>(seed)
    const job: Job = { addresses, root, size: file.size, folder: target }
    getter.send(job)
    const report = await message<Report>(getter)
    if (report.sha256 !== file.sha256) throw new Error(`${way} got other bytes`)
    seed.send('usage')
    const { cpuSeconds, rssMiB } = await message<Report>(seed)
    return { ...report, seedCpuSeconds: cpuSeconds, seedRssMiB: rssMiB }
  } finally {
    await Promise.all([seed, getter].map(end))
    await rm(target, { recursive: true })
  }
}

/** Runs the ways in turn, so that what the machine does meanwhile meets all of them. */
export async function interleaved<W extends string, S>(
  ways: readonly W[],
  runs: number,
  run: (way: W) => Promise<S>
): Promise<Map<W, S[]>> {
  const samples = new Map<W, S[]>(ways.map(way => [way, []]))
  for (let i = 0; i < runs; i++) for (const way of ways) samples.get(way)?.push(await run(way))
  return samples
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
