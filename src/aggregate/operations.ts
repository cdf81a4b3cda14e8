/**
 * What can be asked about the values of a network, and how the answer follows from their figure.
 */
import { type Decimal, divideDecimal } from '../base/decimal.ts'
import type { Figure } from '../wire/aggregate-message.ts'

export const OPERATIONS = ['sum', 'count', 'mean', 'min', 'max'] as const
export type Operation = (typeof OPERATIONS)[number]

/** `value` is null where there is none: the mean or an extreme of nothing. Not `exact`: rounded, as `divideDecimal` says. */
export function resultOf(operation: Operation, figure: Figure): { value: Decimal | null; exact: boolean } {
  const { values, sum, min, max } = figure
  switch (operation) {
    case 'sum':
      return { value: sum, exact: true }
    case 'count':
      return { value: { unscaled: BigInt(values), scale: 0 }, exact: true }
    case 'mean':
      return values === 0 ? { value: null, exact: true } : divideDecimal(sum, values)
    case 'min':
      return { value: min, exact: true }
    case 'max':
      return { value: max, exact: true }
  }
}
