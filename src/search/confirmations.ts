/**
 * Which providers of the first rows are asked directly whether they have it now.
 *
 * What came from others is a claim: several providers are asked at once, and their answers are waited for. What the catalogue
 * says was signed by its provider and is kept fresh, so a look at one provider mostly settles it: they are asked one after the
 * other until one has it, whoever is connected first, and nobody waits for them, unless what they announce is doubted and
 * comes at the end. Records of the index that this node keeps itself are claims, too.
 */
import type { PeerKey } from '../base/ports.ts'
import { CONFIRMED_PROVIDERS, CONFIRMED_ROWS } from './constants.ts'
import type { Row, RowProvider } from './results.ts'

export interface ConfirmAsk {
  cid: string
  peer: PeerKey
}

/** What is known of a row by asking. */
interface Asked {
  readonly peers: Set<PeerKey>
  /** Who has not answered yet; true: the search waits for it. */
  readonly open: Map<PeerKey, boolean>
  /** Somebody has it. */
  isConfirmed: boolean
}

export class Confirmations {
  readonly #asked = new Map<string, Asked>()
  #waiting = 0

  /** Somebody was asked, has not answered, and is waited for. */
  get isWaiting(): boolean {
    return this.#waiting > 0
  }

  /**
   * A row is new or has changed, or somebody has answered: whom to ask about it now.
   *
   * @param when - `start`: the search may be over at once, so that nobody of the catalogue is asked; `end`: whoever is asked
   *   is waited for
   * @param isDoubted - whoever is asked last
   */
  onRow(
    { row, cid, stage, providers }: Row,
    { when, isDoubted }: { when: 'start' | 'open' | 'end'; isDoubted: (peer: PeerKey) => boolean }
  ): ConfirmAsk[] {
    if (row > CONFIRMED_ROWS) return []
    const isSigned = stage === 'catalogue' && providers.some(({ how }) => how !== 'index')
    if (isSigned && (when === 'start' || providers.some(({ how }) => how === 'own'))) return []
    const asked = this.#asked.get(cid) ?? { peers: new Set(), open: new Map(), isConfirmed: false }
    this.#asked.set(cid, asked)
    const room = isSigned
      ? Number(!asked.isConfirmed && asked.open.size === 0 && asked.peers.size < CONFIRMED_PROVIDERS)
      : CONFIRMED_PROVIDERS - asked.peers.size
    const isLast = ({ peerId }: RowProvider): boolean => isDoubted(peerId)
    const unsure = providers.filter(
      ({ peerId, confirmed, denied }) => (isSigned || !confirmed) && !denied && !asked.peers.has(peerId)
    )
    const [last, first] = [unsure.filter(isLast), unsure.filter(each => !isLast(each))]
    const asks = [...first, ...last].slice(0, Math.max(0, room))
    const isWaitedFor = !isSigned || when === 'end'
    for (const { peerId } of asks) {
      asked.peers.add(peerId)
      asked.open.set(peerId, isWaitedFor)
    }
    if (isWaitedFor) this.#waiting += asks.length
    return asks.map(({ peerId }) => ({ cid, peer: peerId }))
  }

  /** Somebody who was asked has answered, or will not: null. */
  onAnswer({ cid, peer }: ConfirmAsk, has: boolean | null): void {
    const asked = this.#asked.get(cid)
    if (asked === undefined) return
    if (asked.open.get(peer) === true) this.#waiting--
    asked.open.delete(peer)
    asked.isConfirmed ||= has === true
  }
}
