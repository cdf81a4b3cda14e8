import assert from 'node:assert/strict'
import type { PeerKey } from '../../../src/base/ports.ts'
import { seededRandom } from '../../../src/base/random.ts'
import { type Contact, type LinkAnswer, Supervisor } from '../../../src/node/supervisor.ts'

/** A small world: peers that answer are connected by dialling, and linked by asking. */
class World {
  now = 0
  readonly contacts = new Map<PeerKey, Contact>()
  readonly linked = new Set<PeerKey>()
  readonly alive = new Set<PeerKey>()
  readonly dialled: string[] = []
  answer: (peer: PeerKey) => LinkAnswer = () => 'neighbour'
  remembered: PeerKey[] = []
  readonly supervisor: Supervisor
  readonly #stop = new AbortController()

  constructor(options: { bootstrap?: string[]; dial?: boolean } = {}) {
    this.supervisor = new Supervisor({
      self: 'me',
      bootstrap: options.bootstrap ?? [],
      dial: options.dial ?? true,
      clock: { now: () => this.now },
      random: seededRandom(5),
      peerOf: address => address.split('/p2p/')[1],
      log: () => undefined,
      contacts: {
        list: () => [...this.contacts.values()],
        dial: async ({ address, peer }) => {
          const target = peer ?? (address as string).split('/p2p/')[1] ?? (address as string)
          this.dialled.push(target)
          if (!this.alive.has(target)) throw new Error('nobody there')
          this.meet(target, 'outbound')
          return target
        },
        hangUp: async peer => this.lose(peer),
        remembered: async () => this.remembered,
        remember: async () => undefined
      },
      links: {
        neighbours: () => [...this.linked],
        open: async peer => {
          const answer = this.answer(peer)
          if (answer === 'neighbour') this.linked.add(peer)
          return answer
        }
      }
    })
  }

  meet(peer: PeerKey, direction: Contact['direction']): void {
    this.contacts.set(peer, { peer, direction, since: this.now, speaks: true })
  }

  lose(peer: PeerKey): void {
    this.contacts.delete(peer)
    this.linked.delete(peer)
    this.supervisor.onDisconnected(peer)
  }

  start(): Promise<void> {
    return this.supervisor.start(this.#stop.signal)
  }

  /** Lets `ms` pass in steps of a second. */
  async pass(ms: number): Promise<void> {
    for (let end = this.now + ms; this.now < end; this.now += 1_000) {
      this.supervisor.tick()
      await new Promise(resolve => setImmediate(resolve))
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.supervisor.stop()
  }
}

describe('Supervisor', () => {
  it('keeps dialling a bootstrap address until somebody is there, then becomes its neighbour', async () => {
    await using world = new World({ bootstrap: ['/dns4/seed/tcp/1/p2p/seed'] })
    await world.start()
    await world.pass(10 * 60_000)
    assert.ok(world.dialled.length > 30 && world.dialled.length < 120, `${world.dialled.length} tries`)
    world.alive.add('seed')
    await world.pass(20_000)
    assert.ok(world.linked.has('seed'))
  })

  it('comes back to a neighbour that was away for a day @slow', async () => {
    await using world = new World()
    world.alive.add('ann')
    await world.start()
    await world.supervisor.found('ann', [], 'lan')
    await world.pass(3_000)
    world.supervisor.onNeighbour('ann')
    world.alive.delete('ann')
    world.lose('ann')
    await world.pass(24 * 60 * 60_000)
    world.alive.add('ann')
    await world.pass(60_000)
    assert.ok(world.linked.has('ann'))
  })

  it('stops looking at 6 neighbours, but takes up to 12 from the LAN', async () => {
    for (const [source, most] of [
      ['referral', 6],
      ['lan', 12]
    ] as const) {
      await using world = new World()
      await world.start()
      for (let i = 0; i < 30; i++) {
        world.alive.add(`p${i}`)
        await world.supervisor.found(`p${i}`, [], source)
      }
      await world.pass(60_000)
      assert.equal(world.linked.size, most, source)
    }
  })

  it('dials nobody but whom it was told with dial: false', async () => {
    await using world = new World({ dial: false, bootstrap: ['/dns4/seed/tcp/1/p2p/seed'] })
    world.alive.add('seed').add('ann').add('old')
    world.remembered = ['old']
    await world.start()
    await world.supervisor.found('ann', [], 'lan')
    await world.pass(60_000)
    assert.deepEqual([...world.linked], ['seed'])
    assert.deepEqual(world.dialled, ['seed'])
  })

  it('tries the addresses that come with a refusal', async () => {
    await using world = new World({ bootstrap: ['/dns4/seed/tcp/1/p2p/seed'] })
    world.alive.add('seed').add('ann')
    world.answer = peer =>
      peer === 'seed' ? { refused: 'full', addresses: ['/ip4/1.2.3.4/tcp/1/p2p/ann'] } : 'neighbour'
    await world.start()
    await world.pass(5_000)
    assert.deepEqual([...world.linked], ['ann'])
  })

  it('leaves a peer alone that the user disconnected, until the user connects it', async () => {
    await using world = new World({ bootstrap: ['/dns4/seed/tcp/1/p2p/seed'] })
    world.alive.add('seed')
    await world.start()
    await world.pass(3_000)
    await world.supervisor.disconnect('seed')
    await world.pass(10 * 60_000)
    assert.deepEqual([...world.linked], [])
    await world.supervisor.connect('/dns4/seed/tcp/1/p2p/seed', new AbortController().signal)
    assert.ok(world.linked.has('seed'))
  })

  it('waits for a caller to open the link, and opens it itself when lonely', async () => {
    await using world = new World()
    await world.start()
    world.meet('ann', 'inbound')
    await world.pass(2_000)
    assert.deepEqual([...world.linked], [])
    await world.pass(3_000)
    assert.deepEqual([...world.linked], ['ann'])
  })

  it('asks a peer that it dialled and that never said what it speaks', async () => {
    await using world = new World()
    await world.start()
    world.contacts.set('ann', { peer: 'ann', direction: 'outbound', since: world.now, speaks: false })
    await world.pass(5_000)
    assert.deepEqual([...world.linked], [])
    await world.pass(5_000)
    assert.deepEqual([...world.linked], ['ann'])
  })
})
