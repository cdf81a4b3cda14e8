/**
 * A process that fills a store with own entries as the node does, reopens it, and asks it: one line of JSON.
 */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setImmediate as turn } from 'node:timers/promises'
import { SqliteEntryStore } from '../src/adapters/sqlite/index.ts'
import { OwnCatalogue, parseQuery } from '../src/catalog/index.ts'
import { SearchLookup } from '../src/search/index.ts'
import { Names, wordNumber } from './names.ts'
import { Times } from './times.ts'

interface QueryFigures {
  p50: number
  p99: number
  cpuP99: number
  hits: number
}

const BATCH = 250
const QUERIES = 200

const [folder = '', count = '100000'] = process.argv.slice(2)
const entries = Number(count)
const path = join(folder, `catalogue-${entries}.db`)
const self = '12D3KooWBench'
const seal = { seal: async (payload: Uint8Array) => payload, open: async () => undefined }
const open = () => {
  const store = new SqliteEntryStore(path)
  return { store, own: new OwnCatalogue({ self, nickname: 'bench', store, seal, ttlS: 60, lastSeq: 0 }) }
}

const filling = open()
const names = new Names(1)
const steps = new Times()
const step = async (run: () => void): Promise<void> => {
  steps.measure(run)
  await turn()
}
const began = performance.now()
for (let i = 0; i < entries; ) {
  // As while a large share is hashed: changes come, and go into pages now and then, the less often the more there are.
  const until = Math.min(entries, i + Math.max(200 * BATCH, i / 2))
  while (i < until) {
    const some = Array.from({ length: Math.min(BATCH, entries - i) }, (_, k) => names.entry(i + k))
    i += some.length
    await step(() => void filling.own.change(some, []))
  }
  let more = true
  const settle = (): void => {
    more = filling.own.settle()
  }
  while (more) await step(settle)
}
const fillMs = performance.now() - began
await filling.store.close()

const reopening = performance.now()
const { store, own } = open()
const reopenMs = performance.now() - reopening
if (own.files !== entries) throw new Error(`${own.files} entries came back instead of ${entries}`)

const queries = {
  rare: (i: number) => wordNumber(20_000 + 97 * i),
  common: (i: number) => wordNumber(50 + i),
  'very common': (i: number) => ['share', 'ext:mp4', wordNumber(0), wordNumber(1)][i % 4] as string,
  'two common': (i: number) => `${wordNumber(i % 10)} ${wordNumber(10 + (i % 7))}`,
  'common and large': (i: number) => `${wordNumber(i % 10)} size:>${Math.floor(entries / 2)}`
}
// As in a search: looked up, grouped by cid, ranked.
const clock = { now: () => 1_750_000_000_000 }
const livePeers = () => new Set<string>()
const lookup = new SearchLookup({
  self,
  nickname: 'bench',
  store,
  nicknameOf: () => undefined,
  livePeers,
  clock
})
const times: Record<string, QueryFigures> = {}
for (const [kind, text] of Object.entries(queries)) {
  const took = new Times()
  let hits = 0
  for (let i = 0; i < QUERIES; i++) {
    took.measure(() => {
      hits += lookup.find(parseQuery(text(i), clock.now()), false).length
    })
  }
  times[kind] = { p50: took.wall(0.5), p99: took.wall(0.99), cpuP99: took.cpu(0.99), hits: hits / QUERIES }
}
global.gc?.()
console.log(
  JSON.stringify({
    entries,
    perSecond: Math.round((entries / fillMs) * 1_000),
    workingS: steps.cpuSum / 1_000,
    stepP99: steps.wall(0.99),
    stepCpuP99: steps.cpu(0.99),
    stepCpuMax: steps.cpu(1),
    reopenMs,
    times,
    megabytes: statSync(path).size / 1e6,
    rss: process.memoryUsage.rss() / 1e6
  })
)
await store.close()
