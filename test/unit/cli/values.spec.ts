import assert from 'node:assert/strict'
import type { CliError } from '../../../src/cli/errors.ts'
import {
  checkMultiaddr,
  parseChoice,
  parseDurationMs,
  parseHostPort,
  parseSizeBytes,
  parseWhole,
  parseYesNo
} from '../../../src/cli/values.ts'

const HOUR = 3_600_000

describe('values', () => {
  const durations: [string, number | undefined][] = [
    ['10', 10_000],
    ['10s', 10_000],
    ['1.5m', 90_000],
    ['1h', HOUR],
    ['250ms', 250],
    ['0', undefined],
    ['-5', undefined],
    ['2h', undefined],
    ['soon', undefined],
    ['', undefined]
  ]
  for (const [text, ms] of durations) {
    it(`reads the duration ${JSON.stringify(text)} as ${ms ?? 'nonsense'}`, () => {
      if (ms === undefined) assert.throws(() => parseDurationMs('--timeout', text, HOUR))
      else assert.equal(parseDurationMs('--timeout', text, HOUR), ms)
    })
  }

  const sizes: [string, number | undefined][] = [
    ['0', 0],
    ['10', 10],
    ['10B', 10],
    ['10MB', 10_000_000],
    ['10m', 10_000_000],
    ['1.5GiB', 1_610_612_736],
    ['10 KiB', 10_240],
    ['10iB', undefined],
    ['-1', undefined],
    ['9999PB', undefined],
    ['big', undefined]
  ]
  for (const [text, bytes] of sizes) {
    it(`reads the size ${JSON.stringify(text)} as ${bytes ?? 'nonsense'}`, () => {
      if (bytes === undefined) assert.throws(() => parseSizeBytes('--pledge', text))
      else assert.equal(parseSizeBytes('--pledge', text), bytes)
    })
  }

  const addresses: [string, { host: string; port: number } | undefined][] = [
    ['127.0.0.1:4800', { host: '127.0.0.1', port: 4_800 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
    ['[::1]:80', { host: '::1', port: 80 }],
    ['4900', { host: '127.0.0.1', port: 4_900 }],
    ['::1:80', undefined],
    ['localhost', undefined],
    ['localhost:65536', undefined],
    ['http://localhost:1', undefined]
  ]
  for (const [text, expected] of addresses) {
    it(`reads the API address ${text} as ${JSON.stringify(expected) ?? 'nonsense'}`, () => {
      if (expected === undefined) assert.throws(() => parseHostPort('--api', text))
      else assert.deepEqual(parseHostPort('--api', text), expected)
    })
  }

  it('names the field, the value and a right one in a refusal', () => {
    const field = (error: CliError) => {
      assert.equal(error.code, 'bad-input')
      assert.equal(error.field, 'ttl')
      assert.match(error.message, /--ttl.*1 to 7.*"8".*for example: 4/)
      return true
    }
    assert.throws(() => parseWhole('--ttl', '8', { min: 1, max: 7 }), field)
    assert.throws(() => parseWhole('--ttl', '1e0', { min: 1, max: 7 }))
    assert.throws(() => parseChoice('--strategy', 'fast', ['auto', 'flood']), /auto, flood/)
  })

  it('tells multiaddrs from other text', () => {
    assert.equal(checkMultiaddr('--bootstrap', '/ip4/1.2.3.4/tcp/1', ''), '/ip4/1.2.3.4/tcp/1')
    for (const text of ['1.2.3.4:80', '', '/', '/ip4', 'x/ip4/1']) {
      assert.throws(() => checkMultiaddr('--bootstrap', text, '/ip4/…'), text)
    }
  })

  it('reads yes and no', () => {
    assert.deepEqual(
      ['1', 'yes', 'TRUE', '0', 'off', '', undefined].map(text => parseYesNo('X', text)),
      [true, true, true, false, false, undefined, undefined]
    )
    assert.throws(() => parseYesNo('X', 'maybe'))
  })
})
