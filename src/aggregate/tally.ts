/**
 * What came in for one question: signed contributions while they are few, a subtotal of them beyond.
 */
import type { PeerKey } from '../base/ports.ts'
import {
  type Answer,
  answerBytes,
  type Contribution,
  contributionBytes,
  decodeStatement,
  encodeStatement,
  type FailedLink,
  type Figure,
  type Subtotal
} from '../wire/aggregate-message.ts'
import { WireError } from '../wire/errors.ts'
import { MAX_CONTROL_FRAME_BYTES, MAX_COUNTED_NODES, MAX_SIGNED_NODES } from '../wire/limits.ts'
import type { NodeFigures } from './actions.ts'
import { addEach } from './figure.ts'

/** What a child answered, understood. */
export interface Reading {
  signed: Signed[]
  subtotal: Subtotal | null
}

interface Signed extends NodeFigures {
  contribution: Contribution
}

/** Contributions of others that fit beside our own. */
const MAX_OTHERS = MAX_SIGNED_NODES - 1

export class Tally {
  readonly #names: number
  readonly #signed: Signed[] = []
  /** Contributions, and their bytes, that are kept or being checked. */
  #kept = 0
  #keptBytes = 0
  /** Contributions are added up at once from here on. */
  #isLumped = false
  #subtotal: Subtotal | null = null
  /** Nodes that were counted by name, this one included. */
  readonly counted: Set<PeerKey>

  /** @param names - of the question */
  constructor(self: PeerKey, names: number) {
    this.#names = names
    this.counted = new Set([self])
  }

  /** Nodes counted so far, without this one. */
  get nodes(): number {
    return this.#signed.length + (this.#subtotal?.nodes ?? 0)
  }

  get subtotal(): Subtotal | null {
    return this.#subtotal
  }

  get signed(): readonly NodeFigures[] {
    return this.#signed
  }

  /** An answer of `child`. `bad`: no honest node says so. `too-many`: with all others it is more than can be. */
  read(child: PeerKey, { contributions, subtotal }: Answer): Reading | 'bad' | 'too-many' {
    // Who answers has counted itself.
    if (subtotal === null && !contributions.some(({ peer }) => peer === child)) return 'bad'
    if (subtotal !== null && subtotal.figures.length !== this.#names) return 'bad'
    const signed: Signed[] = []
    for (const contribution of contributions) {
      const figures = statementOf(contribution)
      if (figures?.length !== this.#names) return 'bad'
      signed.push({ peer: contribution.peer, figures, contribution })
    }
    const beingChecked = Math.max(0, this.#kept - this.#signed.length)
    const nodes = 1 + this.nodes + beingChecked + signed.length + (subtotal?.nodes ?? 0)
    if (nodes > MAX_COUNTED_NODES) return 'too-many'
    return { signed, subtotal }
  }

  /**
   * Whether the signatures of an answer are worth checking: true reserves room for its contributions. False: they are so
   * many that all are only added up.
   */
  reserve({ signed }: Reading): boolean {
    const bytes = signed.reduce((sum, { contribution }) => sum + contributionBytes(contribution), 0)
    const fits =
      this.#kept + signed.length <= MAX_OTHERS && this.#keptBytes + bytes <= MAX_CONTROL_FRAME_BYTES
    if (this.#isLumped || !fits) {
      this.#lump()
      return false
    }
    this.#kept += signed.length
    this.#keptBytes += bytes
    return true
  }

  /** Counts what a child answered. Nobody counts twice by name: gives how many would have. */
  take({ signed, subtotal }: Reading): number {
    const fresh = signed.filter(({ peer }) => !this.counted.has(peer))
    for (const one of fresh) {
      this.counted.add(one.peer)
      if (this.#isLumped) this.#add({ nodes: 1, figures: one.figures })
      else this.#signed.push(one)
    }
    if (subtotal !== null) this.#add(subtotal)
    return signed.length - fresh.length
  }

  /** What the parent gets: `own` with a signature while all of them have one and fit into a frame, else added up. */
  answer(
    own: { peer: PeerKey; figures: Figure[]; sign: (statement: Uint8Array) => Uint8Array },
    failed: FailedLink[]
  ): Pick<Answer, 'contributions' | 'subtotal'> {
    if (!this.#isLumped) {
      const statement = encodeStatement(own.figures)
      const room = MAX_CONTROL_FRAME_BYTES - answerBytes({ subtotal: this.#subtotal, failed })
      const contributions = this.#signed.map(({ contribution }) => contribution)
      const ours = { peer: own.peer, statement, signature: own.sign(statement) }
      contributions.push(ours)
      if (contributions.reduce((sum, one) => sum + contributionBytes(one), 0) <= room) {
        return { contributions, subtotal: this.#subtotal }
      }
    }
    this.#lump()
    this.#add({ nodes: 1, figures: own.figures })
    return { contributions: [], subtotal: this.#subtotal }
  }

  #lump(): void {
    this.#isLumped = true
    this.#kept = 0
    for (const { figures } of this.#signed.splice(0)) this.#add({ nodes: 1, figures })
  }

  #add(part: Subtotal): void {
    const { nodes, figures } = this.#subtotal ?? { nodes: 0, figures: undefined }
    this.#subtotal = {
      nodes: nodes + part.nodes,
      figures: figures === undefined ? part.figures : addEach(figures, part.figures)
    }
  }
}

function statementOf({ statement }: Contribution): Figure[] | undefined {
  try {
    return decodeStatement(statement)
  } catch (error) {
    if (error instanceof WireError) return undefined
    throw error
  }
}
