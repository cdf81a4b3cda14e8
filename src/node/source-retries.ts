/**
 * When a source that has gone is tried again: soon when it was of use, ever more rarely while it stays away.
 */

import type { PeerKey } from '../base/ports.ts'
import { putLast } from '../base/put-last.ts'

/** First pause for one that gave something and whose connection broke, ms: a node that restarts needs about a second. */
const FIRST_PAUSE_MS = 250
/** First pause for one that gave something and fell silent, ms. */
const SILENT_PAUSE_MS = 2_000
/** One that gave nothing, ms. */
const USELESS_PAUSE_MS = 10_000
const MAX_PAUSE_MS = 30_000
/** Peers remembered; the oldest goes. */
const MAX_REMEMBERED = 256

interface Retry {
  at: number
  failures: number
  isUseful: boolean
}

export class SourceRetries {
  readonly #retries = new Map<PeerKey, Retry>()

  /** @param isUseful - it gave something; only such a source is tried again without being found anew */
  onLeft(peer: PeerKey, how: 'closed' | 'silent', isUseful: boolean, now: number): void {
    const known = this.#retries.get(peer)
    // One that comes back and breaks off again before it gave a block is no better than one that stays away.
    const failures = (known?.failures ?? 0) + 1
    const wasUseful = isUseful || known?.isUseful === true
    const first = wasUseful ? (how === 'silent' ? SILENT_PAUSE_MS : FIRST_PAUSE_MS) : USELESS_PAUSE_MS
    const pauseMs = Math.min(MAX_PAUSE_MS, first * 2 ** (failures - 1))
    putLast(this.#retries, peer, { at: now + pauseMs, failures, isUseful: wasUseful }, MAX_REMEMBERED)
  }

  /** It gave a block: what was before is forgiven. */
  onBlock(peer: PeerKey): void {
    this.#retries.delete(peer)
  }

  mayTry(peer: PeerKey, now: number): boolean {
    return (this.#retries.get(peer)?.at ?? 0) <= now
  }

  /** Those that were of use and whose pause is over. */
  due(now: number): PeerKey[] {
    return [...this.#retries].filter(([, { at, isUseful }]) => isUseful && at <= now).map(([peer]) => peer)
  }
}
