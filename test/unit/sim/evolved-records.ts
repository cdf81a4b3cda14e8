/**
 * A word index that lives: nodes come and go, publishers say their words again and again, holders keep what they are told
 * until its time is over. All by the node's own classes, in virtual time; only walks are perfect.
 *
 * Every place in the key space is taken over by a newcomer elsewhere as soon as its node leaves, so the number of nodes
 * stays. Each publisher has one file of one word, and is followed by another one with another word.
 */
import type { Random } from '../../../src/base/ports.ts'
import { seededRandom } from '../../../src/base/random.ts'
import {
  HOLDERS_PER_KEY,
  IndexHolder,
  IndexPublisher,
  type IndexSpace,
  MAX_CLOSER,
  MemoryRecordStore
} from '../../../src/search/word-index/index.ts'

/** How often publishers look whether something is due, and holders what is over. */
const STEP_MS = 10_000
const EXPIRE_MS = 60_000
const ITEM = 'file'

interface Server {
  id: number
  place: number
  leavesAt: number
  /** Of those to whom something was said. */
  holder: IndexHolder<number, number, string> | undefined
}

interface Provider {
  id: number
  key: number
  leavesAt: number
  publisher: IndexPublisher<number, number, string>
}

export interface EvolvedOptions {
  nodes: number
  words: number
  sessionMs: number
  refreshMs: number
}

export class EvolvedRecords implements IndexSpace<number, number> {
  readonly #options: EvolvedOptions
  readonly #random: Random = seededRandom(17)
  readonly #servers = new Map<number, Server>()
  readonly #places = new Map<number, number>()
  #providers: Provider[]
  #next = 0
  #now = 0

  constructor(options: EvolvedOptions) {
    this.#options = options
    for (let i = 0; i < options.nodes; i++) this.#join()
    this.#providers = Array.from({ length: options.words }, () => this.#newProvider())
  }

  compare(key: number, a: number, b: number): number {
    return this.#distance(key, a) - this.#distance(key, b)
  }

  /** Lets time go by, ms. */
  live(ms: number): void {
    for (const end = this.#now + ms; this.#now < end; this.#now += STEP_MS) {
      for (const { id, leavesAt } of [...this.#servers.values()]) {
        if (leavesAt > this.#now) continue
        this.#servers.delete(id)
        this.#join()
      }
      this.#providers = this.#providers.map(provider =>
        provider.leavesAt > this.#now ? provider : this.#newProvider()
      )
      if (this.#now % EXPIRE_MS === 0)
        for (const { holder } of this.#servers.values()) holder?.expire(this.#now)
      for (const provider of this.#providers) this.#publish(provider)
    }
  }

  /** Of each word, which of the `count` servers nearest to it have its record now. */
  held(count: number): boolean[][] {
    return this.#providers.map(({ id, key }) =>
      this.#nearest(key, count).map(server => {
        const records = this.#servers.get(server)?.holder?.recordsAt(key) ?? []
        return records.some(({ provider, expiresAt }) => provider === id && expiresAt > this.#now)
      })
    )
  }

  #publish({ id, publisher }: Provider): void {
    const commands = publisher.tick(this.#now, { isIndexed: true, refreshMs: this.#options.refreshMs })
    for (const command of commands) {
      const { key } = command
      const stores =
        command.kind === 'locate'
          ? publisher.onLocated(key, this.#nearest(key, HOLDERS_PER_KEY), this.#now)
          : [command]
      for (const store of stores) {
        if (store.kind !== 'store') continue
        const { to, items, lifeMs } = store
        const verdicts = this.#holderAt(to)?.put({ from: id, key, items, lifeMs }, this.#now)
        if (verdicts === undefined || verdicts === 'over-rate') publisher.onFailed(key, to, this.#now)
        else publisher.onStored(key, to, { verdicts, closer: this.#closer(key, to) }, this.#now)
      }
    }
  }

  #closer(key: number, server: number): number[] {
    return this.#nearest(key, MAX_CLOSER).filter(other => this.compare(key, other, server) < 0)
  }

  /** Undefined: it is gone. */
  #holderAt(id: number): Server['holder'] {
    const server = this.#servers.get(id)
    if (server === undefined) return undefined
    server.holder ??= new IndexHolder({
      store: new MemoryRecordStore({
        idOf: item => item,
        cidOf: item => item,
        sizeOf: () => 100,
        matches: () => true
      }),
      rankOf: (key, peer = id, most) => {
        const rank = this.#nearest(key, most).indexOf(peer)
        return rank === -1 ? most : rank
      }
    })
    return server.holder
  }

  #nearest(key: number, count: number): number[] {
    const ids: number[] = []
    for (const id of this.#servers.keys()) {
      if (ids.length === count && this.compare(key, id, ids[count - 1] as number) > 0) continue
      let at = ids.length
      while (at > 0 && this.compare(key, id, ids[at - 1] as number) < 0) at--
      ids.splice(at, 0, id)
      if (ids.length > count) ids.pop()
    }
    return ids
  }

  #join(): void {
    const id = this.#next++
    const place = this.#place()
    this.#places.set(id, place)
    this.#servers.set(id, { id, place, leavesAt: this.#leavesAt(), holder: undefined })
  }

  #newProvider(): Provider {
    const key = this.#place()
    const publisher = new IndexPublisher<number, number, string>(
      {
        keyOf: () => key,
        wordsOf: () => ['word'],
        idOf: item => item,
        modifiedOf: () => 0,
        sizeOf: () => 100,
        space: this,
        random: this.#random
      },
      this.#now
    )
    publisher.change([ITEM], [], this.#now)
    return { id: this.#next++, key, leavesAt: this.#leavesAt(), publisher }
  }

  #distance(key: number, server: number): number {
    return ((this.#places.get(server) as number) ^ key) >>> 0
  }

  #place(): number {
    return Math.floor(this.#random.next() * 2 ** 32)
  }

  #leavesAt(): number {
    return this.#now - this.#options.sessionMs * Math.log(1 - this.#random.next())
  }
}
