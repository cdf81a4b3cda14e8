import assert from 'node:assert/strict'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ApiServer, newToken, startApi, writeApiFile } from '../../../src/adapters/http/index.ts'
import { run } from '../../../src/cli/main.ts'
import type { World } from '../../../src/cli/world.ts'
import { aWorld } from '../../support/cli-world.ts'
import { aDownload, aHit, anEntry, CID, FakeNode, hitsToOrder, PEER } from '../../support/fake-node.ts'

describe('a command', () => {
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

  const command = async (line: string | string[], given: Partial<World> = {}) => {
    const world = aWorld(given)
    const argv = typeof line === 'string' ? line.split(' ') : line
    const code = await run(['--data', data, ...argv], world)
    const json = (text: string) =>
      text
        .trimEnd()
        .split('\n')
        .filter(Boolean)
        .map(line => JSON.parse(line))
    return {
      code,
      ...world.printed,
      objects: () => json(world.printed.out),
      errors: () => json(world.printed.err)
    }
  }

  it('keeps the way to the node from others', async () => {
    assert.equal((await stat(join(data, 'api.json'))).mode & 0o777, 0o600)
  })

  it('cat prints the bytes and nothing else', async () => {
    node.readable.bytes = Uint8Array.from([0, 255, 10, 200])
    const { code, out, err } = await command('cat 1')
    assert.deepEqual([code, out, err], [0, '\x00\xff\n\xc8', ''])
  })

  it('cat asks for the rest when the node breaks off, and ends when nothing more comes', async () => {
    const { bytes } = node.readable
    const asked: number[] = []
    const targets: string[] = []
    let cuts = 1
    node.openContent = async ({ target }) => ({
      ...node.readable,
      size: bytes.length,
      async *read({ start = 0 } = {}) {
        asked.push(start)
        targets.push(target)
        yield bytes.subarray(start, start + 5)
        if (cuts-- > 0) throw new Error('gone')
        yield bytes.subarray(start + 5)
      },
      close: () => undefined
    })
    const { code, out } = await command('cat 1')
    assert.deepEqual([code, out, asked], [0, Buffer.from(bytes).toString(), [0, 5]])
    // The first row may be something else by then.
    assert.deepEqual(targets, ['1', CID])
    const link = `p2p:${CID}?n=a.txt`
    cuts = 1
    assert.equal((await command(['cat', link])).code, 0)
    assert.deepEqual(targets.slice(2), [link, link])
    node.openContent = async () => ({
      ...node.readable,
      size: bytes.length,
      async *read() {
        yield await Promise.reject(new Error('gone'))
      },
      close: () => undefined
    })
    assert.equal((await command('cat 1')).code, 1)
  })

  it('cat says so when nobody has it, before it prints anything', async () => {
    const { code, out, err } = await command('cat nobody')
    assert.deepEqual([code, out], [4, ''])
    assert.match(err, /nobody has it/)
  })

  const lists = ['shares', 'downloads', 'uploads', 'peers']
  for (const name of lists) {
    it(`${name} --json prints one object with the list`, async () => {
      const { code, objects } = await command(`${name} --json`)
      assert.equal(code, 0)
      assert.deepEqual(
        objects().map(object => Object.keys(object)),
        [[name]]
      )
    })
  }

  it('takes common flags before the command as well', async () => {
    assert.equal((await command('--json status')).objects()[0].peerId, PEER)
  })

  it('search --json prints hits and done', async () => {
    const { code, objects } = await command([
      'search',
      'foo',
      '-bar',
      'exact phrase',
      '--limit',
      '3',
      '--json'
    ])
    assert.equal(code, 0)
    assert.deepEqual(
      objects().map(({ type }) => type),
      ['hit', 'done']
    )
    assert.deepEqual(node.asked, [['search', { text: 'foo -bar "exact phrase"', limit: 3 }]])
  })

  it('search ends with 3 when nothing is found, after done', async () => {
    node.hits = []
    const { code, objects } = await command('search nothing --json')
    assert.equal(code, 3)
    assert.deepEqual(
      objects().map(({ type }) => type),
      ['done']
    )
  })

  it('search shows those first that a provider confirmed, and those last that all deny, with their numbers', async () => {
    node.hits = hitsToOrder()
    const lines = (await command('search a')).out.trimEnd().split('\n')
    const expected = [
      /^ {2}3 .*1 of 2 reachable/,
      /^ {2}2 .*0 of 2 reachable +ana/,
      /^ {2}1 .*0 of 1 reachable +all deny it/
    ]
    assert.equal(lines.length, expected.length)
    for (const [i, pattern] of expected.entries()) assert.match(lines[i] ?? '', pattern)
    const { objects } = await command('search a --json')
    assert.deepEqual(
      objects().map(({ row }) => row),
      [1, 2, 3, undefined]
    )
  })

  it('search shows names that could deceive as what they are', async () => {
    node.hits = [aHit({ name: 'a\x1b]0;x\u202e' })]
    const { out } = await command('search a --explain')
    assert.match(out, /a\\u\{1b\}\]0;x\\u\{202e\}/)
    assert.match(out, /STAGE/)
  })

  it('search --explain tells how far each stage went and what was dropped, with --trace of every hop', async () => {
    const costs = { messages: 131, bytes: 4_096, hits: 0, elapsedMs: 40, nodes: 3, duplicates: 1 }
    node.asking = [
      {
        ...costs,
        stage: 'flood',
        truncated: true,
        peersByHop: [1, 2],
        peersUntold: 1,
        droppedHits: { 'unasked-hits': 2 },
        droppedCopies: { 'no-report': 1 },
        visits: []
      }
    ]
    const { out } = await command('search a --explain --trace')
    assert.match(out, /^flood +peers by hop: 1: 1, 2: 2, not told: 1$/m)
    assert.match(out, /^flood +hits dropped: 2 \(unasked-hits 2\)$/m)
    assert.match(out, /^flood +copies dropped: 1 \(no-report 1\), and maybe more farther on$/m)
    assert.deepEqual(node.asked, [['search', { text: 'a', trace: true }]])
    const { objects } = await command('search a --json')
    assert.deepEqual(objects().at(-1)?.stages.at(-1), node.asking[0])
  })

  it('get resolves the output here and prints where the file is', async () => {
    const { code, out } = await command(`get ${CID} -o music/ --on-exists skip --timeout 1m --sequential`)
    assert.equal(code, 0)
    assert.equal(out, '/here/music/\n')
    const asked = {
      target: CID,
      output: '/here/music/',
      onExists: 'skip',
      sequential: true,
      timeoutMs: 60_000
    }
    assert.deepEqual(node.asked, [['get', asked]])
  })

  it('get takes a row of the last search', async () => {
    await command('get 3 --json')
    assert.deepEqual(node.asked, [['get', { target: '3' }]])
  })

  const failures: [line: string, code: number, fault: string][] = [
    ['get nobody --json', 4, 'no-source'],
    ['get broken --json', 5, 'bad-content'],
    ['search refused --json', 2, 'bad-input']
  ]
  for (const [line, code, fault] of failures) {
    it(`${line} ends with ${code} and tells it as last object, on stderr, too`, async () => {
      const result = await command(line)
      assert.equal(result.code, code)
      assert.partialDeepStrictEqual(result.objects().at(-1), { type: 'error', code: fault })
      assert.partialDeepStrictEqual(result.errors(), [{ type: 'error', code: fault }])
    })
  }

  const refusals: [line: string, field: string | undefined][] = [
    ['search a --ttl 8', 'ttl'],
    ['search a --strategy fast', 'strategy'],
    ['search a --timeout soon', 'timeout'],
    ['search a --limit', 'limit'],
    ['get 1 --on-exists explode', 'on-exists'],
    ['get 1 --nothing', 'nothing'],
    ['connect 1.2.3.4:80', 'address'],
    ['share /x --to nobody', 'to'],
    ['demo one', 'nodes'],
    ['start --api here', 'api'],
    ['peers extra', undefined],
    ['serch a', undefined]
  ]
  for (const [line, field] of refusals) {
    it(`${line} is refused as wrong use`, async () => {
      const { code, out, errors } = await command(
        `${line} --json`.replace('--limit --json', '--json --limit')
      )
      assert.equal(code, 2)
      assert.equal(errors()[0].field, field)
      if (line.startsWith('peers') || line.startsWith('serch')) assert.equal(out, '')
    })
  }

  it('guesses what an unknown command was meant to be', async () => {
    assert.match((await command('serch a')).err, /Did you mean search\?/)
  })

  it('share goes on when one of several cannot be shared', async () => {
    const { code, objects, errors } = await command('share missing music --to lan --json')
    assert.equal(code, 9)
    assert.deepEqual(
      objects()[0].shares.map((share: { path: string }) => share.path),
      ['/here/music']
    )
    assert.match(errors()[0].message, /missing does not exist/)
    assert.equal((await command('share missing')).code, 2)
  })

  it('unshare takes an id, or a path from here', async () => {
    await command('share music')
    await command('unshare music')
    assert.deepEqual(node.asked.at(-1), ['unshare', '/here/music'])
    await command('share music')
    assert.equal((await command('unshare s1 --json')).objects()[0].id, 's1')
    assert.equal((await command('unshare s1')).code, 2)
  })

  it('scan ends its stream with the shares', async () => {
    assert.deepEqual((await command('scan --json')).objects(), [{ type: 'done', shares: [] }])
  })

  it('changes downloads', async () => {
    node.running.push(aDownload())
    assert.equal((await command('pause d1 --json')).objects()[0].state, 'paused')
    assert.equal((await command('resume d1 --json')).objects()[0].state, 'downloading')
    assert.equal((await command('cancel d1')).code, 0)
    assert.equal((await command('cancel d9')).code, 2)
  })

  it('browse prints all entries as one list', async () => {
    node.own = [anEntry(), anEntry({ name: 'b.txt', path: 'docs/b.txt' })]
    assert.deepEqual((await command(`browse ${PEER} --json`)).objects(), [{ entries: node.own }])
    assert.equal((await command('browse nobody')).code, 4)
  })

  it('events prints what happened until the node ends', async () => {
    node.happened = [{ type: 'neighbour:left', peerId: PEER }]
    const { objects } = await command('events --json')
    assert.deepEqual(objects(), [{ type: 'neighbour:left', peerId: PEER, at: 1_000 }, { type: 'done' }])
  })

  it('is quiet about everything but its result with --quiet', async () => {
    const { out, err } = await command('search a --quiet')
    assert.notEqual(out, '')
    assert.equal(err, '')
  })

  it('ends with 130 when the user interrupts it', async () => {
    node.endless = true
    const interrupt = new AbortController()
    const stdout = { write: () => interrupt.abort() }
    const { code } = await command('search a --json', { signal: interrupt.signal, stdout })
    assert.equal(code, 130)
  })

  it('ends with 7 and says how to start when no node runs', async () => {
    await server.close()
    const { code, err } = await command('peers')
    assert.equal(code, 7)
    assert.match(err, /p2pnode start --data/)
    await rm(join(data, 'api.json'))
    assert.equal((await command('peers')).code, 7)
  })

  it('ends with 8 when the token is not the right one', async () => {
    await writeApiFile(data, { url: server.url, token: 'other', pid: 1 })
    assert.equal((await command('peers')).code, 8)
  })

  it('prints help and version as results', async () => {
    assert.match((await command('search --help')).out, /--explain[\s\S]*--data/)
    assert.match((await command('--version')).out, /^\d+\.\d+\.\d+\n$/)
  })
})
