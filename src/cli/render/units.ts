/**
 * Numbers for people.
 */
import type { TransferRates } from '../../node/api.ts'

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** `1.5 MiB`: three digits at most before the point, one behind it under 10. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1_023.5 && unit < UNITS.length - 1) {
    value /= 1_024
    unit++
  }
  const digits = unit === 0 || value >= 9.95 ? Math.round(value).toString() : value.toFixed(1)
  return `${digits} ${UNITS[unit]}`
}

export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`
}

/** `upload 2.0 MiB/s, download 500 KiB/s`; empty where nothing is limited. */
export function ratesText({ upload, peerUpload, download }: Partial<TransferRates>): string {
  const limits = [
    ['upload', upload],
    ['upload to each peer', peerUpload],
    ['download', download]
  ] as const
  return limits.flatMap(([what, rate]) => (rate == null ? [] : [`${what} ${formatRate(rate)}`])).join(', ')
}

/** `0.4 s`, `12 s`, `3m 05s`, `2h 10m`, `4d 3h`. */
export function formatDuration(ms: number): string {
  const s = ms / 1_000
  if (s < 1) return `${Math.round(ms)} ms`
  if (s < 9.95) return `${s.toFixed(1)} s`
  const whole = Math.round(s)
  const two = (n: number) => n.toString().padStart(2, '0')
  if (whole < 60) return `${whole} s`
  if (whole < 3_600) return `${Math.floor(whole / 60)}m ${two(whole % 60)}s`
  if (whole < 86_400) return `${Math.floor(whole / 3_600)}h ${two(Math.floor((whole % 3_600) / 60))}m`
  return `${Math.floor(whole / 86_400)}d ${Math.floor((whole % 86_400) / 3_600)}h`
}

/** `1 file`, `2 files`. */
export function count(n: number, noun: string): string {
  return `${n.toLocaleString('en')} ${n === 1 ? noun : `${noun}s`}`
}

/** Whole percents, 100 only when nothing is missing. */
export function percent(done: number, total: number | null): string {
  if (total === null) return '?'
  return total === 0 ? '100%' : `${Math.floor((100 * done) / total)}%`
}
