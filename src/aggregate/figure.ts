/**
 * Adding up what nodes hold.
 */
import { addDecimals, compareDecimals, type Decimal, ZERO } from '../base/decimal.ts'
import type { Figure } from '../wire/aggregate-message.ts'

export const NO_VALUES: Figure = { values: 0, sum: ZERO, min: null, max: null }

export function figureOf(values: Iterable<Decimal>): Figure {
  let figure = NO_VALUES
  for (const value of values) figure = addFigures(figure, { values: 1, sum: value, min: value, max: value })
  return figure
}

export function addFigures(a: Figure, b: Figure): Figure {
  if (a.values === 0) return b
  if (b.values === 0) return a
  return {
    values: a.values + b.values,
    sum: addDecimals(a.sum, b.sum),
    min: extreme(a.min, b.min, -1),
    max: extreme(a.max, b.max, 1)
  }
}

/** Figures of several names, name by name. Both lists are as long. */
export function addEach(a: readonly Figure[], b: readonly Figure[]): Figure[] {
  return a.map((figure, i) => addFigures(figure, b[i] as Figure))
}

function extreme(a: Decimal | null, b: Decimal | null, sign: 1 | -1): Decimal | null {
  if (a === null || b === null) return a ?? b
  return sign * compareDecimals(a, b) >= 0 ? a : b
}
