/**
 * Which providers of the first rows are asked directly whether they have it now. What came from others is a claim; what
 * the catalogue says was signed by its provider and is kept fresh, so that needs no asking; records of the index that this node
 * keeps itself are claims, too.
 */
import type { PeerKey } from '../base/ports.ts'
import { CONFIRMED_PROVIDERS, CONFIRMED_ROWS } from './constants.ts'
import type { Row } from './results.ts'

export interface ConfirmAsk {
  cid: string
  peer: PeerKey
}

export class Confirmations {
  readonly #asked = new Map<string, Set<PeerKey>>()
  #waiting = 0

  /** Somebody was asked and has not answered. */
  get isWaiting(): boolean {
    return this.#waiting > 0
  }

  /** A row is new or has changed: whom to ask about it now. */
  onRow({ row, cid, stage, providers }: Row): ConfirmAsk[] {
    const isSigned = stage === 'catalogue' && providers.some(({ how }) => how !== 'index')
    if (row > CONFIRMED_ROWS || isSigned) return []
    const asked = this.#asked.get(cid) ?? new Set()
    this.#asked.set(cid, asked)
    const unsure = providers.filter(({ peerId, confirmed }) => !confirmed && !asked.has(peerId))
    const asks = unsure.slice(0, Math.max(0, CONFIRMED_PROVIDERS - asked.size))
    for (const { peerId } of asks) asked.add(peerId)
    this.#waiting += asks.length
    return asks.map(({ peerId }) => ({ cid, peer: peerId }))
  }

  /** Somebody who was asked has answered, or will not. */
  onAnswer(): void {
    this.#waiting--
  }
}
