import assert from 'node:assert/strict'
import { appendFile, chmod, mkdir, rename, rm, symlink, unlink } from 'node:fs/promises'
import { HashPool, Scanner } from '../../src/adapters/files/index.ts'
import { ContentError, cidText, ManifestVerifier, sha256 } from '../../src/content/index.ts'
import type { Share } from '../../src/node/api.ts'
import { NodeError } from '../../src/node/errors.ts'
import type {
  FileFacts,
  FileHasher,
  HashCache,
  SavedShare,
  ShareScanner,
  ShareStore
} from '../../src/node/share-ports.ts'
import { MISSING_GRACE_MS } from '../../src/node/share-root.ts'
import { FOLDER_MIME } from '../../src/node/share-tracker.ts'
import type { SharePorts } from '../../src/node/shares.ts'
import { BLOCK_BYTES } from '../../src/wire/limits.ts'
import { zeroManifest } from '../unit/content/files.ts'
import { temporaryFolder } from './files/temporary.ts'
import { ShareFixture } from './share-fixture.ts'

function cidOf(text: string): string {
  return cidText('raw', sha256(Buffer.from(text)))
}

const unpaused = { pause: () => {}, resume: () => {} }

function only(fixture: ShareFixture): Share {
  const [share, ...others] = fixture.shares.list()
  assert.equal(others.length, 0)
  return share!
}

describe('Shares', () => {
  it('announces the files of a folder, by their cids and paths in the share', async () => {
    await using net = await ShareFixture.start()
    await net.folder.write('music/a.mp3', 'aaa')
    await net.folder.write('music/deep/b.txt', '')
    const share = await net.shares.share(net.folder.join('music'))
    assert.match(share.id, /^[0-9a-f]{8}$/)
    assert.deepEqual([share.name, share.state, share.cid], ['music', 'scanning', null])
    await net.scan()
    const { modified, ...entry } = net.announced.get('music/a.mp3')!
    assert.deepEqual(entry, {
      cid: cidOf('aaa'),
      name: 'a.mp3',
      path: 'music/a.mp3',
      size: 3,
      mime: 'audio/mpeg'
    })
    assert.ok(Math.abs(modified - Date.now()) < 60_000)
    assert.equal(net.announced.get('music/deep/b.txt')?.cid, cidOf(''))
    const { files, bytes, hashed, pending, errors, state, path } = only(net)
    assert.deepEqual([files, bytes, hashed, pending, errors, state], [2, 3, 2, 0, [], 'ready'])
    assert.equal(path, net.folder.join('music'))
    // The two files and the folder.
    assert.equal(net.shares.entries().length, 3)
  })

  it('shares one file under its name, with its cid', async () => {
    await using net = await ShareFixture.start()
    await net.shares.share(await net.folder.write('a.txt', 'x'))
    await net.scan()
    assert.deepEqual(net.paths, ['a.txt'])
    assert.equal(only(net).cid, cidOf('x'))
  })

  it('serves what it announced, inner nodes included', async () => {
    await using net = await ShareFixture.start()
    const size = 2 * BLOCK_BYTES + 1
    await net.shares.share(await net.folder.write('zeros', Buffer.alloc(size)))
    await net.scan()
    const { root } = zeroManifest(size)
    const served = await net.served.find(root, 'ann')
    const verifier = new ManifestVerifier(root)
    for (const node of await served!.innerNodes()) verifier.add(node)
    assert.equal(verifier.manifest().size, size)
    assert.equal((await served!.read(2)).length, 1)
  })

  it('notices what is written, changed and removed', async () => {
    await using net = await ShareFixture.start()
    await net.folder.write('s/a', '1')
    await net.shares.share(net.folder.join('s'))
    await net.scan()
    await net.folder.write('s/new/b', '2')
    await net.until(() => net.announced.has('s/new/b'))
    await appendFile(net.folder.join('s/a'), '1')
    await net.until(() => net.announced.get('s/a')?.cid === cidOf('11'))
    assert.ok(net.withdrawn.includes('s/a'))
    assert.equal(await net.served.find(cidOf('1'), 'ann'), undefined)
    await rm(net.folder.join('s/new'), { recursive: true })
    await net.until(() => !net.announced.has('s/new/b'))
    assert.deepEqual(net.paths, ['s/a'])
  })

  it('notices through symlinks what is changed and removed where they lead', async () => {
    await using net = await ShareFixture.start()
    await net.folder.write('s/a', '1')
    await net.folder.write('s/sub/b', '1')
    await symlink('a', net.folder.join('s/link'))
    await symlink('sub', net.folder.join('s/folder'))
    await net.shares.share(net.folder.join('s'))
    await net.scan()
    assert.deepEqual(net.paths, ['s/a', 's/folder/b', 's/link', 's/sub/b'])
    await appendFile(net.folder.join('s/a'), '2')
    await appendFile(net.folder.join('s/sub/b'), '3')
    const isNew = (path: string, content: string): boolean => net.announced.get(path)?.cid === cidOf(content)
    await net.until(() => isNew('s/link', '12') && isNew('s/folder/b', '13'))
    await unlink(net.folder.join('s/a'))
    await net.until(() => net.paths.join() === 's/folder/b,s/sub/b')
  })

  it('hashes nothing after a rename, of a file or of a folder', async () => {
    await using net = await ShareFixture.start()
    await net.folder.write('s/a', 'file')
    await net.folder.write('s/one/big', Buffer.alloc(BLOCK_BYTES + 1))
    await net.shares.share(net.folder.join('s'))
    await net.scan()
    const hashed = net.pool.bytesHashed
    await rename(net.folder.join('s/a'), net.folder.join('s/b'))
    await rename(net.folder.join('s/one'), net.folder.join('s/two'))
    await net.until(() => net.paths.join() === 's/b,s/two/big')
    assert.equal(net.pool.bytesHashed, hashed)
    const served = await net.served.find(zeroManifest(BLOCK_BYTES + 1).root, 'ann')
    assert.equal((await served!.innerNodes()).length, 1)
  })

  it('hashes nothing after a restart', async () => {
    const before = await ShareFixture.start()
    await before.folder.write('s/a', 'x')
    await before.folder.write('s/big', Buffer.alloc(3 * BLOCK_BYTES))
    const { id } = await before.shares.share(before.folder.join('s'))
    await before.scan()
    await before.stop()
    await using net = await ShareFixture.start({ folder: before.folder })
    assert.equal(only(net).id, id)
    await net.scan()
    assert.deepEqual(net.paths, ['s/a', 's/big'])
    assert.equal(net.pool.bytesHashed, 0)
  })

  it('waits for a file that is being written and announces only the whole', async () => {
    let writes = 4
    class Writing extends Scanner {
      /** Whenever somebody looks, a little more was written. */
      override async facts(absolute: string): Promise<FileFacts | undefined> {
        if (writes-- > 0) await appendFile(absolute, 'x')
        return await super.facts(absolute)
      }
    }
    await using net = await ShareFixture.start({ ports: { scanner: new Writing() } })
    await net.folder.write('s/slow', 'x')
    await net.shares.share(net.folder.join('s'))
    await net.scan()
    assert.equal(net.announced.get('s/slow')?.cid, cidOf('xxxxx'))
    assert.deepEqual([net.withdrawn, net.pool.bytesHashed], [[], 5])
  })

  it('tries again when a file changes while it is hashed, and forgets one that vanishes', async () => {
    const changes: Array<(path: string) => Promise<void>> = [
      path => appendFile(path, '!'),
      path => unlink(path)
    ]
    for (const change of changes) {
      let calls = 0
      const hasher: FileHasher = {
        ...unpaused,
        hash: async (file, options) => {
          if (calls++ === 0) await change(file.absolute)
          return await net.pool.hash(file, options)
        }
      }
      await using net = await ShareFixture.start({ ports: { hasher } })
      await net.folder.write('s/a', 'x')
      await net.shares.share(net.folder.join('s'))
      await net.scan()
      assert.equal(net.announced.get('s/a')?.cid, calls > 1 ? cidOf('x!') : undefined)
      assert.deepEqual([only(net).pending, only(net).state], [0, 'ready'])
    }
  })

  it('tells why a file could not be hashed, and tries it again at the next scan', async () => {
    let broken = true
    const hasher: FileHasher = {
      ...unpaused,
      hash: async (file, options) => {
        if (broken) throw new NodeError({ code: 'disk', message: 'the disk reports an error' })
        return await net.pool.hash(file, options)
      }
    }
    await using net = await ShareFixture.start({ ports: { hasher } })
    await net.folder.write('s/a', 'x')
    await net.shares.share(net.folder.join('s'))
    await net.scan()
    assert.deepEqual(only(net).errors, [{ path: 'a', message: 'the disk reports an error' }])
    assert.deepEqual([only(net).files, only(net).hashed, only(net).pending], [1, 0, 0])
    broken = false
    await net.scan()
    assert.deepEqual([net.paths, only(net).errors], [['s/a'], []])
  })

  it('tells a file that it may not read', async function () {
    // Root may read everything, so there is nothing to see.
    if (process.getuid?.() === 0) this.skip()
    await using net = await ShareFixture.start()
    await chmod(await net.folder.write('s/closed', 'x'), 0)
    await net.shares.share(net.folder.join('s'))
    await net.scan()
    assert.match(only(net).errors[0]!.message, /permission denied/)
  })

  it('announces 2,000 small files in few batches', async () => {
    await using net = await ShareFixture.start()
    const names = Array.from({ length: 2_000 }, (_, i) => `s/d${i % 20}/f${i}`)
    await Promise.all(names.map(name => net.folder.write(name)))
    await net.shares.share(net.folder.join('s'))
    await net.scan()
    assert.equal(net.announced.size, 2_000)
    assert.ok(net.batches < 50, `${net.batches} batches`)
    assert.equal(net.announced.get(names[1_234]!)?.cid, cidOf(names[1_234]!))
  })

  it('withdraws the entries of a share that ends', async () => {
    await using net = await ShareFixture.start()
    await net.folder.write('s/a', 'x')
    await net.shares.share(net.folder.join('s'))
    await net.scan()
    const share = await net.shares.unshare(net.folder.join('s'))
    assert.equal(share.files, 1)
    assert.deepEqual([net.paths, net.shares.list()], [[], []])
    assert.equal(await net.served.find(cidOf('x'), 'ann'), undefined)
    await assert.rejects(net.shares.unshare(share.id), isFault('not-found'))
    const types = net.events.map(({ type }) => type)
    assert.deepEqual([types[0], types.at(-1)], ['share:added', 'share:removed'])
  })

  it('pauses a share whose folder is away, withdraws nothing for an hour, and goes on when it is back', async () => {
    await using net = await ShareFixture.start()
    await net.folder.write('s/a', 'x')
    await net.shares.share(net.folder.join('s'))
    await net.scan()
    await rename(net.folder.join('s'), net.folder.join('away'))
    await net.scan()
    assert.deepEqual([only(net).state, net.paths], ['paused', ['s/a']])
    await rename(net.folder.join('away'), net.folder.join('s'))
    await net.scan()
    assert.deepEqual([only(net).state, only(net).errors], ['ready', []])
    assert.ok((await net.served.find(cidOf('x'), 'ann')) != null)
  })

  it('pauses a share when an empty folder stands where its drive was', async () => {
    await using net = await ShareFixture.start()
    await net.folder.write('s/a', 'x')
    await net.shares.share(net.folder.join('s'))
    await net.scan()
    await rename(net.folder.join('s'), net.folder.join('away'))
    await mkdir(net.folder.join('s'))
    await net.scan()
    assert.deepEqual([only(net).state, net.paths], ['paused', ['s/a']])
  })

  it('knows after a restart that an empty folder stands where its drive was', async () => {
    await using folder = await temporaryFolder()
    await folder.write('s/a', 'x')
    const first = await ShareFixture.start({ folder })
    await first.shares.share(folder.join('s'))
    await first.scan()
    await first.stop()
    await rename(folder.join('s'), folder.join('away'))
    await mkdir(folder.join('s'))
    const entry = { cid: cidOf('x'), path: 's/a', name: 'a', size: 1, mime: '', modified: 0 }
    const gone: boolean[] = []
    const sink = {
      changed: () => {},
      reconcile: (isGone: (known: typeof entry) => boolean) => void gone.push(isGone(entry))
    }
    const net = await ShareFixture.start({ folder, ports: { sink } })
    await net.scan()
    assert.deepEqual([only(net).state, gone.at(-1)], ['paused', false])
    await net.stop()
  })

  it('keeps what lies in a folder that cannot be read for the moment, and nothing else', async () => {
    const scanner = new Scanner()
    let isBroken = false
    const broken: ShareScanner = {
      inspect: path => scanner.inspect(path),
      facts: path => scanner.facts(path),
      preview: (root, options) => scanner.preview(root, options),
      async *scan(root, options) {
        if (!isBroken) return yield* scanner.scan(root, options)
        yield { kind: 'error', path: 'sub', message: 'EMFILE', unsure: 'sub' }
      }
    }
    await using net = await ShareFixture.start({ ports: { scanner: broken } })
    await net.folder.write('s/sub/a', 'x')
    await net.folder.write('s/b', 'y')
    await net.shares.share(net.folder.join('s'))
    await net.scan()
    isBroken = true
    await net.scan()
    assert.deepEqual(net.paths, ['s/sub/a'])
    assert.deepEqual(only(net).errors, [{ path: 'sub', message: 'EMFILE' }])
  })

  it('hashes a file once more that was changed while the hasher had it', async () => {
    const gate = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    const pool = new HashPool({ threads: 1 })
    let isFirst = true
    const hasher: FileHasher = {
      pause: () => pool.pause(),
      resume: () => pool.resume(),
      async hash(file, options) {
        const digests = await pool.hash(file, options)
        if (isFirst) begun.resolve()
        if (isFirst) await gate.promise
        isFirst = false
        return digests
      }
    }
    await using net = await ShareFixture.start({ ports: { hasher } })
    await net.folder.write('s/a', 'old')
    await net.shares.share(net.folder.join('s'))
    await begun.promise
    await net.folder.write('s/a', 'newer')
    const scanning = net.scan()
    setTimeout(() => gate.resolve(), 300)
    await scanning
    assert.equal(net.announced.get('s/a')?.cid, cidOf('newer'))
    await pool.stop()
  })

  it('says of a file that peers would not take why it is not announced, and how many more there are', async () => {
    const changed: SharePorts['sink']['changed'] = added =>
      added.filter(({ mime }) => mime !== FOLDER_MIME).map(entry => ({ entry, reason: 'too-long' }))
    await using net = await ShareFixture.start({ ports: { sink: { changed } } })
    const tooLong = 'it is not announced: its path is too long'
    for (let i = 0; i < 103; i++) await net.folder.write(`s/${i}`)
    await net.shares.share(net.folder.join('s'))
    await net.scan()
    await net.until(() => only(net).moreErrors === 3)
    const { errors } = only(net)
    assert.deepEqual(new Set(errors.map(({ message }) => message)), new Set([tooLong]))
    assert.equal(new Set(errors.map(({ path }) => path)).size, 100)
    // Still true when nothing has changed since.
    await net.scan()
    assert.deepEqual([only(net).errors.length, only(net).moreErrors], [100, 3])
    await unlink(net.folder.join('s/0'))
    await net.until(() => only(net).moreErrors === 2)
    await rm(net.folder.join('s'), { recursive: true })
    await net.folder.write('s/0')
    await net.scan()
    await net.until(() => only(net).errors.length === 1 && only(net).moreErrors === 0)
  })

  it('hashes a new file although the clock is set back by an hour meanwhile', async () => {
    await using net = await ShareFixture.start()
    await net.folder.write('s/a', 'x')
    await net.shares.share(net.folder.join('s'))
    await net.until(() => only(net).pending === 1)
    net.aheadMs = -60 * 60_000
    await net.scan()
    assert.deepEqual([only(net).state, net.paths], ['ready', ['s/a']])
  })

  it('hashes what the cache cannot tell', async () => {
    const cache: HashCache = {
      find: () => {
        throw new Error('the disk is full')
      },
      digests: () => undefined,
      put: () => undefined,
      forget: () => undefined
    }
    const errors: unknown[] = []
    const onCacheError = (error: unknown): void => void errors.push(error)
    await using net = await ShareFixture.start({ ports: { cache, onCacheError } })
    for (const name of ['a', 'b', 'c']) await net.folder.write(`s/${name}`, 'x')
    await net.shares.share(net.folder.join('s'))
    await net.scan()
    assert.deepEqual([only(net).state, net.paths], ['ready', ['s/a', 's/b', 's/c']])
    // Not once for each of a hundred thousand files.
    assert.equal(errors.length, 1)
  })

  it('pauses a share that is a file when another folder stands where its drive was', async () => {
    await using net = await ShareFixture.start()
    await net.shares.share(await net.folder.write('d/a', 'x'))
    await net.scan()
    await rename(net.folder.join('d'), net.folder.join('away'))
    await mkdir(net.folder.join('d'))
    await net.scan()
    assert.deepEqual([only(net).state, net.paths], ['paused', ['a']])
    await rename(net.folder.join('away'), net.folder.join('d'))
    await net.scan()
    assert.deepEqual([only(net).state, only(net).errors], ['ready', []])
    await unlink(net.folder.join('d/a'))
    await net.scan()
    assert.deepEqual(net.paths, [])
  })

  it('withdraws a file that was a share of its own as soon as it is deleted', async () => {
    await using net = await ShareFixture.start()
    const path = await net.folder.write('d/a', 'x')
    await net.shares.share(path)
    await net.scan()
    await unlink(path)
    await net.until(() => net.paths.length === 0)
    assert.equal(only(net).state, 'paused')
    await net.folder.write('d/a', 'y')
    await net.until(() => net.announced.get('a')?.cid === cidOf('y'))
  })

  describe('refuses', () => {
    const refused: Array<{ name: string; path: string; message: RegExp }> = [
      { name: 'what is missing', path: 'nothing', message: /is not there/ },
      { name: 'the data folder', path: 'data', message: /data folder/ },
      { name: 'what lies in the data folder', path: 'data/shares.json', message: /data folder/ },
      { name: 'what contains the data folder', path: '', message: /contains the data folder/ },
      { name: 'what is shared already', path: 'out/s', message: /already shared/ },
      { name: 'the same through a link', path: 'link', message: /already shared/ },
      { name: 'what lies in a share', path: 'out/s/a', message: /lies in the share/ },
      { name: 'what contains a share', path: 'out', message: /contains the share/ }
    ]
    for (const { name, path, message } of refused) {
      it(name, async () => {
        await using net = await ShareFixture.start()
        await net.folder.write('out/s/a', 'x')
        await symlink(net.folder.join('out/s'), net.folder.join('link'))
        await net.shares.share(net.folder.join('out/s'))
        await assert.rejects(net.shares.share(net.folder.join(path)), isFault('bad-input', message))
        assert.equal(net.shares.list().length, 1)
      })
    }

    it('a path that is not absolute', async () => {
      await using net = await ShareFixture.start()
      await assert.rejects(net.shares.share('music'), isFault('bad-input', /absolute/))
    })

    it('the second of two calls for one path', async () => {
      await using net = await ShareFixture.start()
      await mkdir(net.folder.join('s'))
      const calls = [net.shares.share(net.folder.join('s')), net.shares.share(net.folder.join('s'))]
      const results = await Promise.allSettled(calls)
      assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
    })
  })

  it('goes on and tells of it when a look at the root, or the catalogue, throws', async () => {
    const errors: string[] = []
    const told = Promise.withResolvers<void>()
    const onError = (error: unknown): void => {
      errors.push((error as Error).message)
      if (errors.includes('root') && errors.includes('catalogue') && errors.includes('reconcile'))
        told.resolve()
    }
    const throws = (message: string) => (): never => {
      throw new Error(message)
    }
    const scanner = new Scanner()
    const inspect = scanner.inspect.bind(scanner)
    const sink = { changed: throws('catalogue'), reconcile: throws('reconcile') }
    await using net = await ShareFixture.start({ checkMs: 10, ports: { sink, scanner, onError } })
    await net.folder.write('s/a', 'x')
    await net.shares.share(net.folder.join('s'))
    await net.scan()
    scanner.inspect = async () => throws('root')()
    await told.promise
    scanner.inspect = inspect
    assert.deepEqual([only(net).state, only(net).errors], ['ready', []])
    assert.ok((await net.served.find(cidOf('x'), 'ann')) != null)
  })

  it('shares and ends no share when the list of them cannot be written', async () => {
    let saved: readonly SavedShare[] = []
    let isFull = false
    const store: ShareStore = {
      load: async () => [],
      async save(shares) {
        if (isFull) throw new Error('the disk is full')
        saved = shares
      }
    }
    await using net = await ShareFixture.start({ ports: { store } })
    const file = await net.folder.write('s/sub/a', 'x')
    await net.folder.write('s/b', 'y')
    await net.shares.addFinished(file, zeroManifest(1))
    await net.scan()
    isFull = true
    await assert.rejects(net.shares.share(net.folder.join('s')), /the disk is full/)
    await assert.rejects(net.shares.unshare(file), /the disk is full/)
    await net.scan()
    assert.deepEqual([only(net).path, net.paths], [file, ['a']])
    isFull = false
    await net.shares.share(net.folder.join('s'))
    await net.scan()
    assert.deepEqual([only(net).path, saved.length], [net.folder.join('s'), 1])
    assert.deepEqual(net.paths, ['s/b', 's/sub/a'])
  })

  it('gives two shares of one name two names', async () => {
    await using net = await ShareFixture.start()
    for (const path of ['1/s/a', '2/s/a', '3/f.tar', '4/f.tar']) await net.folder.write(path)
    for (const path of ['1/s', '2/s', '3/f.tar', '4/f.tar']) await net.shares.share(net.folder.join(path))
    await net.scan()
    assert.deepEqual(net.paths, ['f (2).tar', 'f.tar', 's (2)/a', 's/a'])
  })

  it('keeps a share for some from all others', async () => {
    await using net = await ShareFixture.start()
    await net.folder.write('friends/a', 'a')
    await net.folder.write('home/b', 'b')
    await net.shares.share(net.folder.join('friends'), { to: ['ann'] })
    await net.shares.share(net.folder.join('home'), { to: 'lan' })
    await net.scan()
    assert.deepEqual([net.paths, net.folders.size, net.shares.entries().length], [[], 0, 4])
    const sees = async (text: string, peer: string): Promise<boolean> =>
      (await net.served.find(cidOf(text), peer)) != null
    assert.deepEqual(
      [await sees('a', 'ann'), await sees('a', 'lan-peer'), await sees('a', 'me')],
      [true, false, true]
    )
    assert.deepEqual([await sees('b', 'ann'), await sees('b', 'lan-peer')], [false, true])
  })

  describe('with a finished download', () => {
    it('shares that file alone, without hashing it, also after a restart', async () => {
      const before = await ShareFixture.start()
      const manifest = zeroManifest(BLOCK_BYTES + 5)
      await before.folder.write('downloads/other', 'private')
      const path = await before.folder.write('downloads/zeros', Buffer.alloc(manifest.size))
      await before.shares.addFinished(path, manifest)
      await before.scan()
      assert.deepEqual([before.paths, before.pool.bytesHashed], [['zeros'], 0])
      await before.stop()
      await using net = await ShareFixture.start({ folder: before.folder })
      await net.scan()
      assert.deepEqual([net.announced.get('zeros')?.cid, net.pool.bytesHashed], [manifest.root, 0])
    })

    it('forgets it when it is deleted', async () => {
      await using net = await ShareFixture.start()
      const path = await net.folder.write('downloads/zeros', Buffer.alloc(5))
      await net.shares.addFinished(path, zeroManifest(5))
      await net.scan()
      await unlink(path)
      await net.until(() => net.shares.list().length === 0)
      assert.deepEqual(net.paths, [])
    })

    it('leaves it to a share around it, that was there or comes later', async () => {
      await using net = await ShareFixture.start()
      const path = await net.folder.write('downloads/a', Buffer.alloc(5))
      await net.shares.addFinished(path, zeroManifest(5))
      await net.shares.share(net.folder.join('downloads'))
      await net.scan()
      assert.deepEqual(net.paths, ['downloads/a'])
      const later = await net.folder.write('downloads/b', Buffer.alloc(6))
      const share = await net.shares.addFinished(later, zeroManifest(6))
      assert.equal(share?.id, only(net).id)
      await net.scan()
      assert.deepEqual([net.paths, net.pool.bytesHashed], [['downloads/a', 'downloads/b'], 0])
    })

    it('does not share it, but remembers it, when told so', async () => {
      const before = await ShareFixture.start()
      const path = await before.folder.write('downloads/a', Buffer.alloc(5))
      await before.shares.addFinished(path, zeroManifest(5))
      await before.stop()
      const quiet = await ShareFixture.start({ folder: before.folder, reshare: false })
      assert.equal(await quiet.shares.addFinished(path, zeroManifest(5)), undefined)
      await mkdir(quiet.folder.join('s'))
      await quiet.shares.share(quiet.folder.join('s'))
      assert.equal(quiet.shares.list().length, 1)
      await quiet.stop()
      await using net = await ShareFixture.start({ folder: before.folder })
      assert.equal(net.shares.list().length, 2)
    })

    it('refuses a file of another size', async () => {
      await using net = await ShareFixture.start()
      const path = await net.folder.write('downloads/a', 'x')
      await assert.rejects(net.shares.addFinished(path, zeroManifest(5)), ContentError)
    })
  })

  it('withdraws a missing share after an hour', async () => {
    await using net = await ShareFixture.start()
    await net.folder.write('s/a', 'x')
    await net.shares.share(net.folder.join('s'))
    await net.scan()
    await rm(net.folder.join('s'), { recursive: true })
    await net.scan()
    assert.deepEqual(net.paths, ['s/a'])
    net.aheadMs = MISSING_GRACE_MS
    await net.scan()
    assert.deepEqual([net.paths, only(net).files], [[], 0])
  })

  it('counts the hour over a restart, and from the start when the folder was back meanwhile', async () => {
    const gone: boolean[] = []
    const entry = { cid: cidOf('x'), path: 's/a', name: 'a', size: 1, mime: '', modified: 0 }
    const sink = {
      changed: () => {},
      reconcile: (isGone: (known: typeof entry) => boolean) => void gone.push(isGone(entry))
    }
    await using folder = await temporaryFolder()
    await folder.write('s/a', 'x')
    const run = async (atMs: number, share = false): Promise<boolean | undefined> => {
      const clock = { now: () => Date.now() + atMs }
      const net = await ShareFixture.start({ folder, ports: { sink, clock } })
      try {
        if (share) await net.shares.share(folder.join('s'))
        await net.scan()
        return gone.at(-1)
      } finally {
        await net.stop()
      }
    }
    const minute = MISSING_GRACE_MS / 60
    await run(0, true)
    await rename(folder.join('s'), folder.join('away'))
    assert.equal(await run(0), false)
    assert.equal(await run(40 * minute), false)
    await rename(folder.join('away'), folder.join('s'))
    assert.equal(await run(45 * minute), false)
    await rename(folder.join('s'), folder.join('away'))
    assert.equal(await run(50 * minute), false)
    assert.equal(await run(100 * minute), false)
    assert.equal(await run(111 * minute), true)
  })
})

function isFault(code: string, message = /./): (error: unknown) => boolean {
  return error => error instanceof NodeError && error.fault.code === code && message.test(error.message)
}
