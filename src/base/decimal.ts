/**
 * Decimals of any size, exact: a whole number and how many of its digits stand behind the point.
 */

/** Digits of a value before and behind the point together, when nothing else is asked for. Nobody measures more finely. */
export const MAX_VALUE_DIGITS = 1_000
/** Digits behind the last one of the dividend, of a quotient that does not end. */
export const QUOTIENT_DIGITS = 20

/** `unscaled / 10 ** scale`. In its shortest form, so that equal numbers are deeply equal: the last digit behind the point is not 0. */
export interface Decimal {
  readonly unscaled: bigint
  readonly scale: number
}

export const ZERO: Decimal = { unscaled: 0n, scale: 0 }

export type DecimalFault = { code: 'malformed' } | { code: 'too-long'; limit: number }

/** A text that is no decimal, or too long a one. */
export class DecimalError extends Error {
  override readonly name = 'DecimalError'
  readonly fault: DecimalFault

  constructor(fault: DecimalFault) {
    super(fault.code === 'malformed' ? 'not a decimal number' : `has more than ${fault.limit} digits`)
    this.fault = fault
  }
}

/** A sign, the point and the 0 before it. */
const NO_DIGITS = 3

/**
 * Reads `12`, `-3.5`, `+.5`, `007.0`: no exponents, no separators of thousands.
 *
 * @param maxDigits - of the shortest form; a text that is longer by idle zeros is refused, too
 * @throws DecimalError
 */
export function parseDecimal(text: string, maxDigits = MAX_VALUE_DIGITS): Decimal {
  if (text.length > maxDigits + NO_DIGITS) throw tooLongOrWrong(text, maxDigits)
  const [, sign, whole = '', fraction = ''] = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text) ?? []
  if (sign === undefined || whole + fraction === '') throw new DecimalError({ code: 'malformed' })
  const before = whole.replace(/^0+/, '')
  const behind = fraction.replace(/0+$/, '')
  if (before.length + behind.length > maxDigits)
    throw new DecimalError({ code: 'too-long', limit: maxDigits })
  const magnitude = BigInt(before + behind)
  return { unscaled: sign === '-' ? -magnitude : magnitude, scale: behind.length }
}

/** The shortest text: `-3.5`, `0.05`, `12`. `parseDecimal` reads it back. */
export function formatDecimal({ unscaled, scale }: Decimal): string {
  const sign = unscaled < 0n ? '-' : ''
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString()
  if (scale === 0) return sign + digits
  const padded = digits.padStart(scale + 1, '0')
  return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`
}

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale)
  return shortest(atScale(a, scale) + atScale(b, scale), scale)
}

/** Below 0 when `a` is smaller, above when it is larger. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const scale = Math.max(a.scale, b.scale)
  const [left, right] = [atScale(a, scale), atScale(b, scale)]
  return left < right ? -1 : left > right ? 1 : 0
}

/** @param times - a whole number */
export function multiplyDecimal({ unscaled, scale }: Decimal, times: number): Decimal {
  return shortest(unscaled * BigInt(times), scale)
}

export interface Quotient {
  value: Decimal
  /** False: it does not end, and was rounded to `QUOTIENT_DIGITS` more digits than the dividend has, half to even. */
  exact: boolean
}

/** @param by - a whole number from 1 */
export function divideDecimal({ unscaled, scale }: Decimal, by: number): Quotient {
  const divisor = BigInt(by)
  const ending = endingDigits(divisor / gcd(unscaled < 0n ? -unscaled : unscaled, divisor))
  if (ending !== undefined) {
    return { value: shortest((unscaled * 10n ** BigInt(ending)) / divisor, scale + ending), exact: true }
  }
  const shifted = unscaled * 10n ** BigInt(QUOTIENT_DIGITS)
  return { value: shortest(divideHalfEven(shifted, divisor), scale + QUOTIENT_DIGITS), exact: false }
}

/** A long text is told to be too long only when it would have been a number. The digits are not worth a scan of megabytes. */
function tooLongOrWrong(text: string, limit: number): DecimalError {
  const start = text.slice(0, limit)
  return new DecimalError(
    /^[+-]?\d*\.?\d*$/.test(start) ? { code: 'too-long', limit } : { code: 'malformed' }
  )
}

function atScale({ unscaled, scale }: Decimal, wanted: number): bigint {
  return scale === wanted ? unscaled : unscaled * 10n ** BigInt(wanted - scale)
}

function shortest(unscaled: bigint, scale: number): Decimal {
  let [rest, digits] = [unscaled, scale]
  while (digits > 0 && rest % 10n === 0n) {
    rest /= 10n
    digits--
  }
  return { unscaled: rest, scale: digits }
}

/** Digits that 1 / `divisor` takes behind the point; undefined when they never end. */
function endingDigits(divisor: bigint): number | undefined {
  let rest = divisor
  let [twos, fives] = [0, 0]
  for (; rest % 2n === 0n; rest /= 2n) twos++
  for (; rest % 5n === 0n; rest /= 5n) fives++
  return rest === 1n ? Math.max(twos, fives) : undefined
}

function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor
  const rest = dividend - quotient * divisor
  const twice = rest < 0n ? -2n * rest : 2n * rest
  const isUp = twice > divisor || (twice === divisor && quotient % 2n !== 0n)
  if (!isUp) return quotient
  return dividend < 0n ? quotient - 1n : quotient + 1n
}

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b]
  while (y !== 0n) [x, y] = [y, x % y]
  return x
}
