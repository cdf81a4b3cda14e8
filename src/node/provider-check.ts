/**
 * Asks a provider that somebody else named whether it has a file now: over the file protocol, as a download would.
 */
import type { PeerKey } from '../base/ports.ts'
import type { BlockClient, HaveAnswer } from './download-ports.ts'
import type { ProviderCheck } from './searches.ts'

/** For one provider, which may have to be dialled, ms. */
const TIMEOUT_MS = 1_500

export interface DirectCheckOptions {
  client: Pick<BlockClient, 'open'>
  /** Connects to a peer when it may; rejects when it cannot be reached. */
  reach(peer: PeerKey, signal: AbortSignal): Promise<void>
}

export class DirectCheck implements ProviderCheck {
  readonly #options: DirectCheckOptions

  constructor(options: DirectCheckOptions) {
    this.#options = options
  }

  async has(peer: PeerKey, cid: string, ended: AbortSignal): Promise<boolean | null> {
    const { client, reach } = this.#options
    const signal = AbortSignal.any([ended, AbortSignal.timeout(TIMEOUT_MS)])
    try {
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
}

function meaningOf(answer: HaveAnswer): boolean | null {
  if (answer.kind === 'have') return answer.bits.some(byte => byte !== 0)
  // A folder has no blocks to tell of, so it is there.
  if (answer.reason === 'bad-request') return true
  return answer.reason === 'not-found' || answer.reason === 'changed' ? false : null
}
