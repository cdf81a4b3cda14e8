/**
 * The verbs of a node that only the CLI reaches: one in a network namespace, whose API listens on a loopback of its own.
 */
import { CliError } from '../cli/errors.ts'
import { EXIT } from '../cli/exit-codes.ts'
import type {
  AggregateAnswer,
  Download,
  GetEvent,
  LinkView,
  NamedValue,
  Peer,
  SearchEvent,
  SearchRequest,
  Share,
  Stats,
  Status,
  Upload,
  Want
} from '../node/api.ts'
import type { Entry } from '../wire/entry.ts'
import type { ProgramRun } from './program-run.ts'
import { collectGet, collectSearch, type TestApi } from './test-node.ts'

/** @param start - starts a command against the node, with `--json` */
export function cliApi(start: (args: readonly string[]) => ProgramRun): TestApi {
  const ask = async <T>(...args: string[]): Promise<T> => {
    const run = start(args)
    await checkEnding(run)
    return JSON.parse(run.lines[0] ?? '') as T
  }
  return {
    status: () => ask<Status>('status'),
    stats: () => ask<Stats>('stats'),
    peers: async () => (await ask<{ peers: Peer[] }>('peers')).peers,
    shares: async () => (await ask<{ shares: Share[] }>('shares')).shares,
    share: async (path, { to } = {}) => {
      const audience = to === undefined ? [] : ['--to', typeof to === 'string' ? to : to.join(',')]
      return (await ask<{ shares: [Share] }>('share', path, ...audience)).shares[0]
    },
    unshare: async target => void (await ask('unshare', target)),
    link: target => ask<LinkView>('link', target),
    search: async request => {
      const run = start(searchArgs(typeof request === 'string' ? { text: request } : request))
      const outcome = await collectSearch(eventsOf<SearchEvent>(run))
      await checkEnding(run, [EXIT.nothingFound])
      return outcome
    },
    browse: async peer => (await ask<{ entries: Entry[] }>('browse', peer)).entries,
    get: async (
      { target, output, onExists, only = [], sequential, timeoutMs },
      { signal, onProgress } = {}
    ) => {
      const run = start([
        'get',
        target,
        ...flag('--output', output),
        ...flag('--on-exists', onExists),
        ...only.flatMap(pattern => ['--only', pattern]),
        ...(sequential === true ? ['--sequential'] : []),
        ...flag('--timeout', timeoutMs === undefined ? undefined : `${timeoutMs}ms`)
      ])
      const onAbort = (): void => void run.end('SIGINT')
      signal?.addEventListener('abort', onAbort)
      try {
        return await collectGet(eventsOf<GetEvent>(run), onProgress)
      } finally {
        signal?.removeEventListener('abort', onAbort)
        await run.ended
      }
    },
    pause: id => ask<Download>('pause', id),
    resume: id => ask<Download>('resume', id),
    cancel: id => ask<Download>('cancel', id),
    wants: async () => (await ask<{ wants: Want[] }>('want', 'ls')).wants,
    addWant: (text, { get } = {}) => ask<Want>('want', 'add', text, ...(get === true ? ['--get'] : [])),
    downloads: async () => (await ask<{ downloads: Download[] }>('downloads')).downloads,
    uploads: async () => (await ask<{ uploads: Upload[] }>('uploads')).uploads,
    values: async name => (await ask<{ values: NamedValue[] }>('value', 'ls', ...flag('--as', name))).values,
    addValues: async (name, values) =>
      (await ask<{ values: NamedValue[] }>('value', 'add', ...values, ...flag('--as', name))).values,
    removeValues: async (name, values) => {
      const which = values === 'all' ? ['--all'] : values
      return (await ask<{ values: NamedValue[] }>('value', 'rm', ...which, ...flag('--as', name))).values
    },
    aggregate: async ({ op, name, audit, timeoutMs }) => {
      const run = start([
        op,
        ...(name === undefined ? [] : [name]),
        ...(audit === true ? ['--audit'] : []),
        ...flag('--timeout', timeoutMs === undefined ? undefined : `${timeoutMs}ms`)
      ])
      await checkEnding(run, [EXIT.partlyDone])
      return JSON.parse(run.lines[0] ?? '') as AggregateAnswer
    },
    connect: async address => void (await ask('connect', address)),
    disconnect: async peer => void (await ask('disconnect', peer))
  }
}

function searchArgs({ text, ttl, strategy, wide, trace, limit, timeoutMs }: SearchRequest): string[] {
  return [
    'search',
    text,
    ...flag('--ttl', ttl),
    ...flag('--strategy', strategy),
    ...(wide === true ? ['--wide'] : []),
    ...(trace === true ? ['--trace'] : []),
    ...flag('--limit', limit),
    ...flag('--timeout', timeoutMs === undefined ? undefined : `${timeoutMs}ms`)
  ]
}

function flag(name: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [name, String(value)]
}

/** What a streaming command prints; an `error` among it is thrown. */
async function* eventsOf<T>(run: ProgramRun): AsyncGenerator<T> {
  for await (const line of run.printed()) {
    if (line.type === 'error') throw errorOf(line)
    yield line as T
  }
  await checkEnding(run)
}

async function checkEnding(run: ProgramRun, alsoFine: readonly number[] = []): Promise<void> {
  const { code, signal } = await run.ended
  if (code === EXIT.done || (code !== null && alsoFine.includes(code))) return
  const said = run.stderr.split('\n').find(line => line.startsWith('{"type":"error"'))
  if (said !== undefined) throw errorOf(JSON.parse(said))
  throw new Error(`the command ended with ${signal ?? code}: ${run.stderr}`)
}

function errorOf(report: Record<string, unknown>): CliError {
  const { code, message, field } = report as { code: string; message: string; field?: string }
  return new CliError(code, message, { field })
}
