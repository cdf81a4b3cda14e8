import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ApiServer, newToken, startApi, writeApiFile } from '../../../src/adapters/http/index.ts'
import { run } from '../../../src/cli/main.ts'
import { aWorld } from '../../support/cli-world.ts'
import { anAnswer, FakeNode, PEER } from '../../support/fake-node.ts'

describe('commands for values and questions', () => {
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

  const command = async (line: string) => {
    const world = aWorld()
    const code = await run(['--data', data, ...line.split(' ')], world)
    const json = (text: string) =>
      text
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

  it('value add takes negative numbers for what they are, wherever flags stand', async () => {
    for (const line of [
      'value add 12 -3.5 -.5 --as t --json',
      'value add --as t --json 12 -3.5 -.5',
      'value add --json -- 12 -3.5 -.5 --as t'.replace(' --as t', '')
    ]) {
      node.held = []
      const { code, objects } = await command(line)
      assert.equal(code, 0)
      const name = line.includes('--as') ? 't' : 'value'
      assert.deepEqual(objects(), [{ values: ['12', '-3.5', '-.5'].map(value => ({ name, value })) }])
    }
  })

  it('value add names what is no number, and what it wants', async () => {
    const { code, errors } = await command('value add 1 abc --json')
    assert.equal(code, 2)
    assert.deepEqual(errors(), [
      { type: 'error', code: 'bad-input', field: 'values', message: '"abc" is not a number' }
    ])
    assert.equal((await command('value add')).code, 2)
    assert.equal((await command('value add -x')).code, 2)
  })

  it('value ls lists all, or those of a name', async () => {
    assert.match((await command('value ls')).err, /no values; add some with/)
    await command('value add 1')
    await command('value add 2 --as b')
    assert.deepEqual((await command('value ls --json')).objects(), [
      {
        values: [
          { name: 'value', value: '1' },
          { name: 'b', value: '2' }
        ]
      }
    ])
    assert.deepEqual((await command('value ls --as b --json')).objects()[0].values.length, 1)
    assert.match((await command('value')).out, /^NAME +VALUE\nvalue +1\nb +2\n$/)
  })

  it('value rm removes some, or all of a name, and never all by oversight', async () => {
    await command('value add 1 -2')
    assert.deepEqual((await command('value rm -2 --json')).objects(), [
      { values: [{ name: 'value', value: '-2' }] }
    ])
    assert.deepEqual((await command('value rm --all --json')).objects(), [
      { values: [{ name: 'value', value: '1' }] }
    ])
    assert.deepEqual(node.asked.at(-1), ['removeValues', 'all'])
    assert.equal((await command('value rm')).code, 2)
    assert.equal((await command('value rm 1 --all')).code, 2)
  })

  for (const op of ['sum', 'count', 'mean', 'min', 'max']) {
    it(`${op} asks for values without a name, or of one`, async () => {
      const { code, objects } = await command(`${op} --json`)
      assert.equal(code, 0)
      assert.deepEqual(objects(), [anAnswer({ op: op as 'sum' })])
      await command(`${op} heat --timeout 1m`)
      assert.deepEqual(node.asked, [
        ['aggregate', { op }],
        ['aggregate', { op, name: 'heat', timeoutMs: 60_000 }]
      ])
    })
  }

  it('sum prints the number alone, and remarks beside it', async () => {
    const { out, err } = await command('sum')
    assert.equal(out, '8.5\n')
    assert.equal(err, '3 nodes in 20 ms\n')
  })

  it('sum takes several names at once', async () => {
    assert.equal((await command('sum a b')).out, 'a  8.5\nb  8.5\n')
    assert.deepEqual(
      (await command('sum a b --json')).objects().map(({ name }) => name),
      ['a', 'b']
    )
  })

  it('sum ends with 9 and names the links when something is missing', async () => {
    const { code, out, err } = await command('sum broken')
    assert.equal(code, 9)
    assert.equal(out, '8.5\n')
    assert.match(err, /not complete: 1 link failed\n {2}gone: 12D3\w+, asked by 12D3/)
    const asJson = await command('sum broken --json')
    assert.deepEqual([asJson.code, asJson.objects()[0].missing], [9, [PEER]])
  })

  it('sum --audit shows who holds what', async () => {
    const { out } = await command('sum --audit')
    assert.match(out, new RegExp(`^8.5\nPEER ID +VALUES +SUM\n${PEER} +2 +8.5\n$`))
  })

  const wrong: [line: string, field: string][] = [
    ['sum --timeout soon', 'timeout'],
    ['sum --timeout 3m', 'timeout'],
    ['start --aggregate perhaps', 'aggregate']
  ]
  for (const [line, field] of wrong) {
    it(`${line} is refused as wrong use`, async () => {
      const { code, errors } = await command(`${line} --json`)
      assert.equal(code, 2)
      assert.equal(errors()[0].field, field)
    })
  }
})
