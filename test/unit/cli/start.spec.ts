import assert from 'node:assert/strict'
import { runNode } from '../../../src/cli/commands/start.ts'
import { contextOf } from '../../../src/cli/context.ts'
import { daemonOptions } from '../../../src/cli/start-options.ts'
import type { RunningDaemon } from '../../../src/daemon.ts'
import { aWorld, type KeptWorld } from '../../support/cli-world.ts'
import { FakeNode, PEER } from '../../support/fake-node.ts'

const ready = {
  peerId: PEER,
  nickname: 'ana',
  addresses: ['/ip4/10.0.0.1/tcp/1'],
  api: 'http://x',
  data: '/data'
}

describe('start', () => {
  let node: FakeNode
  let interrupt: AbortController
  let world: KeptWorld
  let stopped: number
  let leave: () => void

  beforeEach(() => {
    node = new FakeNode()
    node.endless = true
    interrupt = new AbortController()
    world = aWorld({ signal: interrupt.signal })
    stopped = 0
  })

  const daemon = async () => {
    const closed = new Promise<void>(resolve => {
      leave = resolve
    })
    const stop = async () => void stopped++
    return { ready, node, closed, stop } as unknown as RunningDaemon
  }
  const start = (json: boolean, run = daemon) =>
    runNode(contextOf(world, { json }), daemonOptions({}, '/data', world), run)
  const objects = () =>
    world.printed.out
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))

  it('prints ready, then events, and done at the end', async () => {
    node.happened = [{ type: 'neighbour:left', peerId: PEER }]
    world.stdout.write = text => {
      world.printed.out += text
      if (String(text).includes('neighbour:left')) interrupt.abort()
    }
    assert.equal(await start(true), 0)
    assert.deepEqual(objects(), [
      { type: 'ready', ...ready },
      { type: 'neighbour:left', peerId: PEER, at: 1_000 },
      { type: 'done' }
    ])
    assert.equal(stopped, 1)
  })

  it('tells people what to type on another machine', async () => {
    world.stdout.write = text => {
      world.printed.out += text
      leave()
    }
    assert.equal(await start(false), 0)
    assert.match(world.printed.out, /p2pnode --bootstrap \/ip4\/10\.0\.0\.1\/tcp\/1\n/)
  })

  it('stops a node that stands only after the signal', async () => {
    interrupt.abort()
    assert.equal(await start(true), 0)
    assert.equal(stopped, 1)
    assert.equal(world.printed.out, '')
  })

  it('passes on why a node cannot start', async () => {
    await assert.rejects(
      start(true, () => Promise.reject(new Error('no disk'))),
      /no disk/
    )
  })
})
