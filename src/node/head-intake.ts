/**
 * Heads and announcements as they come in: rate, signature, then the catalogue decides.
 */

import { setImmediate as yieldToOthers } from 'node:timers/promises'
import { Counters } from '../base/counters.ts'
import type { Clock, PeerKey } from '../base/ports.ts'
import { putLast } from '../base/put-last.ts'
import { TokenBucket } from '../base/token-bucket.ts'
import {
  AnnounceBudget,
  type HeadOpener,
  type HeadVerdict,
  type KnownCatalogue,
  type TopicVerdict
} from '../catalog/index.ts'
import { type Announcement, decodeAnnouncement } from '../wire/announcement.ts'
import type { HeadNotice } from '../wire/catalog-message.ts'
import { WireError } from '../wire/errors.ts'
import { MAX_ANNOUNCEMENT_BYTES } from '../wire/limits.ts'

/** Heads that one peer can have checked: all that a full table holds when it joins, then what changes. */
const HEAD_RATE = { burst: 20_000, perSecond: 100 }
/** Announcements that one neighbour can have checked. 200 nodes that change something all the time make 400/s over 12 links. */
const ANNOUNCEMENT_RATE = { burst: 500, perSecond: 50 }
/** Peers whose rate is known; the one silent longest makes room. */
const MAX_SENDERS = 512
/** Signatures checked before others get a turn. A guess at a few ms. */
const CHECKS_PER_TURN = 20

export interface HeadIntakeInit {
  known: KnownCatalogue
  opener: HeadOpener
  clock: Clock
  /** What the catalogue made of a head that it did not refuse. `forwarded`: the topic takes it on, complete. */
  onVerdict(verdict: Exclude<HeadVerdict, { kind: 'refused' }>, forwarded: boolean): void
}

export class HeadIntake {
  readonly #init: HeadIntakeInit
  readonly #budget: AnnounceBudget
  readonly #headRates = new Map<PeerKey, TokenBucket>()
  readonly #announcementRates = new Map<PeerKey, TokenBucket>()
  /** Why heads and announcements were dropped before the catalogue saw them, and what was not forwarded. */
  readonly counts = new Counters()

  constructor(init: HeadIntakeInit) {
    this.#init = init
    this.#budget = new AnnounceBudget(init.clock.now())
  }

  /** Heads that a peer pushed. The rest of a message is dropped after one that its provider did not sign. */
  async onHeads(from: PeerKey, heads: readonly HeadNotice[]): Promise<void> {
    const { known, opener, clock, onVerdict } = this.#init
    let checks = 0
    for (const { envelope, hops } of heads) {
      if (!opener.knows(envelope)) {
        if (!takeOne(this.#headRates, HEAD_RATE, from, clock.now())) {
          this.counts.add('head-over-rate')
          continue
        }
        if (++checks % CHECKS_PER_TURN === 0) await yieldToOthers()
      }
      const opened = await opener.open(envelope, clock.now())
      if (opened.kind === 'bad') {
        this.counts.add(`head-${opened.reason}`)
        return
      }
      const verdict = known.onHead(opened.signed, hops, from, clock.now())
      if (verdict.kind !== 'refused') onVerdict(verdict, false)
    }
  }

  /** An announcement on the topic. What is learned is passed on only while the channel's budget allows. */
  async onAnnouncement(bytes: Uint8Array, from: PeerKey): Promise<TopicVerdict> {
    const { known, opener, clock, onVerdict } = this.#init
    if (!takeOne(this.#announcementRates, ANNOUNCEMENT_RATE, from, clock.now())) {
      return this.#count('announcement-over-rate', 'ignore')
    }
    if (bytes.length > MAX_ANNOUNCEMENT_BYTES) return this.#count('announcement-too-long', 'reject')
    const announcement = read(bytes)
    if (announcement == null) return this.#count('announcement-malformed', 'reject')
    const opened = await opener.open(announcement.head, clock.now())
    if (opened.kind === 'bad') return this.#count(`announcement-${opened.reason}`, 'reject')

    const verdict = known.onAnnouncement(opened.signed, announcement, from, clock.now())
    if (verdict.kind === 'refused') {
      if (verdict.reason === 'future-seq' || verdict.reason === 'bad-ttl') return 'reject'
      // Two announcements of one provider can overtake each other, which is nobody's fault.
      if (verdict.reason === 'old-seq' || verdict.reason === 'own') return 'ignore'
    }
    const forward = this.#budget.take(from, bytes.length, clock.now())
    if (verdict.kind !== 'refused') {
      const goesOn = forward === 'forward' && verdict.complete
      if (goesOn) known.onForwarded(verdict.provider)
      onVerdict(verdict, goesOn)
    }
    if (forward !== 'forward') return this.#count(`announcement-${forward}`, 'ignore')
    this.counts.add('forwarded-bytes', bytes.length)
    return this.#count('forwarded', 'accept')
  }

  #count(reason: string, verdict: TopicVerdict): TopicVerdict {
    this.counts.add(reason)
    return verdict
  }
}

function read(bytes: Uint8Array): Announcement | undefined {
  try {
    return decodeAnnouncement(bytes)
  } catch (error) {
    if (error instanceof WireError) return undefined
    throw error
  }
}

/** Takes one token of `from`. The map stays in order of last use. */
function takeOne(
  buckets: Map<PeerKey, TokenBucket>,
  rate: typeof HEAD_RATE,
  from: PeerKey,
  now: number
): boolean {
  const bucket = buckets.get(from) ?? new TokenBucket(rate, now)
  putLast(buckets, from, bucket, MAX_SENDERS)
  return bucket.take(1, now)
}
