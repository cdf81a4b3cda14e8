/**
 * What the README tells a newcomer to type, typed.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { eventually } from '../../src/testnet/index.ts'

const ROOT = resolve(import.meta.dirname, '../..')

/** Fenced blocks of one language, in order. */
async function blocks(language: string): Promise<string[]> {
  const text = await readFile(join(ROOT, 'README.md'), 'utf8')
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(match => match[1] === language)
    .map(match => (match[2] as string).trim())
}

interface Shell {
  child: ChildProcess
  output(): string
}

describe('the README', () => {
  let folder: string
  let shells: Shell[]

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'p2pnode-readme-'))
    shells = []
  })

  afterEach(async () => {
    for (const { child } of shells) {
      // The whole group: the shell, npm and the node.
      if (child.exitCode === null && child.signalCode === null)
        process.kill(-(child.pid as number), 'SIGTERM')
    }
    await Promise.all(shells.map(({ child }) => child.exitCode ?? child.signalCode ?? once(child, 'exit')))
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  })

  /** Runs a block as pasted, but in folders and on ports of its own. */
  function paste(script: string, env: Record<string, string> = {}): Shell {
    const own = { P2PNODE_API: '127.0.0.1:0', P2PNODE_LISTEN: '/ip4/127.0.0.1/tcp/0', P2PNODE_LAN: '0' }
    const child = spawn('sh', ['-ec', script.replaceAll('/tmp/p2p', folder)], {
      cwd: ROOT,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...own, ...env }
    })
    let text = ''
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', chunk => (text += chunk))
    const shell = { child, output: () => text }
    shells.push(shell)
    return shell
  }

  /** Waits until `shell` says `pattern`; gives its first group. */
  async function says(shell: Shell, pattern: RegExp): Promise<string> {
    const hasSaid = (): boolean => pattern.test(shell.output())
    await eventually(hasSaid, { within: 30_000, what: `${pattern}` })
    return pattern.exec(shell.output())?.[1] ?? ''
  }

  async function ends(shell: Shell): Promise<number> {
    if (shell.child.exitCode === null) await once(shell.child, 'exit')
    return shell.child.exitCode as number
  }

  it('has seven blocks to type, each of which is typed here', async () => {
    const [run, test, ana, bob, ask, demo, ring, ...more] = await blocks('sh')
    assert.deepEqual(more, [])
    assert.equal(run, 'npm ci && npm start')
    assert.equal(test, 'npm ci && npm test')
    for (const block of [ana, bob, ask, demo])
      assert.match(block ?? '', /^(bin\/p2pnode|export P2PNODE_DATA)/)
    assert.match(ring ?? '', /p2pnode sum/)
  })

  it('starts a node with its first command, and has the second one run by the gate', async () => {
    const gate = await readFile(join(ROOT, '.ci/run'), 'utf8')
    assert.ok(gate.includes((await blocks('sh'))[1] as string))
    // `npm ci` would take the floor away from under this test; the gate runs it on a clean checkout.
    const start = ((await blocks('sh'))[0] as string).replace('npm ci && ', '')
    const env = { P2PNODE_DATA: join(folder, 'data'), P2PNODE_DOWNLOADS: join(folder, 'got') }
    await says(paste(start, env), /join it\s+p2pnode --bootstrap \/ip4\/127\.0\.0\.1\//)
  })

  it('shows two nodes that find and fetch within a minute', async () => {
    const [, , ana, bob, ask] = (await blocks('sh')) as [string, string, string, string, string]
    const address = await says(paste(ana), /--bootstrap (\S+)/)
    const second = paste(bob, { P2PNODE_BOOTSTRAP: address })
    await says(second, /new neighbour ana~/)
    const asked = paste(ask)
    assert.equal(await ends(asked), 0, asked.output())
    assert.match(asked.output(), /ana~\w{4} .*neighbour/)
    assert.match(asked.output(), /architecture\.md .*1 of 1 reachable/)
    const got = await readFile(join(folder, 'bob-got/architecture.md'))
    assert.deepEqual(got, await readFile(join(ROOT, 'docs/architecture.md')))
    assert.equal(await ends(second), 0)
  }).timeout(60_000)

  it('shows a ring of three that adds up, from any of them', async () => {
    const ring = (await blocks('sh'))[6] as string
    const shell = paste(ring)
    assert.equal(await ends(shell), 0, shell.output())
    assert.deepEqual(shell.output().match(/^108\.75$/gm)?.length, 3, shell.output())
    assert.match(shell.output(), /^12D3\w+ +1 +100$/m)
    assert.match(shell.output(), /3 nodes in /)
  }).timeout(120_000)

  it('shows a library that works as written', async () => {
    const [program] = (await blocks('ts')) as [string]
    const script = join(ROOT, 'test', `readme-${process.pid}.ts`)
    await writeFile(
      script,
      program.replaceAll('./data', join(folder, 'd')).replaceAll('./downloads', join(folder, 'g'))
    )
    try {
      await mkdir(folder, { recursive: true })
      const shell = paste(`node --conditions=p2pnode-source ${script}`)
      assert.equal(await ends(shell), 0, shell.output())
    } finally {
      await rm(script)
    }
  })
})
