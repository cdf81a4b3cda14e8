/**
 * `p2pnode start` and how it ends, as a process.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type CliOutcome, eventually, type Printed, ProgramRun, runCli } from '../../src/testnet/index.ts'
import { writeNoise } from '../support/noise-file.ts'

const MIB = 1024 * 1024
/** From the command to `ready`; promised is 1 s, on a machine that does nothing else. */
const READY_MS = 30_000
/** From a signal to the end. */
const STOP_MS = 5_000

interface Ready {
  type: 'ready'
  peerId: string
  nickname: string
  addresses: string[]
  api: string
  data: string
}

interface Node {
  run: ProgramRun
  ready: Ready
  data: string
  cli(...args: string[]): Promise<CliOutcome>
}

describe('p2pnode start', function () {
  this.timeout(60_000)
  let folder: string
  let runs: ProgramRun[]

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'p2pnode-start-'))
    runs = []
  })

  afterEach(async () => {
    await Promise.all(runs.map(run => run[Symbol.asyncDispose]()))
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  })

  /** Runs `start` on the data folder `name`, with flags that keep it to itself; later flags win over them. */
  function launch(name: string, flags: readonly string[] = [], prefix: readonly string[] = []): ProgramRun {
    const own = ['--data', join(folder, name), '--downloads', join(folder, `${name}-downloads`)]
    const alone = ['--api', '127.0.0.1:0', '--no-lan', '--no-dht', '--no-dial', '--name', name]
    const run = new ProgramRun(['start', '--json', ...own, ...alone, ...flags], { prefix })
    runs.push(run)
    return run
  }

  const LOOPBACK = ['--listen', '/ip4/127.0.0.1/tcp/0']

  async function start(name: string, flags: readonly string[] = LOOPBACK): Promise<Node> {
    const run = launch(name, flags)
    const ready = await run.line<Ready>(({ type }) => type === 'ready', READY_MS)
    const data = join(folder, name)
    return { run, ready, data, cli: (...args) => runCli([], [...args, '--data', data, '--json']) }
  }

  /** A start that is refused: its exit code and the one error on stderr, which ends the stream on stdout, too. */
  async function refused(run: ProgramRun): Promise<{ code: number | null; error: Printed }> {
    const { code } = await run.ended
    const errors = run.stderr
      .split('\n')
      .filter(line => line.startsWith('{"type":"error"'))
      .map(line => JSON.parse(line) as Printed)
    assert.equal(errors.length, 1, run.stderr)
    // A command line that is not understood is no stream.
    if (errors[0]?.code !== 'usage') assert.deepEqual(JSON.parse(run.lines.at(-1) ?? '{}'), errors[0])
    return { code, error: errors[0] as Printed }
  }

  /** A process that listens where a node wants to. */
  async function occupy(port: number, host: string): Promise<{ port: number } & AsyncDisposable> {
    const server = createServer().listen(port, host)
    await once(server, 'listening')
    const { port: got } = server.address() as { port: number }
    return { port: got, [Symbol.asyncDispose]: async () => void server.close() }
  }

  describe('when it is ready', () => {
    it('says so in its first line, with who it is and where', async () => {
      const { run, ready, data, cli } = await start('ann')
      assert.equal(JSON.parse(run.lines[0] as string).type, 'ready')
      assert.deepEqual(Object.keys(ready).sort(), ['addresses', 'api', 'data', 'nickname', 'peerId', 'type'])
      assert.match(ready.peerId, /^12D3KooW\w{44}$/)
      assert.deepEqual([ready.nickname, ready.data], ['ann', data])
      assert.match(ready.api, /^http:\/\/127\.0\.0\.1:\d+$/)
      assert.match(ready.addresses.join(), new RegExp(`^/ip4/127\\.0\\.0\\.1/tcp/\\d+/p2p/${ready.peerId}$`))
      const { objects } = await cli('id')
      assert.deepEqual(objects, [{ peerId: ready.peerId, nickname: 'ann', addresses: ready.addresses }])
    })

    it('prints one JSON object a line, and nothing else, until the last, which is done', async () => {
      const path = join(folder, 'poem.txt')
      await writeFile(path, 'roses are red')
      const { run, cli } = await start('ann')
      await cli('share', path)
      await cli('search', 'poem')
      await run.line(({ type, share }) => type === 'share:updated' && (share as Printed).cid !== null, 10_000)
      assert.deepEqual(await run.end('SIGTERM'), { code: 0, signal: null })
      const types = run.lines.map(line => {
        const object = JSON.parse(line) as Printed
        assert.equal(JSON.stringify(object), line)
        return object.type
      })
      assert.equal(types[0], 'ready')
      assert.equal(types.at(-1), 'done')
      for (const type of ['share:added', 'search:started', 'search:ended', 'node:leaving']) {
        assert.ok(types.includes(type), type)
      }
    })

    it('listens on a free port when another program has 4801', async () => {
      // Whoever has it on this machine, it is taken.
      await using resources = new AsyncDisposableStack()
      await occupy(4801, '0.0.0.0').then(
        occupied => resources.use(occupied),
        () => undefined
      )
      const { ready } = await start('ann', [])
      const ports = new Set(ready.addresses.map(address => /\/tcp\/(\d+)\//.exec(address)?.[1]))
      assert.equal(ports.has('4801'), false)
      assert.ok(ready.addresses.length > 0)
    })
  })

  describe('on a data folder', () => {
    it('refuses a second node, and names the process of the first, which goes on', async () => {
      const { run, cli } = await start('ann')
      const { code, error } = await refused(launch('ann', LOOPBACK))
      assert.equal(code, 2)
      assert.equal(error.code, 'conflict')
      assert.match(error.message as string, new RegExp(`process ${run.pid}\\b.*--data`))
      assert.equal((await cli('status')).code, 0)
    })

    it('starts again after kill -9 as if nothing had happened, and is the same node', async () => {
      const path = join(folder, 'poem.txt')
      await writeFile(path, 'roses are red')
      const before = await start('ann')
      await before.cli('share', path)
      assert.deepEqual(await before.run.end('SIGKILL'), { code: null, signal: 'SIGKILL' })
      const { ready, cli } = await start('ann')
      assert.equal(ready.peerId, before.ready.peerId)
      const [{ shares }] = (await cli('shares')).objects as [{ shares: Array<{ path: string }> }]
      assert.deepEqual(
        shares.map(share => share.path),
        [path]
      )
    })

    it('tells commands that no node runs after kill -9', async () => {
      const { run, cli } = await start('ann')
      await run.end('SIGKILL')
      const { code, stderr } = await cli('status')
      assert.deepEqual([code, JSON.parse(stderr).code], [7, 'not-running'])
    })

    it('that cannot be made ends with 6', async () => {
      await writeFile(join(folder, 'file'), '')
      const { code, error } = await refused(launch('file/data', LOOPBACK))
      assert.deepEqual([code, error.code], [6, 'disk'])
      assert.match(error.message as string, /file\/data/)
    })

    describe('without the rights for it', () => {
      let bound: readonly string[]

      before(async function () {
        const prefix = await withoutPrivilege()
        if (prefix === undefined) {
          this.test?.parent?.eachTest(test => {
            test.title += ' (skipped: as root, this needs setpriv)'
          })
          this.skip()
        }
        bound = prefix
      })

      it('ends with 6 when nothing can be written to it', async () => {
        await mkdir(join(folder, 'ann'), { mode: 0o500 })
        const { code, error } = await refused(launch('ann', LOOPBACK, bound))
        assert.deepEqual([code, error.code], [6, 'disk'])
        assert.match(error.message as string, /ann/)
      })

      it('ends with 6 when its key cannot be read, and does not replace the key', async () => {
        const { run, data } = await start('ann')
        await run.end('SIGTERM')
        const key = join(data, 'key')
        const bytes = await readFile(key)
        await chmod(key, 0o000)
        const { code, error } = await refused(launch('ann', LOOPBACK, bound))
        await chmod(key, 0o600)
        assert.deepEqual([code, error.code], [6, 'disk'])
        assert.match(error.message as string, /key/)
        assert.deepEqual(await readFile(key), bytes)
      })
    })
  })

  describe('refuses', () => {
    const ADDRESS = /\/ip4\/192\.168\.1\.5\/tcp\/4801\/p2p\/12D3KooW\w{44}/
    const cases: Array<{ flags: string[]; field: string; value?: string; example: RegExp }> = [
      { flags: ['--bootstrap', 'localhost:4801'], field: 'bootstrap', example: ADDRESS },
      { flags: ['--bootstrap', '/ip4/999.0.0.1/tcp/1'], field: 'bootstrap', example: ADDRESS },
      { flags: ['--bootstrap', '/ip4/127.0.0.1/tcp/1/p2p/nobody'], field: 'bootstrap', example: ADDRESS },
      { flags: ['--bootstrap', '/smoke/signals'], field: 'bootstrap', example: ADDRESS },
      { flags: ['--listen', '4801'], field: 'listen', example: /\/ip4\/0\.0\.0\.0\/tcp\/4801/ },
      {
        flags: ['--listen', '/ip4/0.0.0.0/tcp/70000'],
        field: 'listen',
        example: /\/ip4\/0\.0\.0\.0\/tcp\/4801/
      },
      { flags: ['--api', 'here'], field: 'api', example: /127\.0\.0\.1:4800/ },
      { flags: ['--api', '127.0.0.1:70000'], field: 'api', example: /127\.0\.0\.1:4800/ },
      { flags: ['--log-level', 'loud'], field: 'log-level', example: /info/ },
      { flags: ['--name', 'x'.repeat(65)], field: 'name', example: /ana/ }
    ]

    for (const { flags, field, example } of cases) {
      const [flag, value] = flags as [string, string]
      it(`${flag} ${value.slice(0, 40)} with 2, naming field, value and a right one`, async () => {
        const { code, error } = await refused(launch('ann', [...LOOPBACK, ...flags]))
        assert.deepEqual([code, error.field], [2, field])
        assert.ok((error.message as string).includes(value), error.message as string)
        assert.match(error.message as string, example)
      })
    }

    it('a flag that there is not with 2', async () => {
      const { code, error } = await refused(launch('ann', ['--bootstarp', 'x']))
      assert.equal(code, 2)
      assert.match(error.message as string, /--bootstarp.*--bootstrap/s)
    })

    it('a port to listen on that another program has, and says so', async () => {
      await using occupied = await occupy(0, '127.0.0.1')
      const address = `/ip4/127.0.0.1/tcp/${occupied.port}`
      const { code, error } = await refused(launch('ann', ['--listen', address]))
      assert.deepEqual([code, error.field], [2, 'listen'])
      assert.match(error.message as string, new RegExp(`${address}: another program has it; port 0`))
      // Nothing of it is left in the way of the next one.
      await start('ann')
    })

    it('a port for the API that another program has, and says so', async () => {
      await using occupied = await occupy(0, '127.0.0.1')
      const { code, error } = await refused(
        launch('ann', [...LOOPBACK, '--api', `127.0.0.1:${occupied.port}`])
      )
      assert.deepEqual([code, error.field], [2, 'api'])
      assert.match(error.message as string, /another program has it/)
    })

    it('to share a path that is missing, while the other shares go on', async () => {
      const there = join(folder, 'there')
      await mkdir(there)
      await writeFile(join(there, 'a.txt'), 'a')
      const missing = join(folder, 'missing')
      const { run, cli } = await start('ann', [...LOOPBACK, '--share', missing, '--share', there])
      const [{ shares }] = (await cli('shares')).objects as [{ shares: Array<{ path: string }> }]
      assert.deepEqual(
        shares.map(({ path }) => path),
        [there]
      )
      const [{ warnings }] = (await cli('status')).objects as [{ warnings: string[] }]
      assert.equal(warnings.filter(warning => warning.includes(missing)).length, 1, warnings.join('\n'))
      assert.match(run.stderr, new RegExp(missing))
    })
  })

  describe('ends', () => {
    it('with 0 within 5 s of a SIGTERM in the middle of a download, on both sides of it', async () => {
      const size = 512 * MIB
      const path = join(folder, 'large.bin')
      await writeNoise(path, size)
      const ann = await start('ann', [...LOOPBACK, '--share', path])
      const bob = await start('bob', [...LOOPBACK, '--bootstrap', ann.ready.addresses[0] as string])
      const cid = await eventually(
        async () => {
          const [found] = (await bob.cli('search', 'large')).objects
          assert.equal(found?.type, 'hit')
          return found.cid as string
        },
        { within: 30_000, what: 'the file is found' }
      )
      const get = new ProgramRun(['get', cid, '--data', bob.data, '--json'])
      runs.push(get)
      await get.line(({ bytesDone }) => (bytesDone as number) > 0, 20_000)
      for (const { run } of [bob, ann]) {
        const at = performance.now()
        assert.deepEqual(await run.end('SIGTERM'), { code: 0, signal: null })
        const tookMs = performance.now() - at
        assert.ok(tookMs < STOP_MS, `${tookMs} ms`)
      }
      assert.equal((await get.ended).code, 7, get.stderr)
      const last = JSON.parse(get.lines.at(-1) as string) as Printed
      assert.equal(last.type, 'error')
    })

    it('with 0 on `leave`, and others forget its files at once', async () => {
      const path = join(folder, 'poem.txt')
      await writeFile(path, 'roses are red')
      const ann = await start('ann', [...LOOPBACK, '--share', path])
      const bob = await start('bob', [...LOOPBACK, '--bootstrap', ann.ready.addresses[0] as string])
      const entries = async (): Promise<number> => {
        const [status] = (await bob.cli('status')).objects as [{ catalogue: { entries: number } }]
        return status.catalogue.entries
      }
      await eventually(async () => (await entries()) === 1, { within: 20_000, what: 'the poem is known' })
      const { code, objects } = await ann.cli('leave')
      assert.deepEqual([code, objects], [0, [{ left: true }]])
      assert.deepEqual(await ann.run.ended, { code: 0, signal: null })
      await eventually(async () => (await entries()) === 0, { within: 2_000, what: 'the poem is forgotten' })
      assert.equal((await bob.cli('search', 'poem', '--timeout', '2s')).code, 3)
    })
  })
})

/**
 * What keeps a process from what its rights do not allow: nothing for an ordinary user; for root, to run without the
 * capability to go beyond them. Undefined when that cannot be had.
 */
async function withoutPrivilege(): Promise<string[] | undefined> {
  if (process.getuid?.() !== 0) return []
  const prefix = ['setpriv', '--bounding-set', '-dac_override,-dac_read_search', '--']
  try {
    await promisify(execFile)('setpriv', [...prefix.slice(1), 'true'])
    return prefix
  } catch {
    return undefined
  }
}
