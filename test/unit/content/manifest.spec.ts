import assert from 'node:assert/strict'
import { blockLength, buildManifest, verifyBlock, verifyBlockDigest } from '../../../src/content/index.ts'
import { BLOCK_BYTES as MIB } from '../../../src/wire/limits.ts'
import { zeroManifest, zeros } from './files.ts'
import { importFile } from './importer.ts'

describe('manifest', () => {
  const golden: Array<[size: number, cid: string]> = [
    [0, 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku'],
    [1, 'bafkreidogqfzz75tpkmjzjke425xqcrmpcib2p5tg44hnbirumdbpl5adu'],
    [MIB - 1, 'bafkreigkp3imjkhgps64iyoezmgsq3jpvo6z6dcbu72cwzs7olv2vcxmky'],
    [MIB, 'bafkreibq4fevl27rgurgnxbp7adh42aqiyd6ouflxhj3gzmcxcxzbh6lla'],
    [MIB + 1, 'bafybeihd4yzq7n5umhjngdum4r6k2to7egxfkf2jz6thvwzf6djus22cmq'],
    [3 * MIB + 5, 'bafybeiayxwb54rnxpofwvtqrlwuuy45oxvliezr7ryekoimjfagbs6p5gi']
  ]
  for (const [size, cid] of golden) {
    it(`names ${size} zeros ${cid.slice(0, 16)}… as the importer does, node by node`, async () => {
      const manifest = zeroManifest(size)
      const imported = await importFile(size === 0 ? [new Uint8Array(0)] : zeros(size))
      assert.equal(manifest.root, cid)
      assert.equal(manifest.root, imported.cid)
      assert.deepEqual(manifest.innerNodes, imported.innerNodes)
    })
  }

  it('agrees with the importer where a second level of inner nodes begins @slow', async function () {
    this.timeout(60_000)
    const manifest = zeroManifest(1_025 * MIB)
    const imported = await importFile(zeros(1_025 * MIB))
    assert.equal(manifest.root, imported.cid)
    assert.equal(manifest.innerNodes.length, 3)
    assert.deepEqual(manifest.innerNodes, imported.innerNodes)
  })

  it('takes digests one by one or packed', () => {
    const packed = zeroManifest(3 * MIB + 5)
    const digests = [0, 1, 2, 3].map(i => packed.digest(i))
    assert.equal(buildManifest(digests, 3 * MIB + 5).root, packed.root)
  })

  it('refuses digests that do not fit the size', () => {
    const { digests } = zeroManifest(3 * MIB)
    for (const size of [2 * MIB, 3 * MIB + 1, -1, 1.5, Number.NaN, 2 ** 50]) {
      assert.throws(() => buildManifest(digests, size), RangeError)
    }
  })

  it('knows the length of each block', () => {
    const lengths = [0, 1, 2, 3].map(i => blockLength(3 * MIB + 5, i))
    assert.deepEqual(lengths, [MIB, MIB, MIB, 5])
    assert.equal(blockLength({ size: 0 }, 0), 0)
    assert.throws(() => blockLength(3 * MIB, 3), RangeError)
  })

  it('accepts a block, whole or in pieces, and nothing else', () => {
    const manifest = zeroManifest(2 * MIB + 5)
    const block = new Uint8Array(MIB)
    assert.equal(verifyBlock(manifest, 1, block), true)
    assert.equal(verifyBlock(manifest, 1, [block.subarray(0, 7), block.subarray(7)]), true)
    assert.equal(verifyBlock(manifest, 2, block.subarray(0, 5)), true)
    assert.equal(verifyBlock(manifest, 2, block), false)
    assert.equal(verifyBlock(manifest, 1, block.subarray(1)), false)
    assert.equal(verifyBlock(manifest, 1, block.with(9, 1)), false)
    assert.equal(verifyBlockDigest(manifest, 1, manifest.digest(0), MIB), true)
    assert.equal(verifyBlockDigest(manifest, 1, manifest.digest(2), MIB), false)
  })

  it('lets the hash alone decide about the only block of a file, whose size is hearsay', () => {
    const { digests } = zeroManifest(300)
    assert.equal(verifyBlock(buildManifest(digests, 500), 0, new Uint8Array(300)), true)
    assert.equal(verifyBlock(buildManifest(digests, 500), 0, new Uint8Array(500)), false)
  })
})
