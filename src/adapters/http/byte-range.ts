/**
 * The Range header for one range of bytes (RFC 9110, section 14).
 */

/** `end` is the byte behind the last one. */
export interface ByteRange {
  start: number
  end: number
}

/**
 * The range that is asked for; undefined means all of it, as section 14.2 has it for what is not understood, several
 * ranges at once among it. `unsatisfiable`: none of these bytes is there.
 */
export function parseRange(
  header: string | undefined,
  size: number
): ByteRange | 'unsatisfiable' | undefined {
  const [, first, last] = /^bytes=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(header ?? '') ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined
  if (first === '') {
    const count = Number(last)
    return count === 0 || size === 0 ? 'unsatisfiable' : { start: Math.max(0, size - count), end: size }
  }
  const start = Number(first)
  if (last !== '' && Number(last) < start) return undefined
  if (start >= size) return 'unsatisfiable'
  return { start, end: last === '' ? size : Math.min(size, Number(last) + 1) }
}
