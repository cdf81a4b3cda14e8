import { join } from 'node:path'
import { eventually, ProgramRun } from '../../src/testnet/index.ts'
import { perTest } from '../support/per-test.ts'
import { loopback, Nodes, startsAndDeaths } from './processes.ts'

describe('nodes that are processes', () => {
  const test = perTest()

  it('join with nothing but `p2pnode --bootstrap ADDR`', async () => {
    const nodes = test.use(await Nodes.plan(1, 1))
    const first = await nodes.start(0)
    const data = join(first.folder, '..', 'second')
    const env = {
      P2PNODE_DATA: data,
      P2PNODE_LISTEN: loopback(0),
      P2PNODE_API: '127.0.0.1:0',
      P2PNODE_LAN: '0'
    }
    const run = test.use(
      new ProgramRun(['--bootstrap', first.address], {
        env: { ...env, P2PNODE_NAME: 'second' }
      })
    )
    const isJoined = (): boolean => run.lines.some(line => /new neighbour node0~/.test(line))
    await eventually(isJoined, { within: 15_000, what: 'the second node has the first for a neighbour' })
    const isSeen = async (): Promise<boolean> =>
      (await first.peers()).some(peer => peer.nickname === 'second')
    await eventually(isSeen, { within: 5_000, what: 'the first has the second' })
  }).timeout(60_000)

  it('find and fetch from one another, 3 of them started in any order, and still when the first is killed', () =>
    startsAndDeaths(test, { count: 3, seed: 3, victims: [0] })).timeout(180_000)
})
