/**
 * Finding: search, with hits as they come.
 */
import { writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { MAX_SEARCH_LIMIT, MAX_SEARCH_MS } from '../../adapters/http/constants.ts'
import type { Hit, SearchEvent, SearchRequest, Status } from '../../node/api.ts'
import { confirmedFirst, isDenied } from '../../node/hit-order.ts'
import { MAX_QUERY_REACH, MAX_QUERY_TEXT_BYTES } from '../../wire/limits.ts'
import { queryText } from '../argv.ts'
import type { Context, Runner } from '../context.ts'
import { badValue, CliError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { floodSvg } from '../render/flood-svg.ts'
import { type LiveRow, LiveRows } from '../render/live-rows.ts'
import { peerName } from '../render/peer-name.ts'
import { safe, shorten } from '../render/safe-text.ts'
import { stageNotes, stageTable } from '../render/stages.ts'
import { pad } from '../render/table.ts'
import { count, formatBytes, formatDuration } from '../render/units.ts'
import { parseChoice, parseDurationMs, parseWhole } from '../values.ts'
import type { Screen } from '../world.ts'

export interface SearchFlags {
  ttl?: string
  strategy?: string
  wide?: boolean
  limit?: string
  timeout?: string
  explain?: boolean
  trace?: boolean
  svg?: string
}

type SearchDone = Extract<SearchEvent, { type: 'done' }>

const NAME_COLUMNS = 40
const HELP = `
  words          all of them must be in the name or path
  "a phrase"     next to one another; quotes inside a single argument count, too
  -word          not this one
  mime:video  ext:pdf  size:>10MB  newer:7d

  search has no one-letter flags: what begins with one dash is left out of the results.
  Row N of the last search is fetched with: p2pnode get N`

export function addSearchCommands(program: Command, run: Runner): void {
  program
    .command('search <words...>')
    .description('find files by words, in the whole network')
    .option('--ttl <n>', `hops of a flood, 1 to ${MAX_QUERY_REACH}`)
    .option('--strategy <s>', 'auto, flood or index')
    .option('--wide', 'flood even when there are results')
    .option('--limit <n>', 'end after so many results (50)')
    .option('--timeout <t>', 'end after this time: 10s, 2m (10s)')
    .option('--explain', 'show what each stage found and cost, how far it went and what was dropped')
    .option('--trace', 'have each node that a flood comes to report itself: --explain tells of every hop')
    .option('--svg <file>', 'draw the flood, with --trace')
    .addHelpText('after', HELP)
    .action(run(search, { stream: true }))
}

/** @throws CliError naming the flag that is wrong */
export function searchRequest(text: string, flags: SearchFlags): SearchRequest {
  const { ttl, strategy, wide, limit, timeout } = flags
  if (text === '') throw badValue('words', text, 'at least one word', 'p2pnode search summer')
  if (Buffer.byteLength(text) > MAX_QUERY_TEXT_BYTES) {
    throw badValue('words', text, `at most ${MAX_QUERY_TEXT_BYTES} bytes`, 'summer holiday')
  }
  const request: SearchRequest = { text }
  if (ttl !== undefined) request.ttl = parseWhole('--ttl', ttl, { min: 1, max: MAX_QUERY_REACH })
  if (strategy !== undefined)
    request.strategy = parseChoice('--strategy', strategy, ['auto', 'flood', 'index'])
  if (wide === true) request.wide = true
  if (flags.trace === true || flags.svg !== undefined) request.trace = true
  if (limit !== undefined) request.limit = parseWhole('--limit', limit, { min: 1, max: MAX_SEARCH_LIMIT })
  if (timeout !== undefined) request.timeoutMs = parseDurationMs('--timeout', timeout, MAX_SEARCH_MS)
  return request
}

async function search({ client, out, world }: Context, words: string[], flags: SearchFlags) {
  const request = searchRequest(queryText(words), flags)
  const events = (await client()).events<SearchEvent>('GET', '/search', { query: { ...request } })
  for await (const event of out.json ? events : shown(events, world.stdout)) {
    out.event(event)
    if (event.type !== 'done') continue
    if (flags.explain === true && !out.json) {
      const notes = stageNotes(event.stages)
      world.stdout.write(`\n${stageTable(event.stages)}${notes === '' ? '' : `\n${notes}`}`)
    }
    out.note(summary(event))
    if (flags.svg !== undefined) {
      const { peerId } = await (await client()).ask<Status>('GET', '/status')
      await draw(flags.svg, peerId, request.text, event)
    }
    return event.hits === 0 ? EXIT.nothingFound : EXIT.done
  }
  throw new CliError('not-running', 'the node stopped in the middle of the search')
}

/** The same events, while their hits are shown: as they come, where that can be corrected, and at the end as they stay. */
async function* shown(events: AsyncIterable<SearchEvent>, screen: Screen): AsyncGenerator<SearchEvent> {
  const rows = new LiveRows(screen)
  const hits = new Map<number, Hit>()
  const rowOf = (hit: Hit): LiveRow => ({ row: hit.row, text: hitLine(hit, screen.isTTY) })
  let isSettled = false
  const settle = (): void => {
    if (!isSettled) rows.settle(confirmedFirst(hits.values()).map(rowOf))
    isSettled = true
  }
  try {
    for await (const event of events) {
      if (event.type === 'done') settle()
      else {
        hits.set(event.row, event)
        rows.show(rowOf(event))
      }
      yield event
    }
  } finally {
    // What was found before it failed is found.
    settle()
  }
}

/** @throws CliError when there was no flood, or the file cannot be written */
async function draw(file: string, asker: string, text: string, { stages }: SearchDone): Promise<void> {
  const visits = stages.find(({ stage }) => stage === 'flood')?.visits
  if (visits === undefined) {
    throw new CliError('conflict', 'there was no flood to draw; have one with: --wide, or --strategy flood')
  }
  try {
    await writeFile(file, floodSvg(asker, text, visits))
  } catch (error) {
    throw new CliError('disk', `cannot write ${file}: ${(error as Error).message}`)
  }
}

/** The words in a line of a hit. */
export interface HitWords {
  reachable(confirmed: number, providers: number): string
  thisNode: string
  /** Nobody of those who are said to have it does. */
  denied: string
}

export const ENGLISH_HIT: HitWords = {
  reachable: (confirmed, providers) => `${confirmed} of ${providers} reachable`,
  thisNode: 'this node',
  denied: 'all deny it'
}

/** One hit in one line of safe text. `short`: a long name is cut, so that the columns stay. */
export function hitLine(hit: Hit, short = false, words: HitWords = ENGLISH_HIT): string {
  const { row, size, name, path, providers } = hit
  const confirmed = providers.filter(provider => provider.confirmed).length
  const first = providers.find(provider => provider.confirmed) ?? providers[0]
  const provider = first === undefined ? '' : first.how === 'own' ? words.thisNode : peerName(first)
  const who = isDenied(hit) ? words.denied : provider
  const folder = path.split('/').slice(0, -1).join('/')
  const shown = short ? shorten(safe(name), NAME_COLUMNS) : safe(name)
  return [
    pad(String(row), 3, true),
    pad(formatBytes(size), 8, true),
    pad(shown, NAME_COLUMNS),
    pad(words.reachable(confirmed, providers.length), 18),
    pad(safe(who), 16),
    safe(folder)
  ]
    .join('  ')
    .trimEnd()
}

function summary({ hits, truncated, elapsedMs }: SearchDone): string {
  const cut = truncated ? ', not the whole network was asked' : ''
  if (hits === 0) return `nothing found in ${formatDuration(elapsedMs)}${cut}`
  return `${count(hits, 'hit')} in ${formatDuration(elapsedMs)}${cut}; fetch one with: p2pnode get ROW`
}
