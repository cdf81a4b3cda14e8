import assert from 'node:assert/strict'
import * as dagPb from '@ipld/dag-pb'
import fc from 'fast-check'
import {
  buildDirectory,
  ContentError,
  cidText,
  type Directory,
  type DirectoryEntry,
  DirectoryVerifier,
  fileDagSize,
  isDirectoryNode,
  isSendersFault,
  ManifestVerifier,
  parseCid,
  sha256
} from '../../../src/content/index.ts'
import { MAX_DIRECTORY_NODE_BYTES, BLOCK_BYTES as MIB } from '../../../src/wire/limits.ts'
import { zeroManifest } from './files.ts'
import { directoryNodes, importTree } from './importer.ts'

function fileEntry(name: string, content: Uint8Array): DirectoryEntry {
  return { name, codec: 'raw', digest: sha256(content), dagSize: content.length, isFolder: false }
}

interface Tree {
  files: Map<string, Uint8Array>
  folders: Map<string, Tree>
}

/** Builds every folder of a tree, bottom up. */
function build(tree: Tree, path: string, into: Map<string, Directory>): Directory {
  const entries = [...tree.files].map(([name, content]) => fileEntry(name, content))
  for (const [name, below] of tree.folders) {
    const { digest, dagSize } = build(below, path === '' ? name : `${path}/${name}`, into)
    entries.push({ name, codec: 'dag-pb', digest, dagSize, isFolder: true })
  }
  const directory = buildDirectory(entries)
  into.set(path, directory)
  return directory
}

function treeOf(files: ReadonlyMap<string, Uint8Array>): Tree {
  const root: Tree = { files: new Map(), folders: new Map() }
  for (const [path, content] of files) {
    const parts = path.split('/')
    let at = root
    for (const part of parts.slice(0, -1)) {
      const below = at.folders.get(part) ?? { files: new Map(), folders: new Map() }
      at.folders.set(part, below)
      at = below
    }
    at.files.set(parts.at(-1) as string, content)
  }
  return root
}

async function assertLikeImporter(files: ReadonlyMap<string, Uint8Array>): Promise<Map<string, Directory>> {
  const built = new Map<string, Directory>()
  build(treeOf(files), '', built)
  const { cids, store } = await importTree(files)
  assert.equal(built.get('')?.cid, cids.get('')?.cid)
  for (const [path, { cid, dagSize, nodes }] of built) {
    // The importer gives folders inside a sharded one no path; the cid of that one proves theirs.
    if (cids.has(path)) assert.deepEqual({ path, cid, dagSize }, { path, ...cids.get(path) })
    assert.deepEqual(nodes.map(hex), (await directoryNodes(store, cid)).map(hex), `nodes of ${path}`)
  }
  return built
}

function verify(directory: Directory): DirectoryVerifier {
  const verifier = new DirectoryVerifier(directory.cid)
  for (const node of directory.nodes) verifier.add(node)
  return verifier
}

function flaw(run: () => void): string {
  try {
    run()
  } catch (error) {
    if (error instanceof ContentError && error.fault.code === 'bad-node') return error.fault.flaw
    throw error
  }
  return 'none'
}

/** A verifier that asks for `node`, which has the right hash and maybe nothing else right. */
function offer(node: Uint8Array): void {
  new DirectoryVerifier(cidText('dag-pb', sha256(node))).add(node)
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const text = (from: string): Uint8Array => Uint8Array.from(Buffer.from(from))
const many = (count: number, name: (i: number) => string): Map<string, Uint8Array> =>
  new Map(Array.from({ length: count }, (_, i) => [name(i), text(`${i % 10}`)]))

describe('buildDirectory', () => {
  it('gives the cids that IPFS tools give', () => {
    // The empty folder of every IPFS tool, as CIDv1.
    assert.equal(buildDirectory([]).cid, 'bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354')
  })

  it('agrees with the importer on small trees, sorted by the bytes of the names', async () => {
    await assertLikeImporter(
      new Map([
        ['b', text('b')],
        ['a', text('')],
        ['B/x', text('1')],
        ['B/y/z', text('2')],
        ['ä', text('3')],
        ['\u{1f600}', text('4')],
        ['\ufffd', text('5')],
        ['a b', text('6')]
      ])
    )
  })

  it('agrees with the importer on random trees', async () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter(
      // The importer splits at these, takes a backslash before a slash for an escape, and leaves a '.' out. No folder
      // has a '.' or '..' in it.
      part => part.isWellFormed() && !/^\.\.?$|[/\\]/.test(part)
    )
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map(parts => parts.join('/'))
    const files = fc.array(fc.tuple(path, fc.uint8Array({ maxLength: 200 })), { minLength: 1, maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(files, async given => {
        const taken = new Map(given)
        // What is a folder is not a file as well.
        for (const one of [...taken.keys()]) {
          if ([...taken.keys()].some(other => other.startsWith(`${one}/`))) taken.delete(one)
        }
        await assertLikeImporter(taken)
      }),
      { numRuns: 60 }
    )
  })

  it('shards where the importer does: one name more or less decides @slow', async () => {
    const name = (i: number): string => `file-number-${String(i).padStart(6, '0')}.txt`
    const nodesOf = async (count: number): Promise<number> =>
      (await assertLikeImporter(many(count, name))).get('')!.nodes.length
    // A link takes 66 bytes, the rest of the node 4.
    const fits = Math.floor((256 * 1024 - 4) / 66)
    assert.equal(await nodesOf(fits), 1)
    assert.ok((await nodesOf(fits + 1)) > 256)
  }).timeout(60_000)

  it('agrees with the importer on sharded folders with folders in them @slow', async () => {
    const files = many(5_000, i => `a long enough name to fill the node with, number ${i}`)
    for (let i = 0; i < 300; i++) files.set(`folder ${i}/file`, text(`${i}`))
    const built = await assertLikeImporter(files)
    assert.ok(built.get('')!.nodes.length > 256)
  }).timeout(60_000)

  it('does not count folders, as the importer does not, until a node is longer than a block @slow', async () => {
    const names = Array.from({ length: 6_000 }, (_, i) => `a folder with a name that is fairly long ${i}/x`)
    const built = await assertLikeImporter(new Map(names.map(name => [name, text('x')])))
    const [node, ...more] = built.get('')!.nodes
    assert.ok(node!.length > 256 * 1024 && more.length === 0)
    const { digest, dagSize } = built.get(names[0]!.slice(0, -2))!
    const folders = Array.from(
      { length: 15_000 },
      (_, i): DirectoryEntry => ({
        name: `${i}`.padStart(30, '_'),
        codec: 'dag-pb',
        digest,
        dagSize,
        isFolder: true
      })
    )
    const large = buildDirectory(folders)
    assert.ok(large.nodes.length > 256 && large.nodes.every(one => one.length <= MAX_DIRECTORY_NODE_BYTES))
    assert.equal(verify(large).entries.length, 15_000)
  }).timeout(60_000)

  it('knows the size of the DAG of a file from its bytes alone @slow', async () => {
    for (const size of [0, 1, MIB, MIB + 1, 5 * MIB - 1, 1_024 * MIB, 1_025 * MIB + 3, 3_000 * MIB]) {
      const { innerNodes } = zeroManifest(size)
      assert.equal(
        fileDagSize(size),
        innerNodes.reduce((sum, node) => sum + node.length, size),
        `${size}`
      )
    }
    const content = new Uint8Array(2 * MIB + 7)
    const { cids } = await importTree(new Map([['f', content]]))
    const file = cids.get('f')!
    assert.equal(fileDagSize(content.length), file.dagSize)
    const { digest } = parseCid(file.cid)
    const folder = buildDirectory([
      { name: 'f', codec: 'dag-pb', digest, dagSize: file.dagSize, isFolder: false }
    ])
    assert.deepEqual({ cid: folder.cid, dagSize: folder.dagSize }, cids.get(''))
  })
})

describe('DirectoryVerifier', () => {
  const sharded = buildDirectory(
    [...many(6_000, i => `a long enough name to fill the node with, number ${i}`)].map(([name, content]) =>
      fileEntry(name, content)
    )
  )

  it('takes the nodes of a folder breadth first and gives what is in it', () => {
    const folder = buildDirectory([fileEntry('b', text('2')), fileEntry('a', text('1'))])
    const { entries, done } = verify(folder)
    assert.equal(done, true)
    assert.deepEqual(
      entries.map(({ name, dagSize }) => [name, dagSize]),
      [
        ['a', 1],
        ['b', 1]
      ]
    )
    assert.deepEqual(verify(buildDirectory([])).entries, [])
    const names = verify(sharded).entries.map(({ name }) => name)
    assert.equal(new Set(names).size, 6_000)
    assert.ok(names.every(name => name.startsWith('a long enough')))
  })

  it('refuses a node that was not asked for, and goes on with the right one', () => {
    const verifier = new DirectoryVerifier(sharded.cid)
    verifier.add(sharded.nodes[0]!)
    assert.throws(() => verifier.add(sharded.nodes[2]!), isSendersFault)
    for (const node of sharded.nodes.slice(1)) verifier.add(node)
    assert.equal(verifier.done, true)
    assert.equal(
      flaw(() => verifier.add(sharded.nodes[0]!)),
      'unexpected'
    )
  })

  const shard = (fanout: number[], links: dagPb.PBLink[]): Uint8Array =>
    dagPb.encode(dagPb.prepare({ Data: Uint8Array.from([8, 5, 0x28, 0x22, ...fanout]), Links: links }))
  const Hash = dagPb.decode(buildDirectory([fileEntry('a', text('1'))]).nodes[0]!).Links[0]!.Hash
  const cases: Array<{ name: string; node: Uint8Array; expect: string }> = [
    { name: 'a file', node: zeroManifest(2 * MIB).innerNodes[0]!, expect: 'not-a-folder' },
    { name: 'bytes that are no dag-pb', node: Uint8Array.of(1, 2, 3), expect: 'not-dag-pb' },
    { name: 'a node without UnixFS', node: dagPb.encode({ Links: [] }), expect: 'not-unixfs' },
    {
      name: 'a cut message',
      node: dagPb.encode({ Data: Uint8Array.of(8), Links: [] }),
      expect: 'not-unixfs'
    },
    {
      name: 'a field that ends behind the message',
      node: dagPb.encode({ Data: Uint8Array.of(8, 1, 0x12, 9, 1), Links: [] }),
      expect: 'not-unixfs'
    },
    { name: 'a shard without a width', node: shard([], []), expect: 'not-unixfs' },
    { name: 'a shard of an odd width', node: shard([0x30, 0xff, 1], []), expect: 'not-unixfs' },
    {
      name: 'a shard with a name that is no slot',
      node: shard([0x30, 0x80, 2], [{ Hash, Name: 'zz', Tsize: 1 }]),
      expect: 'not-unixfs'
    },
    {
      name: 'a node over the limit',
      node: new Uint8Array(MAX_DIRECTORY_NODE_BYTES + 1),
      expect: 'too-long'
    },
    {
      name: 'a folder with a mode and a time, which some tools write',
      node: dagPb.encode({
        Data: Uint8Array.of(8, 1, 0x38, 0xed, 3, 0x42, 2, 8, 1),
        Links: [{ Hash, Name: 'a', Tsize: 1 }]
      }),
      expect: 'none'
    }
  ]
  for (const { name, node, expect } of cases) {
    it(`${expect === 'none' ? 'takes' : 'refuses'} ${name}`, () => {
      assert.equal(
        flaw(() => offer(node)),
        expect
      )
    })
  }

  it('refuses shards that never end', () => {
    let node = shard([0x30, 0x80, 2], [])
    const chain = [node]
    for (let i = 0; i < 30; i++) {
      const cid = dagPb.createLink('00', 1, parseHash(node))
      node = shard([0x30, 0x80, 2], [cid])
      chain.unshift(node)
    }
    const verifier = new DirectoryVerifier(cidText('dag-pb', sha256(chain[0]!)))
    assert.equal(
      flaw(() => {
        for (const one of chain) verifier.add(one)
      }),
      'not-this-profile'
    )
  })

  it('throws nothing but ContentError, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 60 }), (bytes, data) => {
        for (const node of [bytes, dagPb.encode({ Data: data, Links: [{ Hash, Name: 'x', Tsize: 1 }] })]) {
          assert.notEqual(
            flaw(() => offer(node)),
            undefined
          )
        }
      })
    )
  })

  it('is told from a file by its first node, whoever asked for which', () => {
    const [root] = sharded.nodes as [Uint8Array]
    assert.equal(isDirectoryNode(root), true)
    assert.equal(isDirectoryNode(zeroManifest(2 * MIB).innerNodes[0]!), false)
    assert.equal(
      flaw(() => new ManifestVerifier(sharded.cid).add(root)),
      'a-folder'
    )
  })
})

function parseHash(node: Uint8Array) {
  const link = dagPb.decode(
    buildDirectory([{ name: 'x', codec: 'dag-pb', digest: sha256(node), dagSize: 1, isFolder: true }])
      .nodes[0]!
  ).Links[0]!
  return link.Hash
}
