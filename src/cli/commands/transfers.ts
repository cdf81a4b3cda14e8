/**
 * Moving files: get, cat, downloads, pause, resume, cancel, uploads.
 */
import type { Command } from 'commander'
import { MAX_GET_MS } from '../../adapters/http/constants.ts'
import { isLink } from '../../content/index.ts'
import type { Download, GetEvent, GetRequest, Status, TransferRates, Upload } from '../../node/api.ts'
import type { ApiClient } from '../client.ts'
import type { Context, Runner } from '../context.ts'
import { CliError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import type { Output } from '../output.ts'
import { resolveOutput } from '../paths.ts'
import { peerName } from '../render/peer-name.ts'
import { openProgress, progressText, SILENT } from '../render/progress.ts'
import { safe } from '../render/safe-text.ts'
import { table } from '../render/table.ts'
import { formatBytes, formatRate, percent, ratesText } from '../render/units.ts'
import { parseChoice, parseDurationMs } from '../values.ts'
import type { Screen } from '../world.ts'

export interface GetFlags {
  output?: string
  onExists?: string
  only?: string[]
  sequential?: boolean
  timeout?: string
}

export function addTransferCommands(program: Command, run: Runner): void {
  const collect = (value: string, before: string[] = []) => [...before, value]
  program
    .command('get <cid-link-or-row>')
    .description('fetch a file from everyone who has it')
    .option('-o, --output <path>', 'the result; a folder, or a trailing slash, keeps the name')
    .option('--on-exists <how>', 'rename, skip, overwrite or fail (rename)')
    .option('--only <pattern>', 'of a folder, what is called like this: *.jpg, docs/** (repeatable)', collect)
    .option('--sequential', 'from the beginning to the end')
    .option('--timeout <t>', 'how long to look for a source: 30s, 5m (30s)')
    .action(run(get, { stream: true }))
  program
    .command('cat <cid-link-or-row>')
    .description('print a file, while it is still coming from others')
    .option('--timeout <t>', 'how long to wait for a source: 30s, 5m (30s)')
    .action(run(cat))
  program.command('downloads').description('list downloads, finished ones too').action(run(downloads))
  program
    .command('pause <id>')
    .description('pause a download')
    .action(run(change('POST', '/pause')))
  program
    .command('resume <id>')
    .description('go on with a download')
    .action(run(change('POST', '/resume')))
  program
    .command('cancel <id>')
    .description('end a download, or forget a finished one')
    .action(run(change('DELETE', '')))
  program.command('uploads').description('list what others fetch from here').action(run(uploads))
}

/** @throws CliError naming the flag that is wrong */
export function getRequest(target: string, flags: GetFlags, cwd: string): GetRequest {
  const { output, onExists, only, sequential, timeout } = flags
  const request: GetRequest = { target }
  if (output !== undefined) request.output = resolveOutput(cwd, output)
  if (onExists !== undefined) {
    request.onExists = parseChoice('--on-exists', onExists, ['rename', 'skip', 'overwrite', 'fail'])
  }
  if (only !== undefined) request.only = only
  if (sequential === true) request.sequential = true
  if (timeout !== undefined) request.timeoutMs = parseDurationMs('--timeout', timeout, MAX_GET_MS)
  return request
}

async function get({ client, out, world }: Context, target: string, flags: GetFlags) {
  const body = getRequest(target, flags, world.cwd)
  const node = await client()
  const progress = out.json || out.quiet ? SILENT : await openProgress(world.stderr)
  try {
    for await (const event of node.events<GetEvent>('POST', '/downloads', { body })) {
      out.event(event)
      if (event.type === 'progress') progress.show(event)
      else {
        progress.stop()
        if (!out.json) world.stdout.write(`${safe(event.path)}\n`)
        return EXIT.done
      }
    }
  } finally {
    progress.stop()
  }
  throw new CliError(
    'not-running',
    'the node stopped in the middle of the download; it goes on when the node runs again'
  )
}

async function cat({ client, world }: Context, target: string, { timeout }: Pick<GetFlags, 'timeout'>) {
  const timeoutMs = timeout === undefined ? undefined : parseDurationMs('--timeout', timeout, MAX_GET_MS)
  const node = await client()
  let named = target
  const onTag = (etag = ''): void => {
    // After another search the same row is something else. A link says more than its cid.
    if (!isLink(target)) named = /^"(\w+)"$/.exec(etag)?.[1] ?? named
  }
  for (let at = 0, before = -1; ; ) {
    const path = `/content/${encodeURIComponent(named)}`
    try {
      for await (const bytes of node.bytes(path, { query: { timeoutMs } }, at, onTag)) {
        at += bytes.length
        await printed(world.stdout, bytes)
      }
      return EXIT.done
    } catch (error) {
      // What broke off is asked for once more: either it goes on, or the node says what is wrong.
      if (!(error instanceof CliError) || error.code !== 'cut' || at === before) throw error
      before = at
    }
  }
}

/** Resolves when the screen has taken it, so that no more is asked for than is read. */
function printed(screen: Screen, bytes: Uint8Array): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  screen.write(bytes, error => (error == null ? resolve() : reject(error)))
  return promise
}

async function downloads({ client, out }: Context) {
  const list = await (await client()).ask<{ downloads: Download[] }>('GET', '/downloads')
  out.result(list, () =>
    table(list.downloads, [
      { title: 'ID', of: download => download.id },
      { title: 'STATE', of: download => download.state },
      { title: 'DONE', of: ({ bytesDone, size }) => percent(bytesDone, size), right: true },
      { title: 'SIZE', of: ({ size }) => (size === null ? '?' : formatBytes(size)), right: true },
      {
        title: 'RATE',
        of: ({ state, rate }) => (state === 'downloading' ? formatRate(rate) : ''),
        right: true
      },
      { title: 'SOURCES', of: sourcesText, right: true },
      { title: 'NAME', of: download => download.name },
      { title: 'PATH', of: ({ error, path }) => error ?? path }
    ])
  )
  if (list.downloads.length === 0) out.note('no downloads')
  await noteLimits(await client(), out, ({ download }) => ({ download }))
  return EXIT.done
}

const change =
  (method: 'POST' | 'DELETE', verb: string) =>
  async ({ client, out }: Context, id: string) => {
    const download = await (await client()).ask<Download>(
      method,
      `/downloads/${encodeURIComponent(id)}${verb}`
    )
    out.result(download, () =>
      method === 'DELETE'
        ? `${safe(download.name)}: no longer in the list\n`
        : `${safe(download.name)}: ${progressText(download)}\n`
    )
    return EXIT.done
  }

async function uploads({ client, out }: Context) {
  const list = await (await client()).ask<{ uploads: Upload[] }>('GET', '/uploads')
  out.result(list, () =>
    table(list.uploads, [
      { title: 'PEER', of: upload => peerName(upload) },
      { title: 'SENT', of: upload => formatBytes(upload.bytes), right: true },
      { title: 'RATE', of: upload => formatRate(upload.rate), right: true },
      {
        title: 'STATE',
        of: ({ state, position }) => (position === null ? state : `${state}, place ${position}`)
      },
      { title: 'NAME', of: upload => upload.name }
    ])
  )
  if (list.uploads.length === 0) out.note('no uploads')
  await noteLimits(await client(), out, ({ upload, peerUpload }) => ({ upload, peerUpload }))
  return EXIT.done
}

/** How many sources, and our best place where all that remain are busy. */
function sourcesText({ sources }: Download): string {
  const places = sources.flatMap(({ position }) => position ?? [])
  const isServed = sources.some(({ state }) => state === 'active')
  const place = places.length > 0 && !isServed ? `, place ${Math.min(...places)}` : ''
  return `${sources.length}${place}`
}

async function noteLimits(
  client: ApiClient,
  out: Output,
  of: (rates: TransferRates) => Partial<TransferRates>
): Promise<void> {
  if (out.json || out.quiet) return
  const limits = ratesText(of((await client.ask<Status>('GET', '/status')).rates))
  if (limits !== '') out.note(`limited: ${limits}`)
}
