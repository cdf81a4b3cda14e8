/**
 * Which results of a lookup two holders gave independently: what only one tells may be its invention.
 */
export class Agreement<Peer> {
  readonly #tellers = new Map<string, Set<Peer>>()

  /** Notes what a holder told, and says of how many of these results it is the second teller. */
  note(peer: Peer, cids: Iterable<string>): number {
    let agreed = 0
    for (const cid of cids) {
      const tellers = this.#tellers.get(cid) ?? new Set()
      this.#tellers.set(cid, tellers)
      const before = tellers.size
      tellers.add(peer)
      if (before === 1 && tellers.size === 2) agreed++
    }
    return agreed
  }
}
