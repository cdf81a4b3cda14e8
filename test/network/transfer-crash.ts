/**
 * What becomes of a transfer when processes die and sources lie, for a file of any size.
 */
import assert from 'node:assert/strict'
import { link, mkdir, mkdtemp, open, rm, stat, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Download, DownloadSource } from '../../src/node/api.ts'
import { eventually, type ProcessNode, startProcessNode } from '../../src/testnet/index.ts'
import { sha256Of, writeNoise } from '../support/noise-file.ts'
import type { PerTest } from '../support/per-test.ts'
import { SlowLine } from '../support/slow-line.ts'

const MIB = 1024 * 1024
const NAME = 'cargo.bin'
/** What a kill -9 may cost: bytes that are fetched once more. */
const MAX_LOSS_BYTES = 16 * MIB
/** The last blocks are asked of both sources: at most what one of them has in hand. */
const MAX_END_GAME_BYTES = 4 * MIB
const SETTLE_MS = 60_000
const WRITTEN_AT_S = 1_700_000_000

/** A file, and nodes in a folder that goes with them. */
class Yard implements AsyncDisposable {
  readonly folder: string
  readonly sha256: string
  readonly size: number
  readonly #starting: Array<Promise<ProcessNode>> = []
  #isOver = false

  private constructor(folder: string, size: number, sha256: string) {
    this.folder = folder
    this.size = size
    this.sha256 = sha256
  }

  static async open(size: number): Promise<Yard> {
    const folder = await mkdtemp(join(tmpdir(), 'p2pnode-crash-'))
    return new Yard(folder, size, await writeNoise(join(folder, NAME), size))
  }

  /** Starts a node that dials nobody but `bootstrap`. The name is that of its folder, too. */
  async start(name: string, options: { bootstrap?: string[]; shares?: string[] } = {}): Promise<ProcessNode> {
    const folder = join(this.folder, name)
    await mkdir(folder, { recursive: true })
    if (this.#isOver) throw new Error(`${name} comes too late`)
    const index = this.#starting.length
    const quiet = { lan: false, dht: false, dial: false, reshare: false }
    const starting = startProcessNode({ index, folder, node: { ...options, ...quiet, name } })
    this.#starting.push(starting)
    return await starting
  }

  /** A node that shares a copy of its own, hashed. `linked`: the file itself, under another name. */
  async source(name: string, how: 'linked' | 'copied'): Promise<ProcessNode> {
    const path = this.copyOf(name)
    await mkdir(join(this.folder, name), { recursive: true })
    if (how === 'linked') await link(join(this.folder, NAME), path)
    else await writeNoise(path, this.size)
    // A time that `utimes` can set again: it knows no nanoseconds.
    await utimes(path, WRITTEN_AT_S, WRITTEN_AT_S)
    const node = await this.start(name, { shares: [path] })
    await this.cid(node)
    return node
  }

  copyOf(name: string): string {
    return join(this.folder, name, NAME)
  }

  /** The cid of what `source` shares, as soon as it is hashed. */
  async cid(source: ProcessNode): Promise<string> {
    const hashed = async (): Promise<string | false> => (await source.shares())[0]?.cid ?? false
    return (await eventually(hashed, { within: SETTLE_MS, what: `${NAME} hashed` })) as string
  }

  async checkResult({ path, state, bytesDone }: Download): Promise<void> {
    assert.deepEqual([state, bytesDone], ['done', this.size])
    assert.equal((await stat(path)).size, this.size)
    assert.equal(await sha256Of(path), this.sha256)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true
    // Where one start fails, others are still on their way.
    const started = await Promise.allSettled(this.#starting)
    await Promise.allSettled(
      started.map(async each => each.status === 'fulfilled' && (await each.value.kill()))
    )
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** `source` tells of its file, and `getter` has heard of it. */
async function known(getter: ProcessNode, providers: number): Promise<void> {
  const isKnown = async (): Promise<boolean> => (await getter.status()).catalogue.entries >= providers
  await eventually(isKnown, { within: SETTLE_MS, what: `${providers} providers known` })
}

function of(sources: readonly DownloadSource[], { peerId }: ProcessNode): DownloadSource | undefined {
  return sources.find(source => source.peerId === peerId)
}

async function uploaded(source: ProcessNode): Promise<number> {
  return sum((await source.uploads()).map(({ bytes }) => bytes))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

/** A download from two sources, one of which is killed between a quarter and three quarters of the way. */
export async function sourceDies(test: PerTest, size: number): Promise<void> {
  const yard = test.use(await Yard.open(size))
  const [victim, other] = await Promise.all([yard.source('victim', 'linked'), yard.source('other', 'linked')])
  const getter = await yard.start('getter', { bootstrap: [victim.address, other.address] })
  await known(getter, 2)
  let diedAt: number | undefined
  const done = await getter.get(
    { target: await yard.cid(other) },
    {
      onProgress: ({ bytesDone, sources }) => {
        if (diedAt !== undefined || bytesDone < size / 4 || !of(sources, victim)?.bytes) return
        diedAt = bytesDone
        process.kill(victim.pid, 'SIGKILL')
      }
    }
  )
  assert.ok(diedAt !== undefined && diedAt < 0.75 * size, `the source died at ${diedAt} of ${size} bytes`)
  await yard.checkResult(done)
  const gave = [of(done.sources, victim)?.bytes ?? 0, of(done.sources, other)?.bytes ?? 0] as const
  assert.ok(gave[0] > 0 && gave[1] > gave[0], `${gave}`)
  assert.equal(gave[0] + gave[1], size)
  assert.match(of(done.sources, victim)?.state ?? '', /^left: /)
}

/** A download from two sources, the file of one of which was changed behind its back. */
export async function sourceLies(test: PerTest, size: number): Promise<void> {
  const yard = test.use(await Yard.open(size))
  const [first, honest] = await Promise.all([yard.source('liar', 'copied'), yard.source('honest', 'linked')])
  const cid = await yard.cid(honest)
  await first.stop()
  await spoil(yard.copyOf('liar'), size)
  const liar = await yard.start('liar', { shares: [yard.copyOf('liar')] })
  assert.equal(await yard.cid(liar), cid, 'the node believes that nothing has changed')
  const getter = await yard.start('getter', { bootstrap: [liar.address, honest.address] })
  await known(getter, 2)
  const done = await getter.get({ target: cid })
  await yard.checkResult(done)
  assert.equal(of(done.sources, liar)?.state, 'banned: bad-block')
  assert.equal(of(done.sources, liar)?.bytes, 0)
  assert.equal(of(done.sources, honest)?.bytes, size)
}

/** Changes a byte of every block and nothing that a file system tells. */
async function spoil(path: string, size: number): Promise<void> {
  const file = await open(path, 'r+')
  for (let at = 0; at < size; at += MIB) {
    const byte = Buffer.alloc(1)
    await file.read(byte, 0, 1, at)
    await file.write(Buffer.of(~(byte[0] as number) & 0xff), 0, 1, at)
  }
  await file.close()
  await utimes(path, WRITTEN_AT_S, WRITTEN_AT_S)
}

/** One download that is killed thrice; gives the bytes that were fetched once more after each kill. */
export async function getterDies(test: PerTest, size: number, bytesPerSecond: number): Promise<number[]> {
  const yard = test.use(await Yard.open(size))
  const sources = await Promise.all([yard.source('first', 'linked'), yard.source('second', 'linked')])
  const open = sources.map(async ({ address }) => test.use(await SlowLine.open(address, bytesPerSecond / 2)))
  const ways = await Promise.all(open)
  const bootstrap = ways.map(({ address }) => address)
  const sent = async (): Promise<number> => sum(await Promise.all(sources.map(uploaded)))

  let getter = await yard.start('getter', { bootstrap })
  await known(getter, 2)
  const target = await yard.cid(sources[0] as ProcessNode)
  const broken = assert.rejects(getter.get({ target }))
  const losses: number[] = []
  for (const part of [0.3, 0.6, 0.9]) {
    const { bytesDone, state } = await eventually(() => reached(getter, part * size), {
      within: 2 * SETTLE_MS
    })
    await getter.kill()
    assert.equal(state, 'downloading', `killed at ${part}`)
    await Promise.all(sources.map(source => forgets(source, getter)))
    const sentSoFar = await sent()
    for (const way of ways) way.hold()
    getter = await yard.start('getter', { bootstrap })
    const told = (await download(getter)).bytesDone
    // The notes lag behind the file, on a busy disk by more than what is lost.
    assert.ok(
      told >= bytesDone - 2 * MAX_LOSS_BYTES,
      `${told} of ${bytesDone} bytes are told of without any source`
    )
    // Enough for the manifest, not for a block: so what it has is what it kept.
    for (const way of ways) way.hold(MIB / 2)
    const hasVerified = async (): Promise<boolean> => (await download(getter)).state === 'downloading'
    await eventually(hasVerified, { within: SETTLE_MS, what: 'a source that tells of the file' })
    losses.push(sentSoFar - (await download(getter)).bytesDone - sum(losses))
    for (const way of ways) way.release()
  }
  await broken
  await eventually(async () => (await download(getter)).state === 'done', { within: 2 * SETTLE_MS })
  await yard.checkResult(await download(getter))
  for (const loss of losses) assert.ok(loss >= 0 && loss <= MAX_LOSS_BYTES, `${losses} bytes were lost`)
  const twice = (await sent()) - size - sum(losses)
  assert.ok(twice >= 0 && twice <= MAX_END_GAME_BYTES, `${twice} bytes were sent twice without need`)
  return losses
}

/** The only one. */
async function download(getter: ProcessNode): Promise<Download> {
  const list = await getter.downloads()
  assert.equal(list.length, 1)
  return list[0] as Download
}

async function reached(getter: ProcessNode, bytes: number): Promise<Download> {
  const now = await download(getter)
  assert.ok(now.bytesDone >= bytes, `${now.bytesDone} of ${bytes} bytes`)
  return now
}

/** Waits until `source` has no connection to the one that was killed any more: then all that it sent is counted. */
async function forgets(source: ProcessNode, { peerId }: ProcessNode): Promise<void> {
  const isGone = async (): Promise<boolean> => !(await source.peers()).some(peer => peer.peerId === peerId)
  await eventually(isGone, { within: SETTLE_MS, what: 'the end of the connection' })
}
