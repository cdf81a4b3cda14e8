/**
 * Transfers to which everything happens that happens to transfers. Whatever goes wrong, the file is right or not there,
 * what failed says why and can be taken up again, and nothing lies around that no record knows of.
 */
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SmallDisk } from './torture-disk.ts'
import { fetchAndKill, fetchHere, fetchOn, type Outcome, type TortureJob } from './torture-getter.ts'
import { planOf, type SourceKind, type TorturePlan } from './torture-plan.ts'
import { type Source, startSource } from './torture-sources.ts'
import { type Content, content, type Getter, served, startSeed } from './transfer-hosts.ts'

/** How long the first attempt may take; then everything is mended. */
const TROUBLE_MS = 1_200
const PATIENCE_MS = 600
const MENDED_MS = 30_000
const CLEAR_FAILURES = new Set(['no-source', 'bad-content', 'disk'])

/** Runs the plan of a seed; what fails names it. */
export async function torture(
  seed: number,
  canMount: boolean,
  kinds?: readonly SourceKind[]
): Promise<TorturePlan> {
  const drawn = planOf(seed, kinds)
  const plan = canMount ? drawn : { ...drawn, disk: 'none' as const }
  const folder = await mkdtemp(join(tmpdir(), 'p2pnode-torture-'))
  try {
    await run(plan, folder)
    return plan
  } catch (cause) {
    throw new Error(`seed ${seed}: ${(cause as Error).message}; ${JSON.stringify(plan)}`, { cause })
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function run(plan: TorturePlan, folder: string): Promise<void> {
  await using stack = new AsyncDisposableStack()
  const file = content(plan.size, plan.seed)
  const data = join(folder, 'getter')
  await mkdir(join(data, 'files'), { recursive: true })
  const disk =
    plan.disk === 'none' ? undefined : stack.use(await SmallDisk.mount(join(data, 'files'), plan.size))
  const sources: Source[] = []
  const { seed } = plan
  for (const kind of plan.sources) sources.push(stack.use(await startSource(kind, file, { folder, seed })))
  const addresses = sources.map(({ address }) => address)
  const job = { data, cid: file.manifest.root, addresses, patienceMs: PATIENCE_MS, untilMs: TROUBLE_MS }

  if (plan.disk === 'full-before') await disk?.fill()
  const trouble = stack.use(troubles(plan, sources, disk))
  for (const part of plan.kills) {
    await fetchAndKill(job, part * plan.size)
    await check(data, file)
  }
  const first = await fetchHere(job)
  const getter = stack.use(first.getter)
  if (first.outcome.type === 'failed')
    assert.ok(CLEAR_FAILURES.has(first.outcome.code), `it failed with ${first.outcome.code}`)
  await check(data, file)
  await trouble[Symbol.asyncDispose]()
  await disk?.heal()
  const good = stack.use(await startSeed([served(file)]))
  addresses.push(...good.host.getMultiaddrs().slice(0, 1).map(String))
  const { path } = await mended(first.outcome, getter, { ...job, untilMs: MENDED_MS, patienceMs: MENDED_MS })
  assert.ok((await readFile(path)).equals(file.bytes), 'the file is another one')
  await check(data, file)
  const left = (await readdir(join(data, 'files'))).filter(name => name !== 'ballast')
  assert.deepEqual(left, [file.manifest.root])
}

/** Takes up what is not done. */
async function mended(
  outcome: Outcome,
  getter: Getter,
  job: TortureJob
): Promise<Extract<Outcome, { type: 'done' }>> {
  if (outcome.type === 'done') return outcome
  const [download] = getter.downloads.list()
  // One that waits for its disk would try again by itself, but only after half a minute.
  if (download?.state === 'paused' && download.error !== null) await getter.downloads.resume(download.id)
  const second = await fetchOn(getter, job)
  assert.equal(
    second.type,
    'done',
    `mended, it ended with ${JSON.stringify(second)}: ${JSON.stringify(getter.downloads.list())}`
  )
  return second as Extract<Outcome, { type: 'done' }>
}

/** Cuts and disk faults of a plan, at their times, until it is disposed of. */
function troubles(
  plan: TorturePlan,
  sources: readonly Source[],
  disk: SmallDisk | undefined
): AsyncDisposable {
  const timers: NodeJS.Timeout[] = []
  const running: Array<Promise<void>> = []
  const at = (ms: number, act: () => Promise<void> | void): void => {
    timers.push(setTimeout(() => void running.push(Promise.resolve(act()).catch(() => undefined)), ms))
  }
  const cut = (): void => {
    for (const source of sources) source.cut()
  }
  const { partition } = plan
  if (partition !== undefined) for (let ms = 0; ms < partition.ms; ms += 20) at(partition.at + ms, cut)
  if (plan.disk === 'full') at(150, () => disk?.fill())
  if (plan.disk === 'read-only') at(150, () => disk?.readOnly())
  return {
    [Symbol.asyncDispose]: async () => {
      for (const timer of timers) clearTimeout(timer)
      await Promise.all(running)
    }
  }
}

/** No name that is final holds anything but the file; no part file is without its record. */
async function check(data: string, file: Content): Promise<void> {
  const names = (await readdir(join(data, 'files'))).filter(name => name !== 'ballast')
  const records = await readdir(join(data, 'downloads')).catch(() => [] as string[])
  const ids = records.filter(name => name.endsWith('.json')).map(name => name.slice(0, -'.json'.length))
  for (const name of names) {
    const [, short] = /\.([0-9a-f]{8})\.part$/.exec(name) ?? []
    if (short === undefined)
      assert.ok((await readFile(join(data, 'files', name))).equals(file.bytes), `${name} is another file`)
    else
      assert.ok(
        ids.some(id => id.startsWith(short)),
        `${name} has no record`
      )
  }
  for (const name of records.filter(name => /\.(have|hashes)$/.test(name)))
    assert.ok(ids.includes(name.replace(/\.\w+$/, '')), `${name} has no record`)
}
