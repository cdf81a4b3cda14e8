import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Download } from '../../src/node/api.ts'
import type { TestNode } from '../../src/testnet/index.ts'
import { eventually, line, Testnet } from '../../src/testnet/index.ts'

async function write(folder: string, files: Record<string, string | Uint8Array>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
}

/** Every file below a folder with its content, by path. */
async function readTree(folder: string): Promise<Record<string, string>> {
  const tree: Record<string, string> = {}
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile()) tree[path.slice(folder.length + 1)] = (await readFile(path)).toString('latin1')
  }
  return tree
}

async function shareReady(node: TestNode, folder: string): Promise<string> {
  await node.share(folder)
  const cid = await eventually(
    async () => {
      const share = (await node.shares()).find(({ path }) => path === folder)
      return share?.state === 'ready' && share.cid !== null ? share.cid : false
    },
    { within: 30_000, what: `${folder} hashed` }
  )
  assert.ok(cid !== false)
  return cid
}

describe('Folders between nodes', () => {
  it('restores a tree from its cid alone, as one download, and shares it on under the same cid', async () => {
    await using net = await Testnet.start({ nodes: 2, topology: line })
    const [ann, bob] = [net.node(0), net.node(1)]
    const large = Buffer.alloc(2 * 1024 * 1024 + 17, 'L')
    const files = { 'a.txt': 'a', empty: '', 'deep/er/b.txt': 'b', 'deep/large.bin': large, 'deep/copy': 'a' }
    await write(join(ann.folder, 'tree'), files)
    const cid = await shareReady(ann, join(ann.folder, 'tree'))
    await net.caughtUp(6)
    const sizes = new Set<number | null>()
    const done = await bob.get({ target: cid }, { onProgress: ({ size }) => sizes.add(size) })
    assert.deepEqual([done.state, done.name, done.size], ['done', 'tree', large.length + 3])
    assert.deepEqual(await readTree(done.path), await readTree(join(ann.folder, 'tree')))
    assert.equal((await bob.downloads()).length, 1)
    assert.ok(done.sources.some(source => source.peerId === ann.peerId && source.bytes > large.length))
    await eventually(async () => (await bob.shares())[0]?.cid === cid, { within: 10_000, what: 'shared on' })
    // What somebody puts there later is nobody else's.
    await write(done.path, { 'private.txt': 'mine' })
    await eventually(async () => (await bob.shares())[0]?.state === 'ready', {
      within: 10_000,
      what: 'ready'
    })
    assert.equal((await bob.shares())[0]?.files, 5)
    const { shares } = await bob.stats()
    const bytes = large.length + 3
    assert.deepEqual(shares, { count: 1, files: 5, bytes, hashed: 5, pending: 0, errors: 0 })
  })

  it('fetches only what is wanted of a folder, and the rest when that is asked for', async () => {
    await using net = await Testnet.start({ nodes: 2, topology: line })
    const [ann, bob] = [net.node(0), net.node(1)]
    const files = { 'a.txt': 'a', 'b.jpg': 'b', 'in/c.jpg': 'c', 'in/d.txt': 'd', 'docs/e.md': 'e' }
    await write(join(ann.folder, 'tree'), files)
    const target = await shareReady(ann, join(ann.folder, 'tree'))
    await net.caughtUp(6)
    const some = await bob.get({ target, only: ['*.jpg', 'docs'] })
    assert.deepEqual(await readTree(some.path), { 'b.jpg': 'b', 'in/c.jpg': 'c', 'docs/e.md': 'e' })
    assert.equal(some.size, 3)
    const all = await bob.get({ target })
    assert.deepEqual([all.path, await readTree(all.path)], [some.path, files])
    const sent = (await ann.uploads()).reduce((sum, { bytes }) => sum + bytes, 0)
    assert.equal(sent, 5, 'what was there is not fetched again')
    await assert.rejects(bob.get({ target, only: ['*.mp3'], output: join(bob.folder, 'none') }), {
      message: /nothing in the folder is called like \*\.mp3/
    })
  })

  it('fetches a folder inside a share, and a sharded one', async () => {
    await using net = await Testnet.start({ nodes: 2, topology: line })
    const [ann, bob] = [net.node(0), net.node(1)]
    const files: Record<string, string> = {}
    const name = (i: number): string => `${'a long name, so that fewer files are enough '.repeat(5)}${i}`
    for (let i = 0; i < 1_000; i++) files[`s/sub/${name(i)}`] = `${i % 7}`
    await write(ann.folder, files)
    await shareReady(ann, join(ann.folder, 's'))
    const { cid } = await ann.link(join(ann.folder, 's/sub'))
    const target = `p2p:${cid}?name=sub&p=${ann.address}`
    const done = await bob.get({ target, output: join(bob.folder, 'out') })
    assert.equal(Object.keys(await readTree(done.path)).length, 1_000)
    assert.equal(await readFile(join(done.path, name(789)), 'utf8'), `${789 % 7}`)
  }).timeout(60_000)

  it('uses the files that are there already, and overwrites none that is another', async () => {
    await using net = await Testnet.start({ nodes: 2, topology: line })
    const [ann, bob] = [net.node(0), net.node(1)]
    await write(join(ann.folder, 't'), { same: 'same', other: 'other', 'x/new': 'new' })
    const cid = await shareReady(ann, join(ann.folder, 't'))
    const out = join(bob.folder, 'out')
    await write(out, { same: 'same', other: 'mine' })
    const before = await stat(join(out, 'same'))
    const target = `p2p:${cid}?name=out&p=${ann.address}`
    const done = await bob.get({ target, output: bob.folder })
    assert.deepEqual(await readTree(out), {
      same: 'same',
      other: 'mine',
      'other (2)': 'other',
      'x/new': 'new'
    })
    assert.equal((await stat(join(out, 'same'))).mtimeMs, before.mtimeMs)
    assert.equal(
      done.sources.reduce((sum, { bytes }) => sum + bytes, 0),
      8
    )
  })

  it('pauses, goes on with what is there, and leaves no part files when it is cancelled', async () => {
    await using net = await Testnet.start({ nodes: 2, topology: line })
    const [ann, bob] = [net.node(0), net.node(1)]
    const files: Record<string, Uint8Array> = {}
    for (let i = 0; i < 6; i++) files[`large ${i}`] = Buffer.alloc(24 * 1024 * 1024 + i, i)
    await write(join(ann.folder, 't'), files)
    const cid = await shareReady(ann, join(ann.folder, 't'))
    const target = `p2p:${cid}?name=t&p=${ann.address}`
    const stop = new AbortController()
    const half = Promise.withResolvers<Download>()
    const onProgress = (download: Download): void => {
      if (download.bytesDone > 20 * 1024 * 1024) half.resolve(download)
    }
    const watching = bob.get({ target }, { signal: stop.signal, onProgress }).catch(() => undefined)
    const { id } = await half.promise
    const paused = await bob.pause(id)
    assert.equal(paused.state, 'paused')
    assert.ok(paused.bytesDone > 0 && paused.bytesDone < (paused.size ?? 0))
    await bob.resume(id)
    const done = await bob.get({ target })
    assert.deepEqual([done.id, done.state], [id, 'done'])
    assert.deepEqual((await readdir(done.path)).sort(), Object.keys(files).sort())
    stop.abort()
    await watching
    const again = Promise.withResolvers<Download>()
    const output = `${join(bob.folder, 'second')}/`
    const second = bob.get(
      { target, output },
      { onProgress: d => d.bytesDone > 1024 * 1024 && again.resolve(d) }
    )
    const { id: other, path } = await again.promise
    const failed = assert.rejects(second, /cancelled/)
    await bob.cancel(other)
    await failed
    assert.deepEqual(
      (await readdir(path)).filter(name => name.endsWith('.part')),
      []
    )
  }).timeout(60_000)

  it('names files of strangers safely, and keeps apart what some systems take for one', async () => {
    await using net = await Testnet.start({ nodes: 2, topology: line })
    const [ann, bob] = [net.node(0), net.node(1)]
    await write(join(ann.folder, 't'), { 'a:b': '1', 'A:B': '2', 'nul.txt': '3', 'x\u202ey': '4' })
    const cid = await shareReady(ann, join(ann.folder, 't'))
    const done = await bob.get({ target: `p2p:${cid}?name=../../up&p=${ann.address}` })
    assert.equal(dirname(done.path), join(bob.folder, 'downloads'))
    assert.deepEqual(Object.keys(await readTree(done.path)).sort(), ['A_B', '_nul.txt', 'a_b (2)', 'x_y'])
  })

  it('are wanted, and fetched when somebody announces them', async () => {
    await using net = await Testnet.start({ nodes: 2, topology: line })
    const [ann, bob] = [net.node(0), net.node(1)]
    await bob.addWant('holiday pictures', { get: true })
    await write(join(ann.folder, 'holiday pictures'), { 'one.jpg': '1', 'two.jpg': '2' })
    await shareReady(ann, join(ann.folder, 'holiday pictures'))
    const isThere = async (): Promise<boolean> => {
      const names = (await bob.downloads()).filter(({ state }) => state === 'done').map(({ name }) => name)
      return names.includes('holiday pictures')
    }
    await eventually(isThere, { within: 20_000, what: 'the wanted folder' })
    assert.ok((await bob.wants())[0]!.matches.some(match => match.peerId === ann.peerId))
  })

  it('fails when nobody has the folder', async () => {
    await using net = await Testnet.start({ nodes: 2, topology: line })
    const cid = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi'
    await assert.rejects(net.node(1).get({ target: cid, timeoutMs: 500 }), /no source/)
  })
})
