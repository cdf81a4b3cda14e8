/**
 * What strangers can do with connections alone, and with the protocols of the library itself.
 */
import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Libp2p } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { ConnectionGuard, MAX_GUARDED_CONNECTIONS } from '../../src/adapters/libp2p/connection-guard.ts'
import { eventually } from '../../src/testnet/index.ts'
import { encodeFileMessage } from '../../src/wire/file-message.ts'
import { HostileProvider, pageOf, rawEntry, TOPIC } from '../support/hostile-catalogue.ts'
import { frameOf, garbage, HostileHost } from '../support/hostile-host.ts'
import { CATALOG, FILE, SEARCH, Siege } from './siege.ts'

const IDENTIFY = '/ipfs/id/1.0.0'
const IDENTIFY_PUSH = '/ipfs/id/push/1.0.0'
const PING = '/ipfs/ping/1.0.0'
/** Connections per second from one IP that the node takes, and those that may be without a handshake. */
const PER_SECOND = 50
const PENDING = 100

/** What a peer says about itself, before or after it has connected. */
const IDENTITIES: Array<{ name: string; agent?: string; attack: (host: HostileHost) => Promise<unknown> }> = [
  {
    name: 'an agent of 6,000 control characters',
    agent: '\u001b[2J\u0007\u202e'.repeat(1_000),
    attack: async () => {}
  },
  {
    name: '200 protocols with strange names',
    async attack({ host }) {
      for (let i = 0; i < 200; i++) await host.handle(`/${'../'.repeat(i % 7)}\u0000\u202e/${i}`, () => {})
    }
  },
  { name: 'garbage', attack: host => speaking(host, IDENTIFY, frameOf(garbage(2_000))) },
  { name: 'a frame of 4 GiB', attack: host => speaking(host, IDENTIFY, frameOf(garbage(10), 2 ** 32 - 1)) },
  {
    name: 'a length that never ends',
    attack: host => speaking(host, IDENTIFY, new Uint8Array(2_000).fill(0xff))
  },
  { name: 'nothing', attack: host => speaking(host, IDENTIFY, new Uint8Array()) }
]

describe('a node and hostile connections', () => {
  let siege: Siege
  before(async () => {
    siege = await Siege.start()
  })
  after(async () => await siege[Symbol.asyncDispose]())
  afterEach(async () => await siege.lift())

  for (const { name, agent, attack } of IDENTITIES) {
    it(`survives a peer that says ${name} about itself`, async () => {
      const host = await siege.stranger(agent === undefined ? {} : { agent })
      await attack(host)
      await host.connect(siege.node.address)
      await siege.unharmed()
      const seen = (await siege.node.peers()).filter(({ peerId }) => peerId === host.peerId)
      assert.ok(seen.length <= 1)
      assert.ok(JSON.parse(JSON.stringify(seen)))
    })
  }

  it('survives floods of pings, of identify pushes and of topics', async () => {
    const host = await siege.attacker()
    const streams = []
    for (const protocol of [PING, IDENTIFY_PUSH]) {
      for (let i = 0; i < 100; i++) {
        const stream = await host.open(protocol).catch(() => undefined)
        if (stream === undefined) break
        stream.send(garbage(3_200))
        streams.push(stream)
      }
    }
    for (let i = 0; i < 500; i++) host.host.services.pubsub.subscribe(`/topic/${i}/${'x'.repeat(200)}`)
    for (let i = 0; i < 200; i++) await host.host.services.pubsub.publish(`/topic/${i}`, garbage(1_000 + i))
    await siege.unharmed()
    for (const stream of streams) stream.reset()
  })

  it('survives messages on the topic that are longer than what it reads', async () => {
    const host = await siege.attacker()
    await host.publish(TOPIC, new Uint8Array(2 * 1024 * 1024))
    await siege.unharmed()
    // Whoever sends that is not heard on the topic any more; others are.
    const honest = await HostileProvider.on(await siege.attacker())
    await honest.announce(await honest.state([pageOf([rawEntry('fine/one.txt')])]))
    await eventually(async () => (await siege.node.status()).catalogue.entries === 3, { within: 5_000 })
    await honest.withdraw()
  })

  it('keeps four connections of one peer', async () => {
    const host = await siege.attacker()
    await siege.counted('connections', { 'too-many-of-peer': 16 }, async () => {
      for (let i = 0; i < 19; i++) await host.connectAgain().catch(() => undefined)
    })
    await eventually(() => host.host.getConnections().length === 4, { within: 5_000 })
  })

  it('lets newcomers in, and keeps its neighbours, when a crowd opens 320 connections', async function () {
    this.timeout(60_000)
    const crowd: Libp2p[] = []
    try {
      for (let i = 0; i < 80; i++) {
        const host = await mute()
        crowd.push(host)
        // The node takes 50 a second of one IP, so some must be tried again.
        const dial = () => host.dial(multiaddr(siege.node.address), { force: true })
        for (let j = 0; j < 4; j++) await eventually(dial, { within: 10_000 })
      }
      const newcomer = await siege.stranger()
      await eventually(() => newcomer.connect(siege.node.address), { within: 5_000 })
      await siege.link(newcomer)
      await siege.unharmed()
      assert.ok(((await siege.counts('connections')).idle ?? 0) >= 320 - MAX_GUARDED_CONNECTIONS)
    } finally {
      await Promise.all(crowd.map(host => host.stop()))
    }
  })

  it('goes on while a peer comes, says hello and goes, fifty times', async () => {
    const host = await siege.stranger()
    for (let i = 0; i < 50; i++) {
      await eventually(() => host.connect(siege.node.address), { within: 5_000 })
      await siege.link(host)
      for (const connection of host.host.getConnections()) connection.abort(new Error('gone'))
    }
    await eventually(async () => !(await siege.isNeighbour(host)), { within: 5_000 })
  })

  it('lets newcomers in while a hundred sockets say nothing, and some talk nonsense', async () => {
    const sockets: Socket[] = []
    try {
      while (sockets.length < PENDING + PER_SECOND / 2) {
        for (let i = 0; i < PER_SECOND / 2; i++) sockets.push(await silentSocket(siege.node.address))
        for (const socket of sockets.slice(-5)) socket.write(garbage(500))
        await sleep(600)
      }
      await sleep(1_000)
      const newcomer = await siege.stranger()
      await newcomer.connect(siege.node.address)
      await siege.link(newcomer)
    } finally {
      for (const socket of sockets) socket.destroy()
    }
  })

  it('stops within five seconds, whatever is held open', async () => {
    await using other = await Siege.start()
    const root = (await other.node.shares())[0]?.cid as string
    const { host, link } = await other.neighbour()
    link.stopReading()
    for (let i = 0; i < 4; i++) {
      const stream = await host.open(FILE)
      stream.stopReading()
      stream.sendFrame(encodeFileMessage({ type: 'get-blocks', id: 1, root, blocks: [0, 1] }))
      await host.open(CATALOG)
      await host.open(SEARCH).catch(() => undefined)
    }
    const stalling = await HostileProvider.on(host)
    stalling.onList = () => new Promise(() => {})
    await host.serve(FILE, () => new Promise(() => {}))
    const { envelope } = await stalling.state([pageOf([rawEntry('never/comes.txt')])])
    await stalling.push([envelope])
    await eventually(() => stalling.asked > 0, { within: 5_000 })
    const cid = 'bafkreidgvpkjawlxz6sffxzwgooowe5yt7i6wsyg236mfoks77nywkptdq'
    const got = other.node.get({
      target: `p2p:${cid}?p=${host.address}`,
      output: join(other.node.folder, 'never')
    })
    const failed = assert.rejects(got)
    await eventually(async () => (await other.node.downloads()).some(({ sources }) => sources.length > 0), {
      within: 5_000
    })
    const start = performance.now()
    await other.node.stop()
    const ms = performance.now() - start
    await failed
    assert.ok(ms < 5_000, `${Math.round(ms)} ms`)
  })
})

describe('the connection guard', () => {
  it('makes room for newcomers by closing idle connections, the oldest first, and none that is in use', async () => {
    await using owner = await HostileHost.start()
    const crowd = await Promise.all(Array.from({ length: 8 }, () => HostileHost.start()))
    const [neighbour, busy] = crowd as [HostileHost, HostileHost]
    await owner.host.handle(FILE, () => {})
    const guard = new ConnectionGuard({
      host: owner.host,
      isNeighbour: peer => peer === neighbour.peerId,
      protocols: [FILE],
      maxConnections: 4
    })
    guard.start()
    try {
      for (const host of crowd) {
        await host.host.dial(multiaddr(owner.address))
        if (host === busy) await host.host.dialProtocol(multiaddr(owner.address), FILE)
      }
      await eventually(() => guard.drops.get('idle') === 4, { within: 5_000 })
      await eventually(() => owner.host.getConnections().length === 4, { within: 5_000 })
      const left = new Set(owner.host.getConnections().map(({ remotePeer }) => remotePeer.toString()))
      assert.deepEqual(
        crowd.filter(({ peerId }) => left.has(peerId)).map(host => crowd.indexOf(host)),
        [0, 1, 6, 7]
      )
    } finally {
      guard.stop()
      await Promise.all(crowd.map(host => host[Symbol.asyncDispose]()))
    }
  })
})

/** A host that can connect, and nothing else. */
async function mute(): Promise<Libp2p> {
  return await createLibp2p({
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false }
  })
}

/** Answers a protocol of the library with `bytes`, and then with silence. */
async function speaking(host: HostileHost, protocol: string, bytes: Uint8Array): Promise<void> {
  await host.host.unhandle(protocol)
  await host.serve(protocol, async stream => {
    if (bytes.length > 0) stream.send(bytes)
    await stream.ended
  })
}

async function silentSocket(address: string): Promise<Socket> {
  const port = Number(/\/tcp\/(\d+)/.exec(address)?.[1])
  const { promise, resolve } = Promise.withResolvers<void>()
  const socket = connect({ host: '127.0.0.1', port }, resolve)
  socket.on('error', () => resolve())
  await promise
  return socket
}
