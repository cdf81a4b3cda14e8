/**
 * What a node does while its neighbours ask it all the time.
 */
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Worker } from 'node:worker_threads'
import { eventually } from '../src/testnet/index.ts'
import { startMemoryNode } from '../src/testnet/memory-node.ts'
import type { AskersData, AskersMessage, AskersOrder } from './search-askers.ts'
import { mb, ms } from './search-figures.ts'

/** Queries that reach the node from its neighbours. */
const QUERIES_PER_S = 50
const ASKERS = 5
const SHARED = 1_000
/** Before it is measured: nodes that have just started take all the processors themselves. */
const WARM_UP_S = 5
/** How often the memory is looked at, ms. */
const MEMORY_MS = 1_000

export async function benchLoad(seconds: number): Promise<void> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'p2pnode-bench-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const listen = ['/ip4/127.0.0.1/tcp/0']
  const quiet = { lan: false, dht: false, dial: false, listen }
  const asked = stack.use(await startMemoryNode({ index: 0, folder: join(folder, '0'), node: quiet }))
  const shared = join(folder, '0', 'shared')
  await mkdir(shared, { recursive: true })
  for (let i = 0; i < SHARED; i++) await writeFile(join(shared, `asked${i} group${i % 50} thing.txt`), `${i}`)
  await asked.share(shared)

  const workerData: AskersData = {
    address: asked.address,
    folder,
    askers: ASKERS,
    perSecond: QUERIES_PER_S
  }
  const worker = new Worker(new URL('./search-askers.ts', import.meta.url), { workerData })
  stack.defer(async () => {
    const ended = once(worker, 'exit')
    order(0)
    await ended
  })
  const order = (seconds: number): void => worker.postMessage({ seconds } satisfies AskersOrder)
  const told = async (): Promise<AskersMessage> => (await once(worker, 'message'))[0] as AskersMessage
  await told()
  await eventually(async () => (await asked.status()).neighbours === ASKERS, { within: 30_000 })
  await eventually(async () => (await asked.shares())[0]?.state === 'ready', { within: 60_000 })

  order(WARM_UP_S)
  await told()
  const delay = monitorEventLoopDelay({ resolution: 1 })
  const memory: number[] = []
  const timer = setInterval(() => memory.push(process.memoryUsage().heapUsed), MEMORY_MS)
  const cpu = process.threadCpuUsage()
  delay.enable()
  order(seconds)
  const outcome = await told()
  delay.disable()
  clearInterval(timer)
  const { user, system } = process.threadCpuUsage(cpu)
  if (outcome.type !== 'asked') throw new Error(`the askers said ${outcome.type}`)
  console.log(
    `${QUERIES_PER_S} queries/s against one node for ${seconds} s, ${SHARED} files, ${SHARED / 50} hits each\n`
  )
  console.log(`| | |\n| - | - |\n| answered | ${outcome.answered} of ${outcome.queries} |`)
  console.log(
    `| event loop delay, p50 / p99 / max | ${[delay.percentile(50), delay.percentile(99), delay.max].map(ns => ms(ns / 1e6)).join(' / ')} |`
  )
  console.log(`| part of a core | ${((user + system) / (seconds * 1e4)).toFixed(0)} % |`)
  const half = Math.floor(memory.length / 2)
  const least = (part: readonly number[]): string => mb(Math.min(...part))
  console.log(
    `| heap after collections, first / second half | ${least(memory.slice(0, half))} / ${least(memory.slice(half))} |`
  )
}
