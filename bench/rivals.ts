/**
 * p2pnode and two others that are written in JavaScript, from disk to disk between two processes on loopback: one large
 * file, and 1,000 small ones. Runs alternate; prints medians and ratios. What came is compared with what was offered.
 *
 *   npm ci --ignore-scripts --prefix bench/rivals
 *   npm run bench -- rivals [--size 1024] [--runs 5] [--only helia,webtorrent]     (size in MiB)
 *
 * What is measured is the transfer: before it begins the programs run, and p2pnode knows what its neighbour offers. Each is
 * done when it says so: p2pnode when every file is synced to the disk, the others when it is written.
 */
import { execFile, fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { end, message } from './transfer/children.ts'
import { hashedCid, knows, quietNode } from './transfer/nodes.ts'
import { noiseFile, noiseFolder } from './transfer/noise.ts'
import { interleaved, median } from './transfer/peers.ts'

const RIVALS = join(import.meta.dirname, 'rivals')
const SMALL_FILES = 1_000
const SMALL_BYTES = 4 * 1024

export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      size: { type: 'string', default: '1024' },
      runs: { type: 'string', default: '5' },
      only: { type: 'string', default: 'helia,webtorrent' }
    }
  })
  const isInstalled = await access(join(RIVALS, 'node_modules')).then(
    () => true,
    () => false
  )
  if (!isInstalled) {
    console.log('the others are not installed: npm ci --ignore-scripts --prefix bench/rivals')
    process.exitCode = 2
    return
  }
  console.log(`${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}`)
  const folder = await mkdtemp(join(tmpdir(), 'p2pnode-rivals-'))
  try {
    const size = Number(values.size)
    const ways = ['ours', ...values.only.split(',')]
    const large = await noiseFile(join(folder, 'large.bin'), size)
    console.log(`\none file of ${size} MiB`)
    await compare(ways, Number(values.runs), large.path, folder)
    await noiseFolder(join(folder, 'small'), SMALL_FILES, SMALL_BYTES)
    console.log(`\n${SMALL_FILES} files of ${SMALL_BYTES} bytes`)
    await compare(ways, Number(values.runs), join(folder, 'small'), folder)
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function compare(ways: readonly string[], runs: number, path: string, folder: string): Promise<void> {
  const wanted = await fingerprint(path)
  const samples = await interleaved(ways, runs, async way => {
    const place = await mkdtemp(join(folder, `${way}-`))
    const output = join(place, 'got')
    // What the run before left to be written is not to be waited for in this one.
    await promisify(execFile)('sync')
    const seconds = await (way === 'ours'
      ? fetchOurs(path, output, place)
      : fetchTheirs(way, path, output, place))
    if ((await fingerprint(output)) !== wanted) throw new Error(`${way} got something else`)
    await rm(place, { recursive: true })
    return seconds
  })
  const ours = median(samples.get('ours') ?? [])
  for (const [way, seconds] of samples) {
    const middle = median(seconds)
    const ratio = way === 'ours' ? '' : `; p2pnode is ${(middle / ours).toFixed(2)} times as fast`
    console.log(`${way}: ${middle.toFixed(2)} s (runs: ${seconds.map(s => s.toFixed(2)).join(' ')})${ratio}`)
  }
}

async function fetchOurs(path: string, output: string, folder: string): Promise<number> {
  await using seed = await quietNode(folder, 'seed', { shares: [path] })
  const cid = await hashedCid(seed)
  await using getter = await quietNode(folder, 'getter', { bootstrap: [seed.address] })
  await knows(getter, 1)
  const target = `p2p:${cid}?p=${encodeURIComponent(seed.address)}`
  const start = performance.now()
  await getter.get({ target, output })
  return (performance.now() - start) / 1000
}

async function fetchTheirs(way: string, path: string, output: string, folder: string): Promise<number> {
  const start = async (role: string) => {
    const own = join(folder, role)
    await mkdir(own)
    return fork(join(RIVALS, `${way}.js`), [role, path, own], { execArgv: [] })
  }
  const children = [await start('seed'), await start('get')] as const
  try {
    const [seed, getter] = children
    const offer = await message<object>(seed)
    getter.send({ offer, path: output })
    return (await message<{ seconds: number }>(getter)).seconds
  } finally {
    await Promise.all(children.map(end))
  }
}

/** Of a file, or of the files of a folder and their names. */
async function fingerprint(path: string): Promise<string> {
  const hash = createHash('sha256')
  const names = await readdir(path).catch(() => undefined)
  for (const name of names?.sort() ?? ['']) {
    hash.update(`${name}\0`)
    for await (const chunk of createReadStream(join(path, name))) hash.update(chunk)
  }
  return hash.digest('hex')
}
