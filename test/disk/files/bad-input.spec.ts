/**
 * Folders as they should not be: each thing is told or passed over, and the rest of the share is as ever.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmod, mkdir, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { safeName } from '../../../src/adapters/files/index.ts'
import { safe } from '../../../src/cli/render/safe-text.ts'
import { ManifestVerifier } from '../../../src/content/index.ts'
import { decodePage, encodePage } from '../../../src/wire/page.ts'
import { importTree } from '../../unit/content/importer.ts'
import { ShareFixture } from '../share-fixture.ts'

const STRANGE_NAMES = [
  'two\nlines.txt',
  'tab\tand\u0007bell\u001b[31m',
  'gnp.\u202etxt',
  `${'n'.repeat(251)}.txt`,
  'con',
  'aux.txt',
  'a:b*c?"<>|',
  'ends in dot.',
  'back\\slash',
  ' leading and trailing ',
  '...',
  '-rf',
  '\u{1f469}\u200d\u{1f467}',
  'e\u0301 decomposed'
]

describe('Bad input', () => {
  it('shares files with strange names, under these names, and the folder as one', async () => {
    await using net = await ShareFixture.start()
    for (const name of STRANGE_NAMES.filter(name => name !== '...')) await net.folder.write(`s/${name}`, name)
    await net.shares.share(net.folder.join('s'))
    await net.scan()
    const [share] = net.shares.list()
    assert.deepEqual([share!.errors, share!.files], [[], STRANGE_NAMES.length - 1])
    const expected = STRANGE_NAMES.filter(name => name !== '...').map(name => name.normalize('NFC'))
    assert.deepEqual(net.paths, expected.map(name => `s/${name}`).sort())
    // Peers take them all.
    const byKey = [...net.announced.values(), ...net.folders.values()]
    for (const entry of byKey) assert.equal(decodePage(encodePage([entry]))[0]?.path, entry.path)
    // The importer takes a backslash for an escape only before a slash, and splits at none of these.
    const tree = new Map(expected.map(name => [name, Uint8Array.from(Buffer.from(unNfc(name)))]))
    assert.equal(share!.cid, (await importTree(tree)).cids.get('')?.cid)
  })

  for (const name of STRANGE_NAMES) {
    it(`makes ${JSON.stringify(name).slice(0, 40)} a safe file name, and shows it on one line`, () => {
      const made = safeName(name)
      assert.ok(
        !/[\p{Cc}/\\:*?"<>|\u202e]/u.test(made) && !/[. ]$/.test(made) && Buffer.byteLength(made) <= 255
      )
      assert.ok(!/^(con|aux)(\.|$)/i.test(made))
      assert.ok(!/[\p{Cc}\u202e]/u.test(safe(name)))
    })
  }

  it('tells names that are no UTF-8, sockets, FIFOs and devices, and shares the rest', async () => {
    await using net = await ShareFixture.start()
    await net.folder.write('s/good', 'good')
    await mkdir(net.folder.join('s/sub'))
    const folder = Buffer.from(net.folder.join('s/sub/'))
    await writeFile(Buffer.concat([folder, Buffer.from([0x66, 0xff, 0xfe])]), 'x')
    execFileSync('mkfifo', [net.folder.join('s/fifo')])
    const server = createServer().listen(net.folder.join('s/socket'))
    await new Promise(resolve => server.once('listening', resolve))
    const isRoot = process.getuid?.() === 0
    if (isRoot) execFileSync('mknod', [net.folder.join('s/null'), 'c', '1', '3'])
    await symlink('/dev/zero', net.folder.join('s/zero'))
    await net.shares.share(net.folder.join('s'))
    await net.scan()
    server.close()
    const [share] = net.shares.list()
    assert.deepEqual(net.paths, ['s/good'])
    assert.equal(share!.state, 'ready')
    const told = share!.errors.map(({ path, message }) => `${path}: ${message}`).sort()
    const special = 'neither a file nor a folder'
    assert.deepEqual(told, [
      `fifo: ${special}`,
      ...(isRoot ? [`null: ${special}`] : []),
      `socket: ${special}`,
      'sub/f\u00ff\u00fe: its name is not valid UTF-8',
      'zero: a link that leaves the share is not followed'
    ])
  })

  it('follows no link out of the share, and none for ever, and says which', async () => {
    await using net = await ShareFixture.start()
    await net.folder.write('secret/file', 'secret')
    await net.folder.write('s/in', 'in')
    await symlink('../secret', net.folder.join('s/out'))
    await symlink('loop', net.folder.join('s/loop'))
    await symlink('.', net.folder.join('s/self'))
    await net.shares.share(net.folder.join('s'))
    await net.scan()
    const [share] = net.shares.list()
    assert.deepEqual(net.paths, ['s/in'])
    assert.ok(
      share!.errors.some(({ path }) => path === 'loop') && share!.errors.some(({ path }) => path === 'out')
    )
    await assert.rejects(net.shares.locate(net.folder.join('s/out/file')), /in no share/)
  })

  it('tells files that cannot be read, and shares the others', async function () {
    // Root may read everything, so there is nothing to see.
    if (process.getuid?.() === 0) this.skip()
    await using net = await ShareFixture.start()
    await net.folder.write('s/open', 'x')
    await chmod(await net.folder.write('s/closed', 'x'), 0)
    await net.shares.share(net.folder.join('s'))
    await net.scan()
    assert.deepEqual(net.paths, ['s/open'])
    assert.match(net.shares.list()[0]!.errors[0]!.message, /permission denied/)
  })

  it('takes files of 0 bytes, and times before 1970 and far ahead', async () => {
    await using net = await ShareFixture.start()
    await net.folder.write('s/empty', '')
    await utimes(await net.folder.write('s/old', 'o'), new Date('1960-01-01'), new Date('1960-01-01'))
    await utimes(await net.folder.write('s/ahead', 'a'), new Date('2200-01-01'), new Date('2200-01-01'))
    await net.shares.share(net.folder.join('s'))
    await net.scan()
    assert.deepEqual(net.paths, ['s/ahead', 's/empty', 's/old'])
    assert.equal(net.announced.get('s/old')?.modified, 0)
    const empty = net.announced.get('s/empty')!
    assert.ok(new ManifestVerifier(empty.cid).done && empty.size === 0)
  })

  it('hashes other files while one of 100 GiB is hashed, which can be paused, and given up at once', async () => {
    await using net = await ShareFixture.start()
    const huge = await net.folder.write('s/huge', '')
    await truncate(huge, 100 * 2 ** 30)
    await utimes(huge, 1, 1)
    const share = await net.shares.share(net.folder.join('s'))
    await net.until(() => net.pool.bytesHashed > 0)
    await utimes(await net.folder.write('s/small', 'small'), 1, 1)
    await net.until(() => net.announced.has('s/small'))
    const [now] = net.shares.list()
    assert.ok(now!.pending === 1 && now!.cid === null && now!.progress!.bytesDone > 0)
    net.shares.pauseHashing()
    assert.equal(net.shares.list()[0]!.state, 'paused')
    await net.shares.unshare(share.id)
    assert.deepEqual([net.paths, net.shares.list()], [[], []])
    const hashed = net.pool.bytesHashed
    net.shares.resumeHashing()
    // The next share is hashed, the one that is gone not any more; but for what was in the workers' hands.
    await net.folder.write('t/a', 'a')
    await net.shares.share(net.folder.join('t'))
    await net.scan()
    assert.ok(net.pool.bytesHashed - hashed < 2 ** 30, `${net.pool.bytesHashed - hashed}`)
    assert.deepEqual(net.paths, ['t/a'])
  })

  it('goes on when the clock jumps, forwards and back', async () => {
    await using net = await ShareFixture.start({ checkMs: 50 })
    await net.folder.write('s/a', '1')
    await net.shares.share(net.folder.join('s'))
    await net.scan()
    for (const jumpMs of [10 * 365 * 86_400_000, -20 * 365 * 86_400_000]) {
      net.aheadMs += jumpMs
      await net.folder.write(`s/after ${jumpMs}`, '2')
      await net.until(() => net.announced.has(`s/after ${jumpMs}`))
      await net.scan()
    }
    assert.deepEqual([net.shares.list()[0]!.state, net.paths.length], ['ready', 3])
  })

  it('refuses a share in or around another, and a link to one; the first stays as it is', async () => {
    await using net = await ShareFixture.start()
    await net.folder.write('a/b/c', '1')
    await symlink('a/b', net.folder.join('link'))
    await net.shares.share(net.folder.join('a/b'))
    for (const path of ['a', 'a/b', 'a/b/c', 'link']) {
      await assert.rejects(net.shares.share(net.folder.join(path)), /cannot share/, path)
    }
    await net.scan()
    assert.deepEqual(net.paths, ['b/c'])
  })
})

/** The content that was written: the name as it was before it was shared. */
function unNfc(name: string): string {
  return STRANGE_NAMES.find(one => one.normalize('NFC') === name) ?? name
}
