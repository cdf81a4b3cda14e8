import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually, line, Testnet } from '../../src/testnet/index.ts'

const node = { dht: true, dial: true, smallNetwork: 0, reshare: false } as const

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
