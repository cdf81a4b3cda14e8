/**
 * What each command of the console does: one question to the node, its answer for people.
 */
import { resolve } from 'node:path'
import { DecimalError, parseDecimal } from '../../base/decimal.ts'
import type {
  AggregateOperation,
  Download,
  GetEvent,
  NamedValue,
  Peer,
  SearchEvent,
  Share,
  Status
} from '../../node/api.ts'
import type { ApiClient } from '../client.ts'
import { hitLine, searchRequest } from '../commands/search.ts'
import { getRequest } from '../commands/transfers.ts'
import { askNetwork, remarks } from '../commands/values.ts'
import { CliError } from '../errors.ts'
import { peerName } from '../render/peer-name.ts'
import { safe } from '../render/safe-text.ts'
import { pad, pairs, table } from '../render/table.ts'
import { formatBytes, formatDuration, percent } from '../render/units.ts'
import type { World } from '../world.ts'
import { COMMANDS, type CommandId, numberOf, numbersOf, partsOf, pathOf } from './menu.ts'
import type { Texts } from './texts.ts'

/** Between two lines about a download in the same state, ms. */
const PROGRESS_EVERY_MS = 5_000

export interface Talk {
  texts: Texts
  world: World
  /** @throws CliError `not-running`. Its requests end with the console, or with `left`. */
  node(left?: AbortSignal): Promise<ApiClient>
  /** An answer, in safe text with its line ends. */
  print(text: string): void
  /** A remark, in safe text without its line end. */
  say(text: string): void
  /** Does what may last; somebody at a keyboard can leave it to itself. False: that happened. */
  untilLeft(work: (left: AbortSignal) => Promise<void>): Promise<boolean>
  /** Somebody sits at a keyboard. */
  isTyped: boolean
  /** Rows of the last search. */
  rows: number[]
}

/** `rest`: what stands behind the command; not empty where the command needs something. */
type Action = (talk: Talk, rest: string) => Promise<void>

export const ACTIONS: Readonly<Record<Exclude<CommandId, 'quit'>, Action>> = {
  add,
  values,
  sum: ask('sum'),
  count: ask('count'),
  mean: ask('mean'),
  min: ask('min'),
  max: ask('max'),
  share,
  search,
  get,
  peers,
  downloads,
  status,
  help: async talk => talk.print(menuText(talk.texts))
}

/** The menu, a line for each command. */
export function menuText({ commands }: Texts): string {
  const rows = COMMANDS.map(id => {
    const { word, takes, about } = commands[id]
    return { number: String(numberOf(id)), usage: `${word} ${takes}`, about }
  })
  const widest = Math.max(...rows.map(({ usage }) => usage.length))
  return rows
    .map(({ number, usage, about }) => `${pad(number, 4, true)}  ${pad(usage, widest)}  ${about}\n`)
    .join('')
}

async function add({ texts, node, say }: Talk, rest: string) {
  const { values, name } = numbersOf(rest, texts.as)
  if (values.length === 0) throw new CliError('bad-input', texts.noNumbers)
  for (const value of values) checkNumber(value, texts)
  const body = name === undefined ? { values } : { values, name }
  const added = await (await node()).ask<{ values: NamedValue[] }>('POST', '/values', { body })
  say(texts.added(added.values.length))
}

/** Says in the user's language what the node would say in English. */
function checkNumber(text: string, texts: Texts): void {
  try {
    parseDecimal(text)
  } catch (error) {
    if (!(error instanceof DecimalError)) throw error
    const { fault } = error
    const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text
    const why = fault.code === 'malformed' ? texts.notANumber(shown) : texts.tooManyDigits(fault.limit)
    throw new CliError('bad-input', why)
  }
}

async function values({ texts, node, say, print }: Talk) {
  const { values } = await (await node()).ask<{ values: NamedValue[] }>('GET', '/values')
  if (values.length === 0) say(texts.noValues)
  print(
    table(values, [
      { title: heading(texts.labels.name), of: held => held.name },
      { title: heading(texts.labels.value), of: held => held.value, right: true }
    ])
  )
}

function ask(op: AggregateOperation): Action {
  return async ({ texts, node, say, print }, rest) => {
    const { word } = texts.commands[op]
    const names = partsOf(rest)
    for (const answer of await askNetwork(await node(), op, names)) {
      const of = names.length === 0 ? word : `${word} ${safe(answer.name)}`
      print(`${of}: ${answer.value ?? texts.none}\n`)
      for (const line of remarks(answer, texts.answer)) say(line)
    }
  }
}

async function share({ texts, node, say, world, untilLeft, isTyped }: Talk, rest: string) {
  const body = { path: resolve(world.cwd, pathOf(rest, world.home)) }
  let shared = await (await node()).ask<Share>('POST', '/shares', { body })
  const isDone = await untilLeft(async left => {
    if (shared.pending === 0 && shared.state === 'ready') return
    if (isTyped) say(texts.enterLeaves)
    // It answers when nothing is left to hash.
    const scanned = await (await node(left)).ask<{ shares: Share[] }>('POST', '/shares/scan', {
      body: { id: shared.id }
    })
    shared = scanned.shares.find(({ id }) => id === shared.id) ?? shared
  })
  say(safe(texts.shared(shared.path, shared.files, shared.bytes)))
  for (const { path, message } of shared.errors) say(safe(texts.notShared(path, message)))
  if (shared.moreErrors > 0) say(texts.andNotShared(shared.moreErrors))
  if (shared.pending > 0) say(texts.hashing(shared.pending))
  if (!isDone) say(texts.goesOn)
}

async function search(talk: Talk, rest: string) {
  const { texts, node, say, print, world } = talk
  const query = { ...searchRequest(rest, {}) }
  talk.rows = []
  for await (const event of (await node()).events<SearchEvent>('GET', '/search', { query })) {
    if (event.type === 'done') return say(texts.found(event))
    // Printed once: what is rewritten would be rewritten under the cursor of who types.
    if (event.type !== 'hit') continue
    talk.rows.push(event.row)
    print(`${hitLine(event, world.stdout.isTTY, texts.hit)}\n`)
  }
  throw new CliError('not-running', texts.nodeGone)
}

async function get({ texts, node, say, print, world, untilLeft, isTyped }: Talk, rest: string) {
  const body = getRequest(rest, {}, world.cwd)
  if (isTyped) say(texts.enterLeaves)
  const tell = progressTeller(texts, say)
  const isDone = await untilLeft(async left => {
    for await (const event of (await node(left)).events<GetEvent>('POST', '/downloads', { body })) {
      if (event.type === 'done') return print(`${safe(texts.fetched(event.path))}\n`)
      tell(event)
    }
    throw new CliError('not-running', texts.nodeGone)
  })
  if (!isDone) say(texts.goesOn)
}

function progressTeller(texts: Texts, say: Talk['say']): (download: Download) => void {
  let state: Download['state'] | undefined
  let toldAt = 0
  return download => {
    const now = performance.now()
    if (download.state === state && now - toldAt < PROGRESS_EVERY_MS) return
    state = download.state
    toldAt = now
    say(safe(`${download.name}: ${texts.progress(download)}`))
  }
}

async function peers({ texts, node, say, print }: Talk) {
  const { labels } = texts
  const list = await (await node()).ask<{ peers: Peer[] }>('GET', '/peers')
  if (list.peers.length === 0) say(texts.noPeers)
  print(
    table(list.peers, [
      { title: heading(labels.peer), of: peer => peerName(peer) },
      { title: heading(labels.role), of: peer => (peer.neighbour ? texts.neighbour : texts.contact) },
      { title: heading(labels.path), of: peer => texts.paths[peer.path] ?? peer.path },
      {
        title: heading(labels.time),
        of: ({ rttMs }) => (rttMs === null ? '' : formatDuration(rttMs)),
        right: true
      },
      { title: heading(labels.address), of: peer => peer.address }
    ])
  )
}

async function downloads({ texts, node, say, print }: Talk) {
  const { labels } = texts
  const list = await (await node()).ask<{ downloads: Download[] }>('GET', '/downloads')
  if (list.downloads.length === 0) say(texts.noDownloads)
  print(
    table(list.downloads, [
      { title: heading(labels.state), of: ({ state }) => texts.states[state] ?? state },
      { title: heading(labels.done), of: ({ bytesDone, size }) => percent(bytesDone, size), right: true },
      {
        title: heading(labels.size),
        of: ({ size }) => (size === null ? '?' : formatBytes(size)),
        right: true
      },
      { title: heading(labels.name), of: download => download.name },
      { title: heading(labels.where), of: ({ error, path }) => error ?? path }
    ])
  )
}

async function status({ texts, node, print }: Talk) {
  const { labels } = texts
  const it = await (await node()).ask<Status>('GET', '/status')
  const { shares, catalogue } = it
  const up = texts.upFor(formatDuration(Math.max(0, Date.now() - it.startedAt)))
  print(
    pairs([
      [labels.node, `${peerName(it)}, ${it.version}, ${up}`],
      ...it.addresses.map(address => [labels.address, address] as const),
      [labels.peers, texts.peers(it.peers, it.neighbours)],
      [labels.reachable, texts.reachable[it.reachability]],
      [labels.shares, texts.shares(shares.count, shares.files, shares.bytes, shares.pending)],
      [labels.catalogue, texts.catalogue(catalogue.entries, catalogue.providers, catalogue.complete)],
      [labels.data, it.data],
      [labels.downloads, it.downloads],
      ...it.warnings.map(warning => [labels.warning, warning] as const)
    ])
  )
}

function heading(label: string): string {
  return label.toUpperCase()
}
