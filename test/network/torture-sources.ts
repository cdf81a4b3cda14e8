/**
 * Sources for the torture of a transfer: each goes wrong in its own way.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Scanner, SharedFiles } from '../../src/adapters/files/index.ts'
import { FileServer } from '../../src/adapters/libp2p/file-server.ts'
import { ContentError } from '../../src/content/index.ts'
import { Uploads } from '../../src/node/uploads.ts'
import type { BlockSource } from '../../src/swarm/index.ts'
import type { SourceKind } from './torture-plan.ts'
import { type Content, content, type Seed, served, startHost, startSeed } from './transfer-hosts.ts'

const KIB = 1024
/** So that things happen in the middle of a transfer, and not behind it. */
const BYTES_PER_SECOND = 6 * 1024 * KIB
const DIES_AFTER_MS = 250
const CUT_EVERY_MS = 150
const SCRIPT = fileURLToPath(import.meta.url)
const never = new Promise<never>(() => undefined)

export interface Source extends AsyncDisposable {
  address: string
  /** Ends its connections, unless they are those of another process. */
  cut(): void
}

/** @param seed - that `file` was made with */
export async function startSource(
  kind: SourceKind,
  file: Content,
  { folder, seed }: { folder: string; seed: number }
): Promise<Source> {
  if (kind === 'killed') return await startKilled(file.bytes.length, seed)
  const source = await startHere(kind, file, folder)
  return {
    address: `${source.host.getMultiaddrs()[0]}`,
    cut: () => {
      for (const connection of source.host.getConnections()) connection.abort(new Error('cut'))
    },
    [Symbol.asyncDispose]: () => source[Symbol.asyncDispose]()
  }
}

async function startHere(kind: SourceKind, file: Content, folder: string): Promise<Seed> {
  const limit = { bytesPerSecond: BYTES_PER_SECOND }
  const spoilt = served(file)
  const seed = (overrides: Parameters<typeof served>[1] = {}, options: object = limit): Promise<Seed> =>
    startSeed([served(file, overrides)], options)
  switch (kind) {
    case 'slow':
      return await seed({}, { bytesPerSecond: 400 * KIB })
    case 'corrupt':
      return await seed({ read: async block => flipped(await spoilt.read(block), block % 2 === 0) })
    case 'silent':
      return await seed({ read: () => never })
    case 'boaster':
      return await seed({
        read: async () => {
          throw new ContentError({ code: 'vanished', name: 'file.bin' })
        }
      })
    case 'short':
      return await seed({ read: async block => (await spoilt.read(block)).subarray(1) })
    case 'forger':
      return await startSeed([
        { ...spoilt, innerNodes: async () => (await spoilt.innerNodes()).map(node => flipped(node, true)) }
      ])
    case 'partial':
      return await seed({ has: block => block % 3 !== 1 })
    case 'dies':
      return repeating(await seed(), DIES_AFTER_MS, stop => void stop())
    case 'flaky':
      return repeating(await seed(), CUT_EVERY_MS, (_, { host }) => {
        for (const connection of host.getConnections()) connection.abort(new Error('cut'))
      })
    case 'changed':
    case 'truncated':
      return await fromDisk(kind, file, folder)
    default:
      return await seed()
  }
}

/** A process that ends as by `kill -9` when half of the file has been asked of it. */
async function startKilled(size: number, seed: number): Promise<Source> {
  const child = spawn(process.execPath, [...process.execArgv, SCRIPT, `${size}`, `${seed}`], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const ended = once(child, 'close')
  const [address] = await Promise.race([once(child.stdout.setEncoding('utf8'), 'data'), ended])
  return {
    address: `${address}`.trim(),
    cut: () => undefined,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await ended
    }
  }
}

/** A file that is shared in place, and changed behind its owner's back while it is fetched. */
async function fromDisk(how: 'changed' | 'truncated', file: Content, folder: string): Promise<Seed> {
  const path = join(await mkdtemp(join(folder, `${how}-`)), 'file.bin')
  await writeFile(path, file.bytes)
  const files = new SharedFiles({ digests: () => file.manifest.digests })
  const facts = await new Scanner().facts(path)
  if (facts !== undefined) files.add(file.manifest.root, facts, () => true)
  const seed = await serving(files)
  const spoil = async (): Promise<void> => {
    if (how === 'truncated') await truncate(path, Math.floor(file.bytes.length / 2))
    else await writeFile(path, flipped(file.bytes, true))
    await utimes(path, new Date(), new Date())
  }
  const timer = setTimeout(() => void spoil().catch(() => undefined), DIES_AFTER_MS)
  return disposing(seed, async () => {
    clearTimeout(timer)
    await files.stop()
  })
}

async function serving(source: BlockSource): Promise<Seed> {
  const host = await startHost()
  const uploads = new Uploads({ clock: { now: () => Date.now() }, bytesPerSecond: BYTES_PER_SECOND })
  const server = new FileServer({ host, sources: [source], uploads })
  await server.start(new AbortController().signal)
  const peer = host.peerId.toString()
  return { host, server, uploads, peer, [Symbol.asyncDispose]: async () => await host.stop() }
}

function repeating(seed: Seed, everyMs: number, act: (stop: () => Promise<void>, seed: Seed) => void): Seed {
  const timer = setInterval(() => act(async () => await seed.host.stop(), seed), everyMs)
  return disposing(seed, async () => clearInterval(timer))
}

function disposing(seed: Seed, first: () => Promise<void>): Seed {
  return {
    ...seed,
    [Symbol.asyncDispose]: async () => {
      await first()
      await seed[Symbol.asyncDispose]()
    }
  }
}

function flipped(bytes: Uint8Array, really: boolean): Uint8Array {
  const copy = Uint8Array.from(bytes)
  if (really && copy.length > 0) copy[copy.length >> 1] = (copy[copy.length >> 1] as number) ^ 1
  return copy
}

const [, script, size, seed] = process.argv
if (script === SCRIPT && size !== undefined) {
  const file = content(Number(size), Number(seed))
  const { read, blocks, ...rest } = served(file)
  let reads = 0
  const dying = async (block: number): Promise<Uint8Array> => {
    if (++reads > blocks / 2) process.kill(process.pid, 'SIGKILL')
    return await read(block)
  }
  const { host } = await startSeed([{ ...rest, blocks, read: dying }], { bytesPerSecond: BYTES_PER_SECOND })
  console.log(`${host.getMultiaddrs()[0]}`)
}
