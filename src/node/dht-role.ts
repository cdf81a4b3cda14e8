/**
 * Whether this node keeps records for others.
 *
 * A server must be reachable by those who ask it: it has a confirmed public address, or it lives where nobody has one,
 * that is on a LAN. Pure.
 */
export type DhtRole = 'client' | 'server'

/** How often to decide, ms. */
export const ROLE_INTERVAL_MS = 60_000
/** How long the facts must hold before the role changes, ms: each change moves records. */
const HYSTERESIS_MS = 10 * 60_000

export class DhtRoleRule {
  #role: DhtRole | undefined
  #wanted: DhtRole | undefined
  #wantedSince = 0

  /** The role from now on. The first answer follows the facts at once. */
  decide(facts: { hasPublicAddress: boolean; knowsPublicPeer: boolean }, now: number): DhtRole {
    const wanted = facts.hasPublicAddress || !facts.knowsPublicPeer ? 'server' : 'client'
    if (wanted !== this.#wanted) {
      this.#wanted = wanted
      this.#wantedSince = now
    }
    if (this.#role === undefined || now - this.#wantedSince >= HYSTERESIS_MS) this.#role = wanted
    return this.#role
  }
}
