/**
 * Our hash pool against `openssl dgst -sha256`, per core, over one tree of mixed sizes: `npm run bench -- hash [--mib 512]
 * [--runs 5]`. Both get the same files from the page cache, one after the other in every run; the ratio is of medians. Each
 * openssl process gets one core's part of the files, as each of our threads does.
 */
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { HashPool } from '../src/adapters/files/index.ts'
import type { FileFacts } from '../src/node/share-ports.ts'

const MIB = 1024 * 1024
/** A quarter of the bytes each: many small, some of a photo's size, songs, films. */
const SIZES = [16 * 1024, 3 * MIB, 12 * MIB, 128 * MIB]
/** Files in one openssl command line. */
const FILES_PER_CALL = 1_000

export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { mib: { type: 'string', default: '512' }, runs: { type: 'string', default: '5' } }
  })
  const folder = await mkdtemp(join(tmpdir(), 'p2pnode-bench-'))
  try {
    const files = await makeTree(folder, Number(values.mib) * MIB)
    const bytes = files.reduce((sum, { size }) => sum + size, 0)
    const cores = availableParallelism()
    const ours: number[] = []
    const theirs: number[] = []
    // The first run of each fills the page cache and starts the threads; it does not count.
    const pool = new HashPool({ threads: cores })
    for (let run = 0; run <= Number(values.runs); run++) {
      const openssl = await timed(() => hashWithOpenssl(files, cores))
      const own = await timed(() => hashWithPool(pool, files))
      if (run === 0) continue
      theirs.push(openssl)
      ours.push(own)
    }
    await pool.stop()
    const rate = (times: number[]): number => bytes / median(times) / MIB / cores
    console.log(`${cpus()[0]?.model}, ${cores} cores, Node ${process.versions.node}`)
    console.log(`${files.length} files, ${Math.round(bytes / MIB)} MiB, ${ours.length} runs, medians\n`)
    console.log('| who | MiB/s per core |\n| --- | --- |')
    console.log(`| openssl dgst -sha256 | ${rate(theirs).toFixed(0)} |`)
    console.log(`| hash pool | ${rate(ours).toFixed(0)} |`)
    console.log(`| ratio | ${(rate(ours) / rate(theirs)).toFixed(2)} |`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function makeTree(folder: string, bytes: number): Promise<FileFacts[]> {
  const files: FileFacts[] = []
  for (const size of SIZES) {
    const inside = join(folder, `${size}`)
    await mkdir(inside)
    for (let i = 0; i < Math.max(1, Math.floor(bytes / SIZES.length / size)); i++) {
      const absolute = join(inside, `${i}`)
      await writeFile(absolute, Buffer.alloc(size, i))
      const { mtimeNs, ino } = await stat(absolute, { bigint: true })
      files.push({ absolute, size, mtimeNs, inode: ino })
    }
  }
  return files
}

async function hashWithPool(pool: HashPool, files: readonly FileFacts[]): Promise<void> {
  const { signal } = new AbortController()
  await Promise.all(files.map(file => pool.hash(file, { signal })))
}

/** The largest files first, each to the core that has least to do. */
async function hashWithOpenssl(files: readonly FileFacts[], cores: number): Promise<void> {
  const parts = Array.from({ length: cores }, () => ({ bytes: 0, paths: [] as string[] }))
  for (const { absolute, size } of files.toSorted((a, b) => b.size - a.size)) {
    const least = parts.reduce((a, b) => (b.bytes < a.bytes ? b : a))
    least.bytes += size
    least.paths.push(absolute)
  }
  await Promise.all(
    parts.map(async ({ paths }) => {
      for (let i = 0; i < paths.length; i += FILES_PER_CALL) await openssl(paths.slice(i, i + FILES_PER_CALL))
    })
  )
}

async function openssl(paths: readonly string[]): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const child = spawn('openssl', ['dgst', '-sha256', ...paths], { stdio: ['ignore', 'ignore', 'inherit'] })
  child.once('error', reject)
  child.once('exit', code => (code === 0 ? resolve() : reject(new Error(`openssl ended with ${code}`))))
  await promise
}

async function timed(run: () => Promise<void>): Promise<number> {
  const began = performance.now()
  await run()
  return (performance.now() - began) / 1_000
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number
}
