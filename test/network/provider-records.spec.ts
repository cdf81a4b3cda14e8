import assert from 'node:assert/strict'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LevelDatastore } from 'datastore-level'
import { base32 } from 'multiformats/bases/base32'
import { CID } from 'multiformats/cid'
import { eventually, line, type TestNode, Testnet } from '../../src/testnet/index.ts'

const node = { dht: true, dial: true, smallNetwork: 0, reshare: false } as const

const provided = async (ann: TestNode): Promise<number> =>
  (await ann.stats())['provider-records']?.provided ?? 0

/** Hashes of the cids that a node which is off would say again, in base32. */
async function ownRecords({ folder, peerId }: TestNode): Promise<string[]> {
  const datastore = new LevelDatastore(join(folder, 'data', 'datastore'))
  await datastore.open()
  try {
    const keys = await Array.fromAsync(datastore.queryKeys({ prefix: '/dht/provider' }))
    return keys
      .map(key => key.list())
      .filter(parts => parts.at(-1) === peerId)
      .map(parts => parts.at(-2) ?? '')
  } finally {
    await datastore.close()
  }
}

const cidOf = async (ann: TestNode, path: string): Promise<string> => (await ann.link(path)).cid

/** As the DHT writes the hash of a cid. */
const hashOf = (cid: string): string => base32.encode(CID.parse(cid).multihash.bytes).slice(1)

describe('provider records in the DHT', () => {
  it('lead to a file of which nothing was announced', async () => {
    let cid = ''
    await using net = await Testnet.start({ nodes: 4, topology: line, node }, async ({ nodes: [ann] }) => {
      assert.ok(ann)
      const path = join(ann.folder, 'unheard.txt')
      await writeFile(path, 'nobody was told')
      await ann.share(path)
      await eventually(async () => (await ann.shares())[0]?.cid != null, { within: 10_000 })
      cid = (await ann.shares())[0]?.cid ?? ''
      const isProvided = async () => ((await ann.stats())['provider-records']?.provided ?? 0) > 0
      await eventually(isProvided, { within: 30_000, what: 'a record' })
    })
    // Without neighbours it hears no heads, and what was announced before it came it has missed.
    const late = await net.add([3], { maxNeighbours: 0 })
    await eventually(async () => (await late.status()).peers > 0, { within: 10_000 })
    const done = await late.get({ target: cid, timeoutMs: 30_000 })
    assert.equal(await readFile(done.path, 'utf8'), 'nobody was told')
    assert.equal((await late.status()).catalogue.entries, 0)
  }).timeout(60_000)

  it('lead to a folder inside of a share', async () => {
    let cid = ''
    await using net = await Testnet.start({ nodes: 4, topology: line, node }, async ({ nodes: [ann] }) => {
      assert.ok(ann)
      const sub = join(ann.folder, 'share', 'sub')
      await mkdir(sub, { recursive: true })
      await writeFile(join(sub, 'deep.txt'), 'deep inside')
      await ann.share(join(ann.folder, 'share'))
      // The share, the folder and the file.
      await eventually(async () => (await provided(ann)) === 3, { within: 40_000, what: 'three records' })
      cid = await cidOf(ann, sub)
    })
    const late = await net.add([3], { maxNeighbours: 0 })
    await eventually(async () => (await late.status()).peers > 0, { within: 10_000 })
    const done = await late.get({ target: cid, timeoutMs: 30_000 })
    assert.equal(await readFile(join(done.path, 'deep.txt'), 'utf8'), 'deep inside')
  }).timeout(90_000)

  it('are given up for what was deleted while the node was off, also when it finds nobody', async () => {
    await using net = await Testnet.start({ nodes: 2, topology: line, node })
    const ann = net.node(0)
    const share = join(ann.folder, 'share')
    await mkdir(share)
    await writeFile(join(share, 'kept.txt'), 'kept')
    await writeFile(join(share, 'deleted.txt'), 'deleted')
    await ann.share(share)
    await eventually(async () => (await provided(ann)) === 3, { within: 30_000, what: 'three records' })
    const [kept, deleted, folder] = await Promise.all(
      [join(share, 'kept.txt'), join(share, 'deleted.txt'), share].map(async path =>
        hashOf(await cidOf(ann, path))
      )
    )
    await ann.stop()
    await net.node(1).stop()
    assert.deepEqual((await ownRecords(ann)).sort(), [kept, deleted, folder].sort())

    await rm(join(share, 'deleted.txt'))
    const again = await net.restart(0)
    const withdrawn = async () => (await again.stats())['provider-records']?.withdrawn
    await eventually(async () => (await withdrawn()) === 2, { within: 30_000, what: 'two withdrawn' })
    await again.stop()
    assert.deepEqual(await ownRecords(again), [kept])
  }).timeout(90_000)

  it('are not written while everybody knows everything', async () => {
    const shy = { ...node, smallNetwork: 200 }
    await using net = await Testnet.start({ nodes: 2, topology: line, node: shy })
    const path = join(net.node(0).folder, 'known.txt')
    await writeFile(path, 'known')
    await net.node(0).share(path)
    await net.caughtUp(1)
    assert.equal((await net.node(0).stats())['provider-records']?.provided, undefined)
  })
})
