/**
 * Text of others on this terminal. A name may hold anything; a terminal obeys some of it.
 */

/**
 * Control characters, format characters (bidirectional overrides, zero-width and tags), line separators, and halves of
 * surrogate pairs. The two joiners stay: emoji and several scripts are written with them, and they move nothing.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu
const JOINERS = new Set(['\u200c', '\u200d'])
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** `text` with everything unsafe shown as an escape, such as `\u{202e}`. */
export function safe(text: string): string {
  return text.replace(UNSAFE, char => {
    if (JOINERS.has(char)) return char
    return SHORT[char] ?? `\\u{${(char.codePointAt(0) as number).toString(16)}}`
  })
}

/** One line of JSON that is safe on a terminal, too: what JSON leaves as it is and `safe` does not is escaped. */
export function jsonLine(value: unknown): string {
  const text = JSON.stringify(value)
  return `${text.replace(UNSAFE, char =>
    Array.from(
      { length: char.length },
      (_, i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`
    ).join('')
  )}\n`
}

const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff01-\uff60\p{Emoji_Presentation}]/u
const NARROWLESS = /[\p{M}\u200c\u200d]/u
const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** Columns that `text` takes. Near enough to Unicode TR 11: East Asian scripts and emoji take two. */
export function width(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  let columns = 0
  for (const { segment } of GRAPHEMES.segment(text)) columns += columnsOf(segment)
  return columns
}

/** The beginning of `text` that fits into `columns`, with an ellipsis where something is left out. */
export function shorten(text: string, columns: number): string {
  if (width(text) <= columns) return text
  let used = 0
  let kept = ''
  for (const { segment } of GRAPHEMES.segment(text)) {
    used += columnsOf(segment)
    if (used > columns - 1) break
    kept += segment
  }
  return `${kept}…`
}

function columnsOf(grapheme: string): number {
  if (WIDE.test(grapheme)) return 2
  return NARROWLESS.test(grapheme[0] as string) ? 0 : 1
}
