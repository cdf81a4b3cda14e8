/**
 * One file from disk to disk between two processes on loopback: our protocol, with every block verified, over our TLS
 * and over the library's, against a bare js-libp2p stream with stock TLS and yamux that only hashes and writes.
 */
import { join } from 'node:path'
import { type NoiseFile, noiseFile } from './noise.ts'
import { interleaved, LOOPBACK, median, type Pair, type Sample, transferBetween, type Way } from './peers.ts'
import type { Scenario } from './scenario.ts'

export const single: Scenario = async ({ folder, sizeMiB = 1024, runs, window, only }) => {
  const file = await noiseFile(join(folder, 'source'), sizeMiB)
  await compare(LOOPBACK, file, { runs, window, folder, ways: only as Way[] | undefined })
}

/** Prints the medians of each way, and how much quicker than the bare stream it is. */
export async function compare(
  pair: Pair,
  file: NoiseFile,
  options: { runs: number; window: string; folder: string; ways?: readonly Way[] | undefined }
): Promise<void> {
  const ways = options.ways ?? ['ours', 'stock', 'bare']
  const samples = await interleaved(ways, options.runs, way => transferBetween(pair, way, file, options))
  for (const [way, list] of samples) print(way, list, file)
  const secondsOf = (way: Way): number => median((samples.get(way) ?? []).map(({ seconds }) => seconds))
  for (const way of ways.filter(way => way !== 'bare' && ways.includes('bare')))
    console.log(`ratio ${(secondsOf('bare') / secondsOf(way)).toFixed(2)} (${way} / bare, in speed)`)
}

function print(way: Way, samples: Sample[], { size }: NoiseFile): void {
  const of = (key: keyof Omit<Sample, 'sha256'>): number => median(samples.map(sample => sample[key]))
  const seconds = of('seconds')
  console.log(
    `${way}: ${seconds.toFixed(2)} s, ${(size / 1e6 / seconds).toFixed(1)} MB/s; ` +
      `getter ${of('cpuSeconds').toFixed(1)} CPU s, ${of('rssMiB').toFixed(0)} MiB; ` +
      `seeder ${of('seedCpuSeconds').toFixed(1)} CPU s, ${of('seedRssMiB').toFixed(0)} MiB ` +
      `(runs: ${samples.map(sample => sample.seconds.toFixed(2)).join(' ')})`
  )
}
