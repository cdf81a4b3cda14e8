import assert from 'node:assert/strict'
import { open, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { diskPartFiles } from '../../src/adapters/files/index.ts'
import type { Download } from '../../src/node/api.ts'
import type { PartFile, PartFiles } from '../../src/node/download-ports.ts'
import { NodeError } from '../../src/node/errors.ts'
import { eventually } from '../../src/testnet/index.ts'
import { content, type Getter, served, startGetter, startSeed } from './transfer-hosts.ts'

const MIB = 1024 * 1024
const FULL = new NodeError({ code: 'disk', message: 'the disk is full' })

/** A disk that takes so many blocks and no more, and what was done with it. */
class SickDisk {
  room = 4
  /** Whether it can make durable what it took. */
  syncs = true
  opened = 0
  blocksRead = 0
  readonly #disk = diskPartFiles()

  get files(): PartFiles {
    return {
      ...this.#disk,
      open: async options => this.#watched(await this.#disk.open(options))
    }
  }

  #watched(part: PartFile): PartFile {
    this.opened++
    return {
      write: async (block, chunks) => {
        if (this.room-- <= 0) throw FULL
        await part.write(block, chunks)
      },
      read: block => {
        this.blocksRead++
        return part.read(block)
      },
      finish: (size, onExists) => part.finish(size, onExists),
      state: () => part.state(),
      seal: async () => (this.syncs ? await part.seal() : undefined),
      close: () => part.close()
    }
  }

  stop(): Promise<void> {
    return this.#disk.stop()
  }
}

function begin({ downloads }: Getter, target: string): Promise<Download | undefined> {
  const events = downloads.get({ target }, { signal: AbortSignal.timeout(30_000) })
  return Array.fromAsync(events).then(all => all.at(-1))
}

describe('a download whose disk is full', () => {
  const file = content(12 * MIB + 5)
  const target = file.manifest.root
  let disk: SickDisk
  const tried = (times: number) =>
    eventually(() => disk.opened >= times, { within: 10_000, what: `it is tried ${times} times` })

  beforeEach(() => {
    disk = new SickDisk()
  })

  afterEach(() => disk.stop())

  it('goes on by itself when there is room, and hashes nothing that it has verified', async () => {
    await using seed = await startSeed([served(file)])
    await using getter = await startGetter([seed], { files: disk.files, diskRetryMs: 50 })
    const done = begin(getter, target)
    await tried(4)
    const { state, error, bytesDone } = getter.downloads.list()[0] as Download
    assert.ok(state !== 'failed' && (error === null || error === FULL.message), `${state}: ${error}`)
    assert.ok(bytesDone >= 3 * MIB, `${bytesDone}`)
    disk.room = Number.POSITIVE_INFINITY
    assert.ok((await readFile((await done)?.path as string)).equals(file.bytes))
    assert.equal(disk.blocksRead, 0)
  })

  it('hashes again what somebody has written to meanwhile', async () => {
    await using seed = await startSeed([served(file)])
    await using getter = await startGetter([seed], { files: disk.files, diskRetryMs: 1_000 })
    const done = begin(getter, target)
    const isWaiting = () => getter.downloads.list()[0]?.state === 'paused'
    await eventually(isWaiting, { within: 10_000, what: 'it waits for the disk' })
    const folder = join(getter.folder, 'files')
    const [part] = await readdir(folder)
    const handle = await open(join(folder, part as string), 'r+')
    for (let block = 0; block < 13; block++) await handle.write('spoilt', block * MIB)
    await handle.close()
    assert.ok(isWaiting())
    disk.room = Number.POSITIVE_INFINITY
    assert.ok((await readFile((await done)?.path as string)).equals(file.bytes))
    assert.ok(disk.blocksRead >= 4, `${disk.blocksRead}`)
  })

  it('hashes again what the disk did not make durable', async () => {
    disk.syncs = false
    await using seed = await startSeed([served(file)])
    await using getter = await startGetter([seed], { files: disk.files, diskRetryMs: 50 })
    const done = begin(getter, target)
    await tried(3)
    disk.room = Number.POSITIVE_INFINITY
    assert.ok((await readFile((await done)?.path as string)).equals(file.bytes))
    assert.ok(disk.blocksRead >= 4, `${disk.blocksRead}`)
  })
})
