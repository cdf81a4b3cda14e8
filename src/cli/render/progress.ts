/**
 * The progress of a download for people: a bar on a terminal, now and then a line elsewhere.
 */
import type { Download, HashProgress } from '../../node/api.ts'
import type { Screen } from '../world.ts'
import { safe, shorten } from './safe-text.ts'
import { count, formatBytes, formatDuration, formatRate, percent } from './units.ts'

export interface Progress {
  show(download: Download): void
  stop(): void
}

/** Columns of a name beside a bar. */
const NAME_COLUMNS = 24
/** Pause between two lines where there is no terminal, ms. */
const LINE_EVERY_MS = 5_000

export const SILENT: Progress = { show: () => undefined, stop: () => undefined }

/** cli-progress is loaded only where there is a terminal for it. */
export async function openProgress(screen: Screen): Promise<Progress> {
  return screen.isTTY === true ? await bar(screen) : lines(screen)
}

/** What is known of a download in one line, without its name. */
export function progressText(download: Download): string {
  const { state, bytesDone, size, rate, etaS, sources } = download
  const done = `${formatBytes(bytesDone)} of ${size === null ? '?' : formatBytes(size)}`
  if (state !== 'downloading') return `${state}, ${done}`
  const left = etaS === null ? '' : `, ${formatDuration(etaS * 1_000)} left`
  return `${percent(bytesDone, size)}, ${done}, ${formatRate(rate)}${left}, ${count(sources.length, 'source')}`
}

/** How hashing goes on: `1.2 GiB, 340 files/s, 210 MiB/s, 12 s left`. */
export function hashProgressText({ bytesDone, filesPerS, bytesPerS, etaS }: HashProgress): string {
  const left = etaS === null ? '' : `, ${formatDuration(etaS * 1_000)} left`
  return `${formatBytes(bytesDone)}, ${filesPerS} files/s, ${formatRate(bytesPerS)}${left}`
}

async function bar(screen: Screen): Promise<Progress> {
  const { default: progress } = await import('cli-progress')
  const single = new progress.SingleBar(
    {
      stream: screen as NodeJS.WriteStream,
      format: '{name} [{bar}] {text}',
      barsize: 24,
      hideCursor: true,
      clearOnComplete: true,
      emptyOnZero: true
    },
    progress.Presets.rect
  )
  let running = false
  return {
    show: download => {
      const total = download.size ?? 0
      const facts = { name: shorten(safe(download.name), NAME_COLUMNS), text: progressText(download) }
      if (!running) single.start(total, download.bytesDone, facts)
      running = true
      single.setTotal(total)
      single.update(download.bytesDone, facts)
    },
    stop: () => {
      if (running) single.stop()
      running = false
    }
  }
}

function lines(screen: Screen): Progress {
  let state = ''
  let toldAt = 0
  return {
    show: download => {
      const now = Date.now()
      if (download.state === state && now - toldAt < LINE_EVERY_MS) return
      state = download.state
      toldAt = now
      screen.write(`${safe(download.name)}: ${progressText(download)}\n`)
    },
    stop: () => undefined
  }
}
