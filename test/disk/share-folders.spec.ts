import assert from 'node:assert/strict'
import { rename, rm, utimes } from 'node:fs/promises'
import { DirectoryVerifier } from '../../src/content/index.ts'
import type { Share } from '../../src/node/api.ts'
import type { FileFacts, FileHasher, ShareWatcher } from '../../src/node/share-ports.ts'
import { BLOCK_BYTES } from '../../src/wire/limits.ts'
import { importTree } from '../unit/content/importer.ts'
import { ShareFixture } from './share-fixture.ts'

async function importerCid(files: Record<string, string | Uint8Array>): Promise<string> {
  const content = Object.entries(files).map(
    ([path, bytes]) => [path, Uint8Array.from(Buffer.from(bytes))] as const
  )
  return (await importTree(new Map(content))).cids.get('')!.cid
}

function only(fixture: ShareFixture): Share {
  const [share, ...others] = fixture.shares.list()
  assert.equal(others.length, 0)
  return share!
}

/** Hashes nothing before it is told to. */
class HeldHasher implements FileHasher {
  readonly asked: string[] = []
  paused = false
  #inner: () => FileHasher
  #go = Promise.withResolvers<void>()

  constructor(inner: () => FileHasher) {
    this.#inner = inner
  }

  async hash(file: FileFacts, options: Parameters<FileHasher['hash']>[1]): Promise<Uint8Array> {
    this.asked.push(file.absolute)
    options.onProgress?.(1)
    await this.#go.promise
    return await this.#inner().hash(file, options)
  }

  pause(): void {
    this.paused = true
  }

  resume(): void {
    this.paused = false
  }

  go(): void {
    this.#go.resolve()
  }
}

describe('Shares as folders', () => {
  it('have the cid that IPFS tools give the folder, and announce it with the size of all files', async () => {
    await using net = await ShareFixture.start()
    const files = { a: '1', 'sub/b': '22', 'sub/deep/c': '', large: Buffer.alloc(2 * BLOCK_BYTES + 5) }
    for (const [path, content] of Object.entries(files)) await net.folder.write(`s/${path}`, content)
    const before = await net.shares.share(net.folder.join('s'))
    assert.equal(before.cid, null)
    await net.scan()
    const cid = await importerCid(files)
    assert.deepEqual([only(net).cid, only(net).state], [cid, 'ready'])
    const { modified, ...entry } = net.folders.get('s')!
    const size = 3 + 2 * BLOCK_BYTES + 5
    assert.deepEqual(entry, { cid, name: 's', path: 's', size, mime: 'inode/directory' })
    assert.equal(modified, Math.max(...[...net.announced.values()].map(one => one.modified)))
  })

  it('serve every folder in them, to those who may see the share', async () => {
    await using net = await ShareFixture.start()
    await net.folder.write('s/sub/b', '22')
    await net.shares.share(net.folder.join('s'), { to: ['ann'] })
    await net.scan()
    assert.equal(net.folders.size, 0)
    for (const path of ['s', 's/sub']) {
      const { cid } = await net.shares.locate(net.folder.join(path))
      const served = await net.shares.find(cid, 'ann')
      const verifier = new DirectoryVerifier(cid)
      for (const node of await served!.innerNodes()) verifier.add(node)
      assert.deepEqual([verifier.done, verifier.entries.length, served!.blocks], [true, 1, 0])
      assert.equal(await net.shares.find(cid, 'bob'), undefined)
    }
  })

  it('tell what of them people pass on as links: themselves and their folders, as far as all may see them', async () => {
    await using net = await ShareFixture.start()
    await net.folder.write('s/sub/deep/b', '22')
    await net.folder.write('s/c', '3')
    await net.folder.write('secret/sub/d', '4')
    await net.folder.write('e', '5')
    await net.shares.share(net.folder.join('s'))
    await net.shares.share(net.folder.join('secret'), { to: ['ann'] })
    await net.shares.share(net.folder.join('e'))
    assert.deepEqual(net.shares.linked(10), [])
    await net.scan()
    const cidOf = async (path: string): Promise<string> =>
      (await net.shares.locate(net.folder.join(path))).cid
    const [s, e, sub, deep] = await Promise.all(['s', 'e', 's/sub', 's/sub/deep'].map(cidOf))
    assert.deepEqual(
      net.shares.linked(10).map(({ cid }) => cid),
      [s, e, sub, deep]
    )
    assert.deepEqual(
      net.shares.linked(3).map(({ cid }) => cid),
      [s, e, sub]
    )
    await net.shares.unshare(net.folder.join('s'))
    assert.deepEqual(
      net.shares.linked(10).map(({ cid }) => cid),
      [e]
    )
  })

  it('become another folder when something in them changes, and the same one when it is undone', async () => {
    await using net = await ShareFixture.start()
    await net.folder.write('s/a', '1')
    await net.folder.write('s/x/b', '2')
    await net.shares.share(net.folder.join('s'))
    await net.scan()
    const first = only(net).cid
    assert.equal(first, await importerCid({ a: '1', 'x/b': '2' }))
    await net.folder.write('s/x/c', '3')
    const second = await importerCid({ a: '1', 'x/b': '2', 'x/c': '3' })
    await net.until(() => net.folders.get('s')?.cid === second)
    assert.equal(await net.shares.find(first!, 'ann'), undefined)
    await rm(net.folder.join('s/x/c'))
    await net.until(() => net.folders.get('s')?.cid === first)
    await rename(net.folder.join('s/x'), net.folder.join('s/y'))
    const renamed = await importerCid({ a: '1', 'y/b': '2' })
    await net.until(() => net.folders.get('s')?.cid === renamed)
    await rm(net.folder.join('s/y'), { recursive: true })
    const left = await importerCid({ a: '1' })
    await net.until(() => net.folders.get('s')?.cid === left)
    await net.shares.unshare(only(net).id)
    assert.equal(net.folders.size, 0)
  })

  it('say what a path of theirs is to peers, and what is wrong with others', async () => {
    await using net = await ShareFixture.start()
    await net.folder.write('s/sub/b', '22')
    await net.folder.write('s/.hidden', '')
    await net.folder.write('elsewhere', '')
    await net.shares.share(net.folder.join('s'))
    await net.scan()
    const file = await net.shares.locate(net.folder.join('s/sub/b'))
    assert.deepEqual([file.name, file.size, file.cid], ['b', 2, net.announced.get('s/sub/b')?.cid])
    const sub = await net.shares.locate(net.folder.join('s/sub'))
    assert.deepEqual([sub.name, sub.size, sub.cid], ['sub', 2, await importerCid({ b: '22' })])
    assert.equal((await net.shares.locate(net.folder.join('s'))).cid, only(net).cid)
    await assert.rejects(net.shares.locate(net.folder.join('s/.hidden')), /not shared/)
    await assert.rejects(net.shares.locate(net.folder.join('elsewhere')), /in no share/)
  })

  it('preview what would be shared, what is ignored and why, and share nothing', async () => {
    await using net = await ShareFixture.start()
    for (const name of ['s/a', 's/.git/x', 's/b.tmp', 's/c.log', 's/Thumbs.db'])
      await net.folder.write(name, 'xx')
    await net.folder.write('s/.p2pignore', '*.log')
    const options = { signal: new AbortController().signal }
    const seen = await Array.fromAsync(net.shares.preview(net.folder.join('s'), options))
    assert.deepEqual(seen, [
      { type: 'ignored', path: '.git', reason: 'hidden' },
      { type: 'ignored', path: '.p2pignore', reason: 'hidden' },
      { type: 'ignored', path: 'Thumbs.db', reason: "the system's" },
      { type: 'file', path: 'a', size: 2 },
      { type: 'ignored', path: 'b.tmp', reason: 'temporary' },
      { type: 'ignored', path: 'c.log', reason: 'in .p2pignore' },
      { type: 'done', files: 1, bytes: 2, ignored: 5, refused: 0 }
    ])
    assert.deepEqual([net.shares.list(), net.announced.size], [[], 0])
    await assert.rejects(
      Array.fromAsync(net.shares.preview(net.folder.join('none'), options)),
      /is not there/
    )
  })
})

describe('Hashing of shares', () => {
  it('tells how far it is, how quick, and when it will be done', async () => {
    const hasher = new HeldHasher(() => net.pool)
    await using net = await ShareFixture.start({ ports: { hasher } })
    const old = new Date('2020-01-01')
    for (const name of ['s/a', 's/b']) await utimes(await net.folder.write(name, '1234'), old, old)
    await net.shares.share(net.folder.join('s'))
    await net.until(() => hasher.asked.length === 2)
    net.aheadMs += 1_000
    const { progress, cid, state } = only(net)
    assert.deepEqual([cid, state, progress?.bytesDone, progress?.filesPerS], [null, 'scanning', 2, 0])
    assert.ok(progress!.bytesPerS >= 1 && progress!.etaS! >= 1, JSON.stringify(progress))
    hasher.go()
    await net.scan()
    assert.deepEqual([only(net).progress, only(net).state], [null, 'ready'])
    assert.ok(net.events.some(event => event.type === 'share:updated' && event.share.progress !== null))
  })

  it('pauses and goes on where it was; a scan does not wait for what is paused', async () => {
    await using net = await ShareFixture.start()
    net.shares.pauseHashing()
    await utimes(await net.folder.write('s/a', '1'), 1, 1)
    await net.shares.share(net.folder.join('s'))
    await net.scan()
    assert.deepEqual([only(net).state, only(net).pending, net.pool.bytesHashed], ['paused', 1, 0])
    net.shares.resumeHashing()
    await net.scan()
    assert.deepEqual([only(net).state, net.paths, net.pool.bytesHashed], ['ready', ['s/a'], 1])
  })

  it('looks every minute, and says so, where the system does not tell of changes', async () => {
    const watcher: ShareWatcher = {
      watch: async () => {
        throw new Error('no watches left')
      }
    }
    await using net = await ShareFixture.start({ checkMs: 50, ports: { watcher } })
    await net.folder.write('s/a', '1')
    await net.shares.share(net.folder.join('s'))
    await net.scan()
    assert.deepEqual(
      only(net).errors.map(({ path, message }) => [path, /no watches left.*within a minute/.test(message)]),
      [['', true]]
    )
    await net.folder.write('s/b', '2')
    net.aheadMs += 61_000
    await net.until(() => net.announced.has('s/b'))
    // A clock that was set back must not put the next look off.
    await net.folder.write('s/c', '3')
    net.aheadMs -= 30 * 24 * 60 * 60_000
    await net.until(() => net.announced.has('s/c'))
  })
})
