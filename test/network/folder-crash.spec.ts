import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Download, TransferRates } from '../../src/node/api.ts'
import { eventually, type ProcessNode, startProcessNode } from '../../src/testnet/index.ts'
import { content } from './transfer-hosts.ts'

const KIB = 1024
const SMALL = { count: 300, bytes: 8 * KIB }
const LARGE = { count: 4, bytes: 5_000 * KIB }
const SETTLE_MS = 30_000

type Options = { bootstrap?: string[]; shares?: string[]; rates?: Partial<TransferRates> }

describe('a folder whose getter is killed', function () {
  this.timeout(120_000)

  it('goes on by itself after each of three kill -9, and leaves nothing but its files', async () => {
    await using stack = new AsyncDisposableStack()
    const folder = await mkdtemp(join(tmpdir(), 'p2pnode-folder-crash-'))
    stack.defer(() => rm(folder, { recursive: true, maxRetries: 5 }))
    const files = new Map<string, Uint8Array>()
    for (let i = 0; i < SMALL.count; i++) files.set(`small/${i}.txt`, content(SMALL.bytes, i).bytes)
    for (let i = 0; i < LARGE.count; i++) files.set(`${i}.bin`, content(LARGE.bytes, 1_000 + i).bytes)
    const total = [...files.values()].reduce((sum, { length }) => sum + length, 0)
    await mkdir(join(folder, 'tree/small'), { recursive: true })
    for (const [path, bytes] of files) await writeFile(join(folder, 'tree', path), bytes)
    const start = async (name: string, options: Options): Promise<ProcessNode> => {
      await mkdir(join(folder, name), { recursive: true })
      const quiet = { lan: false, dht: false, dial: false, reshare: false, name }
      const node = { ...quiet, ...options }
      return stack.use(await startProcessNode({ index: 0, folder: join(folder, name), node }))
    }

    const shares = [join(folder, 'tree')]
    const seed = await start('seed', { shares, rates: { upload: 6_000 * KIB } })
    const hashed = async (): Promise<string | false> => (await seed.shares())[0]?.cid ?? false
    const target = (await eventually(hashed, { within: SETTLE_MS, what: 'the tree is hashed' })) as string
    const bootstrap = [seed.address]
    let getter = await start('getter', { bootstrap })
    await eventually(async () => (await getter.status()).catalogue.providers > 0, { within: SETTLE_MS })
    const broken = assert.rejects(getter.get({ target }))
    for (const part of [0.1, 0.4, 0.7]) {
      const reached = async (): Promise<boolean> => ((await download(getter)).bytesDone ?? 0) >= part * total
      await eventually(reached, { within: SETTLE_MS, what: `${part} of the folder` })
      await getter.kill()
      getter = await start('getter', { bootstrap })
      assert.equal((await download(getter)).size, total)
    }
    await broken
    await eventually(async () => (await download(getter)).state === 'done', { within: SETTLE_MS })
    const { path } = await download(getter)
    const found = (await readdir(path, { recursive: true, withFileTypes: true }))
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name).slice(path.length + 1))
    assert.deepEqual(found.sort(), [...files.keys()].sort())
    for (const [name, bytes] of files) assert.ok((await readFile(join(path, name))).equals(bytes), name)
  })
})

/** The only one. */
async function download(getter: ProcessNode): Promise<Download> {
  const list = await getter.downloads()
  assert.equal(list.length, 1)
  return list[0] as Download
}
