/**
 * How long the same thing takes, many times: by the clock, and in time of this thread, which a busy machine does not change.
 */
export class Times {
  readonly #wall: number[] = []
  readonly #cpu: number[] = []

  measure(run: () => void): void {
    const start = performance.now()
    const before = process.threadCpuUsage()
    run()
    const { user, system } = process.threadCpuUsage(before)
    this.#cpu.push((user + system) / 1_000)
    this.#wall.push(performance.now() - start)
  }

  /** ms by the clock that a part of all runs, from 0 to 1, stayed under. */
  wall(part: number): number {
    return quantile(this.#wall, part)
  }

  cpu(part: number): number {
    return quantile(this.#cpu, part)
  }

  get cpuSum(): number {
    return this.#cpu.reduce((sum, time) => sum + time, 0)
  }
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] as number
}
