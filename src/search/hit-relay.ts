/**
 * Hits of one query on their way to the peer that asked: merged, limited, and taken from the children in turn.
 *
 * Every source (this node and each child) may pass an equal part of the limit at once. What is more is held until
 * all have answered and then taken one from each in turn, so that a child with many hits cannot push out the others.
 */
import { MAX_QUERY_HIT_BYTES, MAX_QUERY_HITS } from '../wire/limits.ts'
import type { WireHit } from '../wire/search-message.ts'
import { MAX_HELD_BYTES, MAX_HELD_HITS, MAX_MERGE_KEYS } from './constants.ts'

export interface SizedHit {
  hit: WireHit
  /** Bytes of a frame with this hit alone. */
  bytes: number
}

export interface Relayed {
  pass: SizedHit[]
  /** Hits that said nothing new. */
  repeated: number
  /** Hits for which there was no room. */
  dropped: number
}

export class HitRelay<Source> {
  #passedHits = 0
  #passedBytes = 0
  #heldHits = 0
  #heldBytes = 0
  #released: boolean
  readonly #bySource = new Map<Source, { hits: number; bytes: number }>()
  readonly #held = new Map<Source, SizedHit[]>()
  readonly #known = new Set<string>()

  /** @param released - nothing is held back, since all sources have had their time */
  constructor(released = false) {
    this.#released = released
  }

  get heldBytes(): number {
    return this.#heldBytes
  }

  /**
   * Takes the hits of one source and says which of them go out now.
   *
   * @param sources - how many sources share the limit
   * @param roomBytes - how much may be held, over all queries
   */
  take(
    source: Source,
    hits: readonly WireHit[],
    sources: number,
    roomBytes: number,
    sizeOf: (hit: WireHit) => number
  ): Relayed {
    const result: Relayed = { pass: [], repeated: 0, dropped: 0 }
    const used = this.#bySource.get(source) ?? { hits: 0, bytes: 0 }
    this.#bySource.set(source, used)
    let room = roomBytes
    const parts = this.#released ? 1 : sources
    for (const given of hits) {
      const hit = this.#news(given)
      if (hit === undefined) {
        result.repeated++
        continue
      }
      const sized = { hit, bytes: sizeOf(hit) }
      const fair =
        used.hits < Math.floor(MAX_QUERY_HITS / parts) &&
        used.bytes + sized.bytes <= Math.floor(MAX_QUERY_HIT_BYTES / parts)
      if (fair && this.#fits(sized)) {
        used.hits++
        used.bytes += sized.bytes
        this.#pass(sized, result.pass)
      } else if (parts > 1 && this.#hold(source, sized, room)) {
        room -= sized.bytes
      } else {
        result.dropped++
      }
    }
    return result
  }

  /** All sources have answered, or had their time: what was held, one from each in turn, up to the limit. */
  release(): Relayed {
    const result: Relayed = { pass: [], repeated: 0, dropped: 0 }
    const queues = [...this.#held.values()]
    for (let turn = 0; queues.some(queue => turn < queue.length); turn++) {
      for (const queue of queues) {
        const sized = queue[turn]
        if (sized === undefined) continue
        if (this.#fits(sized)) this.#pass(sized, result.pass)
        else result.dropped++
      }
    }
    // The query stays in the table for minutes: only the counts are kept, and what comes late goes straight on.
    this.#released = true
    this.#held.clear()
    this.#known.clear()
    this.#heldHits = 0
    this.#heldBytes = 0
    return result
  }

  /** The hit without the providers that were passed on before; undefined when none is left. */
  #news(hit: WireHit): WireHit | undefined {
    const providers = hit.providers.filter(({ peer }) => !this.#known.has(`${hit.entry.cid} ${peer}`))
    if (providers.length === 0) return undefined
    for (const { peer } of providers) {
      if (!this.#released && this.#known.size < MAX_MERGE_KEYS) this.#known.add(`${hit.entry.cid} ${peer}`)
    }
    return providers.length === hit.providers.length ? hit : { entry: hit.entry, providers }
  }

  #fits(sized: SizedHit): boolean {
    return this.#passedHits < MAX_QUERY_HITS && this.#passedBytes + sized.bytes <= MAX_QUERY_HIT_BYTES
  }

  #pass(sized: SizedHit, out: SizedHit[]): void {
    this.#passedHits++
    this.#passedBytes += sized.bytes
    out.push(sized)
  }

  #hold(source: Source, sized: SizedHit, room: number): boolean {
    if (this.#heldHits >= MAX_HELD_HITS || this.#heldBytes + sized.bytes > MAX_HELD_BYTES) return false
    if (sized.bytes > room) return false
    const queue = this.#held.get(source)
    if (queue === undefined) this.#held.set(source, [sized])
    else queue.push(sized)
    this.#heldHits++
    this.#heldBytes += sized.bytes
    return true
  }
}
