/**
 * Events in order of their time, equal times in the order they were added. Numbers only, in typed arrays: a flood
 * over 100,000 nodes has a million events.
 */
export class EventHeap {
  #times = new Float64Array(1_024)
  #orders = new Float64Array(1_024)
  #slots = new Int32Array(1_024)
  #size = 0
  #order = 0

  get size(): number {
    return this.#size
  }

  /** Time of the next event; Infinity when there is none. */
  get nextAt(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : (this.#times[0] as number)
  }

  /** @param slot - a number that the caller knows the event by */
  push(at: number, slot: number): void {
    if (this.#size === this.#times.length) this.#grow()
    const order = this.#order++
    let hole = this.#size++
    while (hole > 0) {
      const parent = (hole - 1) >> 1
      const time = this.#times[parent] as number
      if (time < at || (time === at && (this.#orders[parent] as number) < order)) break
      this.#move(parent, hole)
      hole = parent
    }
    this.#put(hole, at, order, slot)
  }

  /** Takes the next event out and gives its slot; undefined when there is none. */
  pop(): number | undefined {
    if (this.#size === 0) return undefined
    const slot = this.#slots[0] as number
    const last = --this.#size
    if (last > 0)
      this.#sift(this.#times[last] as number, this.#orders[last] as number, this.#slots[last] as number)
    return slot
  }

  clear(): void {
    this.#size = 0
  }

  /** Finds the place of an event that begins at the top. */
  #sift(at: number, order: number, slot: number): void {
    let hole = 0
    for (;;) {
      let child = 2 * hole + 1
      if (child >= this.#size) break
      if (child + 1 < this.#size && this.#isBefore(child + 1, child)) child++
      const time = this.#times[child] as number
      if (time > at || (time === at && (this.#orders[child] as number) > order)) break
      this.#move(child, hole)
      hole = child
    }
    this.#put(hole, at, order, slot)
  }

  #isBefore(a: number, b: number): boolean {
    const difference = (this.#times[a] as number) - (this.#times[b] as number)
    return difference < 0 || (difference === 0 && (this.#orders[a] as number) < (this.#orders[b] as number))
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#times[from] as number, this.#orders[from] as number, this.#slots[from] as number)
  }

  #put(at: number, time: number, order: number, slot: number): void {
    this.#times[at] = time
    this.#orders[at] = order
    this.#slots[at] = slot
  }

  #grow(): void {
    const length = 2 * this.#times.length
    const times = new Float64Array(length)
    const orders = new Float64Array(length)
    const slots = new Int32Array(length)
    times.set(this.#times)
    orders.set(this.#orders)
    slots.set(this.#slots)
    this.#times = times
    this.#orders = orders
    this.#slots = slots
  }
}
