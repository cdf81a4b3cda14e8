/**
 * `p2pnode search` against running nodes: the picture of a flood.
 */
import assert from 'node:assert/strict'
import { access, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { line, type ProcessNode, Testnet } from '../../src/testnet/index.ts'

describe('p2pnode search --svg', function () {
  this.timeout(60_000)
  let net: Testnet
  let asker: ProcessNode

  before(async () => {
    net = await Testnet.start({ nodes: 3, topology: line, isolation: 'process' }, async ({ nodes }) => {
      const [, , last] = nodes as ProcessNode[]
      const path = join(last?.folder ?? '', 'far poem.txt')
      await writeFile(path, 'roses are red')
      await last?.share(path)
    })
    asker = net.nodes[0] as ProcessNode
    await net.caughtUp(1)
  })

  after(async () => await net[Symbol.asyncDispose]())

  it('draws every node and link that a flood came to', async () => {
    const file = join(asker.folder, 'flood.svg')
    const { code, objects, stderr } = await asker.cli('search', 'poem', '--strategy', 'flood', '--svg', file)
    assert.equal(code, 0, stderr)
    assert.deepEqual(
      objects.map(({ type }) => type),
      ['hit', 'done']
    )
    const svg = await readFile(file, 'utf8')
    assert.match(svg, /^<svg [\s\S]*<\/svg>\n$/)
    const drawn = (name: string): number => svg.split(`class="${name}"`).length - 1
    assert.deepEqual(
      ['asker', 'node', 'hit', 'copy', 'again', 'ring'].map(name => [name, drawn(name)]),
      Object.entries({ asker: 1, node: 1, hit: 1, copy: 2, again: 0, ring: 2 })
    )
    assert.ok(svg.includes('poem: 2 nodes, 2 copies'))
    // Titles say which node is which.
    for (const { peerId } of net.nodes.slice(1) as ProcessNode[]) assert.ok(svg.includes(peerId), peerId)
  })

  it('says so when nothing was flooded, since all was known already, and writes no file', async () => {
    const file = join(asker.folder, 'nothing.svg')
    const { code, objects, stderr } = await asker.cli('search', 'poem', '--svg', file)
    assert.equal(code, 2)
    assert.deepEqual(
      objects.slice(0, 2).map(({ type }) => type),
      ['hit', 'done']
    )
    assert.match(stderr, /no flood to draw/)
    await assert.rejects(access(file))
  })

  it('says which file it cannot write', async () => {
    const file = join(asker.folder, 'missing', 'flood.svg')
    const { code, stderr } = await asker.cli('search', 'poem', '--strategy', 'flood', '--svg', file)
    assert.equal(code, 6)
    assert.ok(stderr.includes(file))
  })
})
