/**
 * start: the node itself, in the foreground, until a signal or `leave`.
 */
import { networkInterfaces } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import type { Command } from 'commander'
import { sweepPiecesSoon } from '../../adapters/libp2p/received-memory.ts'
import type { DaemonOptions, RunningDaemon } from '../../daemon.ts'
import { aborted } from '../abort.ts'
import type { Context, Runner } from '../context.ts'
import { EXIT } from '../exit-codes.ts'
import { eventLine } from '../render/event-line.ts'
import { peerName } from '../render/peer-name.ts'
import { pairs } from '../render/table.ts'
import { daemonOptions, type StartFlags } from '../start-options.ts'

/** How long goodbye may take before the process ends anyway, ms: 5 s less the end of the process itself. */
const STOP_WITHIN_MS = 4_500

/** Events that people are told while a node runs; the rest is seen with `p2pnode events`. */
const TOLD = new Set(['neighbour:joined', 'neighbour:left', 'share:removed', 'node:leaving'])

export function addStartCommand(program: Command, run: Runner): void {
  const collect = (value: string, before: string[] = []) => [...before, value]
  program
    .command('start')
    .description('run a node until Ctrl-C; what begins with two dashes means start, too')
    .option('--bootstrap <addr>', 'a node to join, as multiaddr (repeatable)', collect)
    .option('--share <path>', 'a folder or file to offer (repeatable)', collect)
    .option('--listen <addr>', 'where to listen, as multiaddr (repeatable); replaces the defaults', collect)
    .option('--downloads <dir>', 'where downloads go (~/Downloads/p2pnode)')
    .option('--no-reshare', 'do not offer to others what was downloaded')
    .option('--name <nick>', 'nickname (the name of this machine)')
    .option('--api <host:port>', 'where local control listens (127.0.0.1:4800, or a free port near it)')
    .option('--no-lan', 'do not look for nodes on the LAN')
    .option('--no-dht', 'take no part in the DHT')
    .option('--no-dial', 'dial only what --bootstrap and connect say')
    .option('--aggregate <on|off>', 'take part in questions to the whole network (on)')
    .option('--upload-rate <rate>', 'bytes per second to all peers together: 500KB, 2MiB')
    .option('--peer-upload-rate <rate>', 'the same to each peer')
    .option('--download-rate <rate>', 'bytes per second that downloads ask for')
    .option('--log-level <level>', 'silent, fatal, error, warn, info, debug or trace (info)')
    .addHelpText(
      'after',
      '\nEach flag is a variable, too: P2PNODE_NAME, P2PNODE_BOOTSTRAP=A,B, P2PNODE_NO_LAN=1'
    )
    .action(run(start, { stream: true }))
}

async function start(context: Context, flags: StartFlags) {
  const options = daemonOptions(flags, context.dataFolder, context.world)
  sweepPiecesSoon()
  // Only here: the other commands need none of what a node is made of.
  const { runDaemon } = await import('../../daemon.ts')
  return await runNode(context, options, runDaemon)
}

/** Runs a node until it is told to end, by a signal or by `leave`. */
export async function runNode(
  context: Context,
  options: DaemonOptions,
  runDaemon: (options: DaemonOptions) => Promise<RunningDaemon>
): Promise<number> {
  const { out, signal } = context
  const daemon = await interruptible(runDaemon(options), signal)
  if (daemon === undefined) return EXIT.done

  out.result({ type: 'ready', ...daemon.ready }, () =>
    readyText(daemon, options.reshare ? options.downloads : undefined)
  )
  // What nobody caught is a bug of ours or of a library. It is told, and does not cost all others their node.
  const onBug = (error: unknown): void =>
    out.note(`a bug, please report it: ${error instanceof Error ? error.stack : error}`)
  process.on('unhandledRejection', onBug).on('uncaughtException', onBug)
  const over = new AbortController()
  const told = tellEvents(context, daemon, over.signal)
  await Promise.race([daemon.closed, aborted(signal)])
  await stopInTime(daemon)
  over.abort()
  await told
  process.off('unhandledRejection', onBug).off('uncaughtException', onBug)
  out.event({ type: 'done' })
  return EXIT.done
}

/** A signal while the node is starting: it is stopped as soon as it stands, or left behind when that takes too long. */
async function interruptible(
  starting: Promise<RunningDaemon>,
  signal: AbortSignal
): Promise<RunningDaemon | undefined> {
  const running = await Promise.race([starting, aborted(signal)])
  if (running !== undefined && !signal.aborted) return running
  const late = starting.then(stopInTime, () => undefined)
  await Promise.race([late, delay(STOP_WITHIN_MS, undefined, { ref: false })])
  return undefined
}

async function stopInTime(daemon: RunningDaemon): Promise<void> {
  await Promise.race([daemon.stop(), delay(STOP_WITHIN_MS, undefined, { ref: false })])
}

async function tellEvents(
  { out, world }: Context,
  { node }: RunningDaemon,
  signal: AbortSignal
): Promise<void> {
  try {
    for await (const { at, event } of node.events({ signal })) {
      if (signal.aborted) return
      const told: { type: string; at: number } = { ...event, at }
      out.event(told)
      if (!out.json && !out.quiet && TOLD.has(event.type)) world.stdout.write(`${eventLine(event)}\n`)
    }
  } catch (error) {
    // The stream ends with the node; how it ends says nothing new.
    if (!signal.aborted) out.note(`no more events: ${(error as Error).message}`)
  }
}

function readyText({ ready }: RunningDaemon, resharedFolder: string | undefined): string {
  const { peerId, nickname, addresses, api, data } = ready
  const lan = Object.entries(networkInterfaces()).flatMap(([name, all]) =>
    (all ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4')
      .map(it => `${it.address} (${name})`)
  )
  const address = addresses.find((one: string) => !/^\/(ip4\/127\.|ip6\/::1\/)/.test(one)) ?? addresses[0]
  return pairs([
    ['node', peerName({ peerId, nickname })],
    ['id', peerId],
    ['LAN', lan.join(', ') || 'none'],
    ['API', api],
    ['data', data],
    ...(resharedFolder === undefined
      ? []
      : [['downloads', `${resharedFolder}, offered to others (--no-reshare)`] as const]),
    ['join it', address === undefined ? 'it listens nowhere' : `p2pnode --bootstrap ${address}`],
    ['stop it', 'Ctrl-C']
  ])
}
