/**
 * A process with a whole node that shares one folder: prints when it is ready, searches while it scans, prints figures.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { createNode } from '../src/daemon.ts'
import { wordNumber } from './names.ts'

const [data = '', share = ''] = process.argv.slice(2)
const running = await createNode({
  data,
  downloads: `${data}-downloads`,
  shares: [share],
  listen: ['/ip4/127.0.0.1/tcp/0'],
  lan: false
})
const atReady = running.node.status().catalogue.entries
console.log(JSON.stringify({ type: 'ready', entries: atReady }))
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()
const began = performance.now()
let searches = 0
let scanS = 0
const isDone = (): boolean => {
  if (running.node.shares()[0]?.state !== 'ready') return false
  scanS ||= (performance.now() - began) / 1_000
  return running.node.stats().catalogue?.['own-waiting'] === 0
}
for (let look = 0; look < 10 || !isDone(); look++) {
  const text = ['share', wordNumber(look % 3), wordNumber(1_000 + look)][look % 3] as string
  for await (const _ of running.node.search({ text, strategy: 'flood', timeoutMs: 500 } as never, {
    signal: AbortSignal.timeout(60_000)
  })) {
    // Only how long it holds up others counts here.
  }
  searches++
  await sleep(20)
}
delay.disable()
console.log(
  JSON.stringify({
    type: 'done',
    entries: running.node.status().catalogue.entries,
    scanS,
    settledS: (performance.now() - began) / 1_000,
    searches,
    hashedBytes: running.node.stats().hashing?.bytes,
    loopP99Ms: delay.percentile(99) / 1e6,
    loopMaxMs: delay.max / 1e6,
    rss: process.memoryUsage.rss() / 1e6
  })
)
await running.stop()
process.exit(0)
