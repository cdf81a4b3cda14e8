import assert from 'node:assert/strict'
import { FolderTree } from '../../../src/node/folder-tree.ts'

const CID = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'

describe('FolderTree', () => {
  it('is built in steps, whether it has many folders or one with many files', () => {
    for (const folderOf of [(i: number) => `folder ${i % 100}/`, () => '']) {
      const tree = new FolderTree()
      for (let i = 0; i < 2_000; i++) tree.set(`${folderOf(i)}file ${i}`, { cid: CID, size: i })
      assert.ok([...tree.build()].length >= 8)
      assert.ok(tree.cid !== undefined)
    }
  })

  it('is the same folder whatever the order of the files', () => {
    const [one, other] = [new FolderTree(), new FolderTree()]
    const paths = Array.from({ length: 50 }, (_, i) => `folder ${i % 7}/file ${i}`)
    for (const path of paths) one.set(path, { cid: CID, size: 1 })
    for (const path of paths.toReversed()) other.set(path, { cid: CID, size: 1 })
    for (const tree of [one, other]) for (const _ of tree.build());
    assert.equal(one.cid, other.cid)
  })
})
