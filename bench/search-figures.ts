/**
 * Figures of the search benchmarks as text.
 */

export function at(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN
}

export function both(values: readonly number[]): string {
  return `${ms(at(values, 0.5))} / ${ms(at(values, 0.99))}`
}

export function ms(value: number): string {
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`
}

export function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`
}
