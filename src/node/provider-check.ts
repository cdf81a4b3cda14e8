/**
 * Asks a provider that somebody else named whether it has a file now: over the file protocol, as a download would.
 */
import type { Clock, PeerKey } from '../base/ports.ts'
import { SeenTable } from '../base/seen-table.ts'
import type { BlockClient, HaveAnswer } from './download-ports.ts'
import type { ProviderCheck } from './searches.ts'

/** For one provider, which may have to be dialled, ms. */
const TIMEOUT_MS = 1_500
/** Part of it for finding out where the provider is, ms: it must still be dialled. */
const LOCATE_MS = 1_000
/** Look-ups at a time, each of which asks a dozen peers or more: a search would otherwise cost several times as much. */
const MAX_LOCATING = 2
/** How long and of how many peers it is remembered that they were looked for, ms. */
const LOCATED_MS = 60_000
const MAX_LOCATED = 1_024

export interface DirectCheckOptions {
  client: Pick<BlockClient, 'open'>
  /** It is connected, or there is an address. */
  canReach(peer: PeerKey): boolean
  /** Connects to a peer when it may; rejects when it cannot be reached. */
  reach(peer: PeerKey, signal: AbortSignal): Promise<void>
  /** Finds out by asking others where a peer is, so that it can be reached. May reject. Undefined: nobody can be asked. */
  locate?: ((peer: PeerKey, signal: AbortSignal) => Promise<void>) | undefined
  clock: Clock
}

export class DirectCheck implements ProviderCheck {
  readonly #options: DirectCheckOptions
  readonly #located: SeenTable<PeerKey, number>
  #locating = 0

  constructor(options: DirectCheckOptions) {
    this.#options = options
    this.#located = new SeenTable({ lifetimeMs: LOCATED_MS, capacity: MAX_LOCATED }, options.clock.now())
  }

  async has(peer: PeerKey, cid: string, ended: AbortSignal): Promise<boolean | null> {
    const { client, canReach, reach } = this.#options
    const signal = AbortSignal.any([ended, AbortSignal.timeout(TIMEOUT_MS)])
    try {
      if (!canReach(peer)) await this.#locate(peer, signal)
      await reach(peer, signal)
      const session = await client.open(peer, { signal })
      try {
        return meaningOf(await session.have(cid, 0, { signal }))
      } finally {
        await session.close()
      }
    } catch {
      // Not reached in time: that says nothing of what it has.
      return null
    }
  }

  /** Not again soon, and not for many at once. */
  async #locate(peer: PeerKey, signal: AbortSignal): Promise<void> {
    const { locate, clock } = this.#options
    const now = clock.now()
    const at = this.#located.get(peer) ?? Number.NEGATIVE_INFINITY
    if (locate === undefined || this.#locating >= MAX_LOCATING || now - at < LOCATED_MS) return
    this.#located.set(peer, now, now)
    this.#locating++
    try {
      await locate(peer, AbortSignal.any([signal, AbortSignal.timeout(LOCATE_MS)]))
    } finally {
      this.#locating--
    }
  }
}

function meaningOf(answer: HaveAnswer): boolean | null {
  if (answer.kind === 'have') return answer.bits.some(byte => byte !== 0)
  // A folder has no blocks to tell of, so it is there.
  if (answer.reason === 'bad-request') return true
  return answer.reason === 'not-found' || answer.reason === 'changed' ? false : null
}
