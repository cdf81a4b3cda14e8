/**
 * Remembers keys for a while, in bounded space.
 *
 * Two generations: new keys go into the young one; when it is full or old enough, it becomes the old one and the
 * former old one is dropped whole. So a key lives between one and two half-lives, and forgetting costs nothing
 * per key. After gtk-gnutella's `core/dh.c`.
 */
export class SeenTable<K, V> {
  readonly #lifetimeMs: number
  readonly #capacity: number
  #young = new Map<K, V>()
  #old = new Map<K, V>()
  #turnedAt: number

  /** Keeps a key at least `lifetimeMs`, unless more than `capacity` keys come within that time. */
  constructor(options: { lifetimeMs: number; capacity: number }, now: number) {
    this.#lifetimeMs = options.lifetimeMs
    this.#capacity = options.capacity
    this.#turnedAt = now
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  get(key: K): V | undefined {
    return this.#young.get(key) ?? this.#old.get(key)
  }

  has(key: K): boolean {
    return this.#young.has(key) || this.#old.has(key)
  }

  set(key: K, value: V, now: number): void {
    if (this.#young.size >= this.#capacity / 2 || now - this.#turnedAt >= this.#lifetimeMs) {
      this.#old = this.#young
      this.#young = new Map()
      this.#turnedAt = now
    }
    this.#old.delete(key)
    this.#young.set(key, value)
  }
}
