/**
 * Streams between neighbours for questions and answers.
 */
import assert from 'node:assert/strict'
import { IDLE_MS, MAX_QUEUED_MESSAGES } from '../../src/adapters/libp2p/aggregate-link.ts'
import { AGGREGATE_PROTOCOL, AggregateLinks } from '../../src/adapters/libp2p/aggregate-links.ts'
import { eventually } from '../../src/testnet/index.ts'
import { type AggregateMessage, questionId } from '../../src/wire/aggregate-message.ts'
import { connect, link, type SearchNode, startSearchNode } from './search-hosts.ts'

const nonce = new Uint8Array(16)
const QUESTION: AggregateMessage = {
  type: 'question',
  id: questionId(nonce, ['a']),
  nonce,
  names: ['a'],
  hops: 0,
  timeLeftMs: 9_000
}
const DECLINED: AggregateMessage = { type: 'declined', id: QUESTION.id, reason: 'busy' }

/** Two neighbours whose clock stands still. */
class Pair implements AsyncDisposable {
  now = 0
  readonly #nodes: SearchNode[]
  readonly links: AggregateLinks[]
  /** What each has heard. */
  readonly heard: AggregateMessage[][] = [[], []]
  broken = 0

  private constructor(nodes: SearchNode[]) {
    this.#nodes = nodes
    this.links = nodes.map(
      ({ host, links }) => new AggregateLinks({ host, neighbours: links, now: () => this.now, tickMs: 20 })
    )
  }

  static async start(): Promise<Pair> {
    const nodes = [await startSearchNode('ana'), await startSearchNode('bob')]
    const pair = new Pair(nodes)
    for (const [i, links] of pair.links.entries()) {
      await links.start()
      links.onMessage((_peer, message) => pair.heard[i]?.push(message))
      links.onBroken(() => pair.broken++)
    }
    await connect(pair.node(0), pair.node(1))
    await link(pair.node(0), pair.node(1))
    return pair
  }

  node(i: number): SearchNode {
    return this.#nodes[i] as SearchNode
  }

  send(from: number, message: AggregateMessage): boolean {
    return this.links[from]?.send(this.node(1 - from).id, message) === true
  }

  async hears(i: number, count: number): Promise<void> {
    await eventually(() => this.heard[i]?.length === count, {
      within: 10_000,
      what: `${count} messages at ${i}`
    })
  }

  /** Streams that are open between the two. */
  streams(): number {
    const connections = this.node(0).host.getConnections()
    return connections
      .flatMap(({ streams }) => streams)
      .filter(({ protocol }) => protocol === AGGREGATE_PROTOCOL).length
  }

  opened(i: number): number {
    return this.links[i]?.counts.get('streams-opened') ?? 0
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const links of this.links) await links.stop()
    for (const node of this.#nodes) await node[Symbol.asyncDispose]()
  }
}

describe('streams for questions', () => {
  it('are not there until there is something to say, and then serve both directions', async () => {
    await using pair = await Pair.start()
    assert.equal(pair.streams(), 0)
    assert.ok(pair.send(0, QUESTION))
    await pair.hears(1, 1)
    assert.deepEqual(pair.heard[1], [QUESTION])
    assert.ok(pair.send(1, DECLINED))
    await pair.hears(0, 1)
    for (let i = 0; i < 20; i++) pair.send(i % 2, DECLINED)
    await Promise.all([pair.hears(0, 11), pair.hears(1, 11)])
    assert.deepEqual([pair.opened(0), pair.opened(1), pair.broken], [1, 0, 0])
  })

  it('lose nothing when both sides begin at once', async () => {
    await using pair = await Pair.start()
    for (let i = 0; i < 10; i++) {
      pair.send(0, DECLINED)
      pair.send(1, QUESTION)
    }
    await Promise.all([pair.hears(0, 10), pair.hears(1, 10)])
    assert.ok(pair.streams() <= 2)
    assert.equal(pair.broken, 0)
  })

  it('end after a minute of silence, and begin again', async () => {
    await using pair = await Pair.start()
    for (const [count, from] of [
      [1, 0],
      [2, 1],
      [3, 0]
    ] as const) {
      pair.send(from, DECLINED)
      pair.send(from, QUESTION)
      await pair.hears(1 - from, 2 * Math.ceil(count / 2))
      pair.now += IDLE_MS - 1
      await new Promise(resolve => setTimeout(resolve, 60))
      assert.equal(pair.streams(), 1, 'not yet')
      pair.now += 1
      await eventually(() => pair.streams() === 0, { within: 10_000, what: 'the end of the stream' })
    }
    assert.deepEqual([pair.opened(0), pair.opened(1), pair.broken], [2, 1, 0])
  })

  it('take from a question the time that it has waited for its stream', async () => {
    await using pair = await Pair.start()
    pair.send(0, QUESTION)
    pair.now += 2_500
    await pair.hears(1, 1)
    assert.deepEqual(pair.heard[1], [{ ...QUESTION, timeLeftMs: 6_500 }])
  })

  it('take as many messages as may wait, and say of the next that there is no room', async () => {
    await using pair = await Pair.start()
    for (let i = 0; i < MAX_QUEUED_MESSAGES; i++) assert.ok(pair.send(0, DECLINED))
    assert.ok(!pair.send(0, DECLINED))
    await pair.hears(1, MAX_QUEUED_MESSAGES)
    assert.ok(pair.send(0, DECLINED))
  })

  it('end with the neighbour, who is sent nothing from then on', async () => {
    await using pair = await Pair.start()
    pair.send(0, DECLINED)
    await pair.hears(1, 1)
    pair.node(0).links.close(pair.node(1).id)
    await eventually(() => pair.streams() === 0, { within: 10_000 })
    assert.ok(!pair.send(0, DECLINED))
  })

  it('tell who sent something that they are broken', async () => {
    await using pair = await Pair.start()
    pair.send(0, QUESTION)
    await pair.hears(1, 1)
    for (const { streams } of pair.node(1).host.getConnections()) {
      for (const stream of streams)
        if (stream.protocol === AGGREGATE_PROTOCOL) stream.abort(new Error('test'))
    }
    await eventually(() => pair.broken === 2, { within: 10_000 })
    pair.send(0, QUESTION)
    await pair.hears(1, 2)
    assert.equal(pair.opened(0), 2)
  })
})
