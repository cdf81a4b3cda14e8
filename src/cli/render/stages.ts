/**
 * What the stages of a search cost, how far they went, and what was dropped.
 */
import type { StageReport } from '../../node/api.ts'
import { safe } from './safe-text.ts'
import { pad, table } from './table.ts'
import { formatBytes, formatDuration } from './units.ts'

const STAGE_COLUMNS = 10

export function stageTable(stages: readonly StageReport[]): string {
  return table(stages, [
    { title: 'STAGE', of: report => report.stage },
    { title: 'HITS', of: report => String(report.hits), right: true },
    { title: 'MESSAGES', of: report => report.messages.toLocaleString('en'), right: true },
    { title: 'BYTES', of: report => formatBytes(report.bytes), right: true },
    {
      title: 'DECOYS',
      of: report => (report.decoys === undefined ? '' : String(report.decoys)),
      right: true
    },
    { title: 'NODES', of: report => (report.nodes === undefined ? '' : String(report.nodes)), right: true },
    {
      title: 'TWICE',
      of: report => (report.duplicates === undefined ? '' : String(report.duplicates)),
      right: true
    },
    { title: 'TIME', of: report => formatDuration(report.elapsedMs), right: true }
  ])
}

/** Lines about peers and drops, each with its stage; nothing where there is nothing to tell. */
export function stageNotes(stages: readonly StageReport[]): string {
  return stages
    .flatMap(report => notesOf(report).map(note => `${pad(report.stage, STAGE_COLUMNS)}  ${safe(note)}\n`))
    .join('')
}

function notesOf(report: StageReport): string[] {
  const { peersByHop, peersUntold, truncated, droppedHits, droppedCopies } = report
  const notes: string[] = []
  if (peersByHop !== undefined || peersUntold !== undefined) notes.push(peersNote(report))
  if (droppedHits !== undefined) notes.push(`hits dropped: ${dropsText(droppedHits)}`)
  // Reports say that copies were dropped farther on, and neither how many nor why.
  if (droppedCopies !== undefined) {
    notes.push(`copies dropped: ${dropsText(droppedCopies)}${truncated ? ', and maybe more farther on' : ''}`)
  } else if (truncated) {
    notes.push('copies dropped: some, farther on')
  }
  return notes
}

function peersNote({ peersByHop = [], peersUntold = 0, visits }: StageReport): string {
  const hops = peersByHop.map((peers, i) => `${i + 1}: ${peers.toLocaleString('en')}`)
  const untold = peersUntold.toLocaleString('en')
  if (peersUntold > 0)
    hops.push(visits ? `not told: ${untold}` : `farther: ${untold} (each hop with --trace)`)
  return `peers by hop: ${hops.join(', ')}`
}

/** `3 (late 2, limit 1)`, most frequent first. */
function dropsText(drops: Readonly<Record<string, number>>): string {
  const counts = Object.entries(drops).sort(([, a], [, b]) => b - a)
  const total = counts.reduce((sum, [, times]) => sum + times, 0).toLocaleString('en')
  return `${total} (${counts.map(([reason, times]) => `${reason} ${times.toLocaleString('en')}`).join(', ')})`
}
