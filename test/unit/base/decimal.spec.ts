import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  addDecimals,
  compareDecimals,
  type Decimal,
  DecimalError,
  type DecimalFault,
  divideDecimal,
  formatDecimal,
  MAX_VALUE_DIGITS,
  multiplyDecimal,
  parseDecimal,
  QUOTIENT_DIGITS,
  ZERO
} from '../../../src/base/decimal.ts'

const digits = (max: number) => fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: max })
const anyText = fc
  .record({ sign: fc.constantFrom('', '-', '+'), whole: digits(40), fraction: digits(40) })
  .filter(({ whole, fraction }) => whole + fraction !== '')
  .map(({ sign, whole, fraction }) => `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`)
const anyDecimal = anyText.map(text => parseDecimal(text))
const add = (...texts: string[]) =>
  formatDecimal(texts.map(text => parseDecimal(text)).reduce(addDecimals, ZERO))

/** The number as a fraction over 10^90, which all of the above have. */
const over = ({ unscaled, scale }: Decimal): bigint => unscaled * 10n ** BigInt(90 - scale)
const fault = (expected: DecimalFault) => (error: unknown) => {
  assert.ok(error instanceof DecimalError)
  assert.deepEqual(error.fault, expected)
  return true
}

describe('a decimal', () => {
  const forms: [text: string, shortest: string][] = [
    ['12', '12'],
    ['-3.5', '-3.5'],
    ['+.50', '0.5'],
    ['007.0', '7'],
    ['5.', '5'],
    ['-0', '0'],
    ['-0.000', '0'],
    ['0.001', '0.001'],
    ['100', '100'],
    ['9'.repeat(MAX_VALUE_DIGITS), '9'.repeat(MAX_VALUE_DIGITS)],
    [`0.${'0'.repeat(MAX_VALUE_DIGITS - 1)}1`, `0.${'0'.repeat(MAX_VALUE_DIGITS - 1)}1`]
  ]
  for (const [text, shortest] of forms) {
    it(`reads ${text.slice(0, 20)} and writes it as short as can be`, () => {
      assert.equal(formatDecimal(parseDecimal(text)), shortest)
    })
  }

  const wrong = [
    '',
    ' ',
    '.',
    '-',
    '+.',
    'abc',
    '1,5',
    '1e3',
    '1 2',
    '0x10',
    '--1',
    '1.2.3',
    'NaN',
    'Infinity',
    '１２',
    '12\n'
  ]
  for (const text of wrong) {
    it(`is not ${JSON.stringify(text)}`, () =>
      assert.throws(() => parseDecimal(text), fault({ code: 'malformed' })))
  }

  it('has at most as many digits as it may', () => {
    const tooLong = fault({ code: 'too-long', limit: 1_000 })
    for (const text of [
      '1'.repeat(1_001),
      `0.${'0'.repeat(1_000)}1`,
      '1'.repeat(10_000),
      `-${'1'.repeat(600)}.${'1'.repeat(401)}`
    ]) {
      assert.throws(() => parseDecimal(text), tooLong)
    }
    assert.throws(() => parseDecimal('123', 2), fault({ code: 'too-long', limit: 2 }))
    assert.throws(() => parseDecimal('x'.repeat(10_000)), fault({ code: 'malformed' }))
  })

  it('is the same after a turn through text', () => {
    fc.assert(fc.property(anyDecimal, it => assert.deepEqual(parseDecimal(formatDecimal(it)), it)))
  })

  it('has one form only, whatever zeros it was written with', () => {
    fc.assert(
      fc.property(anyText, fc.nat({ max: 9 }), (text, zeros) => {
        const padded = `${text}${text.includes('.') ? '' : '.'}${'0'.repeat(zeros)}`
        assert.deepEqual(parseDecimal(padded), parseDecimal(text))
      })
    )
  })

  it('is added exactly', () => {
    assert.equal(add('0.1', '0.2'), '0.3')
    assert.equal(add('0.5', '0.5'), '1')
    assert.equal(add('1e3'.replace('e3', '000'), '-1000.00'), '0')
    assert.equal(add('9'.repeat(1_000), '1'), `1${'0'.repeat(1_000)}`)
    fc.assert(
      fc.property(anyDecimal, anyDecimal, (a, b) => assert.equal(over(addDecimals(a, b)), over(a) + over(b)))
    )
  })

  it('adds up to the same in any order', () => {
    fc.assert(
      fc.property(fc.array(anyDecimal, { maxLength: 12 }), list => {
        assert.deepEqual(list.reduce(addDecimals, ZERO), list.toReversed().reduce(addDecimals, ZERO))
      })
    )
  })

  it('is compared exactly', () => {
    fc.assert(
      fc.property(anyDecimal, anyDecimal, (a, b) => {
        const expected = over(a) < over(b) ? -1 : over(a) > over(b) ? 1 : 0
        assert.equal(compareDecimals(a, b), expected)
      })
    )
  })

  it('is multiplied exactly', () => {
    fc.assert(
      fc.property(anyDecimal, fc.nat({ max: 1e13 }), (a, times) => {
        assert.equal(over(multiplyDecimal(a, times)), over(a) * BigInt(times))
      })
    )
  })

  const quotients: [dividend: string, by: number, value: string, exact: boolean][] = [
    ['10', 4, '2.5', true],
    ['-1', 8, '-0.125', true],
    ['0', 7, '0', true],
    ['21', 7, '3', true],
    ['0.3', 3, '0.1', true],
    ['1', 3, '0.33333333333333333333', false],
    ['2', 3, '0.66666666666666666667', false],
    ['-2', 3, '-0.66666666666666666667', false],
    ['0.1', 3, '0.033333333333333333333', false],
    ['1', 2 ** 43, formatDecimal({ unscaled: 5n ** 43n, scale: 43 }), true]
  ]
  for (const [dividend, by, value, exact] of quotients) {
    it(`${dividend} divided by ${by} is ${value}`, () => {
      const quotient = divideDecimal(parseDecimal(dividend), by)
      assert.deepEqual([formatDecimal(quotient.value), quotient.exact], [value, exact])
    })
  }

  it('is divided exactly when that is possible, else to the nearest', () => {
    fc.assert(
      fc.property(anyDecimal, fc.integer({ min: 1, max: 1e6 }), (dividend, by) => {
        const { value, exact } = divideDecimal(dividend, by)
        const back = multiplyDecimal(value, by)
        if (exact) assert.deepEqual(back, dividend)
        else {
          // Off by at most half a unit of the last digit, times the divisor.
          const off = addDecimals(back, multiplyDecimal(dividend, -1))
          const most = { unscaled: BigInt(by) * 5n, scale: dividend.scale + QUOTIENT_DIGITS + 1 }
          assert.ok(compareDecimals(off, most) <= 0 && compareDecimals(multiplyDecimal(off, -1), most) <= 0)
        }
      })
    )
  })

  it('divided by a product of twos and fives always ends', () => {
    fc.assert(
      fc.property(anyDecimal, fc.nat({ max: 12 }), fc.nat({ max: 8 }), (dividend, twos, fives) => {
        assert.ok(divideDecimal(dividend, 2 ** twos * 5 ** fives).exact)
      })
    )
  })
})
