import assert from 'node:assert/strict'
import { figureOf } from '../../../src/aggregate/index.ts'
import { parseDecimal } from '../../../src/base/decimal.ts'
import { seededRandom } from '../../../src/base/random.ts'
import {
  type AggregateLinks,
  Aggregates,
  factFigure,
  MAX_RUNNING_QUESTIONS,
  REMEMBER_ANSWER_MS
} from '../../../src/node/aggregates.ts'
import type { AggregateRequest } from '../../../src/node/api.ts'
import { NodeError } from '../../../src/node/errors.ts'
import {
  type AggregateMessage,
  decodeAggregateMessage,
  encodeAggregateMessage
} from '../../../src/wire/aggregate-message.ts'
import { signature } from '../aggregate/echo-network.ts'
import { peerId } from '../search/virtual-network.ts'

/** Nodes in a row whose messages go through the codec; time is turned by hand. */
class Row {
  now = 1_000
  readonly nodes: Aggregates[] = []
  readonly links: TestLinks[] = []
  readonly sent: AggregateMessage[] = []
  /** What each node holds under any name but the facts. */
  readonly held: string[][]
  readonly #tasks = new Set<() => void>()

  constructor(count: number) {
    this.held = Array.from({ length: count }, (_, i) => [`${i + 1}`])
    for (let i = 0; i < count; i++) this.#add(i)
    for (let i = 0; i + 1 < count; i++) this.join(i, i + 1)
  }

  join(a: number, b: number): void {
    this.links[a]?.join(this.links[b] as TestLinks)
    this.links[b]?.join(this.links[a] as TestLinks)
  }

  ask(node: number, request: Partial<AggregateRequest> = {}, signal = new AbortController().signal) {
    return (this.nodes[node] as Aggregates).aggregate({ op: 'sum', ...request }, { signal })
  }

  turn(ms: number): void {
    this.now += ms
    for (const task of [...this.#tasks]) task()
  }

  get isTicking(): boolean {
    return this.#tasks.size > 0
  }

  #add(i: number): void {
    const links = new TestLinks(peerId(i), message => this.sent.push(message))
    const node = new Aggregates({
      self: peerId(i),
      links,
      seal: {
        sign: bytes => signature(peerId(i), bytes),
        verify: async (peer, bytes, given) => Buffer.from(given).equals(signature(peer, bytes))
      },
      figure: name =>
        factFigure(name, () => ({ files: i, bytes: 10 * i })) ??
        figureOf((this.held[i] as string[]).map(text => parseDecimal(text))),
      clock: { now: () => this.now },
      random: seededRandom(i + 1),
      every: (_ms, task) => {
        this.#tasks.add(task)
        return () => this.#tasks.delete(task)
      }
    })
    void node.start()
    this.links.push(links)
    this.nodes.push(node)
  }
}

class TestLinks implements AggregateLinks {
  readonly self: string
  /** Takes what is sent and loses it. */
  isMute = false
  readonly strikes: string[] = []
  readonly #onSent: (message: AggregateMessage) => void
  readonly #others = new Map<string, TestLinks>()
  #onMessage: (peer: string, message: AggregateMessage) => void = () => {}
  #onJoin: (peer: string) => void = () => {}
  #onLeave: (peer: string) => void = () => {}

  constructor(self: string, onSent: (message: AggregateMessage) => void) {
    this.self = self
    this.#onSent = onSent
  }

  join(other: TestLinks): void {
    this.#others.set(other.self, other)
    this.#onJoin(other.self)
  }

  leave(other: TestLinks): void {
    this.#others.delete(other.self)
    this.#onLeave(other.self)
  }

  neighbours() {
    return [...this.#others.keys()].map(peer => ({ peer, rttMs: 1 }))
  }

  send(peer: string, message: AggregateMessage): boolean {
    const other = this.#others.get(peer)
    if (other === undefined) return false
    this.#onSent(message)
    const bytes = encodeAggregateMessage(message)
    if (!this.isMute) setImmediate(() => other.#onMessage(this.self, decodeAggregateMessage(bytes)))
    return true
  }

  strike(_peer: string, reason: string): void {
    this.strikes.push(reason)
  }

  onMessage(handler: (peer: string, message: AggregateMessage) => void): void {
    this.#onMessage = handler
  }

  onBroken(): void {}

  onJoin(handler: (peer: string) => void): void {
    this.#onJoin = handler
  }

  onLeave(handler: (peer: string) => void): void {
    this.#onLeave = handler
  }
}

const refused = (code: string, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof NodeError)
  assert.equal(error.fault.code, code)
  assert.match(error.message, message)
  return true
}

describe('questions of a node', () => {
  it('are answered in the words of the API', async () => {
    const row = new Row(3)
    const answer = await row.ask(1, { op: 'mean', name: 'a', audit: true })
    assert.deepEqual(answer, {
      op: 'mean',
      name: 'a',
      value: '2',
      exact: true,
      nodes: 3,
      trusted: 0,
      missing: [],
      complete: true,
      failedLinks: [],
      moreFailedLinks: 0,
      elapsedMs: 0,
      ageMs: 0,
      contributions: [0, 1, 2]
        .map(i => ({ peerId: peerId(i), values: 1, value: `${i + 1}` }))
        .sort((a, b) => (a.peerId < b.peerId ? -1 : 1))
    })
    assert.equal('contributions' in (await row.ask(1, { name: 'a' })), false)
    assert.ok(!row.isTicking)
  })

  it('are about facts, too, that every node has', async () => {
    const row = new Row(4)
    const ask = async (op: 'sum' | 'count' | 'max', name: string) => (await row.ask(0, { op, name })).value
    assert.deepEqual(
      [
        await ask('sum', 'files'),
        await ask('max', 'bytes'),
        await ask('count', 'nodes'),
        await ask('sum', 'nodes')
      ],
      ['6', '30', '4', '4']
    )
  })

  it('are answered from memory for ten seconds, and say how old the answer is', async () => {
    const row = new Row(2)
    await row.ask(0)
    const messages = row.sent.length
    row.held[1] = ['100']
    row.turn(REMEMBER_ANSWER_MS - 1)
    const again = await row.ask(0, { op: 'max' })
    assert.deepEqual([again.value, again.ageMs, row.sent.length], ['2', REMEMBER_ANSWER_MS - 1, messages])
    row.turn(1)
    const fresh = await row.ask(0, { op: 'max' })
    assert.deepEqual([fresh.value, fresh.ageMs], ['100', 0])
  })

  it('forget what they remembered when own values change, also while an answer is on its way', async () => {
    const row = new Row(2)
    const before = row.ask(0)
    await Promise.resolve()
    assert.equal(row.sent.length, 1)
    row.held[0] = ['50']
    row.nodes[0]?.forget()
    assert.equal((await before).value, '3')
    assert.equal((await row.ask(0)).value, '52')
    const again = row.ask(0, { name: 'b' })
    await Promise.resolve()
    row.held[0] = ['0']
    row.nodes[0]?.forget()
    const other = row.ask(0, { name: 'b' })
    assert.deepEqual([(await again).value, (await other).value], ['52', '2'])
  })

  it('go out once when several ask the same, and together when they are put at once', async () => {
    const row = new Row(2)
    const answers = await Promise.all(
      ['a', 'b', 'a', 'c', 'b'].map(name => row.ask(0, { name, op: name === 'c' ? 'count' : 'sum' }))
    )
    assert.deepEqual(
      answers.map(({ name, value }) => [name, value]),
      [
        ['a', '3'],
        ['b', '3'],
        ['a', '3'],
        ['c', '2'],
        ['b', '3']
      ]
    )
    assert.equal(row.sent.length, 2)
  })

  it('are not remembered when something is missing', async () => {
    const row = new Row(3)
    ;(row.links[1] as TestLinks).isMute = true
    const lost = row.ask(0, { timeoutMs: 1_000 })
    await new Promise(setImmediate)
    assert.ok(row.isTicking)
    row.turn(1_000)
    const { complete, missing, failedLinks } = await lost
    assert.deepEqual([complete, missing, failedLinks[0]?.reason], [false, [peerId(1)], 'silent'])
    ;(row.links[1] as TestLinks).isMute = false
    assert.equal((await row.ask(0)).value, '6')
  })

  it('name a neighbour that leaves on the way', async () => {
    const row = new Row(2)
    ;(row.links[1] as TestLinks).isMute = true
    const lost = row.ask(0)
    await new Promise(setImmediate)
    row.links[0]?.leave(row.links[1] as TestLinks)
    assert.deepEqual((await lost).failedLinks, [{ from: peerId(0), to: peerId(1), reason: 'gone' }])
  })

  const wrong: [request: Partial<AggregateRequest>, field: string, message: RegExp][] = [
    [{ op: 'median' as 'sum' }, 'op', /one of sum, count, mean, min, max; got "median"/],
    [{ name: '' }, 'name', /1 to 64 bytes/],
    [{ name: 'ñ'.repeat(33) }, 'name', /1 to 64 bytes/],
    [{ op: 'count', name: 'bytes' }, 'name', /"sum bytes" adds them up/],
    [{ timeoutMs: 0 }, 'timeoutMs', /from 1 to 120000/],
    [{ timeoutMs: 120_001 }, 'timeoutMs', /from 1 to 120000/]
  ]
  for (const [request, field, message] of wrong) {
    it(`are refused for a wrong ${field}: ${JSON.stringify(request).slice(0, 40)}`, async () => {
      await assert.rejects(new Row(1).ask(0, request), error => {
        refused('bad-input', message)(error)
        assert.equal((error as NodeError & { fault: { field: string } }).fault.field, field)
        return true
      })
    })
  }

  it('are refused when the neighbours were asked too much, until they have room again', async () => {
    const row = new Row(2)
    for (let i = 0; i < 50; i++) await row.ask(0, { name: `${i}` })
    await assert.rejects(row.ask(0, { name: 'one more' }), refused('conflict', /again in 2 s/))
    row.turn(1_250)
    assert.equal((await row.ask(0, { name: 'one more' })).value, '3')
  })

  it('are refused when too many are out', async () => {
    const row = new Row(1)
    // A neighbour that never answers, so that nothing ends.
    row.links[0]?.join(new TestLinks(peerId(100), () => {}))
    const asks: Promise<unknown>[] = []
    for (let i = 0; i < MAX_RUNNING_QUESTIONS; i++) {
      asks.push(row.ask(0, { name: `${i}`, timeoutMs: 120_000 }))
      await Promise.resolve()
      if (i >= 40) row.now += 1_250
    }
    await assert.rejects(row.ask(0), refused('conflict', /64 questions are out already/))
    row.turn(120_000)
    await Promise.all(asks)
  })

  it('end for who gives up, and go on for the others', async () => {
    const row = new Row(2)
    const impatient = new AbortController()
    const given = row.ask(0, {}, impatient.signal)
    const kept = row.ask(0)
    impatient.abort(new Error('enough'))
    await assert.rejects(given, /enough/)
    assert.equal((await kept).value, '3')
    await assert.rejects(row.ask(0, {}, impatient.signal), /enough/)
  })

  it('end with the node', async () => {
    const row = new Row(2)
    ;(row.links[1] as TestLinks).isMute = true
    const lost = assert.rejects(row.ask(0), /stopping/)
    await new Promise(setImmediate)
    const gathered = assert.rejects(row.ask(0, { name: 'other' }), /stopping/)
    await row.nodes[0]?.stop()
    await Promise.all([lost, gathered])
    assert.ok(!row.isTicking)
    await assert.rejects(row.ask(0), /stopping/)
  })

  it('are not possible where a node takes no part', async () => {
    const node = new Aggregates({
      self: peerId(0),
      links: undefined,
      seal: { sign: () => new Uint8Array(64), verify: async () => true },
      figure: () => figureOf([]),
      clock: { now: () => 0 },
      random: seededRandom(1)
    })
    await node.start()
    await assert.rejects(
      node.aggregate({ op: 'sum' }, { signal: new AbortController().signal }),
      refused('conflict', /--aggregate off/)
    )
    assert.deepEqual(node.stats(), {})
    await node.stop()
  })
})
