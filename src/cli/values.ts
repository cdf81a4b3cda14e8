/**
 * Reading what people type: durations, sizes, whole numbers, choices, addresses.
 *
 * Every refusal names the field, the value and a right one.
 */
import { badValue } from './errors.ts'

const MS_BY_UNIT: Readonly<Record<string, number>> = {
  '': 1_000,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000
}
const EXPONENT_BY_PREFIX: Readonly<Record<string, number>> = { '': 0, k: 1, m: 2, g: 3, t: 4, p: 5 }

/** Milliseconds of `10`, `10s`, `1.5m`, `1h`: a bare number is seconds. */
export function parseDurationMs(field: string, text: string, maxMs: number): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?$/i.exec(text.trim()) ?? []
  const ms = Math.round(Number(number) * (MS_BY_UNIT[unit.toLowerCase()] as number))
  if (number === '' || ms < 1 || ms > maxMs) {
    throw badValue(field, text, `a duration of at most ${maxMs / 1_000} s`, '10s, 2m or 1h')
  }
  return ms
}

/** Bytes of `10MB` (powers of 1,000), `10MiB` (powers of 1,024), or a bare number. */
export function parseSizeBytes(field: string, text: string): number {
  const [, number = '', prefix = '', binary] = /^(\d+(?:\.\d+)?)\s*([kmgtp]?)(i)?b?$/i.exec(text.trim()) ?? []
  const exponent = EXPONENT_BY_PREFIX[prefix.toLowerCase()] as number
  const bytes = Math.round(Number(number) * (binary === undefined ? 1_000 : 1_024) ** exponent)
  if (number === '' || (binary !== undefined && prefix === '') || !Number.isSafeInteger(bytes)) {
    throw badValue(field, text, 'a size', '10MB or 1.5GiB')
  }
  return bytes
}

/** Slower than this a block takes longer than peers wait for it, bytes/s. */
const MIN_RATE = 64 * 1_024

/** Bytes per second of `500KB`, `2MiB/s`. */
export function parseRate(field: string, text: string): number {
  const rate = parseSizeBytes(field, text.trim().replace(/\/s$/i, ''))
  if (rate < MIN_RATE)
    throw badValue(field, text, `a rate of at least ${MIN_RATE / 1_024} KiB/s`, '500KB or 2MiB')
  return rate
}

export function parseWhole(field: string, text: string, { min, max }: { min: number; max: number }): number {
  const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= min && value <= max)) {
    throw badValue(field, text, `a whole number from ${min} to ${max}`, String(Math.min(min + 3, max)))
  }
  return value
}

/** A part of a whole, 0 to 1, of `10%` or `10`. */
export function parsePercent(field: string, text: string): number {
  const percent = Number(/^(\d+(?:\.\d+)?)\s*%?$/.exec(text.trim())?.[1] ?? Number.NaN)
  if (!(percent <= 100)) throw badValue(field, text, 'a percentage from 0% to 100%', '10%')
  return percent / 100
}

export function parseChoice<const T extends string>(field: string, text: string, choices: readonly T[]): T {
  const found = choices.find(choice => choice === text)
  if (found === undefined) throw badValue(field, text, `one of ${choices.join(', ')}`, choices[0] as string)
  return found
}

/** `host:port`, `[::1]:port`, or a bare port of loopback. */
export function parseHostPort(field: string, text: string): { host: string; port: number } {
  const bare = /^\d+$/.test(text) ? `127.0.0.1:${text}` : text
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-f:.]+)\]|([^:[\]/\s]+)):(\d{1,5})$/i.exec(bare) ?? []
  const host = bracketed ?? plain
  const port = Number(digits)
  if (host === undefined || !(port <= 65_535)) throw badValue(field, text, 'HOST:PORT', '127.0.0.1:4800')
  return { host, port }
}

/** A multiaddr as far as its form goes; the node knows the protocols. */
export function checkMultiaddr(field: string, text: string, example: string): string {
  if (!/^\/[a-z0-9-]+(\/[^/\s]+)+\/?$/i.test(text)) throw badValue(field, text, 'a multiaddr', example)
  return text
}

/** Yes or no of an environment variable; unset or empty is undefined. */
export function parseYesNo(field: string, text: string | undefined): boolean | undefined {
  if (text === undefined || text === '') return undefined
  if (/^(1|true|yes|on)$/i.test(text)) return true
  if (/^(0|false|no|off)$/i.test(text)) return false
  throw badValue(field, text, 'yes or no', '1 or 0')
}
