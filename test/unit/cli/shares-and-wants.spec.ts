import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ApiServer, newToken, startApi, writeApiFile } from '../../../src/adapters/http/index.ts'
import { run } from '../../../src/cli/main.ts'
import type { Screen } from '../../../src/cli/world.ts'
import { aWorld } from '../../support/cli-world.ts'
import { CID, FakeNode, PEER } from '../../support/fake-node.ts'

describe('commands for shares and wants', () => {
  let node: FakeNode
  let server: ApiServer
  let data: string

  beforeEach(async () => {
    node = new FakeNode()
    const token = newToken()
    data = await mkdtemp(join(tmpdir(), 'p2pnode-cli-'))
    server = await startApi({ node, token, host: '127.0.0.1', port: 0, explicit: true })
    await writeApiFile(data, { url: server.url, token, pid: process.pid })
  })

  afterEach(async () => {
    await server.close()
    await rm(data, { recursive: true })
  })

  const command = async (line: string, screen: Partial<Screen> = {}) => {
    const world = aWorld()
    Object.assign(world.stdout, screen)
    const code = await run(['--data', data, ...line.split(' ')], world)
    const objects = () =>
      world.printed.out
        .split('\n')
        .filter(Boolean)
        .map(line => JSON.parse(line))
    return { code, ...world.printed, objects }
  }

  it('share --to limits who sees a share', async () => {
    const other = PEER.replace('Sah', 'Tah')
    for (const [flags, to] of [
      ['--to lan', 'lan'],
      ['--to all', 'all'],
      [`--to ${PEER} --to ${other}`, [PEER, other]]
    ] as const) {
      assert.equal((await command(`share /music ${flags} --json`)).code, 0)
      assert.deepEqual(node.asked.at(-1), ['share', { to }])
    }
    const wrong = await command('share /music --to nobody --json')
    assert.equal(wrong.code, 2)
    assert.match(wrong.err, /--to must be all, lan, or a PeerId/)
  })

  it('share --dry-run lists what would be shared and what not, and shares nothing', async () => {
    const { code, out } = await command('share music --dry-run')
    assert.equal(code, 0)
    assert.deepEqual(node.asked, [['previewShare', '/here/music']])
    assert.deepEqual(out.split('\n').slice(0, 4), [
      'share   a.txt  12 B',
      'ignore  .git  hidden',
      'refuse  pipe  neither a file nor a folder',
      '1 file, 12 B; 1 ignored, 1 refused; nothing was shared'
    ])
    const { objects } = await command('share music --dry-run --json')
    assert.deepEqual(
      objects().map(({ type }) => type),
      ['file', 'ignored', 'refused', 'done']
    )
  })

  it('shares tells what is not shared, and how much more there is', async () => {
    const share = await node.share('/music')
    Object.assign(share, { errors: [{ path: 'a', message: 'permission denied' }], moreErrors: 1_200 })
    const { out } = await command('shares')
    assert.ok(out.endsWith('not shared: a: permission denied\nnot shared: 1,200 more files\n'), out)
  })

  const progress = { bytesDone: 3 * 1024 ** 2, filesPerS: 40, bytesPerS: 1024 ** 2, etaS: 90 }
  for (const [etaS, text] of [
    [90, '7 files to hash: 3.0 MiB, 40 files/s, 1.0 MiB/s, 1m 30s left\n'],
    [null, '7 files to hash: 3.0 MiB, 40 files/s, 1.0 MiB/s\n']
  ] as const) {
    it(`scan tells how hashing goes on, ${etaS === null ? 'also while nothing moves' : 'and how long it takes'} @slow`, async () => {
      Object.assign(await node.share('/music'), { pending: 7, progress: { ...progress, etaS } })
      // Ends when the command, which tells what it hears before it asks again, has asked twice.
      const { promise: told, resolve } = Promise.withResolvers<void>()
      let asked = 0
      node.shares = () => {
        if (++asked === 2) resolve()
        return node.offered
      }
      node.scan = async () => {
        await told
        return node.offered
      }
      const { code, err } = await command('scan')
      assert.equal(code, 0)
      assert.ok(err.includes(text), err)
    })
  }

  it('scan --pause and --resume hold hashing', async () => {
    assert.equal((await command('scan --pause')).code, 0)
    assert.equal((await command('scan --resume --json')).objects()[0].type, 'done')
    assert.deepEqual(
      node.asked.map(([what]) => what),
      ['pauseHashing', 'resumeHashing']
    )
    assert.equal((await command('scan --pause --resume')).code, 2)
  })

  it('link prints a link, of a path or a cid, and a QR code on a terminal only', async () => {
    const plain = await command('link music')
    assert.match(plain.out, /^p2p:bafkrei[^\n]+\n$/)
    assert.deepEqual(node.asked, [['link', '/here/music']])
    const terminal = await command(`link ${CID}`, { isTTY: true, columns: 120 })
    assert.deepEqual(node.asked.at(-1), ['link', CID])
    const [link, ...code] = terminal.out.trimEnd().split('\n')
    assert.equal(`${link}\n`, plain.out)
    assert.ok(code.length > 20 && /[▀▄█]/.test(code.join('')))
    const narrow = await command(`link ${CID}`, { isTTY: true, columns: 20 })
    assert.equal(narrow.out, plain.out)
    assert.match(narrow.err, /too narrow/)
    const json = await command(`link ${CID} --json`, { isTTY: true, columns: 120 })
    assert.deepEqual(Object.keys(json.objects()[0]), ['link', 'cid', 'name', 'size', 'addresses'])
  })

  it('want add, ls and rm keep a list of queries', async () => {
    assert.equal((await command('want add summer -live ext:flac --get')).code, 0)
    assert.deepEqual(node.asked, [['addWant', { text: 'summer -live ext:flac', get: true }]])
    const match = { cid: CID, name: 'a\u202eb.flac', path: 'x', size: 12, mime: '', peerId: PEER, at: 1 }
    Object.assign(node.wanted[0]!, { count: 1, matches: [match] })
    const { out } = await command('want ls')
    assert.match(out, /w1 +1 +get +summer -live ext:flac/)
    assert.match(out, /a\\u\{202e\}b\.flac, 12 B, ~zBHj/)
    assert.deepEqual(Object.keys((await command('want ls --json')).objects()[0]), ['wants'])
    assert.equal((await command('want rm w1')).code, 0)
    assert.equal((await command('want rm w1')).code, 2)
  })
})
