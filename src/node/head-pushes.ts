/**
 * Tells neighbours the heads that this node knows: all of them once, then what changes.
 */

import { Counters } from '../base/counters.ts'
import type { Clock, PeerKey } from '../base/ports.ts'
import { putLast } from '../base/put-last.ts'
import { TokenBucket } from '../base/token-bucket.ts'
import type { AnnounceTopic, CatalogLinks, KnownCatalogue, OwnCatalogue } from '../catalog/index.ts'
import type { HeadNotice } from '../wire/catalog-message.ts'
import { MAX_HEADS_PER_FRAME } from '../wire/limits.ts'
import { Later } from './later.ts'

/** How often heads of others are told: at once while that is rare, else what changed in 2 s goes together. */
const PUSH_RATE = { burst: 20, perSecond: 1 / 2 }
/** Changes that come together, or by another way, have so long to go together, ms. */
const GATHER_MS = 50
/** What the topic takes on, neighbours outside its mesh are told after this, ms: most have it by then. */
const TOPIC_MS = 5_000
/**
 * How often one peer is told everything, when that is more than one message: a peer that says hello again and again
 * must not make us send it megabytes each time. It is told later all the same.
 */
const TELL_ALL_RATE = { burst: 4, perSecond: 1 / 15 }
/** Peers whose rate is known; the one told longest ago makes room. */
const MAX_RATED = 512
/** One message to one neighbour. */
const PUSH_TIMEOUT_MS = 10_000

export interface HeadPushesInit {
  own: OwnCatalogue
  known: KnownCatalogue
  links: CatalogLinks
  topic: AnnounceTopic
  clock: Clock
  onError(error: unknown): void
}

/** What a neighbour was told. */
interface Told {
  ownSeq: number
  version: number
  busy: boolean
}

export class HeadPushes {
  readonly #init: HeadPushesInit
  readonly #told = new Map<PeerKey, Told>()
  readonly #tellAll = new Map<PeerKey, TokenBucket>()
  readonly #later: Later
  readonly #rate: TokenBucket
  #isPlanned = false
  #signal = AbortSignal.abort()
  readonly counts = new Counters<'frames' | 'heads' | 'failed'>()

  constructor(init: HeadPushesInit) {
    this.#init = init
    this.#rate = new TokenBucket(PUSH_RATE, init.clock.now())
    this.#later = new Later(() => this.#pushAll(), init.onError)
  }

  start(signal: AbortSignal): void {
    this.#signal = signal
    this.#later.within(0)
  }

  async stop(): Promise<void> {
    await this.#later.cancel()
  }

  /** Another node's head changed. */
  soon(): void {
    this.#within(GATHER_MS)
  }

  /** Another node's head changed, and the topic takes that on. */
  afterTopic(): void {
    this.#within(TOPIC_MS)
  }

  /** The topic has brought our head to these peers. */
  onPublished(seq: number, reached: readonly PeerKey[]): void {
    for (const peer of reached) {
      const told = this.#told.get(peer)
      if (told != null) told.ownSeq = Math.max(told.ownSeq, seq)
    }
  }

  /** Our own head changed, or somebody became a neighbour. */
  now(): void {
    if (!this.#signal.aborted) this.#later.within(0)
  }

  /** A neighbour that comes back is told everything again. */
  forget(peer: PeerKey): void {
    this.#told.delete(peer)
  }

  /** Tells our own head to all neighbours; resolves when each took it, left, or `signal` aborted. */
  async pushOwn(signal: AbortSignal): Promise<void> {
    const { own, links } = this.#init
    const envelope = own.current?.envelope
    if (envelope == null) return
    const notice = { envelope, hops: 0 }
    await Promise.allSettled(
      links.neighbours().map(peer => links.push(peer, { type: 'heads', heads: [notice] }, signal))
    )
  }

  #within(ms: number): void {
    if (this.#signal.aborted) return
    this.#isPlanned = true
    this.#later.within(Math.max(ms, this.#rate.waitMs(1, this.#init.clock.now())))
  }

  #pushAll(): void {
    if (this.#isPlanned) this.#rate.take(1, this.#init.clock.now())
    this.#isPlanned = false
    const neighbours = new Set(this.#init.links.neighbours())
    for (const peer of this.#told.keys()) if (!neighbours.has(peer)) this.#told.delete(peer)
    for (const peer of neighbours) void this.#pushTo(peer).catch(this.#init.onError)
  }

  async #pushTo(peer: PeerKey): Promise<void> {
    const told = this.#told.get(peer) ?? { ownSeq: 0, version: 0, busy: false }
    this.#told.set(peer, told)
    if (told.busy) return
    told.busy = true
    try {
      while (this.#told.get(peer) === told && !this.#signal.aborted) {
        const { heads, ownSeq, version } = this.#newsFor(peer, told)
        if (heads.length > 0) await this.#send(peer, heads)
        told.ownSeq = ownSeq
        told.version = version
        if (heads.length === 0) break
      }
    } catch {
      // The neighbour is going away, or too slow just now. While it stays, the same heads are tried again.
      this.counts.add('failed')
      this.soon()
    } finally {
      told.busy = false
    }
  }

  #mayTellAll(peer: PeerKey): boolean {
    const now = this.#init.clock.now()
    const bucket = this.#tellAll.get(peer) ?? new TokenBucket(TELL_ALL_RATE, now)
    putLast(this.#tellAll, peer, bucket, MAX_RATED)
    const waitMs = bucket.waitMs(1, now)
    if (waitMs > 0) this.#later.within(waitMs)
    return bucket.take(1, now)
  }

  #newsFor(peer: PeerKey, told: Told): { heads: HeadNotice[]; ownSeq: number; version: number } {
    const { own, known, topic, clock } = this.#init
    // A newcomer has missed what the topic brought before.
    const hasForwarded = told.version > 0 && topic.mesh().includes(peer)
    let { heads, version } = known.notices(peer, told.version, clock.now(), hasForwarded)
    if (told.version === 0 && heads.length > MAX_HEADS_PER_FRAME && !this.#mayTellAll(peer)) {
      heads = []
      version = 0
    }
    const current = own.current
    const ownSeq = current?.head.seq ?? 0
    if (current != null && ownSeq > told.ownSeq) heads.unshift({ envelope: current.envelope, hops: 0 })
    return { heads, ownSeq, version }
  }

  async #send(peer: PeerKey, heads: HeadNotice[]): Promise<void> {
    for (let i = 0; i < heads.length; i += MAX_HEADS_PER_FRAME) {
      const part = heads.slice(i, i + MAX_HEADS_PER_FRAME)
      const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(PUSH_TIMEOUT_MS)])
      await this.#init.links.push(peer, { type: 'heads', heads: part }, signal)
      this.counts.add('frames')
      this.counts.add('heads', part.length)
    }
  }
}
