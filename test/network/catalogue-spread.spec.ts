/**
 * What one node shares, the others know; what it withdraws, they forget.
 */
import assert from 'node:assert/strict'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually, line, ring, type TestNode, Testnet } from '../../src/testnet/index.ts'

async function sharedFolder(node: TestNode, files: Record<string, string>): Promise<string> {
  const folder = join(node.folder, 'shared')
  await mkdir(folder)
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  await node.share(folder)
  return folder
}

/** Waits until a search at `node` finds exactly `names`. */
async function finds(node: TestNode, text: string, names: string[], within: number): Promise<void> {
  await eventually(
    async () => {
      const { hits } = await node.search(text)
      assert.deepEqual(hits.map(({ name }) => name).sort(), names)
    },
    { within, what: `${names.length} files for "${text}" at node ${node.index}` }
  )
}

describe('the catalogue of a network', () => {
  it('has a new file within 2 s of its being written, and has it no longer within 2 s of its removal', async () => {
    await using net = await Testnet.start({ nodes: 2, isolation: 'process' })
    const folder = await sharedFolder(net.node(0), { 'first.txt': 'one' })
    await finds(net.node(1), 'first', ['first.txt'], 5_000)
    await writeFile(join(folder, 'unexpected guest.txt'), 'two')
    await finds(net.node(1), 'guest', ['unexpected guest.txt'], 2_000)
    await rm(join(folder, 'unexpected guest.txt'))
    await finds(net.node(1), 'guest', [], 2_000)
    await finds(net.node(1), 'first', ['first.txt'], 2_000)
  })

  it('tells a node that joins late what was there, within 5 s', async () => {
    await using net = await Testnet.start({ nodes: 4, topology: ring })
    for (const node of net.nodes)
      await sharedFolder(node, { [`early ${node.index}.txt`]: `early ${node.index}` })
    // Each share is an entry, too.
    await net.caughtUp(8)
    const late = await net.add([2])
    await finds(late, 'early', ['early 0.txt', 'early 1.txt', 'early 2.txt', 'early 3.txt'], 5_000)
  })

  it('follows a file that changes its name and its content', async () => {
    await using net = await Testnet.start({ nodes: 3, topology: line })
    const folder = await sharedFolder(net.node(0), { 'draft.txt': 'one' })
    await finds(net.node(2), 'draft', ['draft.txt'], 5_000)
    const { hits: before } = await net.node(2).search('draft')
    await writeFile(join(folder, 'draft.txt'), 'two')
    await eventually(
      async () => {
        const { hits } = await net.node(2).search('draft')
        assert.equal(hits.length, 1)
        assert.notEqual(hits[0]?.cid, before[0]?.cid)
      },
      { within: 5_000 }
    )
    await rename(join(folder, 'draft.txt'), join(folder, 'final.txt'))
    await finds(net.node(2), 'final', ['final.txt'], 5_000)
    await finds(net.node(2), 'draft', [], 2_000)
  })

  it('forgets a node that says goodbye, and what is not shared any more', async () => {
    await using net = await Testnet.start({ nodes: 3, topology: line })
    for (const node of net.nodes)
      await sharedFolder(node, { [`mine ${node.index}.txt`]: `mine ${node.index}` })
    await net.caughtUp(6)
    await net.node(2).unshare(join(net.node(2).folder, 'shared'))
    await finds(net.node(0), 'mine', ['mine 0.txt', 'mine 1.txt'], 5_000)
    await net.node(1).stop()
    await finds(net.node(0), 'mine', ['mine 0.txt'], 5_000)
  })

  it('keeps a share for named peers from everybody else', async () => {
    await using net = await Testnet.start({ nodes: 3 })
    const path = join(net.node(0).folder, 'secret.txt')
    await writeFile(path, 'for one only')
    await net.node(0).share(path, { to: [net.node(1).peerId] })
    const isReady = async (): Promise<boolean> =>
      (await net.node(0).shares()).every(share => share.state === 'ready' && share.hashed === 1)
    await eventually(isReady, { within: 5_000 })
    const cid = (await net.node(0).shares())[0]?.cid as string
    await assert.rejects(net.node(2).get({ target: cid, timeoutMs: 500 }), /source|provider/)
    assert.deepEqual((await net.node(1).search('secret')).hits, [])
  })

  it('can be browsed peer by peer', async () => {
    await using net = await Testnet.start({ nodes: 2 })
    await sharedFolder(net.node(0), { 'a.txt': 'a', 'b.txt': 'b' })
    await net.caughtUp(3)
    const entries = await net.node(1).browse('node0')
    assert.deepEqual(entries.map(({ path }) => path).sort(), ['shared', 'shared/a.txt', 'shared/b.txt'])
    await assert.rejects(net.node(1).browse('nobody'), /no connected peer is called nobody/)
  })
})
