/**
 * A fixed number of flags, one bit each. Bit i lies in byte i >> 3 at value 1 << (i & 7).
 */
export class Bitset {
  readonly size: number
  readonly #bytes: Uint8Array
  #count = 0

  constructor(size: number) {
    this.size = size
    this.#bytes = new Uint8Array(Math.ceil(size / 8))
  }

  /**
   * A copy of flags in the form of `toBytes`. Bits past `size` are ignored.
   *
   * @throws RangeError when `bytes` is not as long as `size` asks for
   */
  static fromBytes(bytes: Uint8Array, size: number): Bitset {
    const set = new Bitset(size)
    if (bytes.length !== set.#bytes.length) {
      throw new RangeError(`${size} flags take ${set.#bytes.length} bytes, got ${bytes.length}`)
    }
    for (let i = 0; i < size; i++) if (((bytes[i >> 3] as number) >> (i & 7)) & 1) set.add(i)
    return set
  }

  static full(size: number): Bitset {
    const set = new Bitset(size)
    for (let i = 0; i < size; i++) set.add(i)
    return set
  }

  /** How many flags are set. */
  get count(): number {
    return this.#count
  }

  has(i: number): boolean {
    return i >= 0 && i < this.size && (((this.#bytes[i >> 3] as number) >> (i & 7)) & 1) === 1
  }

  add(i: number): void {
    if (i < 0 || i >= this.size) throw new RangeError(`flag ${i} of ${this.size}`)
    if (this.has(i)) return
    this.#bytes[i >> 3] = (this.#bytes[i >> 3] as number) | (1 << (i & 7))
    this.#count++
  }

  delete(i: number): void {
    if (!this.has(i)) return
    this.#bytes[i >> 3] = (this.#bytes[i >> 3] as number) & ~(1 << (i & 7))
    this.#count--
  }

  toBytes(): Uint8Array {
    return this.#bytes.slice()
  }
}
