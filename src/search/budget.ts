/**
 * Dividing a budget: how many copies of a query may go out, and what each may spend behind it.
 */

/** What receiver `index` of `copies` gets of `budget`, after 1 was paid for each copy. Shares differ by at most 1. */
export function budgetShare(budget: number, copies: number, index: number): number {
  const left = Math.max(0, budget - copies)
  return Math.floor(left / copies) + (index < left % copies ? 1 : 0)
}
