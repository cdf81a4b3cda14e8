/**
 * One download's sources: which blocks to ask from whom, who is too slow, who lied.
 *
 * Pure. The shell tells what came and when; `tick` answers with what to do. Nothing here knows streams or disks.
 */
import { Bitset } from '../base/bitset.ts'
import { Counters } from '../base/counters.ts'
import type { PeerKey, Random } from '../base/ports.ts'
import type { FileRefusal } from '../wire/file-message.ts'
import { BlockTable, type Have } from './block-table.ts'
import {
  BUSY_RETRY_MS,
  BUSY_RETRY_PER_PLACE_MS,
  MAX_ASKERS,
  MAX_BUSY_RETRY_MS,
  MAX_FORMER_SOURCES,
  MAX_IN_FLIGHT_BLOCKS,
  MAX_REFUSALS,
  MAX_SOURCES,
  MIN_SILENCE_MS,
  OWN_SILENCE_MS,
  READ_AHEAD_BLOCKS,
  URGENT_BLOCKS
} from './constants.ts'
import { askedEtaMs, etaMs, hasBlock, newSource, patienceMs, type Source, windowOf } from './source.ts'

export type SwarmAction =
  | { kind: 'request'; peer: PeerKey; blocks: number[] }
  | { kind: 'cancel'; peer: PeerKey; blocks: number[] }
  | { kind: 'drop'; peer: PeerKey; reason: string }

/** One line of the list that people see. `rate`: bytes/s of late; `bytes`: verified. */
export interface SourceView {
  peer: PeerKey
  bytes: number
  rate: number
  state: string
  /** Our place in its queue, from 1, while it is busy and said so. */
  position?: number | undefined
}

interface Former {
  bytes: number
  state: string
  banned: boolean
}

export interface SwarmOptions {
  blocks: number
  /** Blocks that are on disk already. */
  done?: Bitset
  /** In the order of the file instead of rarest first. */
  sequential?: boolean
}

export class Swarm {
  readonly #table: BlockTable
  readonly #sequential: boolean
  readonly #random: Random
  readonly #sources = new Map<PeerKey, Source>()
  readonly #former = new Map<PeerKey, Former>()
  /** Where somebody reads the file while it comes. */
  readonly #readers = new Map<symbol, number>()
  readonly #actions: SwarmAction[] = []
  #tickedAt: number | undefined
  /** Why sources went, and what was thrown away. */
  readonly drops = new Counters()

  constructor(options: SwarmOptions, random: Random) {
    this.#table = new BlockTable(options.blocks, options.done)
    this.#sequential = options.sequential ?? false
    this.#random = random
  }

  get isDone(): boolean {
    return this.#table.done === this.#table.size
  }

  get sourceCount(): number {
    return this.#sources.size
  }

  /** Peers that sent wrong bytes. */
  get bannedCount(): number {
    return [...this.#former.values()].filter(former => former.banned).length
  }

  has(block: number): boolean {
    return this.#table.isDone(block)
  }

  isBanned(peer: PeerKey): boolean {
    return this.#former.get(peer)?.banned ?? false
  }

  hasSource(peer: PeerKey): boolean {
    return this.#sources.has(peer)
  }

  /** Adds a source, or says why not. */
  addSource(peer: PeerKey, have: Have, now: number): 'added' | 'banned' | 'known' | 'enough' {
    if (this.isBanned(peer)) return 'banned'
    if (this.#sources.has(peer)) return 'known'
    if (this.#sources.size >= MAX_SOURCES) return 'enough'
    this.#table.countCopies(have, 1)
    const cursor = this.#sequential ? 0 : Math.floor(this.#random.next() * this.#table.size)
    this.#sources.set(peer, newSource(peer, have, this.#former.get(peer)?.bytes ?? 0, cursor, now))
    this.#former.delete(peer)
    return 'added'
  }

  /** `reason` is shown: `left: <reason>`. What was asked of the source is missing again. */
  removeSource(peer: PeerKey, reason: string, _now: number): void {
    this.#remove(peer, `left: ${reason}`, false)
  }

  /** A partial source told what it has now. */
  onHave(peer: PeerKey, have: Have, _now: number): void {
    const source = this.#sources.get(peer)
    if (source === undefined) return
    this.#table.countCopies(source.have, -1)
    source.have = have
    this.#table.countCopies(have, 1)
  }

  /** Somebody reads from `block` on, until `endReading`: what lies there is fetched before all else. */
  readAt(reader: symbol, block: number): void {
    this.#readers.set(reader, block)
    if (this.#table.isMissing(block)) this.#makeWay()
  }

  endReading(reader: symbol): void {
    this.#readers.delete(reader)
  }

  onRoundTrip(peer: PeerKey, ms: number): void {
    const source = this.#sources.get(peer)
    if (source !== undefined) source.roundTripMs = ms
  }

  /** Bytes of a block came in; 0 when the source is alive but busy with something else of ours. */
  onBytes(peer: PeerKey, bytes: number, now: number): void {
    const source = this.#sources.get(peer)
    if (source === undefined) return
    source.meter.add(bytes, now)
    source.heardAt = now
  }

  /** All bytes of a block are here; they count only with `onBlock`. */
  onReceived(peer: PeerKey, block: number, now: number): void {
    const source = this.#sources.get(peer)
    if (source === undefined || !source.asked.delete(block)) return
    source.heardAt = now
    if (!this.#table.isDone(block)) this.#table.receive(block, peer)
  }

  /** A block was verified and written. False: it had come before, from another source. */
  onBlock(peer: PeerKey, block: number, bytes: number, now: number): boolean {
    this.onReceived(peer, block, now)
    if (this.#table.isDone(block)) {
      this.drops.add('duplicate-block')
      return false
    }
    // Also one that left while its last block was being verified.
    const giver = this.#sources.get(peer) ?? this.#former.get(peer)
    if (giver !== undefined) giver.bytes += bytes
    for (const other of this.#table.finish(block)) {
      this.#sources.get(other)?.asked.delete(block)
      this.#actions.push({ kind: 'cancel', peer: other, blocks: [block] })
    }
    return true
  }

  /** The bytes of a block were wrong: its sender is banned from this download. */
  onBadBlock(peer: PeerKey, block: number, now: number): void {
    this.onReceived(peer, block, now)
    this.#table.reject(block)
    this.ban(peer, 'bad-block')
  }

  /** A block came and could not be kept, by no fault of its sender. */
  onLost(peer: PeerKey, block: number, now: number): void {
    this.onReceived(peer, block, now)
    this.#table.reject(block)
  }

  /** Whatever was sent breaks the protocol or the file's structure: banned. */
  ban(peer: PeerKey, reason: string): void {
    if (this.#sources.has(peer)) this.#drop(peer, reason, true)
    else {
      const bytes = this.#former.get(peer)?.bytes ?? 0
      this.#remember(peer, { bytes, state: `banned: ${reason}`, banned: true })
    }
  }

  /** A source will not send these blocks. `position`: its place in the queue, with `busy`. */
  onRefused(
    peer: PeerKey,
    blocks: number[],
    reason: FileRefusal,
    position: number | undefined,
    now: number
  ): void {
    const source = this.#sources.get(peer)
    if (source === undefined) return
    source.heardAt = now
    for (const block of blocks) {
      if (source.asked.delete(block)) this.#table.release(block, peer)
    }
    if (reason === 'busy') {
      const waitMs = position === undefined ? BUSY_RETRY_MS : BUSY_RETRY_PER_PLACE_MS * (1 + position)
      source.busyUntil = now + Math.min(waitMs, MAX_BUSY_RETRY_MS)
      source.position = position
      return
    }
    this.#forget(source, blocks)
    // Of a single block nothing else is left to ask for.
    const isOver = ++source.refusals >= MAX_REFUSALS || this.#table.size === 1
    if (isOver || reason !== 'not-found') this.#drop(peer, reason, false)
  }

  /**
   * What to do now. Call it after every report, and at least every 250 ms.
   *
   * @param mayAsk - blocks that may be asked for now
   */
  tick(now: number, mayAsk = Number.POSITIVE_INFINITY): SwarmAction[] {
    this.#forgiveOwnSilence(now)
    for (const source of [...this.#sources.values()]) {
      if (source.asked.size > 0 && now - source.heardAt > patienceMs(source, now)) {
        this.#drop(source.peer, 'timeout', false)
      }
    }
    this.#request(now, mayAsk)
    return this.#actions.splice(0)
  }

  /** Sources of now, then those that left or were banned. */
  sources(now: number): SourceView[] {
    const present = [...this.#sources.values()].map(source => ({
      peer: source.peer,
      bytes: source.bytes,
      rate: source.meter.rate(now),
      ...(source.busyUntil > now
        ? { state: 'busy', position: source.position }
        : { state: source.asked.size > 0 ? 'active' : 'waiting' })
    }))
    const gone = [...this.#former].map(([peer, { bytes, state }]) => ({ peer, bytes, rate: 0, state }))
    return [...present, ...gone]
  }

  #forgiveOwnSilence(now: number): void {
    const gap = this.#tickedAt === undefined ? 0 : now - this.#tickedAt
    this.#tickedAt = now
    if (gap < OWN_SILENCE_MS) return
    for (const source of this.#sources.values())
      source.heardAt = Math.max(source.heardAt, now - MIN_SILENCE_MS / 2)
  }

  /** One block for each source in turn, so that a cap on all of them does not starve the last. */
  #request(now: number, mayAsk: number): void {
    const requests = new Map<PeerKey, number[]>()
    let room = MAX_IN_FLIGHT_BLOCKS - this.#table.inFlight.size
    let left = mayAsk
    const eager = new Set([...this.#sources.values()].filter(source => source.busyUntil <= now))
    while (eager.size > 0 && left > 0) {
      for (const source of eager) {
        const block =
          left > 0 && source.asked.size < windowOf(source, now)
            ? this.#pick(source, room > 0, now)
            : undefined
        if (block === undefined) {
          eager.delete(source)
          continue
        }
        left--
        if (this.#table.isMissing(block)) room--
        this.#ask(source, block, now)
        const blocks = requests.get(source.peer)
        if (blocks === undefined) requests.set(source.peer, [block])
        else blocks.push(block)
      }
    }
    for (const [peer, blocks] of requests) this.#actions.push({ kind: 'request', peer, blocks })
  }

  #ask(source: Source, block: number, now: number): void {
    if (source.asked.size === 0) {
      source.heardAt = now
      source.meter.skip(now)
    }
    source.asked.add(block)
    this.#table.ask(block, source.peer, now)
  }

  #pick(source: Source, mayBegin: boolean, now: number): number | undefined {
    const late = this.#pickLate(source, now, block => this.#isRead(block, URGENT_BLOCKS))
    if (late !== undefined) return late
    if (this.#table.missing === 0) return this.#pickLate(source, now, () => true)
    if (!mayBegin) return undefined
    const next = this.#pickForReaders(source)
    if (next !== undefined) return next
    const found = this.#sequential
      ? this.#table.pickFirst(source.have, source.cursor)
      : this.#table.pickRarest(source.have, source.cursor)
    source.cursor = found.next >= this.#table.size ? 0 : found.next
    return found.block
  }

  /** The missing block that some reader comes to soonest. */
  #pickForReaders(source: Source): number | undefined {
    let best: number | undefined
    let bestAway = Number.POSITIVE_INFINITY
    for (const position of this.#readers.values()) {
      const { block } = this.#table.pickFirst(source.have, position)
      if (block === undefined || block - position >= bestAway) continue
      best = block
      bestAway = block - position
    }
    return best
  }

  /** Whether `block` is one of the next `count` of some reader. */
  #isRead(block: number, count: number): boolean {
    for (const position of this.#readers.values())
      if (block >= position && block < position + count) return true
    return false
  }

  /** A reader has jumped: what was asked for elsewhere and is not on its way yet has to wait. */
  #makeWay(): void {
    for (const source of this.#sources.values()) {
      const [, ...waiting] = source.asked
      const blocks = waiting.filter(block => !this.#isRead(block, READ_AHEAD_BLOCKS))
      if (blocks.length === 0) continue
      for (const block of blocks) {
        source.asked.delete(block)
        this.#table.release(block, source.peer)
      }
      this.#actions.push({ kind: 'cancel', peer: source.peer, blocks })
    }
  }

  /** Of the blocks that others were asked for, the one that would come last, if this source brings it in half of that time. */
  #pickLate(source: Source, now: number, isMeant: (block: number) => boolean): number | undefined {
    let worst: number | undefined
    let worstMs = 2 * etaMs(source, source.asked.size + 1, now)
    for (const [block, { askers, held }] of this.#table.inFlight) {
      if (held || askers.size >= MAX_ASKERS || askers.has(source.peer)) continue
      if (!hasBlock(source, block) || !isMeant(block)) continue
      for (const [peer, askedAt] of askers) {
        const asker = this.#sources.get(peer)
        if (asker === undefined) continue
        const comesInMs = askedEtaMs(asker, block, askedAt, now)
        if (comesInMs <= worstMs) continue
        worst = block
        worstMs = comesInMs
      }
    }
    return worst
  }

  /** It does not have these, whatever it said. */
  #forget(source: Source, blocks: number[]): void {
    if (source.have === 'all') {
      source.have = Bitset.full(this.#table.size)
      this.#table.countCopies(source.have, 1)
    }
    this.#table.countCopies(source.have, -1)
    for (const block of blocks) source.have.delete(block)
    this.#table.countCopies(source.have, 1)
  }

  #drop(peer: PeerKey, reason: string, banned: boolean): void {
    if (!this.#sources.has(peer)) return
    this.drops.add(reason)
    this.#remove(peer, `${banned ? 'banned' : 'left'}: ${reason}`, banned)
    this.#actions.push({ kind: 'drop', peer, reason })
  }

  #remove(peer: PeerKey, state: string, banned: boolean): void {
    const source = this.#sources.get(peer)
    if (source === undefined) return
    this.#sources.delete(peer)
    this.#table.countCopies(source.have, -1)
    for (const block of source.asked) this.#table.release(block, peer)
    this.#remember(peer, { bytes: source.bytes, state, banned })
  }

  #remember(peer: PeerKey, former: Former): void {
    this.#former.delete(peer)
    this.#former.set(peer, former)
    if (this.#former.size <= MAX_FORMER_SOURCES) return
    // Those who only left go first: a forgotten ban costs a block, a forgotten line in a list nothing.
    const first = [...this.#former].find(([, { banned }]) => !banned) ?? [...this.#former][0]
    if (first !== undefined) this.#former.delete(first[0])
  }
}
