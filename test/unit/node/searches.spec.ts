import assert from 'node:assert/strict'
import { seededRandom } from '../../../src/base/random.ts'
import { MemoryEntryStore } from '../../../src/catalog/index.ts'
import { AnswerTime } from '../../../src/node/answer-time.ts'
import type { SearchEvent, SearchRequest } from '../../../src/node/api.ts'
import { NodeError } from '../../../src/node/errors.ts'
import type { IndexRun } from '../../../src/node/index-run.ts'
import {
  MAX_RUNNING_SEARCHES,
  Searches,
  type SearchesOptions,
  type SearchLinks
} from '../../../src/node/searches.ts'
import type { IndexHit } from '../../../src/wire/index-message.ts'
import {
  decodeSearchMessage,
  encodeSearchMessage,
  type SearchMessage
} from '../../../src/wire/search-message.ts'
import { hitOf, peerId } from '../search/virtual-network.ts'

/** Nodes in a row whose messages go through the codec at once; time is turned by hand. */
class Row {
  now = 1_000
  /** Of the first node. */
  index: NonNullable<SearchesOptions['index']> | undefined
  /** Of the second node. */
  answerTime: AnswerTime | undefined
  readonly onError: (error: unknown) => void
  readonly providers: SearchesOptions['providers']
  readonly nodes: Searches[] = []
  readonly stores: MemoryEntryStore[] = []
  readonly sent: SearchMessage[] = []
  readonly #links: TestLinks[] = []
  readonly #tasks = new Set<() => void>()

  constructor(
    count: number,
    index?: SearchesOptions['index'],
    answerTime?: AnswerTime,
    onError: (error: unknown) => void = error => assert.fail(String(error)),
    /** Of the first node. */
    providers?: SearchesOptions['providers']
  ) {
    this.providers = providers
    this.onError = onError
    this.index = index
    this.answerTime = answerTime
    for (let i = 0; i < count; i++) this.#add(i)
    for (let i = 0; i + 1 < count; i++) {
      this.#links[i]?.join(this.#links[i + 1] as TestLinks)
      this.#links[i + 1]?.join(this.#links[i] as TestLinks)
    }
  }

  #add(i: number): void {
    const links = new TestLinks(peerId(i), message => this.sent.push(message))
    const store = new MemoryEntryStore()
    const node = new Searches({
      self: peerId(i),
      nickname: `n${i}`,
      nicknameOf: () => undefined,
      store,
      links,
      index: i === 0 ? this.index : undefined,
      providers: i === 0 ? this.providers : undefined,
      answerTime: i === 1 ? this.answerTime : undefined,
      clock: { now: () => this.now },
      random: seededRandom(i + 1),
      onError: this.onError,
      every: (_ms, task) => {
        this.#tasks.add(task)
        return () => this.#tasks.delete(task)
      }
    })
    void node.start()
    this.#links.push(links)
    this.stores.push(store)
    this.nodes.push(node)
  }

  share(node: number, ...files: number[]): void {
    const entries = files.map(file => hitOf(file).entry)
    this.stores[node]?.putPage(peerId(node), `page ${files.join()}`, entries)
  }

  /** Collects a whole search, turning the clock whenever it waits. */
  async search(node: number, request: SearchRequest): Promise<SearchEvent[]> {
    const { signal } = new AbortController()
    const events: SearchEvent[] = []
    const turn = setInterval(() => this.turn(50), 0)
    try {
      for await (const event of (this.nodes[node] as Searches).search(request, { signal })) events.push(event)
    } finally {
      clearInterval(turn)
    }
    return events
  }

  turn(ms: number): void {
    this.now += ms
    for (const task of [...this.#tasks]) task()
  }

  get isTicking(): boolean {
    return this.#tasks.size > 0
  }
}

class TestLinks implements SearchLinks {
  readonly #self: string
  readonly #onSent: (message: SearchMessage) => void
  readonly #others = new Map<string, TestLinks>()
  #onMessage: (peer: string, message: SearchMessage) => void = () => {}
  #onJoin: (peer: string) => void = () => {}

  constructor(self: string, onSent: (message: SearchMessage) => void) {
    this.#self = self
    this.#onSent = onSent
  }

  join(other: TestLinks): void {
    this.#others.set(other.#self, other)
    this.#onJoin(other.#self)
  }

  neighbours() {
    return [...this.#others.keys()].map(peer => ({ peer, rttMs: 1 }))
  }

  send(peer: string, message: SearchMessage): boolean {
    this.#onSent(message)
    const bytes = encodeSearchMessage(message)
    const other = this.#others.get(peer)
    setImmediate(() => other?.receive(this.#self, decodeSearchMessage(bytes)))
    return true
  }

  receive(from: string, message: SearchMessage): void {
    this.#onMessage(from, message)
  }

  strike(peer: string, reason: string): void {
    assert.fail(`${peer} got a strike: ${reason}`)
  }

  onMessage(handler: (peer: string, message: SearchMessage) => void): void {
    this.#onMessage = handler
  }

  onJoin(handler: (peer: string) => void): void {
    this.#onJoin = handler
  }

  onLeave(): void {}
}

const hitsOf = (events: SearchEvent[]) => events.flatMap(event => (event.type === 'hit' ? [event] : []))
const doneOf = (events: SearchEvent[]) => events.flatMap(event => (event.type === 'done' ? [event] : []))[0]

describe('Searches', () => {
  it('finds own files without a message when that is enough', async () => {
    const row = new Row(2)
    row.share(0, ...Array.from({ length: 30 }, (_, i) => i))
    const events = await row.search(0, { text: 'file' })
    assert.equal(hitsOf(events).length, 30)
    assert.deepEqual(hitsOf(events)[0]?.providers, [
      { peerId: peerId(0), nickname: 'n0', how: 'own', confirmed: true }
    ])
    assert.equal(row.sent.length, 0)
  })

  it('finds a file of a neighbour, which confirms that it has it', async () => {
    const row = new Row(2)
    row.share(1, 7)
    const [hit] = hitsOf(await row.search(0, { text: 'file 7' }))
    assert.equal(hit?.stage, 'neighbours')
    assert.deepEqual(hit?.providers, [{ peerId: peerId(1), nickname: 'n1', how: 'known', confirmed: true }])
  })

  it('finds what a neighbour knows of others, unconfirmed', async () => {
    const row = new Row(2)
    row.stores[1]?.putPage(peerId(5), 'page', [hitOf(7).entry])
    const [hit] = hitsOf(await row.search(0, { text: 'file 7' }))
    assert.deepEqual(hit?.providers, [{ peerId: peerId(5), nickname: '', how: 'known', confirmed: false }])
  })

  it('floods for what the neighbours do not know, and counts exactly', async () => {
    const row = new Row(5)
    row.share(4, 7)
    const events = await row.search(0, { text: 'file 7', strategy: 'flood' })
    assert.equal(hitsOf(events)[0]?.stage, 'flood')
    const flood = doneOf(events)?.stages.at(-1)
    // 4 copies, 4 reports, and the hit on each of 4 links.
    assert.deepEqual([flood?.messages, flood?.nodes, flood?.duplicates], [12, 4, 0])
    assert.equal(row.sent.length, 12)
    assert.equal(doneOf(events)?.truncated, false)
  })

  it('shows own files only, and asks others for theirs, in a classic flood', async () => {
    const row = new Row(2)
    row.share(0, 1)
    row.share(1, 2)
    row.stores[0]?.putPage(peerId(9), 'page', [hitOf(3).entry])
    row.stores[1]?.putPage(peerId(9), 'page', [hitOf(4).entry])
    const events = await row.search(0, { text: 'file', strategy: 'flood', ttl: 1 })
    assert.deepEqual(
      hitsOf(events).map(({ name, stage }) => `${name} ${stage}`),
      ['file 1 0.txt catalogue', 'file 2 0.txt flood']
    )
  })

  it('floods after an empty probe', async () => {
    const row = new Row(3)
    row.share(2, 7)
    const events = await row.search(0, { text: 'file 7' })
    assert.deepEqual(
      doneOf(events)?.stages.map(({ stage, hits }) => [stage, hits]),
      [
        ['catalogue', 0],
        ['neighbours', 0],
        ['flood', 1]
      ]
    )
  })

  it('does not show hits that do not fit the query', async () => {
    const row = new Row(2)
    row.share(1, 7)
    const [query] = await row.search(0, { text: 'file' }).then(hitsOf)
    assert.equal(query?.name, 'file 7 0.txt')
    row.stores[1]?.dropProvider(peerId(1))
    const liar = row.stores[1]
    if (liar !== undefined) liar.search = () => [{ provider: peerId(1), entry: hitOf(8).entry }]
    assert.deepEqual(hitsOf(await row.search(0, { text: 'elephant' })), [])
    assert.equal(row.nodes[0]?.stats()['hit-not-matching'], 1)
  })

  it('asks a provider of what it knows, while it asks the neighbours, and tells who denies', async () => {
    const asked: string[] = []
    const providers = {
      has: async (peer: string) => {
        asked.push(peer)
        return asked.length === 2
      }
    }
    const row = new Row(2, undefined, undefined, undefined, providers)
    for (const peer of [5, 6, 7]) row.stores[0]?.putPage(peerId(peer), 'page', [hitOf(7).entry])
    const events = await row.search(0, { text: 'file 7' })
    assert.equal(asked.length, 2)
    const untold = [5, 6, 7].map(peerId).find(peer => !asked.includes(peer))
    const last = events.findLast(event => event.type === 'hit-updated')
    assert.deepEqual(
      last?.type === 'hit-updated' && last.providers.map(each => [each.peerId, each.confirmed, each.denied]),
      [
        [asked[1], true, undefined],
        [untold, false, undefined],
        [asked[0], false, true]
      ]
    )
  })

  it('asks nobody when what it knows is all there is', async () => {
    const providers = { has: async () => assert.fail('somebody was asked') }
    const row = new Row(1, undefined, undefined, undefined, providers)
    row.stores[0]?.putPage(peerId(5), 'page', [hitOf(7).entry])
    const events = await row.search(0, { text: 'file 7' })
    assert.deepEqual([events.length, doneOf(events)?.elapsedMs], [2, 0])
  })

  it('cancels when nobody listens any more, and then nothing ticks', async () => {
    const row = new Row(4)
    row.share(0, 1)
    const search = (row.nodes[0] as Searches).search(
      { text: 'file', strategy: 'flood' },
      { signal: new AbortController().signal }
    )
    for await (const event of search) if (event.type === 'hit') break
    assert.equal(row.sent.at(-1)?.type, 'cancel')
    await new Promise(setImmediate)
    row.turn(5_000)
    assert.equal(row.isTicking, false)
  })

  it('ends with the reason of its signal', async () => {
    const row = new Row(2)
    const control = new AbortController()
    const search = (row.nodes[0] as Searches).search({ text: 'file' }, { signal: control.signal })
    const next = search[Symbol.asyncIterator]().next()
    control.abort(new Error('enough of it'))
    await assert.rejects(next, { message: 'enough of it' })
  })

  describe('with a word index', () => {
    const provider = (number: number) => ({ peer: peerId(number), nickname: `n${number}` })
    const hits = (file: number, ...providers: number[]): IndexHit[] => [
      { entry: hitOf(file).entry, providers: providers.map(provider) }
    ]
    /** Gives these answers at once; what it did is told in `done`. */
    function fakeIndex(
      answers: Array<{ from: number; hits: IndexHit[] }>,
      holders: number,
      held: IndexHit[] = []
    ) {
      const done: string[] = []
      const index: NonNullable<SearchesOptions['index']> = {
        canLookUp: (_query, always) => {
          done.push(always ? 'can, always' : 'can')
          return true
        },
        known: () => held,
        ask: () => Promise.reject(new Error('nobody answers')),
        lookUp: (_query, handlers, signal) => {
          signal.addEventListener('abort', () => done.push('ended'))
          let hasBegun = false
          const tick = (): void => {
            if (hasBegun) return
            hasBegun = true
            for (const { from, hits: given } of answers) {
              handlers.onSent(50)
              done.push(`${handlers.onHits(peerId(from), given, 100)} of ${given.length} agreed`)
            }
            handlers.onDone(holders)
          }
          return { tick } as IndexRun
        }
      }
      return { index, done }
    }

    it('finds what holders keep, confirmed only by a provider itself', async () => {
      const { index, done } = fakeIndex(
        [
          { from: 8, hits: hits(7, 9) },
          { from: 9, hits: hits(7, 9, 0) }
        ],
        3
      )
      const row = new Row(2, index)
      const events = await row.search(0, { text: 'file 7' })
      assert.deepEqual(
        hitsOf(events).map(({ stage, providers }) => [stage, providers]),
        [['index', [{ peerId: peerId(9), nickname: 'n9', how: 'index', confirmed: false }]]]
      )
      const updated = events.find(({ type }) => type === 'hit-updated')
      assert.ok(updated?.type === 'hit-updated' && updated.providers[0]?.confirmed)
      const stage = doneOf(events)?.stages.find(each => each.stage === 'index')
      assert.deepEqual([stage?.messages, stage?.bytes, stage?.hits], [4, 300, 1])
      assert.deepEqual(done, ['can', '0 of 1 agreed', '1 of 1 agreed', 'ended'])
    })

    it('asks those last whose providers denied, and shows what they tell last', async () => {
      const denials = { has: async () => false }
      const files = [1, 2, 3].flatMap(file => hits(file, 9))
      const { index } = fakeIndex(
        [
          { from: 8, hits: files },
          { from: 7, hits: files }
        ],
        3
      )
      const row = new Row(1, index, undefined, undefined, denials)
      const before = await row.search(0, { text: 'file' })
      assert.equal(row.nodes[0]?.stats().denied, 3)
      assert.deepEqual(
        before.flatMap(event => (event.type === 'hit-updated' ? [event.providers[0]?.denied] : [])),
        [true, true, true]
      )
      const told: string[] = []
      const { lookUp } = index
      index.lookUp = (query, handlers, signal) => {
        for (const peer of [6, 7, 8]) told.push(`${peer} ${handlers.isDoubted(peerId(peer))}`)
        return lookUp(query, handlers, signal)
      }
      const after = await row.search(0, { text: 'file' })
      assert.deepEqual(told, ['6 false', '7 true', '8 true'])
      const end = doneOf(after)
      assert.deepEqual(
        [hitsOf(after).length, hitsOf(after).every(hit => hit.elapsedMs === end?.stages[1]?.elapsedMs)],
        [3, true]
      )
    })

    it('does not show what does not fit, and counts it', async () => {
      const { index, done } = fakeIndex([{ from: 8, hits: hits(8, 9) }], 3)
      const row = new Row(1, index)
      assert.deepEqual(hitsOf(await row.search(0, { text: 'elephant' })), [])
      assert.deepEqual(done, ['can', '0 of 1 agreed', 'ended'])
      assert.equal(row.nodes[0]?.stats()['index-hit-not-matching'], 1)
    })

    it('shows at once what this node keeps for others itself', async () => {
      const { index } = fakeIndex([], 3, hits(7, 9))
      const [hit] = hitsOf(await new Row(1, index).search(0, { text: 'file 7' }))
      assert.deepEqual([hit?.stage, hit?.providers[0]?.how], ['catalogue', 'index'])
    })

    it('does not ask it in a classic flood, and asks it in any network with the strategy index', async () => {
      const { index, done } = fakeIndex([], 0)
      const row = new Row(2, index)
      await row.search(0, { text: 'file', strategy: 'flood' })
      assert.deepEqual(done, [])
      await row.search(0, { text: 'file', strategy: 'index' })
      assert.deepEqual(done, ['can, always', 'ended'])
    })
  })

  const bad: Array<{ field: string; request: SearchRequest }> = [
    { field: 'text', request: { text: '  ' } },
    { field: 'text', request: { text: 'size:>big' } },
    { field: 'text', request: { text: 'half \ud83d' } },
    { field: 'ttl', request: { text: 'x', ttl: 8 } },
    { field: 'ttl', request: { text: 'x', ttl: 0 } },
    { field: 'limit', request: { text: 'x', limit: 0 } },
    { field: 'limit', request: { text: 'x', limit: 2.5 } },
    { field: 'timeoutMs', request: { text: 'x', timeoutMs: -1 } },
    { field: 'strategy', request: { text: 'x', strategy: 'magic' as never } }
  ]
  for (const { field, request } of bad) {
    it(`refuses ${JSON.stringify(request)} at once and names ${field}`, () => {
      const { signal } = new AbortController()
      assert.throws(
        () => new Row(1).nodes[0]?.search(request, { signal }),
        (err: NodeError) =>
          err instanceof NodeError && err.fault.code === 'bad-input' && err.fault.field === field
      )
    })
  }

  it('goes on with the others when one search fails on the way', async () => {
    const errors: unknown[] = []
    const failing = {
      canLookUp: ({ text }: { text: string }) => text === 'bad',
      known: () => [],
      lookUp: () => ({ tick: throwing }) as unknown as IndexRun,
      ask: throwing
    }
    let isBroken = false
    function throwing(): never {
      if (isBroken) throw new Error('the disk is gone')
      return undefined as never
    }
    const row = new Row(2, failing, undefined, error => errors.push(error))
    row.share(1, 7)
    const bad = row.search(0, { text: 'bad', timeoutMs: 1_000 })
    const good = row.search(0, { text: 'file 7' })
    isBroken = true
    assert.equal(hitsOf(await good).length, 1)
    assert.match(String(errors[0]), /the disk is gone/)
    isBroken = false
    assert.equal(hitsOf(await bad).length, 0)
  })

  it('leaves a neighbour unanswered that used its time up elsewhere, such as at the index', async () => {
    const answerTime = new AnswerTime(1_000)
    const row = new Row(2, undefined, answerTime)
    row.share(1, 7)
    const ask = () => row.search(0, { text: 'file 7', ttl: 1 })
    assert.equal(hitsOf(await ask()).length, 1)
    for (let i = 0; i < 20; i++) answerTime.spent(peerId(0), 40, row.now)
    assert.equal(hitsOf(await ask()).length, 0)
  })

  it('runs a bounded number of searches at the same time', async () => {
    const row = new Row(2)
    const control = new AbortController()
    const search = () => (row.nodes[0] as Searches).search({ text: 'file' }, { signal: control.signal })
    const running = Array.from({ length: MAX_RUNNING_SEARCHES }, () =>
      search()[Symbol.asyncIterator]().next()
    )
    assert.throws(search, /64 searches are running/)
    control.abort()
    await Promise.allSettled(running)
    assert.doesNotThrow(search)
  })
})
