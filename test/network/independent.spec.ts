import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { noise } from '@libp2p/noise'
import { tls } from '@libp2p/tls'
import { Testnet } from '../../src/testnet/index.ts'
import { dagOf, folderOf, IndependentPeer } from '../support/independent-peer.ts'

const MIB = 1024 * 1024
const SIZES = [0, 1, MIB, MIB + 1, 5 * MIB + 7]
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
