/**
 * Catalogues of many nodes in one process: how soon everybody knows, and what that costs.
 */
import assert from 'node:assert/strict'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cidText, sha256 } from '../../src/content/index.ts'
import { HEAD_TTL_S } from '../../src/node/catalog-sync.ts'
import { eventually, random, type TestNode, Testnet } from '../../src/testnet/index.ts'

/** What the forwarder may pass on: 1 KiB/s after a burst of 256 KiB, to each of up to 12 mesh neighbours. */
const BUDGET = { perSecond: 1_024, burst: 262_144 }

async function folderOf(node: TestNode, files: number, name: string): Promise<string> {
  const folder = join(node.folder, name)
  await mkdir(folder, { recursive: true })
  for (let i = 0; i < files; i++)
    await writeFile(join(folder, `${name} ${node.index} ${i}.txt`), `${node.index} ${i}`)
  await node.share(folder)
  return folder
}

/** ms until `check` holds at every node. */
async function everywhere(
  nodes: TestNode[],
  within: number,
  check: (node: TestNode) => Promise<boolean>
): Promise<number> {
  const start = performance.now()
  for (const node of nodes) await eventually(() => check(node), { within, what: `it at node ${node.index}` })
  return performance.now() - start
}

/** Files and the folders that are shared. */
async function entriesOf(node: TestNode): Promise<number> {
  return (await node.status()).catalogue.entries
}

describe('50 nodes', () => {
  it('forget a removed file within 5 s, everywhere', async () => {
    await using net = await Testnet.start({ nodes: 50, topology: random(3), seed: 11 })
    const folder = await folderOf(net.node(17), 3, 'orchid')
    await everywhere(net.nodes, 30_000, async node => (await entriesOf(node)) === 4)
    await rm(join(folder, 'orchid 17 1.txt'))
    const tookMs = await everywhere(net.nodes, 5_000, async node => (await entriesOf(node)) === 3)
    console.log(`      gone everywhere after ${Math.round(tookMs)} ms`)
    assert.ok(tookMs < 5_000)
    for (const node of net.nodes) {
      const { hits } = await node.search({ text: 'orchid ext:txt', timeoutMs: 2_000 })
      assert.deepEqual(hits.map(({ name }) => name).sort(), ['orchid 17 0.txt', 'orchid 17 2.txt'])
    }
  })

  it('forget a node that was killed when its head expires, and nobody else', async () => {
    let ahead = 0
    const clock = { now: () => Date.now() + ahead }
    // In steps that pass for time, not for a clock that was set: nodes look at it every 30 s.
    const pass = async (seconds: number): Promise<void> => {
      for (let left = seconds; left > 0; left -= 1_500) {
        ahead += Math.min(left, 1_500) * 1_000
        await new Promise(resolve => setTimeout(resolve, 31_000))
      }
    }
    await using net = await Testnet.start({ nodes: 50, topology: random(3), seed: 15, node: { clock } })
    for (const node of net.nodes) await folderOf(node, 1, 'poppy')
    await everywhere(net.nodes, 60_000, async node => (await entriesOf(node)) === 100)
    await net.node(30).kill()
    const live = net.nodes.filter(({ index }) => index !== 30)
    const found = async (node: TestNode): Promise<number> =>
      (await node.search({ text: 'poppy ext:txt', timeoutMs: 2_000, limit: 100 })).hits.length
    assert.equal(await found(net.node(0)), 50)

    // Most of a head's life later those who live have renewed theirs.
    await pass(HEAD_TTL_S - 600)
    for (const node of live)
      await writeFile(join(node.folder, 'poppy', `poppy ${node.index} more.txt`), `more ${node.index}`)
    await everywhere(live, 60_000, async node => (await entriesOf(node)) === 149)
    await pass(700)
    const tookMs = await everywhere(live, 60_000, async node => (await entriesOf(node)) === 147)
    console.log(`      gone everywhere ${Math.round(tookMs)} ms after the expiry`)
    for (const node of [net.node(0), net.node(49)]) assert.equal(await found(node), 98)
  })

  it('tell a late joiner 20,000 entries within 5 s', async () => {
    await using net = await Testnet.start({ nodes: 50, topology: random(3), seed: 12 })
    for (const node of net.nodes) await folderOf(node, 400, 'grain')
    await everywhere(net.nodes, 120_000, async node => (await entriesOf(node)) >= 20_050)
    const late = await net.add([3, 20, 41])
    const tookMs = await everywhere([late], 5_000, async node => (await entriesOf(node)) >= 20_050)
    console.log(`      20,000 entries after ${Math.round(tookMs)} ms`)
  })

  it('come together within 5 s after a partition of 30 s', async () => {
    const nodes = 50
    await using net = await Testnet.start({ nodes, topology: random(3), seed: 13 })
    const crossing = net.edges.filter(([a, b]) => a < nodes / 2 !== b < nodes / 2)
    for (const [a, b] of crossing) {
      await net.node(b).disconnect(net.node(a).peerId)
      await net
        .node(a)
        .disconnect(net.node(b).peerId)
        // The other side may have noticed by now.
        .catch(() => undefined)
    }
    await folderOf(net.node(0), 5, 'west')
    await folderOf(net.node(nodes - 1), 5, 'east')
    await new Promise(resolve => setTimeout(resolve, 30_000))
    assert.equal((await net.node(0).search({ text: 'east', timeoutMs: 2_000 })).hits.length, 0)
    for (const [a, b] of crossing) await net.node(b).connect(net.node(a).address)
    const tookMs = await everywhere(net.nodes, 5_000, async node => (await entriesOf(node)) === 12)
    console.log(`      both halves complete after ${Math.round(tookMs)} ms`)
  })
})

describe('200 nodes', () => {
  it('forward no more than the budget while 5 files change every second, and are complete 10 s after', async () => {
    await using net = await Testnet.start({ nodes: 200, topology: random(3), seed: 14 })
    const start = performance.now()
    const folders: Array<[TestNode, string]> = []
    for (const index of [3, 44, 90, 133, 187])
      folders.push([net.node(index), await folderOf(net.node(index), 5, 'moving')])
    await everywhere(net.nodes, 120_000, async node => (await entriesOf(node)) === 30)
    for (let second = 0; second < 60; second++) {
      const [node, folder] = folders[second % folders.length] as [TestNode, string]
      for (let i = 0; i < 5; i++)
        await writeFile(join(folder, `moving ${node.index} ${i}.txt`), `${node.index} ${i} at ${second}`)
      await new Promise(resolve => setTimeout(resolve, 1_000))
    }

    // As many as there are, so a node that knows them asks nobody; one with an old file lacks a new one.
    const find = async (node: TestNode): Promise<string> => {
      const { hits } = await node.search({ text: 'moving ext:txt', limit: 25, timeoutMs: 500 })
      return hits
        .map(({ cid }) => cid)
        .sort()
        .join()
    }
    const truth = Array.from({ length: 25 }, (_, i) => {
      const node = folders[Math.floor(i / 5)]?.[0].index
      return cidText('raw', sha256(Buffer.from(`${node} ${i % 5} at ${55 + Math.floor(i / 5)}`)))
    })
    const expected = truth.sort().join()
    const tookMs = await everywhere(net.nodes, 10_000, async node => (await find(node)) === expected)
    const elapsedS = (performance.now() - start) / 1_000
    const forwarded: number[] = []
    for (const node of net.nodes) forwarded.push((await node.stats()).catalogue?.['forwarded-bytes'] ?? 0)
    const most = Math.max(...forwarded)
    console.log(
      `      complete after ${Math.round(tookMs)} ms; at most ${Math.round(most / elapsedS)} bytes/s forwarded by a node`
    )
    assert.ok(most <= BUDGET.burst + BUDGET.perSecond * elapsedS)
    assert.ok(Math.min(...forwarded) > 0, 'a node forwarded nothing')
  })
})
