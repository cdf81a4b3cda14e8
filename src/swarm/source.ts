/**
 * One source of a download: what it has, what it was asked for, and what can be expected of it.
 */
import type { PeerKey } from '../base/ports.ts'
import { BLOCK_BYTES } from '../wire/limits.ts'
import type { Have } from './block-table.ts'
import {
  DEFAULT_ROUND_TRIP_MS,
  END_GAME_PATIENCE_MS,
  MAX_SILENCE_MS,
  MAX_SOURCE_WINDOW,
  MIN_SILENCE_MS,
  QUEUE_MS,
  SILENCE_BYTES,
  START_WINDOW
} from './constants.ts'
import { RateMeter } from './rate-meter.ts'

export interface Source {
  peer: PeerKey
  have: Have
  /** Blocks asked and not received, in the order asked. */
  asked: Set<number>
  meter: RateMeter
  bytes: number
  roundTripMs: number
  /** When it was heard last, or asked after a pause. */
  heardAt: number
  busyUntil: number
  /** Our place in its queue, when it was busy last and said so. */
  position: number | undefined
  refusals: number
  /** Where its next search for a block begins. */
  cursor: number
}

/** @param bytes - what it gave when it was a source earlier */
export function newSource(peer: PeerKey, have: Have, bytes: number, cursor: number, now: number): Source {
  return {
    peer,
    have,
    asked: new Set(),
    meter: new RateMeter(now),
    bytes,
    roundTripMs: DEFAULT_ROUND_TRIP_MS,
    heardAt: now,
    busyUntil: 0,
    position: undefined,
    refusals: 0,
    cursor
  }
}

export function hasBlock({ have }: Source, block: number): boolean {
  return have === 'all' || have.has(block)
}

/** Silence after which it is given up, ms. */
export function patienceMs({ meter, roundTripMs }: Source, now: number): number {
  const rate = meter.rate(now)
  const expectedMs = rate === 0 ? 0 : (SILENCE_BYTES / rate) * 1000
  return Math.min(MAX_SILENCE_MS, Math.max(MIN_SILENCE_MS + roundTripMs, expectedMs))
}

/** Blocks that it should be asked for at once: for one round trip and QUEUE_MS at its rate, and one more to arrive meanwhile. */
export function windowOf({ meter, roundTripMs }: Source, now: number): number {
  const rate = meter.rate(now)
  if (rate === 0) return START_WINDOW
  const blocks = (rate * (roundTripMs + QUEUE_MS)) / 1000 / BLOCK_BYTES
  return Math.min(MAX_SOURCE_WINDOW, blocks < 0.1 ? 1 : 1 + Math.ceil(blocks))
}

/** Time until it has sent `blocks` more, ms; for an unknown one, what a middling line takes. */
export function etaMs({ meter, roundTripMs }: Source, blocks: number, now: number): number {
  const rate = meter.rate(now)
  return rate === 0 ? END_GAME_PATIENCE_MS / 4 : roundTripMs + ((blocks * BLOCK_BYTES) / rate) * 1000
}

/** Time until a block comes that it was asked for at `askedAt`, ms. */
export function askedEtaMs(source: Source, block: number, askedAt: number, now: number): number {
  if (source.meter.rate(now) === 0) {
    return now - askedAt > END_GAME_PATIENCE_MS ? Number.POSITIVE_INFINITY : 0
  }
  const place = [...source.asked].indexOf(block) + 1
  return Math.max(0, etaMs(source, place, now) - (place === 1 ? now - askedAt : 0))
}
