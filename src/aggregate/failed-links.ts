/**
 * Links of one question behind which nodes may be missing: as many as an answer can name, the others counted.
 */
import type { PeerKey } from '../base/ports.ts'
import type { FailedLink } from '../wire/aggregate-message.ts'
import { MAX_FAILED_LINKS, MAX_REPORT_COUNT } from '../wire/limits.ts'

export class FailedLinks {
  readonly #links = new Map<string, FailedLink>()
  #more = 0

  add(link: FailedLink): void {
    const key = keyOf(link.from, link.to)
    if (this.#links.has(key)) return
    if (this.#links.size < MAX_FAILED_LINKS) this.#links.set(key, link)
    else this.addMore(1)
  }

  addMore(count: number): void {
    this.#more = Math.min(this.#more + count, MAX_REPORT_COUNT)
  }

  /** The link failed, but what is behind it takes part by another way. */
  forgive(from: PeerKey, to: PeerKey): void {
    this.#links.delete(keyOf(from, to))
  }

  get more(): number {
    return this.#more
  }

  /**
   * Without those that lead to a node which was counted: whoever was counted has told its own failed links the same way,
   * so nothing is missing behind it.
   */
  notLeadingTo(counted: ReadonlySet<PeerKey>): FailedLink[] {
    return [...this.#links.values()].filter(({ to }) => !counted.has(to))
  }
}

function keyOf(from: PeerKey, to: PeerKey): string {
  return `${from} ${to}`
}
