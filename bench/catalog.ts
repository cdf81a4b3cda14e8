/**
 * The catalogue at scale: `npm run bench -- catalog [--entries 100000,1000000] [--files 100000]`. `--files 0`: no real tree.
 */
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { Names } from './names.ts'

const FILES_PER_FOLDER = 1_000

interface StoreFigures {
  entries: number
  perSecond: number
  workingS: number
  stepP99: number
  stepCpuP99: number
  stepCpuMax: number
  reopenMs: number
  times: Record<string, { p50: number; p99: number; cpuP99: number; hits: number }>
  megabytes: number
  rss: number
}

interface NodeFigures {
  readyMs: number
  entriesAtReady: number
  scanS: number
  settledS: number
  searches: number
  hashedBytes: number
  loopP99Ms: number
  loopMaxMs: number
  rss: number
}

export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      entries: { type: 'string', default: '100000,1000000' },
      files: { type: 'string', default: '100000' }
    }
  })
  const folder = await mkdtemp(join(tmpdir(), 'p2pnode-bench-'))
  try {
    console.log(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.versions.node}\n`)
    for (const count of values.entries.split(',').filter(Boolean)) {
      const [figures] = await run<StoreFigures>('catalog-store.ts', [folder, count], join(folder, 'compiled'))
      if (figures !== undefined) printStore(figures)
    }
    const files = Number(values.files)
    if (files > 0) await benchNode(folder, files)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function printStore(figures: StoreFigures): void {
  const { entries, perSecond, workingS, reopenMs, times, megabytes, rss } = figures
  console.log(`| ${entries.toLocaleString('en')} own entries | |\n| --- | --- |`)
  row('put, settled into pages', `${perSecond.toLocaleString('en')}/s, ${workingS.toFixed(1)} s of CPU`)
  row('steps, p99', ms(figures.stepP99))
  row('steps in CPU time, p99 / max', `${ms(figures.stepCpuP99)} / ${ms(figures.stepCpuMax)}`)
  row('opened again', ms(reopenMs))
  for (const [kind, { p50, p99, cpuP99, hits }] of Object.entries(times)) {
    row(
      `query, ${kind} (${Math.round(hits)} hits), p50 / p99 / p99 of CPU`,
      `${ms(p50)} / ${ms(p99)} / ${ms(cpuP99)}`
    )
  }
  row('database', `${megabytes.toFixed(0)} MB`)
  row('RSS of the process', `${rss.toFixed(0)} MB\n`)
}

/** A node with a real tree: from nothing, then once more from what it left. */
async function benchNode(folder: string, files: number): Promise<void> {
  const share = join(folder, 'share')
  const names = new Names(2)
  for (let i = 0; i < files; i += FILES_PER_FOLDER) {
    const inside = join(share, `folder ${i / FILES_PER_FOLDER}`)
    await mkdir(inside, { recursive: true })
    const some = Array.from({ length: Math.min(FILES_PER_FOLDER, files - i) }, (_, k) => i + k)
    await Promise.all(some.map(number => writeFile(join(inside, names.next(number)), `${number}`)))
  }
  for (const kind of ['first start', 'restart']) {
    const figures = await runNode(join(folder, 'data'), share, join(folder, 'compiled'))
    console.log(`| ${files.toLocaleString('en')} real files, ${kind} | |\n| --- | --- |`)
    row('process started to ready', ms(figures.readyMs))
    row('entries that can be found at ready', figures.entriesAtReady.toLocaleString('en'))
    row('scan until all is known', `${figures.scanS.toFixed(1)} s`)
    row('all of it in pages, which others can pull', `${figures.settledS.toFixed(1)} s`)
    row('bytes hashed', figures.hashedBytes.toLocaleString('en'))
    row('searches meanwhile', `${figures.searches}`)
    row('event loop delay meanwhile, p99 / max', `${ms(figures.loopP99Ms)} / ${ms(figures.loopMaxMs)}`)
    row('RSS of the process', `${figures.rss.toFixed(0)} MB\n`)
  }
}

async function runNode(data: string, share: string, compileCache: string): Promise<NodeFigures> {
  const began = performance.now()
  let readyMs = 0
  const onLine = (): void => {
    readyMs ||= performance.now() - began
  }
  const [ready, done] = await run<{ entries: number } & NodeFigures>(
    'catalog-node.ts',
    [data, share],
    compileCache,
    onLine
  )
  if (ready === undefined || done === undefined) throw new Error('the node printed no figures')
  return { ...done, readyMs, entriesAtReady: ready.entries }
}

/** Runs a script of this folder in a process of its own, and gives the objects that it printed. */
async function run<Printed>(
  script: string,
  args: readonly string[],
  compileCache: string,
  onLine = (): void => {}
): Promise<Printed[]> {
  const flags = ['--conditions=p2pnode-source', '--disable-warning=ExperimentalWarning', '--expose-gc']
  const child = spawn(process.execPath, [...flags, join(import.meta.dirname, script), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // As the command does: what a start has compiled the next one need not compile again.
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache }
  })
  const printed: Printed[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    printed.push(JSON.parse(line) as Printed)
    onLine()
  }
  return printed
}

function row(name: string, value: string): void {
  console.log(`| ${name} | ${value} |`)
}

function ms(value: number): string {
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`
}
