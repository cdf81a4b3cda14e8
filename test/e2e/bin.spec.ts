import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { newToken, startApi, writeApiFile } from '../../src/adapters/http/index.ts'
import { eventually } from '../../src/testnet/eventually.ts'
import { FakeNode, PEER } from '../support/fake-node.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const BIN = join(ROOT, 'bin', 'p2pnode')

/** Makes this Node say that it is an old one, which cannot replace itself. */
const PRETEND_OLD = `
const versions = { ...process.versions, node: '20.11.0' }
Object.defineProperty(process, 'versions', { value: versions })
if (process.env.WITHOUT_EXECVE) delete process.execve
`

describe('bin/p2pnode', () => {
  let folder: string
  let old: string

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'p2pnode-bin-'))
    old = join(folder, 'old.cjs')
    await writeFile(old, PRETEND_OLD)
  })

  after(() => rm(folder, { recursive: true }))

  const run = (args: string[], env: Record<string, string> = {}) =>
    new Promise<{ code: number; out: string; err: string }>(done => {
      const options = { env: { ...process.env, XDG_DATA_HOME: folder, XDG_CACHE_HOME: folder, ...env } }
      execFile(process.execPath, args, options, (error, out, err) => {
        done({ code: error === null ? 0 : Number(error.code), out, err })
      })
    })

  it('prints its version', async () => {
    assert.match((await run([BIN, '--version'])).out, /^\d+\.\d+\.\d+\n$/)
  })

  it('ends with 2 for wrong use, with the reason on stderr', async () => {
    const { code, out, err } = await run([BIN, 'serch', 'a', '--json'])
    assert.equal(code, 2)
    assert.equal(out, '')
    assert.equal(JSON.parse(err).code, 'usage')
  })

  it('ends with 7 when no node runs', async () => {
    const { code, err } = await run([BIN, 'peers', '--json'])
    assert.equal(code, 7)
    assert.equal(JSON.parse(err).code, 'not-running')
  })

  it('finds its sources through a symbolic link', async () => {
    const link = join(folder, 'link')
    await symlink(BIN, link)
    assert.equal((await run([link, 'peers'])).code, 7)
  })

  it('says which Node it needs where there is none', async () => {
    const copy = join(folder, 'copy', 'bin')
    await mkdir(copy, { recursive: true })
    await cp(join(ROOT, 'bin'), copy, { recursive: true })
    const { code, err } = await run(['--require', old, join(copy, 'p2pnode'), 'peers'])
    assert.equal(code, 1)
    assert.match(err, /^p2pnode needs Node 24\.15 or newer, this is 20\.11\.0.*\n$/)
  })

  for (const without of ['', '1']) {
    it(`hands on to the Node of the checkout ${without ? 'as a child' : 'by replacing itself'}`, async () => {
      const { code, err } = await run(['--require', old, BIN, 'peers', '--json'], { WITHOUT_EXECVE: without })
      assert.equal(code, 7)
      assert.equal(JSON.parse(err).code, 'not-running')
    })
  }

  describe('that runs under the Node of the checkout as a child', () => {
    /** Runs `events` until the first one is there, then sends a signal to the outer process. */
    const signalled = async (signal: NodeJS.Signals) => {
      const node = new FakeNode()
      node.endless = true
      node.happened = [{ type: 'neighbour:left', peerId: PEER }]
      const token = newToken()
      const server = await startApi({ node, token, host: '127.0.0.1', port: 0, explicit: true })
      try {
        await writeApiFile(folder, { url: server.url, token, pid: process.pid })
        const args = ['--require', old, BIN, 'events', '--data', folder]
        const env = { ...process.env, WITHOUT_EXECVE: '1', XDG_CACHE_HOME: folder }
        const outer = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'ignore'] })
        await once(outer.stdout, 'data')
        outer.kill(signal)
        const [code] = await once(outer, 'exit')
        await eventually(() => assert.equal(node.aborted, 1), { within: 5_000 })
        return code
      } finally {
        await server.close()
      }
    }

    it('passes on a signal, and the exit code back', async () => {
      assert.equal(await signalled('SIGINT'), 130)
    })

    it('leaves no child behind when it is killed', async () => {
      assert.equal(await signalled('SIGKILL'), null)
    })
  })
})
