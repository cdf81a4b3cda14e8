import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../../../src/cli/main.ts'
import { aWorld } from '../../support/cli-world.ts'

async function command(line: string) {
  const world = aWorld()
  const code = await run(line.split(' '), world)
  return { code, ...world.printed }
}

describe('p2pnode simulate', () => {
  it('needs no node, and prints one object with --json', async () => {
    const { code, out } = await command('simulate --nodes 50 --seed 3 --queries 2 --json')
    assert.equal(code, 0)
    const report = JSON.parse(out)
    assert.equal(report.nodes, 50)
    assert.equal(report.seed, 3)
    assert.deepEqual(
      report.strategies.map(({ strategy }: { strategy: string }) => strategy),
      ['auto']
    )
    const [singleton] = report.strategies[0].classes
    assert.equal(singleton.class, 'singleton')
    assert.equal(singleton.queries, 2)
    for (const field of ['success', 'messages', 'bytes']) assert.equal(typeof singleton[field], 'number')
    assert.deepEqual(Object.keys(singleton.firstHitMs), ['p50', 'p99'])
  })

  it('takes spammers for a gang when it is told to', async () => {
    for (const [flags, gang] of [
      ['--spammers 20%', false],
      ['--spammers 20% --gang', true]
    ] as const) {
      const { out } = await command(`simulate --nodes 50 --queries 1 ${flags} --json`)
      const report = JSON.parse(out)
      assert.deepEqual([report.spammers, report.gang], [0.2, gang])
    }
  })

  it('prints a table for people, and writes JSON and a picture where it is told to', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'p2pnode-simulate-'))
    try {
      const line = `simulate --nodes 60 --queries 1 --strategies auto,flood-2 --churn 1h --out ${join(folder, 'new')}`
      const { code, out } = await command(line)
      assert.equal(code, 0)
      assert.match(out, /^STRATEGY .*\nauto .*singleton/)
      assert.match(out, /\nflood-2 /)
      const report = JSON.parse(await readFile(join(folder, 'new', 'simulation.json'), 'utf8'))
      assert.equal(report.sessionMs, 3_600_000)
      assert.match(await readFile(join(folder, 'new', 'simulation.svg'), 'utf8'), /^<svg /)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  const wrong: [flags: string, field: string][] = [
    ['--nodes 1', 'nodes'],
    ['--nodes many', 'nodes'],
    ['--seed -1', 'seed'],
    ['--strategies best', 'strategies'],
    ['--strategies flood-8', 'strategies'],
    ['--topology tree', 'topology'],
    ['--churn never', 'churn'],
    ['--droppers 101%', 'droppers'],
    ['--droppers 50% --spammers 50%', 'spammers'],
    ['--queries 0', 'queries']
  ]
  for (const [flags, field] of wrong) {
    it(`refuses ${flags} and names ${field}`, async () => {
      const { code, err } = await command(`simulate ${flags} --json`)
      assert.equal(code, 2)
      assert.equal(JSON.parse(err).field, field)
    })
  }

  it('takes 10% and 10 for the same part', async () => {
    const [one, other] = await Promise.all(
      ['10%', '10'].map(part => command(`simulate --nodes 40 --queries 1 --spammers ${part} --json`))
    )
    assert.equal(JSON.parse(one?.out ?? '').spammers, 0.1)
    assert.equal(one?.out, other?.out)
  })
})
