import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ProgramRun } from '../../src/testnet/index.ts'
import { perTest } from '../support/per-test.ts'

describe('p2pnode demo', () => {
  // First, so that the run has ended when its folder goes.
  const test = perTest()
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'p2pnode-demo-'))
  })

  afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))

  it('shows three nodes that find, fetch and die, ends with 0, and leaves nothing behind', async () => {
    const run = test.use(new ProgramRun(['demo', '3', '--json'], { env: { TMPDIR: folder } }))
    const steps: unknown[] = []
    for await (const line of run.printed()) steps.push(line.type === 'step' ? line.step : line.type)
    assert.deepEqual(await run.ended, { code: 0, signal: null }, run.stderr)
    assert.equal(steps.at(-1), 'done')
    for (const step of ['start', 'share', 'search', 'flood', 'kill', 'get', 'verified']) {
      assert.equal(steps.filter(seen => seen === step).length, 1, step)
    }
    assert.deepEqual(await readdir(folder), [])
  }).timeout(120_000)

  it('leaves nothing behind when it is interrupted either', async () => {
    const run = test.use(new ProgramRun(['demo', '3', '--json'], { env: { TMPDIR: folder } }))
    await run.line(({ step }) => step === 'share', 60_000)
    assert.deepEqual(await run.end('SIGINT'), { code: 130, signal: null })
    assert.deepEqual(await readdir(folder), [])
  }).timeout(120_000)
})
