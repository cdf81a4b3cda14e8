/** Counts things by name, most of all why something was dropped. */
export class Counters<Name extends string = string> {
  readonly #counts = new Map<Name, number>()

  add(name: Name, by = 1): void {
    this.#counts.set(name, this.get(name) + by)
  }

  get(name: Name): number {
    return this.#counts.get(name) ?? 0
  }

  toJSON(): Record<string, number> {
    return Object.fromEntries(this.#counts)
  }
}
