/**
 * One node that offers more than the others may keep of it.
 */
import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bytesOf } from '../../src/catalog/foreign-pages.ts'
import { complete, eventually, Testnet } from '../../src/testnet/index.ts'

const FILES = 100_000
const FILES_PER_FOLDER = 1_000
/** A quarter of the 200,000 entries that a cache holds, and of its 100 MB, with what these take. */
const PATH = 'large/part 50000/pebble number50000.txt'
const BYTES_OF_EACH = bytesOf([{ cid: '', name: '', path: PATH, size: 5, mime: 'text/plain', modified: 0 }])
const MOST_OF_ONE = Math.min(200_000, Math.ceil(100_000_000 / BYTES_OF_EACH)) / 4

describe('a network of three, one of which offers 100,000 files', () => {
  it('knows a part of them, says so, and finds the rest by asking', async () => {
    await using net = await Testnet.start({ nodes: 3, topology: complete })
    const share = join(net.node(0).folder, 'large')
    for (let i = 0; i < FILES; i += FILES_PER_FOLDER) {
      const folder = join(share, `part ${i}`)
      await mkdir(folder, { recursive: true })
      const numbers = Array.from({ length: FILES_PER_FOLDER }, (_, k) => i + k)
      await Promise.all(numbers.map(n => writeFile(join(folder, `pebble number${n}.txt`), `${n}`)))
    }
    await net.node(0).share(share)
    const isReady = async () => (await net.node(0).shares())[0]?.state === 'ready'
    await eventually(isReady, { within: 600_000, what: 'the scan' })

    for (const node of [net.node(1), net.node(2)]) {
      const isPartial = async () => (await node.status()).catalogue.partial === 1
      await eventually(isPartial, { within: 300_000, what: `a part at node ${node.index}` })
      const { entries, complete } = (await node.status()).catalogue
      assert.equal(complete, false)
      assert.ok(entries > 0.9 * MOST_OF_ONE && entries <= MOST_OF_ONE, `${entries} of ${MOST_OF_ONE}`)
    }

    const asker = net.node(2)
    const known: string[] = []
    for (let n = 0; n < FILES && !(known.includes('catalogue') && known.includes('neighbours')); n += 997) {
      const { hits } = await asker.search({ text: `number${n}` })
      assert.deepEqual(
        hits.map(({ name }) => name),
        [`pebble number${n}.txt`]
      )
      known.push(hits[0]?.stage ?? 'none')
    }
    assert.ok(known.includes('catalogue') && known.includes('neighbours'), known.join(' '))
  })
})
