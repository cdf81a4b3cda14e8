/**
 * A test node as a process of its own: `bin/p2pnode`, asked over its HTTP API as the CLI asks it; or over the CLI, where
 * that API lies inside a network namespace.
 */
import { join } from 'node:path'
import { type ApiClient, openClient } from '../cli/client.ts'
import type {
  AggregateAnswer,
  Download,
  GetEvent,
  LinkView,
  NamedValue,
  Peer,
  SearchEvent,
  Share,
  Stats,
  Status,
  Upload,
  Want
} from '../node/api.ts'
import type { Entry } from '../wire/entry.ts'
import { cliApi } from './cli-api.ts'
import type { StartOptions } from './memory-node.ts'
import { type Printed, ProgramRun } from './program-run.ts'
import { collectGet, collectSearch, type TestApi, type TestNode } from './test-node.ts'

/** From spawn to `ready`. Generous: a busy machine starts twenty at once. */
const START_TIMEOUT_MS = 60_000

export interface ProcessOptions extends StartOptions {
  /** Put before the command: `ip netns exec NAME`. The node then listens where it does by default. */
  prefix?: readonly string[]
}

export interface ProcessNode extends TestNode {
  readonly pid: number
  /** What `start` prints, and its end. */
  readonly run: ProgramRun
  /** Runs the CLI against this node, in the same namespace. */
  cli(...args: string[]): Promise<CliOutcome>
}

export interface CliOutcome {
  code: number
  /** Objects that it printed, with `--json`. */
  objects: Printed[]
  stderr: string
}

export async function startProcessNode(options: ProcessOptions): Promise<ProcessNode> {
  const { index, folder, prefix = [] } = options
  const data = join(folder, 'data')
  await using starting = new AsyncDisposableStack()
  const run = starting.use(
    new ProgramRun(['start', '--json', '--data', data, ...flagsOf(options)], { prefix })
  )
  const ready = await run.line<Ready>(({ type }) => type === 'ready', START_TIMEOUT_MS)
  const ofNode = ['--data', data, '--json']
  const api =
    prefix.length > 0
      ? cliApi(args => new ProgramRun([...args, ...ofNode], { prefix }))
      : remoteApi(await openClient(data, new AbortController().signal))
  starting.move()
  return {
    ...api,
    index,
    peerId: ready.peerId,
    address: ready.addresses.find(isForOthers) ?? ready.addresses[0] ?? '',
    folder,
    pid: run.pid,
    run,
    cli: (...args) => runCli(prefix, [...args, ...ofNode]),
    stop: async () => void (await run.end('SIGTERM')),
    kill: async () => void (await run.end('SIGKILL')),
    [Symbol.asyncDispose]: () => run[Symbol.asyncDispose]()
  }
}

/** Runs the CLI to its end. */
export async function runCli(prefix: readonly string[], args: readonly string[]): Promise<CliOutcome> {
  await using run = new ProgramRun(args, { prefix })
  const { code } = await run.ended
  const objects = run.lines.filter(line => line.startsWith('{')).map(line => JSON.parse(line) as Printed)
  return { code: code ?? -1, objects, stderr: run.stderr }
}

function flagsOf({ index, folder, node, prefix = [] }: ProcessOptions): string[] {
  const many = (flag: string, values: readonly string[] = []): string[] =>
    values.flatMap(value => [flag, value])
  const off = (flag: string, value: boolean | undefined): string[] => (value === false ? [flag] : [])
  const rate = (flag: string, value: number | null | undefined): string[] =>
    value == null ? [] : [flag, `${value}`]
  return [
    ...many('--downloads', [join(folder, 'downloads')]),
    ...many('--name', [node.name ?? `node${index}`]),
    ...many('--api', ['127.0.0.1:0']),
    ...many('--listen', node.listen ?? (prefix.length > 0 ? [] : ['/ip4/127.0.0.1/tcp/0'])),
    ...many('--bootstrap', node.bootstrap),
    ...many('--share', node.shares),
    ...off('--no-lan', node.lan),
    ...off('--no-dht', node.dht),
    ...off('--no-dial', node.dial),
    ...off('--no-reshare', node.reshare),
    ...rate('--upload-rate', node.rates?.upload),
    ...rate('--peer-upload-rate', node.rates?.peerUpload),
    ...rate('--download-rate', node.rates?.download),
    ...(node.aggregate === false ? ['--aggregate', 'off'] : [])
  ]
}

interface ValueList {
  values: NamedValue[]
}

interface Ready {
  type: 'ready'
  peerId: string
  addresses: string[]
}

/** Another machine can dial it. */
function isForOthers(address: string): boolean {
  return !/^\/(ip4\/127\.|ip6\/::1\/)/.test(address)
}

function remoteApi(client: ApiClient): TestApi {
  return {
    status: () => client.ask<Status>('GET', '/status'),
    stats: () => client.ask<Stats>('GET', '/stats'),
    peers: async () => (await client.ask<{ peers: Peer[] }>('GET', '/peers')).peers,
    shares: async () => (await client.ask<{ shares: Share[] }>('GET', '/shares')).shares,
    share: (path, options = {}) => client.ask<Share>('POST', '/shares', { body: { path, ...options } }),
    unshare: async target => void (await client.ask('DELETE', `/shares/${encodeURIComponent(target)}`)),
    link: target => client.ask<LinkView>('GET', '/link', { query: { target } }),
    search: request => {
      const query = typeof request === 'string' ? { text: request } : { ...request }
      return collectSearch(client.events<SearchEvent>('GET', '/search', { query }))
    },
    browse: async peer =>
      (await client.ask<{ entries: Entry[] }>('GET', `/browse/${encodeURIComponent(peer)}`)).entries,
    get: (request, { onProgress } = {}) =>
      collectGet(client.events<GetEvent>('POST', '/downloads', { body: request }), onProgress),
    pause: id => client.ask<Download>('POST', `/downloads/${id}/pause`),
    resume: id => client.ask<Download>('POST', `/downloads/${id}/resume`),
    cancel: id => client.ask<Download>('DELETE', `/downloads/${id}`),
    wants: async () => (await client.ask<{ wants: Want[] }>('GET', '/wants')).wants,
    addWant: (text, options = {}) => client.ask<Want>('POST', '/wants', { body: { text, ...options } }),
    downloads: async () => (await client.ask<{ downloads: Download[] }>('GET', '/downloads')).downloads,
    uploads: async () => (await client.ask<{ uploads: Upload[] }>('GET', '/uploads')).uploads,
    values: async name => (await client.ask<ValueList>('GET', '/values', { query: { name } })).values,
    addValues: async (name, values) =>
      (await client.ask<ValueList>('POST', '/values', { body: { name, values } })).values,
    removeValues: async (name, values) =>
      (await client.ask<ValueList>('DELETE', '/values', { body: { name, values } })).values,
    aggregate: request => client.ask<AggregateAnswer>('GET', '/aggregate', { query: { ...request } }),
    connect: async address => void (await client.ask('POST', '/peers', { body: { address } })),
    disconnect: async peer => void (await client.ask('DELETE', `/peers/${encodeURIComponent(peer)}`))
  }
}
