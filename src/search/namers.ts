/**
 * Who named which providers of what, so that what these say when they are asked speaks for those who named them, or against.
 */
import type { PeerKey } from '../base/ports.ts'
import type { ConfirmAsk } from './confirmations.ts'
import type { Reputation } from './reputation.ts'
import type { Finding, Stage } from './results.ts'

/** One provider of one cid: who named it, and what it said. */
interface Named {
  readonly by: Set<PeerKey>
  has?: boolean
}

export class Namers {
  readonly #reputation: Reputation
  readonly #named = new Map<string, Named>()

  constructor(reputation: Reputation) {
    this.#reputation = reputation
  }

  /** What the catalogue says each provider signed for itself; what a flood brings passed through many hands. */
  onTold({ entry, providers, deliverer }: Finding, stage: Stage, now: number): void {
    if (stage === 'flood') return
    for (const { peerId, how } of providers) {
      // Records that this node keeps for others.
      if (stage === 'catalogue' && how === 'index') continue
      const namer = stage === 'catalogue' ? peerId : deliverer
      const { by, has } = this.#of(entry.cid, peerId)
      // What the provider signed itself others only repeat.
      if (by.has(namer) || by.has(peerId)) continue
      by.add(namer)
      if (has !== undefined) this.#judge(namer, peerId, has, now)
    }
  }

  /** A provider said whether it has a cid. */
  onAnswered({ cid, peer }: ConfirmAsk, has: boolean, now: number): void {
    const named = this.#of(cid, peer)
    named.has = has
    for (const namer of named.by) this.#judge(namer, peer, has, now)
  }

  #judge(namer: PeerKey, provider: PeerKey, has: boolean, now: number): void {
    this.#reputation.noteAnswer(namer, has, now, namer === provider ? 'itself' : 'others')
  }

  #of(cid: string, provider: PeerKey): Named {
    const key = `${cid} ${provider}`
    const named = this.#named.get(key) ?? { by: new Set() }
    this.#named.set(key, named)
    return named
  }
}
