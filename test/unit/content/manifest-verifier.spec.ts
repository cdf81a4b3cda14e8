import assert from 'node:assert/strict'
import * as dagPb from '@ipld/dag-pb'
import fc from 'fast-check'
import { CID } from 'multiformats/cid'
import {
  ContentError,
  cidText,
  isSendersFault,
  ManifestVerifier,
  sha256
} from '../../../src/content/index.ts'
import { MAX_FILE_BLOCKS, MAX_INNER_NODE_BYTES, BLOCK_BYTES as MIB } from '../../../src/wire/limits.ts'
import { zeroManifest } from './files.ts'

/** A verifier that asks for `root`, and `root` itself: a node with the right hash and maybe nothing else right. */
function offer(root: Uint8Array): void {
  new ManifestVerifier(cidText('dag-pb', sha256(root))).add(root)
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

/** The node of a 3 MiB + 5 file, changed. */
function changed(change: (node: dagPb.PBNode & { Data: Uint8Array }) => void): Uint8Array {
  const node = dagPb.decode(zeroManifest(3 * MIB + 5).innerNodes[0]!)
  change(node as dagPb.PBNode & { Data: Uint8Array })
  return dagPb.encode(node)
}

/** UnixFS message of a file: type, file size, block sizes, as given. */
function unixfs(fileSize: number, sizes: number[], type = 2): Uint8Array {
  return Uint8Array.from([
    0x08,
    type,
    0x18,
    ...varint(fileSize),
    ...sizes.flatMap(size => [0x20, ...varint(size)])
  ])
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...varint(Math.floor(value / 0x80))]
}

describe('ManifestVerifier', () => {
  it('takes the nodes of a file breadth first and gives its manifest', () => {
    const manifest = zeroManifest(2_050 * MIB + 1)
    const verifier = new ManifestVerifier(manifest.root)
    const expected: number[] = []
    for (const node of manifest.innerNodes) {
      expected.push(verifier.expected())
      verifier.add(node)
    }
    assert.deepEqual(expected, [1, 3, 2, 1])
    assert.equal(verifier.expected(), 0)
    assert.equal(verifier.done, true)
    assert.equal(verifier.size, manifest.size)
    assert.deepEqual(verifier.manifest().digests, manifest.digests)
    assert.equal(verifier.manifest().root, manifest.root)
  })

  it('is done at once with a raw root, and takes its size from the leaf', () => {
    const { root, digests } = zeroManifest(300)
    const verifier = new ManifestVerifier(root)
    assert.equal(verifier.done, true)
    assert.equal(verifier.size, null)
    assert.throws(() => verifier.manifest(), RangeError)
    assert.equal(verifier.manifest(300).size, 300)
    assert.deepEqual(verifier.manifest(300).digests, digests)
    assert.equal(
      flaw(() => verifier.add(new Uint8Array(1))),
      'unexpected'
    )
  })

  it('goes on with the right node after a wrong one', () => {
    const manifest = zeroManifest(3 * MIB)
    const verifier = new ManifestVerifier(manifest.root)
    assert.throws(() => verifier.add(zeroManifest(2 * MIB).innerNodes[0]!), isSendersFault)
    verifier.add(manifest.innerNodes[0]!)
    assert.equal(verifier.done, true)
  })

  it('has no manifest before the last node', () => {
    const manifest = zeroManifest(1_025 * MIB)
    const verifier = new ManifestVerifier(manifest.root)
    verifier.add(manifest.innerNodes[0]!)
    assert.throws(() => verifier.manifest())
  })

  const leaf = CID.parse(zeroManifest(MIB).root)
  const link = (Hash: CID, Tsize = MIB, Name = ''): dagPb.PBLink => ({ Hash, Tsize, Name })
  const hostile: Array<{ name: string; node: Uint8Array; flaw: string }> = [
    { name: 'bytes that are no dag-pb', node: Uint8Array.from([1, 2, 3]), flaw: 'not-dag-pb' },
    { name: 'a node without UnixFS', node: dagPb.encode({ Links: [link(leaf)] }), flaw: 'not-unixfs' },
    { name: 'a cut UnixFS message', node: changed(n => (n.Data = n.Data.slice(0, -1))), flaw: 'not-unixfs' },
    {
      name: 'an endless number',
      node: changed(n => (n.Data = new Uint8Array(200).fill(0x80).with(0, 8))),
      flaw: 'not-unixfs'
    },
    {
      name: 'a padded number',
      node: changed(n => (n.Data = Uint8Array.from([8, 0x82, 0]))),
      flaw: 'not-unixfs'
    },
    {
      name: 'a folder',
      node: dagPb.encode({ Data: Uint8Array.from([8, 1]), Links: [] }),
      flaw: 'a-folder'
    },
    {
      name: 'a symlink',
      node: dagPb.encode({ Data: Uint8Array.from([8, 4]), Links: [] }),
      flaw: 'not-a-file'
    },
    {
      name: 'bytes of the file in an inner node',
      node: changed(n => (n.Data = Uint8Array.from([8, 2, 0x12, 1, 65, 0x18, 1]))),
      flaw: 'not-this-profile'
    },
    {
      name: 'a file size that is not the sum',
      node: changed(n => (n.Data = unixfs(3 * MIB + 6, [MIB, MIB, MIB, 5]))),
      flaw: 'not-this-profile'
    },
    {
      name: 'a short leaf in the middle',
      node: changed(n => (n.Data = unixfs(3 * MIB + 5, [MIB, 5, MIB, MIB]))),
      flaw: 'not-this-profile'
    },
    {
      name: 'leaves of 256 KiB',
      node: dagPb.encode({ Data: unixfs(MIB / 2, [MIB / 4, MIB / 4]), Links: [link(leaf), link(leaf)] }),
      flaw: 'not-this-profile'
    },
    {
      name: 'more links than sizes',
      node: changed(n => n.Links.push(n.Links[0]!)),
      flaw: 'not-this-profile'
    },
    {
      name: 'no links at all',
      node: dagPb.encode({ Data: unixfs(0, []), Links: [] }),
      flaw: 'not-this-profile'
    },
    {
      name: 'one link, which needs no inner node',
      node: dagPb.encode({ Data: unixfs(MIB, [MIB]), Links: [link(leaf)] }),
      flaw: 'not-this-profile'
    },
    {
      name: 'a leaf that is dag-pb',
      node: changed(n => (n.Links[1] = link(CID.createV1(0x70, leaf.multihash)))),
      flaw: 'not-this-profile'
    },
    {
      name: 'a leaf of an unknown codec',
      node: changed(n => (n.Links[1] = link(CID.createV1(0x71, leaf.multihash)))),
      flaw: 'not-this-profile'
    },
    {
      name: 'a lie about tree sizes',
      node: changed(n => (n.Links[1] = link(leaf, 7))),
      flaw: 'not-this-profile'
    },
    {
      name: 'named links',
      node: changed(n => (n.Links = n.Links.map(l => ({ ...l, Name: 'x' })))),
      flaw: 'not-this-profile'
    },
    {
      name: 'a level too few',
      node: dagPb.encode({
        Data: unixfs(2_048 * MIB, [1_024 * MIB, 1_024 * MIB]),
        Links: [link(leaf), link(leaf)]
      }),
      flaw: 'not-this-profile'
    },
    {
      name: 'a file too large',
      node: dagPb.encode({
        Data: unixfs((MAX_FILE_BLOCKS + 1) * MIB, [MAX_FILE_BLOCKS * MIB, MIB]),
        Links: [link(leaf), link(leaf)]
      }),
      flaw: 'too-many-blocks'
    },
    { name: 'a node over the limit', node: new Uint8Array(MAX_INNER_NODE_BYTES + 1), flaw: 'too-long' }
  ]
  for (const { name, node, flaw: expected } of hostile) {
    it(`refuses ${name}`, () =>
      assert.equal(
        flaw(() => offer(node)),
        expected
      ))
  }

  it('throws nothing but ContentError, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
        assert.throws(() => offer(bytes), ContentError)
      })
    )
  })
})
