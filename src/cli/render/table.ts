/**
 * Aligned columns. Every cell is made safe here, so no command can forget it.
 */
import { safe, width } from './safe-text.ts'

export interface Column<Row> {
  title: string
  of(row: Row): string
  /** For numbers. */
  right?: boolean
}

/** Lines with a heading, or nothing at all for no rows. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  if (rows.length === 0) return ''
  const lines = [
    columns.map(column => column.title),
    ...rows.map(row => columns.map(column => safe(column.of(row))))
  ]
  const widths = columns.map((_, i) =>
    lines.reduce((most, line) => Math.max(most, width(line[i] as string)), 0)
  )
  return lines
    .map(line => line.map((cell, i) => pad(cell, widths[i] as number, columns[i]?.right)).join('  '))
    .map(line => `${line.trimEnd()}\n`)
    .join('')
}

/** Names and values, one pair a line. */
export function pairs(rows: readonly (readonly [name: string, value: string])[]): string {
  const widest = Math.max(0, ...rows.map(([name]) => width(safe(name))))
  return rows
    .map(([name, value]) => `${pad(safe(name), widest)}  ${safe(value)}`.trimEnd())
    .join('\n')
    .concat('\n')
}

export function pad(cell: string, columns: number, right = false): string {
  const space = ' '.repeat(Math.max(0, columns - width(cell)))
  return right ? space + cell : cell + space
}
