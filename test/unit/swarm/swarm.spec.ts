import assert from 'node:assert/strict'
import fc from 'fast-check'
import { Bitset } from '../../../src/base/bitset.ts'
import { seededRandom } from '../../../src/base/random.ts'
import {
  MAX_IN_FLIGHT_BLOCKS,
  MAX_SOURCE_WINDOW,
  MAX_SOURCES,
  PICK_STEPS,
  START_WINDOW
} from '../../../src/swarm/constants.ts'
import { Swarm } from '../../../src/swarm/index.ts'
import { BLOCK_BYTES } from '../../../src/wire/limits.ts'
import { run, type ScriptedSource } from './virtual-sources.ts'

const MIB = 1024 * 1024

function some(size: number, ...blocks: number[]): Bitset {
  const set = new Bitset(size)
  for (const block of blocks) set.add(block)
  return set
}

/** Flags that count how often they are looked at. */
class CountedBitset extends Bitset {
  looks = 0

  override has(i: number): boolean {
    this.looks++
    return super.has(i)
  }
}

function requested(swarm: Swarm, now: number): Map<string, number[]> {
  const byPeer = new Map<string, number[]>()
  for (const action of swarm.tick(now)) if (action.kind === 'request') byPeer.set(action.peer, action.blocks)
  return byPeer
}

describe('Swarm', () => {
  it('is as fast as all sources together when their rates are 1:2:4:8', () => {
    const scripts = [1, 2, 4, 8].map(rate => ({ peer: `p${rate}`, rate: rate * MIB }))
    const { swarm, now, sent } = run(scripts, { blocks: 300 })
    assert.ok(swarm.isDone)
    assert.ok(now < 1.15 * 20_000, `took ${now} ms, ideal is 20,000`)
    const wasted = [...sent.values()].reduce((sum, blocks) => sum + blocks.length, 0) - 300
    assert.ok(wasted <= 4, `${wasted} blocks came twice`)
  })

  it('does not wait for the slowest at the end', () => {
    const scripts = [
      { peer: 'fast', rate: 8 * MIB },
      { peer: 'slow', rate: MIB / 16 }
    ]
    const { now } = run(scripts, { blocks: 64 })
    assert.ok(now < 11_000, `took ${now} ms; one block of the slow source alone takes 16 s`)
  })

  it('bans who sends a wrong block, keeps its good ones and ends without it', () => {
    const scripts: ScriptedSource[] = [
      { peer: 'good', rate: 4 * MIB },
      { peer: 'liar', rate: 4 * MIB, answer: block => (block % 5 === 0 ? 'bad' : 'good') }
    ]
    const { swarm, dropped } = run(scripts, { blocks: 50 })
    assert.ok(swarm.isDone)
    assert.deepEqual(dropped, [{ peer: 'liar', reason: 'bad-block' }])
    assert.equal(swarm.addSource('liar', 'all', 0), 'banned')
    assert.equal(swarm.sources(0).find(source => source.peer === 'liar')?.state, 'banned: bad-block')
  })

  it('bans a liar that has left before its block was checked', () => {
    const swarm = new Swarm({ blocks: 1 }, seededRandom(1))
    swarm.addSource('liar', 'all', 0)
    swarm.tick(0)
    swarm.onReceived('liar', 0, 1)
    swarm.removeSource('liar', 'closed', 2)
    swarm.onBadBlock('liar', 0, 3)
    assert.ok(swarm.isBanned('liar'))
    swarm.addSource('good', 'all', 4)
    assert.deepEqual(requested(swarm, 5).get('good'), [0])
  })

  it('credits a source with a block that was verified only after it had left', () => {
    const swarm = new Swarm({ blocks: 2 }, seededRandom(1))
    swarm.addSource('ann', 'all', 0)
    swarm.tick(0)
    for (const block of [0, 1]) swarm.onReceived('ann', block, 1)
    swarm.removeSource('ann', 'closed', 2)
    swarm.onBlock('ann', 0, BLOCK_BYTES, 3)
    swarm.onBadBlock('ann', 1, 4)
    assert.deepEqual(swarm.sources(5), [
      { peer: 'ann', bytes: BLOCK_BYTES, rate: 0, state: 'banned: bad-block' }
    ])
  })

  it('gives the blocks of a silent source to another after 5 s', () => {
    const scripts: ScriptedSource[] = [
      { peer: 'good', rate: MIB },
      { peer: 'mute', rate: MIB, answer: () => 'silent' }
    ]
    const { swarm, now, dropped } = run(scripts, { blocks: 20 })
    assert.ok(swarm.isDone)
    assert.deepEqual(dropped, [{ peer: 'mute', reason: 'timeout' }])
    assert.ok(now < 23_000, `took ${now} ms`)
  })

  it('does not drop a slow source that sends all the time', () => {
    const { swarm, dropped } = run([{ peer: 'slow', rate: 40_000 }], { blocks: 3 })
    assert.ok(swarm.isDone)
    assert.deepEqual(dropped, [])
  })

  it('blames nobody for a silence in which it did not run itself', () => {
    const swarm = new Swarm({ blocks: 4 }, seededRandom(1))
    swarm.addSource('ann', 'all', 0)
    swarm.tick(0)
    assert.deepEqual(
      swarm.tick(60_000).filter(action => action.kind === 'drop'),
      []
    )
  })

  it('asks partial sources only for what they have, and ends with all parts', () => {
    const lower = some(10, 0, 1, 2, 3, 4)
    const upper = some(10, 5, 6, 7, 8, 9)
    const { swarm, sent } = run(
      [
        { peer: 'low', rate: MIB, have: lower },
        { peer: 'up', rate: MIB, have: upper }
      ],
      { blocks: 10 }
    )
    assert.ok(swarm.isDone)
    assert.deepEqual(sent.get('low')?.toSorted(), [0, 1, 2, 3, 4])
    assert.deepEqual(sent.get('up')?.toSorted(), [5, 6, 7, 8, 9])
  })

  it('asks a partial source for what it has got since', () => {
    const swarm = new Swarm({ blocks: 4 }, seededRandom(1))
    swarm.addSource('ann', some(4), 0)
    assert.equal(requested(swarm, 0).size, 0)
    swarm.onHave('ann', some(4, 2), 1)
    assert.deepEqual(requested(swarm, 1).get('ann'), [2])
  })

  it('asks for the rarest block first', () => {
    const swarm = new Swarm({ blocks: 8 }, seededRandom(3))
    swarm.addSource('ann', some(8, 0, 1, 2, 3, 4, 5, 6, 7), 0)
    swarm.addSource('bob', some(8, 0, 1, 2, 3, 4, 6, 7), 0)
    assert.equal(requested(swarm, 0).get('ann')?.[0], 5)
  })

  it('looks at a bounded number of blocks at once, and comes to the last one all the same', () => {
    const blocks = 5 * PICK_STEPS
    for (const sequential of [true, false]) {
      const have = new CountedBitset(blocks)
      have.add(blocks - 1)
      const swarm = new Swarm({ blocks, sequential }, seededRandom(1))
      const reader = Symbol('reader')
      swarm.readAt(reader, 0)
      swarm.addSource('ann', have, 0)
      let ticks = 0
      for (let asked: number[] | undefined; asked === undefined; ticks++) {
        have.looks = 0
        asked = requested(swarm, ticks * 250).get('ann')
        // For each block of its window one search for the reader and one for the file.
        assert.ok(have.looks <= START_WINDOW * 2 * PICK_STEPS, `${have.looks} looks`)
        if (asked !== undefined) assert.deepEqual(asked, [blocks - 1])
      }
      assert.ok(ticks <= 6, `${ticks} ticks`)
    }
  })

  it('asks in the order of the file when told to', () => {
    const { sent } = run([{ peer: 'ann', rate: 4 * MIB }], { blocks: 12, sequential: true })
    assert.deepEqual(
      sent.get('ann'),
      Array.from({ length: 12 }, (_, i) => i)
    )
  })

  it('never asks for blocks that are on disk', () => {
    const { sent } = run([{ peer: 'ann', rate: 4 * MIB }], { blocks: 6, done: some(6, 0, 2, 4) })
    assert.deepEqual(sent.get('ann')?.toSorted(), [1, 3, 5])
  })

  it('asks a busy source again later', () => {
    const { swarm, now } = run(
      [{ peer: 'busy', rate: MIB, answer: (_, at) => (at < 3_000 ? 'busy' : 'good') }],
      { blocks: 2 }
    )
    assert.ok(swarm.isDone)
    assert.ok(now >= 5_000 && now < 8_000, `took ${now} ms`)
  })

  it('drops a source that twice refuses what it claims to have', () => {
    const { dropped } = run([{ peer: 'boaster', rate: MIB, answer: () => 'refused' }], { blocks: 8 }, 5_000)
    assert.deepEqual(dropped, [{ peer: 'boaster', reason: 'not-found' }])
  })

  it('cancels the second copy of a block of the end game', () => {
    const swarm = new Swarm({ blocks: 1 }, seededRandom(1))
    swarm.addSource('ann', 'all', 0)
    swarm.tick(0)
    swarm.addSource('bob', 'all', 1_500)
    assert.deepEqual(swarm.tick(1_500), [{ kind: 'request', peer: 'bob', blocks: [0] }])
    assert.ok(swarm.onBlock('bob', 0, BLOCK_BYTES, 1_600))
    assert.deepEqual(swarm.tick(1_600), [{ kind: 'cancel', peer: 'ann', blocks: [0] }])
    assert.equal(swarm.onBlock('ann', 0, BLOCK_BYTES, 1_700), false)
  })

  it('bounds what is asked of one source, of all, and their number', () => {
    const swarm = new Swarm({ blocks: 1_000 }, seededRandom(1))
    for (let i = 0; i < MAX_SOURCES + 5; i++) swarm.addSource(`p${i}`, 'all', 0)
    assert.equal(swarm.sourceCount, MAX_SOURCES)
    for (let i = 0; i < 5; i++) swarm.onBytes('p0', 100 * MIB, i * 100)
    const asked = requested(swarm, 500)
    assert.ok((asked.get('p0')?.length ?? 0) <= MAX_SOURCE_WINDOW)
    assert.equal([...asked.values()].flat().length, MAX_IN_FLIGHT_BLOCKS)
  })

  /** Blocks that lie with a source of this rate and round trip in the middle of a long file. */
  function windowAt(rate: number, roundTripMs: number): number {
    const swarm = new Swarm({ blocks: 3_000 }, seededRandom(1))
    swarm.addSource('ann', 'all', 0)
    swarm.onRoundTrip('ann', roundTripMs)
    const asked: number[] = []
    let [credit, most] = [0, 0]
    for (let now = 0; now < 30_000; now += 10) {
      asked.push(...(requested(swarm, now).get('ann') ?? []))
      if (now >= 20_000) most = Math.max(most, asked.length)
      // The next block is on its way before the last one has come, so the line never rests.
      swarm.onBytes('ann', rate / 100, now)
      for (credit += rate / 100; credit >= BLOCK_BYTES; credit -= BLOCK_BYTES)
        swarm.onBlock('ann', asked.shift() as number, BLOCK_BYTES, now)
    }
    return most
  }

  const windows: Array<{ rate: number; roundTripMs: number; expect: number }> = [
    { rate: MIB / 16, roundTripMs: 10, expect: 1 },
    { rate: MIB, roundTripMs: 10, expect: 2 },
    { rate: MIB, roundTripMs: 1_600, expect: 3 },
    { rate: 7 * MIB, roundTripMs: 1, expect: 3 },
    { rate: 7 * MIB, roundTripMs: 150, expect: MAX_SOURCE_WINDOW },
    { rate: 80 * MIB, roundTripMs: 1, expect: MAX_SOURCE_WINDOW }
  ]
  for (const { rate, roundTripMs, expect } of windows) {
    it(`has ${expect} blocks asked of a source with ${rate / MIB} MiB/s and ${roundTripMs} ms`, () => {
      assert.equal(windowAt(rate, roundTripMs), expect)
    })
  }

  it('asks less of a source that becomes slow, and more when it is quick again', () => {
    const rateAt = (now: number): number => (now > 10_000 && now < 90_000 ? MIB / 16 : 20 * MIB)
    const swarm = new Swarm({ blocks: 1_000 }, seededRandom(1))
    swarm.addSource('ann', 'all', 0)
    swarm.onRoundTrip('ann', 20)
    const asked: number[] = []
    const seen = new Map<number, number>()
    let credit = 0
    for (let now = 0; now <= 99_500; now += 10) {
      asked.push(...(requested(swarm, now).get('ann') ?? []))
      seen.set(now, asked.length)
      const bytes = rateAt(now) / 100
      swarm.onBytes('ann', bytes, now)
      for (credit += bytes; credit >= BLOCK_BYTES; credit -= BLOCK_BYTES)
        swarm.onBlock('ann', asked.shift() as number, BLOCK_BYTES, now)
    }
    assert.deepEqual(
      [9_500, 89_500, 99_500].map(now => seen.get(now)),
      [MAX_SOURCE_WINDOW, 1, MAX_SOURCE_WINDOW]
    )
  })

  it('ends for any mix of sources as long as one honest one has everything', () => {
    const answers = ['good', 'bad', 'silent', 'refused', 'busy'] as const
    const hostile = fc.record({
      rate: fc.integer({ min: 20_000, max: 20 * MIB }),
      kind: fc.constantFrom(...answers)
    })
    fc.assert(
      fc.property(
        fc.array(hostile, { maxLength: 6 }),
        fc.integer({ min: 1, max: 60 }),
        fc.nat(),
        (others, blocks, seed) => {
          const scripts: ScriptedSource[] = others.map(({ rate, kind }, i) => ({
            peer: `x${i}`,
            rate,
            answer: () => kind
          }))
          scripts.push({ peer: 'honest', rate: 2 * MIB })
          assert.ok(run(scripts, { blocks }, 300_000, seed).swarm.isDone)
        }
      ),
      { numRuns: 40 }
    )
  })
})

describe('Swarm with readers', () => {
  it('asks for what lies before a reader first, then as ever', () => {
    const swarm = new Swarm({ blocks: 10, sequential: true }, seededRandom(1))
    swarm.readAt(Symbol('reader'), 8)
    swarm.addSource('ann', 'all', 0)
    assert.deepEqual(requested(swarm, 0).get('ann'), [8, 9])
    for (const block of [8, 9]) swarm.onBlock('ann', block, BLOCK_BYTES, 100)
    assert.equal(requested(swarm, 100).get('ann')?.[0], 0)
  })

  it('serves the reader first that comes to a missing block soonest', () => {
    const swarm = new Swarm({ blocks: 10, done: some(10, 2, 3) }, seededRandom(1))
    swarm.readAt(Symbol('far'), 2)
    swarm.readAt(Symbol('near'), 7)
    swarm.addSource('ann', 'all', 0)
    assert.deepEqual(requested(swarm, 0).get('ann'), [7, 8])
  })

  it('drops what was asked for elsewhere when a reader jumps, but not what is on its way', () => {
    const swarm = new Swarm({ blocks: 30, sequential: true }, seededRandom(1))
    const reader = Symbol('reader')
    swarm.addSource('ann', 'all', 0)
    assert.deepEqual(requested(swarm, 0).get('ann'), [0, 1])
    swarm.readAt(reader, 20)
    assert.deepEqual(swarm.tick(1), [
      { kind: 'cancel', peer: 'ann', blocks: [1] },
      { kind: 'request', peer: 'ann', blocks: [20] }
    ])
    swarm.endReading(reader)
    swarm.onBlock('ann', 0, BLOCK_BYTES, 100)
    assert.equal(requested(swarm, 100).get('ann')?.[0], 1)
  })

  it('asks a second source for the block before a reader when the first is slow', () => {
    const swarm = new Swarm({ blocks: 100 }, seededRandom(1))
    swarm.readAt(Symbol('reader'), 0)
    swarm.addSource('slow', some(100, 0), 0)
    assert.deepEqual(requested(swarm, 0).get('slow'), [0])
    swarm.addSource('fast', 'all', 1_500)
    assert.equal(requested(swarm, 1_500).get('fast')?.[0], 0)
  })

  it('asks for no more blocks than it may', () => {
    const swarm = new Swarm({ blocks: 100 }, seededRandom(1))
    for (const peer of ['ann', 'bob', 'cleo']) swarm.addSource(peer, 'all', 0)
    const asked = (mayAsk: number): number =>
      swarm.tick(0, mayAsk).flatMap(action => (action.kind === 'request' ? action.blocks : [])).length
    assert.deepEqual([asked(0), asked(1), asked(3), asked(100)], [0, 1, 3, 2])
  })
})
