/**
 * Nodes with a word index whose requests go through the codec at once; time is turned by hand. Everybody may ask everybody.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { seededRandom } from '../../../src/base/random.ts'
import { MemoryEntryStore, matches, parseQuery } from '../../../src/catalog/index.ts'
import { AnswerTime } from '../../../src/node/answer-time.ts'
import type { IndexLinks, IndexReply, IndexServer } from '../../../src/node/index-ports.ts'
import { type LookupHandlers, WordIndex } from '../../../src/node/word-index.ts'
import type { Entry } from '../../../src/wire/entry.ts'
import {
  type Contact,
  decodeIndexMessage,
  encodeIndexMessage,
  type IndexHit,
  type IndexMessage
} from '../../../src/wire/index-message.ts'
import { peerId } from '../search/virtual-network.ts'
import { cidOf } from '../wire/samples.ts'

export function entry(name: string, number = 0): Entry {
  const cid = cidOf(new Uint8Array(32).fill(number))
  return { cid, name, path: `share/${name}`, size: 1, mime: 'text/plain', modified: 0 }
}

export class Village {
  now = 1_000_000
  readonly nodes: WordIndex[] = []
  readonly links: VillageLinks[] = []
  readonly stores: MemoryEntryStore[] = []
  readonly answerTimes: AnswerTime[] = []
  readonly requests: IndexMessage[] = []
  /** Who was asked, in order. */
  readonly asked: string[] = []
  /** Stores under way at once, and the most there ever were. */
  readonly storing = { now: 0, most: 0 }
  readonly facts = { complete: true, providers: 200 }
  readonly #tasks = new Map<() => void, number>()

  static async of(count: number): Promise<Village> {
    const village = new Village()
    for (let i = 0; i < count; i++) await village.add()
    return village
  }

  /** @param options.isNamedOnly - nobody meets it: one may hear of it in answers */
  async add(options: { isNamedOnly?: boolean } = {}): Promise<number> {
    const number = this.nodes.length
    const links = new VillageLinks(number, this)
    const store = new MemoryEntryStore()
    const answerTime = new AnswerTime(this.now)
    const node = new WordIndex({
      self: peerId(number),
      nickname: `n${number}`,
      links,
      store,
      neighbours: { onJoin: () => {}, onLeave: () => {} },
      catalogue: () => this.facts,
      answerTime,
      clock: { now: () => this.now },
      random: seededRandom(number + 1),
      every: (ms, task) => {
        this.#tasks.set(task, ms)
        return () => this.#tasks.delete(task)
      }
    })
    this.links.push(links)
    this.stores.push(store)
    this.answerTimes.push(answerTime)
    this.nodes.push(node)
    await node.start(new AbortController().signal)
    await node.setRole('server')
    for (const other of options.isNamedOnly === true ? [] : this.links) {
      other.meet(number)
      links.meet(other.number)
    }
    return number
  }

  share(node: number, ...entries: Entry[]): void {
    this.stores[node]?.putPage(peerId(node), `page ${entries[0]?.cid}`, entries)
    this.nodes[node]?.change(entries, [])
  }

  /** Turns the clock, and lets what was asked be answered. */
  async pass(ms: number): Promise<void> {
    const step = ms > 60_000 ? 5_000 : 500
    for (const end = this.now + ms; this.now < end; ) {
      this.now += step
      for (const task of [...this.#tasks.keys()]) task()
      for (let i = 0; i < 6; i++) await turn()
    }
  }

  async lookUp(
    node: number,
    text: string,
    liars: readonly string[] = []
  ): Promise<{ names: string[]; holders: number; sent: number }> {
    const index = this.nodes[node] as WordIndex
    const query = parseQuery(text, this.now)
    const names = new Set<string>()
    const { promise, resolve } = Promise.withResolvers<number>()
    let sent = 0
    const handlers: LookupHandlers = {
      now: () => this.now,
      hasEnough: () => false,
      isDoubted: () => false,
      isLiar: peer => liars.includes(peer),
      onSent: () => void sent++,
      onHits: (_from: string, hits: IndexHit[]) => {
        const fitting = hits.filter(hit => matches(query, hit.entry))
        for (const hit of fitting) names.add(hit.entry.name)
        return fitting.length
      },
      onDone: resolve
    }
    const run = index.lookUp(query, handlers, new AbortController().signal)
    run.tick()
    let holders: number | undefined
    void promise.then(value => {
      holders = value
    })
    while (holders === undefined) {
      await turn()
      this.now += 50
      run.tick()
    }
    return { names: [...names].sort(), holders, sent }
  }

  records(node: number): number {
    return this.nodes[node]?.stats().records ?? 0
  }

  sum(): number {
    return this.nodes.reduce((sum, _, i) => sum + this.records(i), 0)
  }
}

export class VillageLinks implements IndexLinks {
  readonly number: number
  server: IndexServer | undefined
  isDead = false
  readonly #village: Village
  #onServer: (peer: string, isServer: boolean) => void = () => {}

  constructor(number: number, village: Village) {
    this.number = number
    this.#village = village
  }

  meet(other: number, isServer = true): void {
    if (other !== this.number) this.#onServer(peerId(other), isServer)
  }

  async serve(server: IndexServer | undefined): Promise<void> {
    this.server = server
  }

  async request(
    peer: string,
    message: IndexMessage,
    options: { signal: AbortSignal; onSent?: ((bytes: number) => void) | undefined }
  ): Promise<IndexReply> {
    const bytes = encodeIndexMessage(message)
    this.#village.requests.push(message)
    this.#village.asked.push(peer)
    options.onSent?.(bytes.length)
    const { storing } = this.#village
    if (message.type === 'store') storing.most = Math.max(storing.most, ++storing.now)
    await turn()
    if (message.type === 'store') storing.now--
    const other = this.#village.links.find(({ number }) => peerId(number) === peer)
    if (other === undefined || other.isDead || other.server === undefined) throw new Error('nobody there')
    const answer = other.server.answer(peerId(this.number), decodeIndexMessage(bytes))
    const reply = encodeIndexMessage(answer)
    return { message: decodeIndexMessage(reply), bytes: reply.length }
  }

  isConnected(): boolean {
    return true
  }

  canReach(): boolean {
    return true
  }

  rttMs(): number {
    return 1
  }

  groupOf(): undefined {
    return undefined
  }

  contactOf(peer: string): Contact {
    return { peer, addresses: ['/memory/x'] }
  }

  ownAddresses(): string[] {
    return ['/memory/x']
  }

  remember(): void {}

  async introduce(): Promise<void> {}

  async remembered(): Promise<string[]> {
    return []
  }

  onServer(handler: (peer: string, isServer: boolean) => void): void {
    this.#onServer = handler
  }
}
