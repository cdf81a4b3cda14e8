/**
 * The node itself: id, status, stats, doctor, events, leave.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Command } from 'commander'
import type { DoctorCheck, NodeEvent, Stats, Status } from '../../node/api.ts'
import type { ApiClient } from '../client.ts'
import type { Context, Runner } from '../context.ts'
import { CliError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { eventLine } from '../render/event-line.ts'
import { peerName } from '../render/peer-name.ts'
import { safe } from '../render/safe-text.ts'
import { pairs, table } from '../render/table.ts'
import { count, formatBytes, formatDuration, ratesText } from '../render/units.ts'

/** How long `leave` waits for the node to be gone, ms. A node exits within 5 s. */
const LEAVE_WITHIN_MS = 15_000
const LOOK_EVERY_MS = 100

export function addNodeCommands(program: Command, run: Runner): void {
  program.command('id').description('who this node is, and its addresses').action(run(id))
  program.command('status').description('the node in short').action(run(status))
  program.command('stats').description('what was sent and dropped, and why').action(run(stats))
  program
    .command('events')
    .description('what happens, as it happens')
    .action(run(events, { stream: true }))
  program.command('doctor').description('check what works and what does not').action(run(doctor))
  program.command('leave').description('say goodbye to the network and stop the node').action(run(leave))
}

async function id({ client, out }: Context) {
  const { peerId, nickname, addresses } = await (await client()).ask<Status>('GET', '/status')
  const rows = addresses.map(address => ['address', address] as const)
  out.result({ peerId, nickname, addresses }, () =>
    pairs([['name', peerName({ peerId, nickname })], ['id', peerId], ...rows])
  )
  return EXIT.done
}

async function status({ client, out }: Context) {
  const it = await (await client()).ask<Status>('GET', '/status')
  out.result(it, () => statusText(it, Date.now()))
  return EXIT.done
}

function completeness({ complete, partial }: Status['catalogue']): string {
  if (complete) return 'complete'
  return partial > 0 ? `partial: ${count(partial, 'peer')} with more than is kept` : 'not complete'
}

function statusText(it: Status, now: number): string {
  const { shares, catalogue } = it
  const hashing = shares.pending > 0 ? `, ${count(shares.pending, 'file')} to hash` : ''
  return pairs([
    [
      'node',
      `${peerName(it)}, version ${it.version}, up for ${formatDuration(Math.max(0, now - it.startedAt))}`
    ],
    ['id', it.peerId],
    ...it.addresses.map(address => ['address', address] as const),
    ['peers', `${it.peers}, of these ${count(it.neighbours, 'neighbour')}`],
    ['reachable', it.reachability === 'lan' ? 'from this LAN only' : 'from the Internet'],
    ['dht', it.dht],
    ['limits', ratesText(it.rates) || 'none'],
    ['shares', `${shares.count}, ${count(shares.files, 'file')}, ${formatBytes(shares.bytes)}${hashing}`],
    [
      'catalogue',
      `${catalogue.entries.toLocaleString('en')} files of ${count(catalogue.providers, 'peer')}, ${completeness(catalogue)}`
    ],
    ['data', it.data],
    ['downloads', it.downloads],
    ...it.warnings.map(warning => ['warning', warning] as const)
  ])
}

async function stats({ client, out }: Context) {
  const all = await (await client()).ask<Stats>('GET', '/stats')
  const rows = Object.entries(all).flatMap(([part, counts]) =>
    Object.entries(counts).map(([what, value]) => ({ part, what, value }))
  )
  out.result(all, () =>
    table(rows, [
      { title: 'PART', of: row => row.part },
      { title: 'WHAT', of: row => row.what },
      { title: 'COUNT', of: row => row.value.toLocaleString('en'), right: true }
    ])
  )
  return EXIT.done
}

async function events({ client, out, world }: Context) {
  for await (const event of (await client()).events<NodeEvent & { at: number }>('GET', '/events')) {
    out.event(event)
    if (!out.json) world.stdout.write(`${new Date(event.at).toISOString()}  ${eventLine(event)}\n`)
  }
  out.event({ type: 'done' })
  return EXIT.done
}

async function doctor({ client, out }: Context) {
  const { checks } = await (await client()).ask<{ checks: DoctorCheck[] }>('GET', '/doctor')
  out.result({ checks }, () =>
    checks.map(({ name, ok, detail }) => `${ok ? 'ok  ' : 'BAD '}  ${safe(name)}: ${safe(detail)}\n`).join('')
  )
  return checks.every(check => check.ok) ? EXIT.done : EXIT.unexpected
}

async function leave({ client, out, signal }: Context) {
  const node = await client()
  await node.ask('POST', '/leave')
  await untilGone(node, signal)
  out.result({ left: true }, () => 'the node said goodbye and stopped\n')
  return EXIT.done
}

async function untilGone(node: ApiClient, signal: AbortSignal): Promise<void> {
  for (const end = Date.now() + LEAVE_WITHIN_MS; Date.now() < end; ) {
    try {
      await node.ask('GET', '/status')
    } catch (error) {
      signal.throwIfAborted()
      // Any other answer comes from a node that is half way out.
      if (error instanceof CliError && error.code === 'not-running') return
    }
    await delay(LOOK_EVERY_MS, undefined, { signal })
  }
  throw new CliError('unexpected', `the node did not stop within ${formatDuration(LEAVE_WITHIN_MS)}`)
}
