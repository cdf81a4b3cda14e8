/**
 * Which results of a lookup two holders gave independently: what only one tells may be its invention, and what liars tell
 * does not count.
 */
export class Agreement<Peer> {
  readonly #tellers = new Map<string, Set<Peer>>()
  readonly #isLiar: (peer: Peer) => boolean

  constructor(isLiar: (peer: Peer) => boolean = () => false) {
    this.#isLiar = isLiar
  }

  /** Notes what a holder told, and says of how many of these results it is the second teller who is not known to lie. */
  note(peer: Peer, cids: Iterable<string>): number {
    if (this.#isLiar(peer)) return 0
    let agreed = 0
    for (const cid of cids) {
      const tellers = this.#tellers.get(cid) ?? new Set()
      this.#tellers.set(cid, tellers)
      const others = [...tellers].filter(other => other !== peer && !this.#isLiar(other))
      if (others.length === 1 && !tellers.has(peer)) agreed++
      tellers.add(peer)
    }
    return agreed
  }
}
