/**
 * Uploads: who may be sent blocks now, how quickly, and what was sent to whom.
 */

import type { Clock, PeerKey } from '../base/ports.ts'
import { putLast } from '../base/put-last.ts'
import { TokenBucket } from '../base/token-bucket.ts'
import { RateMeter, type SlotAnswer, UploadSlots } from '../swarm/index.ts'
import type { Upload } from './api.ts'

/** An upload that sends nothing leaves the list after this time, ms. */
const UPLOAD_IDLE_MS = 60_000
/** Lines of the list, one for each peer and file; the one that rested longest goes. */
const MAX_UPLOADS = 1_024
/** Peers whose rate limits are remembered; as above. */
const MAX_LIMITED_PEERS = 1_024
/** Requests of one peer, and small files asked for with one: each has to be looked for. */
const REQUEST_RATE = { perSecond: 4_000, burst: 8_000 }

/** What goes out at once where there is a limit, bytes: parts of a second's worth, so that the line flows. */
const PARTS_PER_S = 8
const MIN_PART_BYTES = 1024
const MAX_PART_BYTES = 64 * 1024

/** What goes out without a pause after a rest, in seconds of the rate. */
const BURST_S = 0.5

export interface UploadOptions {
  clock: Clock
  /** Peers that are sent blocks at once. */
  slots?: number
  /** Bytes/s to all peers together, and to each; unlimited when absent. */
  bytesPerSecond?: number | undefined
  peerBytesPerSecond?: number | undefined
  /** A peer is sent the first block of a file, or the first one after a rest. */
  onBegun?: ((peer: PeerKey, root: string) => void) | undefined
}

interface Line {
  peerId: PeerKey
  cid: string
  name: string
  bytes: number
  meter: RateMeter
  movedAt: number
}

interface UploadedFile {
  root: string
  name: string
}

interface PeerLimits {
  requests: TokenBucket
  bytes: TokenBucket | undefined
}

export class Uploads {
  readonly #options: UploadOptions
  readonly #clock: Clock
  readonly #slots: UploadSlots
  readonly #all: TokenBucket | undefined
  readonly #limits = new Map<PeerKey, PeerLimits>()
  readonly #lines = new Map<string, Line>()
  /** What those in the queue asked for last. */
  readonly #waiting = new Map<PeerKey, UploadedFile>()
  readonly #streams = new Map<PeerKey, number>()

  constructor(options: UploadOptions) {
    this.#options = options
    this.#clock = options.clock
    this.#slots = new UploadSlots(options.slots)
    this.#all = byteBucket(options.bytesPerSecond, options.clock.now())
  }

  /** A stream of the peer began or ended; its slot goes with the last one. Streams are bounded by the host. */
  opened(peer: PeerKey): void {
    this.#streams.set(peer, (this.#streams.get(peer) ?? 0) + 1)
  }

  closed(peer: PeerKey): void {
    const left = (this.#streams.get(peer) ?? 1) - 1
    if (left > 0) this.#streams.set(peer, left)
    else {
      this.#streams.delete(peer)
      this.#slots.leave(peer)
      this.#waiting.delete(peer)
    }
  }

  /** May the peer be sent blocks of `file`? */
  ask(peer: PeerKey, { root, name }: UploadedFile): SlotAnswer {
    const answer = this.#slots.ask(peer, this.#clock.now())
    if (answer.kind === 'go') this.#waiting.delete(peer)
    else this.#waiting.set(peer, { root, name })
    return answer
  }

  /** A stream of the peer has got blocks to send, or has sent the last of them: a slot that rests is given away. */
  work(peer: PeerKey, change: 'begins' | 'ends'): void {
    this.#slots.work(peer, change, this.#clock.now())
  }

  /** Milliseconds to wait before the next request of the peer, for `files`, is looked at. Takes its cost when that is 0. */
  requestWaitMs(peer: PeerKey, files = 1): number {
    const now = this.#clock.now()
    const { requests } = this.#limitsOf(peer, now)
    return requests.take(files, now) ? 0 : requests.waitMs(files, now)
  }

  /** Bytes that go to a peer at once; undefined where nothing is limited. */
  get partBytes(): number | undefined {
    const { bytesPerSecond = Number.POSITIVE_INFINITY, peerBytesPerSecond = Number.POSITIVE_INFINITY } =
      this.#options
    const least = Math.min(bytesPerSecond, peerBytesPerSecond)
    if (least === Number.POSITIVE_INFINITY) return undefined
    return Math.min(MAX_PART_BYTES, Math.max(MIN_PART_BYTES, Math.floor(least / PARTS_PER_S)))
  }

  /** Milliseconds to wait before `bytes` go to the peer, which are counted now. */
  sendWaitMs(peer: PeerKey, bytes: number): number {
    const now = this.#clock.now()
    const own = this.#limitsOf(peer, now).bytes
    return Math.max(own?.reserve(bytes, now) ?? 0, this.#all?.reserve(bytes, now) ?? 0)
  }

  /** Something is on its way to the peer: its slot does not rest. */
  touch(peer: PeerKey): void {
    this.#slots.touch(peer, this.#clock.now())
  }

  /** Bytes of a block went out. */
  sent(peer: PeerKey, file: UploadedFile, bytes: number): void {
    const now = this.#clock.now()
    this.#slots.touch(peer, now)
    const key = `${peer} ${file.root}`
    const known = this.#lines.get(key)
    if (known === undefined) this.#options.onBegun?.(peer, file.root)
    const line = known ?? {
      peerId: peer,
      cid: file.root,
      name: file.name,
      bytes: 0,
      meter: new RateMeter(now),
      movedAt: now
    }
    line.bytes += bytes
    line.movedAt = now
    line.meter.add(bytes, now)
    putLast(this.#lines, key, line, MAX_UPLOADS)
  }

  /** What was sent within the last minute, then who waits for it. */
  list(): Upload[] {
    const now = this.#clock.now()
    for (const [key, line] of this.#lines) if (now - line.movedAt > UPLOAD_IDLE_MS) this.#lines.delete(key)
    const sent = [...this.#lines.values()].map(
      ({ peerId, cid, name, bytes, meter }): Upload => ({
        peerId,
        cid,
        name,
        bytes,
        rate: Math.round(meter.rate(now)),
        state: 'sending',
        position: null
      })
    )
    const queue = this.#slots.queue(now)
    const waiting = queue.flatMap((peerId, i): Upload[] => {
      const file = this.#waiting.get(peerId)
      if (file === undefined) return []
      return [
        { peerId, cid: file.root, name: file.name, bytes: 0, rate: 0, state: 'waiting', position: i + 1 }
      ]
    })
    const isWaiting = new Set(waiting.map(({ peerId, cid }) => `${peerId} ${cid}`))
    return [...sent.filter(({ peerId, cid }) => !isWaiting.has(`${peerId} ${cid}`)), ...waiting]
  }

  /** Peers that were sent blocks of a file within the last minute: they have some of it. */
  fetchersOf(root: string): PeerKey[] {
    return [...this.#lines.values()].filter(({ cid }) => cid === root).map(({ peerId }) => peerId)
  }

  #limitsOf(peer: PeerKey, now: number): PeerLimits {
    const known = this.#limits.get(peer)
    const limits = known ?? {
      requests: new TokenBucket(REQUEST_RATE, now),
      bytes: byteBucket(this.#options.peerBytesPerSecond, now)
    }
    putLast(this.#limits, peer, limits, MAX_LIMITED_PEERS)
    return limits
  }
}

function byteBucket(perSecond: number | undefined, now: number): TokenBucket | undefined {
  if (perSecond === undefined) return undefined
  return new TokenBucket({ perSecond, burst: Math.max(MAX_PART_BYTES, perSecond * BURST_S) }, now)
}
