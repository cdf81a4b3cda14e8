/**
 * What this node offers: share, unshare, shares, scan.
 */
import { resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Command } from 'commander'
import type { Audience, LinkView, Share, SharePreview } from '../../node/api.ts'
import type { ApiClient } from '../client.ts'
import type { Context, Runner } from '../context.ts'
import { badValue, CliError, errorReport } from '../errors.ts'
import { EXIT, exitCodeOf } from '../exit-codes.ts'
import { hashProgressText } from '../render/progress.ts'
import { safe } from '../render/safe-text.ts'
import { table } from '../render/table.ts'
import { count, formatBytes } from '../render/units.ts'

/** Pause between two looks at a running scan, ms. */
const LOOK_EVERY_MS = 500

interface ShareFlags {
  to?: string[]
  dryRun?: boolean
}

interface ScanFlags {
  pause?: boolean
  resume?: boolean
}

export function addShareCommands(program: Command, run: Runner): void {
  program
    .command('share <path...>')
    .description('offer folders or files to others, in place')
    .option('--to <who>', 'all, lan, or a PeerId (repeatable)', (who: string, before: string[] = []) => [
      ...before,
      who
    ])
    .option('--dry-run', 'list what would be shared and what not, and share nothing')
    .action(run(share, { stream: false }))
  program.command('unshare <id-or-path>').description('no longer offer a share').action(run(unshare))
  program.command('shares').description('list what this node offers').action(run(shares))
  program
    .command('scan [id]')
    .description('look for changes in a share, or in all')
    .option('--pause', 'hash nothing until --resume')
    .option('--resume', 'go on hashing')
    .action(run(scan, { stream: true }))
  program
    .command('link <path-or-cid>')
    .description('a link to something shared, as text and as a QR code')
    .action(run(link))
}

/** Who may see a share. @throws CliError for names among PeerIds */
export function audience(to: readonly string[] | undefined): Audience | undefined {
  if (to === undefined) return undefined
  const names = to.flatMap(who => who.split(','))
  if (names.length === 1 && (names[0] === 'all' || names[0] === 'lan')) return names[0]
  for (const name of names) {
    if (!/^[1-9A-HJ-NP-Za-km-z]{40,64}$/.test(name)) {
      throw badValue(
        '--to',
        name,
        'all, lan, or a PeerId',
        '12D3KooWSahP5pFRCEfaziPEba7urXGeif6T1y8jmodzdFUvzBHj'
      )
    }
  }
  return names
}

/** Each path by itself: one that cannot be shared does not keep the others from it. */
async function share(context: Context, paths: string[], flags: ShareFlags) {
  const { client, out, world } = context
  const to = audience(flags.to)
  const node = await client()
  if (flags.dryRun === true) return await preview(context, node, paths)
  const shared: Share[] = []
  let failed = 0
  let code: number = EXIT.done
  for (const path of paths) {
    try {
      const body = { path: resolve(world.cwd, path), ...(to === undefined ? {} : { to }) }
      shared.push(await node.ask<Share>('POST', '/shares', { body }))
    } catch (error) {
      if (world.signal.aborted || paths.length === 1) throw error
      const report = errorReport(error)
      out.error(report, error)
      failed++
      code = exitCodeOf(report.code)
    }
  }
  if (shared.length > 0) out.result({ shares: shared }, () => shareTable(shared))
  if (shared.some(({ pending }) => pending > 0)) out.note('hashing goes on; see: p2pnode shares')
  return failed > 0 && shared.length > 0 ? EXIT.partlyDone : code
}

/** What sharing would do, a line for each thing as it is found. */
async function preview({ out, world }: Context, node: ApiClient, paths: string[]) {
  for (const path of paths) {
    const body = { path: resolve(world.cwd, path) }
    for await (const event of node.events<SharePreview>('POST', '/shares/preview', { body })) {
      out.event(event)
      if (!out.json) world.stdout.write(`${safe(previewLine(event))}\n`)
    }
  }
  return EXIT.done
}

function previewLine(event: SharePreview): string {
  switch (event.type) {
    case 'file':
      return `share   ${event.path}  ${formatBytes(event.size)}`
    case 'ignored':
      return `ignore  ${event.path}  ${event.reason}`
    case 'refused':
      return `refuse  ${event.path}  ${event.message}`
    case 'done': {
      const { files, bytes, ignored, refused } = event
      return `${count(files, 'file')}, ${formatBytes(bytes)}; ${ignored} ignored, ${refused} refused; nothing was shared`
    }
  }
}

async function unshare({ client, out, world }: Context, target: string) {
  const node = await client()
  const { shares } = await node.ask<{ shares: Share[] }>('GET', '/shares')
  const id = shares.some(share => share.id === target) ? target : resolve(world.cwd, target)
  const share = await node.ask<Share>('DELETE', `/shares/${encodeURIComponent(id)}`)
  out.result(share, () => `no longer shared: ${safe(share.path)}\n`)
  return EXIT.done
}

async function shares({ client, out }: Context) {
  const list = await (await client()).ask<{ shares: Share[] }>('GET', '/shares')
  out.result(list, () => shareTable(list.shares))
  if (list.shares.length === 0) out.note('nothing is shared; share a folder with: p2pnode share PATH')
  return EXIT.done
}

async function scan(context: Context, id: string | undefined, flags: ScanFlags) {
  const { client, out } = context
  if (flags.pause === true && flags.resume === true)
    throw new CliError('usage', '--pause and --resume exclude each other')
  const node = await client()
  if (flags.pause === true || flags.resume === true) {
    const how = flags.pause === true ? 'pause' : 'resume'
    const list = await node.ask<{ shares: Share[] }>('POST', `/shares/${how}`)
    out.result({ type: 'done', ...list }, () => shareTable(list.shares))
    return EXIT.done
  }
  const over = new AbortController()
  const told = tellScan(context, node, over.signal)
  const asked = node.ask<{ shares: Share[] }>('POST', '/shares/scan', {
    body: id === undefined ? {} : { id }
  })
  const list = await asked.finally(async () => {
    over.abort()
    await told
  })
  out.result({ type: 'done', ...list }, () => shareTable(list.shares))
  return EXIT.done
}

async function link({ client, out, world }: Context, target: string) {
  const node = await client()
  const isCid = /^(baf[a-z2-7]{20,}|Qm[1-9A-HJ-NP-Za-km-z]{44})$/.test(target)
  const query = { target: isCid ? target : resolve(world.cwd, target) }
  const view = await node.ask<LinkView>('GET', '/link', { query })
  out.result(view, () => `${safe(view.link)}\n`)
  if (out.json || out.quiet || world.stdout.isTTY !== true) return EXIT.done
  const code = await qrCode(view.link)
  const columns = code.indexOf('\n')
  if (columns <= (world.stdout.columns ?? 80)) world.stdout.write(`${code}\n`)
  else out.note('the terminal is too narrow for a QR code of this link')
  return EXIT.done
}

/** Two rows of the code in one line of text. */
async function qrCode(text: string): Promise<string> {
  const { renderUnicodeCompact } = await import('uqr')
  return renderUnicodeCompact(text, { ecc: 'L' })
}

/** Tells how a scan goes on, whenever that has changed. */
async function tellScan({ out }: Context, node: ApiClient, over: AbortSignal): Promise<void> {
  let before = ''
  try {
    for (;;) {
      await delay(LOOK_EVERY_MS, undefined, { signal: over })
      const { shares } = await node.ask<{ shares: Share[] }>('GET', '/shares')
      const state = JSON.stringify(shares)
      if (over.aborted || state === before) continue
      before = state
      out.event(Object.assign({ type: 'progress' }, { shares }))
      const pending = shares.reduce((sum, share) => sum + share.pending, 0)
      const running = shares.flatMap(({ progress }) => progress ?? [])
      const speed = running.map(hashProgressText).join('; ')
      if (pending > 0) out.note(`${count(pending, 'file')} to hash: ${speed}`)
    }
  } catch {
    // The scan is over, or the node is gone; the scan itself tells that.
  }
}

function shareTable(shares: readonly Share[]): string {
  const lines = table(shares, [
    { title: 'ID', of: share => share.id },
    { title: 'NAME', of: share => share.name },
    { title: 'FILES', of: share => share.files.toLocaleString('en'), right: true },
    { title: 'SIZE', of: share => formatBytes(share.bytes), right: true },
    {
      title: 'STATE',
      of: share => (share.pending > 0 ? `${share.state}, ${share.pending} to hash` : share.state)
    },
    { title: 'PATH', of: share => share.path }
  ])
  const errors = shares.flatMap(share => share.errors)
  const more = shares.reduce((sum, { moreErrors }) => sum + moreErrors, 0)
  const told = errors.map(({ path, message }) => `not shared: ${safe(path)}: ${safe(message)}\n`)
  return lines + told.join('') + (more > 0 ? `not shared: ${count(more, 'more file')}\n` : '')
}
