import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { noise } from '@libp2p/noise'
import { tls } from '@libp2p/tls'
import type { Download } from '../../src/node/api.ts'
import { Testnet } from '../../src/testnet/index.ts'
import { dagOf, dagOfLeaves, folderOf, IndependentPeer } from '../support/independent-peer.ts'

const MIB = 1024 * 1024
const SIZES = [0, 1, MIB, MIB + 1, 5 * MIB + 7]
/** Zeroes: 1,024 blocks in the first node below the root, two in the second. */
const LARGE = (() => {
  const block = Buffer.alloc(MIB)
  const leaves = [...Array<Buffer>(1_025).fill(block), block.subarray(0, 5)]
  return { file: dagOfLeaves(leaves), size: 1_025 * MIB + 5 }
})()
const oneNode = () => Testnet.start({ nodes: 1, node: { listen: ['/ip4/127.0.0.1/tcp/0'], dial: true } })

describe('a client that was written from the specification alone', () => {
  it('uses none of our code', async () => {
    const source = await readFile(new URL('../support/independent-peer.ts', import.meta.url), 'utf8')
    assert.doesNotMatch(source, /from '\.|src\//)
  })

  for (const [name, encrypter] of Object.entries({ tls: tls(), noise: noise() })) {
    it(`fetches files from a node, over ${name}`, async () => {
      await using net = await oneNode()
      await using peer = await IndependentPeer.start(encrypter)
      const node = net.node(0)
      const files = SIZES.map(size => randomBytes(size))
      for (const [i, bytes] of files.entries()) {
        const path = join(node.folder, `${i}.bin`)
        await writeFile(path, bytes)
        await node.share(path)
      }
      await net.caughtUp(files.length)
      const cids = new Set((await node.shares()).map(share => share.cid))
      for (const bytes of files) {
        const { cid } = dagOf(bytes)
        assert.ok(cids.has(cid))
        assert.ok(bytes.equals(await peer.fetch(node.address, cid)), `${bytes.length} bytes`)
      }
      // The third is unknown, the last no file of one block.
      const asked = [files[1], files[0], Buffer.from('unknown'), files[2], files[3]] as Buffer[]
      const got = await peer.fetchSmall(
        node.address,
        asked.map(bytes => dagOf(bytes).cid)
      )
      assert.deepEqual(
        got.map(bytes => bytes?.length),
        [1, 0, undefined, MIB, undefined]
      )
    })

    it(`fetches a file whose list of blocks takes more than one node, over ${name}`, async () => {
      await using net = await oneNode()
      await using peer = await IndependentPeer.start(encrypter)
      const node = net.node(0)
      const path = join(node.folder, 'hole.bin')
      await writeFile(path, '')
      await truncate(path, LARGE.size)
      await node.share(path)
      await net.caughtUp(1)
      const { cid } = LARGE.file
      assert.equal((await node.shares())[0]?.cid, cid)
      const { blocks, count, size } = await peer.fetchBlocks(node.address, cid, block => block >= 1_023)
      assert.deepEqual([count, size], [1_026, LARGE.size])
      assert.deepEqual(
        blocks.map(block => block.length),
        [MIB, MIB, 5]
      )
    }).timeout(60_000)

    it(`serves a file whose list of blocks takes more than one node, over ${name}`, async () => {
      await using net = await oneNode()
      await using peer = await IndependentPeer.start(encrypter)
      peer.offer(LARGE.file)
      const target = `p2p:${LARGE.file.cid}?p=${encodeURIComponent(peer.address)}`
      const enough = new AbortController()
      const onProgress = ({ bytesDone, size }: Download): void => {
        assert.ok(size === null || size === LARGE.size, `${size}`)
        if (bytesDone >= 8 * MIB) enough.abort(new Error('enough'))
      }
      const options = { signal: enough.signal, onProgress }
      await assert.rejects(net.node(0).get({ target, timeoutMs: 10_000 }, options), /enough/)
      const [{ id, sources }] = (await net.node(0).downloads()) as [Download]
      await net.node(0).cancel(id)
      assert.deepEqual(
        sources.map(({ peerId, state }) => [peerId, state]),
        [[peer.host.peerId.toString(), 'active']]
      )
    }).timeout(60_000)

    it(`serves files to a node, over ${name}`, async () => {
      await using net = await oneNode()
      await using peer = await IndependentPeer.start(encrypter)
      for (const size of SIZES) {
        const bytes = randomBytes(size)
        const file = dagOf(bytes)
        peer.offer(file)
        const target = `p2p:${file.cid}?p=${encodeURIComponent(peer.address)}`
        const { path, state } = await net.node(0).get({ target, timeoutMs: 10_000 })
        assert.equal(state, 'done')
        assert.ok(bytes.equals(await readFile(path)), `${size} bytes`)
      }
      assert.equal(peer.sent, 11)
    })

    it(`serves a folder to a node, over ${name}`, async () => {
      await using net = await oneNode()
      await using peer = await IndependentPeer.start(encrypter)
      const names = Array.from({ length: 200 }, (_, i) => `${String(i).padStart(3, '0')}.txt`)
      const files = Object.fromEntries(names.map(each => [each, dagOf(Buffer.from(`the file ${each}`))]))
      const folder = folderOf(files)
      for (const file of [folder, ...Object.values(files)]) peer.offer(file)
      const target = `p2p:${folder.cid}?p=${encodeURIComponent(peer.address)}`
      const { path, state } = await net.node(0).get({ target, timeoutMs: 10_000 })
      assert.equal(state, 'done')
      for (const each of names) assert.equal(await readFile(join(path, each), 'utf8'), `the file ${each}`)
      assert.equal(peer.sent, names.length)
    })
  }
})
