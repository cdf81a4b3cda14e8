/**
 * A report as a picture: what a query costs and whether it succeeds, strategy by strategy.
 */
import type { ClassReport, SimReport } from './report.ts'
import { QUERY_CLASSES, type QueryClass } from './workload.ts'

const WIDTH = 760
const LEFT = 70
const RIGHT = 130
const PANEL_HEIGHT = 190
const GAP = 60
const TOP = 50
const HEIGHT = TOP + 2 * PANEL_HEIGHT + GAP + 40
/** Told apart also by those who do not see red and green alike (Okabe and Ito). */
const COLOURS: Record<QueryClass, string> = {
  singleton: '#d55e00',
  rare: '#e69f00',
  popular: '#0072b2',
  none: '#777777'
}
const STYLE =
  'text{font:12px sans-serif;fill:#222}.title{font-size:15px;font-weight:bold}.grid{stroke:#ddd}.axis{stroke:#888}'

interface Panel {
  title: string
  top: number
  /** From 0 at the bottom to 1 at the top. */
  place: (value: number) => number
  ticks: Array<{ value: number; label: string }>
  value: (report: ClassReport) => number | null
  label: (value: number) => string
}

/** An SVG document. */
export function plot(report: SimReport): string {
  const panels = [costPanel(report), successPanel()]
  const title = `${report.nodes.toLocaleString('en')} nodes${conditions(report)}, seed ${report.seed}`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">`,
    `<title>${title}</title>`,
    `<style>${STYLE}</style>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text(LEFT, 24, title, 'class="title"'),
    ...panels.flatMap(panel => drawPanel(panel, report)),
    ...legend(),
    '</svg>',
    ''
  ].join('\n')
}

function conditions({ sessionMs, droppers, spammers }: SimReport): string {
  const percent = (part: number): string => `${Math.round(part * 100)} %`
  return [
    sessionMs === null ? '' : `, sessions of ${Math.round(sessionMs / 60_000)} minutes`,
    droppers === 0 ? '' : `, ${percent(droppers)} droppers`,
    spammers === 0 ? '' : `, ${percent(spammers)} spammers`
  ].join('')
}

/** Powers of ten, as far as there are values. */
function costPanel({ strategies }: SimReport): Panel {
  const most = Math.max(10, ...strategies.flatMap(({ classes }) => classes.map(({ messages }) => messages)))
  const decades = Math.ceil(Math.log10(most))
  return {
    title: 'messages per query, in the whole network',
    top: TOP,
    place: value => Math.log10(Math.max(1, value)) / decades,
    ticks: Array.from({ length: decades + 1 }, (_, i) => ({
      value: 10 ** i,
      label: (10 ** i).toLocaleString('en')
    })),
    value: ({ messages }) => messages,
    label: value => Math.round(value).toLocaleString('en')
  }
}

function successPanel(): Panel {
  return {
    title: 'queries that found what was meant (those for nothing: that showed nothing)',
    top: TOP + PANEL_HEIGHT + GAP,
    place: value => value,
    ticks: [0, 0.25, 0.5, 0.75, 1].map(value => ({ value, label: `${100 * value} %` })),
    value: ({ success }) => success,
    label: value => `${(100 * value).toFixed(value > 0.99 && value < 1 ? 1 : 0)} %`
  }
}

function drawPanel(panel: Panel, { strategies }: SimReport): string[] {
  const { title, top, place, ticks, value, label } = panel
  const y = (of: number): number => top + PANEL_HEIGHT * (1 - place(of))
  const group = (WIDTH - LEFT - RIGHT) / strategies.length
  const bar = (0.8 * group) / QUERY_CLASSES.length
  const parts = [text(LEFT, top - 8, title)]
  for (const tick of ticks) {
    parts.push(line(LEFT, y(tick.value), WIDTH - RIGHT, y(tick.value), 'grid'))
    parts.push(text(LEFT - 8, y(tick.value) + 4, tick.label, 'text-anchor="end"'))
  }
  for (const [i, { strategy, classes }] of strategies.entries()) {
    const start = LEFT + i * group + 0.1 * group
    parts.push(text(start + 0.4 * group, top + PANEL_HEIGHT + 18, strategy, 'text-anchor="middle"'))
    for (const [j, report] of classes.entries()) {
      const shown = value(report)
      if (shown === null || report.queries === 0) continue
      const [x, at] = [start + j * bar, y(shown)]
      const height = top + PANEL_HEIGHT - at
      const hover = `<title>${strategy}, ${report.class}: ${label(shown)}</title>`
      const place = `x="${num(x)}" y="${num(at)}" width="${num(bar - 2)}" height="${num(height)}"`
      parts.push(`<rect ${place} fill="${COLOURS[report.class]}">${hover}</rect>`)
      // Narrow bars have no room for a number; hovering shows it.
      if (bar > 26) parts.push(text(x + bar / 2 - 1, at - 3, label(shown), 'text-anchor="middle"'))
    }
  }
  parts.push(line(LEFT, top + PANEL_HEIGHT, WIDTH - RIGHT, top + PANEL_HEIGHT, 'axis'))
  return parts
}

function legend(): string[] {
  return QUERY_CLASSES.flatMap((name, i) => {
    const [x, y] = [WIDTH - RIGHT + 20, TOP + 20 * i]
    return [
      `<rect x="${x}" y="${y}" width="12" height="12" fill="${COLOURS[name]}"/>`,
      text(x + 18, y + 10, name)
    ]
  })
}

function text(x: number, y: number, content: string, more = ''): string {
  return `<text x="${num(x)}" y="${num(y)}"${more === '' ? '' : ` ${more}`}>${content}</text>`
}

function line(x1: number, y1: number, x2: number, y2: number, kind: string): string {
  return `<line x1="${num(x1)}" y1="${num(y1)}" x2="${num(x2)}" y2="${num(y2)}" class="${kind}"/>`
}

function num(value: number): string {
  return String(Math.round(value * 10) / 10)
}
