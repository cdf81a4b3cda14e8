/**
 * Moving files: get, downloads, pause, resume, cancel, uploads.
 */
import type { Command } from 'commander'
import { MAX_GET_MS } from '../../adapters/http/constants.ts'
import type { Download, GetEvent, GetRequest, Upload } from '../../node/api.ts'
import type { Context, Runner } from '../context.ts'
import { CliError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { resolveOutput } from '../paths.ts'
import { peerName } from '../render/peer-name.ts'
import { openProgress, progressText, SILENT } from '../render/progress.ts'
import { safe } from '../render/safe-text.ts'
import { table } from '../render/table.ts'
import { formatBytes, formatRate, percent } from '../render/units.ts'
import { parseChoice, parseDurationMs } from '../values.ts'

export interface GetFlags {
  output?: string
  onExists?: string
  sequential?: boolean
  timeout?: string
}

export function addTransferCommands(program: Command, run: Runner): void {
  program
    .command('get <cid-link-or-row>')
    .description('fetch a file from everyone who has it')
    .option('-o, --output <path>', 'the result; a folder, or a trailing slash, keeps the name')
    .option('--on-exists <how>', 'rename, skip, overwrite or fail (rename)')
    .option('--sequential', 'from the beginning to the end')
    .option('--timeout <t>', 'how long to look for a source: 30s, 5m (30s)')
    .action(run(get, { stream: true }))
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
  const { output, onExists, sequential, timeout } = flags
  const request: GetRequest = { target }
  if (output !== undefined) request.output = resolveOutput(cwd, output)
  if (onExists !== undefined) {
    request.onExists = parseChoice('--on-exists', onExists, ['rename', 'skip', 'overwrite', 'fail'])
  }
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
      { title: 'SOURCES', of: download => String(download.sources.length), right: true },
      { title: 'NAME', of: download => download.name },
      { title: 'PATH', of: ({ error, path }) => error ?? path }
    ])
  )
  if (list.downloads.length === 0) out.note('no downloads')
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
      { title: 'NAME', of: upload => upload.name }
    ])
  )
  if (list.uploads.length === 0) out.note('no uploads')
  return EXIT.done
}
