/**
 * One file from disk to disk between two processes on loopback: our protocol, with every block verified, over our TLS
 * and over the library's, against a bare js-libp2p stream with stock TLS and yamux that only hashes and writes. Runs alternate; prints medians and the
 * ratio, and what each side took of processor and memory.
 *
 *   npm run bench -- transfer [--size 1024] [--runs 5] [--window 2] [--only ours,stock,bare]     (sizes in MiB)
 */
import { type ChildProcess, fork } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Job, Report, Way } from './transfer-peer.ts'

interface Sample extends Report {
  seedCpuSeconds: number
  seedRssMiB: number
}

export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      size: { type: 'string', default: '1024' },
      runs: { type: 'string', default: '5' },
      window: { type: 'string', default: '2' },
      only: { type: 'string' }
    }
  })
  const megabytes = Number(values.size)
  const ways = (values.only ?? 'ours,stock,bare').split(',') as Way[]
  const folder = await mkdtemp(join(tmpdir(), 'p2pnode-bench-'))
  try {
    console.log(`${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}, ${megabytes} MiB`)
    const path = join(folder, 'source')
    const sha256 = await makeFile(path, megabytes)
    const samples = new Map<Way, Sample[]>(ways.map(way => [way, []]))
    for (let run = 0; run < Number(values.runs); run++) {
      for (const way of ways) {
        const window = way === 'bare' ? 'default' : values.window
        const sample = await measure(way, window, path, megabytes, folder)
        if (sample.sha256 !== sha256) throw new Error(`${way} got other bytes`)
        samples.get(way)?.push(sample)
      }
    }
    for (const [way, list] of samples) print(way, list, megabytes)
    const secondsOf = (way: Way): number => median((samples.get(way) ?? []).map(({ seconds }) => seconds))
    for (const way of ways.filter(way => way !== 'bare' && ways.includes('bare')))
      console.log(`ratio ${(secondsOf('bare') / secondsOf(way)).toFixed(2)} (${way} / bare, in speed)`)
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function makeFile(path: string, megabytes: number): Promise<string> {
  const file = await open(path, 'wx')
  const hash = createHash('sha256')
  const block = randomBytes(1024 * 1024)
  for (let i = 0; i < megabytes; i++) {
    block.writeUInt32LE(i, 0)
    hash.update(block)
    await file.write(block)
  }
  await file.sync()
  await file.close()
  return hash.digest('hex')
}

async function measure(
  way: Way,
  window: string,
  path: string,
  megabytes: number,
  folder: string
): Promise<Sample> {
  const target = await mkdtemp(join(folder, 'get-'))
  const start = (role: string): ChildProcess =>
    fork(join(import.meta.dirname, 'transfer-peer.ts'), [role, way, window, path], {
      execArgv: process.execArgv
    })
  const [seed, getter] = [start('seed'), start('get')]
  try {
    const { addresses, root } = await message<{ addresses: string[]; root: string }>(seed)
    const job: Job = { addresses, root, size: megabytes * 1024 * 1024, folder: target }
    getter.send(job)
    const report = await message<Report>(getter)
    seed.send('usage')
    const { cpuSeconds, rssMiB } = await message<Report>(seed)
    return { ...report, seedCpuSeconds: cpuSeconds, seedRssMiB: rssMiB }
  } finally {
    await Promise.all([seed, getter].map(end))
    await rm(target, { recursive: true })
  }
}

/** Lets a process end by itself, so that a profiler in it can write what it saw. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || !child.connected) return
  const exit = once(child, 'exit')
  child.disconnect()
  await exit
}

async function message<T>(child: ChildProcess): Promise<T> {
  const ended = new AbortController()
  const exit = once(child, 'exit', { signal: ended.signal }).then(([code]) => {
    throw new Error(`a process ended with ${code}`)
  })
  exit.catch(() => undefined)
  try {
    return (await Promise.race([once(child, 'message'), exit]))[0] as T
  } finally {
    ended.abort()
  }
}

function print(way: Way, samples: Sample[], megabytes: number): void {
  const of = (key: keyof Omit<Sample, 'sha256'>): number => median(samples.map(sample => sample[key]))
  const seconds = of('seconds')
  console.log(
    `${way}: ${seconds.toFixed(2)} s, ${((megabytes * 1.048576) / seconds).toFixed(0)} MB/s; ` +
      `getter ${of('cpuSeconds').toFixed(1)} CPU s, ${of('rssMiB').toFixed(0)} MiB; ` +
      `seeder ${of('seedCpuSeconds').toFixed(1)} CPU s, ${of('seedRssMiB').toFixed(0)} MiB ` +
      `(runs: ${samples.map(sample => sample.seconds.toFixed(2)).join(' ')})`
  )
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
