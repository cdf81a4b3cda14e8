/**
 * Which cids have a record in the DHT, and whose turn it is. Pure.
 */
import { parseCid } from '../content/index.ts'

/**
 * A record is said again after this time, ms. Peers keep it for 48 h, and some of them leave before; the interval is that of
 * https://github.com/libp2p/specs/tree/master/kad-dht#content-provider-advertisement-and-discovery
 */
export const SAY_AGAIN_MS = 22 * 60 * 60_000

/** Of a record that was not said in this run. */
const UNSAID = Number.NEGATIVE_INFINITY

export class RecordPlan {
  /** When each chosen cid is due, ms; those that matter most come first. */
  #due = new Map<string, number>()
  #hashes = new Set<string>()

  /**
   * @param cids - those that matter most first
   * @returns cids with a record that are chosen no more
   */
  choose(cids: Iterable<string>): string[] {
    const before = this.#due
    this.#due = new Map()
    for (const cid of cids) this.#due.set(cid, before.get(cid) ?? UNSAID)
    this.#hashes = new Set([...this.#due.keys()].map(hashOf))
    return [...before].filter(([cid, dueAt]) => dueAt !== UNSAID && !this.#due.has(cid)).map(([cid]) => cid)
  }

  /** A record says the hash of a cid alone: any cid with the hash will do. */
  isChosen(cid: string): boolean {
    return this.#hashes.has(hashOf(cid))
  }

  /** The cid that has been due for longest; undefined when none is. */
  next(now: number): string | undefined {
    let next: string | undefined
    let earliest = now
    for (const [cid, dueAt] of this.#due) {
      if (dueAt > earliest || (dueAt === earliest && next !== undefined)) continue
      next = cid
      earliest = dueAt
    }
    return next
  }

  onSaid(cid: string, now: number): void {
    this.#put(cid, now + SAY_AGAIN_MS)
  }

  /** The record may have reached some, or nobody: it is the turn of all others first. */
  onFailed(cid: string, now: number): void {
    this.#put(cid, now)
  }

  #put(cid: string, dueAt: number): void {
    if (this.#due.has(cid)) this.#due.set(cid, dueAt)
  }
}

function hashOf(cid: string): string {
  return Buffer.from(parseCid(cid).digest).toString('base64')
}
