/**
 * Dividing a budget: how many copies of a query may go out, and what each may spend behind it.
 */

/** Shares of `budget` for `copies` receivers after 1 was paid for each copy; they differ by at most 1. */
export function splitBudget(budget: number, copies: number): number[] {
  const left = Math.max(0, budget - copies)
  const share = Math.floor(left / copies)
  const rest = left % copies
  return Array.from({ length: copies }, (_, i) => (i < rest ? share + 1 : share))
}
