/**
 * The order in which a search that is over shows its hits. Pure, and light: the CLI needs it, too.
 */
import type { Hit } from './api.ts'

type Providers = Pick<Hit, 'providers'>

/** All who are said to have it were asked, and deny it. */
export function isDenied({ providers }: Providers): boolean {
  return providers.length > 0 && providers.every(({ denied }) => denied)
}

/** Hits that a provider confirmed first, those that all their providers deny last; else as they came. */
export function confirmedFirst<H extends Pick<Hit, 'row' | 'providers'>>(hits: Iterable<H>): H[] {
  return [...hits].sort((a, b) => rankOf(a) - rankOf(b) || a.row - b.row)
}

function rankOf(hit: Providers): number {
  if (hit.providers.some(({ confirmed }) => confirmed)) return 0
  return isDenied(hit) ? 2 : 1
}
