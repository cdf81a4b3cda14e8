import assert from 'node:assert/strict'
import { seededRandom } from '../../../../src/base/random.ts'
import {
  IndexPublisher,
  MAX_PUBLISHED_ITEMS,
  MAX_PUBLISHED_KEYS,
  MAX_PUBLISHED_PAIRS,
  MAX_TAKERS,
  type PublishCommand
} from '../../../../src/search/word-index/index.ts'
import type { StoreVerdict } from '../../../../src/wire/index-message.ts'

const MINUTE = 60_000
const REFRESH = 30 * MINUTE
const FACTS = { isIndexed: true, refreshMs: REFRESH }

interface Item {
  id: string
  words: string[]
  bytes?: number
  modified?: number
}
type Command = PublishCommand<number, string, Item>

const item = (...words: string[]): Item => ({ id: words.join(' '), words })

/** A publisher whose holders are the peers 1 to 5, or those that a test says. */
class Press {
  now = 0
  holders = [1, 2, 3, 4, 5]
  verdict: (words: readonly string[], to: number) => StoreVerdict | 'failed' | 'declined' = () => 'stored'
  closer: number[] = []
  readonly located: string[] = []
  readonly stores: Array<{ at: number; words: string; to: number; items: string[]; lifeMs: number }> = []
  readonly withdrawn: Array<{ words: string; to: number; items: string[] }> = []
  readonly publisher = new IndexPublisher<number, string, Item>(
    {
      keyOf: words => words.join('+'),
      wordsOf: ({ words }) => words,
      idOf: ({ id }) => id,
      modifiedOf: ({ modified = 0 }) => modified,
      sizeOf: ({ bytes = 100 }) => bytes,
      space: { compare: (_key, a, b) => a - b },
      random: seededRandom(1)
    },
    0
  )

  add(...items: Item[]): void {
    this.publisher.change(items, [], this.now)
  }

  remove(...items: Item[]): void {
    this.publisher.change([], items, this.now)
  }

  /** Ticks once a second. */
  run(ms: number, facts = FACTS): void {
    for (const end = this.now + ms; this.now < end; this.now += 1_000) {
      this.#perform(this.publisher.tick(this.now, facts))
    }
  }

  words(): string[] {
    return this.stores.filter(({ to }) => to === 1).map(({ words }) => words)
  }

  #perform(commands: Command[]): void {
    for (const command of commands) {
      const words = command.words.join('+')
      if (command.kind === 'locate') {
        this.located.push(words)
        this.#perform(this.publisher.onLocated(command.key, this.holders, this.now))
      } else if (command.kind === 'withdraw') {
        this.withdrawn.push({ words, to: command.to, items: command.items.map(({ id }) => id) })
      } else {
        this.#store(command)
      }
    }
  }

  #store({ to, key, words, items, lifeMs }: Extract<Command, { kind: 'store' }>): void {
    const ids = items.map(({ id }) => id)
    this.stores.push({ at: this.now, words: words.join('+'), to, items: ids, lifeMs })
    const verdict = this.verdict(words, to)
    if (verdict === 'failed') this.publisher.onFailed(key, to, this.now)
    else if (verdict === 'declined') this.publisher.onDeclined(key, to, this.now)
    else {
      const verdicts = items.map(() => verdict)
      this.publisher.onStored(key, to, { verdicts, closer: this.closer }, this.now)
    }
  }
}

describe('IndexPublisher', () => {
  it('tells every word of a file to five holders', () => {
    const press = new Press()
    press.holders = [1, 2, 3, 4, 5, 6, 7]
    press.add(item('blue', 'whale'))
    press.run(5_000)
    assert.deepEqual(press.words().sort(), ['blue', 'whale'])
    assert.equal(press.stores.length, 10)
    assert.equal(press.stores[0]?.lifeMs, 2 * REFRESH)
  })

  it('tells nothing while the network needs no index', () => {
    const press = new Press()
    press.add(item('blue'))
    press.run(MINUTE, { ...FACTS, isIndexed: false })
    assert.deepEqual(press.located, [])
  })

  it('begins with the rarest word of every file', () => {
    const press = new Press()
    press.add(...Array.from({ length: 30 }, (_, i) => item('holiday', `place${i}`)))
    press.run(MINUTE)
    assert.equal(press.words().length, 31)
    assert.equal(press.words().at(-1), 'holiday')
  })

  it('publishes the twelve rarest words of a file', () => {
    const press = new Press()
    const rare = Array.from({ length: 12 }, (_, i) => `rare${i}`)
    press.add(item('usual', ...rare), item('usual'))
    press.run(MINUTE)
    assert.deepEqual(press.stores.find(({ words }) => words === 'usual')?.items, ['usual'])
    assert.equal(press.words().length, 13)
  })

  it('tells five words a second, with a burst of ten', () => {
    const press = new Press()
    press.add(
      item(...Array.from({ length: 12 }, (_, i) => `a${i}`)),
      item('b1', 'b2', 'b3', 'b4', 'b5', 'b6')
    )
    press.run(1_000)
    assert.equal(press.words().length, 10)
    press.run(1_000)
    assert.equal(press.words().length, 15)
  })

  it('says it again every period, spread over it, to the same holders without looking for them', () => {
    const press = new Press()
    press.add(...Array.from({ length: 50 }, (_, i) => item(`word${i}`)))
    press.run(MINUTE)
    press.run(REFRESH)
    assert.equal(press.located.length, 50)
    assert.equal(press.words().length, 100)
    const again = press.stores.filter(({ to, at }) => to === 1 && at > MINUTE).map(({ at }) => at)
    assert.ok(Math.max(...again) - Math.min(...again) > REFRESH / 4)
    press.run(REFRESH)
    assert.equal(press.words().length, 150)
  })

  it('no record is over before it is said again', () => {
    const press = new Press()
    press.add(...Array.from({ length: 200 }, (_, i) => item(`word${i}`)))
    press.run(4 * REFRESH)
    const last = new Map<string, { at: number; lifeMs: number }>()
    for (const { words, to, at, lifeMs } of press.stores.filter(store => store.to === 1)) {
      const before = last.get(words)
      assert.ok(before === undefined || at < before.at + before.lifeMs, `${words} to ${to}`)
      last.set(words, { at, lifeMs })
    }
  })

  it('looks for holders again, soon, when one names a nearer server', () => {
    const press = new Press()
    press.holders = [1, 2, 3, 4, 9]
    press.closer = [5, 9, 3, 12]
    press.add(item('blue'))
    press.run(5_000)
    press.holders = [1, 2, 3, 4, 5]
    press.run(10_000)
    assert.equal(press.located.length, 2)
    assert.deepEqual(new Set(press.stores.slice(-5).map(({ to }) => to)), new Set([1, 2, 3, 4, 5]))
    press.run(2 * REFRESH)
    assert.equal(press.located.length, 2, 'nothing nearer is named any more')
  })

  it('does so less and less often when that server is not there', () => {
    const press = new Press()
    press.holders = [1, 2, 3, 4, 9]
    press.closer = [5]
    press.add(item('blue'))
    press.run(REFRESH)
    const first = press.located.length
    assert.ok(first >= 7 && first <= 9, `${first}`)
    press.run(4 * REFRESH)
    assert.ok(press.located.length <= first + 5, `${press.located.length}`)
  })

  it('looks for others, soon, when there are fewer than five', () => {
    const press = new Press()
    press.holders = [1, 2]
    press.add(item('blue'))
    press.run(5_000)
    press.holders = [1, 2, 3, 4, 5]
    press.run(10_000)
    assert.deepEqual(new Set(press.stores.map(({ to }) => to)), new Set([1, 2, 3, 4, 5]))
  })

  it('looks for another holder, soon, when one is gone', () => {
    const press = new Press()
    press.add(item('blue'))
    press.run(5_000)
    press.verdict = (_words, to) => (to === 4 ? 'failed' : 'stored')
    press.holders = [1, 2, 3, 5, 6]
    press.run(REFRESH + 11_000)
    assert.equal(press.located.length, 2)
    assert.ok(press.stores.some(({ to }) => to === 6))
  })

  it('looks soon again when there were enough in between', () => {
    const press = new Press()
    press.holders = [1, 2]
    press.add(item('blue'))
    press.run(REFRESH)
    press.holders = [1, 2, 3, 4, 5]
    press.run(3 * REFRESH)
    press.verdict = (_words, to) => (to === 4 ? 'failed' : 'stored')
    press.holders = [1, 2, 3, 5, 6]
    press.run(2 * REFRESH)
    const lostAt = press.stores.findLast(({ to }) => to === 4)?.at ?? 0
    const foundAt = press.stores.find(({ to }) => to === 6)?.at ?? Infinity
    assert.ok(foundAt - lostAt <= 11_000, `${foundAt - lostAt} ms`)
  })

  it('keeps a holder that has no time, and tells it again soon', () => {
    const press = new Press()
    press.verdict = (_words, to) => (to === 2 ? 'declined' : 'stored')
    press.add(item('a'))
    press.run(5_000)
    press.verdict = () => 'stored'
    press.run(MINUTE)
    const told = press.stores.filter(({ to }) => to === 2)
    assert.equal(told.length, 2)
    assert.ok((told[1]?.at ?? 0) <= 15_000)
  })

  it('tries again soon after nobody took it', () => {
    const press = new Press()
    press.holders = []
    press.add(item('blue'))
    press.run(5_000)
    press.holders = [1, 2, 3, 4, 5]
    press.run(5_000)
    assert.equal(press.stores.length, 0)
    press.run(10_000)
    assert.equal(press.stores.length, 5)
  })

  it('says it four times less often when all holders have enough', () => {
    const press = new Press()
    press.verdict = words => (words.includes('popular') ? 'enough' : 'stored')
    press.add(item('popular', 'singular'))
    press.run(8 * REFRESH + MINUTE)
    const count = (word: string) => press.words().filter(words => words === word).length
    assert.equal(count('popular'), 3)
    assert.ok(count('singular') >= 8)
  })

  it('publishes pairs of words that are both full', () => {
    const press = new Press()
    press.verdict = words => (words.length === 1 && words[0] !== 'rare' ? 'full' : 'stored')
    press.add(item('live', 'concert', 'rare'), item('live'))
    press.run(MINUTE)
    assert.deepEqual(
      press.words().filter(words => words.includes('+')),
      ['concert+live']
    )
    assert.deepEqual(press.stores.find(({ words }) => words === 'concert+live')?.items, ['live concert rare'])
    assert.equal(press.publisher.sizes.pairs, 1)
  })

  it('takes back what is removed, also from the pairs', () => {
    const press = new Press()
    press.verdict = words => (words.length === 1 ? 'full' : 'stored')
    const gone = item('live', 'concert')
    press.add(gone, item('live', 'show'))
    press.run(MINUTE)
    press.remove(gone)
    press.run(MINUTE)
    const words = new Set(press.withdrawn.map(each => each.words))
    assert.deepEqual(words, new Set(['live', 'concert', 'concert+live']))
    assert.ok(press.withdrawn.every(({ items }) => items.join() === 'live concert'))
    assert.equal(press.withdrawn.length, 15)
    assert.equal(press.publisher.sizes.items, 1)
    const before = press.stores.length
    press.run(2 * REFRESH)
    assert.ok(press.stores.slice(before).every(({ items }) => !items.includes('live concert')))
  })

  it('takes back also from servers that came nearer, to whom records may have been handed', () => {
    const press = new Press()
    const gone = item('blue')
    press.add(gone)
    press.run(5_000)
    press.holders = [0, 1, 2, 3, 4]
    press.remove(gone)
    press.run(5_000)
    assert.deepEqual(press.withdrawn.map(({ to }) => to).sort(), [0, 1, 2, 3, 4, 5])
    assert.equal(press.publisher.sizes.words, 0)
  })

  it('takes back also from holders of earlier times, while they keep what they took', () => {
    const press = new Press()
    const gone = item('blue')
    press.add(gone)
    press.run(5_000)
    press.holders = [-5, -4, -3, -2, -1]
    press.closer = [-5]
    press.run(REFRESH + MINUTE)
    press.closer = []
    press.remove(gone)
    press.run(5_000)
    assert.deepEqual(
      press.withdrawn.map(({ to }) => to).sort((a, b) => a - b),
      [-5, -4, -3, -2, -1, 1, 2, 3, 4, 5]
    )
    press.withdrawn.length = 0
    press.add(gone)
    press.run(3 * REFRESH)
    press.remove(gone)
    press.run(5_000)
    assert.deepEqual(
      press.withdrawn.map(({ to }) => to).sort((a, b) => a - b),
      [-5, -4, -3, -2, -1]
    )
  })

  it('takes back from the last fifteen who took it, however often its holders change', () => {
    const press = new Press()
    const gone = item('blue')
    press.closer = [1]
    press.add(gone)
    // All but one are others each time that it looks again: after 10 s, 20 s and so on.
    for (const [i, pauseMs] of [5_000, 10_000, 20_000, 40_000].entries()) {
      press.holders = [0, ...[1, 2, 3, 4].map(peer => 100 * (5 - i) + peer)]
      press.run(pauseMs)
    }
    assert.equal(new Set(press.stores.map(({ to }) => to)).size, 1 + 16)
    press.remove(gone)
    press.run(5_000)
    assert.equal(press.withdrawn.length, MAX_TAKERS)
    assert.ok(press.withdrawn.some(({ to }) => to === 0))
    assert.ok(press.withdrawn.every(({ to }) => to !== 501 && to !== 502))
  })

  it('takes back even when the network needs no index any more', () => {
    const press = new Press()
    const gone = item('blue')
    press.add(gone, { ...item('blue'), id: 'other' })
    press.run(5_000)
    const said = press.stores.length
    press.remove(gone)
    press.run(5_000, { ...FACTS, isIndexed: false })
    assert.equal(press.withdrawn.length, 5)
    assert.equal(press.stores.length, said)
  })

  it('takes nothing back that was never said, and nothing that came again', () => {
    const press = new Press()
    const moody = item('blue')
    press.add(moody)
    press.remove(moody)
    press.run(5_000)
    assert.equal(press.located.length, 0)
    press.add(moody)
    press.run(5_000)
    press.remove(moody)
    press.add(moody)
    press.run(5_000)
    assert.deepEqual(press.withdrawn, [])
  })

  it('tells a new file under a known word soon', () => {
    const press = new Press()
    press.add(item('blue', 'one'))
    press.run(MINUTE)
    press.add(item('blue', 'two'))
    press.run(2_000)
    assert.deepEqual(press.stores.findLast(({ words }) => words === 'blue')?.items, ['blue one', 'blue two'])
  })

  it('tells a file soon that came while its word was on its way', () => {
    const press = new Press()
    const { publisher } = press
    press.add(item('blue', 'one'))
    const [locate] = publisher.tick(0, FACTS) as [Command]
    assert.equal(locate.kind, 'locate')
    const key = locate.key
    publisher.onLocated(key, [1], 0)
    press.add(item(key, 'three'))
    publisher.onStored(key, 1, { verdicts: ['stored'], closer: [] }, 10)
    press.now = 1_000
    press.run(2_000)
    assert.ok(press.stores.find(({ words }) => words === key)?.items.includes(`${key} three`))
  })

  it('sends as many records in one request as fit into a frame', () => {
    const press = new Press()
    press.holders = [1]
    press.add(...Array.from({ length: 150 }, (_, i) => ({ ...item('blue'), id: `${i}` })))
    press.run(5_000)
    assert.deepEqual(
      press.stores.map(({ items }) => items.length),
      [64, 64, 22]
    )
    const long = new Press()
    long.holders = [1]
    long.add(...Array.from({ length: 30 }, (_, i) => ({ ...item('blue'), id: `${i}`, bytes: 5_000 })))
    long.run(5_000)
    assert.deepEqual(
      long.stores.map(({ items }) => items.length),
      [11, 11, 8]
    )
  })

  it('has limits for words and files', () => {
    const press = new Press()
    press.add(
      ...Array.from({ length: 3_000 }, (_, i) => item(...['a', 'b', 'c', 'd'].map(word => `${word}${i}`)))
    )
    const { words, items } = press.publisher.sizes
    assert.deepEqual([words, items], [MAX_PUBLISHED_KEYS, 2_000])
  })

  it('has a limit for pairs, and room again when some are taken back', () => {
    const press = new Press()
    press.verdict = words => (words.length === 1 ? 'full' : 'stored')
    // 12 words of a file are 66 pairs.
    const files = Array.from({ length: 17 }, (_, i) =>
      item(...Array.from({ length: 12 }, (_, j) => `w${i}.${j}`))
    )
    press.add(...files)
    press.run(10 * MINUTE)
    assert.deepEqual(press.publisher.sizes, { words: 204, pairs: MAX_PUBLISHED_PAIRS, items: 17, full: 204 })
    press.remove(...files.slice(0, 2))
    press.run(2 * REFRESH)
    assert.equal(press.publisher.sizes.pairs, 15 * 66)
  })

  it('publishes the newest files when there are too many, and takes the oldest back', () => {
    const press = new Press()
    const file = (id: string, modified: number): Item => ({ id, words: [id], modified })
    press.add(...Array.from({ length: MAX_PUBLISHED_ITEMS }, (_, i) => file(`old ${i}`, 1_000 + i)))
    press.run(20 * MINUTE)
    press.add(file('new', 9_000), file('ancient', 1))
    press.run(MINUTE)
    assert.equal(press.publisher.sizes.items, MAX_PUBLISHED_ITEMS)
    assert.deepEqual([...new Set(press.withdrawn.map(({ words }) => words))], ['old 0'])
    assert.ok(press.words().includes('new'))
    assert.ok(!press.words().includes('ancient'))
  })

  it('has a limit for the files of one word', () => {
    const press = new Press()
    press.holders = [1]
    press.add(...Array.from({ length: 500 }, (_, i) => ({ ...item('common'), id: `${i}` })))
    press.run(5_000)
    assert.equal(press.stores.flatMap(each => each.items).length, 200)
  })
})
